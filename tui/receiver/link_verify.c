/*
 * Whether the copy is what the server has: both have a chain over all of it.
 * Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/fingerprint.h"

void
link_verify(struct link *l, int64_t now, uint16_t window)
{
	struct link_room *lr = link_at_window(l, window);

	l->now = now;
	if (lr == NULL)
		return;
	lr->verify.asked = true;
	link_want(lr, LINK_WANTS_BASE, now);
}

static void
tell(struct link_room *lr, uint64_t seq, bool same)
{
	char key[FINGERPRINT_TEXT];
	struct record r = { .type = RECORD_VERIFIED, .id = seq,
	    .flags = same ? (uint32_t)lr->log.replica.first : 0,
	    .text = fingerprint_text(key, lr->link->trust.server),
	    .text_len = FINGERPRINT_TEXT - 1 };

	lr->verify.last = seq;
	lr->verify.asked = false;
	link_tell(lr, &r);
}

/* Two copies that differ under one number: ours is not the room's. */
static void
compare(struct link_room *lr, const struct frame *f)
{
	struct replica *c = &lr->log.replica;
	bool same = memcmp(replica_chain(c), f->bytes, FRAME_CHAIN) == 0;

	if (lr->verify.last == f->at.seq && !lr->verify.asked)
		return;
	tell(lr, f->at.seq, same);
	if (same)
		return;
	/* What is held beyond is the room's, and is not sent again. */
	replica_restart(c, f->at.log_id, f->at.seq);
	replica_base(c, f->at.term, f->bytes);
}

void
link_verify_take(struct link_room *lr, const struct frame *f)
{
	if (lr->log.replica.has_base) {
		compare(lr, f);
		return;
	}
	replica_base(&lr->log.replica, f->at.term, f->bytes);
	if (lr->verify.asked)
		tell(lr, f->at.seq, true);
}

void
link_verify_take_former(struct link_room *lr, const struct frame *f)
{
	struct replica *c = &lr->log.replica;
	bool same = memcmp(lr->verify.chain, f->bytes, FRAME_CHAIN) == 0;

	if (!lr->verify.asked || f->at.seq != lr->verify.seq ||
	    f->at.seq >= c->at.seq || !c->has_base)
		return;
	if (lr->log.settled)
		link_want_no_more(lr, LINK_WANTS_BASE);
	tell(lr, f->at.seq, same);
	if (same)
		return;
	replica_restart(c, f->at.log_id, c->at.seq);
	lr->log.settled = false;
	link_want(lr, LINK_WANTS_BASE, lr->link->now);
}
