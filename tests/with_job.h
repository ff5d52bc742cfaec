/*
 * A program at a terminal, as a shell would run it: a pseudo-terminal, a
 * session leader that stands for the shell, and the program as its
 * foreground job. Without the leader Ctrl-Z could not be tested: a process
 * group without a parent in its session ignores SIGTSTP.
 */
#ifndef TESTS_WITH_JOB_H
#define TESTS_WITH_JOB_H

#include <sys/types.h>
#include <stdbool.h>
#include <termios.h>

#include "tests/with_env.h"

enum job_state { JOB_RUNNING, JOB_STOPPED, JOB_ENDED };

struct job {
	int		master;		/* the terminal's side; -1: closed */
	int		slave;		/* kept open: termios outlive the job */
	int		control;	/* to the leader */
	pid_t		leader;		/* also the session's number */
	pid_t		pid;		/* the program's */
	enum job_state	state;
	int		status;		/* of waitpid(2), once ended */
	struct termios	before;		/* the line's modes at the start */
	char		home[ENV_HOME_BYTES];
	bool		home_made;	/* removed by job_end */
	char		mark[64];	/* in the environment of its processes */
};

/*
 * Starts argv (found by PATH) on a new terminal, in the environment that
 * env_make() says: made anew, with a private home, then env, which may be
 * NULL. Where the program cannot be run its terminal says so and it exits
 * with 127. Whatever else fails ends the test program: err(3).
 */
void	 job_start(struct job *, int rows, int cols, const char *const env[],
	    const char *const argv[]);

/*
 * Takes one report of the leader, if one waits: state and status change.
 * To be called when control is readable; false if nothing was there.
 */
bool	 job_report(struct job *);

/* "fg": gives the stopped program the terminal, in the modes that a shell has
 * set for itself meanwhile, and continues it. */
void	 job_continue(struct job *);

/*
 * Sends sig (0: none) to every process that the program left: those of its
 * session, and those that left the session but have its environment. Returns
 * how many there were, and tells stderr of each if say. An unreaped zombie
 * is one too if zombies: the leader adopts orphans and reaps none.
 */
int	 job_leftovers(const struct job *, int sig, bool zombies, bool say);

/* Whether the line's modes are those of the start; says on stderr what not. */
bool	 job_termios_same(const struct job *);

/* Kills what is left, closes, removes the private home. */
void	 job_end(struct job *);

#endif
