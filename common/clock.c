/*
 * Reading the clocks. Thin shell, every process.
 */
#include "common/clock.h"

#include <stddef.h>

#include "common/entry.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t
clock_wall_ms(void)
{
	int64_t ms = read_ms(CLOCK_REALTIME);

	return ms < 0 ? 0 : ms > ENTRY_TIME_MS_MAX ? ENTRY_TIME_MS_MAX : ms;
}

struct timespec *
clock_until(int64_t due, struct timespec *wait)
{
	int64_t ms;

	if (due == INT64_MAX)
		return NULL;
	ms = due - clock_now_ms();
	if (ms < 0)
		ms = 0;
	wait->tv_sec = ms / 1000;
	wait->tv_nsec = ms % 1000 * 1000000;
	return wait;
}
