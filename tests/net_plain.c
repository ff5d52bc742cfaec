/*
 * Plain mode as scripts use it: lines in, lines out, exit status.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum { SERVER_DIR = ENV_HOME_BYTES + 8 };

static struct server server;
static char home[ENV_HOME_BYTES];

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	(void)state;
	env_home_make(home);
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	env_home_remove(home);
	return 0;
}

static void
start(struct plain *p, const char *const words[])
{
	plain_start(p, server.port, home, words);
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
	plain_give(&p, "done\nsecond 行\n\nlast without newline");
	plain_end_input(&p);
	udp_expect(fd, "build entered the chat room");
	udp_expect(fd, "build: done");
	udp_expect(fd, "build: second 行");
	udp_expect(fd, "build: last without newline");
	udp_expect(fd, "build left the chat room");
	assert_int_equal(plain_finish(&p), 0);
	close(fd);
	plain_clear(&p);
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
	plain_give(&p, "hello\n");
	assert_true(plain_until(&p, "\tsay\tbot\thello\n"));
	udp_ask(fd, "L eve", "OK");
	udp_send(fd, "C back\\slash");
	assert_true(plain_until(&p, "\tsay\t~eve\tback\\\\slash\n"));
	assert_true(plain_until(&p, "\tjoin\t~eve\t\n"));
	server_type(&server, "hear this\n");
	assert_true(plain_until(&p, "\tannounce\t\thear this\n"));
	/* number, then the time in UTC to the millisecond */
	time = strchr(p.said, '\t') + 1;
	assert_true(atoi(p.said) > 1);
	assert_true(strncmp(time, "20", 2) == 0);
	assert_int_equal(strchr(time, '\t') - time, 24);
	plain_end_input(&p);
	udp_send(fd, "C still there?");
	assert_true(plain_until(&p, "still there?"));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	close(fd);
	plain_clear(&p);
}

static void
tabs_stay_tabs(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	plain_give(&p, "all:\n\tcc\t-o x\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_true(plain_until(&p, "\tsay\tbot\t\\tcc\\t-o x\n"));
	/* As before for programs that know of no tab. */
	udp_expect(fd, "bot entered the chat room");
	udp_expect(fd, "bot: all:");
	udp_expect(fd, "bot:  cc -o x");
	close(fd);
	plain_clear(&p);
}

/* What is kept of the only room is one thing, however it is asked for. */
static void
a_room_may_be_named_and_another_is_refused_with_3(void **state)
{
	const char *words[] = { "-n", "build", "127.0.0.1/CHAT", NULL };
	const char *other[] = { "-n", "build", "--room", "ops", "127.0.0.1",
	    NULL };
	const char *two[] = { "-n", "build", "--room", "ops", "127.0.0.1/lab",
	    NULL };
	struct plain p;

	(void)state;
	start(&p, words);
	plain_give(&p, "one\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(strstr(p.said, "one"));
	plain_clear(&p);
	start(&p, other);
	plain_give(&p, "two\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, "there is no room ops at 127.0.0.1"));
	plain_clear(&p);
	start(&p, two);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 2);
	assert_non_null(strstr(p.told, "several rooms with --json only"));
	plain_clear(&p);
}

/* By its name, or all that there are. */
static void
of_several_rooms_those_that_there_are_are_joined(void **state)
{
	const char *words[] = { "-n", "build", "--json", "--room", "chat",
	    "--room", "ops", "127.0.0.1", NULL };
	const char *all[] = { "-n", "build", "--json", "--room", "*",
	    "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	start(&p, words);
	plain_until_told(&p, "there is no room ops", 1);
	plain_give(&p, "{\"text\":\"one\",\"room\":\"Chat\"}\n"
	    "{\"room\":\"ops\",\"text\":\"two\"}\n"
	    "{\"text\":\"three\"}\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.said, "\"text\":\"one\""));
	assert_non_null(strstr(p.said, "\"text\":\"three\""));
	assert_null(strstr(p.said, "two"));
	assert_non_null(strstr(p.told, "\"error\":\"not in that room, not "
	    "said\",\"line\":2"));
	plain_clear(&p);
	start(&p, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	plain_clear(&p);
	start(&p, all);
	plain_give(&p, "{\"text\":\"four\",\"room\":\"chat\"}\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(strstr(p.said, "\"text\":\"four\""));
	plain_clear(&p);
}

static void
a_taken_name_is_refused_with_3(void **state)
{
	const char *words[] = { "-n", "Eve", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;
	char told[128];

	(void)state;
	udp_ask(fd, "L eve", "OK");
	start(&p, words);
	assert_int_equal(plain_finish(&p), 3);
	snprintf(told, sizeof(told), "the name Eve is taken at 127.0.0.1:%u\n",
	    server.port);
	assert_non_null(strstr(p.told, told));
	assert_int_equal(p.said_len, 0);
	close(fd);
	plain_clear(&p);
}

static void
bad_lines_are_told_by_number_and_the_rest_is_said(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	static char longline[17000], endless[200000];
	struct plain p;
	const char *told;

	(void)state;
	memset(longline, 'x', sizeof(longline) - 2);
	memset(endless, 'x', sizeof(endless) - 2);
	start(&p, words);
	plain_give(&p, "one\n");
	plain_give(&p, longline);
	plain_give(&p, "\n\xff\xfe\nfour\n");
	plain_give(&p, endless);
	plain_give(&p, "\n\xff\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.said, "\tone\n"));
	assert_non_null(strstr(p.said, "\tfour\n"));
	assert_non_null(strstr(p.told, "line 2"));
	assert_non_null(strstr(p.told, "line 3"));
	assert_non_null(strstr(p.told, "line 5"));
	assert_non_null(strstr(p.told, "line 6"));
	/* Once, however long it is. */
	told = strstr(p.told, "longer than 64 KiB");
	assert_non_null(told);
	assert_null(strstr(told + 1, "longer than 64 KiB"));
	plain_clear(&p);
}

static int
count(const char *text, const char *what)
{
	int n;

	for (n = 0; (text = strstr(text, what)) != NULL; n++)
		text++;
	return n;
}

/* The server goes, and only its port and data stay. */
static void
go_away(char dir[SERVER_DIR])
{
	snprintf(dir, SERVER_DIR, "%s/data", home);
	server_stop(&server, SIGTERM);
	server.pid = 0;
}

static void
come_back(const char *dir)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-d", dir,
		"-p", port, NULL };

	snprintf(port, sizeof(port), "%u", server.port);
	server_start(&server, NULL, args);
}

/* Runs with that input to its end; its exit status. */
static int
run_with(struct plain *p, const char *const words[], const char *input)
{
	start(p, words);
	plain_give(p, input);
	plain_end_input(p);
	return plain_finish(p);
}

static void
lines_for_a_server_never_reached_wait_and_are_said_once(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	assert_int_equal(run_with(&p, away, "one\ntwo 行\n"), 4);
	assert_int_equal(p.said_len, 0);
	assert_non_null(strstr(p.told, "127.0.0.1"));
	assert_non_null(strstr(p.told, home));
	assert_non_null(strstr(p.told, ": 2; "));
	plain_clear(&p);
	/* None is forgotten where there are more. */
	assert_int_equal(run_with(&p, away, "three"), 4);
	assert_non_null(strstr(p.told, ": 3; "));
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, "four\n"), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\t"), 4);
	assert_true(strstr(p.said, "\tone\n") < strstr(p.said, "\ttwo 行\n"));
	assert_true(strstr(p.said, "\ttwo 行\n") <
	    strstr(p.said, "\tthree\n"));
	assert_true(strstr(p.said, "\tthree\n") < strstr(p.said, "\tfour\n"));
	plain_clear(&p);
	assert_int_equal(run_with(&p, words, ""), 0);
	assert_int_equal(count(p.said, "\tsay\t"), 0);
	plain_clear(&p);
}

static void
lines_wait_where_the_server_was_before(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	const char *all[] = { "-n", "bot", "--after", "0", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	come_back(dir);
	assert_int_equal(run_with(&p, words, "hello\n"), 0);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	assert_int_equal(run_with(&p, away, "meanwhile\n"), 4);
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, ""), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, all, ""), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\tmeanwhile\n"), 1);
	assert_int_equal(count(p.said, "\tsay\tbot\thello\n"), 1);
	plain_clear(&p);
}

/* One of them has the room's directory. */
static void
what_runs_at_once_have_to_say_waits_for_all(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "4", "127.0.0.1", NULL };
	const char *all[] = { "-n", "bot", "--after", "0", "127.0.0.1", NULL };
	char dir[SERVER_DIR], line[32];
	struct plain p[3], last;
	size_t i;

	(void)state;
	go_away(dir);
	for (i = 0; i < 3; i++) {
		start(&p[i], away);
		snprintf(line, sizeof(line), "line %zu\n", i);
		plain_give(&p[i], line);
		plain_end_input(&p[i]);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(plain_finish(&p[i]), 4);
		plain_clear(&p[i]);
	}
	come_back(dir);
	assert_int_equal(run_with(&last, all, ""), 0);
	plain_clear(&last);
	assert_int_equal(run_with(&last, all, ""), 0);
	for (i = 0; i < 3; i++) {
		snprintf(line, sizeof(line), "\tsay\tbot\tline %zu\n", i);
		assert_int_equal(count(last.said, line), 1);
	}
	plain_clear(&last);
}

static void
the_screen_says_what_plain_mode_kept(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *reads[] = { "-n", "ear", "--after", "0", "127.0.0.1",
		NULL };
	const char *words[] = { "-n", "bot", NULL };
	char dir[SERVER_DIR], set[ENV_HOME_BYTES + 8];
	const char *env[] = { set, NULL };
	struct plain p;
	struct term *t;

	(void)state;
	snprintf(set, sizeof(set), "HOME=%s", home);
	go_away(dir);
	assert_int_equal(run_with(&p, away, "kept for later\n"), 4);
	plain_clear(&p);
	come_back(dir);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "kept for later"));
	assert_true(term_wait(t, "You are bot"));
	assert_true(term_wait_gone(t, "pending"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	term_free_all(NULL);
	assert_int_equal(run_with(&p, reads, ""), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\tkept for later\n"), 1);
	plain_clear(&p);
}

/* Whoever writes into it for long does not fail because of us. */
static void
what_comes_after_the_wait_is_kept_too(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	char dir[SERVER_DIR], text[] = "x\n";
	struct plain p;
	int i;

	(void)state;
	go_away(dir);
	start(&p, away);
	for (i = 0; i < 40; i++)
		plain_give(&p, text);
	plain_poll(&p);
	/* It has begun to take them when all this is out of the pipe. */
	for (i = 0; i < 4000; i++)
		plain_give(&p, "a line that is quite long, so that some of "
		    "all these must be read before it can be written\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, ": 4040; "));
	plain_clear(&p);
}

/* Gives so many lines with their number in the middle. */
static void
give_many(struct plain *p, int lines, const char *before, const char *after)
{
	size_t size = (size_t)lines * 64, len = 0;
	char *text = malloc(size);
	int i;

	assert_non_null(text);
	for (i = 1; i <= lines; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%d%s\n",
		    before, i, after);
	plain_feed(p, text, len, PLAIN_WAIT_MS);
	plain_end_input(p);
	free(text);
}

/* What the room has by then is not counted again where nobody answers. */
static void
what_an_earlier_run_left_is_said_and_waits_no_more(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, away);
	give_many(&p, 3000, "number ", "");
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, ": 3000; "));
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, ""), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\t"), 3000);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	assert_int_equal(run_with(&p, away, ""), 1);
	assert_null(strstr(p.told, "lines"));
	plain_clear(&p);
}

/* The first by itself, how many more there are, and no half of any. */
static void
what_the_outbox_has_no_room_for_is_told(void **state)
{
	const char *away[] = { "-n", "big", "--wait", "1", "127.0.0.1", NULL };
	const char *json[] = { "-n", "many", "--wait", "1", "--json",
		"127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, away);
	give_many(&p, 12000, "filler line number ", " with some text");
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "line 4097 of the input: not said: "
	    "\"filler line number 4097 with some text\": the outbox is "
	    "full\n"));
	assert_non_null(strstr(p.told, "line 4098 of the input: "));
	assert_non_null(strstr(p.told, ": 7903\n"));
	assert_non_null(strstr(p.told, "outbox: 4096; "));
	/* Nobody answers, these two, and how many wait. */
	assert_int_equal(count(p.told, "\n"), 4);
	plain_clear(&p);
	/* So many are refused at once, and each of them counts. */
	start(&p, json);
	give_many(&p, 100000, "{\"text\":\"", "\"}");
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "{\"error\":\"not said: \\\"4097\\\": "
	    "the outbox is full\",\"line\":4097}\n"));
	assert_non_null(strstr(p.told, ": 95903\",\"line\":4098}\n"));
	assert_int_equal(count(p.told, "\n"), 4);
	plain_clear(&p);
}

static void
who_waits_for_ever_says_it_when_the_server_comes(void **state)
{
	const char *words[] = { "-n", "bot", "--wait", "0", "127.0.0.1",
		NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, words);
	plain_give(&p, "at last\n");
	plain_end_input(&p);
	assert_true(plain_until_told(&p, "no answer", 1));
	come_back(dir);
	assert_int_equal(plain_finish(&p), 0);
	assert_int_equal(count(p.told, ": the server answers\n"), 1);
	assert_int_equal(count(p.said, "\tsay\tbot\tat last\n"), 1);
	plain_clear(&p);
}

static void
who_was_told_that_the_server_is_away_is_told_that_it_is_back(void **state)
{
	const char *words[] = { "-n", "bot", "--follow", "127.0.0.1", NULL };
	const char *json[] = { "-n", "bot", "--follow", "--json", "127.0.0.1",
		NULL };
	char dir[SERVER_DIR];
	struct plain p, q;
	int i;

	(void)state;
	go_away(dir);
	come_back(dir);
	start(&p, words);
	assert_true(plain_until(&p, "\tjoin\tbot\t"));
	words[1] = json[1] = "bit";
	start(&q, json);
	assert_true(plain_until_told(&q, "{\"state\":\"online\"}\n", 1));
	for (i = 1; i <= 2; i++) {
		go_away(dir);
		assert_true(plain_until_told(&p, ": no answer", i));
		assert_true(plain_until_told(&q, "\"lost\"", i));
		come_back(dir);
		assert_true(plain_until_told(&p, ": the server answers\n",
		    i));
		assert_true(plain_until_told(&q, "{\"state\":\"online\","
		    "\"text\":\"the server answers\"}\n", i));
	}
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	kill(q.pid, SIGTERM);
	assert_int_equal(plain_finish(&q), 143);
	plain_clear(&p);
	plain_clear(&q);
}

static void
a_signal_before_the_room_is_reached_loses_nothing(void **state)
{
	const char *words[] = { "-n", "bot", "--follow", "127.0.0.1", NULL };
	const int sigs[] = { SIGTERM, SIGINT }, status[] = { 143, 4 };
	char dir[SERVER_DIR];
	struct plain p;
	int i;

	(void)state;
	go_away(dir);
	for (i = 0; i < 2; i++) {
		start(&p, words);
		plain_give(&p, "one\n");
		assert_true(plain_until_told(&p, "no answer", 1));
		kill(p.pid, sigs[i]);
		assert_int_equal(plain_finish(&p), status[i]);
		assert_non_null(strstr(p.told, i == 0 ? ": 1; " : ": 2; "));
		plain_clear(&p);
	}
}

/* So many lines, each in that many bytes with its newline; to be freed. */
static char *
long_lines(size_t lines, size_t bytes)
{
	char *text = malloc(lines * bytes);

	assert_non_null(text);
	memset(text, 'x', lines * bytes);
	for (; lines > 0; lines--)
		text[lines * bytes - 1] = '\n';
	return text;
}

static unsigned
number_behind(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	assert_non_null(at);
	return (unsigned)strtoul(at + strlen(what), NULL, 10);
}

static void
a_signal_takes_no_half_line(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, words);
	plain_give(&p, "one\nhal");
	assert_true(plain_until_told(&p, "no answer", 1));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	assert_int_equal(number_behind(p.told, "outbox: "), 1);
	assert_non_null(strstr(p.told, "line 2 of the input: not read from "
	    "here on\n"));
	plain_clear(&p);
}

/* More than the room takes for now, the program and the pipe. */
static void
a_signal_tells_what_of_the_input_is_not_read(void **state)
{
	enum { LINES = 8000, BYTES = 100 };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char *text = long_lines(LINES, BYTES);
	struct plain p;
	size_t fed;

	(void)state;
	start(&p, words);
	assert_true(plain_until(&p, "\tjoin\tbot\t"));
	assert_int_equal(kill(server.pid, SIGSTOP), 0);
	fed = plain_feed(&p, text, LINES * BYTES, 1000);
	assert_true(fed < LINES * BYTES);
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	assert_int_equal(number_behind(p.told, "line "),
	    number_behind(p.told, "outbox: ") + 1);
	assert_non_null(strstr(p.told, "not read from here on\n"));
	assert_int_equal(kill(server.pid, SIGCONT), 0);
	plain_clear(&p);
	free(text);
}

static void
nobody_there_is_an_error_with_the_address(void **state)
{
	const char *words[] = { "-n", "bot", "--wait", "1", "127.0.0.1",
		NULL };
	const char *nothing_kept[] = { "-n", "bot", "--wait", "1",
		"--no-store", "127.0.0.1", NULL };
	char dir[SERVER_DIR], silent[64];
	struct plain p;

	(void)state;
	go_away(dir);
	assert_int_equal(run_with(&p, words, ""), 1);
	snprintf(silent, sizeof(silent), "127.0.0.1:%u: no answer",
	    server.port);
	assert_non_null(strstr(p.told, silent));
	plain_clear(&p);
	assert_int_equal(run_with(&p, nothing_kept, "hello\nyou\n"), 1);
	assert_non_null(strstr(p.told, "kept nowhere"));
	assert_non_null(strstr(p.told, ": 2; "));
	plain_clear(&p);
}

/* What is there already counts; only who we are is made where it is missing. */
static void
a_run_that_keeps_nothing_remembers_no_server(void **state)
{
	const char *words[] = { "-n", "bot", "--no-store", "127.0.0.1", NULL };
	const char *kept[] = { "-n", "bot", "127.0.0.1", NULL };
	char hosts[ENV_HOME_BYTES + 64], rooms[ENV_HOME_BYTES + 64];
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	snprintf(hosts, sizeof(hosts), "%s/.config/chat-tui/known_hosts",
	    home);
	snprintf(rooms, sizeof(rooms), "%s/.local", home);
	go_away(dir);
	come_back(dir);
	assert_int_equal(run_with(&p, words, "hello\n"), 0);
	plain_clear(&p);
	assert_int_equal(access(hosts, F_OK), -1);
	assert_int_equal(access(rooms, F_OK), -1);
	assert_int_equal(run_with(&p, kept, ""), 0);
	plain_clear(&p);
	assert_int_equal(access(hosts, F_OK), 0);
	/* The same place, another server. */
	server_stop(&server, SIGTERM);
	strlcat(dir, "2", sizeof(dir));
	come_back(dir);
	assert_int_equal(run_with(&p, words, "hello\n"), 3);
	plain_clear(&p);
}

/* A home that nothing can be written to, and none at all. */
static void
without_a_home_it_says_so_or_does_without(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	const char *without[] = { "-n", "bot", "--no-store", "127.0.0.1",
		NULL };
	char dir[ENV_HOME_BYTES + 16], place[ENV_HOME_BYTES + 64];
	struct plain p;

	(void)state;
	/* As a read-only one, but also for root. */
	snprintf(dir, sizeof(dir), "%s/file", home);
	close(open(dir, O_WRONLY | O_CREAT, 0600));
	snprintf(place, sizeof(place), "%s/.config cannot be made: ", dir);
	plain_start(&p, server.port, dir, words);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, place));
	assert_non_null(strstr(p.told, strerror(ENOTDIR)));
	assert_non_null(strstr(p.told, "--no-store"));
	plain_clear(&p);
	plain_start(&p, server.port, dir, without);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\thello\n"), 1);
	plain_clear(&p);
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
		assert_int_equal(plain_finish(&p), 2);
		assert_true(p.told_len > 0);
		assert_int_equal(p.said_len, 0);
		plain_clear(&p);
	}
}

static void
help_and_version_go_to_standard_output(void **state)
{
	const char *help[] = { "-h", NULL }, *version[] = { "-V", NULL };
	struct plain p;

	(void)state;
	start(&p, help);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(strstr(p.said, "usage: chat-tui"));
	plain_clear(&p);
	start(&p, version);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(strstr(p.said, "chat-tui "));
	plain_clear(&p);
}

static void
objects_come_out_and_go_in(void **state)
{
	const char *words[] = { "-n", "bot", "--json", "127.0.0.1", NULL };
	const char *reads[] = { "-P", "-n", "ear", "--json", "--follow",
		"127.0.0.1", NULL };
	static char text[4096], want[4000], xs[3001];
	struct plain p, ear;

	(void)state;
	start(&ear, reads);
	assert_true(plain_until(&ear, "\"kind\":\"join\",\"name\":\"ear\","
	    "\"mine\":true,\"verified\":true}\n"));
	assert_true(plain_until_told(&ear, "{\"state\":\"online\"}\n", 1));
	start(&p, words);
	plain_give(&p, "{\"text\":\"Ear: \\\"two\\\"\\n\\tlines\"}\n"
	    "no object\n{\"text\":\"x\",\"kind\":\"act\"}\n"
	    "{\"text\":\" \"}\n{\"text\":\"\\ud800\"}\n");
	memset(xs, 'x', 3000);
	snprintf(want, sizeof(want), "\"text\":\"%s\"", xs);
	snprintf(text, sizeof(text), "{%s}\n", want);
	plain_give(&p, text);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "\"line\":2}\n"));
	assert_non_null(strstr(p.told, "\"line\":3}\n"));
	assert_non_null(strstr(p.told, "\"line\":4}\n"));
	assert_non_null(strstr(p.told, "\"line\":5}\n"));
	assert_int_equal(count(p.told, "{\"error\":"), 4);
	assert_true(plain_until(&ear, "\"kind\":\"leave\",\"name\":"
	    "\"bot\",\"verified\":true}\n"));
	assert_non_null(strstr(ear.said, "\"text\":\"Ear: \\\"two\\\"\\n"
	    "\\tlines\",\"mention\":true,\"verified\":true}\n"));
	/* Whole, in however many pieces it came; and nothing else. */
	assert_non_null(strstr(ear.said, want));
	assert_int_equal(count(ear.said, "\"kind\":\"say\""), 2);
	assert_int_equal(count(ear.said, "\"kind\":\"part\""), 0);
	kill(ear.pid, SIGTERM);
	plain_finish(&ear);
	plain_clear(&ear);
	plain_clear(&p);
}

static void
in_the_classic_protocol_nobody_is_verified(void **state)
{
	const char *words[] = { "-n", "bot", "--classic", "--json", "--follow",
		"127.0.0.1", NULL };
	const char *others[] = { "-n", "bot", "--classic", "--not-mine",
		"127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	start(&p, words);
	plain_give(&p, "{\"text\":\"one\"}\n");
	assert_true(plain_until(&p, "\"name\":\"bot\",\"text\":\"one\","
	    "\"mine\":true,\"classic\":true}\n"));
	udp_ask(fd, "L ann", "OK");
	udp_send(fd, "C hello bot");
	assert_true(plain_until(&p, "\"name\":\"ann\",\"text\":\"hello bot\","
	    "\"mention\":true,\"classic\":true}\n"));
	assert_null(strstr(p.said, "verified"));
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
	close(fd);
	start(&p, others);
	plain_give(&p, "two\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_null(strstr(p.said, "\tbot\t"));
	plain_clear(&p);
}

/* However many pieces it came in; its number is that of the last, so that
 * --after goes on behind all of it. */
static void
a_long_message_is_one_line(void **state)
{
	const char *words[] = { "-n", "bot", "--one-message", "127.0.0.1",
		NULL };
	const char *again[] = { "-n", "ear", "--after", "3", "127.0.0.1",
		NULL };
	static char text[3000], want[4000];
	size_t len = 0, at = strlcpy(want, "Z\tsay\tbot\t", sizeof(want));
	struct plain p, ear;

	(void)state;
	while (len < sizeof(text) - 8)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    len % 7 == 0 ? "line\n" : "word ");
	strlcpy(text + len, "end", sizeof(text) - len);
	for (len = 0; text[len] != '\0'; len++)
		at += (size_t)snprintf(want + at, sizeof(want) - at,
		    text[len] == '\n' ? "\\n" : "%c", text[len]);
	strlcat(want, "\n", sizeof(want));
	assert_int_equal(run_with(&p, words, text), 0);
	/* start, join, and its three pieces. */
	assert_non_null(strstr(p.said, "\n5\t"));
	assert_non_null(strstr(p.said, want));
	assert_int_equal(count(p.said, "\tpart\t"), 0);
	plain_clear(&p);
	/* Begun in the middle there is nothing to put it together with. */
	assert_int_equal(run_with(&ear, again, ""), 0);
	assert_non_null(strstr(ear.said, "4\t"));
	assert_int_equal(count(ear.said, "\tpart\tbot\t"), 1);
	assert_int_equal(count(ear.said, "\tsay\tbot\t"), 1);
	plain_clear(&ear);
}

static void
all_of_the_input_is_one_message(void **state)
{
	const char *words[] = { "-n", "bot", "--one-message", "127.0.0.1",
		NULL };
	static char big[70000];
	struct plain p;

	(void)state;
	assert_int_equal(run_with(&p, words, "one\n\ttwo\n\nthree\n"), 0);
	assert_int_equal(count(p.said, "\tsay\t"), 1);
	assert_non_null(strstr(p.said,
	    "\tsay\tbot\tone\\n\\ttwo\\n\\nthree\n"));
	plain_clear(&p);
	/* Too much is refused whole. */
	memset(big, 'x', sizeof(big) - 1);
	start(&p, words);
	plain_give(&p, big);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_int_equal(count(p.said, "\tsay\t"), 0);
	plain_clear(&p);
	/* So is what a signal cuts off. */
	start(&p, words);
	plain_give(&p, "half");
	assert_true(plain_until(&p, "\tjoin\tbot\t"));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	assert_int_equal(count(p.said, "\tsay\t"), 0);
	plain_clear(&p);
}

/* What it was given is not lost by that. */
static void
who_is_read_no_more_keeps_what_it_was_given(void **state)
{
	const char *words[] = { "-n", "bot", "--follow", "127.0.0.1", NULL };
	const char *again[] = { "-n", "bot", "--after", "0", "127.0.0.1",
		NULL };
	struct plain p;
	int status;

	(void)state;
	start(&p, words);
	close(p.out);
	p.out = open("/dev/null", O_RDONLY | O_CLOEXEC);
	plain_give(&p, "one\ntwo\n");
	status = plain_finish(&p);
	assert_true(status == 4 || status == 1);
	assert_null(strstr(p.told, "pipe"));
	plain_clear(&p);
	assert_int_equal(run_with(&p, again, "three\n"), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\tone\n"), 1);
	assert_int_equal(count(p.said, "\tsay\tbot\ttwo\n"), 1);
	assert_int_equal(count(p.said, "\tsay\tbot\tthree\n"), 1);
	plain_clear(&p);
}

/* Not before that is there, whichever datagram it comes in. */
static void
who_has_nothing_to_say_sees_himself_come(void **state)
{
	char name[16], line[32];
	const char *words[] = { "-n", name, "127.0.0.1", NULL };
	struct plain p;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "bot%d", i);
		snprintf(line, sizeof(line), "\tjoin\t%s\t", name);
		assert_int_equal(run_with(&p, words, ""), 0);
		assert_int_equal(count(p.said, line), 1);
		plain_clear(&p);
	}
}

static void
it_leaves_after_so_many_entries_or_so_long(void **state)
{
	const char *two[] = { "-n", "bot", "--follow", "--count", "2",
		"127.0.0.1", NULL };
	const char *three[] = { "-n", "bot", "--count", "9", "--timeout",
		"1", "127.0.0.1", NULL };
	const char *timeout[] = { "-n", "bot", "--follow", "--timeout", "1",
		"127.0.0.1", NULL };
	struct plain p;

	(void)state;
	start(&p, two);
	plain_give(&p, "one\ntwo\nthree\n");
	assert_int_equal(plain_finish(&p), 0);
	assert_int_equal(count(p.said, "\n"), 2);
	assert_non_null(strstr(p.said, "\tsay\tbot\tone\n"));
	plain_clear(&p);
	assert_int_equal(run_with(&p, three, ""), 5);
	/* That it came, and perhaps that the one before went. */
	assert_in_range(count(p.said, "\n"), 1, 2);
	plain_clear(&p);
	assert_int_equal(run_with(&p, timeout, ""), 0);
	plain_clear(&p);
}

static void
it_begins_where_it_is_told_and_leaves_out_its_own(void **state)
{
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	const char *all[] = { "-n", "bot", "--since", "1h", "--not-mine",
		"127.0.0.1", NULL };
	const char *behind[] = { "-n", "bot", "--since", "3", "127.0.0.1",
		NULL };
	const char *later[] = { "-n", "bot", "--since", "2999-01-01T00:00:00Z",
		"127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");		/* 2 */
	udp_send(fd, "C hello bot");		/* 3 */
	assert_int_equal(run_with(&p, words, "mine\n"), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, all, "more\n"), 0);
	assert_int_equal(count(p.said, "\tbot\t"), 0);
	/* What was stored began too late; nothing is wrong with it. */
	assert_int_equal(p.told_len, 0);
	assert_int_equal(count(p.said, "\tsay\t~eve\thello bot\n"), 1);
	assert_int_equal(strncmp(p.said, "1\t", 2), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, behind, ""), 0);
	assert_int_equal(strncmp(p.said, "4\t", 2), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\tm"), 2);
	plain_clear(&p);
	assert_int_equal(run_with(&p, later, "now\n"), 0);
	assert_int_equal(p.said_len, 0);
	plain_clear(&p);
	close(fd);
}

static void
quiet_tells_no_states(void **state)
{
	const char *words[] = { "-n", "bot", "--quiet", "--wait", "1",
		"127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	assert_int_equal(run_with(&p, words, "hello\n"), 4);
	assert_null(strstr(p.told, "trying again"));
	assert_int_equal(count(p.told, "\n"), 1);
	plain_clear(&p);
}

/* At the lowest rate too, and what comes behind it. */
static void
the_longest_message_passes_at_the_lowest_rate(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=1",
	    NULL };
	static const size_t lens[] = { 9000, 16384 };
	const char *words[] = { "-n", "author", "127.0.0.1", NULL };
	const char *reads[] = { "-P", "-n", "reader", "--follow",
	    "127.0.0.1", NULL };
	char text[16384 + 16], *at, *end;
	struct plain author, reader;
	size_t i, n;

	tear_down(state);
	env_home_make(home);
	server_start(&server, NULL, args);
	start(&reader, reads);
	assert_true(plain_until(&reader, "\tjoin\treader\t"));
	start(&author, words);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		memset(text, 'A' + (int)i, lens[i]);
		snprintf(text + lens[i], 16, "\nbehind %zu\n", i);
		plain_give(&author, text);
	}
	plain_end_input(&author);
	assert_true(plain_until(&reader, "behind 1\n"));
	/* All of each, in its pieces, before what came behind it. */
	at = reader.said;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		snprintf(text, sizeof(text), "\tbehind %zu\n", i);
		assert_non_null(end = strstr(at, text));
		for (n = 0; at < end; at++)
			n += *at == 'A' + (char)i;
		assert_int_equal(n, lens[i]);
	}
	assert_int_equal(plain_finish(&author), 0);
	kill(reader.pid, SIGTERM);
	plain_finish(&reader);
	plain_clear(&author);
	plain_clear(&reader);
}

/* More at once than the pipe between our processes holds. */
static void
long_lines_that_wait_are_said_in_the_next_run(void **state)
{
	enum { LINES = 100, BYTES = 16001 };
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	const char *reads[] = { "-n", "ear", "--after", "0", "127.0.0.1",
		NULL };
	char *text = long_lines(LINES, BYTES), dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, away);
	plain_feed(&p, text, LINES * BYTES, PLAIN_WAIT_MS);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, ": 100; "));
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, ""), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, reads, ""), 0);
	assert_int_equal(count(p.said, "\tsay\tbot\t"), LINES);
	plain_clear(&p);
	free(text);
}

/* Tells nothing for that long while nobody reads what it prints. */
static bool
is_silent(const struct plain *p, int wait_ms)
{
	struct pollfd fd = { .fd = p->err, .events = POLLIN };

	return poll(&fd, 1, wait_ms) == 0;
}

/* What waits for the reader does not wait for the server: not in the log that
 * is fetched, and not in the copy of it, either. */
static void
a_slow_reader_is_no_silent_server(void **state)
{
	enum { LINES = 1500, BYTES = 1000 };
	const char *words[] = { "-n", "author", "127.0.0.1", NULL };
	const char *all[] = { "-n", "reader", "--after", "0", "--wait", "1",
		"127.0.0.1", NULL };
	char *text = long_lines(LINES, BYTES);
	struct plain p;
	int i;

	(void)state;
	start(&p, words);
	plain_feed(&p, text, LINES * BYTES, PLAIN_WAIT_MS);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	for (i = 0; i < 2; i++) {
		start(&p, all);
		plain_give(&p, "and this\n");
		plain_end_input(&p);
		assert_true(is_silent(&p, 4500));
		assert_int_equal(plain_finish(&p), 0);
		assert_string_equal(p.told, "");
		assert_int_equal(count(p.said, "\tsay\tauthor\t"), LINES);
		assert_int_equal(count(p.said, "\tand this\n"), i + 1);
		plain_clear(&p);
	}
	free(text);
}

/* Each of them makes many pieces, and the outbox counts these. */
static void
long_lines_wait_for_a_server_that_is_slow(void **state)
{
	enum { LINES = 300, BYTES = 15001 };
	const char *words[] = { "-n", "author", "127.0.0.1", NULL };
	size_t size = LINES * BYTES, fed;
	char *text = long_lines(LINES, BYTES);
	struct plain author;

	(void)state;
	start(&author, words);
	assert_true(plain_until(&author, "\tjoin\tauthor\t"));
	assert_int_equal(kill(server.pid, SIGSTOP), 0);
	fed = plain_feed(&author, text, size, 1000);
	assert_int_equal(kill(server.pid, SIGCONT), 0);
	fed += plain_feed(&author, text + fed, size - fed, PLAIN_WAIT_MS);
	assert_int_equal(fed, size);
	plain_end_input(&author);
	assert_int_equal(plain_finish(&author), 0);
	assert_null(strstr(author.told, "not said"));
	assert_int_equal(count(author.said, "\tsay\tauthor\t"), LINES);
	plain_clear(&author);
	free(text);
}

static void
who_waits_for_the_rooms_limits_is_told_so(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=1",
	    NULL };
	static const char told[] = "the room takes only so much at a time";
	const char *words[] = { "-n", "author", "127.0.0.1", NULL };
	struct plain author;
	int i;

	tear_down(state);
	env_home_make(home);
	server_start(&server, NULL, args);
	start(&author, words);
	for (i = 0; i < 100; i++)
		plain_give(&author, "again\n");
	assert_true(plain_until_told(&author, told, 1));
	kill(author.pid, SIGTERM);
	plain_finish(&author);
	assert_int_equal(count(author.told, told), 1);
	plain_clear(&author);
}

/* Programs are told of which room, and when that is over, each time. */
static void
programs_are_told_of_which_room_and_when_it_is_over(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=1",
	    "-r", "lab", "-r", "ops", NULL };
	static const char held[] = "{\"state\":\"held\",\"room\":\"ops\",";
	static const char over[] = "{\"state\":\"free\",\"room\":\"ops\"}\n";
	const char *words[] = { "-n", "author", "--json", "--room", "lab",
	    "--room", "ops", "127.0.0.1", NULL };
	struct plain author;
	int i;

	tear_down(state);
	env_home_make(home);
	server_start(&server, NULL, args);
	start(&author, words);
	for (i = 0; i < 14; i++)
		plain_give(&author, "{\"room\":\"ops\",\"text\":\"again\"}\n");
	assert_true(plain_until_told(&author, held, 1));
	assert_true(plain_until_told(&author, over, 1));
	plain_end_input(&author);
	assert_int_equal(plain_finish(&author), 0);
	assert_int_equal(count(author.told, "\"held\""), count(author.told,
	    "\"free\""));
	assert_int_equal(count(author.told, "\"room\":\"lab\""), 0);
	plain_clear(&author);
}

static pid_t
receiver_of(const struct plain *p)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", p->pid,
	    p->pid);
	assert_non_null(f = fopen(path, "r"));
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* The process that reads the network dies with lines in its hands. */
static void
a_killed_receiver_is_replaced_and_takes_no_line_along(void **state)
{
	const char *words[] = { "--follow", "-n", "bot", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;
	pid_t receiver;

	(void)state;
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	udp_expect(fd, "bot entered the chat room");
	plain_give(&p, "one\n");
	udp_expect(fd, "bot: one");
	assert_true(plain_until(&p, "\tone\n"));
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "two\nthree\n");
	assert_int_equal(kill(receiver, SIGKILL), 0);
	udp_expect(fd, "bot: two");
	udp_expect(fd, "bot: three");
	plain_give(&p, "four\n");
	udp_expect(fd, "bot: four");
	assert_true(plain_until(&p, "\tfour\n"));
	/* Nothing is printed twice. */
	assert_null(strstr(strstr(p.said, "\tone\n") + 1, "\tone\n"));
	/* A second time so soon is one too many. */
	assert_int_equal(kill(receiver_of(&p), SIGKILL), 0);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "ended unexpectedly"));
	close(fd);
	plain_clear(&p);
}

/* Till all that it was given has been read. */
static void
until_read(const struct plain *p)
{
	int i, left = 1;

	for (i = 0; i < PLAIN_WAIT_MS / 10 && left > 0; i++) {
		assert_int_equal(ioctl(p->in, FIONREAD, &left), 0);
		if (left > 0)
			poll(NULL, 0, 10);
	}
	assert_int_equal(left, 0);
}

/* Nobody answers, and what it was given is about to be kept. */
static void
nor_does_one_that_is_killed_at_the_end(void **state)
{
	const char *words[] = { "--wait=1", "-n", "bot", "127.0.0.1", NULL };
	struct plain p;
	pid_t receiver;

	(void)state;
	assert_int_equal(kill(server.pid, SIGSTOP), 0);
	start(&p, words);
	assert_true(plain_until_told(&p, "no answer", 1));
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "one\n");
	until_read(&p);
	plain_end_input(&p);
	assert_int_equal(kill(receiver, SIGKILL), 0);
	assert_int_equal(plain_finish(&p), 4);
	assert_int_equal(number_behind(p.told, "outbox: "), 1);
	plain_clear(&p);
	assert_int_equal(kill(server.pid, SIGCONT), 0);
}

/* What it was given waits for the next run, as that of a signal does. */
static void
a_window_that_is_replaced_keeps_what_it_was_given(void **state)
{
	const char *words[] = { "--follow", "-n", "bot", "127.0.0.1", NULL };
	const char *other[] = { "-n", "bot", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p, q;
	pid_t receiver;

	(void)state;
	/* At first contact another receiver would take over. */
	assert_int_equal(run_with(&q, other, ""), 0);
	plain_clear(&q);
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	udp_expect(fd, "bot entered the chat room");
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "one\ntwo\n");
	assert_int_equal(run_with(&q, other, "three\n"), 0);
	udp_expect(fd, "bot: three");
	udp_expect(fd, "bot left the chat room");
	assert_int_equal(kill(receiver, SIGCONT), 0);
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, "joined from elsewhere"));
	assert_int_equal(number_behind(p.told, "outbox: "), 2);
	plain_clear(&p);
	plain_clear(&q);
	assert_int_equal(run_with(&q, other, ""), 0);
	udp_expect(fd, "bot entered the chat room");
	udp_expect(fd, "bot: one");
	udp_expect(fd, "bot: two");
	plain_clear(&q);
	close(fd);
}

/* Nobody will be there again in this run; what waits, the next one says. */
static void
a_host_ends_with_his_server(void **state)
{
	const char *words[] = { "-P", "-H", "-4", "-n", "kim", "--follow",
		NULL };
	char dir[SERVER_DIR];
	struct plain p;
	pid_t hosted;
	int i;

	(void)state;
	go_away(dir);
	for (i = 0; i < 2; i++) {
		start(&p, words);
		plain_give(&p, "one\n");
		assert_true(plain_until(&p, "\tsay\tkim\tone\n"));
		assert_true((hosted = receiver_of(&p)) > 1);
		if (i == 1) {
			assert_int_equal(kill(hosted, SIGSTOP), 0);
			plain_give(&p, "two\n");
		}
		assert_int_equal(kill(hosted, SIGKILL), 0);
		assert_int_equal(plain_finish(&p), i == 0 ? 1 : 4);
		assert_non_null(strstr(p.told, "which ran here, has ended"));
		if (i == 1)
			assert_non_null(strstr(p.told, ": 1; "));
		plain_clear(&p);
	}
	start(&p, words);
	assert_true(plain_until(&p, "\tsay\tkim\ttwo\n"));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_line_is_said_in_order_and_then_it_leaves),
		TEST(entries_come_out_as_escaped_fields),
		TEST(tabs_stay_tabs),
		TEST(a_room_may_be_named_and_another_is_refused_with_3),
		TEST(of_several_rooms_those_that_there_are_are_joined),
		TEST(a_taken_name_is_refused_with_3),
		TEST(bad_lines_are_told_by_number_and_the_rest_is_said),
		TEST(lines_for_a_server_never_reached_wait_and_are_said_once),
		TEST(lines_wait_where_the_server_was_before),
		TEST(what_runs_at_once_have_to_say_waits_for_all),
		TEST(the_screen_says_what_plain_mode_kept),
		TEST(what_comes_after_the_wait_is_kept_too),
		TEST(what_an_earlier_run_left_is_said_and_waits_no_more),
		TEST(what_the_outbox_has_no_room_for_is_told),
		TEST(who_waits_for_ever_says_it_when_the_server_comes),
		TEST(who_was_told_that_the_server_is_away_is_told_that_it_is_back),
		TEST(a_signal_before_the_room_is_reached_loses_nothing),
		TEST(a_signal_takes_no_half_line),
		TEST(a_signal_tells_what_of_the_input_is_not_read),
		TEST(nobody_there_is_an_error_with_the_address),
		TEST(a_run_that_keeps_nothing_remembers_no_server),
		TEST(without_a_home_it_says_so_or_does_without),
		TEST(usage_errors_exit_with_2),
		TEST(help_and_version_go_to_standard_output),
		TEST(objects_come_out_and_go_in),
		TEST(in_the_classic_protocol_nobody_is_verified),
		TEST(a_long_message_is_one_line),
		TEST(all_of_the_input_is_one_message),
		TEST(who_is_read_no_more_keeps_what_it_was_given),
		TEST(who_has_nothing_to_say_sees_himself_come),
		TEST(it_leaves_after_so_many_entries_or_so_long),
		TEST(it_begins_where_it_is_told_and_leaves_out_its_own),
		TEST(quiet_tells_no_states),
		TEST(the_longest_message_passes_at_the_lowest_rate),
		TEST(long_lines_that_wait_are_said_in_the_next_run),
		TEST(a_slow_reader_is_no_silent_server),
		TEST(long_lines_wait_for_a_server_that_is_slow),
		TEST(who_waits_for_the_rooms_limits_is_told_so),
		TEST(programs_are_told_of_which_room_and_when_it_is_over),
		TEST(a_killed_receiver_is_replaced_and_takes_no_line_along),
		TEST(nor_does_one_that_is_killed_at_the_end),
		TEST(a_window_that_is_replaced_keeps_what_it_was_given),
		TEST(a_host_ends_with_his_server),
	};

	return tests_run(tests, NULL, NULL);
}
