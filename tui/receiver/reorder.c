/*
 * Putting entries in order. Pure; runs in the receiver process. Bounded by its
 * window; what is beyond is sent again by the server.
 */
#include "tui/receiver/reorder.h"

#include <stdlib.h>
#include <string.h>

static struct reorder_slot *
slot_of(struct reorder *r, uint64_t seq)
{
	return &r->slots[seq % REORDER_WINDOW];
}

void
reorder_init(struct reorder *r, uint64_t have)
{
	memset(r, 0, sizeof(*r));
	r->have = r->head = r->top = r->row = have;
}

void
reorder_clear(struct reorder *r)
{
	size_t i;

	for (i = 0; i < REORDER_WINDOW; i++) {
		free(r->slots[i].bytes);
		r->slots[i].bytes = NULL;
	}
}

void
reorder_restart(struct reorder *r, uint64_t have)
{
	reorder_clear(r);
	r->have = r->top = r->row = have;
	if (r->head < have)
		r->head = have;
}

bool
reorder_take(struct reorder *r, uint64_t seq, const uint8_t *encoded,
    size_t len)
{
	struct reorder_slot *slot = slot_of(r, seq);

	if (seq > r->head)
		r->head = seq;
	if (seq <= r->have || seq - r->have >= REORDER_WINDOW ||
	    slot->bytes != NULL)
		return false;
	if ((slot->bytes = malloc(len)) == NULL)
		return false;
	memcpy(slot->bytes, encoded, len);
	slot->len = len;
	if (seq > r->top)
		r->top = seq;
	/* Each is stepped over once: who asks for a gap counts none again. */
	while (r->row < r->top && slot_of(r, r->row + 1)->bytes != NULL)
		r->row++;
	return true;
}

bool
reorder_next(const struct reorder *r, size_t i, const uint8_t **encoded,
    size_t *len)
{
	const struct reorder_slot *slot;

	if (i >= REORDER_WINDOW - 1)
		return false;
	slot = &r->slots[(r->have + 1 + i) % REORDER_WINDOW];
	*encoded = slot->bytes;
	*len = slot->len;
	return slot->bytes != NULL;
}

void
reorder_pop(struct reorder *r, size_t n)
{
	struct reorder_slot *slot;

	while (n-- > 0) {
		slot = slot_of(r, ++r->have);
		free(slot->bytes);
		slot->bytes = NULL;
	}
	if (r->top < r->have)
		r->top = r->have;
	if (r->row < r->have)
		r->row = r->have;
}

size_t
reorder_ranges(const struct reorder *r, struct frame_range ranges[FRAME_RANGES])
{
	uint64_t seq;
	size_t n = 0;
	bool held, open = false;

	for (seq = r->have + 1; seq <= r->top; seq++) {
		held = r->slots[seq % REORDER_WINDOW].bytes != NULL;
		if (held && !open) {
			if (n == FRAME_RANGES)
				break;
			ranges[n++].first = seq;
		}
		if (held)
			ranges[n - 1].last = seq;
		open = held;
	}
	return n;
}

/* Held up to the first hole is not missing, just not out yet. */
bool
reorder_gap(const struct reorder *r)
{
	return r->head > r->row;
}
