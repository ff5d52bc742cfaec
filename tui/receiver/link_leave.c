/*
 * Leaving the room: said a few times, until the server has heard it. Pure;
 * runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include "common/frame_put.h"

enum {
	LAST_MS = 500,			/* for the last words: a way, a disk */
	LEAVE_MS = 1000,		/* rule 9 */
	LEAVES = 3,
	LEAVE_BYTES = 16		/* of its frame */
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
	link_put_last_posts(link_first(l), &out);
	out.size = sizeof(frames);
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
