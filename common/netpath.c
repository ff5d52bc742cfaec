/*
 * Round trip and loss of a path. Pure; both sides of the secure protocol.
 */
#include "common/netpath.h"

#include <stdbool.h>
#include <string.h>

enum {
	GAIN = 32,		/* the loss is a mean over about so many */
	SKIP_MAX = 64,		/* a longer hole is a sleep, not a loss */
	ONE = 1 << 16,
	/* Of timers, where nothing varies. */
	SLACK_US = (NETPATH_RTO_MIN_MS - NETPATH_HELD_MS) * 1000
};

void
netpath_init(struct netpath *p)
{
	memset(p, 0, sizeof(*p));
}

void
netpath_sample(struct netpath *p, int64_t rtt_ms)
{
	int32_t us, off;

	if (rtt_ms < 0 || rtt_ms > 60000)
		return;
	us = (int32_t)rtt_ms * 1000 + 1;
	if (p->srtt_us == 0) {
		p->srtt_us = us;
		p->rttvar_us = us / 2;
		return;
	}
	off = us > p->srtt_us ? us - p->srtt_us : p->srtt_us - us;
	p->rttvar_us += (off - p->rttvar_us) / 4;
	p->srtt_us += (us - p->srtt_us) / 8;
}

static void
count(struct netpath *p, bool lost)
{
	/* The first ones weigh more, so that the mean has no long start. */
	uint32_t gain = p->heard < GAIN ? ++p->heard : GAIN;
	int32_t now = lost ? ONE : 0;

	p->loss_q16 = (uint32_t)((int32_t)p->loss_q16 +
	    (now - (int32_t)p->loss_q16) / (int32_t)gain);
}

void
netpath_heard(struct netpath *p, uint64_t counter)
{
	uint64_t skipped;

	if (counter < p->next) {
		/* It was late, not lost. */
		p->loss_q16 -= p->loss_q16 < ONE / GAIN ? p->loss_q16 :
		    ONE / GAIN;
		return;
	}
	skipped = counter - p->next;
	p->next = counter + 1;
	if (skipped <= SKIP_MAX)
		while (skipped-- > 0)
			count(p, true);
	count(p, false);
}

int32_t
netpath_rtt_ms(const struct netpath *p)
{
	return p->srtt_us == 0 ? -1 : p->srtt_us / 1000;
}

int32_t
netpath_rto_ms(const struct netpath *p)
{
	int64_t ms, us, off = 4 * (int64_t)p->rttvar_us;

	if (p->srtt_us == 0)
		return NETPATH_RTO_FIRST_MS;
	us = p->srtt_us + (off < SLACK_US ? SLACK_US : off);
	ms = us / 1000 + NETPATH_HELD_MS;
	return ms > NETPATH_RTO_MAX_MS ? NETPATH_RTO_MAX_MS : (int32_t)ms;
}

uint32_t
netpath_loss_permille(const struct netpath *p)
{
	return (uint32_t)((uint64_t)p->loss_q16 * 1000 / ONE);
}

int32_t
netpath_longer(int32_t wait_ms)
{
	int32_t longer = wait_ms + wait_ms / 2;

	return longer > NETPATH_WAIT_MAX_MS ? NETPATH_WAIT_MAX_MS : longer;
}
