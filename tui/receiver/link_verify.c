/*
 * Whether the copy is what the server has: both have a chain over all of it.
 * Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/fingerprint.h"

void
link_verify(struct link *l, int64_t now)
{
	l->now = now;
	l->verify.asked = true;
	link_want(l, LINK_WANTS_BASE, now);
}

static void
tell(struct link *l, uint64_t seq, bool same)
{
	char key[FINGERPRINT_TEXT];
	struct record r = { .type = RECORD_VERIFIED, .id = seq,
	    .flags = same ? (uint32_t)l->log.replica.first : 0,
	    .text = fingerprint_text(key, l->trust.server),
	    .text_len = FINGERPRINT_TEXT - 1 };

	l->verify.last = seq;
	l->verify.asked = false;
	l->out.record(l->out.arg, &r);
}

/* Two copies that differ under one number: ours is not the room's. */
static void
compare(struct link *l, const struct frame *f)
{
	struct replica *c = &l->log.replica;
	bool same = memcmp(replica_chain(c), f->bytes, FRAME_CHAIN) == 0;

	if (l->verify.last == f->at.seq && !l->verify.asked)
		return;
	tell(l, f->at.seq, same);
	if (same)
		return;
	/* What is held beyond is the room's, and is not sent again. */
	replica_restart(c, f->at.log_id, f->at.seq);
	replica_base(c, f->at.term, f->bytes);
}

void
link_verify_take(struct link *l, const struct frame *f)
{
	if (l->log.replica.has_base) {
		compare(l, f);
		return;
	}
	replica_base(&l->log.replica, f->at.term, f->bytes);
	if (l->verify.asked)
		tell(l, f->at.seq, true);
}

void
link_verify_take_former(struct link *l, const struct frame *f)
{
	struct replica *c = &l->log.replica;
	bool same = memcmp(l->verify.chain, f->bytes, FRAME_CHAIN) == 0;

	if (!l->verify.asked || f->at.seq != l->verify.seq ||
	    f->at.seq >= c->at.seq || !c->has_base)
		return;
	if (l->log.settled)
		link_want_no_more(l, LINK_WANTS_BASE);
	tell(l, f->at.seq, same);
	if (same)
		return;
	replica_restart(c, f->at.log_id, c->at.seq);
	l->log.settled = false;
	link_want(l, LINK_WANTS_BASE, l->now);
}
