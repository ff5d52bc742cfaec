/*
 * Waiting for what a terminal shows. Nothing here sleeps: every wait ends when
 * its condition holds, or returns false after TERM_WAIT_MS, or once the program
 * has ended without it, with all screens on stderr. So write
 * assert_true(term_wait(t, "hello")). A screen is judged only between
 * synchronized frames (CSI ? 2026 h ... l): a half-drawn one is never seen.
 */
#ifndef TESTS_WITH_TERM_WAIT_H
#define TESTS_WITH_TERM_WAIT_H

#include <stdbool.h>

#include "tests/with_term.h"

enum { TERM_WAIT_MS = 60000 };	/* patience; success never takes it */

/* Until test(t, arg) is true; what says on failure what was waited for. */
bool	 term_wait_for(struct term *, bool (*test)(struct term *, void *),
	    void *arg, const char *what);
/* The same for what no screen shows: a file, or whether keys were read. The
 * former looks again only when the terminal has got something. */
bool	 term_wait_unseen(struct term *, bool (*test)(struct term *, void *),
	    void *arg, const char *what);

/* Until the text is in some row; in that row; in no row any more. */
bool	 term_wait(struct term *, const char *text);
bool	 term_wait_row(struct term *, int row, const char *text);
bool	 term_wait_gone(struct term *, const char *text);

/* Until the cursor is there; a negative row counts from the last, -1. */
bool	 term_wait_cursor(struct term *, int row, int col);

/* Until a DEC private mode is in force, or not. */
bool	 term_wait_mode(struct term *, int mode, bool on);

/* Until the program ended: its status as term_status(), -1 if it does not. */
int	 term_wait_exit(struct term *);

/* Until it stopped (Ctrl-Z); until it runs again. */
bool	 term_wait_stopped(struct term *);
bool	 term_wait_running(struct term *);

/*
 * Until no process of the program is left but zombies, which whoever should
 * have waited for them no longer can: for a program that was killed.
 */
bool	 term_wait_alone(struct term *);

#endif
