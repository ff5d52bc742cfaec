/*
 * What the user says: kept, sent, sent again until it is acknowledged, known
 * again when it comes in the log. Pure but for the disk; runs in the receiver
 * process.
 */
#include "tui/link_parts.h"

#include <stdlib.h>
#include <string.h>

enum {
	POST_DATAGRAMS = 16,		/* at once */
	POST_AGAIN = 16,		/* and again: a whole long message */
	POST_AHEAD = 512		/* counters sent beyond the oldest */
};

/* Fills one POST frame from post i on; returns how many it took. */
static size_t
put_posts(const struct outbox *o, struct wire_out *out, size_t i)
{
	size_t begun = frame_begin(out, FRAME_POST), count_at = out->len;
	size_t n = 0, count = outbox_count(o), before;
	struct outbox_post p;
	struct frame_post f;

	wire_put_u8(out, 0);
	for (; i < count && n < 127; i++, n++) {
		p = outbox_get(o, i);
		f.id = (uint64_t)outbox_number(o) << 32 | p.counter;
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

/* Where in the outbox sending goes on: where all that waits does not fit in a
 * datagram, behind what was sent already. */
static size_t
send_from(const struct link *l, bool again)
{
	const struct outbox *o = l->posting.outbox;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint32_t first = outbox_first(o);
	size_t oldest = link_first_waiting(l);
	size_t end = oldest + put_posts(o, &out, oldest);

	if (again || end == outbox_count(o) ||
	    l->posting.sent_up_to < first + end - 1)
		return oldest;
	return l->posting.sent_up_to + 1 - first;
}

/*
 * All that waits travels together, oldest first. Where that is more than a
 * datagram holds, what was not sent yet goes first, and the rest at the RTO.
 * again: what was sent is sent again, too.
 */
static void
send_posts(struct link *l, bool again)
{
	struct link_posting *p = &l->posting;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out;
	uint32_t first = outbox_first(p->outbox);
	size_t count = outbox_count(p->outbox), i = send_from(l, again), n;
	size_t end = link_first_waiting(l) + POST_AHEAD;
	int datagrams = again ? POST_AGAIN : POST_DATAGRAMS;

	for (; datagrams > 0 && i < count && i < end; datagrams--) {
		out = wire_out(frames, sizeof(frames));
		n = put_posts(p->outbox, &out, i);
		if (link_send(l, frames, out.len, true))
			outbox_set_sent(p->outbox, i, i + n);
		i += n;
		if (p->sent_up_to < first + i - 1)
			p->sent_up_to = first + (uint32_t)i - 1;
	}
	p->is_new = false;
	link_note_talk(l);
	if (again)
		p->wait = path_longer(p->wait);
	if (again || p->due == INT64_MAX)
		p->due = l->now + p->wait;
}

/* Nothing is said to a room that may yet say what it lost: that goes first. */
static bool
may_post(const struct link *l)
{
	return l->log.settled && link_waiting(l) > 0;
}

void
link_post_tick(struct link *l)
{
	if (!may_post(l) || l->now < l->posting.hold_until)
		return;
	if (l->now >= l->posting.due)
		send_posts(l, true);
	if (l->posting.is_new)
		send_posts(l, false);
}

int64_t
link_post_due(const struct link *l)
{
	const struct link_posting *p = &l->posting;
	int64_t due = p->is_new ? l->now : p->due;

	if (!may_post(l))
		return INT64_MAX;
	return due > p->hold_until ? due : p->hold_until;
}

void
link_put_last_posts(struct link *l, struct wire_out *out)
{
	size_t i = link_first_waiting(l);

	if (may_post(l) && l->now >= l->posting.hold_until)
		outbox_set_sent(l->posting.outbox, i,
		    i + put_posts(l->posting.outbox, out, i));
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
	const struct outbox *o = l->posting.outbox;
	size_t i = link_first_waiting(l);
	uint32_t next = outbox_first(o) + (uint32_t)i;
	struct outbox_post p;

	for (; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
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

/* The outbox goes on behind what was given up. The room expects that still: a
 * handshake tells it where we are. */
static void
go_on_from(struct link *l, uint32_t next)
{
	struct link_posting *p = &l->posting;

	outbox_give_up(p->outbox, next);
	p->wait = path_rto_ms(&l->channel.path);
	p->due = INT64_MAX;
	p->is_new = false;
	if (l->channel.live)
		link_shake_if_idle(l);
}

/*
 * They are not said later by themselves. What comes late, or is not about our
 * oldest line, comes again when we say it again.
 */
void
link_take_back(struct link *l, const struct frame *f)
{
	struct link_posting *p = &l->posting;
	uint32_t first = outbox_first(p->outbox) +
	    (uint32_t)link_first_waiting(l), next;

	if (f->id >> 32 != outbox_number(p->outbox))
		return;
	p->mute_end = f->wait_ms == 0 || f->wait_ms > ENTRY_TIME_MS_MAX ? 0 :
	    l->now + (int64_t)f->wait_ms;
	if ((uint32_t)f->id != first ||
	    (next = refuse_waiting(l, f)) == first)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	p->seen = true;
	go_on_from(l, next);
}

/* Syncs what was added, and tells the screen, which could say it again else. */
static bool
tell_stored(struct link *l)
{
	struct record r = { .type = RECORD_STORED };
	struct outbox *o = l->posting.outbox;
	size_t count = outbox_count(o), i = count - outbox_unsynced(o);
	struct outbox_post p;

	if (!outbox_sync(o))
		return false;
	for (; i < count; i++) {
		p = outbox_get(o, i);
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

	if (l->posting.outbox == NULL || tell_stored(l))
		return;
	while (outbox_take_back(l->posting.outbox, &p))
		if (p.tag != 0)
			refuse(l, p.tag, p.kind, "", 0);
}

/* The first post that the room does not have, as far as is known. */
static size_t
first_missing(const struct link *l)
{
	const struct link_posting *p = &l->posting;
	uint32_t first = outbox_first(p->outbox);
	size_t i = link_first_waiting(l), count = outbox_count(p->outbox);

	if (p->stored_next > first && p->stored_next - first > i)
		i = p->stored_next - first;
	return i < count ? i : count;
}

/* How many lines wait. */
static uint64_t
lines_waiting(const struct link *l)
{
	const struct outbox *o = l->posting.outbox;
	enum entry_kind kind;
	uint64_t n = 0;
	size_t i;

	for (i = first_missing(l); i < outbox_count(o); i++) {
		kind = outbox_get(o, i).kind;
		n += kind != ENTRY_RENAME && kind != ENTRY_PART;
	}
	return n;
}

void
link_keep(struct link *l, int64_t now)
{
	struct record r = { .type = RECORD_KEPT, .text = "" };

	l->now = now;
	link_keep_posts(l);
	if (l->posting.outbox != NULL) {
		r.id = lines_waiting(l) + l->posting.behind;
		r.text = outbox_path(l->posting.outbox);
	}
	r.text_len = strlen(r.text);
	if (r.text_len > RECORD_PATH)
		r.text_len = RECORD_PATH;
	l->out.record(l->out.arg, &r);
}

/* The tag of an own line that came back as an entry; 0: not known. */
uint64_t
link_tag_of(struct link *l, const struct entry *e)
{
	const struct outbox *o = l->posting.outbox;

	if (o == NULL || e->id >> 32 != outbox_number(o) ||
	    !link_is_own_name(l, e->author, e->author_len))
		return 0;
	return said_take(&l->said, (uint32_t)e->id);
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
last_counter(const struct outbox *o)
{
	return outbox_first(o) + (uint32_t)outbox_count(o) - 1;
}

void
link_post(struct link *l, int64_t now, uint64_t tag, enum entry_kind kind,
    uint32_t flags, const char *text, size_t len)
{
	struct gathered *g = &l->posting.typed;

	l->now = now;
	if (l->posting.outbox == NULL || !gather(g, kind, flags, text, len)) {
		refuse(l, tag, kind, text, len);
		return;
	}
	if (entry_more(flags) > 0)
		return;
	if (outbox_add(l->posting.outbox, g->piece, g->n, tag)) {
		said_add(&l->said, last_counter(l->posting.outbox), tag);
		l->posting.is_new = true;
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
	const uint8_t *encoded = copy_read(&l->log.copy, seq, &len);
	struct wire_in in = wire_in(encoded, encoded == NULL ? 0 : len);

	return encoded != NULL && entry_decode_again(&in, e) == ENTRY_OK;
}

/* Outbox numbers are no secret: the author must be us, too. */
static bool
is_ours(const struct link *l, const struct entry *e, const char *name,
    size_t len)
{
	return e->id >> 32 == outbox_number(l->posting.outbox) &&
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

	go_by(a, l->naming.name, l->naming.len);
	for (seq = l->log.copy.at.seq; seq > keep && read_stored(l, seq, &e);
	    seq--)
		if (e.kind == ENTRY_RENAME &&
		    e.id >> 32 == outbox_number(l->posting.outbox) &&
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
	    (uint32_t)e->id >= outbox_first(l->posting.outbox) ||
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
	uint64_t seq = keep < l->log.copy.first ? l->log.copy.first : keep + 1;
	struct entry e;

	a->room = OUTBOX_POSTS - outbox_count(l->posting.outbox);
	find_name(l, a, seq - 1);
	for (; seq <= end && read_stored(l, seq, &e); seq++)
		take_lost(l, a, &e);
}

/* What waited from counter `first` on has others now, behind n that came before
 * it: the screen's names go with them. */
static void
move_said(struct link *l, uint32_t first, size_t n)
{
	struct outbox *o = l->posting.outbox;
	uint32_t now = outbox_first(o), counter;
	uint64_t tag;
	size_t i;

	said_forget_below(&l->said, first);
	said_move(&l->said, now + (uint32_t)n - first);
	for (i = n; i-- > 0;) {
		counter = now + (uint32_t)i;
		tag = link_earlier_tag(l->posting.box, counter);
		said_put_before(&l->said, counter, tag);
		outbox_set_tag(o, i, tag);
	}
}

/* The room expects those that waited under their old counters. */
static void
go_on_behind(struct link *l, uint32_t first, size_t n)
{
	struct record r = { .type = RECORD_STORED };
	bool waited = outbox_count(l->posting.outbox) > n;

	move_said(l, first, n);
	r.flags = last_counter(l->posting.outbox);
	l->out.record(l->out.arg, &r);
	l->posting.is_new = true;
	l->posting.next = 0;
	if (!waited)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	l->posting.seen = true;
	if (l->shaking.hs.step == HANDSHAKE_IDLE ||
	    l->shaking.hs.step == HANDSHAKE_VISIT)
		link_shake(l);
}

size_t
link_say_again(struct link *l, uint64_t keep)
{
	struct outbox_mark mark = { .keep = keep };
	const struct outbox_mark *before = outbox_mark(l->posting.outbox);
	uint32_t first = outbox_first(l->posting.outbox);
	struct again *a = calloc(1, sizeof(*a));
	uint64_t end = l->log.copy.at.seq;
	size_t n = 0;

	if (a == NULL)
		return 0;
	link_keep_posts(l);
	memcpy(mark.chain, copy_chain(&l->log.copy), OUTBOX_CHAIN);
	/* We were here before, and ended before the copy forgot them. */
	if (before->keep < end && memcmp(mark.chain, before->chain,
	    OUTBOX_CHAIN) == 0)
		end = before->keep;
	if ((a->lost = outbox_open(NULL, NULL, 1)) != NULL) {
		find_lost(l, a, keep, end);
		n = outbox_count(a->lost);
	}
	if (n > 0) {
		copy_sync(&l->log.copy);
		if (outbox_put_before(l->posting.outbox, a->lost, &mark))
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
	struct link_posting *p = &l->posting;
	size_t i;

	p->next = next;
	for (i = 0; i < link_first_waiting(l); i++) {
		r.id = outbox_get(p->outbox, i).tag;
		if (r.id == 0)
			continue;
		outbox_set_tag(p->outbox, i, 0);
		l->out.record(l->out.arg, &r);
	}
	p->wait = path_rto_ms(&l->channel.path);
	p->due = link_waiting(l) == 0 ? INT64_MAX : l->now + p->wait;
	/* More than the window was waiting: it goes on at once. */
	p->is_new = link_waiting(l) > 0 &&
	    p->sent_up_to < last_counter(p->outbox);
}

void
link_note_stored(struct link *l, const struct entry *e)
{
	/* A message is forgotten whole, or the room would take none of it. */
	if (e->id >> 32 == outbox_number(l->posting.outbox) &&
	    entry_more(e->flags) == 0 &&
	    link_is_own_name(l, e->author, e->author_len))
		l->posting.stored_next = (uint32_t)e->id + 1;
}

uint64_t
link_earlier_tag(unsigned box, uint32_t counter)
{
	return RECORD_EARLIER | (uint64_t)box << 32 | counter;
}

bool
link_know_earlier(struct link *l, size_t i)
{
	struct outbox_post p = outbox_get(l->posting.outbox, i);
	uint64_t tag = link_earlier_tag(l->posting.box, p.counter);

	if (p.kind == ENTRY_RENAME)
		return false;
	outbox_set_tag(l->posting.outbox, i, tag);
	said_add(&l->said, p.counter, tag);
	return true;
}

static void
tell_pending(struct link *l, size_t i)
{
	struct outbox_post p = outbox_get(l->posting.outbox, i);
	struct record r = { .type = RECORD_PENDING, .id = p.tag,
	    .kind = p.kind, .flags = p.flags, .text = p.text,
	    .text_len = p.text_len };

	l->out.record(l->out.arg, &r);
}

void
link_tell_pending(struct link *l, size_t from)
{
	size_t i;

	for (i = from; i < outbox_count(l->posting.outbox); i++)
		if (link_know_earlier(l, i))
			tell_pending(l, i);
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
message_at(const struct outbox *o, size_t end)
{
	unsigned before = entry_index(outbox_get(o, end - 1).flags);

	return before < end ? end - 1 - before : 0;
}

/* The posts that are surely taken back, of the newest message or of all: from
 * where on. */
static size_t
first_unsent(const struct link *l, bool all)
{
	const struct outbox *o = l->posting.outbox;
	size_t from = outbox_count(o), at;
	struct outbox_post p;

	while (from > first_missing(l)) {
		at = message_at(o, from);
		p = outbox_get(o, at);
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
	const struct outbox *o = l->posting.outbox;
	size_t i = first_missing(l);

	if (i == end || (!all && message_at(o, end) > i))
		return false;
	for (; i < end; i++)
		if (outbox_get(o, i).kind == ENTRY_RENAME)
			return false;
	return true;
}

static void
tell_withdrawn(struct link *l, size_t from, size_t end, uint32_t flags)
{
	struct record r = { .type = RECORD_WITHDRAWN };
	struct outbox_post p;

	for (; from < end; from++) {
		p = outbox_get(l->posting.outbox, from);
		r.id = p.tag;
		r.kind = p.kind;
		r.flags = p.flags | flags;
		r.text = p.text;
		r.text_len = p.text_len;
		l->out.record(l->out.arg, &r);
	}
}

void
link_withdraw(struct link *l, int64_t now, bool all)
{
	struct outbox *o = l->posting.outbox;
	struct record done = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = "" };
	size_t end, from, first;

	l->now = now;
	if (o == NULL)
		return;
	link_keep_posts(l);
	end = outbox_count(o);
	first = first_missing(l);
	from = first_unsent(l, all);
	if (may_give_up(l, from, all) && (all || from == end)) {
		/* As what a muted person said: the room may have it by now, or
		 * get it still. */
		tell_withdrawn(l, first, from, RECORD_SENT);
		tell_withdrawn(l, from, end, 0);
		go_on_from(l, last_counter(o) + 1);
	} else if (from < end) {
		tell_withdrawn(l, from, end, 0);
		/* Their counters will be other lines'. */
		if (outbox_withdraw(o, end - from))
			said_forget_from(&l->said, last_counter(o) + 1);
		else
			link_tell_pending(l, from);
	} else if (end > first)
		done.flags = RECORD_SENT;
	l->out.record(l->out.arg, &done);
}
