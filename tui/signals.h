/*
 * The signals of the client's parent process: blocked except while it waits,
 * so none can come between a look and the wait.
 */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Catches INT, TERM, HUP, QUIT, TSTP, CONT, WINCH and CHLD, ignores PIPE, and
 * blocks them all. *outside gets the mask to wait with. Must come before
 * curses, which then leaves them alone.
 */
void	 signals_catch(sigset_t *outside);
/* True if sig came since the last call for it. */
bool	 signals_took(int sig);
/* Takes those that have come although they are blocked; outside is the mask
 * that signals_catch gave. */
void	 signals_let_in(const sigset_t *outside);
/* The exit status that a signal asks for: 0 INT, 143 TERM, 129 HUP, 131
 * QUIT; -1 if none of them came. */
int	 signals_leaving(void);
/* Stops this process as Ctrl-Z does; returns when it is continued. */
void	 signals_stop(void);

#endif
