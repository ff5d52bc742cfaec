/*
 * The answer to a request of the operator's, which grows up to its end.
 */
#include "server/reply.h"

#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct reply r;

static int
tear_down(void **state)
{
	(void)state;
	free(r.text);
	memset(&r, 0, sizeof(r));
	return 0;
}

static void
is(const char *text)
{
	assert_int_equal(r.len, strlen(text));
	assert_memory_equal(r.text, text, r.len);
	assert_false(r.cut);
}

static void
what_is_said_follows_what_was_said(void **state)
{
	(void)state;
	assert_null(r.text);
	reply_printf(&r, "%s %d\n", "one", 1);
	reply_bytes(&r, "two\0", 4);
	reply_printf(&r, "%s", "");
	reply_bytes(&r, "!", 1);
	assert_int_equal(r.len, 11);
	assert_memory_equal(r.text, "one 1\ntwo\0!", 11);
}

static void
no_is_a_word_for_programs_and_a_sentence(void **state)
{
	(void)state;
	reply_refuse(&r, "nobody is called %s", "bob");
	is("error: nobody is called bob\n");
	tear_down(NULL);
	reply_misused(&r, "%s: a number, please", "100%s");
	is("usage: 100%s: a number, please\n");
}

static void
a_long_answer_is_whole(void **state)
{
	char line[100];
	size_t i;

	(void)state;
	memset(line, 'x', sizeof(line));
	for (i = 0; i < REPLY_BYTES / sizeof(line); i++)
		reply_bytes(&r, line, sizeof(line));
	assert_false(r.cut);
	assert_int_equal(r.len, i * sizeof(line));
	for (i = 0; i < r.len; i++)
		assert_int_equal(r.text[i], 'x');
	/* A byte is left, so that who sends it may say that it is cut. */
	assert_true(r.size > r.len);
}

static void
there_is_an_end_and_no_holes_before_it(void **state)
{
	char *all = malloc(REPLY_BYTES);

	(void)state;
	assert_non_null(all);
	memset(all, 'x', REPLY_BYTES);
	reply_bytes(&r, all, REPLY_BYTES - 3);
	reply_bytes(&r, "abcd", 4);
	assert_true(r.cut);
	assert_int_equal(r.len, REPLY_BYTES - 3);
	reply_printf(&r, "%s", "y");
	assert_int_equal(r.len, REPLY_BYTES - 3);
	tear_down(NULL);
	reply_bytes(&r, all, REPLY_BYTES);
	assert_false(r.cut);
	assert_true(r.size > r.len);
	reply_bytes(&r, "", 0);
	assert_false(r.cut);
	reply_bytes(&r, "y", 1);
	assert_true(r.cut);
	assert_int_equal(r.len, REPLY_BYTES);
	free(all);
}

static void
a_time_is_utc_or_not_known(void **state)
{
	char text[REPLY_TIME];

	(void)state;
	assert_string_equal(reply_time(text, 0), "-");
	assert_string_equal(reply_time(text, 1234), "1970-01-01T00:00:01Z");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_said_follows_what_was_said),
		TEST(no_is_a_word_for_programs_and_a_sentence),
		TEST(a_long_answer_is_whole),
		TEST(there_is_an_end_and_no_holes_before_it),
		TEST(a_time_is_utc_or_not_known),
	};

	return tests_run(tests, NULL, NULL);
}
