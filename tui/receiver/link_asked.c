/*
 * Whom the user writes to while nobody says yet whose key the name is: a window
 * with outboxes and no seat. Pure but for the disk; runs in the receiver
 * process. Must never say any of it.
 */
#include "tui/receiver/link_asked.h"

#include <string.h>

#include "tui/receiver/link_enter.h"

bool
link_is_asked(const char *room, size_t len)
{
	uint8_t key[NOISE_KEY];

	return len > 1 && *room == '@' && !link_talk_key(room, len, key);
}

static void
move(struct link_room *lr, struct link_room_list *from,
    struct link_room_list *to)
{
	TAILQ_REMOVE(from, lr, by_link);
	TAILQ_INSERT_TAIL(to, lr, by_link);
}

/* Freed as one of the rooms, which it was for a moment at first. */
static void
end(struct link_room *lr)
{
	struct link *l = lr->link;

	move(lr, &l->asked, &l->rooms);
	link_free_room(lr);
}

bool
link_await(struct link *l, int64_t now, uint16_t window,
    const struct link_place *place, const char *room, size_t len)
{
	struct link_room *lr;

	l->now = now;
	if (!link_is_asked(room, len) || len > FRAME_ROOM_BYTES ||
	    link_at_window(l, window) != NULL ||
	    link_asked_at(l, window) != NULL ||
	    (lr = link_new_room(l, window, place)) == NULL)
		return false;
	move(lr, &l->rooms, &l->asked);
	memcpy(lr->entering.room, room, len);
	lr->entering.len = len;
	lr->place.no_copy = true;
	if (!link_open_room(lr)) {
		end(lr);
		return false;
	}
	link_tell_boxes(lr);
	return true;
}

void
link_await_no_more(struct link *l, int64_t now, uint16_t window)
{
	struct link_room *lr = link_asked_at(l, window);

	l->now = now;
	if (lr != NULL)
		end(lr);
}

void
link_asked_clear(struct link *l)
{
	while (TAILQ_FIRST(&l->asked) != NULL)
		end(TAILQ_FIRST(&l->asked));
}

/* That window's own, where it has one. */
static struct link_room *
find(const struct link *l, uint16_t window, const char *room, size_t len)
{
	struct link_room *lr, *found = NULL;

	TAILQ_FOREACH(lr, &l->asked, by_link)
		if (link_is_room_name(lr->entering.room, lr->entering.len,
		    room, len) && (found == NULL || lr->window == window))
			found = lr;
	return found;
}

/* The newest line of this run; 0: there is none. */
static uint64_t
newest(const struct link_room *lr)
{
	const struct outbox *o = link_typed_into(lr);
	uint64_t tag, id = 0;
	size_t i;

	for (i = 0; i < outbox_count(o); i++)
		if ((tag = outbox_get(o, i).tag) != 0 &&
		    (tag & RECORD_EARLIER) == 0)
			id = tag;
	return id;
}

/* How many of its outboxes have lines. */
static size_t
filled(const struct link_room *lr)
{
	size_t i, n = 0;

	for (i = 0; i <= lr->posting.behind_n; i++)
		n += outbox_count(link_box_at(lr, i).outbox) > 0;
	return n;
}

/* What is in the last n of them. */
static void
tell_last(struct link_room *lr, size_t n)
{
	struct link_box box;

	for (; n > 0 && n <= lr->posting.behind_n + 1; n--) {
		box = link_box_at(lr, lr->posting.behind_n + 1 - n);
		link_tell_pending(lr, &box, 0);
	}
}

void
link_take_asked(struct link *l, int64_t now, uint16_t window,
    const char *room, size_t len)
{
	struct link_room *lr = link_at_window(l, window);
	struct link_room *from = find(l, window, room, len);
	struct record r = { .type = RECORD_STORED };
	bool untold;
	size_t n;

	l->now = now;
	if (lr == NULL || lr->talk == NULL || from == NULL)
		return;
	link_keep_posts(lr);
	link_keep_posts(from);
	r.id = newest(from);
	n = filled(from);
	untold = from->window == LINK_NO_WINDOW;
	link_take_boxes(lr, from);
	end(from);
	if (untold)
		tell_last(lr, n);
	/* They are on the disk, under the counters of where they are now. */
	r.flags = outbox_last(link_typed_into(lr));
	link_tell(lr, &r);
}

/* From the end: how many posts are of messages of this run from that id on
 * that were never sent, nor a part of them. */
static size_t
count_from(const struct outbox *o, uint64_t id)
{
	size_t count = outbox_count(o), i = count, begun;
	struct outbox_post last;

	for (; i > 0; i = begun) {
		last = outbox_get(o, i - 1);
		begun = i - 1 - entry_index(last.flags);
		if (last.tag < id || (last.tag & RECORD_EARLIER) != 0 ||
		    outbox_get(o, begun).sent)
			break;
	}
	return count - i;
}

static void
forget(struct link_room *lr, const struct link_box *box, size_t n)
{
	if (n == 0)
		return;
	if (link_asked_at(lr->link, lr->window) == lr ?
	    !outbox_empty(box->outbox) : !outbox_withdraw(box->outbox, n))
		link_tell_pending(lr, box, outbox_count(box->outbox) - n);
	else if (box->outbox == lr->posting.outbox)
		said_forget_from(&lr->said, outbox_last(box->outbox) + 1);
}

void
link_forget_lines(struct link *l, int64_t now, uint16_t window, uint64_t id)
{
	struct link_room *lr = link_asked_at(l, window);
	size_t i = lr == NULL ? 0 : lr->posting.behind_n + 1;
	struct link_box box;

	l->now = now;
	if (lr == NULL && (lr = link_at_window(l, window)) == NULL)
		return;
	link_keep_posts(lr);
	/* In a talk those of this run are in the last alone. */
	if (i == 0) {
		box = link_box_at(lr, lr->posting.behind_n);
		forget(lr, &box, count_from(box.outbox, id));
	}
	while (i > 0) {
		box = link_box_at(lr, --i);
		forget(lr, &box, outbox_count(box.outbox));
	}
	link_tell_counter(lr);
}
