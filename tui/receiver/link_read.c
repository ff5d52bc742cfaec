/*
 * Older entries than the copy holds, as the screen asks for them. Pure; runs
 * in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include "common/frame_put.h"

enum {
	TRIES = 24,		/* there may be none any more */
	READ_BYTES = 64		/* of its frame */
};

void
link_read(struct link *l, int64_t now, uint16_t window, uint64_t before,
    uint32_t count)
{
	struct link_room *lr = link_at_window(l, window);
	struct link_reading *r;

	l->now = now;
	if (lr == NULL || before < 2 || count == 0)
		return;
	r = &lr->read;
	r->before = before;
	r->after = before - 1 > count ? before - 1 - count : 0;
	r->tries = 0;
	r->due = now;
}

bool
link_read_take(struct link_room *lr, const struct entry *e)
{
	struct record r = { .type = RECORD_OLDER, .entry = *e };
	char text[TALK_TEXT_BYTES];

	if (lr->read.before == 0 || e->seq >= lr->read.before ||
	    e->seq <= lr->read.after)
		return false;
	/* They come newest first, and so go on. */
	if (e->seq + 1 != lr->read.before)
		return true;
	link_open(lr, &r.entry, text);
	if (lr->talk != NULL)
		link_order_older(lr, &r.entry);
	link_name_author(lr, &r.entry);
	r.entry.id = 0;
	link_tell(lr, &r);
	lr->read.before = e->seq;
	lr->read.tries = 0;
	lr->read.due = lr->link->now + netpath_rto_ms(&lr->link->channel.path);
	if (lr->read.before <= lr->read.after + 1)
		lr->read.before = 0;
	return true;
}

void
link_read_tick(struct link_room *lr)
{
	struct link_reading *r = &lr->read;
	uint8_t frames[READ_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (r->before == 0 || lr->link->now < r->due)
		return;
	if (++r->tries > TRIES) {
		r->before = 0;
		return;
	}
	r->due = lr->link->now + link_patience(lr->link, r->tries);
	link_put_room(lr, &out);
	frame_put_read(&out, r->before, r->before - 1 - r->after);
	link_send(lr->link, frames, out.len, true);
}

int64_t
link_read_due(const struct link_room *lr)
{
	return lr->read.before != 0 ? lr->read.due : INT64_MAX;
}
