/*
 * Plain mode as scripts use it: lines in, lines out, exit status.
 */
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_scripts.h"

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
	assert_int_equal(plain_count(p.said, "\tsay\tbot\thello\n"), 1);
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
	assert_int_equal(plain_count(p.told, "{\"error\":"), 4);
	assert_true(plain_until(&ear, "\"kind\":\"leave\",\"name\":"
	    "\"bot\",\"verified\":true}\n"));
	assert_non_null(strstr(ear.said, "\"text\":\"Ear: \\\"two\\\"\\n"
	    "\\tlines\",\"mention\":true,\"verified\":true}\n"));
	/* Whole, in however many pieces it came; and nothing else. */
	assert_non_null(strstr(ear.said, want));
	assert_int_equal(plain_count(ear.said, "\"kind\":\"say\""), 2);
	assert_int_equal(plain_count(ear.said, "\"kind\":\"part\""), 0);
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
	assert_int_equal(plain_count(p.said, "\tpart\t"), 0);
	plain_clear(&p);
	/* Begun in the middle there is nothing to put it together with. */
	assert_int_equal(run_with(&ear, again, ""), 0);
	assert_non_null(strstr(ear.said, "4\t"));
	assert_int_equal(plain_count(ear.said, "\tpart\tbot\t"), 1);
	assert_int_equal(plain_count(ear.said, "\tsay\tbot\t"), 1);
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
	assert_int_equal(plain_count(p.said, "\tsay\t"), 1);
	assert_non_null(strstr(p.said,
	    "\tsay\tbot\tone\\n\\ttwo\\n\\nthree\n"));
	plain_clear(&p);
	/* Too much is refused whole. */
	memset(big, 'x', sizeof(big) - 1);
	start(&p, words);
	plain_give(&p, big);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_int_equal(plain_count(p.said, "\tsay\t"), 0);
	plain_clear(&p);
	/* So is what a signal cuts off. */
	start(&p, words);
	plain_give(&p, "half");
	assert_true(plain_until(&p, "\tjoin\tbot\t"));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	assert_int_equal(plain_count(p.said, "\tsay\t"), 0);
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
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tone\n"), 1);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\ttwo\n"), 1);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tthree\n"), 1);
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
		assert_int_equal(plain_count(p.said, line), 1);
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
	assert_int_equal(plain_count(p.said, "\n"), 2);
	assert_non_null(strstr(p.said, "\tsay\tbot\tone\n"));
	plain_clear(&p);
	assert_int_equal(run_with(&p, three, ""), 5);
	/* That it came, and perhaps that the one before went. */
	assert_in_range(plain_count(p.said, "\n"), 1, 2);
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
	assert_int_equal(plain_count(p.said, "\tbot\t"), 0);
	/* What was stored began too late; nothing is wrong with it. */
	assert_int_equal(p.told_len, 0);
	assert_int_equal(plain_count(p.said, "\tsay\t~eve\thello bot\n"), 1);
	assert_int_equal(strncmp(p.said, "1\t", 2), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, behind, ""), 0);
	assert_int_equal(strncmp(p.said, "4\t", 2), 0);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tm"), 2);
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
	assert_int_equal(plain_count(p.told, "\n"), 1);
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
	};

	return tests_run(tests, NULL, NULL);
}
