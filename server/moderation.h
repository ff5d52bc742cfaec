/*
 * The operator's part of the hub: whom he sees, what he does to them. Each act
 * is an entry of the log; what it brings about comes when that is told.
 */
#ifndef SERVER_MODERATION_H
#define SERVER_MODERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fingerprint.h"
#include "common/noise.h"
#include "common/sock.h"
#include "common/text.h"

struct ban;
struct hub;
struct log;

/*
 * What is below is about the room that is looked into, of this name, which is
 * opened for it; as long as none is, about all that are open, and where it can
 * be about one alone, about the home room.
 */
enum hub_look {
	HUB_LOOK_OK,
	HUB_LOOK_NO_ROOM,	/* of that name */
	HUB_LOOK_SHUT		/* it is not open, and cannot be opened now */
};
enum hub_look hub_look_into(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const char *room, size_t len);
/* Into none. */
void	 hub_look_up(struct hub *);
/* How many rooms there are, open or not. */
size_t	 hub_rooms(const struct hub *);
/* One that is looked at, home first. */
struct hub_room {
	const char	*name;
	struct log	*log;
	size_t		 people;
};
void	 hub_each_room(const struct hub *, void (*each)(void *arg,
	    const struct hub_room *), void *arg);

/* What is known of somebody. Views until the next call. */
struct hub_person {
	/* Its own: an act may put out who has it. */
	char		 name[TEXT_NAME_BYTES];
	size_t		 name_len;	/* 0: it is a key that was named */
	bool		 here;		/* in a room; else it owns the name */
	bool		 classic, away;
	const uint8_t	*key;		/* NULL: it has none */
	char		 fingerprint[FINGERPRINT_TEXT];	/* of it; "": none */
	const union sock_addr *addr;	/* proved; NULL: it has no session */
	int64_t		 since_ms;	/* of the JOIN, UTC; 0: not known */
	int64_t		 spoke_ms;	/* said something last; 0: never */
};
/* Each member once, in the order of names. */
void	 hub_names(const struct hub *, int64_t wall_ms,
	    void (*member)(void *arg, const struct hub_person *), void *arg);
size_t	 hub_people(const struct hub *);	/* how many these are */
/* The names of all rooms that he sits in, also where one is looked into. */
void	 hub_rooms_of(const struct hub *, int64_t wall_ms,
	    const struct hub_person *, void (*each)(void *arg,
	    const char *room), void *arg);
/* By how many devices that know of each other he has a session. */
unsigned hub_devices_of(const struct hub *, const struct hub_person *);
/* The member of that name, else who owns it; false: nobody. */
bool	 hub_look(const struct hub *, int64_t wall_ms, const char *name,
	    size_t len, struct hub_person *);

/* The member with that key, else the name that it used last; false: nobody. */
bool	 hub_look_key(const struct hub *, int64_t wall_ms,
	    const char *fingerprint, struct hub_person *);
/* Each name and its key; of one key that counts which comes last. */
void	 hub_keys(const struct hub *, int64_t wall_ms, void (*each)(void *arg,
	    const char *name, size_t len, const uint8_t key[NOISE_KEY]),
	    void *arg);

/* What is known of an act when it is asked; see hub_fate. */
enum hub_act {
	HUB_ACT_OK,		/* it is so, or waits for the log */
	HUB_ACT_ALREADY,	/* it is so: nothing was done, nor said */
	HUB_ACT_NOBODY,		/* whom it could be done to */
	HUB_ACT_NO_SPACE,	/* the log cannot be written: not done */
	HUB_ACT_MANY		/* no more of those at once: not done */
};
/*
 * reason: at most FRAME_REASON_BYTES, clean, may be empty. Puts a member out,
 * else who waits to come in by that name.
 */
enum hub_act hub_kick(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const char *name, size_t len, const char *reason);
/*
 * Bans somebody, whose name is this (NULL: not known), and puts out who
 * matches, each of whom it tells (out NULL: of nobody). False with errno: that
 * cannot be written, or it is so already (EALREADY), and nothing has happened.
 * No entry has an address.
 */
bool	 hub_ban(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct ban *, const char *name, void (*out)(void *arg,
	    const struct hub_person *), void *arg);
/* False: there was none (errno 0), or that cannot be written. */
bool	 hub_unban(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct ban *, const char *name);
/*
 * Closes the room: who is in it with a key is allowed from then on, in *keys
 * how many; who has none is out. NOBODY: it is closed already, or open.
 */
enum hub_act hub_close_room(struct hub *, int64_t now_ms, int64_t wall_ms,
	    size_t *keys);
enum hub_act hub_open_room(struct hub *, int64_t now_ms, int64_t wall_ms);
bool	 hub_is_closed(const struct hub *);
bool	 hub_has_passphrase(const struct hub *);
/* The key may enter a closed room; or not any more: then it is out. NOBODY: it
 * was not allowed. */
enum hub_act hub_allow(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
enum hub_act hub_disallow(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
/* Each key that is allowed, with the name it had, if any. */
void	 hub_allowed(const struct hub *, void (*each)(void *arg,
	    const char *fingerprint, const char *name, size_t len), void *arg);
/* He says nothing for so long (whole seconds; 0: for ever), by his key.
 * ALREADY: for ever, and for that reason. */
enum hub_act hub_mute(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *, int64_t ms, const char *reason);
enum hub_act hub_unmute(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
/*
 * Another key has come after this one, of the same person: what that was
 * allowed or not is so of the other one, its names are the other one's, and it
 * is out for good. NOBODY: it is out already, for another, or the other is.
 */
enum hub_act hub_rekey(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const uint8_t key[NOISE_KEY], const uint8_t heir[NOISE_KEY]);
/* Frees a name from its owner. */
enum hub_act hub_release(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const char *name, size_t len);

#endif
