/*
 * The lines sent earlier: walked with Up and Down, and nothing that was being
 * typed is lost on the way.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tui/recall.h"

static int
setup(void **state)
{
	*state = recall_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	recall_free(*state);
	return 0;
}

static void
add(struct recall *r, const char *line)
{
	recall_add(r, line, strlen(line));
}

/* Up with `now` in the editor shows `want`; NULL: nothing older. */
static void
older(struct recall *r, const char *now, const char *want)
{
	size_t len = 9999;
	const char *got = recall_older(r, now, &len);

	if (want == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
}

static void
newer(struct recall *r, const char *now, const char *want)
{
	size_t len = 9999;
	const char *got = recall_newer(r, now, &len);

	if (want == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
}

static void
test_without_lines_there_is_nothing_to_show(void **state)
{
	older(*state, "draft", NULL);
	newer(*state, "draft", NULL);
}

static void
test_up_and_down_walk_the_lines(void **state)
{
	add(*state, "one");
	add(*state, "two");
	add(*state, "three");
	older(*state, "", "three");
	older(*state, "three", "two");
	older(*state, "two", "one");
	older(*state, "one", NULL);
	newer(*state, "one", "two");
	newer(*state, "two", "three");
	newer(*state, "three", "");
	newer(*state, "", NULL);
}

static void
test_the_draft_comes_back(void **state)
{
	add(*state, "one");
	older(*state, "half a thou", "one");
	newer(*state, "one", "half a thou");
	older(*state, "half a thought", "one");
	newer(*state, "one", "half a thought");
}

static void
test_an_edited_line_is_kept_until_something_is_sent(void **state)
{
	add(*state, "one");
	add(*state, "two");
	older(*state, "", "two");
	older(*state, "two, changed", "one");
	newer(*state, "one, too", "two, changed");
	older(*state, "two, changed", "one, too");
	/* taken back by hand: as it was sent again */
	newer(*state, "one", "two, changed");
	older(*state, "two", "one");
	newer(*state, "one", "two");
	older(*state, "two, changed", "one");
	add(*state, "one");
	older(*state, "", "one");
	older(*state, "one", "two");
	older(*state, "two", "one");
	older(*state, "one", NULL);
}

static void
test_sending_returns_to_the_bottom(void **state)
{
	add(*state, "one");
	add(*state, "two");
	older(*state, "draft", "two");
	older(*state, "two", "one");
	add(*state, "one");
	newer(*state, "", NULL);
	older(*state, "", "one");
	older(*state, "one", "two");
	add(*state, "one");
	newer(*state, "", NULL);
	older(*state, "", "one");
}

static void
test_a_line_sent_twice_in_a_row_is_there_once(void **state)
{
	add(*state, "again");
	add(*state, "again");
	add(*state, "");
	add(*state, "again");
	older(*state, "", "again");
	older(*state, "again", NULL);
	add(*state, "other");
	add(*state, "again");
	older(*state, "", "again");
	older(*state, "again", "other");
	older(*state, "other", "again");
	older(*state, "again", NULL);
}

static void
test_the_oldest_lines_are_forgotten(void **state)
{
	char line[32], now[32] = "draft";
	int i;

	for (i = 0; i < RECALL_LINES + 20; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		add(*state, line);
	}
	for (i = RECALL_LINES + 19; i >= 20; i--) {
		snprintf(line, sizeof(line), "line %d", i);
		older(*state, now, line);
		snprintf(now, sizeof(now), "edited %d", i);
	}
	older(*state, now, NULL);
	for (i = 21; i < RECALL_LINES + 20; i++) {
		snprintf(line, sizeof(line), "edited %d", i);
		newer(*state, now, line);
		strcpy(now, line);
	}
	newer(*state, now, "draft");
	newer(*state, "draft", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_without_lines_there_is_nothing_to_show),
		T(test_up_and_down_walk_the_lines),
		T(test_the_draft_comes_back),
		T(test_an_edited_line_is_kept_until_something_is_sent),
		T(test_sending_returns_to_the_bottom),
		T(test_a_line_sent_twice_in_a_row_is_there_once),
		T(test_the_oldest_lines_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
