/*
 * The hub's parts, for the files of the top: hub.c, hub_people.c, hub_acts.c,
 * hub_bans.c, hub_doors.c, hub_news.c, hub_rekey.c, hub_rooms.c.
 */
#ifndef SERVER_HUB_PARTS_H
#define SERVER_HUB_PARTS_H

#include <stddef.h>

#include "common/rule.h"
#include "server/classic.h"
#include "server/hub.h"
#include "server/peer.h"
#include "server/peers.h"
#include "server/room/names.h"
#include "server/room/room.h"
#include "server/seats.h"
#include "server/talks.h"
#include "server/talks_away.h"

/* What who was here has, to come back after a restart. */
enum { HUB_GHOST_MS = PEER_TIMEOUT_MS };

struct hub {
	struct hub_config config;
	struct house	 house;
	struct room	*room;		/* the home room */
	struct room	*where;		/* an operator looks; NULL: all */
	struct names	*names;
	struct budget	*budget;
	struct classic	*classic;
	struct peers	*peers;
	struct room_act	 acts[HUB_ASKERS];
	int64_t		 tables_ms;	/* then they are written, and */
	int64_t		 begun_ms;	/* then which marks began */
	int64_t		 unread_ms;	/* no such talk is opened before */
	unsigned	 opened;	/* talks, since then */
	int64_t		 opened_ms;
	bool		 opens;		/* some, since the last tick; */
	int64_t		 opens_ms, rest_ms;	/* then; none before */
	struct talks_away away;		/* that may go */
	uint8_t		 secret[TALK_NETS_SECRET];	/* for networks */
	const struct talk_place *awaited;	/* cannot be opened, as told, */
	int64_t		 awaited_ms;	/* and is not tried before */
	bool		 lacks;		/* a log that all wait for: another
					 * one gives way */
	struct talk_place *read;	/* up to this one they are known, */
	bool		 all_read;	/* or all */
	bool		 begun;		/* all was told once */
	bool		 founds;	/* other servers, with its rooms */
	bool		 ended;		/* nobody is left behind */
	bool		 cut;		/* off from the other servers, */
	int64_t		 apart_ms;	/* or then; INT64_MAX: it is not */
};

static inline struct hub *
hub_of(const struct room *r)
{
	return (struct hub *)((char *)r->house - offsetof(struct hub, house));
}

/* hub_logs.c */
/* The room of a log of the list, which is open from now on; NULL with *why. */
struct room *hub_open_place(struct hub *, struct place *, enum frame_code *why);
void	 hub_close_log(struct hub *, struct place *);
/* What all wait for is another log's, and as many are open as may be, each of
 * which waits, too: one of them is closed. Outside of their turns. */
void	 hub_give_way(struct hub *);
/* It could not be, lately. */
bool	 hub_is_shut(const struct hub *, const struct talk_place *);
/* What is in an open one: who comes before it has begun asks again soon. */
struct room *hub_room_of(const struct hub *, const struct place *,
	    enum frame_code *why);
/* One that had not told all begins, if it has; false: it is closed. */
bool	 hub_begin_place(struct hub *, struct place *);
/* All that the log has at this node. */
void	 hub_put_out_classic(struct room *);
/*
 * Once all was told that there is: those who spoke the classic protocol to a
 * server that is no more have left with it, and the others have a while to
 * come back. Who was here is allowed only if he was told so before.
 */
bool	 hub_begin_in(struct hub *, struct room *);

/* hub_rooms.c: how those below the hub find a room, once there is the first;
 * and no more. */
void	 hub_have_doors(struct hub *);
void	 hub_forget_places(struct hub *);
/* Closes a room that nobody is in for long. When to come again. */
int64_t	 hub_tick_places(struct hub *);

/* hub_people.c */
/* The next of the rooms that are looked at, home first; after NULL that. */
struct room *hub_next_room(const struct hub *, const struct room *);
#define HUB_EACH_ROOM(r, h) \
	for ((r) = hub_next_room(h, NULL); (r) != NULL; \
	    (r) = hub_next_room(h, r))
/* The one that is looked at; of all, home. */
static inline struct room *
hub_room(const struct hub *h)
{
	return h->where != NULL ? h->where : h->room;
}
/* A member, as he is in his room. */
void	 hub_look_at(const struct hub *, int64_t wall_ms,
	    const struct member *, struct hub_person *);
/* Does he sit in one before that room, too? */
bool	 hub_has_met(const struct hub *, int64_t wall_ms, const struct room *,
	    const struct member *);

/* hub_rekey.c: what a crash, or a room that was not open, kept from those whose
 * key was replaced. */
void	 hub_begin_heirs(struct hub *);
void	 hub_begin_heirs_in(struct room *);
/* Of heirs alone; there are some. */
enum house_verdict hub_judge_heir(const struct hub *,
	    const struct house_news *);
bool	 hub_told_heir(struct hub *, const struct house_news *, bool ours);
/* What somebody asked for in the datagram that came. */
void	 hub_heed_rekey(struct hub *);

/* hub_news.c: what other servers say of the house, and this one */
void	 hub_have_ears(struct hub *);
/* hub_learn.c: of rooms alone; there is a list of them */
enum house_verdict hub_judge_room(const struct hub *,
	    const struct house_news *);
bool	 hub_told_room(struct hub *, const struct house_news *, bool ours);
/* Who founds has its rooms told; then their logs, and comes again then. */
void	 hub_found_rooms(struct hub *);
int64_t	 hub_tick_founding(struct hub *);
void	 hub_lack_rooms(struct hub *);	/* asks for those that are to be */
/* Is there a room, or a talk, with that log? Then it is open, if it can be. */
enum log_other hub_has_log(struct hub *, const uint8_t id[JOURNAL_ID]);
/* hub_bans.c: of bans and lifts alone; there are bans. */
enum house_verdict hub_judge_ban(const struct hub *,
	    const struct house_news *);
bool	 hub_told_ban(struct hub *, const struct house_news *, bool ours);

/* hub_acts.c */
/* A rule of just this word about him; NULL: about nobody. Views into *who. */
void	 hub_rule_of(struct rule *, enum rule_word, const struct hub_person *);
/* Who is called so is not in the room any more. */
void	 hub_put_out_named(struct room *, const char *fold);
/* What comes about in a room by a rule that was said here is seen to. */
void	 hub_watch_rules(struct room *);

#endif
