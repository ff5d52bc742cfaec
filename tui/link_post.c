/*
 * What the user says: kept, sent, sent again until it is acknowledged, known
 * again when it comes in the log. Pure but for the disk; runs in the receiver
 * process.
 */
#include "tui/link_state.h"

#include <stdlib.h>
#include <string.h>

enum {
	POST_DATAGRAMS = 16,		/* at once */
	POST_AGAIN = 16,		/* and again: a whole long message */
	POST_AHEAD = 512		/* counters sent beyond the oldest */
};

/* Fills one POST frame from post i on; returns how many it took. */
size_t
link_put_posts(struct link *l, struct wire_out *out, size_t i)
{
	size_t begun = frame_begin(out, FRAME_POST), count_at = out->len;
	size_t n = 0, count = outbox_count(l->outbox), before;
	struct outbox_post p;
	struct frame_post f;

	wire_put_u8(out, 0);
	for (; i < count && n < 127; i++, n++) {
		p = outbox_get(l->outbox, i);
		f.id = (uint64_t)outbox_number(l->outbox) << 32 | p.counter;
		f.kind = p.kind;
		f.flags = p.flags;
		f.text = p.text;
		f.text_len = p.text_len;
		before = out->len;
		frame_put_post(out, &f);
		if (out->failed) {
			out->failed = false;
			out->len = before;
			break;
		}
	}
	out->base[count_at] = (uint8_t)n;
	frame_end(out, begun);
	return n;
}

/*
 * All that waits travels together, oldest first. Where that is more than a
 * datagram holds, what was not sent yet goes first, and the rest at the RTO.
 */
void
link_send_posts(struct link *l, bool again)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out;
	uint32_t first = outbox_first(l->outbox);
	size_t count = outbox_count(l->outbox), oldest, i, n;
	int datagrams;

	out = wire_out(frames, sizeof(frames));
	i = oldest = link_first_waiting(l);
	n = oldest + link_put_posts(l, &out, oldest);
	if (!again && n < count && l->sent_up_to >= first + n - 1)
		i = l->sent_up_to + 1 - first;
	for (datagrams = again ? POST_AGAIN : POST_DATAGRAMS; datagrams > 0 &&
	    i < count && i < oldest + POST_AHEAD; datagrams--) {
		out = wire_out(frames, sizeof(frames));
		n = link_put_posts(l, &out, i);
		if (link_send(l, frames, out.len, true))
			outbox_set_sent(l->outbox, i, i + n);
		i += n;
		if (l->sent_up_to < first + i - 1)
			l->sent_up_to = first + (uint32_t)i - 1;
	}
	l->post_new = false;
	link_note_talk(l);
	if (again)
		l->post_wait = path_longer(l->post_wait);
	if (again || l->post_due == INT64_MAX)
		l->post_due = l->now + l->post_wait;
}

static void
refuse(struct link *l, uint64_t tag, enum entry_kind kind, const char *text,
    size_t len)
{
	struct record r = { .type = RECORD_REFUSED, .id = tag, .kind = kind,
	    .text = text, .text_len = len };

	l->out.record(l->out.arg, &r);
}

/* The lines that wait up to the next rename, each refused by itself; returns
 * the counter behind them. */
static uint32_t
refuse_waiting(struct link *l, const struct frame *f)
{
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .wait_ms = f->wait_ms > ENTRY_TIME_MS_MAX ? 0 :
	    (int64_t)f->wait_ms, .text = f->text, .text_len = f->text_len };
	size_t i = link_first_waiting(l);
	uint32_t next = outbox_first(l->outbox) + (uint32_t)i;
	struct outbox_post p;

	for (; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.kind == ENTRY_RENAME)
			break;
		next = p.counter + 1;
		if (entry_index(p.flags) == 0) {
			r.entry.text = p.text;
			r.entry.text_len = p.text_len;
		}
		r.id = p.tag;
		r.kind = p.kind;
		if (p.tag != 0)
			l->out.record(l->out.arg, &r);
	}
	return next;
}

/*
 * They are not said later by themselves, so the outbox goes on behind them.
 * The room expects them still: a handshake tells it where we are. What comes
 * late, or is not about our oldest line, comes again when we say it again.
 */
void
link_take_back(struct link *l, const struct frame *f)
{
	uint32_t first = outbox_first(l->outbox) +
	    (uint32_t)link_first_waiting(l), next;

	if (f->id >> 32 != outbox_number(l->outbox))
		return;
	l->mute_end = f->wait_ms == 0 || f->wait_ms > ENTRY_TIME_MS_MAX ? 0 :
	    l->now + (int64_t)f->wait_ms;
	if ((uint32_t)f->id != first ||
	    (next = refuse_waiting(l, f)) == first)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	l->posted_seen = true;
	outbox_give_up(l->outbox, next);
	l->post_wait = path_rto_ms(&l->path);
	l->post_due = INT64_MAX;
	l->post_new = false;
	if (l->hs.step == HANDSHAKE_IDLE)
		link_shake(l);
}

/* Syncs what was added, and tells the screen, which could say it again else. */
static bool
tell_stored(struct link *l)
{
	struct record r = { .type = RECORD_STORED };
	size_t count = outbox_count(l->outbox);
	size_t i = count - outbox_unsynced(l->outbox);
	struct outbox_post p;

	if (!outbox_sync(l->outbox))
		return false;
	for (; i < count; i++) {
		p = outbox_get(l->outbox, i);
		r.id = p.tag;
		r.flags = p.counter;
		if (p.tag != 0)
			l->out.record(l->out.arg, &r);
	}
	return true;
}

/* Nothing is sent before it is on the disk: one wait for all of them. */
void
link_keep_posts(struct link *l)
{
	struct outbox_post p;

	if (l->outbox == NULL || tell_stored(l))
		return;
	while (outbox_take_back(l->outbox, &p))
		if (p.tag != 0)
			refuse(l, p.tag, p.kind, "", 0);
}

/* The first post that the room does not have, as far as is known. */
static size_t
first_missing(const struct link *l)
{
	uint32_t first = outbox_first(l->outbox);
	size_t i = link_first_waiting(l), count = outbox_count(l->outbox);

	if (l->stored_next > first && l->stored_next - first > i)
		i = l->stored_next - first;
	return i < count ? i : count;
}

void
link_keep(struct link *l, int64_t now)
{
	struct record r = { .type = RECORD_KEPT, .text = "" };
	struct outbox_post p;
	size_t i;

	l->now = now;
	link_keep_posts(l);
	i = l->outbox == NULL ? 0 : first_missing(l);
	for (; l->outbox != NULL && i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.kind != ENTRY_RENAME && p.kind != ENTRY_PART)
			r.id++;
	}
	if (l->outbox != NULL)
		r.text = outbox_path(l->outbox);
	r.text_len = strlen(r.text);
	if (r.text_len > RECORD_PATH)
		r.text_len = RECORD_PATH;
	l->out.record(l->out.arg, &r);
}

static void
note_said(struct link *l, uint32_t counter, uint64_t tag)
{
	size_t at;

	if (l->said_count == LINK_SAID) {
		l->said_first = (l->said_first + 1) % LINK_SAID;
		l->said_count--;
	}
	at = (l->said_first + l->said_count++) % LINK_SAID;
	l->said[at].counter = counter;
	l->said[at].tag = tag;
}

/* The tag of an own line that came back as an entry; 0: not known. */
uint64_t
link_tag_of(struct link *l, const struct entry *e)
{
	const struct said *s;

	if (l->outbox == NULL || e->id >> 32 != outbox_number(l->outbox) ||
	    !link_is_own_name(l, e->author, e->author_len))
		return 0;
	while (l->said_count > 0) {
		s = &l->said[l->said_first];
		if (s->counter > (uint32_t)e->id)
			return 0;
		l->said_first = (l->said_first + 1) % LINK_SAID;
		l->said_count--;
		if (s->counter == (uint32_t)e->id)
			return s->tag;
	}
	return 0;
}

/* Adds a piece to the message; false: it is none that may follow. */
static bool
gather(struct gathered *g, enum entry_kind kind, uint32_t flags,
    const char *text, size_t len)
{
	struct entry *e;

	/* Of a message that was given up in the middle nothing is left. */
	if (g->n > 0 && (entry_index(flags) != g->n || entry_more(flags) + 1 !=
	    entry_more(g->piece[g->n - 1].flags)))
		g->n = g->len = 0;
	if (g->n > ENTRY_MORE_MAX || len > TEXT_LINE_BYTES || len == 0)
		return false;
	e = &g->piece[g->n++];
	memset(e, 0, sizeof(*e));
	e->kind = entry_more(flags) > 0 ? ENTRY_PART : kind;
	e->flags = entry_more(flags) << ENTRY_MORE_SHIFT |
	    (uint32_t)(g->n - 1) << ENTRY_INDEX_SHIFT;
	memcpy(g->text + g->len, text, len);
	e->text = g->text + g->len;
	e->text_len = len;
	g->len += len;
	return true;
}

static uint32_t
last_counter(const struct link *l)
{
	return outbox_first(l->outbox) +
	    (uint32_t)outbox_count(l->outbox) - 1;
}

void
link_post(struct link *l, int64_t now, uint64_t tag, enum entry_kind kind,
    uint32_t flags, const char *text, size_t len)
{
	struct gathered *g = &l->typed;

	l->now = now;
	if (l->outbox == NULL || !gather(g, kind, flags, text, len)) {
		refuse(l, tag, kind, text, len);
		return;
	}
	if (entry_more(flags) > 0)
		return;
	if (outbox_add(l->outbox, g->piece, g->n, tag)) {
		note_said(l, last_counter(l), tag);
		l->post_new = true;
	} else
		refuse(l, tag, kind, text, len);
	g->n = g->len = 0;
}

/*
 * What the server lost and had taken from us is said again
 */

struct again {
	struct outbox	*lost;
	size_t		 room;			/* for so many */
	struct gathered	 message;
	char		 name[TEXT_NAME_BYTES];	/* ours, as the entries go on */
	size_t		 name_len;
};

static bool
read_stored(struct link *l, uint64_t seq, struct entry *e)
{
	size_t len;
	const uint8_t *encoded = copy_read(&l->copy, seq, &len);
	struct wire_in in = wire_in(encoded, encoded == NULL ? 0 : len);

	return encoded != NULL && entry_decode_again(&in, e) == ENTRY_OK;
}

/* Outbox numbers are no secret: the author must be us, too. */
static bool
is_ours(const struct link *l, const struct entry *e, const char *name,
    size_t len)
{
	return e->id >> 32 == outbox_number(l->outbox) &&
	    e->author_len == len && memcmp(e->author, name, len) == 0;
}

static void
go_by(struct again *a, const char *name, size_t len)
{
	memcpy(a->name, name, len);
	a->name_len = len;
}

/* What we were called behind `keep`, as the entries say backwards. */
static void
find_name(struct link *l, struct again *a, uint64_t keep)
{
	uint64_t seq;
	struct entry e;

	go_by(a, l->name, l->name_len);
	for (seq = l->copy.at.seq; seq > keep && read_stored(l, seq, &e);
	    seq--)
		if (e.kind == ENTRY_RENAME &&
		    e.id >> 32 == outbox_number(l->outbox) &&
		    e.text_len == a->name_len &&
		    memcmp(e.text, a->name, a->name_len) == 0)
			go_by(a, e.author, e.author_len);
}

/* One entry that the room does not have any more. What still waits is said
 * without this, and what is not ours is not ours to say. */
static void
take_lost(struct link *l, struct again *a, const struct entry *e)
{
	if (!is_ours(l, e, a->name, a->name_len))
		return;
	if (e->kind == ENTRY_RENAME)
		go_by(a, e->text, e->text_len);
	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART) ||
	    (uint32_t)e->id >= outbox_first(l->outbox) ||
	    !gather(&a->message, e->kind, e->flags, e->text, e->text_len) ||
	    entry_more(e->flags) > 0)
		return;
	if (outbox_count(a->lost) + a->message.n <= a->room)
		outbox_add(a->lost, a->message.piece, a->message.n, 0);
	a->message.n = a->message.len = 0;
}

static void
find_lost(struct link *l, struct again *a, uint64_t keep, uint64_t end)
{
	uint64_t seq = keep < l->copy.first ? l->copy.first : keep + 1;
	struct entry e;

	a->room = OUTBOX_POSTS - outbox_count(l->outbox);
	find_name(l, a, seq - 1);
	for (; seq <= end && read_stored(l, seq, &e); seq++)
		take_lost(l, a, &e);
}

/* What waited from counter `first` on has others now, behind n that came before
 * it: the screen's names go with them. */
static void
move_said(struct link *l, uint32_t first, size_t n)
{
	uint32_t by = outbox_first(l->outbox) + (uint32_t)n - first;
	struct said *s;
	size_t i;

	while (l->said_count > 0 && l->said[l->said_first].counter < first) {
		l->said_first = (l->said_first + 1) % LINK_SAID;
		l->said_count--;
	}
	for (i = 0; i < l->said_count; i++)
		l->said[(l->said_first + i) % LINK_SAID].counter += by;
	for (i = n; i-- > 0; l->said_count++) {
		l->said_first = (l->said_first + LINK_SAID - 1) % LINK_SAID;
		s = &l->said[l->said_first];
		s->counter = outbox_first(l->outbox) + (uint32_t)i;
		s->tag = RECORD_EARLIER | s->counter;
		outbox_set_tag(l->outbox, i, s->tag);
	}
}

/* The room expects those that waited under their old counters. */
static void
go_on_behind(struct link *l, uint32_t first, size_t n)
{
	struct record r = { .type = RECORD_STORED };
	bool waited = outbox_count(l->outbox) > n;

	move_said(l, first, n);
	r.flags = last_counter(l);
	l->out.record(l->out.arg, &r);
	l->post_new = true;
	l->posted_next = 0;
	if (!waited)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	l->posted_seen = true;
	if (l->hs.step == HANDSHAKE_IDLE || l->hs.step == HANDSHAKE_VISIT)
		link_shake(l);
}

size_t
link_say_again(struct link *l, uint64_t keep)
{
	struct outbox_mark mark = { .keep = keep };
	const struct outbox_mark *before = outbox_mark(l->outbox);
	uint32_t first = outbox_first(l->outbox);
	struct again *a = calloc(1, sizeof(*a));
	uint64_t end = l->copy.at.seq;
	size_t n = 0;

	if (a == NULL)
		return 0;
	link_keep_posts(l);
	memcpy(mark.chain, copy_chain(&l->copy), OUTBOX_CHAIN);
	/* We were here before, and ended before the copy forgot them. */
	if (before->keep < end && memcmp(mark.chain, before->chain,
	    OUTBOX_CHAIN) == 0)
		end = before->keep;
	if ((a->lost = outbox_open(NULL, NULL, 1)) != NULL) {
		find_lost(l, a, keep, end);
		n = outbox_count(a->lost);
	}
	if (n > 0) {
		copy_sync(&l->copy);
		if (outbox_put_before(l->outbox, a->lost, &mark))
			go_on_behind(l, first, n);
		else
			n = 0;
	}
	outbox_close(a->lost);
	free(a);
	return n;
}

void
link_note_posted(struct link *l, uint32_t next)
{
	struct record r = { .type = RECORD_POSTED };
	uint32_t end = outbox_first(l->outbox) +
	    (uint32_t)outbox_count(l->outbox);
	size_t i;

	l->posted_next = next;
	for (i = 0; i < link_first_waiting(l); i++) {
		r.id = outbox_get(l->outbox, i).tag;
		if (r.id == 0)
			continue;
		outbox_set_tag(l->outbox, i, 0);
		l->out.record(l->out.arg, &r);
	}
	l->post_wait = path_rto_ms(&l->path);
	l->post_due = link_waiting(l) == 0 ? INT64_MAX :
	    l->now + l->post_wait;
	/* More than the window was waiting: it goes on at once. */
	l->post_new = link_waiting(l) > 0 && l->sent_up_to < end - 1;
}

void
link_note_stored(struct link *l, const struct entry *e)
{
	/* A message is forgotten whole, or the room would take none of it. */
	if (e->id >> 32 == outbox_number(l->outbox) &&
	    entry_more(e->flags) == 0 &&
	    link_is_own_name(l, e->author, e->author_len))
		l->stored_next = (uint32_t)e->id + 1;
}

static void
tell_pending(struct link *l, size_t i)
{
	struct outbox_post p = outbox_get(l->outbox, i);
	struct record r = { .type = RECORD_PENDING,
	    .id = RECORD_EARLIER | p.counter, .kind = p.kind,
	    .flags = p.flags, .text = p.text, .text_len = p.text_len };

	l->out.record(l->out.arg, &r);
}

void
link_tell_pending(struct link *l, size_t from)
{
	struct outbox_post p;
	size_t i;

	for (i = from; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.kind == ENTRY_RENAME)
			continue;	/* no line */
		outbox_set_tag(l->outbox, i, RECORD_EARLIER | p.counter);
		note_said(l, p.counter, RECORD_EARLIER | p.counter);
		tell_pending(l, i);
	}
}

void
link_tell_again(struct link *l, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		tell_pending(l, i);
}

/*
 * Taking back what waits
 */

/* Where the message that ends before `end` begins. */
static size_t
message_at(const struct link *l, size_t end)
{
	unsigned before = entry_index(outbox_get(l->outbox, end - 1).flags);

	return before < end ? end - 1 - before : 0;
}

/* The posts that are surely taken back, of the newest message or of all: from
 * where on. */
static size_t
first_unsent(const struct link *l, bool all)
{
	size_t from = outbox_count(l->outbox), at;
	struct outbox_post p;

	while (from > first_missing(l)) {
		at = message_at(l, from);
		p = outbox_get(l->outbox, at);
		if (p.sent || p.kind == ENTRY_RENAME)
			break;
		from = at;
		if (!all)
			break;
	}
	return from;
}

/* May what was sent be given up? A rename among it is not ours to lose, and
 * nothing goes before something that stays. */
static bool
may_give_up(const struct link *l, size_t end, bool all)
{
	size_t i = first_missing(l);

	if (i == end || (!all && message_at(l, end) > i))
		return false;
	for (; i < end; i++)
		if (outbox_get(l->outbox, i).kind == ENTRY_RENAME)
			return false;
	return true;
}

static void
tell_withdrawn(struct link *l, size_t from, size_t end, uint32_t flags)
{
	struct record r = { .type = RECORD_WITHDRAWN };
	struct outbox_post p;

	for (; from < end; from++) {
		p = outbox_get(l->outbox, from);
		r.id = p.tag;
		r.kind = p.kind;
		r.flags = p.flags | flags;
		r.text = p.text;
		r.text_len = p.text_len;
		l->out.record(l->out.arg, &r);
	}
}

/* Their counters will be other lines'. */
static void
forget_said(struct link *l)
{
	uint32_t next = last_counter(l) + 1;

	while (l->said_count > 0 && l->said[(l->said_first + l->said_count -
	    1) % LINK_SAID].counter >= next)
		l->said_count--;
}

/* What was sent is given up, as what a muted person said: the room may have it
 * by now, or get it still. */
static void
give_up_sent(struct link *l)
{
	size_t end = outbox_count(l->outbox);

	outbox_give_up(l->outbox, outbox_first(l->outbox) + (uint32_t)end);
	l->post_wait = path_rto_ms(&l->path);
	l->post_due = INT64_MAX;
	l->post_new = false;
	if (l->live && l->hs.step == HANDSHAKE_IDLE)
		link_shake(l);
}

void
link_withdraw(struct link *l, int64_t now, bool all)
{
	struct record done = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = "" };
	size_t waiting, end, from, first;

	l->now = now;
	if (l->outbox == NULL)
		return;
	link_keep_posts(l);
	end = outbox_count(l->outbox);
	first = first_missing(l);
	waiting = end - first;
	from = first_unsent(l, all);
	if (may_give_up(l, from, all) && (all || from == end)) {
		tell_withdrawn(l, first, from, RECORD_SENT);
		tell_withdrawn(l, from, end, 0);
		give_up_sent(l);
	} else if (from < end) {
		tell_withdrawn(l, from, end, 0);
		if (outbox_withdraw(l->outbox, end - from))
			forget_said(l);
		else
			link_tell_pending(l, from);
	} else if (waiting > 0)
		done.flags = RECORD_SENT;
	l->out.record(l->out.arg, &done);
}
