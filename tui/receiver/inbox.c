/*
 * Putting entries in order. Pure; runs in the receiver process. Bounded by its
 * window; what is beyond is sent again by the server.
 */
#include "tui/receiver/inbox.h"

#include <stdlib.h>
#include <string.h>

static struct inbox_slot *
slot_of(struct inbox *in, uint64_t seq)
{
	return &in->slots[seq % INBOX_WINDOW];
}

void
inbox_init(struct inbox *in, uint64_t have)
{
	memset(in, 0, sizeof(*in));
	in->have = in->head = in->top = have;
}

void
inbox_clear(struct inbox *in)
{
	size_t i;

	for (i = 0; i < INBOX_WINDOW; i++) {
		free(in->slots[i].bytes);
		in->slots[i].bytes = NULL;
	}
}

void
inbox_restart(struct inbox *in, uint64_t have)
{
	inbox_clear(in);
	in->have = in->top = have;
	if (in->head < have)
		in->head = have;
}

bool
inbox_take(struct inbox *in, uint64_t seq, const uint8_t *encoded, size_t len)
{
	struct inbox_slot *slot = slot_of(in, seq);

	if (seq > in->head)
		in->head = seq;
	if (seq <= in->have || seq - in->have >= INBOX_WINDOW ||
	    slot->bytes != NULL)
		return false;
	if ((slot->bytes = malloc(len)) == NULL)
		return false;
	memcpy(slot->bytes, encoded, len);
	slot->len = len;
	if (seq > in->top)
		in->top = seq;
	return true;
}

bool
inbox_next(const struct inbox *in, size_t i, const uint8_t **encoded,
    size_t *len)
{
	const struct inbox_slot *slot;

	if (i >= INBOX_WINDOW - 1)
		return false;
	slot = &in->slots[(in->have + 1 + i) % INBOX_WINDOW];
	*encoded = slot->bytes;
	*len = slot->len;
	return slot->bytes != NULL;
}

void
inbox_pop(struct inbox *in, size_t n)
{
	struct inbox_slot *slot;

	while (n-- > 0) {
		slot = slot_of(in, ++in->have);
		free(slot->bytes);
		slot->bytes = NULL;
	}
	if (in->top < in->have)
		in->top = in->have;
}

size_t
inbox_ranges(const struct inbox *in, struct frame_range ranges[FRAME_RANGES])
{
	uint64_t seq;
	size_t n = 0;
	bool held, open = false;

	for (seq = in->have + 1; seq <= in->top; seq++) {
		held = in->slots[seq % INBOX_WINDOW].bytes != NULL;
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

bool
inbox_gap(const struct inbox *in)
{
	uint64_t seq = in->have + 1;

	/* Held up to the first hole is not missing, just not out yet. */
	while (seq <= in->top && in->slots[seq % INBOX_WINDOW].bytes != NULL)
		seq++;
	return in->head >= seq;
}
