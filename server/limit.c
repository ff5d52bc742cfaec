/*
 * Rates. Pure, used by the server's hub and gate.
 */
#include "server/limit.h"

static const int64_t second_us = 1000000;

/* Until when it is used up: now at the earliest. */
static int64_t
paid(const struct limit *l, int64_t now_us)
{
	return l->paid_us < now_us ? now_us : l->paid_us;
}

int64_t
limit_wait_us(const struct limit *l, int64_t now_ms, int64_t us,
    int64_t burst_us)
{
	int64_t now_us = now_ms * 1000, over_us;

	if (burst_us < us)
		burst_us = us;
	over_us = paid(l, now_us) + us - now_us - burst_us;
	return over_us <= 0 ? 0 : (over_us + 999) / 1000;
}

void
limit_spend_us(struct limit *l, int64_t now_ms, int64_t us)
{
	l->paid_us = paid(l, now_ms * 1000) + us;
}

int64_t
limit_wait_ms(const struct limit *l, int64_t now_ms, uint32_t amount,
    uint32_t per_s, uint32_t burst)
{
	return per_s == 0 ? 0 : limit_wait_us(l, now_ms,
	    amount * second_us / per_s, burst * second_us / per_s);
}

bool
limit_take(struct limit *l, int64_t now_ms, uint32_t amount, uint32_t per_s,
    uint32_t burst)
{
	if (per_s == 0)
		return true;
	if (limit_wait_us(l, now_ms, amount * second_us / per_s,
	    burst * second_us / per_s) > 0)
		return false;
	limit_spend_us(l, now_ms, amount * second_us / per_s);
	return true;
}
