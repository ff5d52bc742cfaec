/*
 * How long the receiver rests between the datagrams of a flood. Pure; runs in
 * the receiver process.
 */
#include "tui/receiver/rest.h"

#include "common/netpath.h"

/* A server that has no answer then sends all of it again. */
_Static_assert((int)REST_LONG_MS <= (int)NETPATH_HELD_MS,
    "what is answered behind a rest is not late");

/* As long as it takes until a hand is full, at the rate of late. */
static int64_t
long_ms(int64_t since, unsigned taken)
{
	int64_t ms = since * REST_HAND / taken;

	if (taken >= REST_TAKE || ms < REST_SHORT_MS)
		return REST_SHORT_MS;
	return ms < REST_LONG_MS ? ms : REST_LONG_MS;
}

bool
rest_take(struct rest *r, int64_t now, unsigned taken, enum rest_most most)
{
	int64_t since = now - r->heard_at;
	bool rested = r->until > r->heard_at, is_long;

	/* By how many came, not by when we came to look: that is late on a
	 * machine that has much to do, and would wake for each of them then. */
	r->busy = since <= (int64_t)REST_DENSE_MS * taken ? r->busy + 1 : 0;
	is_long = most == REST_LONG && r->busy >= REST_LONG_WAKES;
	r->heard_at = now;
	if (r->busy > REST_WAKES && most != REST_NONE)
		r->until = now + (is_long ? long_ms(since, taken) :
		    REST_SHORT_MS);
	return rested && since >= REST_OLD_MS;
}
