/*
 * The operator's lines on standard input, in whatever pieces they come.
 */
#include "server/console.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

static struct console c;
static char got[256];
static unsigned overlong;

static int
set_up(void **state)
{
	(void)state;
	console_init(&c);
	got[0] = '\0';
	overlong = 0;
	return 0;
}

static void
on_line(void *arg, const char *line, size_t len)
{
	size_t used = strlen(got);

	assert_ptr_equal(arg, &c);
	if (line == NULL)
		overlong++;
	else
		snprintf(got + used, sizeof(got) - used, "%.*s|", (int)len,
		    line);
}

static void
feed(const char *text)
{
	console_feed(&c, text, strlen(text), on_line, &c);
}

static void
lines_come_in_any_pieces(void **state)
{
	(void)state;
	feed("on");
	assert_string_equal(got, "");
	feed("e\ntwo\n\nth");
	feed("ree\n");
	assert_string_equal(got, "one|two||three|");
}

static void
a_line_too_long_is_dropped_whole(void **state)
{
	char longer[CONSOLE_LINE_BYTES + 1];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	console_feed(&c, longer, sizeof(longer), on_line, &c);
	console_feed(&c, longer, sizeof(longer), on_line, &c);
	feed("\nfour\n");
	assert_int_equal(overlong, 1);
	assert_string_equal(got, "four|");
}

static void
the_longest_line_is_taken(void **state)
{
	char line[CONSOLE_LINE_BYTES + 1];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[CONSOLE_LINE_BYTES] = '\n';
	console_feed(&c, line, sizeof(line), on_line, &c);
	assert_int_equal(overlong, 0);
	assert_int_equal(strlen(got), sizeof(got) - 1);
}

static void
what_is_read_ends_with_the_input(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	/* Nothing there is not the end. */
	assert_true(console_read(&c, fds[0], on_line, &c));
	assert_int_equal(write(fds[1], "one\ntw", 6), 6);
	assert_true(console_read(&c, fds[0], on_line, &c));
	assert_string_equal(got, "one|");
	close(fds[1]);
	assert_false(console_read(&c, fds[0], on_line, &c));
	assert_string_equal(got, "one|tw|");
	assert_false(console_read(&c, fds[0], on_line, &c));
	assert_string_equal(got, "one|tw|");
	close(fds[0]);
	/* A terminal that is gone is the end, too. */
	assert_false(console_read(&c, -1, on_line, &c));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(lines_come_in_any_pieces),
		TEST(a_line_too_long_is_dropped_whole),
		TEST(the_longest_line_is_taken),
		TEST(what_is_read_ends_with_the_input),
	};

	return tests_run(tests, NULL, NULL);
}
