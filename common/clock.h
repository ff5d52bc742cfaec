/*
 * The clocks, for the thin shells; pure modules take `now` as an argument.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Monotonic, ms. */
int64_t	 clock_now_ms(void);
/* UTC, ms since 1970; what a clock that is wrong says beyond what an entry can
 * hold is the nearest that it can. */
int64_t	 clock_wall_ms(void);
/*
 * The time from now to due (monotonic ms; INT64_MAX: never) for ppoll(2):
 * fills and returns wait, or NULL for ever. Not below zero.
 */
struct timespec *clock_until(int64_t due, struct timespec *wait);

/* Of two dues the one that comes first. */
static inline int64_t
clock_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

#endif
