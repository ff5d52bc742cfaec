/*
 * The room itself, the bottom of the hub: its log and what follows from that
 * alone, and the asks of those who have something to say. Whatever happens in
 * it becomes an entry of the log first, and what everybody is told follows
 * from the log's watch. Pure. It knows nobody above it: they watch.
 */
#ifndef SERVER_ROOM_ROOM_H
#define SERVER_ROOM_ROOM_H

#include "common/roster.h"
#include "server/room/ask.h"
#include "server/room/dedup.h"
#include "server/room/house.h"
#include "server/room/log.h"
#include "server/room/standing.h"

enum { ROOM_WATCHES = 4, ROOM_FULL_WAIT_MS = 2000 };

/* Who is told. Called in the order in which they watch; any may be NULL. */
struct room_watch {
	/* Before the entry counts; who: its author, NULL: not in the room. */
	void	(*before)(void *arg, const struct entry *, struct member *who);
	/* It counts. who: its author under his name of now; NULL: not there
	 * (any more). ours: asked here. Not before all was told once. */
	void	(*after)(void *arg, const struct entry *, struct member *who,
		    bool ours);
	/* He is at another node, by that device; 0: only there. */
	void	(*moved)(void *arg, struct member *, uint32_t device);
	/* A turn of the log is over; more of it may be on the disk. */
	void	(*turned)(void *arg);
	void	*arg;
};

/* What was asked, and the block that is being made or is on its way. */
struct room_asks {
	struct ask_list	 waiting, put_off;
	int64_t		 retry_ms;	/* for who was put off */
	struct ask	*of[LOG_BLOCK_ENTRIES];	/* whose each entry is */
	unsigned	 added, told;	/* of these */
	struct ask	*noting;	/* it added only a note */
	bool		 closed;	/* nothing more goes into this block */
};

_Static_assert(LOG_BLOCK_ENTRIES < 256, "ask.in_block counts them");

enum room_sort {
	ROOM_OPEN,		/* who comes and goes is there or not */
	ROOM_TALK		/* two are for good, called "1" and "2", or one
				 * alone, and only they know of it */
};

struct room {
	LIST_ENTRY(room) by_house;
	struct room_rest rest;		/* see room_wake.h */
	enum room_sort	 sort;
	struct house	*house;
	const char	*name;		/* borrowed; NULL: it is home */
	struct log	*log;
	struct dedup *dedup;
	struct roster	 roster;	/* as the log says */
	struct standing	*standing;	/* what is in force, the same */
	struct room_asks asks;
	void		*seats;		/* of who lets people in */
	struct room_watch watch[ROOM_WATCHES];
	size_t		 watches;
	int64_t		 due_ms;	/* of the next turn */
	uint64_t	 gone;		/* nodes that are, by number */
	bool		 has_ghosts;	/* there are new ones */
	struct ask	 again;		/* rules to be said again */
	struct ask_kind	 again_kind;
	bool		 quiet;		/* nobody is told */
	bool		 starved;	/* the replay had no memory */
};

/* NULL: no memory. Both are borrowed; room_free takes NULL too. */
struct room *room_new(struct house *, struct log *, enum room_sort);
void	 room_free(struct room *);
struct room *room_next(const struct house *, const struct room *);
#define HOUSE_EACH_LOG(r, house) /* home first, talks last */ \
	for ((r) = room_next(house, NULL); (r) != NULL; \
	    (r) = room_next(house, r))
/* Tells the watches what the log has had. False: it cannot be read. */
bool	 room_replay(struct room *);
void	 room_watch(struct room *, const struct room_watch *);
void	 room_report(struct room *, enum hub_event_kind, enum hub_reason,
	    const union sock_addr *, const char *name, size_t len);

/* It waits for its turn, once; or, without room on the disk, for a while. */
void	 room_ask(struct room *, struct ask *, const struct ask_kind *);
void	 room_ask_later(struct room *, struct ask *);
/* It asks no more; what it said already may still be told. */
void	 room_unask(struct room *, struct ask *);
/*
 * When it is decided: adds these to the block, all or none. A block is any
 * number of lines, or one act, that is what others' decisions may depend on;
 * takes_act: one can be added now. False: not to this block.
 */
bool	 room_add_lines(struct room *, struct ask *, struct entry *, size_t n,
	    const struct log_note *);
bool	 room_add_act(struct room *, struct ask *, struct entry *, size_t n,
	    const struct log_note *, size_t notes);
bool	 room_takes_act(const struct room *);
/* Does anything wait to be asked? Or was added, and is not told yet? */
bool	 room_is_asked(const struct room *);
bool	 room_is_waiting(const struct room *);
/* Lets the log take what was asked, and tell what is in. */
void	 room_turn(struct room *);
/* The same, if anything was asked. */
void	 room_settle(struct room *);

/* room_where.c: is he at this node, as all know; at another that lives? */
bool	 room_is_here(const struct room *, const struct member *);
bool	 room_is_elsewhere(const struct room *, const struct member *);
/* Does nobody see to him who was to; nor does any other node? */
bool	 room_is_left(const struct room *, const struct member *);
bool	 room_is_ghost(const struct room *, const struct member *);

#endif
