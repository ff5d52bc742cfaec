/*
 * What is on its way to a peer: what an answer says of it, what of it is late,
 * how much more may follow. Pure; runs in the server.
 */
#include "server/delivery_state.h"

enum {
	SAMPLE_MAX_MS = 4000,	/* the longest round trip */
	FRESH_MIN_MS = 10	/* no repeat so soon */
};

uint64_t
delivery_window_end(const struct delivery *d)
{
	return d->head - d->flights.have > DELIVERY_WINDOW ?
	    d->flights.have + DELIVERY_WINDOW : d->head;
}

void
delivery_account(struct delivery *d, uint32_t before)
{
	d->way->out += d->flights.way.bytes - before;
}

void
delivery_begin_probes(struct delivery *d, int64_t now_ms)
{
	d->probes = 0;
	d->probe_wait_ms = way_probe_ms(d->way);
	d->probe_due = now_ms + d->probe_wait_ms;
}

/*
 * Sooner than light travels. Where much is lost, and the mean is of SYNCs that
 * were late, only what was never seen to be so fast: else each second one's
 * answer would be taken for the first's, and the mean never come down.
 */
static bool
is_too_soon(const struct way *w, int32_t since_ms)
{
	int32_t shortest = pace_shortest_ms(&w->pace);

	if (since_ms >= netpath_rtt_ms(&w->path) / 2)
		return false;
	return !way_is_lossy(w) || shortest == -1 || since_ms < shortest;
}

/* Where much is lost, as of those that it came with, the mean is of SYNCs that
 * were late, if this one took so much less: it begins anew. */
static bool
is_mean_of_late(const struct way *w, int32_t since_ms)
{
	return way_is_lossy(w) && since_ms < netpath_rtt_ms(&w->path) / 2;
}

/*
 * A round trip, if the entry went out once; else which one was it (Karn)? But
 * what is answered too soon was the first: leaving those out would make every
 * late answer look lost.
 */
static void
measure(struct delivery *d, int64_t now_ms, const struct flight *f)
{
	uint32_t since = (uint32_t)now_ms - f->sent_ms;

	/* So late only the word of it came: a SYNC holds few ranges. */
	if (f->acked || f->carried == 0 || since > SAMPLE_MAX_MS)
		return;
	if (f->carried == 1) {
		if (is_mean_of_late(d->way, (int32_t)since))
			netpath_init(&d->way->path);
		netpath_sample(&d->way->path, since);
	} else if (f->carried == 2 && is_too_soon(d->way, (int32_t)since))
		netpath_sample(&d->way->path, (uint32_t)now_ms - f->first_ms);
}

bool
delivery_is_fresh(const struct flight *f, int64_t now_ms, int32_t ms)
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

/* So many of it. */
static void
arrive(struct arrival *a, const struct flight *f, uint64_t n)
{
	if (f->acked || f->carried == 0)
		return;
	a->bytes += (uint32_t)(f->bytes * n);
	/* Which one was it, where it went twice? */
	if (f->carried > 1)
		return;
	if (!a->any || (int32_t)(f->sent_ms - a->sent_ms) > 0)
		a->sent_ms = f->sent_ms;
	a->any = true;
}

/* How long it may be on its way: longer each time, or a round trip that has
 * become longer would never be measured (Karn). */
static int32_t
longer(int32_t first_wait_ms, const struct flight *f)
{
	unsigned times = f->carried < 4 ? f->carried : 4;

	return first_wait_ms << (times == 0 ? 0 : times - 1);
}

void
delivery_find_lost(struct delivery *d, int64_t now_ms)
{
	struct flights *all = &d->flights;
	uint64_t seq = all->way.first, after, alike;
	int32_t rtt = netpath_rtt_ms(&d->way->path);
	int32_t wait = way_wait_ms(d->way);
	uint32_t before = all->way.bytes;
	const struct flight *f;
	uint64_t n;

	for (n = all->way.count; n > 0; n -= alike, seq = after) {
		f = flights_run(all, seq, &alike);
		if (delivery_is_fresh(f, now_ms, rtt))
			break;	/* and so are all that were sent later */
		if (seq >= d->top && delivery_is_fresh(f, now_ms,
		    longer(wait, f))) {
			after = flights_after(all, seq + alike - 1);
			continue;
		}
		after = flights_after(all, seq);
		alike = 1;
		flights_lose(all, seq);
	}
	delivery_account(d, before);
}

/* True if entries were acknowledged. */
static bool
advance(struct delivery *d, int64_t now_ms, uint64_t have, struct arrival *a)
{
	struct flights *all = &d->flights;
	const struct flight *f;
	uint64_t seq, n;

	if (have <= all->have || have > d->head)
		return false;
	measure(d, now_ms, flights_find(all, have));
	for (seq = all->have + 1; seq <= have && seq < all->end; seq += n) {
		f = flights_run(all, seq, &n);
		if (n > have - seq + 1)
			n = have - seq + 1;
		arrive(a, f, n);
	}
	flights_advance(all, have, have == d->head);
	if (d->top < have)
		d->top = have;
	return true;
}

static bool
mark_range(struct delivery *d, int64_t now_ms, const struct frame_range *r,
    struct arrival *a)
{
	uint64_t seq, last = r->last < delivery_window_end(d) ? r->last :
	    delivery_window_end(d);
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
		arrive(a, f, 1);
		flights_acked(&d->flights, seq);
		any = true;
		if (seq > d->top)
			d->top = seq;
	}
	return any;
}

void
delivery_may_answer(struct delivery *d, int64_t now_ms)
{
	d->quota = d->way->shared ? d->way->credit :
	    (uint8_t)way_room_for(d->way, d->way->credit);
	way_allow(d->way, d->way->credit, false);
	d->quota_mode = DELIVERY_ANSWER;
	d->quota_due = now_ms;
}

void
delivery_acked(struct delivery *d, int64_t now_ms, struct frame *sync)
{
	struct arrival a = { .any = false };
	struct frame_range r;
	const uint64_t credit = sync->credit;
	uint32_t before, out;
	bool progress;

	d->prompted = false;
	delivery_find_lost(d, now_ms);
	before = d->flights.way.bytes;
	out = d->way->out;
	progress = advance(d, now_ms, sync->at.seq, &a);
	while (frame_next_range(sync, &r))
		if (mark_range(d, now_ms, &r, &a))
			progress = true;
	delivery_account(d, before);
	pace_acked(&d->way->pace, now_ms, a.any ?
	    (int32_t)((uint32_t)now_ms - a.sent_ms) : -1, a.bytes, out);
	d->way->loss_permille = (uint16_t)sync->loss_permille;
	if (d->flights.have == d->head) {
		d->probe_due = d->copy_due = d->quota_due = INT64_MAX;
		d->quota = 0;
		d->push = false;
		return;
	}
	if (progress) {
		delivery_begin_probes(d, now_ms);
		delivery_find_lost(d, now_ms);
	}
	way_gives(d->way, credit);
	delivery_may_answer(d, now_ms);
}
