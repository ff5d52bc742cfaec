/*
 * Plain mode with more than goes at once: long lines, a slow reader, a room
 * with limits, and signals in the middle of it.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_scripts.h"

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
	assert_int_equal(plain_count(p.said, "\tsay\tbot\t"), LINES);
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
		assert_int_equal(plain_count(p.said, "\tsay\tauthor\t"), LINES);
		assert_int_equal(plain_count(p.said, "\tand this\n"), i + 1);
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
	assert_int_equal(plain_count(author.said, "\tsay\tauthor\t"), LINES);
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
	assert_int_equal(plain_count(author.told, told), 1);
	plain_clear(&author);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_signal_before_the_room_is_reached_loses_nothing),
		TEST(a_signal_takes_no_half_line),
		TEST(a_signal_tells_what_of_the_input_is_not_read),
		TEST(the_longest_message_passes_at_the_lowest_rate),
		TEST(long_lines_that_wait_are_said_in_the_next_run),
		TEST(a_slow_reader_is_no_silent_server),
		TEST(long_lines_wait_for_a_server_that_is_slow),
		TEST(who_waits_for_the_rooms_limits_is_told_so),
	};

	return tests_run(tests, NULL, NULL);
}
