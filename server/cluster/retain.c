/*
 * How much the engine keeps. Runs in the server.
 */
#include "server/cluster/retain.h"

/* The newest steps up to that one that are no more bytes than may be: how many,
 * one at least. */
static uint64_t
steps_of(const struct retain *r, uint64_t last)
{
	uint64_t bytes = 0, n;

	for (n = 0; n < RETAIN_STEPS && n <= last; n++) {
		bytes += r->bytes[(last - n) % RETAIN_STEPS];
		if (bytes > RETAIN_BYTES)
			return n == 0 ? 1 : n;
	}
	return UINT64_MAX;	/* as far as is known */
}

uint64_t
retain_told(struct retain *r, uint64_t number, size_t len, bool ours)
{
	uint64_t step, last, steps, kept = r->blocks;

	if (r->blocks == 0)
		return 0;
	step = r->blocks < RETAIN_STEPS ? 1 : r->blocks / RETAIN_STEPS;
	last = (number - 1) / step;
	if ((number - 1) % step == 0)
		r->bytes[last % RETAIN_STEPS] = 0;
	r->bytes[last % RETAIN_STEPS] += len;
	if (!ours || number % step != 0)
		return 0;
	steps = steps_of(r, last);
	if (steps < RETAIN_STEPS && steps * step < kept)
		kept = steps * step;
	return number > kept ? number - kept + 1 : 0;
}
