/*
 * The own lines that are on their way: the outbox's counter of each and the
 * screen's name for it, so that a line is known again when it comes in the
 * log. A ring, oldest first; when it is full the oldest goes. Pure.
 */
#ifndef TUI_RECEIVER_SAID_H
#define TUI_RECEIVER_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/shared/record.h"

enum { SAID_LINES = RECORD_KNOWN };

struct said_line {
	uint32_t	 counter;
	bool		 safe;		/* in the room, and the screen knows */
	uint64_t	 tag;
};

/* Zeroed: empty. Counters grow from line to line. */
struct said {
	size_t		 first, count;
	struct said_line line[SAID_LINES];
};

void	 said_clear(struct said *);
void	 said_add(struct said *, uint32_t counter, uint64_t tag);
/* The tag of that line, 0: not known; it and those before it are forgotten. */
uint64_t said_take(struct said *, uint32_t counter);
/* That line is safe. */
void	 said_keep(struct said *, uint32_t counter);
/* The tag of the first line below that counter that is safe; 0: there is none.
 * It and those before it are forgotten. */
uint64_t said_take_safe(struct said *, uint32_t counter);
/* Forgets the lines below that counter, or from it on. */
void	 said_forget_below(struct said *, uint32_t counter);
void	 said_forget_from(struct said *, uint32_t counter);
/* All have a counter that is higher by that (modulo 2^32), and none is safe. */
void	 said_move(struct said *, uint32_t by);
/* Before all others; where it is full the newest goes. */
void	 said_put_before(struct said *, uint32_t counter, uint64_t tag);

#endif
