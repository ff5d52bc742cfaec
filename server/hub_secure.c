/*
 * The hub's secure half: who has shaken hands, what his frames ask for, what
 * goes back to him. Pure; runs in the server. Everything a peer is sent is
 * composed here, in one place, from what it is owed.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/hub_state.h"

enum {
	ROUND_MS = 20,		/* between two fan-outs under load */
	ROUND_PEERS = 50,	/* so many more peers, a ms more */
	ROUND_MAX_MS = 200,
	READ_MAX = 500,		/* older entries for one READ */
	READ_PACE_MS = 2,
	FULL_WAIT_MS = 2000,	/* try again when the disk is full */
	ENTRIES_OVER = 64,	/* bytes of an ENTRIES frame around entries */
	UNREACHABLE_MS = 3 * 1000,	/* to come back when nobody listens */
	SERVE_MAX = 8,		/* datagrams in a row for one peer */
	PING_DATAGRAM = SEAL_OVER + 2 + FRAME_PING_BYTES
};

static int
compare(const struct peer *a, const struct peer *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms ? -1 : 1;
	return a->seal.here < b->seal.here ? -1 :
	    a->seal.here > b->seal.here;
}

RB_PROTOTYPE(peer_tree, peer, by_due, compare)
RB_GENERATE(peer_tree, peer, by_due, compare)

static struct peer_list *
slot_of(struct hub *h, uint32_t index)
{
	return &h->by_index[index % HUB_PEER_SLOTS];
}

static struct peer *
find(struct hub *h, uint32_t index)
{
	struct peer *p;

	LIST_FOREACH(p, slot_of(h, index), by_index)
		if (p->seal.here == index)
			return p;
	return NULL;
}

static bool
is_taken(void *arg, uint32_t index)
{
	return find(arg, index) != NULL;
}

static void
ignore(struct hub *h, enum hub_reason why, const union sock_addr *from,
    const struct peer *p)
{
	h->figures.ignored++;
	hub_report(h, HUB_REFUSED, why, from, p == NULL ? NULL : p->name,
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
	if (!p->proved && p->credit_bytes < PING_DATAGRAM)
		due = INT64_MAX;
	else if (d < due)
		due = d;
	if (p->person == NULL)
		d = p->heard_ms + PEER_KEEP_MS;
	else
		d = p->heard_ms + (p->person->away ? PEER_TIMEOUT_MS :
		    PEER_AWAY_MS);
	return d < due ? d : due;
}

static void
schedule(struct hub *h, struct peer *p)
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

static void
drop(struct hub *h, struct peer *p)
{
	if (p->person != NULL)
		p->person->session = NULL;
	if (p->scheduled)
		RB_REMOVE(peer_tree, &h->due, p);
	if (p->posting)
		LIST_REMOVE(p, by_posting);
	LIST_REMOVE(p, by_index);
	LIST_REMOVE(p, by_all);
	h->figures.sessions--;
	peer_free(p);
}

void
hub_secure_clear(struct hub *h)
{
	struct peer *p;

	while ((p = LIST_FIRST(&h->peers)) != NULL)
		drop(h, p);
}

/*
 * Composing
 */

static void
put_head(struct hub *h, struct wire_out *out, uint64_t seq)
{
	struct frame_position at = log_head(h->log);
	uint8_t chain[FRAME_CHAIN];
	size_t begun;

	if (!log_chain(h->log, seq, chain))
		return;
	at.seq = seq;
	at.term = log_term(h->log, seq);
	begun = frame_begin(out, FRAME_HEAD);
	frame_put_position(out, &at);
	wire_put_bytes(out, chain, sizeof(chain));
	wire_put_varint(out, h->version);
	frame_end(out, begun);
}

static void
put_owed(struct hub *h, struct peer *p, struct wire_out *out)
{
	static const char *const words[] = {
		[FRAME_KICKED] = "kicked",
		[FRAME_REPLACED] = "replaced"
	};
	const char *text = p->reason;

	if (text == NULL && (p->error == FRAME_KICKED ||
	    p->error == FRAME_REPLACED))
		text = words[p->error];
	if (p->owes & PEER_OWES_PONG)
		frame_put_ping(out, FRAME_PONG, p->pong);
	if (p->owes & PEER_OWES_PING)
		frame_put_ping(out, FRAME_PING, p->ping);
	if (p->owes & PEER_OWES_ERROR)
		frame_put_error(out, p->error, p->error_id, p->error_wait_ms,
		    text, text == NULL ? 0 : strlen(text));
	if (p->owes & PEER_OWES_REWIND)
		frame_put_error(out, FRAME_REWIND, p->delivery.have,
		    p->rewind_from, NULL, 0);
	if (p->owes & PEER_OWES_LEAVE)
		frame_put_leave(out, NULL, 0);
	if (p->owes & PEER_OWES_POSTED)
		frame_put_posted(out, posted_id(p->outbox, p->durable_next),
		    p->posted_seq);
	if (p->owes & PEER_OWES_BASE)
		put_head(h, out, p->delivery.have);
	if (p->owes & PEER_OWES_HEAD)
		put_head(h, out, log_head(h->log).seq);
	if (p->owes & PEER_OWES_PERSON && p->whois != NULL)
		hub_put_person(h, out, p, p->whois);
	if (p->owes & PEER_OWES_MEMBERS)
		hub_put_members(h, out, p->members_from);
}

/* Begins an ENTRIES frame; its count is one byte, filled in at the end. */
static size_t
entries_begin(struct hub *h, struct wire_out *out, size_t *count_at)
{
	struct frame_position head = log_head(h->log);
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
put_entry(struct hub *h, struct wire_out *out, uint64_t seq)
{
	const uint8_t *encoded;
	size_t len;

	encoded = log_read(h->log, seq, &len);
	if (encoded == NULL || len > out->size - out->len)
		return false;
	wire_put_bytes(out, encoded, len);
	h->figures.carried++;
	return true;
}

/* Fills the datagram with the entries that the peer is to get now. */
static void
put_delivery(struct hub *h, struct peer *p, struct wire_out *out)
{
	uint64_t picks[DELIVERY_PICKS];
	enum delivery_mode mode;
	size_t n, i, taken = 0, begun, count_at, before = out->len;

	n = delivery_pick(&p->delivery, h->now_ms, picks, &mode);
	if (n == 0 || out->size - out->len < ENTRIES_OVER)
		return;
	begun = entries_begin(h, out, &count_at);
	for (i = 0; i < n && taken < DELIVERY_PICKS - 1; i++)
		if (put_entry(h, out, picks[i]))
			picks[taken++] = picks[i];
		else if (taken > 1 || before == 0)
			break;	/* full: the order of picks is that of need */
	if (taken == 0) {
		out->len = before;
		/* Nothing but this one: then it has the next datagram. */
		if (before == 0)
			delivery_gave_up(&p->delivery, mode);
		return;
	}
	entries_end(out, begun, count_at, taken);
	delivery_sent(&p->delivery, h->now_ms, mode, picks, taken);
}

/* Older entries for who scrolls up, the newest of them first. */
static void
put_older(struct hub *h, struct peer *p, struct wire_out *out)
{
	size_t begun, count_at, n = 0, before = out->len;

	if (p->read_before == 0 || h->now_ms < p->read_due ||
	    out->size - out->len < ENTRIES_OVER)
		return;
	begun = entries_begin(h, out, &count_at);
	while (p->read_before - 1 > p->read_after &&
	    n < DELIVERY_PICKS - 1 &&
	    put_entry(h, out, p->read_before - 1)) {
		p->read_before--;
		n++;
	}
	if (n == 0)
		out->len = before;
	else
		entries_end(out, begun, count_at, n);
	if ((n == 0 && before == 0) || p->read_before - 1 <= p->read_after) {
		p->read_before = 0;
		p->read_due = INT64_MAX;
	} else
		p->read_due = h->now_ms + READ_PACE_MS;
}

/* What comes next for the peer is kept no more: it goes on from there. */
static void
skip_forgotten(struct hub *h, struct peer *p)
{
	uint64_t first = log_first(h->log);

	if (p->delivery.have + 1 >= first)
		return;
	delivery_clear(&p->delivery);
	p->rewind_from = p->delivery.have;
	p->delivery.have = p->delivery.top = first - 1;
	p->owes |= PEER_OWES_REWIND | PEER_OWES_BASE;
}

static bool
wants_to_send(const struct peer *p, int64_t now_ms)
{
	return p->owes != 0 || p->delivery.push ||
	    delivery_due(&p->delivery) <= now_ms;
}

/* Sends what the peer is owed; true if there was something. */
static bool
serve_once(struct hub *h, struct peer *p)
{
	uint8_t frames[PEER_DATAGRAM], datagram[PEER_DATAGRAM];
	size_t size = p->datagram_bytes, len;
	struct wire_out out;

	/* What an unproved address may get is kept for several PINGs: one of
	 * them has to arrive, or nothing more ever does. */
	if (!p->proved && p->credit_bytes / 2 < size)
		size = p->credit_bytes / 2 > PING_DATAGRAM ?
		    p->credit_bytes / 2 : PING_DATAGRAM;
	if (!p->proved && p->credit_bytes < size)
		return false;
	out = wire_out(frames, size - SEAL_OVER);
	if (!p->closing)
		skip_forgotten(h, p);
	if (!p->proved && wants_to_send(p, h->now_ms))
		p->owes |= PEER_OWES_PING;
	put_owed(h, p, &out);
	p->owes = 0;
	free(p->whois);
	p->whois = NULL;
	if (!p->closing) {
		put_delivery(h, p, &out);
		put_older(h, p, &out);
	}
	if (out.len == 0 || out.failed)
		return false;
	len = peer_seal(p, frames, out.len, datagram);
	if (len == 0) {
		h->figures.withheld++;
		return false;
	}
	h->out.send(h->out.arg, &p->addr, datagram, len);
	return true;
}

static void
serve(struct hub *h, struct peer *p)
{
	int i;

	for (i = 0; i < SERVE_MAX && serve_once(h, p); i++)
		continue;
	schedule(h, p);
}

void
hub_secure_grown(struct hub *h)
{
	h->grown = true;
}

/* POSTED is sent when all that the log has now is on the disk. */
static void
await_disk(struct hub *h, struct peer *p)
{
	p->posted_seq = log_head(h->log).seq;
	if (p->posted_seq <= log_durable(h->log)) {
		p->durable_next = p->next;
		p->owes |= PEER_OWES_POSTED;
	} else if (!p->posting) {
		p->posting = true;
		LIST_INSERT_HEAD(&h->posting, p, by_posting);
	}
}

/*
 * Arriving
 */

void
hub_secure_close_peer(struct hub *h, struct peer *p, enum frame_code code,
    const char *reason, size_t len)
{
	if (p->person != NULL)
		p->person->session = NULL;
	p->person = NULL;
	p->closing = true;
	p->heard_ms = h->now_ms;
	p->owes = PEER_OWES_ERROR;
	p->error = code;
	p->error_id = 0;
	free(p->reason);
	p->reason = len > 0 ? strndup(reason, len) : NULL;
	serve(h, p);
}

void
hub_secure_refuse(struct hub *h, struct peer *p, enum hub_reason why)
{
	static const char banned[] = "banned";

	p->error_wait_ms = why == HUB_NO_SPACE ? FULL_WAIT_MS : 0;
	hub_secure_close_peer(h, p, hub_code(why), banned,
	    why == HUB_BANNED ? strlen(banned) : 0);
}

/* Is the copy that ends there a part of this log? Else how much of it is. */
static uint64_t
common_part(struct hub *h, const struct frame_position *have, bool *same)
{
	struct frame_position head = log_head(h->log);
	uint64_t keep = have->seq, end;

	*same = true;
	if (memcmp(have->log_id, head.log_id, FRAME_LOG_ID) != 0) {
		*same = have->seq == 0;
		return 0;
	}
	if (have->seq == 0)
		return 0;
	/* Term 0: somebody new, who wants to begin there. */
	if (have->seq <= head.seq && (have->term == 0 ||
	    have->seq + 1 < log_first(h->log) ||
	    log_term(h->log, have->seq) == have->term))
		return have->seq;
	end = log_term_end(h->log, have->term);
	if (keep > end)
		keep = end;
	if (keep > head.seq)
		keep = head.seq;
	*same = keep == have->seq;
	return keep;
}

static enum hub_reason
admit(struct hub *h, struct peer *p)
{
	struct past *past = hub_past(h, p->key, sizeof(p->key));
	char fold[TEXT_FOLD_BYTES];
	struct person *person;
	enum hub_reason why;
	struct peer *old;

	if ((why = hub_check_name(h, p->name, p->name_len, p->key,
	    &p->addr)) != HUB_FINE)
		return why;
	text_fold(fold, p->name, p->name_len);
	person = roster_find(&h->roster, fold);
	if (!log_lease_take(h->log, h->wall_ms, fold, p->key))
		return HUB_NO_SPACE;
	if (person == NULL) {
		if (!hub_append(h, ENTRY_JOIN, 0, p->name, p->name_len, NULL,
		    0))
			return HUB_NO_SPACE;
		person = roster_find(&h->roster, fold);
		hub_report(h, HUB_JOINED, HUB_FINE, &p->addr, p->name,
		    p->name_len);
	}
	if (person == NULL)
		return HUB_FULL;
	if ((old = person->session) != NULL) {
		p->lines = old->lines;
		p->bytes = old->bytes;
		if (old->outbox != p->outbox)
			hub_secure_close_peer(h, old, FRAME_REPLACED, NULL,
			    0);
		else
			drop(h, old);
	} else
		p->lines = past->lines;
	person->session = p;
	p->person = person;
	if (person->away) {
		person->away = false;
		h->version++;
	}
	return HUB_FINE;
}

/* From where on the peer is to be sent the log. */
static void
begin_delivery(struct hub *h, struct peer *p, const struct frame_position *have)
{
	char fold[TEXT_FOLD_BYTES];
	bool same;
	uint64_t keep = common_part(h, have, &same);

	delivery_init(&p->delivery, h->now_ms, keep, log_head(h->log).seq);
	p->owes |= PEER_OWES_WELCOME;
	if (!same) {
		p->owes |= PEER_OWES_REWIND;
		p->rewind_from = have->seq;
	}
	text_fold(fold, p->name, p->name_len);
	p->next = posted_next(h->posted, fold, p->outbox);
}

static void
arrive(struct hub *h, const struct gate_arrival *a)
{
	const union sock_addr *from = &a->from;
	const struct hello_visitor *v = &a->visitor;
	enum hub_reason why;
	struct peer *p;

	if (v->room_len != strlen(h->config.gate.room) ||
	    memcmp(v->room, h->config.gate.room, v->room_len) != 0 ||
	    h->figures.sessions >= HUB_PEERS_MAX ||
	    (p = peer_new(h->now_ms, a)) == NULL) {
		ignore(h, HUB_FULL, from, NULL);
		return;
	}
	LIST_INSERT_HEAD(slot_of(h, a->here), p, by_index);
	LIST_INSERT_HEAD(&h->peers, p, by_all);
	h->figures.sessions++;
	h->figures.handshakes++;
	hub_call(h, p, v->next_id);
	if ((why = admit(h, p)) != HUB_FINE) {
		h->figures.refused++;
		hub_report(h, HUB_REFUSED, why, from, p->name, p->name_len);
		hub_secure_refuse(h, p, why);
		return;
	}
	begin_delivery(h, p, &v->have);
	/* An outbox that the log knows nothing of begins where it says. */
	if (p->next == 0)
		p->next = (uint32_t)v->next_id;
	/* Its newest post may not be on the disk yet. */
	p->owes &= ~(unsigned)PEER_OWES_POSTED;
	p->durable_next = (uint32_t)v->next_id;
	await_disk(h, p);
	h->out.session(h->out.arg, p->seal.here, &p->addr);
	serve(h, p);
}

static enum hub_reason
reason_of(enum gate_why why)
{
	switch (why) {
	case GATE_NO_COOKIE:
	case GATE_BAD_COOKIE:
		return HUB_COOKIE;
	case GATE_TOO_MANY:
	case GATE_FULL:
		return HUB_TOO_MANY;
	case GATE_UNKNOWN:
		return HUB_UNKNOWN_SESSION;
	case GATE_FORGED:
		return HUB_FORGED;
	default:
		return HUB_BAD_DATAGRAM;
	}
}

/* The third message again: our first answer was lost, or went to where the
 * client is no more. */
static void
welcome_again(struct hub *h, struct peer *p, const union sock_addr *from,
    size_t len)
{
	if (p->confirmed)
		return;
	if (peer_follow(p, from, len)) {
		h->out.random(h->out.arg, p->ping, sizeof(p->ping));
		p->owes |= PEER_OWES_PING;
	}
	p->owes |= p->closing ? PEER_OWES_ERROR : PEER_OWES_WELCOME;
	serve(h, p);
}

static void
handshake(struct hub *h, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	struct frame_position head = log_head(h->log);
	uint8_t out[HELLO_DATAGRAM];
	struct hello_datagram d;
	struct gate_arrival a;
	enum gate_why why;
	struct peer *p;
	size_t out_len;

	if (!hello_read(data, len, &d)) {
		ignore(h, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if (d.type == HELLO_HS3_TYPE && (p = find(h, d.server)) != NULL) {
		welcome_again(h, p, from, len);
		return;
	}
	switch (gate_input(h->gate, h->now_ms, from, &d, &head, is_taken, h,
	    &a, out, &out_len, &why)) {
	case GATE_ANSWER:
		if (why != GATE_FINE)
			hub_report(h, HUB_REFUSED, reason_of(why), from, NULL,
			    0);
		h->out.send(h->out.arg, from, out, out_len);
		break;
	case GATE_NOTHING:
		ignore(h, reason_of(why), from, NULL);
		break;
	case GATE_ARRIVED:
		arrive(h, &a);
		sodium_memzero(&a, sizeof(a));
		break;
	}
}

void
hub_wake(struct hub *h, uint32_t index, const union sock_addr *addr)
{
	uint8_t out[HELLO_DATAGRAM], echo[HELLO_ECHO];
	struct wire_out start = wire_out(echo, sizeof(echo));

	/* What its next datagram would begin with. */
	memset(echo, 0, sizeof(echo));
	wire_put_u8(&start, SEAL_TYPE);
	wire_put_u32(&start, index);
	h->out.send(h->out.arg, addr, out, hello_put_reset(out, index, echo));
}

/*
 * Posting
 */

static void
owe_error(struct peer *p, enum frame_code code, uint64_t id, int64_t wait_ms)
{
	p->owes |= PEER_OWES_ERROR;
	p->error = code;
	p->error_id = id;
	p->error_wait_ms = (uint32_t)wait_ms;
}

/* Keeps a piece until its message is whole; true: it is. */
static bool
collect(struct peer *p, uint32_t counter, const struct frame_post *post)
{
	unsigned more = entry_more(post->flags), total, at, i;
	struct stage *s;

	if (p->stage == NULL &&
	    (p->stage = calloc(1, sizeof(*p->stage))) == NULL)
		return false;
	s = p->stage;
	if (s->first != p->next) {
		memset(s, 0, sizeof(*s));
		s->first = p->next;
	}
	at = counter - p->next;
	total = at + more + 1;
	if (total > ENTRY_MORE_MAX + 1 || (s->pieces != 0 &&
	    s->pieces != total) || (more > 0) != (post->kind == ENTRY_PART) ||
	    (post->kind == ENTRY_RENAME && total != 1))
		return false;
	s->pieces = total;
	s->piece[at].kind = post->kind;
	s->piece[at].flags = post->flags;
	s->piece[at].len = post->text_len;
	memcpy(s->piece[at].text, post->text, post->text_len);
	for (i = 0; i < total; i++)
		if (s->piece[i].len == 0)
			return false;
	return true;
}

static bool
append_pieces(struct hub *h, struct peer *p)
{
	const struct stage *s = p->stage;
	struct entry entries[ENTRY_MORE_MAX + 1];
	unsigned i;

	memset(entries, 0, sizeof(entries));
	for (i = 0; i < s->pieces; i++) {
		entries[i].time_ms = h->wall_ms;
		entries[i].kind = s->piece[i].kind;
		entries[i].flags = s->piece[i].flags &
		    ENTRY_PIECE_FLAGS;
		entries[i].id = posted_id(p->outbox, p->next + i);
		entries[i].author = p->name;
		entries[i].author_len = p->name_len;
		entries[i].text = s->piece[i].text;
		entries[i].text_len = s->piece[i].len;
	}
	if (!hub_append_all(h, entries, s->pieces))
		return false;
	h->figures.lines++;
	return true;
}

static bool
append_stage(struct hub *h, struct peer *p)
{
	const struct stage *s = p->stage;

	if (s->piece[0].kind == ENTRY_RENAME) {
		if (!hub_rename(h, p, posted_id(p->outbox, p->next),
		    s->piece[0].text, s->piece[0].len))
			return false;
	} else if (!append_pieces(h, p))
		return false;
	p->next += s->pieces;
	free(p->stage);
	p->stage = NULL;
	return true;
}

/* A message is whole: may it be said now? */
static bool
say(struct hub *h, struct peer *p)
{
	uint32_t rate = h->config.rate;
	uint64_t id = posted_id(p->outbox, p->next);
	size_t len = 0;
	unsigned i;

	for (i = 0; i < p->stage->pieces; i++)
		len += p->stage->piece[i].len;
	if (!limit_take(&p->bytes, h->now_ms, (uint32_t)len,
	    rate * HUB_RATE_BYTES, rate * HUB_RATE_BYTES)) {
		owe_error(p, FRAME_LIMIT_RATE, id, limit_wait_ms(&p->bytes,
		    h->now_ms, (uint32_t)len, rate * HUB_RATE_BYTES,
		    rate * HUB_RATE_BYTES));
		return false;
	}
	if (!limit_take(&p->lines, h->now_ms, 1, rate, rate * HUB_BURST_S)) {
		owe_error(p, FRAME_LIMIT_RATE, id, limit_wait_ms(&p->lines,
		    h->now_ms, 1, rate, rate * HUB_BURST_S));
		return false;
	}
	if (!append_stage(h, p)) {
		owe_error(p, FRAME_NO_SPACE, id, FULL_WAIT_MS);
		return false;
	}
	hub_past(h, p->key, sizeof(p->key))->lines = p->lines;
	return true;
}

static void
take_posts(struct hub *h, struct peer *p, struct frame *f)
{
	struct frame_post post;
	uint32_t counter;

	while (frame_next_post(f, &post)) {
		counter = (uint32_t)post.id;
		if (post.id >> 32 != p->outbox || p->person == NULL)
			continue;
		if (counter < p->next) {
			h->figures.repeated++;
			p->owes |= PEER_OWES_POSTED;
			continue;
		}
		/* Only the pieces of the next message may come ahead. */
		if (counter - p->next != entry_index(post.flags))
			continue;
		if (!collect(p, counter, &post))
			continue;
		if (!say(h, p))
			break;
	}
	if (p->durable_next != p->next)
		await_disk(h, p);
}

void
hub_secure_durable(struct hub *h)
{
	struct peer *p, *next;

	for (p = LIST_FIRST(&h->posting); p != NULL; p = next) {
		next = LIST_NEXT(p, by_posting);
		if (p->posted_seq > log_durable(h->log))
			continue;
		LIST_REMOVE(p, by_posting);
		p->posting = false;
		p->durable_next = p->next;
		p->owes |= PEER_OWES_POSTED;
		serve(h, p);
	}
}

/*
 * Frames
 */

static void
take_sync(struct hub *h, struct peer *p, struct frame *f)
{
	bool same;

	if (common_part(h, &f->at, &same) == f->at.seq && same)
		delivery_acked(&p->delivery, h->now_ms, f);
	else {
		p->owes |= PEER_OWES_REWIND | PEER_OWES_BASE;
		p->rewind_from = f->at.seq;
	}
}

static void
take_read(struct hub *h, struct peer *p, const struct frame *f)
{
	uint64_t count = f->count < READ_MAX ? f->count : READ_MAX;

	if (f->seq == 0) {
		p->owes |= PEER_OWES_MEMBERS;
		p->members_from = f->count > UINT32_MAX ? 0 :
		    (uint32_t)f->count;
		return;
	}
	if (count == 0) {
		p->owes |= PEER_OWES_BASE;
		return;
	}
	if (f->seq > log_head(h->log).seq + 1 ||
	    f->seq <= log_first(h->log))
		return;
	p->read_before = f->seq;
	p->read_after = f->seq - 1 > count ? f->seq - 1 - count : 0;
	if (p->read_after + 1 < log_first(h->log))
		p->read_after = log_first(h->log) - 1;
	p->read_due = h->now_ms;
}

static void
take_whois(struct peer *p, const struct frame *f)
{
	free(p->whois);
	p->whois = strndup(f->text, f->text_len);
	p->owes |= PEER_OWES_PERSON;
}

static void
take_leave(struct hub *h, struct peer *p)
{
	struct person *person = p->person;

	p->owes |= PEER_OWES_LEAVE;
	if (p->closing)
		return;
	p->closing = true;
	p->error = 0;
	p->person = NULL;
	if (person == NULL)
		return;
	person->session = NULL;
	hub_report(h, HUB_LEFT, HUB_FINE, &p->addr, p->name, p->name_len);
	hub_append(h, ENTRY_LEAVE, 0, p->name, p->name_len, NULL, 0);
}

static void
take_frame(struct hub *h, struct peer *p, struct frame *f)
{
	switch (f->type) {
	case FRAME_POST:
		take_posts(h, p, f);
		break;
	case FRAME_SYNC:
		take_sync(h, p, f);
		break;
	case FRAME_READ:
		take_read(h, p, f);
		break;
	case FRAME_LEAVE:
		take_leave(h, p);
		break;
	case FRAME_WHOIS:
		take_whois(p, f);
		break;
	case FRAME_PING:
		memcpy(p->pong, f->bytes, sizeof(p->pong));
		p->owes |= PEER_OWES_PONG | PEER_OWES_HEAD;
		break;
	case FRAME_PONG:
		if (peer_pong(p, f->bytes))
			h->out.session(h->out.arg, p->seal.here, &p->addr);
		break;
	default:
		break;	/* a server's frame, come back to it */
	}
}

/* It was silent so long that it counted as gone, and speaks again. */
static void
come_back(struct hub *h, struct peer *p)
{
	enum hub_reason why;

	if (p->person != NULL) {
		if (p->person->away)
			h->version++;
		p->person->away = false;
		return;
	}
	if ((why = admit(h, p)) == HUB_FINE)
		return;
	if (why != HUB_NO_SPACE)
		hub_secure_refuse(h, p, why);
}

static void
sealed(struct hub *h, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	static const enum hub_reason reasons[] = {
		[SEAL_TRUNCATED] = HUB_BAD_DATAGRAM,
		[SEAL_FOREIGN] = HUB_UNKNOWN_SESSION,
		[SEAL_REPLAY] = HUB_REPLAYED,
		[SEAL_FORGED] = HUB_FORGED
	};
	uint8_t frames[2 * PEER_DATAGRAM], out[HELLO_DATAGRAM];
	enum frame_error error = FRAME_END;
	enum seal_error opened;
	size_t frames_len, out_len;
	struct wire_in in;
	struct frame f;
	struct peer *p;
	uint32_t index;
	bool moved;

	if (!seal_index(data, len, &index) || len > sizeof(frames)) {
		ignore(h, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if ((p = find(h, index)) == NULL) {
		ignore(h, HUB_UNKNOWN_SESSION, from, NULL);
		if (gate_reset(h->gate, h->now_ms, index, data, len, out,
		    &out_len))
			h->out.send(h->out.arg, from, out, out_len);
		return;
	}
	opened = peer_open(p, h->now_ms, from, data, len, frames,
	    &frames_len, &moved);
	if (opened != SEAL_OK) {
		ignore(h, reasons[opened], from, p);
		return;
	}
	if (moved) {
		h->out.random(h->out.arg, p->ping, sizeof(p->ping));
		p->owes |= PEER_OWES_PING;
	}
	delivery_heard(&p->delivery, h->now_ms);
	if (moved && p->person != NULL)
		hub_check_address(h, p);
	if (!p->closing)
		come_back(h, p);
	in = wire_in(frames, frames_len);
	while (!p->closing && (error = frame_next(&in, &f)) == FRAME_OK)
		take_frame(h, p, &f);
	if (p->closing && error == FRAME_END)
		p->owes |= p->reason != NULL || p->error != 0 ?
		    PEER_OWES_ERROR : PEER_OWES_LEAVE;
	if (error != FRAME_OK && error != FRAME_END)
		ignore(h, HUB_BAD_FRAME, from, p);
	sodium_memzero(frames, sizeof(frames));
	serve(h, p);
}

void
hub_secure_input(struct hub *h, const union sock_addr *from,
    const uint8_t *data, size_t len)
{
	if (data[0] == SEAL_TYPE)
		sealed(h, from, data, len);
	else
		handshake(h, from, data, len);
}

/*
 * Time
 */

/* Silence has its steps: away, timed out, forgotten. False: it is dropped. */
static bool
look_at(struct hub *h, struct peer *p)
{
	int64_t silent = h->now_ms - p->heard_ms;
	struct person *person = p->person;

	if ((p->closing && silent >= PEER_LINGER_MS) ||
	    silent >= PEER_KEEP_MS) {
		drop(h, p);
		return false;
	}
	if (person != NULL && !person->away && silent >= PEER_AWAY_MS) {
		person->away = true;
		h->version++;
	}
	if (person != NULL && silent >= PEER_TIMEOUT_MS) {
		hub_report(h, HUB_SILENT, HUB_FINE, &p->addr, p->name,
		    p->name_len);
		if (!hub_append(h, ENTRY_TIMEOUT, 0, p->name, p->name_len,
		    NULL, 0))
			p->heard_ms = h->now_ms - PEER_AWAY_MS;
	}
	if (delivery_wants_head(&p->delivery, h->now_ms))
		p->owes |= PEER_OWES_HEAD;
	serve(h, p);
	return true;
}

/*
 * Nobody listens where the peer was: it was killed, or is about to say where
 * it is now. It has a moment for that.
 */
void
hub_secure_unreachable(struct hub *h, const union sock_addr *addr)
{
	int64_t since = h->now_ms - (PEER_TIMEOUT_MS - UNREACHABLE_MS);
	struct peer *p;

	LIST_FOREACH(p, &h->peers, by_all) {
		if (p->closing || p->person == NULL || p->heard_ms <= since ||
		    !sock_addr_eq(&p->addr, addr))
			continue;
		p->heard_ms = since;
		schedule(h, p);
	}
}

/* Rounds share datagrams under load, and a lone line does not wait. */
static int64_t
fan_out(struct hub *h)
{
	uint64_t head = log_head(h->log).seq;
	int64_t gap = ROUND_MS + (int64_t)h->figures.sessions / ROUND_PEERS;
	struct peer *p;

	if (!h->grown)
		return INT64_MAX;
	if (gap > ROUND_MAX_MS)
		gap = ROUND_MAX_MS;
	if (h->now_ms < h->round_ms + gap)
		return h->round_ms + gap;
	h->grown = false;
	h->round_ms = h->now_ms;
	LIST_FOREACH(p, &h->peers, by_all) {
		if (p->closing || p->person == NULL)
			continue;
		delivery_grew(&p->delivery, head);
		serve(h, p);
	}
	return INT64_MAX;
}

int64_t
hub_secure_tick(struct hub *h)
{
	int64_t due = fan_out(h);
	struct peer *p;

	while ((p = RB_MIN(peer_tree, &h->due)) != NULL &&
	    p->due_ms <= h->now_ms) {
		RB_REMOVE(peer_tree, &h->due, p);
		p->scheduled = false;
		/* What is still due is refused for now: no spinning. */
		if (look_at(h, p) && p->due_ms <= h->now_ms) {
			RB_REMOVE(peer_tree, &h->due, p);
			p->due_ms = h->now_ms + 1;
			RB_INSERT(peer_tree, &h->due, p);
		}
	}
	p = RB_MIN(peer_tree, &h->due);
	return p != NULL && p->due_ms < due ? p->due_ms : due;
}

void
hub_secure_close(struct hub *h)
{
	struct peer *p;

	LIST_FOREACH(p, &h->peers, by_all) {
		if (p->closing)
			continue;
		/* Not an end, a pause: they stay members. */
		p->owes = PEER_OWES_LEAVE;
		serve(h, p);
	}
}
