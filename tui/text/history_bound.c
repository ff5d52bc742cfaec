/*
 * What a history gives to others. Client's parent process; the newest lines of
 * each stay.
 */
#include "tui/text/history_bound.h"

#include <string.h>

#include "tui/text/history.h"
#include "tui/text/history_store.h"

void
history_set_bound(struct history *h, size_t max_bytes)
{
	size_t most = h->max_pieces * CHUNK_BYTES - 1;

	h->max_bytes = max_bytes < HISTORY_MIN_BYTES ? HISTORY_MIN_BYTES :
	    max_bytes > most ? most : max_bytes;
}

size_t
history_step(void)
{
	return CHUNK_BYTES;
}

bool
history_may_give(const struct history *h)
{
	return h->npieces > 1;
}

size_t
history_give(struct history *h)
{
	struct chunk *oldest;
	size_t n;

	if (!history_may_give(h))
		return 0;
	oldest = h->pieces[0].chunk;
	n = chunk_size(oldest);
	memmove(h->pieces, h->pieces + 1, --h->npieces * sizeof(*h->pieces));
	history_set_day(h, history_first(h), true);
	h->bytes -= n;
	chunk_free(oldest);
	return n;
}
