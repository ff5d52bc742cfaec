/*
 * How many sessions there may be, of one key, of one address group and the
 * networks around it, in all, and who goes when there is no room. Pure; runs
 * in the server.
 *
 * Those who are in the room and are heard do not go, whoever knocks. Sessions
 * that end are a list of their own, which is bounded too: so that who finds
 * the room full can be told so.
 */
#include "server/crowd.h"

#include <string.h>

#include "server/room/lease.h"

enum {
	RESERVE = 16,		/* of so many places one is for owners */
	ENDING_MAX = 256,	/* sessions that are about to end */
	LOOK = 256		/* so many of the longest silent */
};

_Static_assert((int)LEASE_ALL - (int)LEASE_KEPT > (int)HUB_PEERS_MAX,
    "who is in the room never needs a name that is kept");

/* How well the room can do without a session. */
enum worth {
	WORTH_HERE,		/* in the room, and heard */
	WORTH_AWAY,		/* silent for a while, or waits to come in */
	WORTH_UNCONFIRMED,	/* not heard since its handshake */
	WORTH_NOTHING		/* of nobody in the room */
};

static enum worth
worth_of(const struct crowd *c, const struct peer *p)
{
	if (!peer_is_in(p) && !peer_waits(p))
		return WORTH_NOTHING;
	if (!p->confirmed)
		return WORTH_UNCONFIRMED;
	return peer_is_here(p, c->now_ms) ? WORTH_HERE : WORTH_AWAY;
}

static uint32_t
hash_of(const struct crowd *c, const void *what, size_t len)
{
	const uint8_t *byte = what;
	uint32_t hash = c->seed;

	/* FNV-1a from a secret start. */
	for (; len > 0; len--)
		hash = (hash ^ *byte++) * 16777619;
	return hash ^ hash >> 16;
}

/* A place in a table. */
static size_t
place(const struct crowd *c, const void *what, size_t len)
{
	return hash_of(c, what, len) % CROWD_SLOTS;
}

static struct peer_slot *
key_slot(struct crowd *c, const struct peer *p)
{
	return &c->by_key[place(c, p->key, sizeof(p->key))];
}

static struct peer_list *
group_slot(struct crowd *c, const struct sock_group *group)
{
	return &c->by_group[place(c, group, sizeof(*group))];
}

static struct crowd_net *
net_slot(struct crowd *c, const struct peer *p, int i)
{
	return &c->by_net[i][place(c, &p->at.group,
	    sock_group_net_bytes(&p->at.group, i == 1))];
}

/* Where it is, by its address. */
static void
locate(struct peer *p)
{
	sock_addr_to_group(&p->at.group, &p->at.addr);
}

static void
insert(struct crowd *c, struct peer *p)
{
	struct crowd_net *net;
	int i;

	locate(p);
	LIST_INSERT_HEAD(group_slot(c, &p->at.group), p, by_group);
	for (i = 0; i < PEER_NETS; i++) {
		net = net_slot(c, p, i);
		LIST_INSERT_HEAD(&net->list, p, by_net[i]);
		net->n++;
	}
}

static void
take_out(struct crowd *c, struct peer *p)
{
	int i;

	LIST_REMOVE(p, by_group);
	for (i = 0; i < PEER_NETS; i++) {
		LIST_REMOVE(p, by_net[i]);
		net_slot(c, p, i)->n--;
	}
}

void
crowd_init(struct crowd *c, uint32_t seed, size_t peers_max)
{
	c->seed = seed;
	c->peers_max = peers_max;
	TAILQ_INIT(&c->heard);
	TAILQ_INIT(&c->ending);
}

void
crowd_add(struct crowd *c, struct peer *p)
{
	c->count++;
	SLIST_INSERT_HEAD(key_slot(c, p), p, by_key);
	insert(c, p);
	TAILQ_INSERT_TAIL(&c->heard, p, by_heard);
}

uint32_t
crowd_place(const struct crowd *c, const struct peer *p)
{
	union sock_addr group;

	sock_addr_group(&group, &p->at.home);
	return sock_addr_hash(&group, c->seed);
}

uint32_t
crowd_network(const struct crowd *c, const struct peer *p)
{
	return hash_of(c, &p->at.group, sock_group_net_bytes(&p->at.group,
	    false));
}

void
crowd_remove(struct crowd *c, struct peer *p)
{
	c->count--;
	SLIST_REMOVE(key_slot(c, p), p, peer, by_key);
	take_out(c, p);
	if (p->closing) {
		TAILQ_REMOVE(&c->ending, p, by_heard);
		c->endings--;
	} else
		TAILQ_REMOVE(&c->heard, p, by_heard);
}

/* One whose entry is on its way is as good as in the room. */
static bool
is_outside(const struct peer *p)
{
	return !p->closing && !peer_is_in(p) && !peer_comes(p);
}

struct peer *
crowd_before(struct peer *p)
{
	struct peer *old = p;

	while ((old = SLIST_NEXT(old, by_key)) != NULL)
		if (is_outside(old) && peer_is(old, p->key, p->name,
		    p->name_len) && (old->run == p->run || peer_waits(old)))
			break;
	return old;
}

struct peer *
crowd_next_of(struct crowd *c, const uint8_t key[NOISE_KEY],
    const struct peer *p)
{
	struct peer *next = p != NULL ? SLIST_NEXT(p, by_key) :
	    SLIST_FIRST(&c->by_key[place(c, key, NOISE_KEY)]);

	while (next != NULL && memcmp(next->key, key, NOISE_KEY) != 0)
		next = SLIST_NEXT(next, by_key);
	return next;
}

/* Both are of one run of a client, and of several rooms. */
static bool
is_next_of(const struct peer *p, const struct peer *old)
{
	return p->first == NULL && old->first == NULL && old->run == p->run &&
	    memcmp(old->key, p->key, NOISE_KEY) == 0;
}

struct peer *
crowd_former(struct peer *p)
{
	struct peer *old = p;

	while ((old = SLIST_NEXT(old, by_key)) != NULL)
		if (!old->closing && is_next_of(p, old))
			break;
	return old;
}

void
crowd_heard(struct crowd *c, struct peer *p)
{
	if (p->closing)
		return;
	TAILQ_REMOVE(&c->heard, p, by_heard);
	TAILQ_INSERT_TAIL(&c->heard, p, by_heard);
}

void
crowd_moved(struct crowd *c, struct peer *p)
{
	take_out(c, p);
	insert(c, p);
}

struct peer_list *
crowd_near(struct crowd *c, const union sock_addr *addr)
{
	struct sock_group group;

	sock_addr_to_group(&group, addr);
	return group_slot(c, &group);
}

struct limit *
crowd_seat(void *arg, const union sock_addr *from)
{
	struct crowd *c = arg;
	struct peer *p;

	LIST_FOREACH(p, crowd_near(c, from), by_group)
		if (p->confirmed && !p->closing &&
		    sock_addr_eq(&p->at.home, from))
			return &p->share.returns;
	return NULL;
}

struct peer *
crowd_ends(struct crowd *c, struct peer *p)
{
	if (p->closing)
		return NULL;
	TAILQ_REMOVE(&c->heard, p, by_heard);
	TAILQ_INSERT_TAIL(&c->ending, p, by_heard);
	c->endings++;
	p->closing = true;
	/* The oldest of them has been told, as far as one can tell. */
	return c->endings > ENDING_MAX ? TAILQ_FIRST(&c->ending) : NULL;
}

/* The one that can be done without best, of these two. */
static struct peer *
lesser(const struct crowd *c, struct peer *a, struct peer *b)
{
	if (a == NULL || worth_of(c, b) != worth_of(c, a))
		return a == NULL || worth_of(c, b) > worth_of(c, a) ? b : a;
	return b->heard_ms < a->heard_ms ? b : a;
}

/* May there be one more? Else least goes for it, if it is worth no more than
 * that; what it is called when it does not. */
static enum hub_reason
make_room(const struct crowd *c, bool has_room, struct peer *least,
    enum worth most, enum hub_reason why, struct peer **out)
{
	if (has_room)
		return HUB_FINE;
	if (least != NULL && worth_of(c, least) >= most)
		*out = least;
	return why;
}

static enum hub_reason
check_key(struct crowd *c, const struct peer *new, struct peer **out)
{
	struct peer *p, *least = NULL, *silent = NULL;
	size_t n = 0;

	SLIST_FOREACH(p, key_slot(c, new), by_key) {
		if (p->closing || memcmp(p->key, new->key,
		    sizeof(p->key)) != 0)
			continue;
		n++;
		least = lesser(c, least, p);
		if (peer_is_beside(p, new) && (silent == NULL ||
		    p->heard_ms < silent->heard_ms))
			silent = p;
	}
	/* His own devices, of which he may not even know where they are. */
	if (n >= HUB_KEY_PEERS && silent != NULL) {
		*out = silent;
		return HUB_FULL;
	}
	return make_room(c, n < HUB_KEY_PEERS, least, WORTH_AWAY, HUB_FULL,
	    out);
}

static enum hub_reason
check_group(struct crowd *c, const struct peer *new, struct peer **out)
{
	struct peer *p, *least = NULL;
	size_t n = 0;

	LIST_FOREACH(p, group_slot(c, &new->at.group), by_group) {
		if (p->closing || memcmp(&p->at.group, &new->at.group,
		    sizeof(p->at.group)) != 0)
			continue;
		n++;
		least = lesser(c, least, p);
	}
	return make_room(c, n < HUB_GROUP_PEERS, least, WORTH_AWAY,
	    HUB_CROWDED, out);
}

static size_t
places(const struct crowd *c)
{
	return c->peers_max == 0 ? HUB_PEERS_MAX : c->peers_max;
}

/*
 * One network, which has as many address groups as it likes, does not keep
 * the others out.
 */
static enum hub_reason
check_net(struct crowd *c, const struct peer *new, int i, struct peer **out)
{
	size_t max = places(c) / (i == 0 ? HUB_NET_PART : HUB_NET_WIDE_PART);
	struct crowd_net *net = net_slot(c, new, i);
	struct peer *p, *least = NULL;
	size_t n = 0;

	if (max < HUB_GROUP_PEERS)
		max = HUB_GROUP_PEERS;
	if (net->n < max)
		return HUB_FINE;
	LIST_FOREACH(p, &net->list, by_net[i]) {
		if (p->closing || memcmp(&p->at.group, &new->at.group,
		    sock_group_net_bytes(&new->at.group, i == 1)) != 0)
			continue;
		n++;
		least = lesser(c, least, p);
	}
	return make_room(c, n < max, least, WORTH_AWAY, HUB_CROWDED, out);
}

static enum hub_reason
check_all(struct crowd *c, bool owns, struct peer **out)
{
	size_t max = places(c), n = c->count - c->endings;
	struct peer *p, *least = NULL;
	int looked = 0;

	if (!owns)
		max -= (max + RESERVE - 1) / RESERVE;
	if (n < max)
		return HUB_FINE;
	TAILQ_FOREACH(p, &c->heard, by_heard) {
		least = lesser(c, least, p);
		if (worth_of(c, least) == WORTH_NOTHING || ++looked == LOOK)
			break;
	}
	return make_room(c, false, least, WORTH_UNCONFIRMED, HUB_FULL, out);
}

/* Does it take the place of a session that there is? */
static bool
replaces(struct crowd *c, const struct peer *new)
{
	const struct peer *p;

	SLIST_FOREACH(p, key_slot(c, new), by_key)
		if (!p->closing && (is_next_of(new, p) || (peer_is_in(p) &&
		    !peer_is_beside(p, new) && peer_is(p, new->key,
		    new->name, new->name_len))))
			return true;
	return false;
}

/* A neighbour does not keep an owner out; nor are those who share a machine
 * strangers to each other. */
enum hub_reason
crowd_check(struct crowd *c, struct peer *new, bool owns, struct peer **out)
{
	enum hub_reason why;

	*out = NULL;
	c->now_ms = new->heard_ms;
	locate(new);
	if (replaces(c, new))
		return HUB_FINE;
	why = check_key(c, new, out);
	if (owns || sock_addr_is_loopback(&new->at.addr))
		return why != HUB_FINE ? why : check_all(c, owns, out);
	if (why == HUB_FINE)
		why = check_group(c, new, out);
	if (why == HUB_FINE)
		why = check_net(c, new, 0, out);
	if (why == HUB_FINE)
		why = check_net(c, new, 1, out);
	return why != HUB_FINE ? why : check_all(c, owns, out);
}
