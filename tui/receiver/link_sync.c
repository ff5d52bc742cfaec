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
credit(const struct link_room *lr)
{
	unsigned more = 2 * lr->syncing.received + CREDIT_FIRST;

	return more > CREDIT_MAX ? CREDIT_MAX : more;
}

static void
put_wants(struct link_room *lr, struct wire_out *out)
{
	struct link_syncing *s = &lr->syncing;

	if (s->wants != s->want_asked)
		s->want_tries = 0;
	s->want_asked = s->wants;
	if (lr->link->now < s->want_due || s->wants == 0)
		return;
	if (s->wants & LINK_WANTS_BASE) {
		frame_put_read(out, lr->log.replica.at.seq + 1, 0);
		/* More may have come before the answer does. */
		lr->verify.seq = lr->log.replica.has_base ?
		    lr->log.replica.at.seq : 0;
		memcpy(lr->verify.chain, replica_chain(&lr->log.replica),
		    FRAME_CHAIN);
	}
	if (s->wants & LINK_WANTS_MEMBERS)
		frame_put_read(out, 0, lr->members.learning_from);
	if (s->wants & LINK_WANTS_NAME)
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

void
link_sync(struct link_room *lr, bool ping)
{
	struct link_syncing *s = &lr->syncing;
	struct link *l = lr->link;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_range ranges[FRAME_RANGES];
	size_t n = reorder_ranges(&lr->log.reorder, ranges);
	bool gap = reorder_gap(&lr->log.reorder);

	ping = ping || l->asking.ping_at == 0 || l->now >= ping_due(l);
	frame_put_sync(&out, &lr->log.replica.at, credit(lr),
	    netpath_loss_permille(&l->channel.path), ranges, n);
	put_wants(lr, &out);
	if (ping)
		link_put_ping(l, &out);
	if (s->received > 0 || !gap)
		s->gap_tries = 0;
	else if (s->gap_tries < 2 * LINK_PATIENT)
		s->gap_tries++;
	s->received = 0;
	s->at = l->now;
	s->due = gap && link_may_tell(lr) ?
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
link_sync_tick(struct link_room *lr)
{
	struct link_syncing *s = &lr->syncing;

	if (lr->link->now >= s->quiet_due) {
		s->quiet_due = INT64_MAX;
		link_sync(lr, true);
	}
	if (is_unmeasured(lr->link) && lr->link->now >= ping_due(lr->link))
		link_sync(lr, true);
	if (lr->link->now >= s->due ||
	    (s->wants != 0 && lr->link->now >= s->want_due))
		link_sync(lr, false);
}

int64_t
link_sync_due(const struct link_room *lr)
{
	int64_t due = lr->syncing.due;

	link_least(&due, lr->syncing.quiet_due);
	if (is_unmeasured(lr->link))
		link_least(&due, ping_due(lr->link));
	if (lr->syncing.wants != 0)
		link_least(&due, lr->syncing.want_due);
	return due;
}
