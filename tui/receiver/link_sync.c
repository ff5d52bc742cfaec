/*
 * What we have and what we lack is said to the server, and what else we want
 * of it. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_floor.h"

#include <string.h>

#include "common/frame_put.h"

enum {
	PING_MS = 30 * 1000,		/* between two measured round trips */
	FIRST_PING_MS = 1000,		/* and before there was one */
	CREDIT_FIRST = 24,
	CREDIT_MAX = 64,
	MOST = 512			/* bytes of what is said of a room */
};

void
link_sync_by(struct link_room *lr, int64_t due)
{
	link_least(&lr->syncing.due, due);
}

void
link_want(struct link_room *lr, enum link_wants what, int64_t due)
{
	lr->syncing.wants |= what;
	lr->syncing.want_due = due;
}

void
link_want_no_more(struct link_room *lr, enum link_wants what)
{
	lr->syncing.wants &= ~(unsigned)what;
}

/* The more came, the more may come: it doubles until the way is full. */
static unsigned
credit(const struct link *l)
{
	const struct link_room *lr;
	unsigned more = CREDIT_FIRST;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (link_is_in(lr) && more < CREDIT_MAX)
			more += 2 * lr->syncing.received;
	return more > CREDIT_MAX ? CREDIT_MAX : more;
}

/* What is wanted now: who is there only where somebody looks. */
static unsigned
wants(const struct link_room *lr)
{
	return link_wants_people(lr) ? lr->syncing.wants :
	    lr->syncing.wants & ~(unsigned)LINK_WANTS_MEMBERS;
}

static void
put_wants(struct link_room *lr, struct wire_out *out)
{
	struct link_syncing *s = &lr->syncing;
	unsigned want = wants(lr);

	if (want != s->want_asked)
		s->want_tries = 0;
	s->want_asked = want;
	if (lr->link->now < s->want_due || want == 0)
		return;
	if (want & LINK_WANTS_BASE) {
		frame_put_read(out, lr->log.replica.at.seq + 1, 0);
		/* More may have come before the answer does. */
		lr->verify.seq = lr->log.replica.has_base ?
		    lr->log.replica.at.seq : 0;
		memcpy(lr->verify.chain, replica_chain(&lr->log.replica),
		    FRAME_CHAIN);
	}
	if (want & LINK_WANTS_MEMBERS)
		frame_put_read(out, 0, lr->members.learning_from);
	if (want & LINK_WANTS_NAME)
		frame_put_whois(out, NULL, 0);
	s->want_due = lr->link->now + link_patience(lr->link, s->want_tries);
	if (s->want_tries < 2 * LINK_PATIENT)
		s->want_tries++;
}

/* When the round trip is to be measured next. */
static int64_t
ping_due(const struct link *l)
{
	return l->asking.ping_at + (netpath_rtt_ms(&l->channel.path) == -1 ?
	    FIRST_PING_MS : PING_MS);
}

static void
put_sync(struct link_room *lr, struct wire_out *out, unsigned more)
{
	struct link_syncing *s = &lr->syncing;
	const struct link *l = lr->link;
	struct frame_range ranges[FRAME_RANGES];
	size_t n = reorder_ranges(&lr->log.reorder, ranges);
	bool gap = reorder_gap(&lr->log.reorder);

	link_put_room(lr, out);
	frame_put_sync(out, &lr->log.replica.at, more,
	    netpath_loss_permille(&l->channel.path), ranges, n);
	put_wants(lr, out);
	if (s->received > 0 || !gap)
		s->gap_tries = 0;
	else if (s->gap_tries < 2 * LINK_PATIENT)
		s->gap_tries++;
	s->received = 0;
	s->at = l->now;
	s->due = gap && link_may_tell(lr) ?
	    l->now + link_patience(l, s->gap_tries) : INT64_MAX;
}

static bool
is_due(const struct link_room *lr)
{
	const struct link_syncing *s = &lr->syncing;
	int64_t now = lr->link->now;

	return now >= s->due || (wants(lr) != 0 && now >= s->want_due);
}

/* What was said of it goes along where anything goes. */
static void
sync_many(struct link *l, bool ping)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned more = credit(l);
	struct link_room *lr;

	if (ping)
		link_put_ping(l, &out);
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr) ||
		    (!is_due(lr) && lr->syncing.received == 0))
			continue;
		if (out.size - out.len < MOST) {
			link_send(l, frames, out.len, ping);
			ping = false;
			out = wire_out(frames, sizeof(frames));
		}
		put_sync(lr, &out, more);
	}
	if (out.len > 0)
		link_send(l, frames, out.len, ping);
}

void
link_sync(struct link *l, bool ping)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	ping = ping || l->asking.ping_at == 0 || l->now >= ping_due(l);
	if (l->hall.many) {
		sync_many(l, ping);
		return;
	}
	put_sync(link_first(l), &out, credit(l));
	if (ping)
		link_put_ping(l, &out);
	link_send(l, frames, out.len, ping);
}

/*
 * The measure was lost, but all else is well: then it is missed. So is the
 * answer to what was said first by new keys, which the server does not keep
 * where it has not heard of any: what comes may be of before.
 */
static bool
is_unmeasured(const struct link *l)
{
	return l->asking.at == INT64_MAX && l->asking.pinging &&
	    (netpath_rtt_ms(&l->channel.path) == -1 || l->channel.unheard);
}

static int64_t
measure_due(const struct link *l)
{
	return l->channel.unheard ? l->asking.ping_at +
	    netpath_rto_ms(&l->channel.path) : ping_due(l);
}

/* Has it fallen silent? That is asked once. */
static bool
is_quiet(struct link *l)
{
	struct link_room *lr;
	bool quiet = false;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr) || l->now < lr->syncing.quiet_due)
			continue;
		lr->syncing.quiet_due = INT64_MAX;
		quiet = true;
	}
	return quiet;
}

static bool
is_any_due(const struct link *l)
{
	const struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (link_is_in(lr) && is_due(lr))
			return true;
	return false;
}

void
link_sync_tick(struct link *l)
{
	if (is_quiet(l))
		link_sync(l, true);
	if (is_unmeasured(l) && l->now >= measure_due(l))
		link_sync(l, true);
	if (is_any_due(l))
		link_sync(l, false);
}

int64_t
link_sync_due(const struct link *l)
{
	const struct link_room *lr;
	int64_t due = INT64_MAX;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr))
			continue;
		link_least(&due, lr->syncing.due);
		link_least(&due, lr->syncing.quiet_due);
		if (wants(lr) != 0)
			link_least(&due, lr->syncing.want_due);
	}
	if (is_unmeasured(l))
		link_least(&due, measure_due(l));
	return due;
}
