/*
 * A ring of bytes and one of places in it. An entry lies in one piece: what is
 * left at the end of the ring is skipped.
 */
#include "server/room/tail.h"

#include <string.h>

void
tail_clear(struct tail *t)
{
	t->first = t->next = 0;
}

void
tail_put(struct tail *t, uint64_t seq, const uint8_t *encoded, size_t len)
{
	size_t at = t->end % TAIL_BYTES, i = seq % TAIL_ENTRIES;

	if (seq != t->next)
		t->first = t->next = seq;
	if (len > TAIL_BYTES || len > UINT16_MAX) {
		tail_clear(t);
		return;
	}
	if (len > TAIL_BYTES - at) {
		t->end += TAIL_BYTES - at;
		at = 0;
	}
	while (t->first < t->next && (t->next - t->first == TAIL_ENTRIES ||
	    t->end + len - t->at[t->first % TAIL_ENTRIES] > TAIL_BYTES))
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
	size_t i = seq % TAIL_ENTRIES;

	if (seq < t->first || seq >= t->next)
		return NULL;
	*len = t->len[i];
	return t->bytes + t->at[i] % TAIL_BYTES;
}
