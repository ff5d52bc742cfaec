/*
 * The receiver process: the socket and the link on one side, the pipes to the
 * screen's process on the other. It reads what strangers send, so it owns no
 * terminal and no file. When its parent is gone it leaves the room and ends.
 */
#include "tui/receiver.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/classic.h"
#include "common/clock.h"
#include "tui/classic_link.h"
#include "tui/duct.h"

enum { BATCH = 64 };		/* datagrams taken in a row before the rest */

struct side {			/* everything the child owns */
	struct duct		*duct;
	struct classic_link	*link;
	union sock_addr		 addr;
	int			 fd;		/* -1: no socket for now */
	bool			 refused;	/* nobody listens: tell the link */
	bool			 leaving;
};

static volatile sig_atomic_t got_term;

static void
on_term(int sig)
{
	(void)sig;
	got_term = 1;
}

/* Errors that say "not there" about an earlier datagram, not about this one. */
static void
note_error(struct side *s, int error)
{
	if (error == ECONNREFUSED)
		s->refused = true;
}

/* On loopback the refusal is known as soon as send(2) returns: ask for it, so
 * that no line counts as said that nobody heard. */
static bool
refused_at_once(struct side *s)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1 ||
	    error == 0)
		return false;
	note_error(s, error);
	return error == ECONNREFUSED;
}

static bool
on_send(void *arg, const void *data, size_t len)
{
	struct side *s = arg;
	int tries;

	if (s->fd == -1)
		s->fd = sock_connect(&s->addr);
	if (s->fd == -1)
		return false;
	/* An error left over from an earlier datagram is reported instead of
	 * sending this one: the second try sends. */
	for (tries = 0; tries < 2; tries++) {
		if (send(s->fd, data, len, MSG_NOSIGNAL) != -1)
			return !refused_at_once(s);
		note_error(s, errno);
		if (errno == EAGAIN || errno == ENOBUFS)
			break;
	}
	return false;
}

static void
on_record(void *arg, const struct record *r)
{
	struct side *s = arg;

	if (!duct_send(s->duct, r))
		s->leaving = true;	/* nobody reads: the screen is gone */
}

static void
take_command(struct side *s, const struct record *r)
{
	int64_t now = clock_now_ms();

	switch (r->type) {
	case RECORD_LOGIN:
		classic_link_login(s->link, now, r->text, r->text_len);
		break;
	case RECORD_POST:
		classic_link_post(s->link, now, clock_wall_ms(), r->id,
		    r->kind, r->text, r->text_len);
		break;
	case RECORD_LEAVE:
		s->leaving = true;
		break;
	default:
		break;
	}
}

static void
take_commands(struct side *s)
{
	struct record r;
	enum duct_result result;

	while ((result = duct_next(s->duct, &r)) == DUCT_RECORD && !s->leaving)
		take_command(s, &r);
	if (result == DUCT_CLOSED || result == DUCT_BROKEN)
		s->leaving = true;
}

static void
take_datagrams(struct side *s)
{
	char data[CLASSIC_BYTES + 1];
	ssize_t n;
	int i;

	for (i = 0; i < BATCH && duct_has_room(s->duct); i++) {
		n = recv(s->fd, data, sizeof(data), 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1)
			note_error(s, errno);
		else if (n <= CLASSIC_BYTES)
			classic_link_input(s->link, clock_now_ms(),
			    clock_wall_ms(), data, (size_t)n);
	}
}

static int64_t
do_timers(struct side *s)
{
	int64_t due = classic_link_tick(s->link, clock_now_ms(),
	    clock_wall_ms());

	if (s->refused) {
		s->refused = false;
		classic_link_unreachable(s->link, clock_now_ms());
		due = clock_now_ms();
	}
	return due;
}

static void
wait_events(struct side *s, int64_t due, const sigset_t *outside)
{
	enum { COMMANDS, RECORDS, SOCKET, SLOTS };
	struct pollfd fds[SLOTS] = {
		[COMMANDS] = { .fd = duct_in_fd(s->duct), .events = POLLIN },
		[RECORDS] = { .fd = duct_out_fd(s->duct) },
		[SOCKET] = { .fd = s->fd, .events = POLLIN },
	};
	struct timespec wait;

	if (duct_queued(s->duct) > 0)
		fds[RECORDS].events = POLLOUT;
	/* A screen that does not read makes us stop reading, not dropping. */
	if (!duct_has_room(s->duct))
		fds[SOCKET].fd = -1;
	if (ppoll(fds, SLOTS, clock_until(due, &wait), outside) <= 0)
		return;
	if (fds[RECORDS].revents != 0 && !duct_flush(s->duct))
		s->leaving = true;
	if (fds[RECORDS].revents & (POLLERR | POLLNVAL))
		s->leaving = true;
	if (fds[COMMANDS].revents != 0)
		take_commands(s);
	if (fds[SOCKET].revents != 0 && s->fd != -1)
		take_datagrams(s);
}

static void
set_signals(sigset_t *outside)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	sigset_t block;

	/* These are for the screen's process: C-c and C-z reach the whole
	 * foreground group, and the session must go on under a stopped screen. */
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
	sigaction(SIGTSTP, &sa, NULL);
	sigaction(SIGTTOU, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGWINCH, &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	sigemptyset(outside);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_SETMASK, &block, NULL);
}

static void
run(struct side *s, const sigset_t *outside)
{
	while (!s->leaving && !got_term)
		wait_events(s, do_timers(s), outside);
	classic_link_leave(s->link);
	duct_flush(s->duct);
}

static void
child(int in_fd, int out_fd, pid_t parent, const union sock_addr *addr)
{
	struct side s = { .addr = *addr, .fd = -1 };
	struct classic_link_out out = { on_send, on_record, &s };
	sigset_t outside;
	int null;

	set_signals(&outside);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);	/* it died before we could be told of it */
	/* Standard output may be a pipe whose reader waits for its end. */
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	s.duct = duct_new(in_fd, out_fd);
	s.link = classic_link_new(&out);
	if (s.duct != NULL && s.link != NULL)
		run(&s, &outside);
	classic_link_free(s.link);
	duct_free(s.duct);
	if (s.fd != -1)
		close(s.fd);
	_exit(0);
}

int
receiver_start(struct receiver *r, const union sock_addr *addr)
{
	int down[2], up[2], saved;
	pid_t parent = getpid();

	if (pipe2(down, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(up, O_CLOEXEC) == -1) {
		saved = errno;
		close(down[0]);
		close(down[1]);
		errno = saved;
		return -1;
	}
	r->pid = fork();
	if (r->pid == 0) {
		close(down[1]);
		close(up[0]);
		child(down[0], up[1], parent, addr);
	}
	saved = errno;
	close(down[0]);
	close(up[1]);
	r->duct = r->pid == -1 ? NULL : duct_new(up[0], down[1]);
	if (r->duct == NULL) {
		close(up[0]);
		close(down[1]);
		errno = saved;
		return -1;
	}
	return 0;
}

/* Its end of the pipe closes when it ends, however it ends. */
static bool
wait_closed(struct receiver *r, int64_t due)
{
	struct pollfd pfd = { .fd = duct_in_fd(r->duct), .events = POLLIN };
	struct timespec wait;
	struct record record;
	enum duct_result result;

	for (;;) {
		while ((result = duct_next(r->duct, &record)) == DUCT_RECORD)
			continue;
		if (result != DUCT_EMPTY)
			return true;
		if (clock_now_ms() >= due)
			return false;
		ppoll(&pfd, 1, clock_until(due, &wait), NULL);
	}
}

void
receiver_stop(struct receiver *r, int grace_ms)
{
	struct record leave = { .type = RECORD_LEAVE };

	if (r->duct == NULL)
		return;
	duct_send(r->duct, &leave);
	if (!wait_closed(r, clock_now_ms() + grace_ms))
		kill(r->pid, SIGKILL);
	duct_free(r->duct);
	r->duct = NULL;
	while (waitpid(r->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
