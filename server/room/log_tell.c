/*
 * The log tells what it has, and keeps for a later start what follows from it.
 * Pure but for the journal; runs in the server.
 */
#include <errno.h>
#include <stdlib.h>

#include "common/journal_mark.h"
#include "common/wire.h"
#include "server/room/log_state.h"

enum {
	MARK_BYTES = 64 << 10,	/* of the smallest buffer for one */
	MARK_SHARE = 4		/* one for so many times as much of the log */
};

void
log_give_up(struct log *l, int error)
{
	tail_clear(&l->tail);
	durable_fail(&l->durable, error);
}

/* False: the buffer is too small. */
static bool
put_checkpoint(struct log *l, const struct log_out *out, size_t size)
{
	uint8_t *bytes = malloc(size);
	struct wire_out mark = wire_out(bytes, size);

	if (bytes == NULL)
		return true;	/* another time */
	checkpoint_begin(&mark);
	journal_put_mark(l->journal, &mark);
	out->save(out->arg, &mark);
	checkpoint_end(&mark);
	if (!mark.failed) {
		checkpoint_draft(&l->checkpoint, bytes, mark.len);
		l->marked = l->told;
		l->mark_len = mark.len;
	}
	free(bytes);
	return !mark.failed;
}

/* Is as much gone by soon as the mark covers? Then it would be of no use. */
static bool
keeps_less(const struct log *l, uint64_t full)
{
	return l->config.keep_bytes > 0 && full >= l->config.keep_bytes / 2;
}

/* All before the last segment is told, and is on the disk. Often enough that a
 * start has little to read, and seldom enough that it is little to write. */
static void
at_edge(struct log *l, const struct log_out *out)
{
	uint64_t full = journal_full_bytes(l->journal, l->marked);
	size_t size = MARK_BYTES;

	if (out->save == NULL || l->damaged || full == 0 ||
	    (full < MARK_SHARE * l->mark_len && !keeps_less(l, full)) ||
	    checkpoint_fd(&l->checkpoint) != -1)
		return;
	while (size < l->mark_len)
		size *= 2;
	while (size <= CHECKPOINT_BYTES && !put_checkpoint(l, out, size))
		size *= 2;
}

bool
log_tell(struct log *l, const struct log_out *out, uint32_t node, bool ours)
{
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	while (l->told < journal_last(l->journal)) {
		if (l->told == journal_edge(l->journal))
			at_edge(l, out);
		encoded = journal_read(l->journal, l->told + 1, &len);
		if (encoded == NULL)
			return false;
		in = wire_in(encoded, len);
		if (entry_decode_again(&in, &e) != ENTRY_OK)
			return false;
		l->told++;
		tail_put(&l->tail, l->told, encoded, len);
		out->entry(out->arg, &e, node, ours);
	}
	return true;
}

