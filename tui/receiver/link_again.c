/*
 * What the server lost and had taken from us is said again, once. Pure but for
 * the disk; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <stdlib.h>
#include <string.h>

/* A message of the log, piece by piece. */
struct message {
	size_t		 n, len;
	struct entry	 piece[ENTRY_MORE_MAX + 1];
	char		 text[(ENTRY_MORE_MAX + 1) * TEXT_LINE_BYTES];
};

struct again {
	struct outbox	*lost;
	size_t		 room;			/* for so many */
	struct message	 message;
	char		 name[TEXT_NAME_BYTES];	/* ours, as the entries go on */
	size_t		 name_len;
};

/* Adds a piece; false: it is none that may follow. */
static bool
gather(struct message *m, const struct entry *e)
{
	unsigned index = entry_index(e->flags), more = entry_more(e->flags);
	struct entry *piece;

	/* Of a message that was given up in the middle nothing is left. */
	if (m->n > 0 && (index != m->n ||
	    more + 1 != entry_more(m->piece[m->n - 1].flags)))
		m->n = m->len = 0;
	if (m->n > ENTRY_MORE_MAX || e->text_len == 0)
		return false;
	piece = &m->piece[m->n];
	memset(piece, 0, sizeof(*piece));
	piece->kind = more > 0 ? ENTRY_PART : e->kind;
	piece->flags = more << ENTRY_MORE_SHIFT |
	    (uint32_t)m->n++ << ENTRY_INDEX_SHIFT;
	memcpy(m->text + m->len, e->text, e->text_len);
	piece->text = m->text + m->len;
	piece->text_len = e->text_len;
	m->len += e->text_len;
	return true;
}

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
	    !gather(&a->message, e) ||
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
	r.flags = link_last_counter(l);
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
