/*
 * Seats that are no room's any more, until the server has heard it. Pure; runs
 * in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include <string.h>

/* The oldest is forgotten for it. */
static void
note_left(struct link *l, uint32_t slot)
{
	struct link_left *left = &l->hall.left;

	if (left->n == LINK_LEFT) {
		left->n--;
		memmove(left->slot, left->slot + 1,
		    left->n * sizeof(left->slot[0]));
	}
	left->slot[left->n++] = slot;
	left->tries = 0;
	left->due = l->now;
}

void
link_part_seat(struct link_room *lr)
{
	if (lr->entering.slot != 0)
		note_left(lr->link, lr->entering.slot);
}

void
link_left_take(struct link *l, uint32_t slot)
{
	struct link_left *left = &l->hall.left;
	unsigned i, n = 0;

	for (i = 0; i < left->n; i++)
		if (left->slot[i] != slot)
			left->slot[n++] = left->slot[i];
	left->n = n;
}

bool
link_part_has_others(const struct link_room *lr)
{
	const struct link_room *other;

	TAILQ_FOREACH(other, &lr->link->rooms, by_link)
		if (other != lr && other->entering.denied == 0 &&
		    !other->parting.begun)
			break;
	return other != NULL;
}
