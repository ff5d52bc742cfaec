/*
 * Signal flags: the one mutable global, as a handler can reach nothing else.
 * Parent process.
 */
#include "tui/signals.h"

#include <stddef.h>

static volatile sig_atomic_t came[NSIG];

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
	SIGCONT, SIGWINCH, SIGCHLD };
enum { CAUGHT = sizeof(caught) / sizeof(caught[0]) };

static void
on_signal(int sig)
{
	came[sig] = 1;
}

void
signals_catch(sigset_t *outside)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < CAUGHT; i++) {
		sigaction(caught[i], &sa, NULL);
		sigaddset(&block, caught[i]);
	}
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sigprocmask(SIG_BLOCK, &block, NULL);
	sigemptyset(outside);
}

bool
signals_took(int sig)
{
	bool took = came[sig] != 0;

	came[sig] = 0;
	return took;
}

void
signals_let_in(const sigset_t *outside)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, outside, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

int
signals_leaving(void)
{
	if (came[SIGTERM])
		return 128 + SIGTERM;
	if (came[SIGHUP])
		return 128 + SIGHUP;
	if (came[SIGQUIT])
		return 128 + SIGQUIT;
	if (came[SIGINT])
		return 0;
	return -1;
}

void
signals_stop(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL }, before;
	sigset_t tstp, mask;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&tstp);
	sigaddset(&tstp, SIGTSTP);
	/* SIGTSTP and not SIGSTOP: where nobody could continue us (an
	 * orphaned group) the kernel ignores it. */
	sigaction(SIGTSTP, &sa, &before);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &tstp, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGTSTP, &before, NULL);
	came[SIGTSTP] = 0;
}
