/*
 * Whether all of a talk is told, and in its order: what the log of a server
 * lacks that was said there shows by the counters that are sealed in. Pure but
 * for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_room.h"

enum { LOOKED_AT = 1024 };	/* entries behind what is older */

static void
tell(struct link_room *lr, int64_t missing, uint32_t flags)
{
	struct record r = { .type = RECORD_MISSING,
	    .id = missing < 0 ? 1 : (uint64_t)missing, .flags = flags |
	    (missing == TALK_TURNED ? RECORD_MISSING_ORDER : 0) };

	if (missing != 0)
		link_tell(lr, &r);
}

/* It is one of both's, and has a counter of his. */
static bool
counts(const struct entry *e)
{
	return e->id != 0 && e->author_len == 1;
}

static bool
is_readable(const struct entry *e)
{
	return entry_role(e->flags) != RECORD_UNREADABLE;
}

static int64_t
take(struct talk_order *o, const struct entry *e)
{
	if (!counts(e))
		return 0;
	if (is_readable(e))
		return talk_order_take(o, *e->author, e->id);
	talk_order_pass(o, *e->author, e->id);
	return 0;
}

static bool
read_stored(struct link_room *lr, uint64_t seq, struct entry *e)
{
	size_t len;
	const uint8_t *encoded = replica_read(&lr->log.replica, seq, &len);
	struct wire_in in = wire_in(encoded, encoded == NULL ? 0 : len);

	if (encoded == NULL || entry_decode_again(&in, e) != ENTRY_OK)
		return false;
	link_open(lr, e, lr->talk->text);
	return true;
}

/* As it is behind entry `end`: the log is another one, or goes back. */
static void
look_through(struct link_room *lr, uint64_t end)
{
	struct talk_order *o = &lr->talk->order;
	uint64_t seq = lr->log.replica.first;
	struct entry e;

	talk_order_init(o, end == 0 || seq <= 1);
	for (; seq <= end && read_stored(lr, seq, &e); seq++)
		take(o, &e);
	o->whole &= seq > end;
}

void
link_order_next(struct link_room *lr, const struct entry *e)
{
	struct link_talk *t = lr->talk;

	if (t->ordered + 1 != e->seq || e->seq == 1)
		look_through(lr, e->seq - 1);
	t->ordered = e->seq;
	tell(lr, take(&t->order, e), 0);
}

/* Those from `seq` on are behind what comes. */
static void
look_behind(struct link_room *lr, uint64_t seq)
{
	struct talk_order *o = &lr->talk->older;
	uint64_t end = seq + LOOKED_AT;
	struct entry e;

	talk_order_init(o, false);
	for (; seq < end && read_stored(lr, seq, &e); seq++)
		if (counts(&e) && is_readable(&e))
			talk_order_begin_older(o, *e.author, e.id);
}

void
link_order_older(struct link_room *lr, const struct entry *e)
{
	struct link_talk *t = lr->talk;

	if (t->older_from != e->seq + 1)
		look_behind(lr, e->seq + 1);
	t->older_from = e->seq;
	if (counts(e) && is_readable(e))
		tell(lr, talk_order_take_older(&t->older, *e->author, e->id),
		    RECORD_MISSING_OLDER);
}
