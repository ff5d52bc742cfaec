/*
 * Plain mode as scripts use it: lines in, lines out, exit status.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"

enum { OUT_BYTES = 65536 };

static struct server server;

struct plain {
	pid_t	 pid;
	int	 in, out, err;
	char	 said[OUT_BYTES], told[OUT_BYTES];
	size_t	 said_len, told_len;
};

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0", NULL };

	(void)state;
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	return 0;
}

static void
start(struct plain *p, const char *const words[])
{
	const char *argv[16] = { chat_program("chat-tui") };
	char port[16];
	int in[2], out[2], err[2];
	size_t n = 1;

	memset(p, 0, sizeof(*p));
	snprintf(port, sizeof(port), "-p%u", server.port);
	argv[n++] = port;
	while (*words != NULL)
		argv[n++] = *words++;
	assert_int_equal(pipe(in) | pipe(out) | pipe(err), 0);
	p->pid = fork();
	if (p->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		closefrom(3);
		setenv("LC_ALL", "C.UTF-8", 1);
		setenv("XDG_STATE_HOME", "/nonexistent", 1);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	p->in = in[1];
	p->out = out[0];
	p->err = err[0];
}

static void
give(struct plain *p, const char *text)
{
	assert_int_equal(write(p->in, text, strlen(text)), strlen(text));
}

static void
end_input(struct plain *p)
{
	close(p->in);
	p->in = -1;
}

/* Reads once from fd into buf; false at its end. */
static bool
take(int fd, char *buf, size_t *len)
{
	ssize_t n = read(fd, buf + *len, OUT_BYTES - 1 - *len);

	if (n <= 0)
		return false;
	*len += (size_t)n;
	buf[*len] = '\0';
	return true;
}

/* Until text is in what it said, or with NULL until it has closed both. */
static bool
until(struct plain *p, const char *text)
{
	struct pollfd fds[2] = { { .fd = p->out, .events = POLLIN },
		{ .fd = p->err, .events = POLLIN } };

	while (text == NULL || strstr(p->said, text) == NULL) {
		if (poll(fds, 2, 20000) <= 0)
			return false;
		if (fds[0].revents != 0 && !take(p->out, p->said, &p->said_len))
			fds[0].fd = -1;
		if (fds[1].revents != 0 && !take(p->err, p->told, &p->told_len))
			fds[1].fd = -1;
		if (fds[0].fd == -1 && fds[1].fd == -1)
			return text == NULL;
	}
	return true;
}

static int
finish(struct plain *p)
{
	int status;

	assert_true(until(p, NULL));
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	close(p->out);
	close(p->err);
	if (p->in != -1)
		close(p->in);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
each_line_is_said_in_order_and_then_it_leaves(void **state)
{
	const char *words[] = { "-n", "build", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	give(&p, "done\nsecond 行\n\nlast without newline");
	end_input(&p);
	udp_expect(fd, "build entered the chat room");
	udp_expect(fd, "build: done");
	udp_expect(fd, "build: second 行");
	udp_expect(fd, "build: last without newline");
	udp_expect(fd, "build left the chat room");
	assert_int_equal(finish(&p), 0);
	close(fd);
}

static void
entries_come_out_as_escaped_fields(void **state)
{
	const char *words[] = { "-P", "-n", "bot", "--follow", "127.0.0.1",
		NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;
	const char *time;

	(void)state;
	start(&p, words);
	give(&p, "hello\n");
	assert_true(until(&p, "\tsay\tbot\thello\n"));
	udp_ask(fd, "L eve", "OK");
	udp_send(fd, "C back\\slash");
	assert_true(until(&p, "\tsay\t~eve\tback\\\\slash\n"));
	assert_true(until(&p, "\tjoin\t~eve\t\n"));
	server_type(&server, "hear this\n");
	assert_true(until(&p, "\tannounce\t\thear this\n"));
	/* number, then the time in UTC to the millisecond */
	time = strchr(p.said, '\t') + 1;
	assert_true(atoi(p.said) > 1);
	assert_true(strncmp(time, "20", 2) == 0);
	assert_int_equal(strchr(time, '\t') - time, 24);
	end_input(&p);
	udp_send(fd, "C still there?");
	assert_true(until(&p, "still there?"));
	kill(p.pid, SIGTERM);
	assert_int_equal(finish(&p), 143);
	close(fd);
}

static void
a_taken_name_is_refused_with_3(void **state)
{
	const char *words[] = { "-n", "Eve", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");
	start(&p, words);
	assert_int_equal(finish(&p), 3);
	assert_non_null(strstr(p.told, "Eve"));
	assert_int_equal(p.said_len, 0);
	close(fd);
}

static void
bad_lines_are_told_by_number_and_the_rest_is_said(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	static char longline[17000];
	struct plain p;

	(void)state;
	memset(longline, 'x', sizeof(longline) - 2);
	start(&p, words);
	give(&p, "one\n");
	give(&p, longline);
	give(&p, "\n\xff\xfe\nfour\n");
	end_input(&p);
	assert_int_equal(finish(&p), 1);
	assert_non_null(strstr(p.said, "\tone\n"));
	assert_non_null(strstr(p.said, "\tfour\n"));
	assert_non_null(strstr(p.told, "line 2"));
	assert_non_null(strstr(p.told, "line 3"));
}

static void
nobody_there_is_an_error_with_the_address(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	start(&p, words);
	give(&p, "hello\n");
	assert_int_equal(finish(&p), 1);
	assert_non_null(strstr(p.told, "127.0.0.1"));
	server.pid = 0;
}

static void
usage_errors_exit_with_2(void **state)
{
	static const char *const bad[][5] = {
		{ "127.0.0.1", NULL },		/* no name */
		{ "-n", "a", "-p", "0", NULL },
		{ "-n", "a", "-p", "65536", NULL },
		{ "-n", "a", "one", "two", NULL },
		{ "--nonsense", NULL },
		{ "-H", "-n", "a", "host", NULL },
	};
	struct plain p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(&p, bad[i]);
		assert_int_equal(finish(&p), 2);
		assert_true(p.told_len > 0);
		assert_int_equal(p.said_len, 0);
	}
}

static void
help_and_version_go_to_standard_output(void **state)
{
	const char *help[] = { "-h", NULL }, *version[] = { "-V", NULL };
	struct plain p;

	(void)state;
	start(&p, help);
	assert_int_equal(finish(&p), 0);
	assert_non_null(strstr(p.said, "usage: chat-tui"));
	start(&p, version);
	assert_int_equal(finish(&p), 0);
	assert_non_null(strstr(p.said, "chat-tui "));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_line_is_said_in_order_and_then_it_leaves),
		TEST(entries_come_out_as_escaped_fields),
		TEST(a_taken_name_is_refused_with_3),
		TEST(bad_lines_are_told_by_number_and_the_rest_is_said),
		TEST(nobody_there_is_an_error_with_the_address),
		TEST(usage_errors_exit_with_2),
		TEST(help_and_version_go_to_standard_output),
	};

	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
