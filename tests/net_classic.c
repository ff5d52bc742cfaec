/*
 * The real chat-server and real sockets: the classic protocol line by line,
 * as the first program that somebody writes would speak it.
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_server.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* A client that has joined as name. */
static int
joined(const struct server *s, const char *name)
{
	char line[64];
	int fd = udp_open(s, AF_INET);

	snprintf(line, sizeof(line), "L %s", name);
	udp_ask(fd, line, "OK");
	return fd;
}

static void
stop(struct server *s)
{
	assert_int_equal(server_stop(s, SIGTERM), 0);
}

static void
the_classic_table_holds(void **state)
{
	struct server s;
	int alice, bob, eve;

	(void)state;
	server_start(&s, NULL, NULL);
	assert_memory_equal(s.listening, "listening on 127.0.0.1:", 23);
	alice = joined(&s, "alice");
	bob = joined(&s, "bob");
	udp_expect(alice, "bob entered the chat room");
	eve = udp_open(&s, AF_INET);

	udp_ask(eve, "L alice", "FAIL");
	udp_ask(eve, "L ALICE", "FAIL");
	udp_ask(alice, "L alice", "FAIL");
	udp_ask(alice, "L other", "FAIL");

	udp_send(alice, "C alice hello");
	udp_expect(bob, "alice: hello");
	udp_send(bob, "C hi");
	udp_expect(alice, "bob: hi");
	udp_send(bob, "C alice hi");
	udp_expect(alice, "bob: alice hi");
	udp_ask(eve, "C hi", "FAIL");
	udp_ask(eve, "C alice hi", "FAIL");
	udp_send(eve, "Q");
	udp_send(eve, "Q alice");
	udp_send(eve, "E");
	udp_expect_nothing(eve);
	udp_expect_nothing(alice);
	udp_expect_nothing(bob);

	udp_send(alice, "Q alice");
	udp_expect(bob, "alice left the chat room");
	udp_ask(alice, "C hi", "FAIL");
	udp_ask(eve, "L Alice", "OK");
	udp_expect(bob, "Alice entered the chat room");
	udp_send(eve, "E");
	udp_expect(bob, "Alice left the chat room");
	udp_send(bob, "E somebody");
	udp_ask(bob, "C hi", "FAIL");
	udp_expect_nothing(alice);
	server_expect_figure(&s, "members ", 0);

	close(alice);
	close(bob);
	close(eve);
	stop(&s);
}

static void
malformed_names_fail_and_good_ones_do_not(void **state)
{
	static const char *const bad[] = { "L ", "L two words", "L bob ",
	    "L ~bob", "L @bob", "L #bob", "L /bob", "L b\tb", "L b\033[1m",
	    "L \342\200\256bob", "L b\342\200\213b", "L \377", "L b\300\200",
	    "L 012345678901234567890123456789012", "L 012345678901234567890",
	    "L 中中中中中中中中中中中", "L Admin", "L 管理员消息", "L bob:",
	    "L ·", "L →", "L ▌", "L 管理员", "L Аdmin", "L ∼bob", "L аlice" };
	static const char *const good[] = { "L a", "L 01234567890123456789",
	    "L 中中中中中中中中中中", "L Ünïcödé", "L a:b", "L L", "L OK",
	    "L 😀", "L 小明", "L Иван" };
	struct server s;
	size_t i;
	int fd;

	(void)state;
	server_start(&s, NULL, NULL);
	fd = udp_open(&s, AF_INET);
	for (i = 0; i < LEN(bad); i++)
		udp_ask(fd, bad[i], "FAIL");
	for (i = 0; i < LEN(good); i++) {
		udp_ask(fd, good[i], "OK");
		udp_send(fd, "Q");
	}
	udp_send_bytes(fd, "L a\0b", 5);
	udp_expect(fd, "FAIL");
	server_expect_figure(&s, "members ", 0);
	close(fd);
	stop(&s);
}

static void
any_bytes_are_survived(void **state)
{
	static const char *const failing[] = { "", "x", "l alice", "LALICE",
	    "hello", "C", "L", "\n", "C \377", "\300\200", "\367\277\277\277",
	    "\033[2J", "\342\200\256L alice" };
	static const char *const silent[] = { "OK", "FAIL", "Y", "N", "OK\n",
	    "\370", "\371hello", "\377\377\377\377" };
	static char big[60000];
	struct server s;
	int alice, bob;
	size_t i;

	(void)state;
	server_start(&s, NULL, NULL);
	alice = joined(&s, "alice");
	bob = joined(&s, "bob");
	udp_expect(alice, "bob entered the chat room");
	for (i = 0; i < LEN(failing); i++) {
		udp_send(bob, failing[i]);
		udp_expect(bob, failing[i][0] == '\n' ? "FAIL\n" : "FAIL");
	}
	for (i = 0; i < LEN(silent); i++)
		udp_send(bob, silent[i]);
	udp_expect_nothing(bob);

	memset(big, 'x', sizeof(big));
	memcpy(big, "C ", 2);
	udp_send_bytes(bob, big, 2 + 1025);
	udp_expect(bob, "FAIL");
	udp_send_bytes(bob, big, sizeof(big));
	udp_expect(bob, "FAIL");
	big[sizeof(big) - 1] = '\n';
	udp_send_bytes(bob, big, sizeof(big));
	udp_expect(bob, "FAIL\n");
	udp_send_bytes(bob, "C zero\0byte", 11);
	udp_expect(alice, "bob: zerobyte");
	udp_send(bob, "C \033[31mred\a \342\200\256bidi\r\nnext");
	udp_expect(alice, "bob: [31mred bidi next");
	udp_expect_nothing(alice);
	udp_expect_nothing(bob);
	close(alice);
	close(bob);
	stop(&s);
}

static void
the_longest_text_arrives_whole(void **state)
{
	char line[2 + 1024 + 1] = "C ", want[7 + 1024 + 1] = "alice: ";
	struct server s;
	int alice, bob;

	(void)state;
	server_start(&s, NULL, NULL);
	alice = joined(&s, "alice");
	bob = joined(&s, "bob");
	udp_expect(alice, "bob entered the chat room");
	memset(line + 2, 'x', 1024);
	memset(want + 7, 'x', 1024);
	udp_send(alice, line);
	udp_expect(bob, want);
	udp_expect_nothing(alice);
	close(alice);
	close(bob);
	stop(&s);
}

static void
newlines_are_answered_in_kind(void **state)
{
	struct server s;
	int alice, bob;

	(void)state;
	server_start(&s, NULL, NULL);
	alice = udp_open(&s, AF_INET);
	udp_ask(alice, "C hi\n", "FAIL\n");
	udp_ask(alice, "L alice\n", "OK\n");
	bob = joined(&s, "bob");
	udp_expect(alice, "bob entered the chat room\n");
	udp_send(bob, "C hi");
	udp_expect(alice, "bob: hi\n");
	udp_send(alice, "C hello\r\n");
	udp_expect(bob, "alice: hello");
	server_type(&s, "news\n");
	udp_expect(alice, "Admin: news\n");
	udp_expect(bob, "Admin: news");
	/* The latest datagram decides. */
	udp_ask(alice, "nonsense", "FAIL");
	udp_send(bob, "Q");
	udp_expect(alice, "bob left the chat room");
	close(alice);
	close(bob);
	stop(&s);
}

static void
answers_can_be_y_and_n(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1",
	    "--classic-replies=yn", NULL };
	struct server s;
	int fd;

	(void)state;
	server_start(&s, NULL, args);
	fd = udp_open(&s, AF_INET);
	udp_ask(fd, "C hi", "N");
	udp_ask(fd, "L alice", "Y");
	udp_ask(fd, "L alice\n", "N\n");
	close(fd);
	stop(&s);
}

static void
notices_are_chinese_by_option_or_environment(void **state)
{
	static const char *const zh[] = { "-b", "127.0.0.1", "--lang=zh",
	    NULL };
	static const char *const env[] = { "LC_ALL", "LC_MESSAGES=zh_CN.UTF-8",
	    "LANG=en_US.UTF-8", NULL };
	struct server s;
	int alice, bob, i;

	(void)state;
	for (i = 0; i < 2; i++) {
		server_start(&s, i == 0 ? NULL : env, i == 0 ? zh : NULL);
		alice = joined(&s, "alice");
		bob = joined(&s, "小明");
		udp_expect(alice, "小明 进入了聊天室");
		udp_send(bob, "C 你好");
		udp_expect(alice, "小明: 你好");
		server_type(&s, "停机\n");
		udp_expect(alice, "管理员消息：停机");
		udp_expect(bob, "管理员消息：停机");
		udp_send(bob, "Q");
		udp_expect(alice, "小明 退出了聊天室");
		assert_int_equal(server_stop(&s, SIGTERM), 0);
		udp_expect(alice, "管理员消息：服务器即将关闭");
		close(alice);
		close(bob);
	}
}

static void
who_vanished_is_seen_to_leave_on_the_next_line(void **state)
{
	static const char *const both[] = { "-q", NULL };
	static const char *const v4[] = { "-4", NULL };
	static const char *const v6[] = { "-6", NULL };
	static const char *const *const args[] = { both, both, v4, v6 };
	static const int families[] = { AF_INET, AF_INET6, AF_INET, AF_INET6 };
	struct server s;
	int alice, gone[3], i, j;
	char line[64];

	(void)state;
	for (i = 0; i < (int)LEN(args); i++) {
		if (families[i] == AF_INET6 && !udp_has_ipv6())
			continue;
		server_start(&s, NULL, args[i]);
		alice = udp_open(&s, families[i]);
		udp_ask(alice, "L alice", "OK");
		for (j = 0; j < 3; j++) {
			gone[j] = udp_open(&s, families[i]);
			snprintf(line, sizeof(line), "L gone%d", j);
			udp_ask(gone[j], line, "OK");
			snprintf(line, sizeof(line),
			    "gone%d entered the chat room", j);
			udp_expect(alice, line);
		}
		/* In the middle of the room: those after still get the line. */
		udp_expect(gone[1], "gone2 entered the chat room");
		close(gone[1]);
		udp_send(alice, "C anybody?");
		udp_expect(gone[0], "gone1 entered the chat room");
		udp_expect(gone[0], "gone2 entered the chat room");
		udp_expect(gone[0], "alice: anybody?");
		udp_expect(gone[0], "gone1 left the chat room");
		udp_expect(gone[2], "alice: anybody?");
		udp_expect(gone[2], "gone1 left the chat room");
		udp_expect(alice, "gone1 left the chat room");
		udp_expect_nothing(alice);
		close(gone[0]);
		close(gone[2]);
		close(alice);
		stop(&s);
	}
}

static void
who_is_silent_too_long_is_removed(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1",
	    "--classic-idle=2", NULL };
	int64_t start;
	struct server s;
	int alice, bob;

	(void)state;
	server_start(&s, NULL, args);
	start = clock_now_ms();
	bob = joined(&s, "bob");
	alice = joined(&s, "alice");
	udp_expect(bob, "alice entered the chat room");
	/* Alice joined later; bob goes first, and alice is told. */
	udp_expect(alice, "bob left the chat room");
	assert_true(clock_now_ms() - start >= 2000);
	server_expect_log(&s, "bob at 127.0.0.1:");
	server_expect_log(&s, "alice at 127.0.0.1:");
	udp_ask(bob, "C hi", "FAIL");
	close(alice);
	close(bob);
	stop(&s);
}

static void
both_families_meet_on_one_port(void **state)
{
	static const char *const args[] = { "-v", NULL };
	struct server s;
	int four, six;

	(void)state;
	if (!udp_has_ipv6())
		skip();
	server_start(&s, NULL, args);
	assert_memory_equal(s.listening, "listening on [::]:", 18);
	assert_memory_equal(s.command, "chat-tui chat://", 16);
	four = joined(&s, "four");
	six = udp_open(&s, AF_INET6);
	udp_ask(six, "L six", "OK");
	udp_expect(four, "six entered the chat room");
	udp_send(four, "C hello");
	udp_expect(six, "four: hello");
	udp_send(six, "C hello");
	udp_expect(four, "six: hello");
	server_expect_log(&s, "four joined from 127.0.0.1:");
	server_expect_log(&s, "six joined from [::1]:");
	close(four);
	close(six);
	stop(&s);
}

static void
each_line_of_standard_input_is_an_announcement(void **state)
{
	char longer[1200];
	struct server s;
	int alice;

	(void)state;
	server_start(&s, NULL, NULL);
	alice = joined(&s, "alice");
	server_type(&s, "one\ntw");
	server_type(&s, "o\n\n  \n\xff\n");
	udp_expect(alice, "Admin: one");
	udp_expect(alice, "Admin: two");
	server_expect_log(&s, "not UTF-8");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 2] = '\n';
	longer[sizeof(longer) - 1] = '\0';
	server_type(&s, longer);
	server_expect_log(&s, "longer than 1024");
	longer[sizeof(longer) - 2] = 'x';
	server_type(&s, longer);
	server_type(&s, longer);
	server_type(&s, "\nlast");
	server_expect_log(&s, "longer than 1024");
	/* The end of input ends the line, and not the server. */
	server_end_input(&s);
	udp_expect(alice, "Admin: last");
	udp_expect_nothing(alice);
	close(alice);
	stop(&s);
}

static void
it_runs_without_standard_input(void **state)
{
	static const char *const args[] = { "-p0", "-b", "127.0.0.1", NULL };
	char path[64], target[64] = "";
	struct server s;
	int alice, master, slave;

	(void)state;
	server_spawn(&s, SERVER_CLOSED, NULL, args);
	server_listening(&s);
	/* The socket must not have taken its place. */
	snprintf(path, sizeof(path), "/proc/%ld/fd/0", (long)s.pid);
	assert_int_not_equal(readlink(path, target, sizeof(target) - 1), -1);
	assert_string_equal(target, "/dev/null");
	alice = joined(&s, "alice");
	udp_expect_nothing(alice);
	close(alice);
	stop(&s);

	/* A terminal that goes away. */
	if (openpty(&master, &slave, NULL, NULL, NULL) == -1)
		fail_msg("openpty");
	server_spawn(&s, slave, NULL, args);
	close(slave);
	server_listening(&s);
	alice = joined(&s, "alice");
	close(master);
	udp_expect_nothing(alice);
	close(alice);
	stop(&s);
}

static void
a_signal_ends_it_in_order(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct server s;
	size_t i;
	int alice;

	(void)state;
	for (i = 0; i < LEN(signals); i++) {
		server_start(&s, NULL, NULL);
		alice = joined(&s, "alice");
		assert_int_equal(server_stop(&s, signals[i]), 0);
		udp_expect(alice, "Admin: the server is shutting down");
		close(alice);
	}
}

static void
a_taken_port_is_one_line_and_exit_1(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "-p", NULL, NULL };
	char port[8], line[256];
	struct server first, second;

	(void)state;
	server_start(&first, NULL, NULL);
	snprintf(port, sizeof(port), "%u", first.port);
	args[3] = port;
	server_spawn(&second, SERVER_PIPE, NULL, args);
	assert_non_null(server_line(&second.err, line, sizeof(line)));
	assert_non_null(strstr(line, "127.0.0.1"));
	assert_non_null(strstr(line, port));
	assert_non_null(strstr(line, "in use"));
	assert_int_equal(server_wait(&second), 1);
	assert_int_equal(second.err.len, 0);
	assert_int_equal(second.out.len, 0);
	stop(&first);
}

static void
bad_options_are_said_and_exit_2(void **state)
{
	static const char *const bad[][3] = { { "-x" }, { "--nonsense" },
	    { "-p", "65536" }, { "-p", "-1" }, { "-p", "http" }, { "-p" },
	    { "--classic=some" }, { "--classic-replies=ok" },
	    { "--classic-idle=5x" }, { "--classic-idle=h" },
	    { "--classic-idle=" }, { "--classic-idle=-5" },
	    { "--classic-idle=1hh" }, { "--classic-idle=99999999999999999d" },
	    { "--lang=fr" }, { "--rate=fast" }, { "--rate=-1" },
	    { "--rate" }, { "-4", "-6" }, { "-6", "-4" }, { "operand" } };
	char line[256];
	struct server s;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(bad); i++) {
		server_spawn(&s, SERVER_PIPE, NULL, bad[i]);
		assert_non_null(server_line(&s.err, line, sizeof(line)));
		assert_int_equal(server_wait(&s), 2);
		assert_non_null(strstr(s.err.text, "usage: chat-server"));
		assert_int_equal(s.out.len, 0);
	}
}

static void
help_and_version_go_to_standard_output(void **state)
{
	static const char *const help[] = { "-h", NULL };
	static const char *const version[] = { "-V", NULL };
	struct server s;

	(void)state;
	server_spawn(&s, SERVER_PIPE, NULL, help);
	assert_int_equal(server_wait(&s), 0);
	assert_memory_equal(s.out.text, "usage: chat-server", 18);
	assert_int_equal(s.err.len, 0);
	server_spawn(&s, SERVER_PIPE, NULL, version);
	assert_int_equal(server_wait(&s), 0);
	assert_memory_equal(s.out.text, "chat-server ", 12);
}

static void
times_and_rates_are_understood(void **state)
{
	static const char *const good[] = { "--classic-idle=12h",
	    "--classic-idle=30m", "--classic-idle=45s", "--classic-idle=2d",
	    "--classic-idle=0", "--rate=0", "--rate=100000" };
	const char *args[] = { "-b", "127.0.0.1", NULL, NULL };
	struct server s;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(good); i++) {
		args[2] = good[i];
		server_start(&s, NULL, args);
		stop(&s);
	}
}

static void
too_many_lines_fail_and_are_not_forwarded(void **state)
{
	struct server s;
	int alice, bob, i;

	(void)state;
	server_start(&s, NULL, NULL);
	alice = joined(&s, "alice");
	bob = joined(&s, "bob");
	udp_expect(alice, "bob entered the chat room");
	for (i = 0; i < 10; i++)
		udp_send(bob, "C hi");
	udp_ask(bob, "C hi", "FAIL");
	for (i = 0; i < 10; i++)
		udp_expect(alice, "bob: hi");
	udp_expect_nothing(alice);
	close(alice);
	close(bob);
	stop(&s);
}

static void
a_server_without_classic_is_silent(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1",
	    "--classic=off", "-v", NULL };
	struct pollfd pfd = { .events = POLLIN };
	struct server s;

	(void)state;
	server_start(&s, NULL, args);
	pfd.fd = udp_open(&s, AF_INET);
	udp_send(pfd.fd, "L alice");
	server_expect_log(&s, "refused 127.0.0.1:");
	assert_int_equal(server_figure(&s, "ignored "), 1);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	close(pfd.fd);
	stop(&s);
}

static void
the_log_is_escaped_and_quiet_if_told(void **state)
{
	static const char *const quiet[] = { "-b", "127.0.0.1", "-q", NULL };
	struct server s;
	int fd;

	(void)state;
	server_start(&s, NULL, NULL);
	fd = joined(&s, "alice");
	udp_send(fd, "Q");
	udp_ask(fd, "L b\033[2Jb\nX", "FAIL");
	server_expect_log(&s, "alice joined from 127.0.0.1:");
	server_expect_log(&s, "alice left");
	server_expect_log(&s, "as b\\x1B[2Jb\\nX: malformed name");
	close(fd);
	stop(&s);

	server_start(&s, NULL, quiet);
	fd = joined(&s, "alice");
	udp_ask(fd, "nonsense", "FAIL");
	close(fd);
	stop(&s);
	assert_int_equal(s.err.len, 0);
}

static void
nobody_has_to_read_the_log(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };
	struct server s;
	int fd, i;

	(void)state;
	server_start(&s, NULL, args);
	fd = udp_open(&s, AF_INET);
	/* Twice what a pipe holds. */
	for (i = 0; i < 1200; i++) {
		udp_ask(fd, "L alice", "OK");
		udp_send(fd, "Q");
	}
	udp_expect_nothing(fd);
	close(fd);
	stop(&s);
}

enum { CROWD = 200, LINES = 20 };

/* What one of the crowd has seen. */
struct seen {
	unsigned int	joins, leaves, lines;
	unsigned char	line[CROWD][LINES];
};

static void
look(struct seen *seen, const char *text)
{
	unsigned int who, n;
	char rest[32];

	if (sscanf(text, "user%u: line %u", &who, &n) == 2) {
		assert_true(who < CROWD && n < LINES);
		seen->line[who][n]++;
		seen->lines++;
	} else if (sscanf(text, "user%u %31s", &who, rest) == 2) {
		if (strcmp(rest, "entered") == 0)
			seen->joins++;
		else if (strcmp(rest, "left") == 0)
			seen->leaves++;
		else
			fail_msg("unexpected: %s", text);
	} else {
		fail_msg("unexpected: %s", text);
	}
}

/* Reads until each has seen as many as count() says; WAIT_MS without any. */
static void
gather(const int fds[CROWD], struct seen *crowd,
    bool (*enough)(const struct seen *, unsigned int who, unsigned int n),
    unsigned int n)
{
	unsigned int i;
	char buf[256];
	ssize_t len;

	for (i = 0; i < CROWD; i++) {
		while (!enough(&crowd[i], i, n)) {
			len = recv(fds[i], buf, sizeof(buf) - 1, 0);
			if (len == -1)
				len = udp_receive(fds[i], buf, sizeof(buf));
			if (len == -1)
				fail_msg("user%u: lines %u, joins %u, leaves "
				    "%u", i, crowd[i].lines, crowd[i].joins,
				    crowd[i].leaves);
			buf[len] = '\0';
			look(&crowd[i], buf);
		}
	}
}

static bool
saw_the_joins(const struct seen *seen, unsigned int who, unsigned int n)
{
	(void)n;		/* of those who came later */
	return seen->joins == CROWD - 1 - who;
}

static bool
saw_the_lines(const struct seen *seen, unsigned int who, unsigned int n)
{
	(void)who;
	return seen->lines == n * (CROWD - 1);
}

static bool
saw_the_leaves(const struct seen *seen, unsigned int who, unsigned int n)
{
	(void)n;		/* the last to come leave first */
	return seen->leaves == CROWD - 1 - who;
}

/* Everybody joins, says all lines, hears everybody's, leaves. */
static void
crowd_round(struct server *s)
{
	static struct seen crowd[CROWD];
	static int fds[CROWD];
	unsigned int i, j, n;
	char line[32];

	memset(crowd, 0, sizeof(crowd));
	for (i = 0; i < CROWD; i++) {
		snprintf(line, sizeof(line), "user%u", i);
		fds[i] = joined(s, line);
	}
	gather(fds, crowd, saw_the_joins, 0);
	/* All at once, as fast as they can; a breath between the rounds. */
	for (n = 0; n < LINES; n++) {
		for (i = 0; i < CROWD; i++) {
			snprintf(line, sizeof(line), "C line %u", n);
			udp_send(fds[i], line);
		}
		gather(fds, crowd, saw_the_lines, n + 1);
	}
	for (i = 0; i < CROWD; i++)
		for (j = 0; j < CROWD; j++)
			for (n = 0; n < LINES; n++)
				assert_int_equal(crowd[i].line[j][n], i != j);
	for (i = CROWD; i-- > 0; )
		udp_send(fds[i], "Q");
	gather(fds, crowd, saw_the_leaves, 0);
	for (i = 0; i < CROWD; i++) {
		udp_expect_nothing(fds[i]);
		close(fds[i]);
	}
	server_expect_figure(s, "members ", 0);
	assert_int_equal(server_figure(s, "lost "), 0);
}

static void
a_crowd_hears_every_line_and_leaves_nothing_behind(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    "-q", NULL };
	unsigned long long before, after;
	struct server s;

	(void)state;
	server_start(&s, NULL, args);
	/* The first fills what is held of the log's end for good. */
	crowd_round(&s);
	before = server_figure(&s, "heap bytes ");
	crowd_round(&s);
	after = server_figure(&s, "heap bytes ");
	/* The log's sparse index grows by a few bytes an entry, and malloc
	 * keeps something in hand; 0 under the sanitizers. */
	assert_true(after <= before + 32768);
	stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_classic_table_holds),
		cmocka_unit_test(malformed_names_fail_and_good_ones_do_not),
		cmocka_unit_test(any_bytes_are_survived),
		cmocka_unit_test(the_longest_text_arrives_whole),
		cmocka_unit_test(newlines_are_answered_in_kind),
		cmocka_unit_test(answers_can_be_y_and_n),
		cmocka_unit_test(notices_are_chinese_by_option_or_environment),
		cmocka_unit_test(
		    who_vanished_is_seen_to_leave_on_the_next_line),
		cmocka_unit_test(who_is_silent_too_long_is_removed),
		cmocka_unit_test(both_families_meet_on_one_port),
		cmocka_unit_test(
		    each_line_of_standard_input_is_an_announcement),
		cmocka_unit_test(it_runs_without_standard_input),
		cmocka_unit_test(a_signal_ends_it_in_order),
		cmocka_unit_test(a_taken_port_is_one_line_and_exit_1),
		cmocka_unit_test(bad_options_are_said_and_exit_2),
		cmocka_unit_test(help_and_version_go_to_standard_output),
		cmocka_unit_test(times_and_rates_are_understood),
		cmocka_unit_test(too_many_lines_fail_and_are_not_forwarded),
		cmocka_unit_test(a_server_without_classic_is_silent),
		cmocka_unit_test(the_log_is_escaped_and_quiet_if_told),
		cmocka_unit_test(nobody_has_to_read_the_log),
		cmocka_unit_test(
		    a_crowd_hears_every_line_and_leaves_nothing_behind)
	};

	return tests_run(tests, NULL, NULL);
}
