/*
 * What a search is for: whose, of which day, which text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/with_cmocka.h"
#include "tui/text/history.h"
#include "tui/text/query.h"

enum { DAY = 24 * 3600 * 1000 };

static struct query q;

/* The text that is left of what was typed. */
static void
is_for(const char *typed, const char *text)
{
	const char *got;
	size_t len;

	assert_true(query_set(&q, typed, strlen(typed)));
	len = query_text(&q, &got);
	assert_int_equal(len, strlen(text));
	assert_string_equal(got, text);
}

static bool
wants(enum entry_kind kind, const char *author, int64_t time_ms,
    unsigned marks)
{
	const struct history_line line = { .marks = marks,
	    .day = (int32_t)(time_ms / DAY), .entry = {
	    .kind = kind, .author = author, .author_len = strlen(author),
	    .text = "x", .text_len = 1, .time_ms = time_ms } };

	return query_wants(&q, &line);
}

static void
words_before_the_text_limit_it(void **state)
{
	(void)state;
	is_for("tea", "tea");
	is_for("from:bob tea  time", "tea  time");
	is_for("on:2026-11-20  from:~bob  tea", "tea");
	is_for("from:bob", "");
	is_for("from:bob ", "");
	/* Not before it, or of nothing: they are the text. */
	is_for("tea from:bob", "tea from:bob");
	is_for(" from:bob", " from:bob");
	is_for("from:", "from:");
	is_for("on: 2026", "on: 2026");
	assert_false(query_set(&q, "", 0));
}

static void
a_person_is_one_whatever_the_case(void **state)
{
	(void)state;
	is_for("from:BOB x", "x");
	assert_true(wants(ENTRY_SAY, "bob", DAY, 0));
	assert_true(wants(ENTRY_ACT, "Bob", DAY, 0));
	assert_false(wants(ENTRY_SAY, "bobby", DAY, 0));
	assert_false(wants(ENTRY_SAY, "bo", DAY, 0));
	assert_false(wants(ENTRY_ANNOUNCE, "", DAY, 0));
	is_for("from:@bob", "");
	assert_true(wants(ENTRY_SAY, "bob", DAY, 0));
	assert_false(wants(ENTRY_JOIN, "bob", DAY, 0));
}

static void
a_day_may_be_begun(void **state)
{
	(void)state;
	is_for("on:1970-01-02", "");
	assert_true(wants(ENTRY_SAY, "bob", DAY, 0));
	assert_true(wants(ENTRY_ANNOUNCE, "", 2 * DAY - 1, 0));
	assert_false(wants(ENTRY_SAY, "bob", 2 * DAY, 0));
	assert_false(wants(ENTRY_LEAVE, "bob", DAY, 0));
	assert_false(wants(ENTRY_ANNOUNCE, "", DAY, HISTORY_LOCAL));
	is_for("on:1970-01 from:bob", "");
	assert_true(wants(ENTRY_SAY, "bob", 30 * (int64_t)DAY, 0));
	assert_false(wants(ENTRY_SAY, "bob", 31 * (int64_t)DAY, 0));
	/* No day begins so. */
	is_for("on:yesterday-or-so x", "x");
	assert_false(wants(ENTRY_SAY, "bob", DAY, 0));
}

static void
what_is_too_long_is_for_nothing(void **state)
{
	char typed[2 * QUERY_BYTES];

	(void)state;
	memset(typed, 'x', sizeof(typed));
	assert_false(query_set(&q, typed, sizeof(typed)));
	assert_false(query_set(&q, typed, QUERY_BYTES));
	assert_true(query_set(&q, typed, QUERY_BYTES - 1));
	memcpy(typed, "from:", 5);
	assert_true(query_set(&q, typed, QUERY_BYTES - 1));
	assert_false(wants(ENTRY_SAY, "x", DAY, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_before_the_text_limit_it),
		cmocka_unit_test(a_person_is_one_whatever_the_case),
		cmocka_unit_test(a_day_may_be_begun),
		cmocka_unit_test(what_is_too_long_is_for_nothing),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return tests_run(tests, NULL, NULL);
}
