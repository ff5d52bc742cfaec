/*
 * What a datagram to a peer has: what it is owed, and entries. Pure; runs in
 * the server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_say.h"

enum {
	READ_PACE_MS = 2,
	READ_WORK_US = 60,	/* of a datagram of older entries */
	ENTRIES_OVER = 64,	/* bytes of an ENTRIES frame around entries */
	SEAT_BYTES = 8,		/* of ROOM, and a frame */
	STRAY_BYTES = 24	/* of ROOM, and an ERROR: "banned" */
};

static void
put_head(struct seat *s, struct wire_out *out, uint64_t seq)
{
	struct log *log = s->in->room->log;
	struct frame_position at = log_head(log);
	uint8_t chain[FRAME_CHAIN];
	size_t begun;

	if (s->talk)
		peers_look_who_is_there(s);
	if (!log_chain(log, seq, chain))
		return;
	at.seq = seq;
	at.term = log_term(log, seq);
	begun = frame_begin(out, FRAME_HEAD);
	frame_put_position(out, &at);
	wire_put_bytes(out, chain, sizeof(chain));
	wire_put_varint(out, s->in->version);
	frame_end(out, begun);
}

/* Why it is not in the room, or may not say what it said; NULL: no words. */
static const char *
error_text(const struct seat *s, struct standing_mute *mute)
{
	static const char *const words[] = {
		[FRAME_KICKED] = "kicked",
		[FRAME_REPLACED] = "replaced"
	};
	static const char unanswered[] = "unanswered";
	const struct seat_debt *d = s->hot->debt;
	const struct room *r = s->in->room;

	if (d->error == FRAME_MUTED && s->talk)
		return peers_is_shut_out(s) || !peers_is_alone(s) ? NULL :
		    unanswered;
	if (d->error == FRAME_MUTED && room_has_muted(r, r->house->wall_ms,
	    s->peer->key, mute))
		return mute->reason;
	return d->reason == NULL && (d->error == FRAME_KICKED ||
	    d->error == FRAME_REPLACED) ? words[d->error] : d->reason;
}

/* Where it goes on, no further back than need be. */
static uint64_t
base_of(const struct seat *s)
{
	const struct seat_hot *h = s->hot;
	uint64_t base = delivery_have(&h->delivery);

	return h->owes & SEAT_OWES_REWIND && h->debt->rewind_to > base ?
	    h->debt->rewind_to : base;
}

static void
put_errors(const struct seat *s, struct wire_out *out)
{
	const struct seat_debt *d = s->hot->debt;
	struct standing_mute mute;
	const char *text;

	if (d == NULL)
		return;
	text = error_text(s, &mute);
	if (s->hot->owes & SEAT_OWES_ERROR)
		frame_put_error(out, d->error, d->error_id, d->error_wait_ms,
		    text, text == NULL ? 0 : strlen(text));
	if (s->hot->owes & SEAT_OWES_REWIND)
		frame_put_error(out, FRAME_REWIND, base_of(s), d->rewind_from,
		    NULL, 0);
}

static void
put_state(struct peers *ps, struct seat *s, struct wire_out *out)
{
	const struct seat_hot *h = s->hot;

	/* What he says he has may be less than what he posted, and the first
	 * that is told is taken for all that he had. */
	if (h->owes & SEAT_OWES_POSTED && s->post.durable)
		frame_put_posted(out, dedup_id(s->post.outbox,
		    s->post.durable_next), s->post.durable_seq);
	if (h->owes & SEAT_OWES_BASE)
		put_head(s, out, base_of(s));
	if (h->owes & SEAT_OWES_HEAD)
		put_head(s, out, log_head(s->in->room->log).seq);
	if (h->owes & SEAT_OWES_PERSON && h->debt != NULL &&
	    h->debt->whois != NULL)
		peers_put_person(ps, s, out);
	if (h->owes & SEAT_OWES_MEMBERS && s->talk)
		peers_put_both(s, out);
	else if (h->owes & SEAT_OWES_MEMBERS)
		peers_put_members(s, out);
}

/* Bytes for what was refused in seats that are none, behind the others. */
static size_t
stray_bytes(const struct peers *ps, const struct peer *p,
    const struct wire_out *out)
{
	size_t bytes = (p->owes & PEER_OWES_STRAYS) == 0 ||
	    ps->strays.whose != p->seal.here ? 0 : ps->strays.n * STRAY_BYTES;

	return bytes < out->size - out->len ? bytes : out->size - out->len;
}

/* Of a session that is of no room itself. */
static void
put_session(struct peers *ps, struct peer *p, struct wire_out *out)
{
	static const char banned[] = "banned", off[] = "off";
	bool no_talks = ps->config.talks_for == HUB_TALKS_OFF;
	const struct stray *y;
	size_t strays;

	if (p->owes & PEER_OWES_NAME)
		peers_put_called(p, out);
	if (p->owes & PEER_OWES_NAMED)
		peers_put_naming(p, out);
	out->size -= strays = stray_bytes(ps, p, out);
	if (p->owes & PEER_OWES_LIST)
		peers_put_list(ps, p, out);
	peers_put_offers(ps, p, out);
	if (p->owes & PEER_OWES_MARKS)
		peers_put_marks(ps, p, out);
	out->size += strays;
	if ((p->owes & PEER_OWES_STRAYS) == 0 ||
	    ps->strays.whose != p->seal.here)
		return;
	for (y = ps->strays.of; y < ps->strays.of + ps->strays.n; y++) {
		frame_put_room(out, y->slot);
		if (y->code == 0)
			frame_put_leave(out, FRAME_LEFT, y->wait_ms != 0 ?
			    strlen(FRAME_LEFT) : 0);
		else
			frame_put_error(out, y->code, 0, y->wait_ms,
			    y->code == FRAME_NO_TALK ? off : banned,
			    y->code == FRAME_KICKED ? strlen(banned) :
			    y->code == FRAME_NO_TALK && no_talks ?
			    strlen(off) : 0);
	}
	ps->strays.n = 0;
}

/* Of a session that is in one room, what is the room's is among its own. */
void
peers_put_owed(struct peers *ps, struct peer *p, struct wire_out *out)
{
	static const char disk[] = "disk";
	struct seat *s = p->first;

	if (p->owes & PEER_OWES_PONG)
		frame_put_ping(out, FRAME_PONG, p->at.pong);
	if (p->owes & PEER_OWES_PING)
		frame_put_ping(out, FRAME_PING, p->at.ping);
	if (s != NULL && s->hot != NULL)
		put_errors(s, out);
	if (p->owes & PEER_OWES_LEAVE)
		frame_put_leave(out, disk, ps->end == HUB_END_DISK ?
		    strlen(disk) : 0);
	if (s != NULL && s->hot != NULL)
		put_state(ps, s, out);
	else if (s == NULL)
		put_session(ps, p, out);
}

/* Its client knows the frame that says which seat it is of. */
static bool
knows_seat(const struct seat *s)
{
	return s->slot != 0 && (s->peer->caps & HELLO_SEAT) != 0;
}

/* Begins a frame of entries; its count is one byte, filled in at the end. */
static size_t
entries_begin(const struct seat *s, struct wire_out *out, size_t *count_at)
{
	struct frame_position head = log_head(s->in->room->log);
	bool seat = knows_seat(s);
	size_t begun = frame_begin(out, seat ? FRAME_SEAT : FRAME_ENTRIES);

	if (seat) {
		wire_put_varint(out, s->slot);
		wire_put_varint(out, head.term);
		wire_put_varint(out, head.seq);
	} else
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
put_entry(const struct seat *s, struct wire_out *out, uint64_t seq)
{
	struct room *r = s->in->room;
	const uint8_t *encoded;
	size_t len;

	encoded = log_read(r->log, seq, &len);
	if (encoded == NULL || len > out->size - out->len)
		return false;
	wire_put_bytes(out, encoded, len);
	r->house->figures.carried++;
	return true;
}

/* Fills the datagram with the entries that the peer is to get now. What is of
 * no use for them is as long as `alone` in it. */
static void
put_delivery(struct peers *ps, struct seat *s, struct wire_out *out,
    size_t alone)
{
	uint64_t picks[DELIVERY_PICKS];
	enum delivery_mode mode;
	size_t n, i, taken = 0, begun, count_at, before = out->len;

	n = delivery_pick(&s->hot->delivery, ps->house->now_ms, picks, &mode);
	if (n == 0 || out->size - out->len < ENTRIES_OVER)
		return;
	out->size -= FRAME_PROMPT_BYTES;
	begun = entries_begin(s, out, &count_at);
	for (i = 0; i < n && taken < DELIVERY_PICKS - 1; i++)
		if (put_entry(s, out, picks[i]))
			picks[taken++] = picks[i];
		else if (taken > 1 || before == alone)
			break;	/* full: the order of picks is that of need */
	out->size += FRAME_PROMPT_BYTES;
	if (taken == 0) {
		out->len = before;
		/* Nothing but this one: then it has the next datagram. */
		if (before == alone)
			delivery_gave_up(&s->hot->delivery, mode);
		return;
	}
	entries_end(out, begun, count_at, taken);
	delivery_sent(&s->hot->delivery, ps->house->now_ms, mode, picks, taken,
	    s->slot == 0 ? out->len : out->len - before);
	if (delivery_wants_answer(&s->hot->delivery))
		frame_put_prompt(out);
}

/* Older entries for who scrolls up, the newest of them first. */
static void
put_older(struct peers *ps, struct seat *s, struct wire_out *out,
    size_t alone)
{
	struct seat_read *r = s->hot->read;
	size_t begun, count_at, n = 0, before = out->len;

	if (r == NULL)
		return;
	if (r->before == 0) {
		seat_read_over(s, ps->house->now_ms);
		return;
	}
	if (ps->house->now_ms < r->due_ms ||
	    out->size - out->len < ENTRIES_OVER)
		return;
	r->pace_ms = ps->house->now_ms + READ_PACE_MS;
	if (!peers_work(ps, s->peer, READ_WORK_US)) {
		r->due_ms = r->pace_ms;
		return;
	}
	begun = entries_begin(s, out, &count_at);
	while (r->before - 1 > r->after && n < DELIVERY_PICKS - 1 &&
	    put_entry(s, out, r->before - 1)) {
		r->before--;
		n++;
	}
	if (n == 0)
		out->len = before;
	else
		entries_end(out, begun, count_at, n);
	r->due_ms = r->pace_ms;
	if ((n == 0 && before == alone) || r->before - 1 <= r->after)
		seat_read_over(s, ps->house->now_ms);
}

void
peers_skip_forgotten(struct seat *s)
{
	uint64_t first = log_first(s->in->room->log);

	if (delivery_have(&s->hot->delivery) + 1 >= first)
		return;
	s->hot->owes |= SEAT_OWES_BASE;
	seat_owe_rewind(s, delivery_have(&s->hot->delivery), first - 1);
	delivery_skip(&s->hot->delivery, first - 1);
}

static void
put_entered(struct peers *ps, const struct seat *s, struct wire_out *out)
{
	const struct room *r = s->in->room;
	char name[TEXT_NAME_BYTES];
	struct frame_entered e = { .slot = s->slot,
	    .flags = (r == ps->house->home ? FRAME_ENTERED_HOME : 0) |
	    (standing_closed(r->standing) ? FRAME_ENTERED_CLOSED : 0),
	    .room = s->in->name, .room_len = strlen(s->in->name),
	    .head = log_head(r->log) };

	/* What came since is news to him. */
	e.head.seq = s->have;
	if (s->talk) {
		e.flags = FRAME_ENTERED_TALK;
		e.key = peers_other_key(s->in->talk, s->peer);
		e.room = name;
		e.room_len = peers_called(ps, e.key, name);
	}
	frame_put_entered(out, &e);
}

/* What it is owed, all of it or, where others have the datagram, nothing. */
static bool
put_debts(struct peers *ps, struct seat *s, struct wire_out *out, bool others)
{
	put_errors(s, out);
	if (s->hot->owes & SEAT_OWES_LEAVE)
		frame_put_leave(out, NULL, 0);
	put_state(ps, s, out);
	if (out->failed && others)
		return false;
	if (s->hot->owes != 0)
		seat_told(s);
	return true;
}

void
peers_put_first(struct peers *ps, struct seat *s, struct wire_out *out)
{
	if (s->hot->owes != 0)
		seat_told(s);
	if (s->closing)
		return;
	put_delivery(ps, s, out, 0);
	put_older(ps, s, out, 0);
}

/* What goes to a seat of several; others may have the datagram before it. What
 * is fresh, of all of them, goes before what they are behind. */
void
peers_put_seat(struct peers *ps, struct seat *s, struct wire_out *out,
    bool fresh)
{
	size_t begun = out->len, room, head;
	bool others = begun > 0;

	if (out->failed || out->size - out->len < SEAT_BYTES)
		return;
	frame_put_room(out, s->slot);
	room = out->len;
	if (s->hot->join.unheard && !s->closing)
		put_entered(ps, s, out);
	head = out->len;
	if (out->failed || !put_debts(ps, s, out, others)) {
		/* It has the next one. */
		out->failed = false;
		out->len = begun;
		return;
	}
	/* What comes now may say itself of which it is. */
	if (out->len == room && knows_seat(s))
		out->len = head = begun;
	if (!s->closing && (!fresh || s->hot->delivery.push))
		put_delivery(ps, s, out, others ? SIZE_MAX : head);
	if (!s->closing && !fresh)
		put_older(ps, s, out, others ? SIZE_MAX : head);
	if (out->len == head)
		out->len = begun;
}
