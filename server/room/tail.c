/*
 * A ring of bytes and one of places in it. An entry lies in one piece: what is
 * left at the end of the ring is skipped.
 */
#include "server/room/tail.h"

#include <stdlib.h>
#include <string.h>

bool
tail_init(struct tail *t, size_t size)
{
	*t = (struct tail){ .size = size, .entries = size / TAIL_PER_ENTRY };
	t->at = calloc(t->entries, sizeof(*t->at));
	t->len = calloc(t->entries, sizeof(*t->len));
	t->bytes = calloc(1, size);
	return t->at != NULL && t->len != NULL && t->bytes != NULL;
}

void
tail_free(struct tail *t)
{
	free(t->at);
	free(t->len);
	free(t->bytes);
}

void
tail_clear(struct tail *t)
{
	t->first = t->next = 0;
}

void
tail_put(struct tail *t, uint64_t seq, const uint8_t *encoded, size_t len)
{
	size_t at = t->end & (t->size - 1), i = seq & (t->entries - 1);

	if (seq != t->next)
		t->first = t->next = seq;
	if (len > t->size || len > UINT16_MAX) {
		tail_clear(t);
		return;
	}
	if (len > t->size - at) {
		t->end += t->size - at;
		at = 0;
	}
	while (t->first < t->next && (t->next - t->first == t->entries ||
	    t->end + len - t->at[t->first & (t->entries - 1)] > t->size))
		t->first++;
	memcpy(t->bytes + at, encoded, len);
	t->at[i] = t->end;
	t->len[i] = (uint16_t)len;
	t->end += len;
	t->next = seq + 1;
}

const uint8_t *
tail_read(const struct tail *t, uint64_t seq, size_t *len)
{
	size_t i = seq & (t->entries - 1);

	if (seq < t->first || seq >= t->next)
		return NULL;
	*len = t->len[i];
	return t->bytes + (t->at[i] & (t->size - 1));
}
