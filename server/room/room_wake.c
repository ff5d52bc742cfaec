/*
 * Rooms that are awake, and those that sleep. Runs in the server.
 */
#include "server/room/room_wake.h"

#include <stddef.h>

/* What came of a turn may be seen in the next one only. */
enum { CALM = 2 };

void
room_wake(struct room *r)
{
	struct house *h = r->house;

	r->rest.calm = 0;
	if (r->rest.awake)
		return;
	dues_drop(&h->dues, &r->rest.due);
	TAILQ_INSERT_TAIL(&h->awake, r, rest.by_awake);
	r->rest.awake = true;
}

bool
room_may_sleep(struct room *r)
{
	if (r == r->house->home || r->has_ghosts || log_node(r->log) != 0 ||
	    log_state(r->log) != LOG_READY || log_is_syncing(r->log))
		r->rest.calm = 0;
	else if (r->rest.calm < CALM)
		r->rest.calm++;
	return r->rest.calm == CALM;
}

void
room_sleep(struct room *r, int64_t until_ms)
{
	struct house *h = r->house;

	if (!r->rest.awake)
		return;
	TAILQ_REMOVE(&h->awake, r, rest.by_awake);
	r->rest.awake = false;
	if (until_ms != INT64_MAX)
		dues_set(&h->dues, &r->rest.due, until_ms);
}

void
room_wake_due(struct house *h)
{
	struct due *d;

	while ((d = dues_first(&h->dues, h->now_ms)) != NULL)
		room_wake((struct room *)((char *)d -
		    offsetof(struct room, rest.due)));
}
