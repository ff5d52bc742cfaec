/*
 * Waiting for the disk. The files go there with each request (unix(7),
 * SCM_RIGHTS): they are the server's own open files, so what they could not
 * write is told once, to whoever syncs first; the log minds that (durable.c).
 * Must never outlive the server, nor take a signal that is meant for it.
 */
#include "server/syncer.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/sandbox.h"
#include "common/secret.h"

enum { SOCKET = STDERR_FILENO + 1 };	/* its one descriptor, there */

/* Room for the descriptors of one request, aligned as they must be. */
union passed {
	struct cmsghdr	 head;
	uint8_t		 bytes[CMSG_SPACE(LOG_SYNC_FILES * sizeof(int))];
};

/*
 * The process
 */

/* How many came; 0: the server is gone. */
static size_t
take_request(int fds[LOG_SYNC_FILES])
{
	union passed passed;
	char word;
	struct iovec iov = { &word, sizeof(word) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = passed.bytes,
	    .msg_controllen = sizeof(passed.bytes) };
	struct cmsghdr *c;
	size_t bytes;
	ssize_t n;

	while ((n = recvmsg(SOCKET, &msg, MSG_CMSG_CLOEXEC)) == -1 &&
	    errno == EINTR)
		continue;
	c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c == NULL || c->cmsg_type != SCM_RIGHTS)
		return 0;
	bytes = c->cmsg_len - CMSG_LEN(0);
	memcpy(fds, CMSG_DATA(c), bytes);
	return bytes / sizeof(*fds);
}

/* In order: the first one that fails ends it. */
static int
sync_files(const int *fds, size_t n)
{
	int error = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (error == 0 && disk_real.sync(disk_real.arg, fds[i]) == -1)
			error = errno;
		close(fds[i]);
	}
	return error;
}

/* What it has of the server: nothing that it may write to but the socket. */
static void
shed(int fd)
{
	int i, null = open("/dev/null", O_RDWR);

	for (i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (null == -1 || dup2(null, i) == -1)
			_exit(1);
	if (dup2(fd, SOCKET) == -1)
		_exit(1);
	closefrom(SOCKET + 1);
}

static _Noreturn void
run(int fd)
{
	const char *const none[] = { NULL };
	int fds[LOG_SYNC_FILES], error;
	size_t n;

	shed(fd);
	sandbox_enter(SANDBOX_SYNCER, none, none);
	while ((n = take_request(fds)) > 0) {
		error = sync_files(fds, n);
		if (send(SOCKET, &error, sizeof(error), MSG_NOSIGNAL) == -1)
			break;
	}
	_exit(0);
}

/*
 * The server's side
 */

struct syncer {
	struct log_syncer table;
	int		 fd;
	pid_t		 pid;
};

static bool
begin(void *arg, const int *fds, size_t n)
{
	const struct syncer *s = arg;
	union passed passed = { .bytes = { 0 } };
	char word = 0;
	struct iovec iov = { &word, sizeof(word) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = passed.bytes,
	    .msg_controllen = CMSG_SPACE(n * sizeof(*fds)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(*fds));
	memcpy(CMSG_DATA(c), fds, n * sizeof(*fds));
	return sendmsg(s->fd, &msg, MSG_NOSIGNAL) != -1;
}

/* One that died on the way may have taken with it that the disk failed. */
static int
end(void *arg, bool wait)
{
	const struct syncer *s = arg;
	int error;
	ssize_t n;

	while ((n = recv(s->fd, &error, sizeof(error),
	    wait ? 0 : MSG_DONTWAIT)) == -1 && errno == EINTR)
		continue;
	if (n == -1 && errno == EAGAIN)
		return EINPROGRESS;
	return n == (ssize_t)sizeof(error) ? error : EOWNERDEAD;
}

static void
watch(void *arg, struct pollfd *pfd)
{
	const struct syncer *s = arg;

	*pfd = (struct pollfd){ .fd = s->fd, .events = POLLIN };
}

struct syncer *
syncer_start(void *secret, size_t len)
{
	struct syncer *s = calloc(1, sizeof(*s));
	int pair[2];
	pid_t pid;

	if (s == NULL)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1) {
		free(s);
		return NULL;
	}
	switch (pid = fork()) {
	case -1:
		close(pair[0]);
		close(pair[1]);
		free(s);
		return NULL;
	case 0:
		free(s);
		secret_wipe(secret, len);
		run(pair[1]);
	default:
		break;
	}
	close(pair[1]);
	*s = (struct syncer){ { begin, end, watch, s }, pair[0], pid };
	return s;
}

const struct log_syncer *
syncer_table(const struct syncer *s)
{
	return s == NULL ? NULL : &s->table;
}

void
syncer_stop(struct syncer *s)
{
	siginfo_t info;

	if (s == NULL)
		return;
	close(s->fd);
	/* Whoever waits for the server has it all gone then. */
	while (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WNOWAIT) == -1 &&
	    errno == EINTR)
		continue;
	free(s);
}
