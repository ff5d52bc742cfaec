/*
 * How long the receiver rests between the datagrams of a flood. Pure; runs in
 * the receiver process.
 */
#include "tui/receiver/rest.h"

void
rest_take(struct rest *r, int64_t now, unsigned taken, enum rest_most most)
{
	/* By how many came, not by when we came to look: that is late on a
	 * machine that has much to do, and would wake for each of them then. */
	bool dense = now - r->heard_at <= (int64_t)REST_DENSE_MS * taken;
	bool may_be_long = most == REST_LONG && r->busy >= REST_LONG_WAKES &&
	    taken < REST_TAKE;

	r->busy = dense ? r->busy + 1 : 0;
	r->heard_at = now;
	if (r->busy > REST_WAKES && most != REST_NONE)
		r->until = now + (may_be_long ? REST_LONG_MS : REST_SHORT_MS);
}
