/*
 * Running programs that talk in lines.
 */
#include "tests/with_plain.h"

#include <sys/prctl.h>
#include <sys/wait.h>
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

#include "tests/with_chat.h"
#include "tests/with_env.h"

enum { WORDS = 128, BLOCK = 65536 };

void
plain_run_program(struct plain *p, const char *program, const char *home,
    const char *const words[])
{
	plain_run_with(p, program, home, NULL, words);
}

void
plain_run_with(struct plain *p, const char *program, const char *home,
    const char *const more[], const char *const words[])
{
	const char *argv[WORDS] = { chat_program(program) };
	char *env[ENV_MAX];
	int in[2], out[2], error[2];
	size_t n = 1;

	memset(p, 0, sizeof(*p));
	strlcpy(p->called, program, sizeof(p->called));
	for (; *words != NULL && n < WORDS - 1; words++) {
		strlcat(p->called, " ", sizeof(p->called));
		strlcat(p->called, *words, sizeof(p->called));
		argv[n++] = *words;
	}
	env_make(env, home, "WITH_PLAIN=1", more);
	assert_int_equal(pipe(in) | pipe(out) | pipe(error), 0);
	p->pid = fork();
	if (p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(error[1], 2);
		closefrom(3);
		execve(argv[0], (char *const *)(uintptr_t)argv, env);
		_exit(127);
	}
	env_clear(env);
	close(in[0]);
	close(out[1]);
	close(error[1]);
	p->in = in[1];
	p->out = out[0];
	p->err = error[0];
	p->said = calloc(1, 1);
	p->told = calloc(1, 1);
}

void
plain_start(struct plain *p, uint16_t port, const char *home,
    const char *const words[])
{
	const char *all[WORDS] = { NULL };
	char option[16];
	size_t n = 0;

	snprintf(option, sizeof(option), "-p%u", port);
	all[n++] = option;
	while (*words != NULL && n < WORDS - 1)
		all[n++] = *words++;
	plain_run_program(p, "chat-tui", home, all);
}

void
plain_give(struct plain *p, const char *text)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	ssize_t n = write(p->in, text, strlen(text));

	/* Who has ended already takes nothing. */
	if (n != -1 || errno != EPIPE)
		assert_int_equal(n, strlen(text));
	signal(SIGPIPE, before);
}

void
plain_end_input(struct plain *p)
{
	close(p->in);
	p->in = -1;
}

/* Reads once; false at the end of it. */
static bool
take(int fd, char **buf, size_t *len)
{
	char *bigger = realloc(*buf, *len + BLOCK + 1);
	ssize_t n;

	assert_non_null(bigger);
	*buf = bigger;
	n = read(fd, *buf + *len, BLOCK);
	if (n > 0)
		*len += (size_t)n;
	(*buf)[*len] = '\0';
	return n > 0;
}

/* False: nothing came in time, or both have ended. */
static bool
take_both(struct plain *p, int wait_ms)
{
	struct pollfd fds[2] = { { .fd = p->out, .events = POLLIN },
		{ .fd = p->err, .events = POLLIN } };

	if ((p->out == -1 && p->err == -1) || poll(fds, 2, wait_ms) <= 0)
		return false;
	if (fds[0].revents != 0 && !take(p->out, &p->said, &p->said_len)) {
		close(p->out);
		p->out = -1;
	}
	if (fds[1].revents != 0 && !take(p->err, &p->told, &p->told_len)) {
		close(p->err);
		p->err = -1;
	}
	return true;
}

bool
plain_until(struct plain *p, const char *text)
{
	while (text == NULL || strstr(p->said, text) == NULL)
		if (!take_both(p, PLAIN_WAIT_MS))
			return text == NULL && p->out == -1 && p->err == -1;
	return true;
}

bool
plain_until_told(struct plain *p, const char *text, int times)
{
	const char *at;
	int n;

	for (;;) {
		for (n = 0, at = p->told; (at = strstr(at, text)) != NULL; n++)
			at++;
		if (n >= times)
			return true;
		if (!take_both(p, PLAIN_WAIT_MS))
			return false;
	}
}

size_t
plain_feed(struct plain *p, const char *text, size_t len, int wait_ms)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	struct pollfd fds[] = { { .fd = p->in, .events = POLLOUT },
	    { .fd = p->out, .events = POLLIN },
	    { .fd = p->err, .events = POLLIN } };
	ssize_t n = 0;
	size_t fed;

	assert_int_equal(fcntl(p->in, F_SETFL, O_NONBLOCK), 0);
	for (fed = 0; fed < len && (n != -1 || errno == EAGAIN); ) {
		fds[1].fd = p->out;
		fds[2].fd = p->err;
		if (poll(fds, 3, wait_ms) <= 0)
			break;
		plain_poll(p);
		n = write(p->in, text + fed, len - fed);
		fed += n > 0 ? (size_t)n : 0;
	}
	assert_int_equal(fcntl(p->in, F_SETFL, 0), 0);
	signal(SIGPIPE, before);
	return fed;
}

size_t
plain_count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

void
plain_poll(struct plain *p)
{
	while (take_both(p, 0))
		continue;
}

int
plain_finish(struct plain *p)
{
	int status;

	if (!plain_until(p, NULL))
		fail_msg("%s does not end%s; it said:\n%s\nand told:\n%s",
		    p->called, waitpid(p->pid, NULL, WNOHANG) == p->pid ?
		    ", but for who has its output" : "", p->said, p->told);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	if (p->in != -1)
		close(p->in);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

void
plain_clear(struct plain *p)
{
	free(p->said);
	free(p->told);
	p->said = p->told = NULL;
}
