/*
 * Copies of a room's log. Runs in the server.
 */
#include "server/room/room_part.h"

#include <string.h>

uint64_t
room_common_part(struct room *r, const struct frame_position *have, bool *same)
{
	struct frame_position head = log_head(r->log);
	uint64_t keep = have->seq, end;

	*same = true;
	if (memcmp(have->log_id, head.log_id, FRAME_LOG_ID) != 0) {
		*same = have->seq == 0;
		return 0;
	}
	if (have->seq == 0)
		return 0;
	/* Term 0: somebody new, who wants to begin there. */
	if (have->seq <= head.seq && (have->term == 0 ||
	    have->seq + 1 < log_first(r->log) ||
	    log_term(r->log, have->seq) == have->term))
		return have->seq;
	end = log_term_end(r->log, have->term);
	if (keep > end)
		keep = end;
	if (keep > head.seq)
		keep = head.seq;
	/* Where a term that is not here begins only the copy knows, and HEAD
	 * tells it that ours is an earlier one there. */
	/* Another node has told it more than we were told so far. */
	*same = keep == have->seq || (log_node(r->log) != 0 &&
	    keep == head.seq && have->term >= head.term);
	return keep;
}
