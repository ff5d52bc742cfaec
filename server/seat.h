/*
 * A seat: a peer in one room. What it has of the room's log and is sent of it,
 * what it says there, what it is owed for that; what is the session's is the
 * peer's. Pure; owned by the peer, who has its first one for as long as it is.
 */
#ifndef SERVER_SEAT_H
#define SERVER_SEAT_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/delivery.h"
#include "server/listing.h"
#include "server/peer.h"
#include "server/room/ask.h"
#include "server/seat_parts.h"

struct member;
struct seats;

/* What one needs while something goes on there; what each datagram looks at
 * lies in a row, at the end, and behind it what is on its way. */
struct seat_hot {
	LIST_ENTRY(seat_hot) by_waiting;
	struct ask	 ask;			/* to be in, and to speak */
	struct seat_saying say;
	struct seat	*seat;
	struct seat_debt *debt;			/* NULL: none */
	struct seat_read *read;			/* NULL: nothing is read back */
	struct seat_join join;
	uint16_t	 owes;			/* enum seat_owes */
	struct seat_wait wait;
	struct delivery	 delivery;
};

/* What each line and each datagram looks at, in 64 bytes, and the rest. */
struct seat {
	LIST_ENTRY(seat) by_room;
	struct peer	*peer;
	struct seats	*in;			/* and so the room */
	struct seat_hot	*hot;			/* NULL: it rests, */
	uint64_t	 have;			/* and has all up to here; or
						 * had when it came, or woke */
	struct member	*person;		/* NULL: not in the room */
	uint32_t	 slot;
	uint16_t	 pause_ms;		/* since a step back; 0: none */
	bool		 closing : 1;		/* left, kicked, refused */
	bool		 inherits : 1;		/* a name, for a RENAME */
	bool		 reads : 1;		/* and is nobody there */
	bool		 talk : 1, back : 1;	/* no room; he was in before */
	uint8_t		 place;			/* in its peer's list, lately */

	struct seat	*beside;		/* his next, see devices.h */
	struct seat_posts post;
	struct seat_mute mute;
	struct listing	 members;		/* that it was told */
	int64_t		 back_ms;		/* it may go back from then */
};
/* One person has many. */
_Static_assert(sizeof(struct seat) <= 160, "what rests is small");

/* The peer's seat in there, by a slot that it has none by. NULL: no memory. */
struct seat	*seat_new(struct peer *, struct seats *, uint32_t slot);
/* Takes NULL too. */
void		 seat_free(struct seat *);
/* All seats but the first become those of another, which has none: it is the
 * next session of the same client. */
void		 seat_move_all(struct peer *from, struct peer *to);
/* The peer's by that slot; NULL: none. */
struct seat	*seat_find(const struct peer *, uint32_t slot);
/* The next of the others, behind that one; NULL: no more. */
struct seat	*seat_after(const struct peer *, const struct seat *);

/* The next of all, by slot; after NULL the first. Most peers have one, and are
 * asked for it at each datagram. */
static inline struct seat *
seat_next(const struct peer *p, const struct seat *s)
{
	if (s == NULL && p->first != NULL)
		return p->first;
	if (s == NULL)
		return p->seats_n == 0 ? NULL : p->seats[0];
	return p->seats_n <= (s->slot != 0) ? NULL : seat_after(p, s);
}
#define SEAT_FOREACH(s, p) \
	for ((s) = seat_next(p, NULL); (s) != NULL; (s) = seat_next(p, s))

/* Something is to go on there: s->hot is not NULL then. False: no memory. The
 * first seat of a session never rests. */
bool		 seat_wake(struct seat *);
/* Nothing does, if it is so, nor did in the room for a while: what it has is
 * all that is kept. */
void		 seat_rest(struct seat *, int64_t now_ms);

/* What its person is called there: names in rooms may differ for a while. */
const char	*seat_name(const struct seat *, size_t *len);

/* What it has of the log. */
static inline uint64_t
seat_have(const struct seat *s)
{
	return s->hot == NULL ? s->have : delivery_have(&s->hot->delivery);
}

/* When it tries to come in; 0: it does not. */
static inline int64_t
seat_enter_ms(const struct seat *s)
{
	return s->hot == NULL ? 0 : s->hot->join.enter_ms;
}

/* Forgets what it said that is not in the log. Awake, as most of these. */
void		 seat_unsay(struct seat *);
/* Its posts before that are in the log: how many of its lines they are. */
unsigned	 seat_goes_on(struct seat *, uint32_t next);

/* It is owed these, and is awake for that, with memory: enum seat_owes. */
void		 seat_owe(struct seat *, unsigned what);
/* An ERROR of these. */
void		 seat_owe_error(struct seat *, enum frame_code, uint64_t id,
		    int64_t wait_ms);
/* The same, of who is put out, and nothing else. */
void		 seat_owe_end(struct seat *, enum frame_code,
		    const char *reason, size_t len);
/* It leaves: what was refused there is of no account any more. */
void		 seat_forgive(struct seat *);
/* Its copy goes back from there to there. */
void		 seat_owe_rewind(struct seat *, uint64_t from, uint64_t to);
/* Who that is. */
void		 seat_owe_person(struct seat *, const char *name, size_t len);
/* From now on it is closing: it is told so for a while. */
void		 seat_close(struct seat *, int64_t now_ms);
/* When that is over; INT64_MAX: it is not closing, or it is the session's. */
int64_t		 seat_closed_ms(const struct seat *);
/* It was told all that it is owed. */
void		 seat_told(struct seat *);

/* Entries before that one, behind the other, go from then on, or when the last
 * of such may be followed. */
void		 seat_reads(struct seat *, int64_t now_ms, uint64_t before,
		    uint64_t after);
/* When the next of them go; INT64_MAX: none do. */
int64_t		 seat_read_due(const struct seat *);
/* No more, at the latest when such may go again. */
void		 seat_read_over(struct seat *, int64_t now_ms);

#endif
