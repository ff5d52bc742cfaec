/*
 * The outboxes of the room. Each is said under its own number, one after the
 * other: what the room has of one of them is told by that number alone. What is
 * typed meanwhile goes behind all that waits, into the last one. Runs in the
 * receiver process.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_parts.h"
#include "tui/shared/boxes.h"

enum {
	FIRST_BOX = 1 << 30,	/* which is no file's number */
	AGAIN_MS = 1000,	/* before it is tried again */
	FORGET_AGAIN_MS = 10 * 1000
};

static bool
is_stored(const struct link_room *lr)
{
	return outbox_path(lr->posting.outbox)[0] != '\0';
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
link_open_boxes(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;
	struct outbox *o;
	unsigned n = 0;

	p->box = FIRST_BOX;
	while (is_stored(lr) && (o = boxes_open_next(lr->place.disk,
	    lr->place.dir, &n)) != NULL)
		if (!add_behind(p, o, n)) {
			outbox_close(o);
			break;
		}
	while (outbox_count(p->outbox) == 0 && take_next(p))
		;
	*(p->behind_n > 0 ? &p->behind[p->behind_n - 1].number : &p->box) = 0;
}

void
link_close_boxes(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;

	if (lr->talk != NULL && p->outbox != NULL)
		outbox_forget_said(p->outbox);
	outbox_close(p->outbox);
	while (p->behind_n > 0)
		outbox_close(p->behind[--p->behind_n].outbox);
	free(p->behind);
}

static void
tell_damaged(struct link_room *lr, const struct outbox *o)
{
	struct record r = { .type = RECORD_DAMAGED, .text = outbox_path(o) };

	r.text_len = strnlen(r.text, RECORD_PATH);
	if (outbox_is_damaged(o))
		link_tell(lr, &r);
}

void
link_tell_boxes(struct link_room *lr)
{
	struct link_box box;
	size_t i;

	for (i = 0; i <= lr->posting.behind_n; i++) {
		box = link_box_at(lr, i);
		tell_damaged(lr, box.outbox);
		link_tell_pending(lr, &box, 0);
	}
}

/* The lowest that no file has, nor will have by who comes next. */
static unsigned
next_number(const struct link_room *lr)
{
	unsigned n = 0, last = 0;

	while (lr->place.disk != NULL && (n = boxes_next(lr->place.disk,
	    lr->place.dir, n)) != 0)
		last = n;
	return last + 1;
}

/* Where its file cannot go it stays, and is this room's in this run. It needs
 * no room on the disk: also where our own outbox had none it goes. */
static void
take_box(struct link_room *lr, struct outbox *o)
{
	struct link_posting *p = &lr->posting;
	unsigned n = next_number(lr);
	char path[PATH_MAX];

	/* It is not the last any more. */
	*(p->behind_n > 0 ? &p->behind[p->behind_n - 1].number : &p->box) =
	    FIRST_BOX - n;
	if (lr->place.disk != NULL && boxes_path(path, lr->place.dir, n))
		outbox_move(o, path);
	/* Without memory it is said in the next run. */
	if (!add_behind(p, o, 0))
		outbox_close(o);
}

void
link_take_boxes(struct link_room *lr, struct link_room *from)
{
	struct link_posting *p = &from->posting;
	struct link_box box;
	size_t i;

	for (i = 0; i <= p->behind_n; i++) {
		box = link_box_at(from, i);
		if (outbox_count(box.outbox) > 0)
			take_box(lr, box.outbox);
		else
			outbox_close(box.outbox);
	}
	p->behind_n = 0;
	p->outbox = NULL;
	/* What was never asked for by the other is by this one. */
	p = &lr->posting;
	while (!lr->entering.in && lr->entering.tries == 0 &&
	    outbox_count(p->outbox) == 0 && take_next(p))
		;
	link_know_said(lr);
}

static bool
is_due(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;

	return p->behind_n > 0 && lr->welcome && !lr->link->leaving.begun &&
	    outbox_count(p->outbox) == 0 && lr->link->now >= p->box_due &&
	    link_may_renew(lr);
}

/* What was said in a talk is nobody's to read here any more. */
static void
forget_said(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;

	if (lr->talk == NULL || p->outbox == NULL ||
	    !outbox_has_said(p->outbox) || lr->link->now < p->forget_due)
		return;
	/* A disk that does not take it is asked again. */
	p->forget_due = lr->link->now + FORGET_AGAIN_MS;
	outbox_forget_said(p->outbox);
}

void
link_boxes_tick(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;

	forget_said(lr);
	if (!is_due(lr))
		return;
	link_keep_posts(lr);
	if (!take_next(p)) {
		p->box_due = lr->link->now + AGAIN_MS;
		return;
	}
	/* From here on the counters are this one's. */
	p->next = p->stored_next = p->sent_up_to = 0;
	p->claimed = p->other = 0;
	link_know_said(lr);
	link_want_name(lr, lr->naming.name, lr->naming.len);
	link_forget_moved(lr);
	p->renumbered = true;	/* we take our own place */
	link_renew(lr);
}
