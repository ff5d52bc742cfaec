/*
 * The outboxes behind the one that is said from. Each is said under its own
 * number, one after the other: what the room has of one of them is told by
 * that number alone. Runs in the receiver process.
 */
#include <string.h>

#include "common/disk.h"
#include "tui/receiver/link_parts.h"
#include "tui/shared/boxes.h"

static bool
is_line(const struct outbox_post *p)
{
	return p->kind != ENTRY_RENAME && p->kind != ENTRY_PART;
}

static size_t
lines_of(const struct outbox *o)
{
	size_t i, n = 0;
	struct outbox_post p;

	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		n += is_line(&p);
	}
	return n;
}

static bool
is_stored(const struct link *l)
{
	return l->posting.outbox != NULL &&
	    outbox_path(l->posting.outbox)[0] != '\0';
}

static void
tell_box(struct link *l, const struct outbox *o, unsigned n)
{
	struct record r = { .type = RECORD_PENDING };
	struct outbox_post p;
	size_t i;

	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		if (p.kind == ENTRY_RENAME)
			continue;
		r.id = link_earlier_tag(n, p.counter);
		r.kind = p.kind;
		r.flags = p.flags;
		r.text = p.text;
		r.text_len = p.text_len;
		l->out.record(l->out.arg, &r);
	}
}

void
link_tell_all_pending(struct link *l)
{
	struct outbox *o;
	unsigned n = 0;

	link_tell_pending(l, 0);
	l->posting.behind = 0;
	while (is_stored(l) && (o = boxes_open_next(l->config.disk,
	    l->config.dir, &n)) != NULL) {
		tell_box(l, o, n);
		l->posting.behind += lines_of(o);
		outbox_close(o);
	}
}

bool
link_next_outbox(struct link *l)
{
	struct link_posting *p = &l->posting;
	struct outbox *o;
	unsigned n = 0;

	if (!is_stored(l) || outbox_count(p->outbox) > 0 ||
	    (o = boxes_open_next(l->config.disk, l->config.dir, &n)) == NULL)
		return false;
	if (!outbox_replace(o, p->outbox)) {
		outbox_close(o);
		return false;
	}
	outbox_close(p->outbox);
	p->outbox = o;
	p->box = n;
	return true;
}

static bool
is_due(const struct link *l)
{
	return l->posting.behind > 0 && l->channel.welcome &&
	    !l->leaving.begun && outbox_count(l->posting.outbox) == 0;
}

void
link_boxes_tick(struct link *l)
{
	struct record r = { .type = RECORD_STORED };
	struct link_posting *p = &l->posting;
	size_t i, n;

	if (!is_due(l) || l->shaking.hs.step != HANDSHAKE_IDLE)
		return;
	if (!link_next_outbox(l)) {
		p->behind = 0;
		return;
	}
	n = lines_of(p->outbox);
	p->behind = n < p->behind ? p->behind - n : 0;
	p->next = p->stored_next = p->sent_up_to = 0;
	said_clear(&l->said);
	for (i = 0; i < outbox_count(p->outbox); i++)
		link_know_earlier(l, i);
	/* From here on the counters are this one's. */
	r.flags = link_last_counter(l);
	l->out.record(l->out.arg, &r);
	link_want_name(l, l->naming.name, l->naming.len);
	p->renumbered = true;	/* we take our own place */
	link_shake(l);
}
