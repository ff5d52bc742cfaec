/*
 * The inbox: entries as datagrams bring them, in any order and more than
 * once; out they come in the log's order, each once. Pure; runs in the
 * receiver process.
 */
#ifndef TUI_RECEIVER_INBOX_H
#define TUI_RECEIVER_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

enum { INBOX_WINDOW = 4096 };	/* entries above have that are kept */

struct inbox_slot {
	uint8_t		*bytes;		/* NULL: missing */
	size_t		 len;
};

struct inbox {
	uint64_t	 have;		/* all up to here came out */
	uint64_t	 head;		/* the newest that is known of */
	uint64_t	 top;		/* highest held; have: none */
	struct inbox_slot slots[INBOX_WINDOW];	/* by seq */
};

void	 inbox_init(struct inbox *, uint64_t have);
void	 inbox_clear(struct inbox *);
/* Forgets what is held and goes on after have. */
void	 inbox_restart(struct inbox *, uint64_t have);

/* Keeps a copy of entry seq's encoding; false: it is not new, or too far. */
bool	 inbox_take(struct inbox *, uint64_t seq, const uint8_t *encoded,
	    size_t len);
/* The i-th one in order, from 0, a view until it is popped; false: it is
 * missing, or one before it. */
bool	 inbox_next(const struct inbox *, size_t i, const uint8_t **encoded,
	    size_t *len);
/* Steps over n of them: have is n higher. */
void	 inbox_pop(struct inbox *, size_t n);

/* What is held above have; returns how many ranges. */
size_t	 inbox_ranges(const struct inbox *,
	    struct frame_range ranges[FRAME_RANGES]);
/* Something is missing that is known to be there. */
bool	 inbox_gap(const struct inbox *);

#endif
