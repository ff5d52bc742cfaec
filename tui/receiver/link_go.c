/*
 * When the link gives a server up for another one of the room's: nobody listens
 * there, it pauses, or something is unanswered for three seconds. Pure; runs in
 * the receiver process. With one address it never does.
 */
#include "tui/receiver/link_go.h"

#include "tui/receiver/link_floor.h"
#include "tui/receiver/link_parts.h"

void
link_go_by(struct link *l, const struct link_go_out *elsewhere)
{
	l->going.out = *elsewhere;
}

void
link_go_places(struct link *l, bool others, bool several)
{
	l->going.others = others && l->going.out.go != NULL;
	l->going.several = several && l->going.others;
}

/* Shakes hands where it has come to. */
static void
move(struct link *l, enum nodes_way way)
{
	struct link_shaking *s = &l->shaking;

	/* What the keys could still open is said nowhere any more. */
	seal_clear(&l->channel.seal);
	l->channel.live = false;
	l->trust.doubted_at = 0;
	l->asking.at = l->asking.retry_due = INT64_MAX;
	if (l->state.phase == RECORD_ONLINE)
		link_set_phase(l, RECORD_LOST);
	l->going.round = way == NODES_ROUND;
	/* Round and round nobody is asked faster than one alone would be. */
	if (l->going.round && s->hs.step == HANDSHAKE_HELLO &&
	    s->hs.cookies == 0 && !s->for_keys)
		s->due = l->now;
	else
		link_shake(l);
	s->since = INT64_MAX;
}

enum nodes_way
link_go(struct link *l)
{
	enum nodes_way way;

	if (!link_may_go(l))
		return NODES_STAY;
	way = l->going.out.go(l->going.out.arg);
	if (way == NODES_STAY)
		l->going.others = l->going.several = false;
	else
		move(l, way);
	return way;
}

/* A handshake is, which is not for new keys alone. */
static bool
is_unanswered(const struct link *l)
{
	return link_may_go(l) && !l->shaking.for_keys &&
	    l->shaking.since != INT64_MAX;
}

void
link_go_tick(struct link *l)
{
	enum nodes_way way = l->going.passed;

	l->going.passed = NODES_STAY;
	if (way != NODES_STAY)
		move(l, way);
	if (!is_unanswered(l))
		return;
	/* While nothing is read there is no silence. */
	if (!l->out.room(l->out.arg))
		l->shaking.since = l->now;
	else if (l->now - l->shaking.since >= LINK_LOST_MS)
		link_go(l);
}

int64_t
link_go_due(const struct link *l)
{
	if (l->going.passed != NODES_STAY)
		return l->now;
	return is_unanswered(l) ? l->shaking.since + LINK_LOST_MS :
	    INT64_MAX;
}

void
link_go_told(struct link *l, struct frame *f)
{
	if (l->going.out.told != NULL && l->trust.known)
		l->going.out.told(l->going.out.arg, l->trust.server, f);
}
