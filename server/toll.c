/*
 * Budgets for strangers. Pure; runs in the server. Its tables are small and of
 * one size: what does not fit makes room where it was used least recently.
 */
#include "server/toll.h"

#include <stdlib.h>
#include <string.h>

enum {
	SETS = 512,
	WAYS = 4,	/* places that a group may have */
	SEAT_SETS = 2048,
	SEAT_WAYS = 8
};

struct group {
	struct sock_group who;
	int64_t		 used_ms;
	union {
		struct {
			struct limit hellos, modest, guesses;
		};
		struct limit resets;	/* where anybody gets a place */
	};
};

/* Who showed a cookie is not counted where anybody gets a place, whose address
 * may be made up: else those would have it forgotten what he did. */
struct groups {
	struct group	 of[SETS][WAYS];
};

/* A table of its own, which only those get into who were let in. */
struct known {
	struct sock_group who;
	int64_t		 since_ms;	/* 0: nobody */
};

/* Of an earlier run's session. */
struct seat {
	uint64_t	 who;		/* a hash; 0: nobody's */
	struct limit	 used;
};

/* What all of a kind share. */
struct purse {
	struct limit	 work, resets;
};

struct toll {
	uint32_t	 seed;
	struct purse	 strangers, acquainted;
	struct limit	 returning;	/* work of who is in */
	struct groups	 shown, claimed;	/* by a cookie; resets only */
	struct known	 known[SETS][WAYS];
	int64_t		 seats_ms;	/* they count until then */
	struct seat	 seats[SEAT_SETS][SEAT_WAYS];
};

struct toll *
toll_new(uint32_t seed)
{
	struct toll *t;

	if ((t = calloc(1, sizeof(*t))) != NULL)
		t->seed = seed;
	return t;
}

void
toll_free(struct toll *t)
{
	free(t);
}

/* The set that an address's group is in. */
static size_t
set_of(const struct toll *t, const union sock_addr *from)
{
	union sock_addr group;

	sock_addr_group(&group, from);
	return sock_addr_hash(&group, t->seed) % SETS;
}

static struct group *
group_of(const struct toll *t, struct groups *groups, int64_t now_ms,
    const union sock_addr *from)
{
	struct group *set, *g, *oldest;
	struct sock_group who;

	sock_addr_to_group(&who, from);
	set = groups->of[set_of(t, from)];
	oldest = set;
	for (g = set; g < set + WAYS; g++) {
		if (memcmp(&g->who, &who, sizeof(who)) == 0) {
			g->used_ms = now_ms;
			return g;
		}
		if (g->used_ms < oldest->used_ms)
			oldest = g;
	}
	*oldest = (struct group){ .who = who, .used_ms = now_ms };
	return oldest;
}

/* Where the group is among the known, or where it would be. */
static struct known *
place_of(struct toll *t, const union sock_addr *from, bool *is_there)
{
	struct known *set, *k, *oldest;
	struct sock_group who;

	sock_addr_to_group(&who, from);
	set = t->known[set_of(t, from)];
	oldest = set;
	for (k = set; k < set + WAYS; k++) {
		*is_there = k->since_ms != 0 &&
		    memcmp(&k->who, &who, sizeof(who)) == 0;
		if (*is_there)
			return k;
		if (k->since_ms < oldest->since_ms)
			oldest = k;
	}
	return oldest;
}

static bool
is_known(struct toll *t, int64_t now_ms, const union sock_addr *from)
{
	bool is_there;
	struct known *k = place_of(t, from, &is_there);

	return is_there && now_ms - k->since_ms < TOLL_KNOWN_MS;
}

void
toll_known(struct toll *t, int64_t now_ms, const union sock_addr *from)
{
	bool is_there;
	struct known *k = place_of(t, from, &is_there);

	sock_addr_to_group(&k->who, from);
	k->since_ms = now_ms;
}

/* The lower half of a second's work is kept for those who want little. */
static bool
pay(struct limit *work, int64_t now_ms, uint32_t units, bool modest)
{
	return limit_take(work, now_ms, units, TOLL_WORK,
	    modest ? TOLL_WORK : TOLL_WORK / 2);
}

static bool
pay_any(struct toll *t, int64_t now_ms, const union sock_addr *from,
    uint32_t units, bool modest)
{
	return (is_known(t, now_ms, from) &&
	    pay(&t->acquainted.work, now_ms, units, modest)) ||
	    pay(&t->strangers.work, now_ms, units, modest);
}

bool
toll_hello(struct toll *t, int64_t now_ms, const union sock_addr *from)
{
	struct group *g = group_of(t, &t->shown, now_ms, from);
	bool modest;

	if (!limit_take(&g->hellos, now_ms, 1, TOLL_HELLOS,
	    TOLL_HELLOS_BURST))
		return false;
	modest = limit_take(&g->modest, now_ms, 1, TOLL_MODEST,
	    TOLL_MODEST_BURST);
	return pay_any(t, now_ms, from, TOLL_HELLO, modest);
}

/* His seat, or a free one; NULL: there is none. */
static struct seat *
seat_of(struct toll *t, const union sock_addr *from, uint64_t *who)
{
	uint32_t hash = sock_addr_hash(from, t->seed);
	struct seat *set = t->seats[hash % SEAT_SETS], *s;

	*who = (uint64_t)hash << 32 | sock_addr_hash(from, ~t->seed) | 1;
	for (s = set; s < set + SEAT_WAYS; s++)
		if (s->who == *who || s->who == 0)
			return s;
	return NULL;
}

void
toll_was_in(struct toll *t, int64_t now_ms, const union sock_addr *from)
{
	uint64_t who;
	struct seat *s = seat_of(t, from, &who);

	toll_known(t, now_ms, from);
	t->seats_ms = now_ms + TOLL_SEATS_MS;
	if (s != NULL)
		s->who = who;
}

bool
toll_returns(struct toll *t, int64_t now_ms, const union sock_addr *from,
    struct limit *seat)
{
	struct seat *s;
	uint64_t who;

	if (seat == NULL && now_ms < t->seats_ms &&
	    (s = seat_of(t, from, &who)) != NULL && s->who == who)
		seat = &s->used;
	return seat != NULL && limit_take(seat, now_ms, 1, TOLL_RETURNS,
	    TOLL_RETURNS_BURST) && pay(&t->returning, now_ms, TOLL_HELLO, true);
}

bool
toll_hs3(struct toll *t, int64_t now_ms, const union sock_addr *from,
    bool again)
{
	struct group *g = group_of(t, &t->shown, now_ms, from);

	if (limit_wait_ms(&g->guesses, now_ms, 1, TOLL_GUESSES,
	    TOLL_GUESSES_BURST) > 0)
		return false;
	return !again || pay_any(t, now_ms, from, TOLL_HS3, false);
}

void
toll_guessed(struct toll *t, int64_t now_ms, const union sock_addr *from)
{
	limit_take(&group_of(t, &t->shown, now_ms, from)->guesses, now_ms, 1,
	    TOLL_GUESSES, TOLL_GUESSES_BURST);
}

bool
toll_reset(struct toll *t, int64_t now_ms, const union sock_addr *to)
{
	struct purse *p = is_known(t, now_ms, to) ? &t->acquainted :
	    &t->strangers;

	return limit_take(&group_of(t, &t->claimed, now_ms, to)->resets,
	    now_ms, 1, TOLL_RESETS, TOLL_RESETS) &&
	    limit_take(&p->resets, now_ms, 1, TOLL_RESETS_ALL,
	    TOLL_RESETS_ALL);
}
