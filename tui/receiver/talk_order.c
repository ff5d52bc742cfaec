/*
 * The order of a talk's lines. Runs in the receiver process.
 */
#include "tui/receiver/talk_order.h"

#include <string.h>

void
talk_order_init(struct talk_order *o, bool whole)
{
	memset(o, 0, sizeof(*o));
	o->whole = whole;
}

/* NULL: it is not known. */
static struct talk_outbox *
find(struct talk_order *o, char side, uint32_t number)
{
	struct talk_outbox found;
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (o->outbox[i].number == number && o->outbox[i].side == side)
			break;
	if (i == o->n)
		return NULL;
	found = o->outbox[i];
	memmove(&o->outbox[i], &o->outbox[i + 1],
	    (o->n - i - 1) * sizeof(found));
	o->outbox[o->n - 1] = found;
	return &o->outbox[o->n - 1];
}

static struct talk_outbox *
add(struct talk_order *o, char side, uint32_t number, uint32_t next)
{
	if (o->n == TALK_OUTBOXES) {
		o->whole = false;
		memmove(&o->outbox[0], &o->outbox[1],
		    --o->n * sizeof(o->outbox[0]));
	}
	o->outbox[o->n] = (struct talk_outbox){ side, number, next };
	return &o->outbox[o->n++];
}

int64_t
talk_order_take(struct talk_order *o, char side, uint64_t id)
{
	uint32_t number = (uint32_t)(id >> 32), counter = (uint32_t)id;
	struct talk_outbox *b = find(o, side, number);
	int64_t missing;

	if (b == NULL)
		b = add(o, side, number, o->whole ? 1 : counter);
	missing = (int64_t)counter - b->next;
	if (missing < 0)
		return TALK_TURNED;
	b->next = counter + 1;
	return missing;
}

void
talk_order_begin_older(struct talk_order *o, char side, uint64_t id)
{
	if (find(o, side, (uint32_t)(id >> 32)) == NULL)
		add(o, side, (uint32_t)(id >> 32), (uint32_t)id - 1);
}

int64_t
talk_order_take_older(struct talk_order *o, char side, uint64_t id)
{
	uint32_t number = (uint32_t)(id >> 32), counter = (uint32_t)id;
	struct talk_outbox *b = find(o, side, number);
	int64_t missing;

	if (b == NULL)
		b = add(o, side, number, counter);
	missing = (int64_t)b->next - counter;
	if (missing < 0)
		return TALK_TURNED;
	b->next = counter - 1;
	return missing;
}

void
talk_order_pass(struct talk_order *o, char side, uint64_t id)
{
	struct talk_outbox *b = find(o, side, (uint32_t)(id >> 32));

	if (b != NULL && b->next == (uint32_t)id)
		b->next++;
}
