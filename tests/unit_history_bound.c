/*
 * Histories that share what they may have: what one gives, and what stays.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/history.h"
#include "tui/text/history_bound.h"

enum { MB = 1024 * 1024, LINE = 1000 };

static struct history *h;
static unsigned said;

static int
set_up(void **state)
{
	(void)state;
	said = 0;
	h = history_new(8 * MB);
	return h == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	history_free(h);
	return 0;
}

static void
say(unsigned n)
{
	static char text[LINE];
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = text, .text_len = LINE };

	while (n-- > 0) {
		memset(text, 'x', LINE);
		snprintf(text, LINE, "%u", said++);
		text[strlen(text)] = ' ';
		assert_true(history_append(h, &e, 0, 0));
	}
}

static unsigned
number(uint64_t line)
{
	return (unsigned)strtoul(history_get(h, line).entry.text, NULL, 10);
}

static void
what_is_given_are_the_oldest_lines(void **state)
{
	uint64_t first;
	size_t before, gave;

	(void)state;
	say(5000);
	assert_true(history_may_give(h));
	first = history_first(h);
	before = history_bytes(h);
	gave = history_give(h);
	assert_true(gave > 0 && gave <= history_step());
	assert_int_equal(history_bytes(h), before - gave);
	assert_true(history_first(h) > first);
	assert_int_equal(number(history_first(h)), history_first(h) - first);
	assert_true(history_get(h, history_first(h)).marks & HISTORY_DAY);
	assert_int_equal(number(history_end(h) - 1), 4999);
	say(1);
	assert_int_equal(number(history_end(h) - 1), 5000);
}

static void
the_newest_stay(void **state)
{
	(void)state;
	assert_false(history_may_give(h));
	assert_int_equal(history_give(h), 0);
	say(5000);
	while (history_may_give(h))
		assert_true(history_give(h) > 0);
	assert_int_equal(history_give(h), 0);
	assert_true(history_end(h) > history_first(h));
	assert_int_equal(number(history_end(h) - 1), 4999);
}

static void
a_bound_may_become_less_and_more_again(void **state)
{
	(void)state;
	say(10000);
	assert_in_range(history_bytes(h), 6 * MB, 8 * MB);
	history_set_bound(h, 4 * MB);
	say(10000);
	assert_in_range(history_bytes(h), 2 * MB, 4 * MB);
	history_set_bound(h, 0);
	say(10000);
	assert_in_range(history_bytes(h), MB, HISTORY_MIN_BYTES);
	/* No more than it was made for. */
	history_set_bound(h, SIZE_MAX);
	say(30000);
	assert_in_range(history_bytes(h), 6 * MB, 9 * MB);
	assert_int_equal(number(history_end(h) - 1), said - 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_given_are_the_oldest_lines),
		TEST(the_newest_stay),
		TEST(a_bound_may_become_less_and_more_again),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
