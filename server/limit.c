/*
 * Rates. Pure, used by the server's hub.
 */
#include "server/limit.h"

bool
limit_take(struct limit *l, int64_t now_ms, uint32_t amount, uint32_t per_s,
    uint32_t burst)
{
	const int64_t second_us = 1000000;
	int64_t now_us = now_ms * 1000, paid_us = l->paid_us;

	if (per_s == 0)
		return true;
	if (paid_us < now_us)
		paid_us = now_us;
	paid_us += amount * second_us / per_s;
	if (paid_us - now_us > burst * second_us / per_s)
		return false;
	l->paid_us = paid_us;
	return true;
}

int64_t
limit_wait_ms(const struct limit *l, int64_t now_ms, uint32_t amount,
    uint32_t per_s, uint32_t burst)
{
	const int64_t second_us = 1000000;
	int64_t now_us = now_ms * 1000, paid_us = l->paid_us, over_us;

	if (per_s == 0)
		return 0;
	if (paid_us < now_us)
		paid_us = now_us;
	over_us = paid_us + amount * second_us / per_s - now_us -
	    burst * second_us / per_s;
	return over_us <= 0 ? 0 : over_us / 1000 + 1;
}
