/*
 * Another key is to come after ours: the server is asked until it ends the
 * session for that, or says no. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_floor.h"
#include "tui/receiver/link_parts.h"

#include "common/frame_put.h"

/* As soon as we are somebody there, by name. */
void
link_heir_tick(struct link *l)
{
	uint8_t frames[2 * FRAME_KEY_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (l->config.heir == NULL || l->now < l->heir.due ||
	    !link_is_welcome(l))
		return;
	if (!l->hall.people) {
		l->heir.due = INT64_MAX;
		link_deny(l, RECORD_NO_HEIR, NULL, 0);
		return;
	}
	frame_put_rekey(&out, l->config.heir);
	l->heir.due = l->now + link_patience(l, l->heir.tries++);
	link_send(l, frames, out.len, true);
}

int64_t
link_heir_due(const struct link *l)
{
	return l->config.heir != NULL && link_is_welcome(l) ? l->heir.due :
	    INT64_MAX;
}
