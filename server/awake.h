/*
 * Was the server awake all the time? Stopped, or asleep with the machine, it
 * heard nobody: what they sent waits unread, or could not come. Pure; told by
 * how much later than expected the clock is read.
 */
#ifndef SERVER_AWAKE_H
#define SERVER_AWAKE_H

#include <stdint.h>

enum {
	AWAKE_SLEPT_MS = 2000	/* so late counts as having slept */
};

struct awake {
	int64_t	 due;	/* by then the clock is read again */
};

/* Begins awake. */
void	 awake_init(struct awake *, int64_t now_ms);
/* The clock was read: for how long it slept, ms; 0: it did not. */
int64_t	 awake_read(struct awake *, int64_t now_ms);
/* It now waits, until due at the latest, monotonic ms; INT64_MAX: for ever,
 * which is no sleep, and does no harm, as there is nobody then. */
void	 awake_wait(struct awake *, int64_t due_ms);

#endif
