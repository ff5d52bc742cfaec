/*
 * The user's own command for mentions. Pure; the client's parent process.
 */
#ifndef TUI_NOTIFY_H
#define TUI_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

enum { NOTIFY_MS = 1000 };	/* between two that are started */

/* Whether one may be started now, monotonic ms; *due, 0 at first: the next
 * one. What comes before that is left out: others set the pace. */
bool	 notify_may(int64_t *due, int64_t now);

/*
 * Has command run with two more arguments, who and what; no shell looks at
 * them, and a blank goes before one that begins with a dash: others chose it,
 * and it is no option. run: launch_run.
 */
void	 notify_run(const char *command, const char *who, const char *what,
	    void (*run)(char *words[]));

#endif
