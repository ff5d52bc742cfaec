/*
 * Two processes run this file: the test program, and for each job a forked
 * session leader that starts the program, tells of its end and of its stops,
 * and takes orders through a socket. The leader execs nothing, never reaps
 * any process but the program, and ends when the test does.
 */
#include "tests/with_job.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_env.h"

enum { CONTROL_FD = 3, KILL_TRIES = 5000 };

struct report {
	pid_t	pid;
	int	status;		/* -1: just started */
};

/* The program's side of the leader's fork; never returns. */
static void
run(char *env[], const char *const argv[])
{
	sigset_t none;
	int sig;

	/* Signals are still blocked: from the background this is SIGTTOU. */
	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, getpid());
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvpe(argv[0], (char *const *)(uintptr_t)argv, env);
	dprintf(STDERR_FILENO, "%s: %s\r\n", argv[0], strerror(errno));
	_exit(127);
}

static void
tell(pid_t pid, int status)
{
	struct report report = { pid, status };

	if (write(CONTROL_FD, &report, sizeof(report)) != sizeof(report))
		_exit(1);
}

/* A signal for the leader: a shell's part. Returns false once pid is gone. */
static bool
leader_signal(int sig, pid_t pid)
{
	int status;

	if (sig == SIGHUP) {
		/* The kernel tells only the leader that the line hung up. */
		kill(-pid, SIGHUP);
		kill(-pid, SIGCONT);
		return true;
	}
	while (waitpid(pid, &status, WNOHANG | WUNTRACED | WCONTINUED) == pid) {
		if (!WIFCONTINUED(status))
			tcsetpgrp(STDIN_FILENO, getpgrp());
		tell(pid, status);
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return false;
	}
	return true;
}

static void
leader_loop(int signals, pid_t pid)
{
	struct pollfd pfd[2] = { { CONTROL_FD, POLLIN, 0 },
	    { signals, POLLIN, 0 } };
	struct signalfd_siginfo info;
	bool alive = true;
	char order;

	for (;;) {
		if (poll(pfd, 2, -1) == -1)
			_exit(1);
		if (pfd[0].revents != 0) {
			if (read(CONTROL_FD, &order, 1) != 1)
				break;
			if (alive) {
				tcsetpgrp(STDIN_FILENO, pid);
				kill(-pid, SIGCONT);
			}
		}
		if (pfd[1].revents != 0 &&
		    read(signals, &info, sizeof(info)) == sizeof(info) && alive)
			alive = leader_signal((int)info.ssi_signo, pid);
	}
	/* The test is over. */
	if (alive)
		kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	_exit(0);
}

/* The session leader's side of the fork; never returns. */
static void
lead(const char *tty, int control, char *env[], const char *const argv[])
{
	sigset_t set;
	pid_t pid;
	int fd, signals;

	/* Opening a terminal makes it the new session's own. */
	if (setsid() == -1 ||
	    (control = fcntl(control, F_DUPFD, 16)) == -1 ||
	    (fd = open(tty, O_RDWR)) == -1)
		_exit(1);
	if (dup2(fd, 0) == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1 ||
	    dup2(control, CONTROL_FD) == -1)
		_exit(1);
	/* Other terminals' masters too: a close there must hang them up. */
	closefrom(CONTROL_FD + 1);
	fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	/* As a shell: nothing that is typed ends it. */
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	if ((signals = signalfd(-1, &set, SFD_CLOEXEC)) == -1)
		_exit(1);
	switch (pid = fork()) {
	case -1:
		_exit(1);
	case 0:
		run(env, argv);
	}
	/* Both sides do it, so that neither is too early. */
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid);
	tell(pid, -1);
	leader_loop(signals, pid);
}

static void
open_line(struct job *job, int rows, int cols, char *tty, size_t size)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
	    .ws_col = (unsigned short)cols };

	job->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (job->master == -1 || grantpt(job->master) == -1 ||
	    unlockpt(job->master) == -1 ||
	    ptsname_r(job->master, tty, size) != 0)
		err(1, "posix_openpt");
	job->slave = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (job->slave == -1)
		err(1, "%s", tty);
	if (tcgetattr(job->slave, &job->before) == -1)
		err(1, "tcgetattr");
	job->before.c_iflag |= IUTF8;	/* as terminal emulators do */
	if (tcsetattr(job->slave, TCSANOW, &job->before) == -1 ||
	    ioctl(job->master, TIOCSWINSZ, &ws) == -1)
		err(1, "%s", tty);
}

void
job_start(struct job *job, int rows, int cols, const char *const env[],
    const char *const argv[])
{
	static unsigned int serial;
	struct report report;
	char *made[ENV_MAX], tty[64];
	int pair[2];

	memset(job, 0, sizeof(*job));
	open_line(job, rows, cols, tty, sizeof(tty));
	job->home_made = env_home(job->home, env);
	snprintf(job->mark, sizeof(job->mark), "WITH_JOB=%ld.%u",
	    (long)getpid(), ++serial);
	env_make(made, job->home, job->mark, env);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		err(1, "socketpair");
	fflush(NULL);
	switch (job->leader = fork()) {
	case -1:
		err(1, "fork");
	case 0:
		lead(tty, pair[1], made, argv);
	}
	close(pair[1]);
	job->control = pair[0];
	env_clear(made);
	if (read(job->control, &report, sizeof(report)) != sizeof(report))
		errx(1, "%s: no session for it", argv[0]);
	job->pid = report.pid;
}

bool
job_report(struct job *job)
{
	struct report report;

	if (recv(job->control, &report, sizeof(report), MSG_DONTWAIT) !=
	    sizeof(report))
		return false;
	if (WIFCONTINUED(report.status))
		job->state = JOB_RUNNING;
	else if (WIFSTOPPED(report.status))
		job->state = JOB_STOPPED;
	else {
		job->state = JOB_ENDED;
		job->status = report.status;
	}
	return true;
}

void
job_continue(struct job *job)
{
	if (tcsetattr(job->slave, TCSANOW, &job->before) == -1 ||
	    send(job->control, "c", 1, MSG_NOSIGNAL) != 1)
		warn("job_continue");
}

/* Reads /proc/pid/file, NUL-terminated; returns its length, 0 if it cannot. */
static size_t
read_proc(const char *pid, const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.16s/%s", pid, file);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	len = read(fd, buf, size - 1);
	close(fd);
	if (len <= 0)
		return 0;
	buf[len] = '\0';
	return (size_t)len;
}

/* Whether the environment that pid was started with has the job's mark. */
static bool
has_mark(const char *pid, const char *mark)
{
	char buf[16384];
	size_t i, len;

	len = read_proc(pid, "environ", buf, sizeof(buf));
	for (i = 0; i < len; i += strlen(buf + i) + 1)
		if (strcmp(buf + i, mark) == 0)
			return true;
	return false;
}

int
job_leftovers(const struct job *job, int sig, bool zombies, bool say)
{
	char stat[512], state, *rest;
	struct dirent *de;
	int count = 0, ppid, pgrp, session;
	pid_t pid;
	DIR *proc;

	if ((proc = opendir("/proc")) == NULL)
		err(1, "/proc");
	while ((de = readdir(proc)) != NULL) {
		pid = (pid_t)atoi(de->d_name);
		if (pid <= 0 || pid == job->leader ||
		    read_proc(de->d_name, "stat", stat, sizeof(stat)) == 0)
			continue;
		/* The name, in parentheses, may itself hold any of them. */
		if ((rest = strrchr(stat, ')')) == NULL ||
		    sscanf(rest + 1, " %c %d %d %d", &state, &ppid, &pgrp,
		    &session) != 4)
			continue;
		if ((state == 'Z' || state == 'X') && !zombies)
			continue;
		if (session != job->leader && !has_mark(de->d_name, job->mark))
			continue;
		count++;
		if (say)
			fprintf(stderr, "left over: %.*s) %c\n",
			    (int)(rest - stat), stat, state);
		if (sig != 0)
			kill(pid, sig);
	}
	closedir(proc);
	return count;
}

bool
job_termios_same(const struct job *job)
{
	const struct termios *was = &job->before;
	struct termios now;
	bool same = true;
	int i;

	if (tcgetattr(job->slave, &now) == -1) {
		warn("tcgetattr");
		return false;
	}
#define SAME(field)							\
	if (now.field != was->field) {					\
		fprintf(stderr, "termios " #field ": was %#o, is %#o\n", \
		    (unsigned int)was->field, (unsigned int)now.field);	\
		same = false;						\
	}
	SAME(c_iflag)
	SAME(c_oflag)
	SAME(c_cflag)
	SAME(c_lflag)
	for (i = 0; i < NCCS; i++)
		SAME(c_cc[i])
#undef SAME
	return same;
}

void
job_end(struct job *job)
{
	int tries = 0;

	/* What is killed may just have forked: again, until none lives. */
	while (job_leftovers(job, SIGKILL, false, false) > 0 &&
	    tries++ < KILL_TRIES)
		poll(NULL, 0, 1);
	close(job->control);
	waitpid(job->leader, NULL, 0);
	if (job->master != -1)
		close(job->master);
	close(job->slave);
	if (job->home_made)
		env_home_remove(job->home);
}
