/*
 * How many sessions there may be, of one key, of one address group and the
 * networks around it, in all, and who goes when there is no room. Pure; runs
 * in the server.
 *
 * Those who are in the room and are heard do not go, whoever knocks. Sessions
 * that end are a list of their own, which is bounded too: so that who finds
 * the room full can be told so.
 */
#include <string.h>

#include "common/text.h"
#include "server/hub_state.h"

enum {
	RESERVE = 16,		/* of so many places one is for owners */
	ENDING_MAX = 256,	/* sessions that are about to end */
	LOOK = 256		/* so many of the longest silent are looked at */
};

/* How well the room can do without a session. */
enum worth {
	WORTH_HERE,		/* in the room, and heard */
	WORTH_AWAY,		/* silent for a while, or waits to come in */
	WORTH_UNCONFIRMED,	/* not heard since its handshake */
	WORTH_NOTHING		/* of nobody in the room */
};

static enum worth
worth_of(const struct peer *p)
{
	if (p->person == NULL && p->enter_ms == 0 && !p->wants_in)
		return WORTH_NOTHING;
	if (!p->confirmed)
		return WORTH_UNCONFIRMED;
	return p->person == NULL || p->person->away ? WORTH_AWAY :
	    WORTH_HERE;
}

/* A place in a table, of HUB_CROWD_SLOTS. */
static size_t
place(const struct hub *h, const void *what, size_t len)
{
	const uint8_t *byte = what;
	uint32_t hash = h->config.seed;

	/* FNV-1a from a secret start. */
	for (; len > 0; len--)
		hash = (hash ^ *byte++) * 16777619;
	return (hash ^ hash >> 16) % HUB_CROWD_SLOTS;
}

static struct peer_list *
key_slot(struct hub *h, const struct peer *p)
{
	return &h->by_key[place(h, p->key, sizeof(p->key))];
}

static struct peer_list *
group_slot(struct hub *h, const union sock_addr *group)
{
	return &h->by_group[place(h, group, sizeof(*group))];
}

static struct hub_net *
net_slot(struct hub *h, const struct peer *p, int i)
{
	return &h->by_net[i][place(h, &p->net[i], sizeof(p->net[i]))];
}

/* Where it is, by its address. */
static void
locate(struct peer *p)
{
	static const size_t bytes[PEER_NETS][2] = { { 3, 6 }, { 2, 4 } };
	int i;

	sock_addr_group(&p->group, &p->addr);
	for (i = 0; i < PEER_NETS; i++)
		sock_addr_net(&p->net[i], &p->addr, bytes[i][0], bytes[i][1]);
}

static void
insert(struct hub *h, struct peer *p)
{
	struct hub_net *net;
	int i;

	locate(p);
	LIST_INSERT_HEAD(group_slot(h, &p->group), p, by_group);
	for (i = 0; i < PEER_NETS; i++) {
		net = net_slot(h, p, i);
		LIST_INSERT_HEAD(&net->list, p, by_net[i]);
		net->n++;
	}
}

static void
take_out(struct hub *h, struct peer *p)
{
	int i;

	LIST_REMOVE(p, by_group);
	for (i = 0; i < PEER_NETS; i++) {
		LIST_REMOVE(p, by_net[i]);
		net_slot(h, p, i)->n--;
	}
}

void
hub_crowd_add(struct hub *h, struct peer *p)
{
	LIST_INSERT_HEAD(key_slot(h, p), p, by_key);
	insert(h, p);
	TAILQ_INSERT_TAIL(&h->heard, p, by_heard);
}

uint32_t
hub_place(const struct hub *h, const struct peer *p)
{
	union sock_addr group;

	sock_addr_group(&group, &p->home);
	return sock_addr_hash(&group, h->config.seed);
}

void
hub_crowd_remove(struct hub *h, struct peer *p)
{
	LIST_REMOVE(p, by_key);
	take_out(h, p);
	if (p->closing) {
		TAILQ_REMOVE(&h->ending, p, by_heard);
		h->endings--;
	} else
		TAILQ_REMOVE(&h->heard, p, by_heard);
}

void
hub_crowd_heard(struct hub *h, struct peer *p)
{
	if (p->closing)
		return;
	TAILQ_REMOVE(&h->heard, p, by_heard);
	TAILQ_INSERT_TAIL(&h->heard, p, by_heard);
}

void
hub_crowd_moved(struct hub *h, struct peer *p)
{
	take_out(h, p);
	insert(h, p);
}

struct peer_list *
hub_crowd_near(struct hub *h, const union sock_addr *addr)
{
	union sock_addr group;

	sock_addr_group(&group, addr);
	return group_slot(h, &group);
}

struct limit *
hub_crowd_seat(void *arg, const union sock_addr *from)
{
	struct hub *h = arg;
	struct peer *p;

	LIST_FOREACH(p, hub_crowd_near(h, from), by_group)
		if (p->confirmed && !p->closing &&
		    sock_addr_eq(&p->home, from))
			return &p->returns;
	return NULL;
}

void
hub_crowd_ends(struct hub *h, struct peer *p)
{
	if (p->closing)
		return;
	/* The oldest of them has been told, as far as one can tell. */
	if (h->endings == ENDING_MAX)
		hub_peer_drop(h, TAILQ_FIRST(&h->ending));
	TAILQ_REMOVE(&h->heard, p, by_heard);
	TAILQ_INSERT_TAIL(&h->ending, p, by_heard);
	h->endings++;
	p->closing = true;
}

void
hub_crowd_put_out(struct hub *h, struct peer *p)
{
	if (p->person != NULL)
		room_report(h->room, HUB_SILENT, HUB_FINE, &p->addr,
		    p->name, p->name_len);
	hub_peer_go(h, p, ENTRY_TIMEOUT);
	hub_peer_drop(h, p);
}

/* The one that can be done without best, of these two. */
static struct peer *
lesser(struct peer *a, struct peer *b)
{
	if (a == NULL || worth_of(b) != worth_of(a))
		return a == NULL || worth_of(b) > worth_of(a) ? b : a;
	return b->heard_ms < a->heard_ms ? b : a;
}

/* Puts somebody out who is worth no more than that; false: there is none. */
static bool
spare(struct hub *h, struct peer *p, enum worth most)
{
	if (p == NULL || worth_of(p) < most)
		return false;
	hub_crowd_put_out(h, p);
	return true;
}

static bool
has_room_for_key(struct hub *h, const struct peer *new)
{
	struct peer *p, *least;
	size_t n;

	do {
		n = 0;
		least = NULL;
		LIST_FOREACH(p, key_slot(h, new), by_key) {
			if (p->closing || memcmp(p->key, new->key,
			    sizeof(p->key)) != 0)
				continue;
			n++;
			least = lesser(least, p);
		}
	} while (n >= HUB_KEY_PEERS && spare(h, least, WORTH_AWAY));
	return n < HUB_KEY_PEERS;
}

/* Whose name is kept comes in where others do not any more. To have one that is
 * not is nothing: anybody can have many. */
static bool
is_owner(struct hub *h, const struct peer *p)
{
	char fold[TEXT_FOLD_BYTES];

	return text_fold(fold, p->name, p->name_len) > 0 &&
	    log_lease_is_kept(h->room->log, h->room->wall_ms, fold, p->key);
}

/* A neighbour does not keep an owner out; nor are those who share a machine
 * strangers to each other. */
static bool
has_room_for_group(struct hub *h, const struct peer *new)
{
	struct peer *p, *least;
	size_t n;

	if (sock_addr_is_loopback(&new->addr) || is_owner(h, new))
		return true;
	do {
		n = 0;
		least = NULL;
		LIST_FOREACH(p, group_slot(h, &new->group), by_group) {
			if (p->closing || memcmp(&p->group, &new->group,
			    sizeof(p->group)) != 0)
				continue;
			n++;
			least = lesser(least, p);
		}
	} while (n >= HUB_GROUP_PEERS && spare(h, least, WORTH_AWAY));
	return n < HUB_GROUP_PEERS;
}

static size_t
places(const struct hub *h)
{
	return h->config.peers_max == 0 ? HUB_PEERS_MAX : h->config.peers_max;
}

/*
 * One network, which has as many address groups as it likes, does not keep
 * the others out.
 */
static bool
has_room_in_net(struct hub *h, const struct peer *new, int i)
{
	size_t max = places(h) / (i == 0 ? HUB_NET_PART : HUB_NET_WIDE_PART), n;
	struct hub_net *net = net_slot(h, new, i);
	struct peer *p, *least;

	if (max < HUB_GROUP_PEERS)
		max = HUB_GROUP_PEERS;
	if (net->n < max || sock_addr_is_loopback(&new->addr) ||
	    is_owner(h, new))
		return true;
	do {
		n = 0;
		least = NULL;
		LIST_FOREACH(p, &net->list, by_net[i]) {
			if (p->closing || memcmp(&p->net[i], &new->net[i],
			    sizeof(p->net[i])) != 0)
				continue;
			n++;
			least = lesser(least, p);
		}
	} while (n >= max && spare(h, least, WORTH_AWAY));
	return n < max;
}

static bool
has_room(struct hub *h, const struct peer *new)
{
	size_t max = places(h), n;
	struct peer *p, *least;
	int looked;

	if (!is_owner(h, new))
		max -= (max + RESERVE - 1) / RESERVE;
	do {
		n = h->room->figures.sessions - h->endings;
		least = NULL;
		looked = 0;
		if (n >= max)
			TAILQ_FOREACH(p, &h->heard, by_heard) {
				least = lesser(least, p);
				if (worth_of(least) == WORTH_NOTHING ||
				    ++looked == LOOK)
					break;
			}
	} while (n >= max && spare(h, least, WORTH_UNCONFIRMED));
	return n < max;
}

/* Does it take the place of a session that there is? */
static bool
replaces(struct hub *h, const struct peer *new)
{
	const struct peer *p;

	LIST_FOREACH(p, key_slot(h, new), by_key)
		if (!p->closing && p->person != NULL &&
		    peer_is(p, new->key, new->name, new->name_len))
			return true;
	return false;
}

enum hub_reason
hub_crowd_check(struct hub *h, struct peer *new)
{
	locate(new);
	if (replaces(h, new))
		return HUB_FINE;
	if (!has_room_for_key(h, new))
		return HUB_FULL;
	if (!has_room_for_group(h, new) || !has_room_in_net(h, new, 0) ||
	    !has_room_in_net(h, new, 1))
		return HUB_CROWDED;
	return has_room(h, new) ? HUB_FINE : HUB_FULL;
}
