/*
 * What all that one client is sent has in common. Pure; runs in the server.
 */
#include "server/way.h"

#include <string.h>

enum {
	CREDIT_MAX = 64,	/* rule 7 */
	LOSSY_PERMILLE = 40,	/* rule 5 */
	LOSSY_RATE = 20,	/* datagrams/s */
	LOSSY_MIN_MS = 25	/* to wait for an answer */
};

_Static_assert(CREDIT_MAX <= UINT8_MAX, "a credit is that long");
_Static_assert(PACE_BURST <= UINT8_MAX, "a burst is that long");

void
way_init(struct way *w)
{
	memset(w, 0, sizeof(*w));
	netpath_init(&w->path);
	pace_init(&w->pace);
	w->silent_ms = INT64_MAX;
	w->credit = WAY_CREDIT;
}

void
way_follow(struct way *w, const struct way *former)
{
	w->path = former->path;
	w->pace = former->pace;
	w->loss_permille = former->loss_permille;
}

void
way_heard(struct way *w, bool afresh)
{
	if (afresh) {
		netpath_init(&w->path);
		pace_init(&w->pace);
	}
	w->silent_ms = INT64_MAX;
}

void
way_allow(struct way *w, unsigned datagrams, bool any)
{
	unsigned n = way_room_for(w, datagrams);

	if (n == 0 && any)
		n = 1;
	if (w->shared && w->quota < n)
		w->quota = (uint8_t)n;
}

void
way_begin(struct way *w)
{
	w->used = w->asked = false;
}

int32_t
way_end(struct way *w, int64_t now_ms)
{
	if (!w->used)
		return -1;
	w->used = false;
	w->quota -= w->quota > 0;
	return way_paced(w, now_ms);
}

void
way_gives(struct way *w, uint64_t credit)
{
	w->credit = credit < WAY_CREDIT ? WAY_CREDIT :
	    credit > CREDIT_MAX ? CREDIT_MAX : (uint8_t)credit;
}

/*
 * Where much is lost and little is said, what is not acknowledged goes again
 * as soon as its answer is late. The reader answers at once then, so that is
 * little over a round trip. A second copy of each would cost more and win
 * less; what has failed twice already gets one.
 */
bool
way_is_lossy(const struct way *w)
{
	return w->loss_permille > LOSSY_PERMILLE && w->pushes < LOSSY_RATE &&
	    netpath_rtt_ms(&w->path) >= 0;
}

int32_t
way_wait_ms(const struct way *w)
{
	return netpath_rtt_ms(&w->path) < 0 ? NETPATH_RTO_MAX_MS :
	    netpath_rto_ms(&w->path);
}

int32_t
way_probe_ms(const struct way *w)
{
	int32_t wait = netpath_rto_ms(&w->path);

	if (way_is_lossy(w)) {
		wait = netpath_rtt_ms(&w->path) + w->path.rttvar_us * 2 / 1000;
		if (wait < LOSSY_MIN_MS)
			wait = LOSSY_MIN_MS;
		if (wait > NETPATH_RTO_MAX_MS)
			wait = NETPATH_RTO_MAX_MS;
	}
	return wait;
}

unsigned
way_room_for(const struct way *w, unsigned datagrams)
{
	uint32_t room;

	if (w->out >= w->pace.window)
		return 0;
	room = (w->pace.window - w->out + PACE_DATAGRAM - 1) / PACE_DATAGRAM;
	return datagrams < room ? datagrams : room;
}

void
way_pushed(struct way *w, int64_t now_ms)
{
	if ((uint32_t)now_ms - w->second_ms >= 1000) {
		w->second_ms = (uint32_t)now_ms;
		w->pushes = 0;
	}
	w->pushes += w->pushes < UINT16_MAX;
}

/* Some go at once, then there is a pause, so that the window goes out over a
 * round trip. */
int32_t
way_paced(struct way *w, int64_t now_ms)
{
	int32_t rtt = netpath_rtt_ms(&w->path);

	if ((uint32_t)now_ms != w->burst_ms) {
		w->burst_ms = (uint32_t)now_ms;
		w->burst = (uint8_t)pace_burst(&w->pace, rtt);
	}
	if (w->burst > 0)
		w->burst--;
	return w->burst == 0 ? pace_gap_ms(&w->pace, rtt) : 0;
}

void
way_sent(struct way *w, int64_t now_ms)
{
	if (w->silent_ms == INT64_MAX)
		w->silent_ms = now_ms;
}
