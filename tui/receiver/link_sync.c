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
	CREDIT_MAX = 64
};

void
link_sync_by(struct link *l, int64_t due)
{
	link_least(&l->syncing.due, due);
}

void
link_want(struct link *l, enum link_wants what, int64_t due)
{
	l->syncing.wants |= what;
	l->syncing.want_due = due;
}

void
link_want_no_more(struct link *l, enum link_wants what)
{
	l->syncing.wants &= ~(unsigned)what;
}

/* The more came, the more may come: it doubles until the way is full. */
static unsigned
credit(const struct link *l)
{
	unsigned more = 2 * l->syncing.received + CREDIT_FIRST;

	return more > CREDIT_MAX ? CREDIT_MAX : more;
}

static void
put_wants(struct link *l, struct wire_out *out)
{
	struct link_syncing *s = &l->syncing;

	if (s->wants != s->want_asked)
		s->want_tries = 0;
	s->want_asked = s->wants;
	if (l->now < s->want_due || s->wants == 0)
		return;
	if (s->wants & LINK_WANTS_BASE) {
		frame_put_read(out, l->log.replica.at.seq + 1, 0);
		/* More may have come before the answer does. */
		l->verify.seq = l->log.replica.has_base ?
		    l->log.replica.at.seq : 0;
		memcpy(l->verify.chain, replica_chain(&l->log.replica),
		    FRAME_CHAIN);
	}
	if (s->wants & LINK_WANTS_MEMBERS)
		frame_put_read(out, 0, l->members.learning_from);
	if (s->wants & LINK_WANTS_NAME)
		frame_put_whois(out, NULL, 0);
	s->want_due = l->now + link_patience(l, s->want_tries);
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

void
link_sync(struct link *l, bool ping)
{
	struct link_syncing *s = &l->syncing;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_range ranges[FRAME_RANGES];
	size_t n = reorder_ranges(&l->log.reorder, ranges);
	bool gap = reorder_gap(&l->log.reorder);

	ping = ping || l->asking.ping_at == 0 || l->now >= ping_due(l);
	frame_put_sync(&out, &l->log.replica.at, credit(l),
	    netpath_loss_permille(&l->channel.path), ranges, n);
	put_wants(l, &out);
	if (ping)
		link_put_ping(l, &out);
	if (s->received > 0 || !gap)
		s->gap_tries = 0;
	else if (s->gap_tries < 2 * LINK_PATIENT)
		s->gap_tries++;
	s->received = 0;
	s->at = l->now;
	s->due = gap && l->out.room(l->out.arg) ?
	    l->now + link_patience(l, s->gap_tries) : INT64_MAX;
	link_send(l, frames, out.len, ping);
}

/* The measure was lost, but all else is well: then it is missed. */
static bool
is_unmeasured(const struct link *l)
{
	return l->asking.at == INT64_MAX && l->asking.pinging &&
	    netpath_rtt_ms(&l->channel.path) == -1;
}

void
link_sync_tick(struct link *l)
{
	struct link_syncing *s = &l->syncing;

	if (l->now >= s->quiet_due) {
		s->quiet_due = INT64_MAX;
		link_sync(l, true);
	}
	if (is_unmeasured(l) && l->now >= ping_due(l))
		link_sync(l, true);
	if (l->now >= s->due || (s->wants != 0 && l->now >= s->want_due))
		link_sync(l, false);
}

int64_t
link_sync_due(const struct link *l)
{
	int64_t due = l->syncing.due;

	link_least(&due, l->syncing.quiet_due);
	if (is_unmeasured(l))
		link_least(&due, ping_due(l));
	if (l->syncing.wants != 0)
		link_least(&due, l->syncing.want_due);
	return due;
}
