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
link_read(struct link *l, int64_t now, uint64_t before, uint32_t count)
{
	struct link_reading *r = &l->read;

	l->now = now;
	if (before < 2 || count == 0)
		return;
	r->before = before;
	r->after = before - 1 > count ? before - 1 - count : 0;
	r->tries = 0;
	r->due = now;
}

bool
link_read_take(struct link *l, const struct entry *e)
{
	struct record r = { .type = RECORD_OLDER, .entry = *e };

	if (l->read.before == 0 || e->seq >= l->read.before ||
	    e->seq <= l->read.after)
		return false;
	/* They come newest first, and so go on. */
	if (e->seq + 1 != l->read.before)
		return true;
	r.entry.id = 0;
	l->out.record(l->out.arg, &r);
	l->read.before = e->seq;
	l->read.tries = 0;
	l->read.due = l->now + netpath_rto_ms(&l->channel.path);
	if (l->read.before <= l->read.after + 1)
		l->read.before = 0;
	return true;
}

void
link_read_tick(struct link *l)
{
	struct link_reading *r = &l->read;
	uint8_t frames[READ_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (r->before == 0 || l->now < r->due)
		return;
	if (++r->tries > TRIES) {
		r->before = 0;
		return;
	}
	r->due = l->now + link_patience(l, r->tries);
	frame_put_read(&out, r->before, r->before - 1 - r->after);
	link_send(l, frames, out.len, true);
}

int64_t
link_read_due(const struct link *l)
{
	return l->read.before != 0 ? l->read.due : INT64_MAX;
}
