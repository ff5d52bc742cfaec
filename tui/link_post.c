/*
 * What the user says: kept, sent, sent again until it is acknowledged, known
 * again when it comes in the log. Pure but for the disk; runs in the receiver
 * process.
 */
#include "tui/link_state.h"

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
	size_t count = outbox_count(l->outbox), i = 0, n;
	int datagrams;

	out = wire_out(frames, sizeof(frames));
	n = link_put_posts(l, &out, 0);
	if (!again && n < count && l->sent_up_to >= first + n - 1)
		i = l->sent_up_to + 1 - first;
	for (datagrams = again ? POST_AGAIN : POST_DATAGRAMS; datagrams > 0 &&
	    i < count && i < POST_AHEAD; datagrams--) {
		out = wire_out(frames, sizeof(frames));
		n = link_put_posts(l, &out, i);
		link_send(l, frames, out.len, true);
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
	uint32_t next = outbox_first(l->outbox);
	struct outbox_post p;
	size_t i;

	for (i = 0; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.kind == ENTRY_RENAME)
			break;
		next = p.counter + 1;
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
	uint32_t first = outbox_first(l->outbox), next;

	if (f->id >> 32 != outbox_number(l->outbox) ||
	    (uint32_t)f->id != first ||
	    (next = refuse_waiting(l, f)) == first)
		return;
	outbox_give_up(l->outbox, next);
	l->post_wait = path_rto_ms(&l->path);
	l->post_due = INT64_MAX;
	l->post_new = false;
	if (l->hs.step == HANDSHAKE_IDLE)
		link_shake(l);
}

/* Nothing is sent before it is on the disk: one wait for all of them. */
void
link_keep_posts(struct link *l)
{
	struct outbox_post p;

	if (l->outbox == NULL || outbox_sync(l->outbox))
		return;
	while (outbox_take_back(l->outbox, &p))
		if (p.tag != 0)
			refuse(l, p.tag, p.kind, "", 0);
}

void
link_keep(struct link *l, int64_t now)
{
	struct record r = { .type = RECORD_KEPT, .text = "" };
	struct outbox_post p;
	size_t i;

	l->now = now;
	link_keep_posts(l);
	for (i = 0; l->outbox != NULL && i < outbox_count(l->outbox); i++) {
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

void
link_post(struct link *l, int64_t now, uint64_t tag, enum entry_kind kind,
    uint32_t flags, const char *text, size_t len)
{
	struct entry *e;
	uint32_t counter;
	size_t n;

	l->now = now;
	/* Of a message that was given up in the middle nothing is left. */
	if (l->pieces > 0 && (entry_index(flags) != l->pieces ||
	    entry_more(flags) + 1 !=
	    entry_more(l->piece[l->pieces - 1].flags)))
		l->pieces = l->piece_len = 0;
	if (l->outbox == NULL || l->pieces > ENTRY_MORE_MAX ||
	    len > TEXT_LINE_BYTES || len == 0) {
		refuse(l, tag, kind, text, len);
		return;
	}
	e = &l->piece[l->pieces++];
	memset(e, 0, sizeof(*e));
	e->kind = entry_more(flags) > 0 ? ENTRY_PART : kind;
	e->flags = entry_more(flags) << ENTRY_MORE_SHIFT |
	    (uint32_t)(l->pieces - 1) << ENTRY_INDEX_SHIFT;
	memcpy(l->piece_text + l->piece_len, text, len);
	e->text = l->piece_text + l->piece_len;
	e->text_len = len;
	l->piece_len += len;
	if (entry_more(flags) > 0)
		return;
	n = l->pieces;
	l->pieces = l->piece_len = 0;
	if (!outbox_add(l->outbox, l->piece, n, tag)) {
		refuse(l, tag, kind, text, len);
		return;
	}
	counter = outbox_first(l->outbox) +
	    (uint32_t)outbox_count(l->outbox) - 1;
	note_said(l, counter, tag);
	l->post_new = true;
}

void
link_tell_posted(struct link *l, uint32_t next)
{
	struct record r = { .type = RECORD_POSTED };
	struct outbox_post p;
	size_t i;

	for (i = 0; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.counter >= next)
			break;
		r.id = p.tag;
		if (p.tag != 0)
			l->out.record(l->out.arg, &r);
	}
}

void
link_tell_pending(struct link *l)
{
	struct record r = { .type = RECORD_PENDING };
	struct outbox_post p;
	size_t i;

	for (i = 0; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.kind == ENTRY_RENAME)
			continue;	/* no line */
		outbox_set_tag(l->outbox, i, RECORD_EARLIER | p.counter);
		note_said(l, p.counter, RECORD_EARLIER | p.counter);
		r.id = RECORD_EARLIER | p.counter;
		r.kind = p.kind;
		r.flags = p.flags;
		r.text = p.text;
		r.text_len = p.text_len;
		l->out.record(l->out.arg, &r);
	}
}
