/*
 * Runs in the test program only. Never waits without a deadline, never ends
 * a process but the one that it started.
 */
#include "tests/with_server.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock.h"

enum { ARGS_MAX = 128 };

/* Waits for input; false at the deadline. */
static bool
readable(int fd, int64_t until)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = until - clock_now_ms();
		n = poll(&pfd, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

/* Fills argv with the program, whose path it makes, and args; for "-p 0" the
 * port is chosen here. */
static void
make_argv(const char *argv[ARGS_MAX], char program[256], char port[8],
    const char *const args[])
{
	const char *bin = getenv("CHAT_BIN");
	size_t i;

	snprintf(program, 256, "%s/chat-server", bin == NULL ? "." : bin);
	argv[0] = program;
	for (i = 0; args != NULL && args[i] != NULL; i++) {
		if (i == ARGS_MAX - 2)
			errx(1, "more than %d words", ARGS_MAX - 2);
		argv[i + 1] = args[i];
		if (strcmp(argv[i], "-p") == 0 && strcmp(args[i], "0") == 0) {
			snprintf(port, 8, "%u", server_free_port());
			argv[i + 1] = port;
		}
	}
	argv[i + 1] = NULL;
}

/* The child's side of the fork: descriptors and exec; never returns. */
static void
run(int in, int out, int error, char *env[], const char *const argv[])
{
	sigset_t none;
	int sig;

	/* A test that fails leaves it behind, but not for long. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The three may be among 0, 1 and 2 themselves: first move them. */
	if (in >= 0)
		in = fcntl(in, F_DUPFD, 16);
	out = fcntl(out, F_DUPFD, 16);
	error = fcntl(error, F_DUPFD, 16);
	if (in >= 0)
		dup2(in, STDIN_FILENO);
	else
		close(STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(error, STDERR_FILENO);
	closefrom(STDERR_FILENO + 1);
	/* The tests may run under nohup(1), which the server heeds. */
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvpe(argv[0], (char *const *)(uintptr_t)argv, env);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

void
server_spawn(struct server *s, int in, const char *const env[],
    const char *const args[])
{
	int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	char *made[ENV_MAX], program[256], port[8];
	const char *argv[ARGS_MAX];
	int i;

	memset(s, 0, sizeof(*s));
	for (i = in == SERVER_PIPE ? 0 : 1; i < 3; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) == -1)
			err(1, "pipe2");
	}
	s->home_made = env_home(s->home, env);
	env_make(made, s->home, "WITH_SERVER=1", env);
	make_argv(argv, program, port, args);
	fflush(NULL);
	switch (s->pid = fork()) {
	case -1:
		err(1, "fork");
	case 0:
		run(in == SERVER_PIPE ? pipes[0][0] : in, pipes[1][1],
		    pipes[2][1], made, argv);
	}
	env_clear(made);
	if (in == SERVER_PIPE)
		close(pipes[0][0]);
	close(pipes[1][1]);
	close(pipes[2][1]);
	s->in = pipes[0][1];
	s->out.fd = pipes[1][0];
	s->err.fd = pipes[2][0];
}

/* Reads what is there, up to the deadline; false: it ended, or the time. */
static bool
stream_read(struct server_stream *st, int64_t until)
{
	ssize_t n;

	if (st->fd == -1 || !readable(st->fd, until))
		return false;
	if (st->len == SERVER_TEXT)
		st->len = 0;	/* nobody asks for it */
	n = read(st->fd, st->text + st->len, SERVER_TEXT - st->len);
	if (n <= 0) {
		close(st->fd);
		st->fd = -1;
		return false;
	}
	st->len += (size_t)n;
	st->text[st->len] = '\0';
	return true;
}

char *
server_line(struct server_stream *st, char *line, size_t size)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	char *end;
	size_t len;

	while ((end = memchr(st->text, '\n', st->len)) == NULL) {
		if (!stream_read(st, until))
			return NULL;
	}
	len = (size_t)(end - st->text);
	snprintf(line, size, "%.*s", (int)len, st->text);
	st->len -= len + 1;
	memmove(st->text, end + 1, st->len + 1);
	return line;
}

void
server_listening(struct server *s)
{
	const char *colon;
	char line[256];

	if (server_line(&s->out, s->listening, sizeof(s->listening)) == NULL ||
	    server_line(&s->out, s->room, sizeof(s->room)) == NULL ||
	    server_line(&s->out, s->command, sizeof(s->command)) == NULL) {
		while (server_line(&s->err, line, sizeof(line)) != NULL)
			fprintf(stderr, "%s\n", line);
		errx(1, "no server");
	}
	colon = strrchr(s->listening, ':');
	s->port = (uint16_t)atoi(colon == NULL ? "" : colon + 1);
}

/* True: nobody has the port for datagrams (SOCK_DGRAM) or streams. *held: the
 * socket that has it now; NULL: it is let go again. */
static bool
is_free(unsigned port, int type, int *held)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	bool is;

	if (fd == -1)
		err(1, "socket");
	is = bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0;
	if (is && held != NULL)
		*held = fd;
	else
		close(fd);
	return is;
}

/*
 * The kernel gives none of these to a client, so that a server that is started
 * again finds its port as it left it. The process that has a block's first one
 * for streams, which no test needs, has the block, as long as it runs.
 */
uint16_t
server_free_port(void)
{
	enum { FIRST = 10240, BLOCK = 64, BLOCKS = 300 };
	static unsigned block, used;
	static int held = -1;
	static pid_t holder;
	unsigned port, i;

	if (holder != getpid())
		held = -1;
	holder = getpid();
	for (i = 0; held == -1 && i < BLOCKS; i++) {
		block = FIRST + ((unsigned)holder + i) % BLOCKS * BLOCK;
		is_free(block, SOCK_STREAM, &held);
	}
	for (i = 0; held != -1 && i < BLOCK; i++) {
		port = block + used++ % BLOCK;
		if (is_free(port, SOCK_DGRAM, NULL))
			return (uint16_t)port;
	}
	errx(1, "no free port");
}

void
server_start(struct server *s, const char *const env[],
    const char *const args[])
{
	static const char *const loopback[] = { "-b", "127.0.0.1", NULL };
	char port[8];
	const char *all[ARGS_MAX] = { "-p", port };
	size_t i;

	snprintf(port, sizeof(port), "%u", server_free_port());
	if (args == NULL)
		args = loopback;
	for (i = 0; args[i] != NULL && i < ARGS_MAX - 3; i++)
		all[i + 2] = args[i];
	all[i + 2] = NULL;
	server_spawn(s, SERVER_PIPE, env, all);
	server_listening(s);
}

void
server_type(struct server *s, const char *text)
{
	if (write(s->in, text, strlen(text)) != (ssize_t)strlen(text))
		fail_msg("the server does not read");
}

void
server_end_input(struct server *s)
{
	close(s->in);
	s->in = -1;
}

void
server_expect_log(struct server *s, const char *text)
{
	char line[1024], last[1024] = "";

	while (server_line(&s->err, line, sizeof(line)) != NULL) {
		if (strstr(line, text) != NULL)
			return;
		strlcpy(last, line, sizeof(last));
	}
	fail_msg("not in the log: %s (last: %s)", text, last);
}

unsigned long long
server_figure(struct server *s, const char *key)
{
	char line[1024], *at;

	kill(s->pid, SIGUSR1);
	while (server_line(&s->err, line, sizeof(line)) != NULL) {
		if (strstr(line, " members ") == NULL)
			continue;
		if ((at = strstr(line, key)) == NULL)
			break;
		return strtoull(at + strlen(key), NULL, 10);
	}
	fail_msg("no figure: %s", key);
	return 0;
}

void
server_expect_figure(struct server *s, const char *key,
    unsigned long long figure)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	unsigned long long is;

	while ((is = server_figure(s, key)) != figure)
		if (clock_now_ms() >= until)
			fail_msg("%s%llu, not %llu", key, is, figure);
}

/* Reads both streams to their ends, which is when the program has ended. */
static void
drain(struct server *s)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	struct server_stream *st[2] = { &s->out, &s->err };
	int i;

	for (i = 0; i < 2; i++) {
		while (stream_read(st[i], until))
			continue;
		if (st[i]->fd != -1) {
			warnx("the server does not end: killed");
			kill(s->pid, SIGKILL);
			close(st[i]->fd);
			st[i]->fd = -1;
		}
	}
}

int
server_wait(struct server *s)
{
	int status;

	drain(s);
	while (waitpid(s->pid, &status, 0) == -1) {
		if (errno != EINTR)
			err(1, "waitpid");
	}
	s->pid = 0;
	if (s->in >= 0)
		close(s->in);
	if (s->home_made)
		env_home_remove(s->home);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

int
server_stop(struct server *s, int sig)
{
	if (s->pid == 0)
		return 0;
	kill(s->pid, sig);
	return server_wait(s);
}

bool
udp_has_ipv6(void)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	bool has;
	int fd;

	if ((fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return false;
	has = bind(fd, (struct sockaddr *)&in6, sizeof(in6)) == 0;
	close(fd);
	return has;
}

int
udp_open(const struct server *s, int family)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET,
	    .sin_port = htons(s->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(s->port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd, size = 1 << 20;

	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (family == AF_INET ?
	    connect(fd, (struct sockaddr *)&in4, sizeof(in4)) == -1 :
	    connect(fd, (struct sockaddr *)&in6, sizeof(in6)) == -1)
		err(1, "connect");
	return fd;
}

void
udp_send_bytes(int fd, const void *data, size_t len)
{
	if (send(fd, data, len, 0) == -1)
		fail_msg("send: %s", strerror(errno));
}

void
udp_send(int fd, const char *text)
{
	udp_send_bytes(fd, text, strlen(text));
}

ssize_t
udp_receive(int fd, char *buf, size_t size)
{
	ssize_t n;

	if (!readable(fd, clock_now_ms() + WAIT_MS))
		return -1;
	n = recv(fd, buf, size - 1, 0);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

void
udp_expect_at(int fd, const char *want, const char *file, int line)
{
	char got[4096];
	ssize_t n;

	n = udp_receive(fd, got, sizeof(got));
	if (n == -1)
		_fail(file, line);
	if ((size_t)n != strlen(want) || memcmp(got, want, (size_t)n) != 0) {
		print_error("expected \"%s\", got \"%s\"\n", want, got);
		_fail(file, line);
	}
}
