/*
 * Taking back what waits: the newest line, or all of them. Pure but for the
 * disk; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

/* An outbox, and where in it that begins which the room may not have. */
struct waiting {
	struct link_box	 box;
	size_t		 first, end;
};

static struct waiting
waiting_in(const struct link_room *lr, struct link_box box)
{
	struct waiting w = { .box = box, .end = outbox_count(box.outbox) };

	if (box.outbox == lr->posting.outbox)
		w.first = link_first_missing(lr);
	return w;
}

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
first_unsent(const struct waiting *w, bool all)
{
	const struct outbox *o = w->box.outbox;
	size_t from = w->end, at;
	struct outbox_post p;

	while (from > w->first) {
		at = message_at(o, from);
		p = outbox_get(o, at);
		if (p.sent)
			break;
		from = at;
		if (!all)
			break;
	}
	return from;
}

/* May what was sent be given up? A rename that may be true by now is not, and
 * nothing goes before something that stays. */
static bool
may_give_up(const struct waiting *w, size_t end, bool all)
{
	size_t i = w->first;

	if (i == end || (!all && message_at(w->box.outbox, end) > i))
		return false;
	for (; i < end; i++)
		if (outbox_get(w->box.outbox, i).kind == ENTRY_RENAME)
			return false;
	return true;
}

static void
tell_withdrawn(struct link_room *lr, const struct waiting *w, size_t from,
    size_t end, uint32_t flags)
{
	struct record r = { .type = RECORD_WITHDRAWN };
	struct outbox_post p;

	for (; from < end; from++) {
		p = outbox_get(w->box.outbox, from);
		r.id = p.tag;
		r.kind = p.kind;
		r.flags = p.flags | flags;
		r.text = p.text;
		r.text_len = p.text_len;
		link_tell(lr, &r);
	}
}

/* Their counters will be other lines'. */
static void
forget(struct link_room *lr, const struct waiting *w, size_t from)
{
	struct outbox *o = w->box.outbox;

	if (!outbox_withdraw(o, w->end - from))
		link_tell_pending(lr, &w->box, from);
	else if (o == lr->posting.outbox)
		said_forget_from(&lr->said, outbox_last(o) + 1);
}

/* False: none of it. */
static bool
take_from(struct link_room *lr, const struct waiting *w, bool all)
{
	size_t from = first_unsent(w, all);

	if (may_give_up(w, from, all) && (all || from == w->end)) {
		/* As what a muted person said: the room may have it by now, or
		 * get it still. */
		tell_withdrawn(lr, w, w->first, from, RECORD_SENT);
		tell_withdrawn(lr, w, from, w->end, 0);
		link_give_up(lr, w->box.outbox, outbox_last(w->box.outbox) + 1);
		return true;
	}
	if (from == w->end)
		return false;
	tell_withdrawn(lr, w, from, w->end, 0);
	forget(lr, w, from);
	return true;
}

void
link_withdraw(struct link *l, int64_t now, uint16_t window, bool all)
{
	struct record done = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = "" };
	struct link_room *asked = link_asked_at(l, window);
	struct link_room *lr = asked != NULL ? asked :
	    link_at_window(l, window);
	size_t i, n;
	bool taken = false, waits = false;
	struct waiting w;

	l->now = now;
	if (lr == NULL || lr->posting.outbox == NULL)
		return;
	n = lr->posting.behind_n;
	link_keep_posts(lr);
	/* All of them are told in order. */
	for (i = 0; i <= n && (all || !waits); i++) {
		w = waiting_in(lr, link_box_at(lr, all ? i : n - i));
		waits |= w.first < w.end;
		if (w.first < w.end && take_from(lr, &w, all))
			taken = true;
	}
	if (waits && !taken)
		done.flags = RECORD_SENT;
	link_tell_counter(lr);
	link_tell(lr, &done);
}
