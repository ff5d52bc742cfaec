/*
 * Who may have the room do how much. Pure; runs in the server. An account that
 * has been at rest for a while is as good as none, so they are few; where they
 * are many, the one that was used longest ago goes, which helps its owner and
 * harms nobody.
 */
#include "server/budget.h"

#include <sys/queue.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/limit.h"

enum {
	SLOTS = 4096,
	RESTED_MS = 120 * 1000,		/* every debt is paid by then */
	EPOCH_MS = 10 * 1000,		/* who did something in it is active */
	NAME_US = 10 * 1000 * 1000,	/* a new name in so long */
	NAME_BURST = 5,
	RENAME_US = 5 * 1000 * 1000,	/* as many as nobody notices */
	RENAME_BURST = 20,
	JOINS_BURST_S = 60,
	ENTER_US = 250 * 1000,		/* a seat in a room in so long */
	ENTER_BURST = 64,
	GROUP_JOIN_US = 250 * 1000,	/* a join of a group in so long */
	WORK_PER_S = 30 * 1000,		/* of a million */
	NO_MEMORY_MS = 1000
};
static const int64_t second_us = 1000000;
_Static_assert(crypto_shorthash_KEYBYTES == BUDGET_SECRET, "SipHash's key");

enum type { OF_KEY, OF_ADDRESS, OF_GROUP, OF_CLASSIC_GROUP };

/* Talking and having work done: who reads is no rival of who speaks. */
enum activity { TALK, WORK, ACTIVITIES };

struct id {
	uint8_t		 type;
	uint8_t		 bytes[NOISE_KEY];
	uint8_t		 room[2];
};

struct account {
	LIST_ENTRY(account) by_id;
	TAILQ_ENTRY(account) by_age;
	int64_t		 used_ms;
	union {
		struct limit spent[BUDGET_KINDS];	/* a member's */
		struct crew {
			struct limit joins;
			/* Who is active in this epoch, and was in the last. */
			uint32_t active[ACTIVITIES], before[ACTIVITIES];
		} crew;					/* a group's */
	};
	/* Of a member: in which epoch of which group he was counted. */
	int32_t		 epoch[ACTIVITIES];
	uint32_t	 serial;	/* of the group; a group's own */
	struct id	 id;
};
LIST_HEAD(slot, account);
TAILQ_HEAD(accounts, account);

struct table {
	struct slot	 slots[SLOTS];
	struct accounts	 list;		/* used longest ago first */
	size_t		 count, max;
};

struct budget {
	uint32_t	 rate;
	uint32_t	 serial;
	uint8_t		 secret[BUDGET_SECRET];
	struct table	 members, groups;
};

/* Whose account, and of which group; group NULL: he stands for himself. */
struct spender {
	struct account	*member, *group;
};

struct budget *
budget_new(uint32_t rate, const uint8_t secret[BUDGET_SECRET])
{
	struct budget *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->rate = rate;
	memcpy(b->secret, secret, BUDGET_SECRET);
	TAILQ_INIT(&b->members.list);
	TAILQ_INIT(&b->groups.list);
	b->members.max = BUDGET_KEPT;
	b->groups.max = BUDGET_GROUPS;
	return b;
}

static void
forget(struct table *t, struct account *a)
{
	LIST_REMOVE(a, by_id);
	TAILQ_REMOVE(&t->list, a, by_age);
	t->count--;
	free(a);
}

static void
forget_all(struct table *t)
{
	struct account *a;

	while ((a = TAILQ_FIRST(&t->list)) != NULL)
		forget(t, a);
}

void
budget_free(struct budget *b)
{
	if (b == NULL)
		return;
	forget_all(&b->members);
	forget_all(&b->groups);
	free(b);
}

static struct slot *
slot_of(const struct budget *b, struct table *t, const struct id *id)
{
	uint8_t hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, (const uint8_t *)id, sizeof(*id), b->secret);
	return &t->slots[(hash[0] | hash[1] << 8) % SLOTS];
}

/* A few of those who are at rest, at each call. */
static void
tidy(struct table *t, int64_t now_ms)
{
	struct account *a;
	int i;

	for (i = 0; i < 2 && (a = TAILQ_FIRST(&t->list)) != NULL &&
	    now_ms - a->used_ms > RESTED_MS; i++)
		forget(t, a);
}

/* The account, a new one if need be; NULL: no memory. */
static struct account *
account_of(struct budget *b, struct table *t, int64_t now_ms,
    const struct id *id)
{
	struct slot *slot = slot_of(b, t, id);
	struct account *a;

	LIST_FOREACH(a, slot, by_id)
		if (memcmp(&a->id, id, sizeof(*id)) == 0)
			break;
	if (a == NULL) {
		tidy(t, now_ms);
		if ((a = calloc(1, sizeof(*a))) == NULL)
			return NULL;
		if (t->count == t->max)
			forget(t, TAILQ_FIRST(&t->list));
		a->id = *id;
		a->serial = t == &b->groups ? ++b->serial : 0;
		a->epoch[TALK] = a->epoch[WORK] = -1;
		LIST_INSERT_HEAD(slot, a, by_id);
		t->count++;
	} else
		TAILQ_REMOVE(&t->list, a, by_age);
	TAILQ_INSERT_TAIL(&t->list, a, by_age);
	a->used_ms = now_ms;
	return a;
}

static void
id_of_address(struct id *id, enum type type, const union sock_addr *addr)
{
	memset(id, 0, sizeof(*id));
	id->type = (uint8_t)type;
	if (addr->sa.sa_family == AF_INET6) {
		memcpy(id->bytes, &addr->in6.sin6_addr, 16);
		memcpy(id->bytes + 16, &addr->in6.sin6_port, 2);
		memcpy(id->bytes + 18, &addr->in6.sin6_scope_id, 4);
	} else {
		memcpy(id->bytes, &addr->in4.sin_addr, 4);
		memcpy(id->bytes + 16, &addr->in4.sin_port, 2);
		id->bytes[NOISE_KEY - 1] = 4;
	}
}

/* False: no memory. */
static bool
find(struct budget *b, int64_t now_ms, const struct budget_who *who,
    struct spender *s)
{
	union sock_addr group;
	struct id id = { .type = OF_KEY };

	if (who->key != NULL)
		memcpy(id.bytes, who->key, NOISE_KEY);
	else
		id_of_address(&id, OF_ADDRESS, who->addr);
	memcpy(id.room, &who->room, sizeof(id.room));
	s->group = NULL;
	s->member = account_of(b, &b->members, now_ms, &id);
	if (s->member == NULL || sock_addr_is_loopback(who->addr))
		return s->member != NULL;
	sock_addr_group(&group, who->addr);
	id_of_address(&id, who->key != NULL ? OF_GROUP : OF_CLASSIC_GROUP,
	    &group);
	memcpy(id.room, &who->room, sizeof(id.room));
	s->group = account_of(b, &b->groups, now_ms, &id);
	return s->group != NULL;
}

/* He does something: how many in his group do so now, he among them? */
static uint32_t
count_active(struct spender *s, int64_t now_ms, enum activity what)
{
	struct account *g = s->group, *m = s->member;
	struct crew *crew = &g->crew;
	int32_t epoch = (int32_t)(now_ms / EPOCH_MS);

	if (g->epoch[what] != epoch) {
		crew->before[what] = g->epoch[what] == epoch - 1 ?
		    crew->active[what] : 0;
		crew->active[what] = 0;
		g->epoch[what] = epoch;
	}
	if (m->serial != g->serial) {
		m->serial = g->serial;
		m->epoch[TALK] = m->epoch[WORK] = -1;
	}
	if (m->epoch[what] != epoch) {
		m->epoch[what] = epoch;
		crew->active[what]++;
	}
	return crew->active[what] > crew->before[what] ? crew->active[what] :
	    crew->before[what];
}

/* What so much of it costs one who does not share, and how far he may run
 * ahead, in us. */
static int64_t
price(const struct budget *b, enum budget_kind kind, uint32_t amount,
    int64_t *burst_us)
{
	int64_t rate = b->rate;

	switch (kind) {
	case BUDGET_LINES:
		*burst_us = BUDGET_BURST_S * second_us;
		return amount * second_us / rate;
	case BUDGET_BYTES:
		rate *= BUDGET_RATE_BYTES;
		*burst_us = rate < BUDGET_MESSAGE ?
		    BUDGET_MESSAGE * second_us / rate : second_us;
		return amount * second_us / rate;
	case BUDGET_NAMES:
		*burst_us = (int64_t)NAME_US * NAME_BURST;
		return (int64_t)amount * NAME_US;
	case BUDGET_RENAMES:
		*burst_us = (int64_t)RENAME_US * RENAME_BURST;
		return (int64_t)amount * RENAME_US;
	case BUDGET_JOINS:
		*burst_us = JOINS_BURST_S * second_us;
		return amount * second_us;
	case BUDGET_ENTERS:
		*burst_us = (int64_t)ENTER_US * ENTER_BURST;
		return (int64_t)amount * ENTER_US;
	default:
		*burst_us = second_us;
		return amount * second_us / WORK_PER_S;
	}
}

static int64_t
shared(struct spender *s, int64_t now_ms, enum budget_kind kind, int64_t us)
{
	uint32_t active;

	/* How often somebody comes and goes is his own matter. */
	if (s->group == NULL || kind == BUDGET_JOINS || kind == BUDGET_ENTERS)
		return us;
	active = count_active(s, now_ms, kind == BUDGET_WORK ? WORK : TALK);
	if (active > BUDGET_MEMBERS * BUDGET_SHARES)
		active = BUDGET_MEMBERS * BUDGET_SHARES;
	return active <= BUDGET_MEMBERS ? us : us * active / BUDGET_MEMBERS;
}

static bool
is_limited(const struct budget *b, enum budget_kind kind)
{
	return kind == BUDGET_WORK || b->rate > 0;
}

/* Is anything of it limited? Else nobody needs an account. */
static bool
is_owed(const struct budget *b, const struct budget_cost *cost)
{
	int kind;

	for (kind = 0; kind < BUDGET_KINDS; kind++)
		if (cost->of[kind] > 0 && is_limited(b, kind))
			return true;
	return false;
}

static bool
counts_join(const struct budget *b, const struct spender *s,
    const struct budget_cost *cost)
{
	return s->group != NULL && b->rate > 0 && cost->of[BUDGET_JOINS] > 0;
}

int64_t
budget_wait(struct budget *b, int64_t now_ms, const struct budget_who *who,
    const struct budget_cost *cost)
{
	int64_t wait = 0, other, us, burst_us;
	struct spender s;
	int kind;

	if (!is_owed(b, cost))
		return 0;
	if (!find(b, now_ms, who, &s))
		return NO_MEMORY_MS;
	for (kind = 0; kind < BUDGET_KINDS; kind++) {
		if (cost->of[kind] == 0 || !is_limited(b, kind))
			continue;
		us = price(b, kind, cost->of[kind], &burst_us);
		us = shared(&s, now_ms, kind, us);
		other = limit_wait_us(&s.member->spent[kind], now_ms, us,
		    burst_us);
		if (wait < other)
			wait = other;
	}
	if (counts_join(b, &s, cost) && !who->waited) {
		other = limit_wait_us(&s.group->crew.joins, now_ms,
		    GROUP_JOIN_US, BUDGET_PATIENCE_MS * 1000);
		if (wait < other)
			wait = other;
	}
	return wait;
}

void
budget_spend(struct budget *b, int64_t now_ms, const struct budget_who *who,
    const struct budget_cost *cost)
{
	int64_t us, burst_us;
	struct spender s;
	int kind;

	if (!is_owed(b, cost) || !find(b, now_ms, who, &s))
		return;
	for (kind = 0; kind < BUDGET_KINDS; kind++) {
		if (cost->of[kind] == 0 || !is_limited(b, kind))
			continue;
		us = price(b, kind, cost->of[kind], &burst_us);
		limit_spend_us(&s.member->spent[kind], now_ms,
		    shared(&s, now_ms, kind, us));
	}
	if (counts_join(b, &s, cost))
		limit_spend_us(&s.group->crew.joins, now_ms,
		    GROUP_JOIN_US);
}

bool
budget_take(struct budget *b, int64_t now_ms, const struct budget_who *who,
    const struct budget_cost *cost)
{
	if (budget_wait(b, now_ms, who, cost) > 0)
		return false;
	budget_spend(b, now_ms, who, cost);
	return true;
}
