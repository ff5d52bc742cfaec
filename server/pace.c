/*
 * The window of a peer's backlog. Pure; runs in the server.
 */
#include "server/pace.h"

enum {
	BASE_MS = 60000,	/* a route may be longer after so long */
	LATE = 2,		/* answers in a row are no chance */
	HASTE = 2		/* so much faster than a window a round trip */
};

void
pace_init(struct pace *p)
{
	*p = (struct pace){ .window = PACE_FIRST, .base_ms = -1,
	    .former_ms = -1 };
}

/* How long its datagrams wait in queues, ms. */
static int32_t
queued_ms(struct pace *p, int64_t now_ms, int32_t rtt_ms)
{
	int32_t base;

	if (now_ms - p->since_ms >= BASE_MS) {
		p->former_ms = p->base_ms;
		p->base_ms = -1;
		p->since_ms = now_ms;
	}
	if (p->base_ms == -1 || rtt_ms < p->base_ms)
		p->base_ms = rtt_ms;
	base = p->former_ms != -1 && p->former_ms < p->base_ms ?
	    p->former_ms : p->base_ms;
	return rtt_ms - base;
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
	int64_t window = p->window, queued, off;

	if (rtt_ms < 0)
		return;
	queued = queued_ms(p, now_ms, rtt_ms);
	if (queued > PACE_TARGET_MS) {
		/* One late answer is no queue: a SYNC may have been lost. */
		if (++p->late < (p->found ? LATE : 1))
			return;
		/* What is in the queue is too much: once a round trip. */
		p->found = true;
		if (now_ms - p->cut_ms < rtt_ms)
			return;
		p->cut_ms = now_ms;
		set_window(p, window * (rtt_ms - queued + PACE_TARGET_MS) /
		    rtt_ms);
		return;
	}
	p->late = 0;
	/* A window that was not used tells nothing. */
	if (out < window / 2)
		return;
	if (!p->found) {
		set_window(p, window + acked);
		return;
	}
	off = PACE_TARGET_MS - queued;
	set_window(p, window + off * acked * 4 * PACE_DATAGRAM /
	    (PACE_TARGET_MS * window));
}

int32_t
pace_gap_ms(const struct pace *p, int32_t rtt_ms)
{
	int32_t datagrams = (int32_t)(p->window / PACE_DATAGRAM) * HASTE;

	return rtt_ms <= datagrams ? 1 : rtt_ms / datagrams;
}
