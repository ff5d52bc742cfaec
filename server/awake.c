/*
 * Whether the server slept. Pure; the loop's. Must not read the clock: what
 * lies between two readings of its own would go unnoticed.
 */
#include "server/awake.h"

void
awake_init(struct awake *a, int64_t now_ms)
{
	a->due = now_ms;
}

int64_t
awake_read(struct awake *a, int64_t now_ms)
{
	int64_t due = a->due;

	a->due = now_ms;
	if (due == INT64_MAX || now_ms - due <= AWAKE_SLEPT_MS)
		return 0;
	return now_ms - due;
}

void
awake_wait(struct awake *a, int64_t due_ms)
{
	if (due_ms > a->due)
		a->due = due_ms;
}
