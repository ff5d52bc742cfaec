/*
 * Leaving the room: said a few times, until the server has heard it. Pure;
 * runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/frame_person.h"
#include "common/frame_put.h"

enum {
	LAST_MS = 500,			/* for the last words: a way, a disk */
	LEAVE_MS = 1000,		/* rule 9 */
	LEAVES = 3,
	LEAVE_BYTES = 16		/* of its frame, and of ROOM 0 */
};

void
link_leave(struct link *l, int64_t now)
{
	l->now = now;
	if (l->leaving.begun)
		return;
	l->leaving.begun = true;
	l->leaving.left = !l->channel.live;
	l->leaving.due = now;
	l->leaving.said_by = now + LAST_MS;
}

bool
link_left(const struct link *l)
{
	return l->leaving.left;
}

/* Those of one room, or as many as there are datagrams. */
static void
put_last_posts(struct link *l, struct wire_out *out)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr))
			continue;
		if (out->len > 0) {
			link_send(l, out->base, out->len, false);
			out->len = 0;
		}
		link_put_last_posts(lr, out);
	}
}

void
link_leave_tick(struct link *l)
{
	struct link_leaving *leaving = &l->leaving;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames) - LEAVE_BYTES);

	if (l->now < leaving->due)
		return;
	if (leaving->tries == 0)
		leaving->end = l->now + LEAVE_MS;
	if (leaving->tries == LEAVES || l->now >= leaving->end) {
		leaving->left = true;
		return;
	}
	put_last_posts(l, &out);
	link_put_marks(l, &out);
	out.size = sizeof(frames);
	if (l->hall.many && out.len > 0)
		frame_put_room(&out, 0);
	frame_put_leave(&out, NULL, 0);
	link_send(l, frames, out.len, false);
	leaving->tries++;
	leaving->due = l->now + netpath_rto_ms(&l->channel.path);
	link_least(&leaving->due, leaving->end);
}

int64_t
link_leave_due(const struct link *l)
{
	return l->leaving.left ? INT64_MAX : l->leaving.due;
}

static bool
is_last(const struct link *l, const struct link_room *lr)
{
	const struct link_room *other;

	TAILQ_FOREACH(other, &l->rooms, by_link)
		if (other != lr && !other->parting.begun)
			return false;
	return true;
}

/*
 * One room alone
 */

void
link_part_end(struct link_room *lr)
{
	link_part_seat(lr);
	link_free_room(lr);
}

void
link_part(struct link *l, int64_t now, uint16_t window)
{
	struct link_room *lr = link_at_window(l, window);

	l->now = now;
	if (lr == NULL || is_last(l, lr))
		return;
	if (!l->hall.many || !lr->entering.in) {
		link_part_end(lr);
		return;
	}
	lr->parting.begun = true;
	lr->parting.due = now;
	/* What is the session's is told in the first. */
	TAILQ_REMOVE(&l->rooms, lr, by_link);
	TAILQ_INSERT_TAIL(&l->rooms, lr, by_link);
	if (l->looked == lr)
		l->looked = link_first(l);
}

bool
link_part_take(struct link_room *lr)
{
	if (!lr->parting.begun)
		return false;
	link_free_room(lr);
	return true;
}

/* The server says it until then. */
static void
say_known(struct link *l, uint32_t slot)
{
	uint8_t frames[LEAVE_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_leave(&out, NULL, 0);
	link_send(l, frames, out.len, false);
}

bool
link_part_is_elsewhere(struct link *l, const struct frame *f, uint32_t slot)
{
	if (!l->hall.people || f->type != FRAME_LEAVE ||
	    f->text_len != strlen(FRAME_LEFT) ||
	    memcmp(f->text, FRAME_LEFT, f->text_len) != 0)
		return false;
	say_known(l, slot);
	return true;
}

bool
link_part_elsewhere(struct link_room *lr, const struct frame *f)
{
	struct record r = { .type = RECORD_PARTED };

	if (!link_part_is_elsewhere(lr->link, f, lr->entering.slot))
		return false;
	lr->place.again = false;
	if (!link_part_has_others(lr))
		return false;
	link_enter_deny(lr, RECORD_REPLACED);
	link_tell(lr, &r);
	return true;
}

static void
say_part(struct link_room *lr)
{
	struct link_leaving *parting = &lr->parting;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames) - LEAVE_BYTES);

	link_put_last_posts(lr, &out);
	out.size = sizeof(frames);
	link_put_room(lr, &out);
	frame_put_leave(&out, NULL, 0);
	link_send(lr->link, frames, out.len, true);
	parting->due = lr->link->now + link_patience(lr->link, parting->tries);
	if (parting->tries < 2 * LINK_PATIENT)
		parting->tries++;
}

/* Without what waits there: that is said when we are there again. */
static void
say_left(struct link *l)
{
	struct link_left *left = &l->hall.left;
	uint8_t frames[LINK_LEFT * LEAVE_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned i;

	for (i = 0; i < left->n; i++) {
		frame_put_room(&out, left->slot[i]);
		frame_put_leave(&out, NULL, 0);
	}
	link_send(l, frames, out.len, true);
	left->due = l->now + link_patience(l, left->tries);
	if (left->tries < 2 * LINK_PATIENT)
		left->tries++;
}

/* Until it has answered: one that is down, or is started anew, as well. */
static void
part(struct link_room *lr)
{
	const struct link_entering *e = &lr->entering;

	if (lr->parting.over || !lr->link->hall.many ||
	    (!e->in && e->slot == 0))
		link_part_end(lr);
	else if (e->in)
		say_part(lr);
	else
		lr->parting.due = INT64_MAX;
}

void
link_part_tick(struct link *l)
{
	struct link_room *lr, *next;

	for (lr = link_first(l); lr != NULL; lr = next) {
		next = TAILQ_NEXT(lr, by_link);
		if (l->channel.live && lr->parting.begun &&
		    l->now >= lr->parting.due)
			part(lr);
	}
	if (l->hall.many && l->hall.left.n > 0 && l->now >= l->hall.left.due)
		say_left(l);
}

int64_t
link_part_due(const struct link *l)
{
	const struct link_room *lr;
	int64_t due = l->hall.many && l->hall.left.n > 0 ?
	    l->hall.left.due : INT64_MAX;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (l->channel.live)
			link_least(&due, lr->parting.due);
	return due;
}
