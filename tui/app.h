/*
 * The full-screen client: the loop of the parent process. Waits for keys,
 * records and signals, hands them to the session, draws once at the bottom.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct host;
struct options;
struct receiver;

enum { APP_WHY_BYTES = 1024 + PATH_MAX };

/*
 * Runs until the user leaves. Returns the exit status; why gets the sentence
 * to print once the screen is closed, or "". label names the server in the
 * files that are kept. host may be started on the way;
 * the caller stops it, after this has given back the terminal. The receiver is
 * stopped; what it may not have kept is told on standard error.
 */
int	 app_run(struct options *, const char *label, struct receiver *,
	    struct host *, const sigset_t *outside, char why[APP_WHY_BYTES]);

#endif
