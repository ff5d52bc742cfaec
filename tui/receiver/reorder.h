/*
 * The reorder buffer: entries as datagrams bring them, in any order and more
 * than once; out they come in the log's order, each once. Pure; runs in the
 * receiver process.
 */
#ifndef TUI_RECEIVER_REORDER_H
#define TUI_RECEIVER_REORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

enum { REORDER_WINDOW = 4096 };	/* entries above have that are kept */

struct reorder_slot {
	uint8_t		*bytes;		/* NULL: missing */
	size_t		 len;
};

struct reorder {
	uint64_t	 have;		/* all up to here came out */
	uint64_t	 head;		/* the newest that is known of */
	uint64_t	 top;		/* highest held; have: none */
	uint64_t	 row;		/* up to here none is missing */
	struct reorder_slot slots[REORDER_WINDOW];	/* by seq */
};

void	 reorder_init(struct reorder *, uint64_t have);
void	 reorder_clear(struct reorder *);
/* Forgets what is held and goes on after have. */
void	 reorder_restart(struct reorder *, uint64_t have);

/* Keeps a copy of entry seq's encoding; false: it is not new, or too far. */
bool	 reorder_take(struct reorder *, uint64_t seq, const uint8_t *encoded,
	    size_t len);
/* The i-th one in order, from 0, a view until it is popped; false: it is
 * missing, or one before it. */
bool	 reorder_next(const struct reorder *, size_t i, const uint8_t **encoded,
	    size_t *len);
/* Steps over n of them: have is n higher. */
void	 reorder_pop(struct reorder *, size_t n);

/* What is held above have; returns how many ranges. */
size_t	 reorder_ranges(const struct reorder *,
	    struct frame_range ranges[FRAME_RANGES]);
/* Something is missing that is known to be there. */
bool	 reorder_gap(const struct reorder *);

#endif
