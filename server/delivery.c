/*
 * Delivery to one peer: rules 2 to 7 of the log. Pure; runs in the server.
 * Decides which entries go when, never looks into them.
 */
#include "server/delivery.h"

#include <stdlib.h>
#include <string.h>

enum {
	CARRIED_MAX = 3,	/* rule 2 */
	ANSWERS = 4,		/* datagrams that answer one SYNC, or a probe */
	CREDIT_MAX = 64,	/* rule 7 */
	LOSSY_PERMILLE = 40,	/* rule 5 */
	LOSSY_RATE = 20,	/* datagrams/s */
	LOSSY_COPY = 2,		/* from this probe on, each goes twice */
	COPY_MS = 15,		/* so much later */
	LOSSY_PROBES = 8,	/* before they grow rarer */
	ASLEEP_MS = 10000,	/* rule 4 */
	HEADS_MS = 40000,	/* the last head that a sleeper is told */
	SAMPLE_MAX_MS = 4000,	/* the longest round trip */
	FRESH_MIN_MS = 10,	/* no repeat so soon */
	NEWEST_FIRST = 8,	/* where so many are on their way, or fewer */
	CARRIED_ALONG = 16	/* the same */
};

void
delivery_init(struct delivery *d, int64_t now_ms, uint64_t have,
    uint64_t head)
{
	memset(d, 0, sizeof(*d));
	netpath_init(&d->path);
	pace_init(&d->pace);
	flights_init(&d->flights, have);
	d->top = have;
	d->head = head;
	d->silent_ms = INT64_MAX;
	d->probe_due = d->copy_due = d->quota_due = d->head_due = INT64_MAX;
	d->probe_wait_ms = NETPATH_RTO_FIRST_MS;
	d->credit = ANSWERS;
	if (head > have) {
		d->quota = ANSWERS;
		d->quota_mode = DELIVERY_ANSWER;
		d->quota_due = now_ms;
	}
}

void
delivery_follow(struct delivery *d, const struct delivery *former)
{
	d->path = former->path;
	d->pace = former->pace;
	d->loss_permille = former->loss_permille;
}

void
delivery_clear(struct delivery *d)
{
	flights_clear(&d->flights);
}

uint64_t
delivery_have(const struct delivery *d)
{
	return d->flights.have;
}

/* The last entry that may be on its way. */
static uint64_t
window_end(const struct delivery *d)
{
	return d->head - d->flights.have > DELIVERY_WINDOW ?
	    d->flights.have + DELIVERY_WINDOW : d->head;
}

void
delivery_grew(struct delivery *d, uint64_t head)
{
	if (head > d->head) {
		d->head = head;
		d->push = true;
	}
}

/*
 * Where much is lost and little is said, what is not acknowledged goes again
 * as soon as its answer is late. The reader answers at once then, so that is
 * little over a round trip. A second copy of each would cost more and win
 * less; what has failed twice already gets one.
 */
static bool
is_lossy(const struct delivery *d)
{
	return d->loss_permille > LOSSY_PERMILLE && d->pushes < LOSSY_RATE &&
	    netpath_rtt_ms(&d->path) >= 0;
}

static bool
copies(const struct delivery *d)
{
	return is_lossy(d) && (d->probes == 2 || d->probes >= 5);
}

static void
begin_probes(struct delivery *d, int64_t now_ms)
{
	int32_t wait = netpath_rto_ms(&d->path);

	if (is_lossy(d)) {
		wait = netpath_rtt_ms(&d->path) + d->path.rttvar_us * 2 / 1000;
		if (wait < NETPATH_RTO_MIN_MS)
			wait = NETPATH_RTO_MIN_MS;
		if (wait > NETPATH_RTO_MAX_MS)
			wait = NETPATH_RTO_MAX_MS;
	}
	d->probes = 0;
	d->probe_wait_ms = wait;
	d->probe_due = now_ms + wait;
}

static bool
asleep(const struct delivery *d, int64_t now_ms)
{
	return d->silent_ms != INT64_MAX &&
	    now_ms - d->silent_ms >= ASLEEP_MS;
}

void
delivery_skip(struct delivery *d, uint64_t have)
{
	delivery_clear(d);
	flights_init(&d->flights, have);
	d->top = have;
}

void
delivery_back(struct delivery *d, uint64_t have)
{
	delivery_skip(d, have);
	d->push = true;
}

void
delivery_heard(struct delivery *d, int64_t now_ms)
{
	if (d->head > d->flights.have && asleep(d, now_ms)) {
		/* It woke up: begin afresh. */
		begin_probes(d, now_ms);
		d->probe_due = now_ms;
		netpath_init(&d->path);
		pace_init(&d->pace);
		delivery_clear(d);
	}
	d->silent_ms = d->head_due = INT64_MAX;
}

/*
 * A round trip, if the entry went out once; else which one was it (Karn)? But
 * what is answered sooner than light travels was the first: leaving those out
 * would make every late answer look lost.
 */
static void
measure(struct delivery *d, int64_t now_ms, const struct flight *f)
{
	uint32_t since = (uint32_t)now_ms - f->sent_ms;

	/* So late only the word of it came: a SYNC holds few ranges. */
	if (f->acked || f->carried == 0 || since > SAMPLE_MAX_MS)
		return;
	if (f->carried == 1)
		netpath_sample(&d->path, since);
	else if (f->carried == 2 && netpath_rtt_ms(&d->path) > 0 &&
	    since < (uint32_t)netpath_rtt_ms(&d->path) / 2)
		netpath_sample(&d->path, (uint32_t)now_ms - f->first_ms);
}

/* It may still be on its way, or its answer, after so long. */
static bool
is_fresh(const struct flight *f, int64_t now_ms, int32_t ms)
{
	if (ms < FRESH_MIN_MS)
		ms = FRESH_MIN_MS;
	return f->carried > 0 &&
	    (int32_t)((uint32_t)now_ms - f->sent_ms) < ms;
}

/* What a SYNC acknowledges. */
struct arrival {
	uint32_t	 bytes;
	uint32_t	 sent_ms;	/* the last of it, low bits */
	bool		 any;
};

static void
arrive(struct arrival *a, const struct flight *f)
{
	if (f->acked || f->carried == 0)
		return;
	a->bytes += f->bytes;
	/* Which one was it, where it went twice? */
	if (f->carried > 1)
		return;
	if (!a->any || (int32_t)(f->sent_ms - a->sent_ms) > 0)
		a->sent_ms = f->sent_ms;
	a->any = true;
}

static int32_t
first_wait(const struct delivery *d)
{
	return netpath_rtt_ms(&d->path) < 0 ? NETPATH_RTO_MAX_MS :
	    netpath_rto_ms(&d->path);
}

/* How long it may be on its way: longer each time, or a round trip that has
 * become longer would never be measured (Karn). */
static int32_t
longer(int32_t first_wait_ms, const struct flight *f)
{
	unsigned times = f->carried < 4 ? f->carried : 4;

	return first_wait_ms << (times == 0 ? 0 : times - 1);
}

/* Finds those on their way that are late, or missing below what arrived. */
static void
find_lost(struct delivery *d, int64_t now_ms)
{
	struct flights *all = &d->flights;
	uint64_t seq = all->way.first, after;
	int32_t rtt = netpath_rtt_ms(&d->path), wait = first_wait(d);
	const struct flight *f;
	size_t n;

	for (n = all->way.count; n > 0; n--, seq = after) {
		f = flights_find(all, seq);
		if (is_fresh(f, now_ms, rtt))
			break;	/* and so are all that were sent later */
		after = flights_after(all, seq);
		if (!is_fresh(f, now_ms, seq < d->top ? rtt : longer(wait, f)))
			flights_lose(all, seq);
	}
}

/* True if entries were acknowledged. */
static bool
advance(struct delivery *d, int64_t now_ms, uint64_t have, struct arrival *a)
{
	struct flights *all = &d->flights;
	uint64_t i, n;

	if (have <= all->have || have > d->head)
		return false;
	n = have - all->have;
	measure(d, now_ms, flights_find(all, have));
	for (i = 1; i <= n && all->have + i < all->end; i++)
		arrive(a, flights_find(all, all->have + i));
	flights_advance(all, have, have == d->head);
	if (d->top < have)
		d->top = have;
	return true;
}

static bool
mark_range(struct delivery *d, int64_t now_ms, const struct frame_range *r,
    struct arrival *a)
{
	uint64_t seq, last = r->last < window_end(d) ? r->last :
	    window_end(d);
	const struct flight *f;
	bool any = false;

	if (r->first <= d->flights.have)
		return false;
	for (seq = r->first; seq <= last; seq++) {
		f = flights_find(&d->flights, seq);
		if (f->carried == 0 || f->acked)
			continue;
		if (seq == last)
			measure(d, now_ms, f);
		arrive(a, f);
		flights_acked(&d->flights, seq);
		any = true;
		if (seq > d->top)
			d->top = seq;
	}
	return any;
}

/* How many datagrams of a backlog may go, beside what is on the way. */
static unsigned
room_for(const struct delivery *d, unsigned datagrams)
{
	uint32_t out = d->flights.way.bytes, room;

	if (out >= d->pace.window)
		return 0;
	room = (d->pace.window - out + PACE_DATAGRAM - 1) / PACE_DATAGRAM;
	return datagrams < room ? datagrams : room;
}

static void
may_answer(struct delivery *d, int64_t now_ms)
{
	d->quota = room_for(d, d->credit);
	d->quota_mode = DELIVERY_ANSWER;
	d->quota_due = now_ms;
}

void
delivery_acked(struct delivery *d, int64_t now_ms, struct frame *sync)
{
	struct arrival a = { .any = false };
	struct frame_range r;
	const uint64_t credit = sync->credit;
	uint32_t out;
	bool progress;

	d->prompted = false;
	find_lost(d, now_ms);
	out = d->flights.way.bytes;
	progress = advance(d, now_ms, sync->at.seq, &a);
	while (frame_next_range(sync, &r))
		if (mark_range(d, now_ms, &r, &a))
			progress = true;
	pace_acked(&d->pace, now_ms, a.any ?
	    (int32_t)((uint32_t)now_ms - a.sent_ms) : -1, a.bytes, out);
	d->loss_permille = (uint32_t)sync->loss_permille;
	if (d->flights.have == d->head) {
		d->probe_due = d->copy_due = d->quota_due = INT64_MAX;
		d->quota = 0;
		d->push = false;
		return;
	}
	if (progress) {
		begin_probes(d, now_ms);
		find_lost(d, now_ms);
	}
	d->credit = credit < ANSWERS ? ANSWERS : credit > CREDIT_MAX ?
	    CREDIT_MAX : (unsigned)credit;
	may_answer(d, now_ms);
}

int64_t
delivery_due(const struct delivery *d)
{
	int64_t due = d->head_due;

	if (d->probe_due < due)
		due = d->probe_due;
	if (d->copy_due < due)
		due = d->copy_due;
	if (d->quota > 0 && d->quota_due < due)
		due = d->quota_due;
	return due;
}

bool
delivery_wants_head(struct delivery *d, int64_t now_ms)
{
	int64_t quiet;

	if (now_ms < d->head_due)
		return false;
	quiet = now_ms - d->silent_ms;
	d->head_due = quiet >= HEADS_MS ? INT64_MAX : d->silent_ms +
	    (quiet >= HEADS_MS / 2 ? HEADS_MS : HEADS_MS / 2);
	return true;
}

/* That are not acknowledged. */
static bool
are_few(const struct delivery *d, size_t few)
{
	return d->flights.way.count + d->flights.lost.count <= few;
}

/* How often a push carries it: again only where something was lost, and little
 * is on its way. */
static unsigned
carried_max(const struct delivery *d)
{
	return d->loss_permille > 0 && are_few(d, CARRIED_ALONG) ?
	    CARRIED_MAX : 1;
}

static bool
is_wanted(const struct delivery *d, int64_t now_ms, uint64_t seq,
    enum delivery_mode mode)
{
	const struct flight *f = flights_find(&d->flights, seq);

	switch (mode) {
	case DELIVERY_PUSH:
		return f->carried < carried_max(d);
	case DELIVERY_PROBE:
		/* No repeat to one peer within half a round trip. */
		return !is_fresh(f, now_ms, netpath_rtt_ms(&d->path) / 2);
	case DELIVERY_ANSWER:
		return f->lost;
	case DELIVERY_COPY:
		return true;
	case DELIVERY_NOTHING:
		break;
	}
	return false;
}

/* Puts it where it belongs: most come in order. */
static void
insert(uint64_t picks[DELIVERY_PICKS], size_t at, uint64_t seq)
{
	for (; at > 0 && picks[at - 1] > seq; at--)
		picks[at] = picks[at - 1];
	picks[at] = seq;
}

/* What went out before, up to a number, oldest first: how many. */
static size_t
collect_again(const struct delivery *d, int64_t now_ms,
    enum delivery_mode mode, uint64_t end, uint64_t picks[DELIVERY_PICKS])
{
	const struct flights *all = &d->flights;
	const struct flight_list *list = &all->lost;
	uint64_t seq = list->first;
	size_t left = list->count, n = 0;

	if (mode == DELIVERY_PUSH && carried_max(d) == 1)
		return 0;
	for (; n < DELIVERY_PICKS - 1; left--) {
		if (left == 0 && mode != DELIVERY_ANSWER &&
		    list == &all->lost) {
			list = &all->way;
			seq = list->first;
			left = list->count;
		}
		if (left == 0)
			break;
		if (seq <= end && is_wanted(d, now_ms, seq, mode))
			insert(picks, n++, seq);
		else if (mode == DELIVERY_PROBE)
			break;	/* nor any that was sent later */
		seq = flights_after(all, seq);
	}
	return n;
}

/*
 * Oldest first. A push begins with the newest, which must not wait, unless much
 * is on its way: then what is below it would look lost when that arrives.
 */
static size_t
collect(const struct delivery *d, int64_t now_ms, enum delivery_mode mode,
    uint64_t picks[DELIVERY_PICKS])
{
	uint64_t seq, end = window_end(d);
	size_t n = 0;

	if (mode == DELIVERY_PUSH && are_few(d, NEWEST_FIRST) &&
	    end == d->head && is_wanted(d, now_ms, end, mode))
		picks[n++] = end--;
	n += collect_again(d, now_ms, mode, end, picks + n);
	if (mode == DELIVERY_COPY)
		return n;
	seq = flights_unsent(&d->flights, 0);
	while (seq <= end && n < DELIVERY_PICKS) {
		picks[n++] = seq++;
		if (seq < d->flights.end)
			seq = flights_unsent(&d->flights, seq);
	}
	return n;
}

static enum delivery_mode
next_mode(struct delivery *d, int64_t now_ms)
{
	if (d->flights.have == d->head)
		return DELIVERY_NOTHING;
	if (asleep(d, now_ms)) {
		if (d->probe_due != INT64_MAX)
			d->head_due = now_ms;	/* from now on only that */
		d->push = false;
		d->quota = 0;
		d->probe_due = d->copy_due = INT64_MAX;
		return DELIVERY_NOTHING;
	}
	if (d->push)
		return DELIVERY_PUSH;
	if (now_ms >= d->probe_due) {
		if (++d->probes >= LOSSY_PROBES || !is_lossy(d))
			d->probe_wait_ms = netpath_longer(d->probe_wait_ms);
		if (copies(d))
			d->copy_due = now_ms + COPY_MS;
		d->probe_due = now_ms + d->probe_wait_ms;
		d->prompted = false;
		find_lost(d, now_ms);
		d->quota = room_for(d, ANSWERS);
		d->quota += d->quota == 0;
		d->quota_mode = DELIVERY_PROBE;
		d->quota_due = now_ms;
	}
	if (now_ms >= d->copy_due) {
		d->copy_due = INT64_MAX;
		d->quota = 1;
		d->quota_mode = DELIVERY_COPY;
		d->quota_due = now_ms;
	}
	if (d->quota > 0 && now_ms >= d->quota_due)
		return d->quota_mode;
	return DELIVERY_NOTHING;
}

size_t
delivery_pick(struct delivery *d, int64_t now_ms,
    uint64_t picks[DELIVERY_PICKS], enum delivery_mode *mode)
{
	size_t n;

	while ((*mode = next_mode(d, now_ms)) != DELIVERY_NOTHING) {
		if ((n = collect(d, now_ms, *mode, picks)) > 0)
			return n;
		delivery_gave_up(d, *mode);
	}
	return 0;
}

bool
delivery_wants_answer(struct delivery *d)
{
	if (d->prompted || d->push || d->quota > 0 ||
	    (d->flights.lost.count == 0 &&
	    flights_unsent(&d->flights, 0) > d->head))
		return false;
	d->prompted = true;
	return true;
}

void
delivery_gave_up(struct delivery *d, enum delivery_mode mode)
{
	if (mode != DELIVERY_PUSH)
		d->quota = 0;
	else
		d->push = false;
}

static void
count_push(struct delivery *d, int64_t now_ms)
{
	if (now_ms - d->second_ms >= 1000) {
		d->second_ms = now_ms;
		d->pushes = 0;
	}
	d->pushes++;
}

/* Some go at once, then there is a pause, so that the window goes out over a
 * round trip. */
static void
pause_after(struct delivery *d, int64_t now_ms)
{
	int32_t rtt = netpath_rtt_ms(&d->path);

	if (now_ms != d->burst_ms) {
		d->burst_ms = now_ms;
		d->burst = pace_burst(&d->pace, rtt);
	}
	if (d->burst > 0)
		d->burst--;
	if (d->burst == 0)
		d->quota_due = now_ms + pace_gap_ms(&d->pace, rtt);
}

void
delivery_sent(struct delivery *d, int64_t now_ms, enum delivery_mode mode,
    const uint64_t *picks, size_t n, size_t bytes)
{
	/* What is said now is not what is paced. */
	uint16_t share = mode == DELIVERY_PUSH ? 0 : (uint16_t)(bytes / n);
	size_t i;

	for (i = 0; i < n; i++)
		flights_sent(&d->flights, picks[i], now_ms, share);
	if (mode == DELIVERY_PUSH) {
		d->push = false;
		count_push(d, now_ms);
		if (d->quota == 0 &&
		    flights_unsent(&d->flights, 0) <= window_end(d))
			may_answer(d, now_ms);
	} else {
		d->quota--;
		pause_after(d, now_ms);
	}
	if (d->silent_ms == INT64_MAX)
		d->silent_ms = now_ms;
	if (d->probe_due == INT64_MAX)
		begin_probes(d, now_ms);
}
