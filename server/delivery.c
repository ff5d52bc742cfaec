/*
 * Delivery to one peer: rules 2 to 7 of the log. Pure; runs in the server.
 * Decides which entries go when, never looks into them.
 */
#include "server/delivery_state.h"

#include <stdlib.h>
#include <string.h>

enum {
	CARRIED_MAX = 3,	/* rule 2 */
	LOSSY_COPY = 2,		/* from this probe on, each goes twice */
	COPY_MS = 15,		/* so much later */
	LOSSY_PROBES = 8,	/* before they grow rarer */
	HEADS_MS = 40000,	/* the last head that a sleeper is told */
	NEWEST_FIRST = 8,	/* where so many are on their way, or fewer */
	CARRIED_ALONG = 16	/* the same */
};

void
delivery_init(struct delivery *d, struct way *way, int64_t now_ms,
    uint64_t have, uint64_t head)
{
	memset(d, 0, sizeof(*d));
	d->way = way;
	flights_init(&d->flights, have);
	d->top = have;
	d->head = head;
	d->probe_due = d->copy_due = d->quota_due = d->head_due = INT64_MAX;
	d->probe_wait_ms = NETPATH_RTO_FIRST_MS;
	if (head > have) {
		d->quota = WAY_CREDIT;
		d->quota_mode = DELIVERY_ANSWER;
		d->quota_due = now_ms;
		way_allow(way, WAY_CREDIT, true);
	}
}

void
delivery_clear(struct delivery *d)
{
	uint32_t before = d->flights.way.bytes;

	flights_clear(&d->flights);
	delivery_account(d, before);
}

void
delivery_begin(struct delivery *d, struct way *way, int64_t now_ms,
    uint64_t have, uint64_t head)
{
	struct flight *few = d->flights.few;

	delivery_clear(d);
	delivery_init(d, way, now_ms, have, head);
	if (few != NULL)
		flights_lend(&d->flights, few);
}

uint64_t
delivery_have(const struct delivery *d)
{
	return d->flights.have;
}

bool
delivery_rests(const struct delivery *d)
{
	return d->flights.have == d->head && !d->push &&
	    delivery_due(d) == INT64_MAX;
}

void
delivery_grew(struct delivery *d, uint64_t head)
{
	if (head > d->head) {
		d->head = head;
		d->push = true;
	}
}

static bool
copies(const struct delivery *d)
{
	return way_is_lossy(d->way) && (d->probes == 2 || d->probes >= 5);
}

void
delivery_skip(struct delivery *d, uint64_t have)
{
	delivery_clear(d);
	flights_restart(&d->flights, have);
	d->top = have;
}

void
delivery_back(struct delivery *d, uint64_t have)
{
	delivery_skip(d, have);
	d->push = true;
}

bool
delivery_woke(struct delivery *d, int64_t now_ms)
{
	d->head_due = INT64_MAX;
	if (d->head <= d->flights.have)
		return false;
	delivery_begin_probes(d, now_ms);
	d->probe_due = now_ms;
	delivery_clear(d);
	return true;
}

int64_t
delivery_due(const struct delivery *d)
{
	int64_t due = d->head_due;

	if (d->probe_due < due)
		due = d->probe_due;
	if (d->copy_due < due)
		due = d->copy_due;
	if (d->quota > 0 && way_follows(d->way) && d->quota_due < due)
		due = d->quota_due;
	return due;
}

bool
delivery_wants_head(struct delivery *d, int64_t now_ms)
{
	int64_t quiet;

	if (now_ms < d->head_due)
		return false;
	quiet = now_ms - d->way->silent_ms;
	d->head_due = quiet >= HEADS_MS ? INT64_MAX : d->way->silent_ms +
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
	return d->way->loss_permille > 0 && are_few(d, CARRIED_ALONG) ?
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
		return !delivery_is_fresh(f, now_ms,
		    netpath_rtt_ms(&d->way->path) / 2);
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
	uint64_t seq, end = delivery_window_end(d);
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
	if (way_sleeps(d->way, now_ms)) {
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
		d->probes += d->probes < UINT16_MAX;
		if (d->probes >= LOSSY_PROBES || !way_is_lossy(d->way))
			d->probe_wait_ms = netpath_longer(d->probe_wait_ms);
		if (copies(d))
			d->copy_due = now_ms + COPY_MS;
		d->probe_due = now_ms + d->probe_wait_ms;
		d->prompted = false;
		delivery_find_lost(d, now_ms);
		d->quota = d->way->shared ? WAY_CREDIT :
		    (uint8_t)way_room_for(d->way, WAY_CREDIT);
		d->quota += d->quota == 0;
		way_allow(d->way, WAY_CREDIT, true);
		d->quota_mode = DELIVERY_PROBE;
		d->quota_due = now_ms;
	}
	if (now_ms >= d->copy_due) {
		d->copy_due = INT64_MAX;
		d->quota = 1;
		way_allow(d->way, 1, true);
		d->quota_mode = DELIVERY_COPY;
		d->quota_due = now_ms;
	}
	if (d->quota > 0 && way_follows(d->way) && now_ms >= d->quota_due)
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
	if (d->prompted || d->push ||
	    (d->quota > 0 && !way_is_used_up(d->way)) ||
	    (d->flights.lost.count == 0 &&
	    flights_unsent(&d->flights, 0) > d->head))
		return false;
	d->prompted = true;
	if (d->way->asked)
		return false;
	d->way->asked = d->way->shared;
	return true;
}

void
delivery_wait(struct delivery *d, int64_t due_ms)
{
	if (d->quota > 0 && d->quota_due < due_ms)
		d->quota_due = due_ms;
}

void
delivery_gave_up(struct delivery *d, enum delivery_mode mode)
{
	if (mode != DELIVERY_PUSH)
		d->quota = 0;
	else
		d->push = false;
}

void
delivery_sent(struct delivery *d, int64_t now_ms, enum delivery_mode mode,
    const uint64_t *picks, size_t n, size_t bytes)
{
	/* What is said now is not what is paced. */
	uint16_t share = mode == DELIVERY_PUSH ? 0 : (uint16_t)(bytes / n);
	uint32_t before = d->flights.way.bytes;
	int32_t pause_ms;
	size_t i;

	for (i = 0; i < n; i++)
		flights_sent(&d->flights, picks[i], now_ms, share);
	delivery_account(d, before);
	if (mode == DELIVERY_PUSH) {
		d->push = false;
		way_pushed(d->way, now_ms);
		if (d->quota == 0 &&
		    flights_unsent(&d->flights, 0) <= delivery_window_end(d))
			delivery_may_answer(d, now_ms);
	} else {
		d->quota--;
		d->way->used = true;
		pause_ms = d->way->shared ? 0 : way_paced(d->way, now_ms);
		if (pause_ms > 0)
			d->quota_due = now_ms + pause_ms;
	}
	way_sent(d->way, now_ms);
	if (d->probe_due == INT64_MAX)
		delivery_begin_probes(d, now_ms);
}
