/*
 * The table of peers: found by index and by what is due first, who waits to be
 * served, what each may ask for. Pure; runs in the
 * server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/peers_state.h"

enum { CALM_US = 2000 };	/* work/s of a session that is not counted */

static int
compare(const struct peer *a, const struct peer *b)
{
	if (a->due.ms != b->due.ms)
		return a->due.ms < b->due.ms ? -1 : 1;
	return a->seal.here < b->seal.here ? -1 :
	    a->seal.here > b->seal.here;
}

RB_GENERATE(peer_tree, peer, due.node, compare)

struct peer_slot *
peers_slot(struct peers *ps, uint32_t index)
{
	return &ps->by_index[index % PEERS_SLOTS];
}

struct peer *
peers_find(struct peers *ps, uint32_t index)
{
	struct peer *p;

	SLIST_FOREACH(p, peers_slot(ps, index), by_index)
		if (p->seal.here == index)
			return p;
	return NULL;
}

void
peers_ignore(struct peers *ps, enum hub_reason why, const union sock_addr *from,
    const struct peer *p)
{
	ps->house->figures.ignored++;
	house_report(ps->house, HUB_REFUSED, why, from,
	    p == NULL ? NULL : p->name, p == NULL ? 0 : p->name_len);
}

/* When the peer needs a look without anything happening. */
static int64_t
due_of(const struct peer *p)
{
	int64_t due = seat_read_due(p->first), d = delivery_due(&p->first->delivery);

	if (p->closing)
		return p->heard_ms + PEER_LINGER_MS;
	/* Nothing more may go there before something comes from there. */
	if (p->first->wait.held || (!p->at.proved && p->at.credit_bytes <
	    PEERS_PING_DATAGRAM))
		due = INT64_MAX;
	else if (d < due)
		due = d;
	if (!p->at.proved && p->at.credit_bytes >= PEERS_PING_DATAGRAM && (due <
	    p->at.told_ms + PEER_PROVE_MS || p->owes != 0 || p->first->owes != 0))
		due = p->at.told_ms + PEER_PROVE_MS;
	if (peer_in_doubt(p) && p->at.probe_ms < due)
		due = p->at.probe_ms;
	if (!p->confirmed && p->heard_ms + PEER_UNCONFIRMED_MS < due)
		due = p->heard_ms + PEER_UNCONFIRMED_MS;
	if (p->first->person == NULL)
		d = p->first->join.enter_ms != 0 ? p->first->join.enter_ms :
		    p->heard_ms + PEER_KEEP_MS;
	else
		d = p->heard_ms + (p->first->person->away ? PEER_TIMEOUT_MS :
		    PEER_AWAY_MS);
	return d < due ? d : due;
}

void
peers_schedule(struct peers *ps, struct peer *p)
{
	int64_t due = due_of(p);

	if (p->planned && p->due.ms == due)
		return;
	if (p->planned)
		RB_REMOVE(peer_tree, &ps->due, p);
	p->due.ms = due;
	p->planned = true;
	RB_INSERT(peer_tree, &ps->due, p);
}

void
peers_go(struct peers *ps, struct peer *p, enum entry_kind kind)
{
	p->first->join.leaves = false;
	if (p->first->person == NULL)
		return;
	p->first->person->session = NULL;
	p->first->person = NULL;
	room_put_out(ps->room, kind, 0, p->name, p->name_len);
}

/* Whom it leaves in the room nobody sees to: he has a while to come back. */
static void
leave_behind(struct peers *ps, struct member *person)
{
	person->session = NULL;
	if (room_is_ghost(ps->room, person))
		ps->room->has_ghosts = true;
}

void
peers_drop(struct peers *ps, struct peer *p)
{
	if (p->first->join.leaves)
		peers_go(ps, p, ENTRY_LEAVE);
	room_unask(ps->room, &p->first->ask);
	if (p->first->person != NULL)
		leave_behind(ps, p->first->person);
	if (p->planned)
		RB_REMOVE(peer_tree, &ps->due, p);
	crowd_remove(&ps->crowd, p);
	SLIST_REMOVE(peers_slot(ps, p->seal.here), p, peer, by_index);
	LIST_REMOVE(p, by_all);
	peer_free(p);
}

/* Each line that he says asks; only a rule changes it. */
bool
peers_is_muted(struct peers *ps, struct peer *p)
{
	uint32_t version = (uint32_t)standing_version(ps->room->standing);
	struct standing_mute mute = { .until_ms = 0 };

	if (p->first->mute.seen != version) {
		p->first->mute.seen = version;
		p->first->mute.is = room_has_muted(ps->room, 0, p->key, &mute);
		p->first->mute.until_ms = mute.until_ms;
	}
	return p->first->mute.is && (p->first->mute.until_ms == 0 ||
	    p->first->mute.until_ms > ps->house->wall_ms);
}

void
peers_time_out(struct peers *ps, struct peer *p)
{
	if (p->first->person != NULL)
		house_report(ps->house, HUB_SILENT, HUB_FINE, &p->at.addr,
		    p->name, p->name_len);
	peers_go(ps, p, ENTRY_TIMEOUT);
	peers_drop(ps, p);
}

void
peers_end(struct peers *ps, struct peer *p)
{
	struct peer *out = crowd_ends(&ps->crowd, p);

	if (out != NULL)
		peers_drop(ps, out);
}

struct budget_who
peers_who(const struct peer *p)
{
	struct budget_who who = { .key = p->key, .addr = &p->at.home };

	return who;
}

void
peers_reset(struct peers *ps, const struct gate_stray *s)
{
	uint8_t out[HELLO_DATAGRAM];
	size_t len;

	peers_ignore(ps, HUB_UNKNOWN_SESSION, s->to, NULL);
	len = gate_reset(ps->gate, ps->house->now_ms, s, out);
	if (len > 0)
		ps->house->out.send(ps->house->out.arg, s->to, out, len);
}

bool
peers_work(struct peers *ps, struct peer *p, uint32_t us)
{
	const struct budget_cost cost = { .of[BUDGET_WORK] = us };
	const struct budget_who who = peers_who(p);

	/* Nobody but floods asks for more: no account for the others. */
	if (limit_take(&p->share.calm, ps->house->now_ms, us, CALM_US, CALM_US))
		return true;
	return budget_take(ps->budget, ps->house->now_ms, &who, &cost);
}

enum frame_code
peers_code_for(const struct peer *p, enum hub_reason why)
{
	/* Here it is about the name that one comes under. */
	if (why == HUB_MUTED)
		return FRAME_NAME_BAD;
	return why == HUB_CLOSED && !(p->caps & HELLO_ROLES) ? FRAME_KICKED :
	    hub_frame_code(why);
}

static void
wait(struct peers *ps, struct peer *p)
{
	if (!p->first->wait.listed)
		LIST_INSERT_HEAD(&ps->home->waiting, p->first, by_waiting);
	p->first->wait.listed = true;
}

void
peers_await_disk(struct peers *ps, struct peer *p, uint64_t seq)
{
	p->first->post.newest_seq = seq;
	/* Who goes on talking is told of what he said before; but what he has
	 * is his word until that is told for the first time. */
	if (!p->first->wait.disk || !p->first->post.durable) {
		p->first->post.seq = seq;
		p->first->post.awaited_next = p->first->post.next;
	}
	p->first->wait.disk = true;
	if (seq <= log_durable(ps->room->log))
		ps->home->ready = true;
	wait(ps, p);
}

void
peers_serve_soon(struct peers *ps, struct peer *p)
{
	p->first->wait.called = ps->home->ready = true;
	wait(ps, p);
}

void
peers_ask(struct peers *ps, struct peer *p)
{
	uint8_t random[PEER_PING_KEY];

	ps->house->out.random(ps->house->out.arg, random, sizeof(random));
	peer_ask(p, random);
	p->owes |= PEER_OWES_PING;
}
