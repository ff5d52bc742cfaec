/*
 * The outboxes of the room. Each is said under its own number, one after the
 * other: what the room has of one of them is told by that number alone. What is
 * typed meanwhile goes behind all that waits, into the last one. Runs in the
 * receiver process.
 */
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "tui/receiver/link_parts.h"
#include "tui/shared/boxes.h"

enum {
	FIRST_BOX = 1 << 30,	/* which is no file's number */
	AGAIN_MS = 1000		/* before it is tried again */
};

static bool
is_stored(const struct link *l)
{
	return outbox_path(l->posting.outbox)[0] != '\0';
}

static bool
add_behind(struct link_posting *p, struct outbox *o, unsigned number)
{
	struct link_box *more = reallocarray(p->behind, p->behind_n + 1,
	    sizeof(*more));

	if (more == NULL)
		return false;
	p->behind = more;
	p->behind[p->behind_n++] = (struct link_box){ o, number };
	return true;
}

/* What is said from is empty: the next one takes its place. False: there is
 * none, or it cannot. */
static bool
take_next(struct link_posting *p)
{
	struct link_box *next = p->behind;

	if (p->behind_n == 0 || !outbox_replace(next->outbox, p->outbox))
		return false;
	outbox_close(p->outbox);
	p->outbox = next->outbox;
	p->box = next->number;
	memmove(next, next + 1, --p->behind_n * sizeof(*next));
	return true;
}

void
link_open_boxes(struct link *l)
{
	struct link_posting *p = &l->posting;
	struct outbox *o;
	unsigned n = 0;

	p->box = FIRST_BOX;
	while (is_stored(l) && (o = boxes_open_next(l->config.place.disk,
	    l->config.place.dir, &n)) != NULL)
		if (!add_behind(p, o, n)) {
			outbox_close(o);
			break;
		}
	while (outbox_count(p->outbox) == 0 && take_next(p))
		;
	*(p->behind_n > 0 ? &p->behind[p->behind_n - 1].number : &p->box) = 0;
}

void
link_close_boxes(struct link *l)
{
	struct link_posting *p = &l->posting;

	outbox_close(p->outbox);
	while (p->behind_n > 0)
		outbox_close(p->behind[--p->behind_n].outbox);
	free(p->behind);
}

static void
tell_damaged(struct link *l, const struct outbox *o)
{
	struct record r = { .type = RECORD_DAMAGED, .text = outbox_path(o) };

	r.text_len = strnlen(r.text, RECORD_PATH);
	if (outbox_is_damaged(o))
		l->out.record(l->out.arg, &r);
}

void
link_tell_boxes(struct link *l)
{
	struct link_box box;
	size_t i;

	for (i = 0; i <= l->posting.behind_n; i++) {
		box = link_box_at(l, i);
		tell_damaged(l, box.outbox);
		link_tell_pending(l, &box, 0);
	}
}

static bool
is_due(const struct link *l)
{
	const struct link_posting *p = &l->posting;

	return p->behind_n > 0 && l->channel.welcome && !l->leaving.begun &&
	    outbox_count(p->outbox) == 0 && l->now >= p->box_due &&
	    l->shaking.hs.step == HANDSHAKE_IDLE;
}

void
link_boxes_tick(struct link *l)
{
	struct link_posting *p = &l->posting;

	if (!is_due(l))
		return;
	link_keep_posts(l);
	if (!take_next(p)) {
		p->box_due = l->now + AGAIN_MS;
		return;
	}
	/* From here on the counters are this one's. */
	p->next = p->stored_next = p->sent_up_to = 0;
	p->claimed = p->other = 0;
	link_know_said(l);
	link_want_name(l, l->naming.name, l->naming.len);
	link_forget_moved(l);
	p->renumbered = true;	/* we take our own place */
	link_shake(l);
}
