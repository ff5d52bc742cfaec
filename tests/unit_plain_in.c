/*
 * Plain mode's input: lines, or all of it as one message, however it comes.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/plain_in.h"

static struct plain_in in;

static int
set_up(void **state)
{
	(void)state;
	memset(&in, 0, sizeof(in));
	return 0;
}

static void
reads(const char *bytes, size_t len)
{
	size_t size;
	char *room = plain_in_room(&in, &size);

	assert_true(len <= size);
	memcpy(room, bytes, len);
	in.len += len;
}

static void
comes(const char *text)
{
	reads(text, strlen(text));
}

static void
is_next(const char *want)
{
	const char *text, *why;
	size_t len;

	assert_int_equal(plain_in_next(&in, &text, &len, &why), PLAIN_IN_TEXT);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(text, want, len);
}

static void
is_wrong(const char *want)
{
	const char *text, *why;
	size_t len;

	assert_int_equal(plain_in_next(&in, &text, &len, &why),
	    PLAIN_IN_WRONG);
	assert_string_equal(why, want);
}

static void
is_nothing(void)
{
	const char *text, *why;
	size_t len;

	assert_int_equal(plain_in_next(&in, &text, &len, &why),
	    PLAIN_IN_NOTHING);
}

static void
a_line_is_one_however_it_comes(void **state)
{
	(void)state;
	comes("o");
	is_nothing();
	comes("ne\ntwo\n\nth");
	is_next("one");
	is_next("two");
	is_next("");
	is_nothing();
	comes("ree\n");
	is_next("three");
	assert_int_equal(in.line, 4);
	assert_false(plain_in_is_done(&in));
}

static void
the_last_line_needs_no_end(void **state)
{
	(void)state;
	comes("one\ntwo");
	is_next("one");
	is_nothing();
	in.ended = true;
	is_next("two");
	assert_true(plain_in_is_done(&in));
	is_nothing();
}

static void
half_a_line_is_cut_off(void **state)
{
	(void)state;
	comes("one\ntwo\nthr");
	is_next("one");
	assert_false(plain_in_cut(&in));
	is_next("two");
	assert_true(plain_in_is_done(&in));
	in.ended = false;
	comes("three\n");
	assert_true(plain_in_cut(&in));
	is_next("three");
	assert_true(plain_in_is_done(&in));
	in.ended = false;
	in.whole = true;
	comes("four\n");
	assert_false(plain_in_cut(&in));
	assert_true(plain_in_is_done(&in));
}

/* That one is told already. */
static void
the_rest_of_a_line_too_long_is_no_half_one(void **state)
{
	static char line[PLAIN_IN_BYTES];

	(void)state;
	memset(line, 'x', sizeof(line));
	reads(line, sizeof(line));
	is_wrong("longer than 64 KiB, not said");
	comes("its rest");
	assert_true(plain_in_cut(&in));
	assert_true(plain_in_is_done(&in));
	in.ended = false;
	comes("and more\nanoth");
	assert_false(plain_in_cut(&in));
	is_nothing();
	assert_true(plain_in_is_done(&in));
	assert_int_equal(in.line, 1);
}

static void
all_of_it_can_be_one_message(void **state)
{
	(void)state;
	in.whole = true;
	comes("one\n");
	comes("two\n");
	is_nothing();
	in.ended = true;
	is_next("one\ntwo\n");
	assert_true(plain_in_is_done(&in));
}

static void
what_is_not_utf8_is_told_and_skipped(void **state)
{
	(void)state;
	comes("a\xff\nb\n");
	is_wrong("not UTF-8, not said");
	assert_int_equal(in.line, 1);
	is_next("b");
}

static void
a_line_too_long_is_told_once(void **state)
{
	static char much[PLAIN_IN_BYTES];
	int i;

	(void)state;
	memset(much, 'x', sizeof(much));
	comes("first\n");
	is_next("first");
	for (i = 0; i < 3; i++) {
		assert_true(plain_in_has_room(&in));
		reads(much, sizeof(much));
		assert_false(plain_in_has_room(&in));
		if (i == 0)
			is_wrong("longer than 64 KiB, not said");
		is_nothing();
	}
	comes("its end\nnext\n");
	is_next("next");
	assert_int_equal(in.line, 3);
}

static void
the_longest_line_is_taken(void **state)
{
	static char much[PLAIN_IN_BYTES];
	const char *text, *why;
	size_t len;

	(void)state;
	memset(much, 'x', sizeof(much));
	much[sizeof(much) - 1] = '\n';
	reads(much, sizeof(much));
	assert_int_equal(plain_in_next(&in, &text, &len, &why), PLAIN_IN_TEXT);
	assert_int_equal(len, sizeof(much) - 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_one_however_it_comes),
		TEST(the_last_line_needs_no_end),
		TEST(half_a_line_is_cut_off),
		TEST(the_rest_of_a_line_too_long_is_no_half_one),
		TEST(all_of_it_can_be_one_message),
		TEST(what_is_not_utf8_is_told_and_skipped),
		TEST(a_line_too_long_is_told_once),
		TEST(the_longest_line_is_taken),
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	return tests_run(tests, NULL, NULL);
}
