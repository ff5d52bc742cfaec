/*
 * What the room itself says: a rule, an announcement, that somebody is gone.
 */
#ifndef SERVER_ROOM_ROOM_SAY_H
#define SERVER_ROOM_ROOM_SAY_H

#include "server/room/room.h"

/* What is of nobody. False: it cannot be written, and will not be; true: it is,
 * or waits. */
bool	 room_say(struct room *, uint32_t flags, const char *text, size_t len);
/* As room_say, at home, of several servers: see house_ears. */
bool	 room_tell_news(struct room *, const struct house_news *);
void	 room_tell_news_soon(struct room *, const struct house_news *,
	    bool again);
/* What is so here, and what the others are to have before they begin: asked for
 * until it is told; house.owed of them are not. False: no memory. */
bool	 room_owe_news(struct room *, const struct house_news *);
/* As room_say, of a name: it is nobody's any more. */
bool	 room_free_name(struct room *, const char *fold);
bool	 room_say_rule(struct room *, const struct rule *, uint32_t flags);
/* The same, but it is only told what is so: whether it can be is no matter. */
void	 room_say_soon(struct room *, const char *text, size_t len);
void	 room_say_rule_soon(struct room *, const struct rule *);
/* Says rules again that still count and would be forgotten. */
void	 room_say_again(struct room *);
/* Is it muted, and how? wall_ms 0: be it over or not. */
bool	 room_has_muted(const struct room *, int64_t wall_ms,
	    const uint8_t key[NOISE_KEY], struct standing_mute *);
bool	 room_is_closed_to(const struct room *, const uint8_t key[NOISE_KEY]);
/* Somebody without a session here is not in the room any more, unless he is
 * elsewhere; leave: also then. ENTRY_QUIET: he is put out. Of no talk. */
void	 room_put_out(struct room *, enum entry_kind, uint32_t flags,
	    const char *name, size_t len);
void	 room_leave(struct room *, const char *name, size_t len);
/* The same, of whom another server has said that he is there: he is here no
 * more, and in the room. */
void	 room_say_moved(struct room *, const char *name, size_t len);
/* A member with this session is called so now: by no post of his. */
void	 room_say_rename(struct room *, const struct member *,
	    const char *name, size_t len);

#endif
