/*
 * What goes to a peer, and when. Pure; runs in the server. Everything a peer is
 * sent is composed here, in one place, of what peers_put.c writes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_nodes.h"
#include "server/peers_state.h"

enum { SERVE_MAX = PACE_BURST };	/* datagrams in a row for one peer */

static bool
wants_to_send(const struct peer *p, int64_t now_ms)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->hot != NULL && (s->hot->owes != 0 ||
		    s->hot->delivery.push ||
		    delivery_due(&s->hot->delivery) <= now_ms))
			return true;
	return p->owes != 0 || peers_owes_nodes(p) || (p->device != NULL &&
	    p->device->offers.owed);
}

static bool
reads_back(const struct peer *p)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->hot != NULL && s->hot->read != NULL)
			return true;
	return false;
}

/* Datagrams in a row for one peer. */
struct train {
	uint8_t		 frames[SERVE_MAX][PEER_DATAGRAM];
	size_t		 len[SERVE_MAX];
	size_t		 n;
};

/* How many bytes a datagram for it has; 0: none goes now. */
static size_t
datagram_bytes(const struct peers *ps, const struct peer *p)
{
	size_t size = p->at.datagram_bytes;

	if (p->at.proved)
		return size;
	/* Or each datagram would be answered by several, which are answered,
	 * and so on, without end where somebody is at two addresses. */
	if (ps->house->now_ms < p->at.told_ms + PEER_PROVE_MS)
		return 0;
	/* What an unproved address may get is kept for several PINGs: one of
	 * them has to arrive, or nothing more ever does. */
	if (p->at.credit_bytes / 2 < size)
		size = p->at.credit_bytes / 2 > PEERS_PING_DATAGRAM ?
		    p->at.credit_bytes / 2 : PEERS_PING_DATAGRAM;
	return p->at.credit_bytes < size ? 0 : size;
}

/* Is there something for it now? fresh: that is new, or owed. */
static bool
has_some(const struct seat_hot *h, int64_t now_ms, bool fresh)
{
	if (h == NULL || h->wait.held)
		return false;
	return h->owes != 0 || h->delivery.push || (!fresh &&
	    (h->read != NULL || delivery_due(&h->delivery) <= now_ms));
}

/* What is new, and what is owed, goes before what is behind; of that each has
 * its turn to be first. */
static void
put_seats(struct peers *ps, struct peer *p, struct wire_out *out, bool fresh)
{
	unsigned i, n = p->seats_n;
	struct seat *s;

	if (n == 0)
		return;
	if (!fresh)
		ps->turn++;
	for (i = 0; i < n; i++) {
		s = p->seats[fresh ? i : (ps->turn + i) % n];
		if (has_some(s->hot, ps->house->now_ms, fresh))
			peers_put_seat(ps, s, out, fresh);
	}
}

/* What several rooms are behind shares one pace. */
static void
pause_all(struct peer *p, int64_t now_ms)
{
	int32_t pause_ms = way_end(&p->way, now_ms);
	struct seat *s;

	if (pause_ms <= 0)
		return;
	SEAT_FOREACH(s, p)
		if (s->hot != NULL)
			delivery_wait(&s->hot->delivery, now_ms + pause_ms);
}

/* Adds what the peer is owed; true if there was something. */
static bool
compose(struct peers *ps, struct peer *p, struct train *t)
{
	struct wire_out out;
	struct seat *s;
	size_t size;
	bool wants;

	if (p->at.told_bytes >= PEER_PROOF_BYTES &&
	    wants_to_send(p, ps->house->now_ms) &&
	    peer_wants_proof(p, ps->house->now_ms))
		peers_ask(ps, p);
	size = datagram_bytes(ps, p);
	if (size == 0)
		return false;
	SEAT_FOREACH(s, p)
		if (!s->closing && s->hot != NULL)
			peers_skip_forgotten(s);
	/* As behind each datagram that has all. */
	wants = wants_to_send(p, ps->house->now_ms);
	if (!wants && !reads_back(p))
		return false;
	out = wire_out(t->frames[t->n], size - SEAL_OVER);
	if (!p->at.proved && wants)
		p->owes |= PEER_OWES_PING;
	peers_put_owed(ps, p, &out);
	/* All or nothing, but for what more room depends on; who is not told
	 * the rest asks again. */
	if (out.failed && p->owes & PEER_OWES_PING) {
		out = wire_out(t->frames[t->n], size - SEAL_OVER);
		frame_put_ping(&out, FRAME_PING, p->at.ping);
	}
	peers_put_nodes(ps, p, &out);
	p->owes = 0;
	if (p->first != NULL && p->first->hot != NULL &&
	    !p->first->hot->wait.held)
		peers_put_first(ps, p->first, &out);
	way_begin(&p->way);
	put_seats(ps, p, &out, true);
	put_seats(ps, p, &out, false);
	if (p->way.shared)
		pause_all(p, ps->house->now_ms);
	if (out.len == 0 || out.failed)
		return false;
	t->len[t->n++] = out.len;
	return true;
}

/* Those that are nearly as long as the longest become so, all but the last: of
 * one length they cost the system less. */
static void
make_alike(const struct peer *p, struct train *t)
{
	size_t i, pad, room = p->at.datagram_bytes - SEAL_OVER, longest = 0;
	struct wire_out out;

	for (i = 0; i < t->n; i++)
		if (t->len[i] > longest)
			longest = t->len[i];
	longest += FRAME_PAD_MIN;
	if (longest > room)
		longest = room;
	for (i = 0; i + 1 < t->n; i++) {
		pad = longest - t->len[i];
		if (pad < FRAME_PAD_MIN || pad > FRAME_PAD_MAX)
			continue;
		out = wire_out(t->frames[i] + t->len[i], pad);
		frame_put_pad(&out, pad);
		t->len[i] = longest;
	}
}

static void
send_train(struct peers *ps, struct peer *p, const struct train *t)
{
	uint8_t datagram[PEER_DATAGRAM];
	size_t i, len;

	for (i = 0; i < t->n; i++) {
		len = peer_seal(p, t->frames[i], t->len[i], datagram);
		if (len == 0) {
			ps->house->figures.withheld++;
			return;
		}
		ps->house->out.send(ps->house->out.arg, &p->at.addr, datagram,
		    len);
		p->at.told_ms = ps->house->now_ms;
	}
}

/* Nothing is sent before who came is in. */
static bool
is_held(const struct peer *p)
{
	const struct seat *s;
	bool held = false;

	if (p->first == NULL)
		return false;
	SEAT_FOREACH(s, p) {
		if (s->hot == NULL || !s->hot->wait.held)
			return false;
		held = true;
	}
	return held;
}

void
peers_serve(struct peers *ps, struct peer *p)
{
	struct seat *s;
	struct train t;

	t.n = 0;
	if (!is_held(p))
		while (t.n < SERVE_MAX && compose(ps, p, &t) && p->at.proved)
			continue;
	if (t.n > 1)
		make_alike(p, &t);
	send_train(ps, p, &t);
	SEAT_FOREACH(s, p)
		if (s->slot != 0)
			seat_rest(s, ps->house->now_ms);
	peers_schedule(ps, p);
}

void
peers_serve_room(struct peers *ps, struct peer *p)
{
	if (p->first != NULL || p->seats_n == 1)
		peers_serve(ps, p);
	else
		peers_hurry(ps, p);
}

/* What was awaited is on the disk; what came behind it may not be yet. */
static void
note_durable(struct seat_hot *h, uint64_t durable)
{
	struct seat_posts *o = &h->seat->post;
	struct seat_saying *y = &h->say;

	h->wait.disk = y->newest_seq > durable;
	h->wait.held = false;
	o->durable_next = h->wait.disk ? y->awaited_next : o->next;
	o->durable_seq = h->wait.disk ? y->seq : y->newest_seq;
	o->durable = true;
	y->awaited_next = o->next;
	y->seq = y->newest_seq;
	h->owes |= SEAT_OWES_POSTED;
}

/* Whose datagram is being read is served when it has been. */
void
peers_turned(struct seats *in)
{
	uint64_t durable = log_durable(in->room->log);
	struct peers *ps = in->peers;
	struct seat_hot *h, *next;
	struct peer *p;
	bool calls;

	while (in == ps->home && (p = peers_next_named(ps)) != NULL)
		if (p != ps->reading)
			peers_serve(ps, p);
	if (!in->ready && durable == in->durable)
		return;
	in->ready = false;
	in->durable = durable;
	for (h = LIST_FIRST(&in->waiting); h != NULL; h = next) {
		next = LIST_NEXT(h, by_waiting);
		p = h->seat->peer;
		calls = h->wait.called;
		h->wait.called = false;
		if (h->wait.disk && h->say.seq <= durable) {
			note_durable(h, durable);
			calls = true;
		}
		if (!h->wait.disk) {
			LIST_REMOVE(h, by_waiting);
			h->wait.listed = false;
		}
		if (calls && p != ps->reading)
			peers_serve_room(ps, p);
	}
}

/* Nor does it hear it, nor say anything there. */
static void
unseat(struct seat *s, enum frame_code code, const char *reason, size_t len)
{
	int64_t now_ms = s->in->room->house->now_ms;
	struct seat_hot *h = s->hot;

	peers_stand(s);
	if (h != NULL) {
		h->join.leaves = h->join.wants_in = h->join.arriving = false;
		h->wait.held = false;
		room_unask(s->in->room, &h->ask);
		seat_unsay(s);
	}
	seat_close(s, now_ms);
	seat_owe_end(s, code, reason, len);
}

void
peers_put_out(struct peers *ps, struct peer *p, enum frame_code code,
    const char *reason, size_t len)
{
	struct seat *s;

	SEAT_FOREACH(s, p)
		unseat(s, code, reason, len);
	peers_end(ps, p);
	p->heard_ms = ps->house->now_ms;
	p->owes = 0;
	peers_serve(ps, p);
}

void
peers_unseat(struct peers *ps, struct seat *s, enum frame_code code,
    const char *reason, size_t len)
{
	if (s->slot == 0) {
		peers_put_out(ps, s->peer, code, reason, len);
		return;
	}
	unseat(s, code, reason, len);
	peers_serve(ps, s->peer);
}

void
peers_refuse(struct peers *ps, struct seat *s, enum hub_reason why)
{
	char reason[FRAME_REASON_BYTES + 1];
	size_t len = peers_reason(ps, s->peer, why, reason);
	enum frame_code code = peers_code_for(s->peer, why);

	seat_owe_error(s, code, 0, why == HUB_NO_SPACE ? PEERS_FULL_WAIT_MS :
	    0);
	peers_unseat(ps, s, code, reason, len);
}

void
peers_tell_over(struct peers *ps, struct peer *p, enum frame_code code,
    const char *reason)
{
	struct peer_naming *n = p->naming;

	peers_unask_name(ps, p);
	if (n == NULL)
		n = p->naming = calloc(1, sizeof(*n));
	p->owes = 0;
	if (n != NULL) {
		n->peer = p;
		n->state = PEER_NAMING_TOLD;
		n->tag = 0;
		n->code = code;
		n->wait_ms = 0;
		strlcpy(n->reason, reason, sizeof(n->reason));
		p->owes = PEER_OWES_NAMED;
	}
	peers_end(ps, p);
	peers_serve(ps, p);
}

void
peers_replace(struct peers *ps, struct peer *p, enum entry_kind kind,
    const char *reason)
{
	struct seat *s, *next;

	for (s = seat_next(p, NULL); s != NULL; s = next) {
		next = seat_next(p, s);
		peers_go(s, kind);
		peers_dismiss(ps, s);
	}
	p->heard_ms = ps->house->now_ms;
	peers_tell_over(ps, p, FRAME_REPLACED, reason);
}
