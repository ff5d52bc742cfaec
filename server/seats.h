/*
 * Who sits in a room: the peers' half of it. One for each room that is open,
 * beside it; of the peers' files and the hub.
 */
#ifndef SERVER_SEATS_H
#define SERVER_SEATS_H

#include "common/rule.h"
#include "server/crowd.h"
#include "server/devices.h"
#include "server/fetch.h"
#include "server/pool.h"
#include "server/room/room.h"
#include "server/seat.h"

struct peers;
struct place;
struct talk_place;

LIST_HEAD(seat_list, seat);
LIST_HEAD(hot_list, seat_hot);

enum { SEATS_REST_MS = 1000 };	/* of a quiet room, before they do */

enum seats_grown { SEATS_GREW_NOT, SEATS_GREW, SEATS_GREW_BY_LINES };

/* What a rule told last of somebody, who is put out by it. */
struct seats_outing {
	enum rule_word	 word;
	char		 reason[RULE_REASON_BYTES + 1];
};

/* In a talk, until it is answered. */
struct seats_alone {
	uint32_t	 messages, bytes;
};

struct seats {
	struct room	*room;
	struct talk_place *talk;	/* it is of that; NULL: a room */
	struct place	*place;		/* its place; NULL: it has none, or is
					 * home */
	struct seats_alone alone;
	uint8_t		 here;		/* bits: sides that are, of a talk */
	struct peers	*peers;
	struct seat_list all;		/* newest first: so they are told */
	struct hot_list	 waiting;	/* to be served, see seat.h */
	struct pool	 hot;		/* of those who are awake */
	size_t		 count;
	uint16_t	 number;	/* of the room here; home has 0 */
	uint32_t	 listing;	/* whose asker sits here */
	bool		 ready;		/* some of them can be now */
	bool		 begun;		/* but home, which is the hub's */
	bool		 awake;		/* since the last fan-out */
	uint64_t	 renamed;	/* who has that has heard of it */
	uint64_t	 durable;	/* the log, when they were last */
	uint64_t	 version;	/* of who is away */
	enum seats_grown grown;		/* the log, since the fan-out */
	int64_t		 round_ms;	/* of the last fan-out */
	int64_t		 ghosts_ms;	/* they have until then */
	struct seats_outing outing;	/* why who is put out is */
	char		 name[HELLO_ROOM_NAME + 1];
};

static inline struct seats *
seats_of(const struct room *r)
{
	return r->seats;
}

/* What a line, and a datagram, looks at: of the session, of its seat, and of
 * what that has while it is awake. */
static inline void
seats_fetch_peer(const struct peer *p)
{
	fetch(p, offsetof(struct peer, by_key));
	fetch(&p->seal, offsetof(struct seal, seen) + 1);
	fetch(&p->at, 1);
}
static inline void
seats_fetch_device(const struct peer *p)
{
	if (p->device != NULL)
		fetch(p->device, offsetof(struct peer_device, since_ms));
}
static inline void
seats_fetch(const struct seat *s)
{
	fetch(s, offsetof(struct seat, beside));
}
static inline void
seats_fetch_hot(const struct seat *s)
{
	if (s->hot != NULL)
		fetch(&s->hot->seat, sizeof(*s->hot) -
		    offsetof(struct seat_hot, seat));
}
/* The newest of what is on its way, which is looked for first. */
static inline void
seats_fetch_flights(const struct seat *s)
{
	const struct flights *f = s->hot == NULL ? NULL :
	    &s->hot->delivery.flights;

	if (f != NULL && f->of != NULL)
		fetch(f->of + (f->count > 0 ? f->count - 1 : 0),
		    sizeof(*f->of));
}

/* Something came from there. What it says may be from before it heard of a new
 * name; that goes along with each entry behind it, too. */
static inline void
seats_hear(const struct seat *s)
{
	struct seat_join *j = &s->hot->join;

	if (!j->renamed || seat_have(s) >= s->in->renamed)
		j->unheard = j->renamed = false;
}

#endif
