/*
 * The window of a peer's backlog. Pure; runs in the server.
 */
#include "server/pace.h"

enum {
	BASE_MS = 60000,	/* a route may be longer after so long */
	GAIN = 3,		/* datagrams a round trip, at most */
	HINT = 2,		/* half of the target ends the doubling */
	GAP_MIN_MS = 2,		/* so that trains are worth it */
	HASTE = 2		/* so much faster than a window a round trip */
};

void
pace_init(struct pace *p)
{
	*p = (struct pace){ .window = PACE_FIRST, .base_ms = -1,
	    .former_ms = -1 };
}

int32_t
pace_shortest_ms(const struct pace *p)
{
	return p->base_ms == -1 || (p->former_ms != -1 &&
	    p->former_ms < p->base_ms) ? p->former_ms : p->base_ms;
}

/* How long its datagrams wait in queues, ms. */
static int32_t
queued_ms(struct pace *p, int64_t now_ms, int32_t rtt_ms)
{
	if (now_ms - p->since_ms >= BASE_MS) {
		p->former_ms = p->base_ms;
		p->base_ms = -1;
		p->since_ms = now_ms;
	}
	if (p->base_ms == -1 || rtt_ms < p->base_ms)
		p->base_ms = rtt_ms;
	return rtt_ms - pace_shortest_ms(p);
}

/* The least of late: one late answer is no queue, but a line that jitters, or a
 * SYNC that was lost. Before anything was found each counts. */
static int32_t
least_queued_ms(struct pace *p, int32_t queued)
{
	unsigned i;

	p->recent_ms[p->next] = (int16_t)(queued < INT16_MAX ? queued :
	    INT16_MAX);
	p->next = (p->next + 1) % PACE_RECENT;
	p->answers += p->answers < PACE_RECENT;
	for (i = 0; p->found && i < p->answers; i++)
		if (p->recent_ms[i] < queued)
			queued = p->recent_ms[i];
	return queued;
}

/* How much one answer differs from the last (RFC 3550, section 6.4.1). */
static int32_t
jitter_ms(struct pace *p, int32_t rtt_ms)
{
	int32_t off = rtt_ms - p->last_ms;

	if (p->answers > 0)
		p->jitter_q4 += (off < 0 ? -off : off) - p->jitter_q4 / 16;
	p->last_ms = rtt_ms;
	return p->jitter_q4 / 16;
}

static void
set_window(struct pace *p, int64_t bytes)
{
	p->window = bytes < PACE_LEAST ? PACE_LEAST :
	    bytes > PACE_MOST ? PACE_MOST : (uint32_t)bytes;
}

void
pace_acked(struct pace *p, int64_t now_ms, int32_t rtt_ms, uint32_t acked,
    uint32_t out)
{
	int64_t window = p->window, queued, target;

	if (rtt_ms < 0)
		return;
	target = PACE_TARGET_MS + jitter_ms(p, rtt_ms);
	queued = least_queued_ms(p, queued_ms(p, now_ms, rtt_ms));
	if (queued > target) {
		/* What is in the queue is too much: once a round trip. */
		p->found = true;
		if (now_ms - p->cut_ms < rtt_ms)
			return;
		p->cut_ms = now_ms;
		set_window(p, window * (rtt_ms - queued + target) /
		    rtt_ms);
		return;
	}
	/* A window that was not used tells nothing. */
	if (out < window / 2)
		return;
	if (queued > target / HINT)
		p->found = true;
	if (!p->found) {
		set_window(p, window + acked);
		return;
	}
	set_window(p, window + (target - queued) * acked * GAIN *
	    PACE_DATAGRAM / (target * window));
}

/* So many are to go over a round trip. */
static int32_t
datagrams(const struct pace *p)
{
	return (int32_t)(p->window / PACE_DATAGRAM) * HASTE;
}

int32_t
pace_gap_ms(const struct pace *p, int32_t rtt_ms)
{
	int32_t gap = rtt_ms / datagrams(p);

	return rtt_ms <= 0 ? 1 : gap < GAP_MIN_MS ? GAP_MIN_MS : gap;
}

unsigned
pace_burst(const struct pace *p, int32_t rtt_ms)
{
	int32_t each = rtt_ms < 0 ? 1 : rtt_ms == 0 ? PACE_BURST :
	    datagrams(p) * pace_gap_ms(p, rtt_ms) / rtt_ms;

	return each < 1 ? 1 : each > PACE_BURST ? PACE_BURST : (unsigned)each;
}
