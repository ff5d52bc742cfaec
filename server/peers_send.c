/*
 * What goes to a peer. Pure; runs in the server. Everything a peer is sent is
 * composed here, in one place, from what it is owed.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"

enum {
	READ_PACE_MS = 2,
	READ_WORK_US = 60,	/* of a datagram of older entries */
	ENTRIES_OVER = 64,	/* bytes of an ENTRIES frame around entries */
	SERVE_MAX = PACE_BURST	/* datagrams in a row for one peer */
};

static void
put_head(struct peers *ps, struct wire_out *out, uint64_t seq)
{
	struct frame_position at = log_head(ps->room->log);
	uint8_t chain[FRAME_CHAIN];
	size_t begun;

	if (!log_chain(ps->room->log, seq, chain))
		return;
	at.seq = seq;
	at.term = log_term(ps->room->log, seq);
	begun = frame_begin(out, FRAME_HEAD);
	frame_put_position(out, &at);
	wire_put_bytes(out, chain, sizeof(chain));
	wire_put_varint(out, ps->home->version);
	frame_end(out, begun);
}

static void
put_owed(struct peers *ps, struct peer *p, struct wire_out *out)
{
	static const char *const words[] = {
		[FRAME_KICKED] = "kicked",
		[FRAME_REPLACED] = "replaced"
	};
	static const char disk[] = "disk";
	struct standing_mute mute;
	const char *text = p->debt.reason;
	uint64_t base = delivery_have(&p->delivery);

	/* No further back than need be. */
	if (p->owes & PEER_OWES_REWIND && p->debt.rewind_to > base)
		base = p->debt.rewind_to;
	if (text == NULL && (p->debt.error == FRAME_KICKED ||
	    p->debt.error == FRAME_REPLACED))
		text = words[p->debt.error];
	if (p->debt.error == FRAME_MUTED && room_has_muted(ps->room,
	    ps->house->wall_ms, p->key, &mute))
		text = mute.reason;
	if (p->owes & PEER_OWES_PONG)
		frame_put_ping(out, FRAME_PONG, p->debt.pong);
	if (p->owes & PEER_OWES_PING)
		frame_put_ping(out, FRAME_PING, p->at.ping);
	if (p->owes & PEER_OWES_ERROR)
		frame_put_error(out, p->debt.error, p->debt.error_id,
		    p->debt.error_wait_ms, text,
		    text == NULL ? 0 : strlen(text));
	if (p->owes & PEER_OWES_REWIND)
		frame_put_error(out, FRAME_REWIND, base, p->debt.rewind_from,
		    NULL, 0);
	if (p->owes & PEER_OWES_LEAVE)
		frame_put_leave(out, disk, ps->end == HUB_END_DISK ?
		    strlen(disk) : 0);
	/* What he says he has may be less than what he posted, and the first
	 * that is told is taken for all that he had. */
	if (p->owes & PEER_OWES_POSTED && p->post.durable)
		frame_put_posted(out, dedup_id(p->post.outbox,
		    p->post.durable_next), p->post.durable_seq);
	if (p->owes & PEER_OWES_BASE)
		put_head(ps, out, base);
	if (p->owes & PEER_OWES_HEAD)
		put_head(ps, out, log_head(ps->room->log).seq);
	if (p->owes & PEER_OWES_PERSON && p->debt.whois != NULL)
		peers_put_person(ps, out, p, p->debt.whois);
	if (p->owes & PEER_OWES_MEMBERS)
		peers_put_members(ps, out, &p->debt.members);
}

/* Begins an ENTRIES frame; its count is one byte, filled in at the end. */
static size_t
entries_begin(struct peers *ps, struct wire_out *out, size_t *count_at)
{
	struct frame_position head = log_head(ps->room->log);
	size_t begun = frame_begin(out, FRAME_ENTRIES);

	frame_put_position(out, &head);
	*count_at = out->len;
	wire_put_u8(out, 0);
	return begun;
}

static void
entries_end(struct wire_out *out, size_t begun, size_t count_at, size_t n)
{
	if (!out->failed)
		out->base[count_at] = (uint8_t)n;
	frame_end(out, begun);
}
_Static_assert(DELIVERY_PICKS <= 128, "a count of one byte");

/* Copies the entry if it fits. */
static bool
put_entry(struct peers *ps, struct wire_out *out, uint64_t seq)
{
	const uint8_t *encoded;
	size_t len;

	encoded = log_read(ps->room->log, seq, &len);
	if (encoded == NULL || len > out->size - out->len)
		return false;
	wire_put_bytes(out, encoded, len);
	ps->house->figures.carried++;
	return true;
}

/* Fills the datagram with the entries that the peer is to get now. */
static void
put_delivery(struct peers *ps, struct peer *p, struct wire_out *out)
{
	uint64_t picks[DELIVERY_PICKS];
	enum delivery_mode mode;
	size_t n, i, taken = 0, begun, count_at, before = out->len;

	n = delivery_pick(&p->delivery, ps->house->now_ms, picks, &mode);
	if (n == 0 || out->size - out->len < ENTRIES_OVER)
		return;
	out->size -= FRAME_PROMPT_BYTES;
	begun = entries_begin(ps, out, &count_at);
	for (i = 0; i < n && taken < DELIVERY_PICKS - 1; i++)
		if (put_entry(ps, out, picks[i]))
			picks[taken++] = picks[i];
		else if (taken > 1 || before == 0)
			break;	/* full: the order of picks is that of need */
	out->size += FRAME_PROMPT_BYTES;
	if (taken == 0) {
		out->len = before;
		/* Nothing but this one: then it has the next datagram. */
		if (before == 0)
			delivery_gave_up(&p->delivery, mode);
		return;
	}
	entries_end(out, begun, count_at, taken);
	delivery_sent(&p->delivery, ps->house->now_ms, mode, picks, taken,
	    out->len);
	if (delivery_wants_answer(&p->delivery))
		frame_put_prompt(out);
}

/* Older entries for who scrolls up, the newest of them first. */
static void
put_older(struct peers *ps, struct peer *p, struct wire_out *out)
{
	size_t begun, count_at, n = 0, before = out->len;

	if (p->read.before == 0 || ps->house->now_ms < p->read.due_ms ||
	    out->size - out->len < ENTRIES_OVER)
		return;
	p->read.pace_ms = ps->house->now_ms + READ_PACE_MS;
	if (!peers_work(ps, p, READ_WORK_US)) {
		p->read.due_ms = p->read.pace_ms;
		return;
	}
	begun = entries_begin(ps, out, &count_at);
	while (p->read.before - 1 > p->read.after &&
	    n < DELIVERY_PICKS - 1 &&
	    put_entry(ps, out, p->read.before - 1)) {
		p->read.before--;
		n++;
	}
	if (n == 0)
		out->len = before;
	else
		entries_end(out, begun, count_at, n);
	if ((n == 0 && before == 0) || p->read.before - 1 <= p->read.after) {
		p->read.before = 0;
		p->read.due_ms = INT64_MAX;
	} else
		p->read.due_ms = p->read.pace_ms;
}

/* What comes next for the peer is kept no more: it goes on from there. */
static void
skip_forgotten(struct peers *ps, struct peer *p)
{
	uint64_t first = log_first(ps->room->log);

	if (delivery_have(&p->delivery) + 1 >= first)
		return;
	p->debt.rewind_from = delivery_have(&p->delivery);
	p->debt.rewind_to = first - 1;
	delivery_skip(&p->delivery, first - 1);
	p->owes |= PEER_OWES_REWIND | PEER_OWES_BASE;
}

static bool
wants_to_send(const struct peer *p, int64_t now_ms)
{
	return p->owes != 0 || p->delivery.push ||
	    delivery_due(&p->delivery) <= now_ms;
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

/* Adds what the peer is owed; true if there was something. */
static bool
compose(struct peers *ps, struct peer *p, struct train *t)
{
	struct wire_out out;
	size_t size;

	if (wants_to_send(p, ps->house->now_ms) &&
	    peer_wants_proof(p, ps->house->now_ms))
		peers_ask(ps, p);
	size = datagram_bytes(ps, p);
	if (size == 0)
		return false;
	out = wire_out(t->frames[t->n], size - SEAL_OVER);
	if (!p->closing)
		skip_forgotten(ps, p);
	if (!p->at.proved && wants_to_send(p, ps->house->now_ms))
		p->owes |= PEER_OWES_PING;
	put_owed(ps, p, &out);
	/* All or nothing, but for what more room depends on; who is not told
	 * the rest asks again. */
	if (out.failed && p->owes & PEER_OWES_PING) {
		out = wire_out(t->frames[t->n], size - SEAL_OVER);
		frame_put_ping(&out, FRAME_PING, p->at.ping);
	}
	p->owes = 0;
	free(p->debt.whois);
	p->debt.whois = NULL;
	if (!p->closing) {
		put_delivery(ps, p, &out);
		put_older(ps, p, &out);
	}
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

void
peers_serve(struct peers *ps, struct peer *p)
{
	struct train t;

	t.n = 0;
	while (!p->wait.held && t.n < SERVE_MAX && compose(ps, p, &t) &&
	    p->at.proved)
		continue;
	if (t.n > 1)
		make_alike(p, &t);
	send_train(ps, p, &t);
	peers_schedule(ps, p);
}

/* What was awaited is on the disk; what came behind it may not be yet. */
static void
note_durable(struct peer *p, uint64_t durable)
{
	struct peer_posts *o = &p->post;

	p->wait.disk = o->newest_seq > durable;
	p->wait.held = false;
	o->durable_next = p->wait.disk ? o->awaited_next : o->next;
	o->durable_seq = p->wait.disk ? o->seq : o->newest_seq;
	o->durable = true;
	o->awaited_next = o->next;
	o->seq = o->newest_seq;
	p->owes |= PEER_OWES_POSTED;
}

/* Whose datagram is being read is served when it has been. */
void
peers_turned(struct seats *in)
{
	uint64_t durable = log_durable(in->room->log);
	struct peers *ps = in->peers;
	struct peer *p, *next;
	bool calls;

	if (!in->ready && durable == in->durable)
		return;
	in->ready = false;
	in->durable = durable;
	for (p = LIST_FIRST(&in->waiting); p != NULL; p = next) {
		next = LIST_NEXT(p, by_waiting);
		calls = p->wait.called;
		p->wait.called = false;
		if (p->wait.disk && p->post.seq <= durable) {
			note_durable(p, durable);
			calls = true;
		}
		if (!p->wait.disk) {
			LIST_REMOVE(p, by_waiting);
			p->wait.listed = false;
		}
		if (calls && p != ps->reading)
			peers_serve(ps, p);
	}
}

void
peers_put_out(struct peers *ps, struct peer *p, enum frame_code code,
    const char *reason, size_t len)
{
	if (p->person != NULL)
		p->person->session = NULL;
	p->person = NULL;
	p->join.leaves = p->join.wants_in = p->join.arriving = false;
	p->wait.held = false;
	room_unask(ps->room, &p->ask);
	peer_unsay(p);
	peers_end(ps, p);
	p->heard_ms = ps->house->now_ms;
	p->owes = PEER_OWES_ERROR;
	p->debt.error = code;
	p->debt.error_id = 0;
	free(p->debt.reason);
	p->debt.reason = len > 0 ? strndup(reason, len) : NULL;
	peers_serve(ps, p);
}

void
peers_refuse(struct peers *ps, struct peer *p, enum hub_reason why)
{
	char reason[FRAME_REASON_BYTES + 1];
	size_t len = names_refusal_text(ps->names, why, reason);

	p->debt.error_wait_ms = why == HUB_NO_SPACE ? PEERS_FULL_WAIT_MS : 0;
	peers_put_out(ps, p, peers_code_for(p, why), reason, len);
}
