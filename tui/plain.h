/*
 * Plain mode: lines in, lines out, for pipes, bots and terminals that cannot
 * do more. Runs in the client's parent process instead of the screen.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <limits.h>
#include <signal.h>

#include <stddef.h>

struct host;
struct options;
struct receiver;
struct record;

enum { PLAIN_WHY_BYTES = 1024 + PATH_MAX };

/*
 * Joins, says each line of standard input, prints each entry:
 * number TAB time (RFC 3339, UTC) TAB kind TAB name TAB text, with
 * \\ \n \t escaped. Ends when the input has ended and everything is said,
 * with follow only on a signal. Returns the exit status, why a sentence or "".
 */
int	 plain_run(const struct options *, struct receiver *, struct host *,
	    const sigset_t *outside, char why[PLAIN_WHY_BYTES]);
/* Why a RECORD_DENIED keeps us out, and the exit status that says so. */
int	 plain_reason(const struct options *, const struct record *,
	    char *why, size_t size);

#endif
