/*
 * The hub's peers: found by index and by what is due first. Pure; runs in the
 * server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/hub_state.h"

static int
compare(const struct peer *a, const struct peer *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms ? -1 : 1;
	return a->seal.here < b->seal.here ? -1 :
	    a->seal.here > b->seal.here;
}

RB_GENERATE(peer_tree, peer, by_due, compare)

struct peer_list *
hub_peer_slot(struct hub *h, uint32_t index)
{
	return &h->by_index[index % HUB_PEER_SLOTS];
}

struct peer *
hub_peer_find(struct hub *h, uint32_t index)
{
	struct peer *p;

	LIST_FOREACH(p, hub_peer_slot(h, index), by_index)
		if (p->seal.here == index)
			return p;
	return NULL;
}

bool
hub_peer_is_taken(void *arg, uint32_t index)
{
	return hub_peer_find(arg, index) != NULL;
}

void
hub_ignore(struct hub *h, enum hub_reason why, const union sock_addr *from,
    const struct peer *p)
{
	h->room->figures.ignored++;
	room_report(h->room, HUB_REFUSED, why, from, p == NULL ? NULL : p->name,
	    p == NULL ? 0 : p->name_len);
}

/* When the peer needs a look without anything happening. */
static int64_t
due_of(const struct peer *p)
{
	int64_t due = p->read_due, d = delivery_due(&p->delivery);

	if (p->closing)
		return p->heard_ms + PEER_LINGER_MS;
	/* Nothing more may go there before something comes from there. */
	if (p->held || (!p->proved && p->credit_bytes < HUB_PING_DATAGRAM))
		due = INT64_MAX;
	else if (d < due)
		due = d;
	if (!p->proved && p->credit_bytes >= HUB_PING_DATAGRAM && (due <
	    p->told_ms + PEER_PROVE_MS || p->owes != 0))
		due = p->told_ms + PEER_PROVE_MS;
	if (peer_in_doubt(p) && p->probe_ms < due)
		due = p->probe_ms;
	if (!p->confirmed && p->heard_ms + PEER_UNCONFIRMED_MS < due)
		due = p->heard_ms + PEER_UNCONFIRMED_MS;
	if (p->person == NULL)
		d = p->enter_ms != 0 ? p->enter_ms :
		    p->heard_ms + PEER_KEEP_MS;
	else
		d = p->heard_ms + (p->person->away ? PEER_TIMEOUT_MS :
		    PEER_AWAY_MS);
	return d < due ? d : due;
}

void
hub_peer_schedule(struct hub *h, struct peer *p)
{
	int64_t due = due_of(p);

	if (p->scheduled && p->due_ms == due)
		return;
	if (p->scheduled)
		RB_REMOVE(peer_tree, &h->due, p);
	p->due_ms = due;
	p->scheduled = true;
	RB_INSERT(peer_tree, &h->due, p);
}

void
hub_peer_go(struct hub *h, struct peer *p, enum entry_kind kind)
{
	p->leaves = false;
	if (p->person == NULL)
		return;
	p->person->session = NULL;
	p->person = NULL;
	room_put_out(h->room, kind, 0, p->name, p->name_len);
}

void
hub_peer_drop(struct hub *h, struct peer *p)
{
	if (p->leaves)
		hub_peer_go(h, p, ENTRY_LEAVE);
	room_unask(h->room, &p->ask);
	if (p->person != NULL)
		p->person->session = NULL;
	if (p->scheduled)
		RB_REMOVE(peer_tree, &h->due, p);
	if (p->waiting)
		LIST_REMOVE(p, by_waiting);
	hub_crowd_remove(h, p);
	LIST_REMOVE(p, by_index);
	LIST_REMOVE(p, by_all);
	h->room->figures.sessions--;
	peer_free(p);
}

void
hub_secure_clear(struct hub *h)
{
	struct peer *p;

	while ((p = LIST_FIRST(&h->peers)) != NULL)
		hub_peer_drop(h, p);
}

/* Each line that he says asks; only a rule changes it. */
bool
hub_is_muted(struct hub *h, struct peer *p)
{
	struct standing_mute mute = { .until_ms = 0 };

	if (p->mutes_seen != standing_version(h->room->standing)) {
		p->mutes_seen = standing_version(h->room->standing);
		p->muted = room_has_muted(h->room, 0, p->key, &mute);
		p->muted_until_ms = mute.until_ms;
	}
	return p->muted && (p->muted_until_ms == 0 ||
	    p->muted_until_ms > h->room->wall_ms);
}
