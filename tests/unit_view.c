/*
 * Where the message pane stands: how it scrolls, and that it keeps its place.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/view.h"

enum { ROWS = 16, UPPER = 12, LINES = 100, COLS = 40 };

static struct history *history;
static struct view view;

static void
add(const char *text)
{
	struct entry e = { .kind = ENTRY_SAY, .author = "bob", .author_len = 3,
	    .text = text, .text_len = strlen(text) };

	assert_true(history_append(history, &e, 0, 1));
}

/* So many own lines wait, the newest of them of that text. */
static void
wait_for(unsigned n, const char *newest)
{
	struct entry e = { .kind = ENTRY_SAY, .author = "ada", .author_len = 3,
	    .text = "own", .text_len = 3 };

	for (e.id = 1; e.id <= n; e.id++) {
		if (e.id == n) {
			e.text = newest;
			e.text_len = strlen(newest);
		}
		assert_true(history_post(history, &e, 1));
	}
}

/* A hundred lines of one row, the first one below its day. */
static int
set_up(void **state)
{
	char text[24];
	int i;

	(void)state;
	history = history_new(HISTORY_MIN_BYTES);
	if (history == NULL)
		return 1;
	for (i = 0; i < LINES; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		add(text);
	}
	view = (struct view){ .scrolled = false };
	view_fit(&view, history, ROWS, COLS);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	history_free(history);
	return 0;
}

/* Scrolled, and the first row is of the n-th line. */
static void
stands_at(uint64_t n)
{
	assert_true(view.scrolled);
	assert_int_equal(view.top.line, HISTORY_FIRST + n);
}

static void
it_is_live_until_it_is_scrolled(void **state)
{
	(void)state;
	assert_false(view.scrolled);
	assert_int_equal(view_last(&view, history), HISTORY_FIRST + LINES - 1);
	assert_int_equal(view_newer(&view, history), 0);
	view_move(&view, history, 3);
	assert_false(view.scrolled);
}

static void
a_page_leaves_a_row_in_sight(void **state)
{
	(void)state;
	view_page(&view, history, -1);
	stands_at(LINES - ROWS - (UPPER - 1));
	view_page(&view, history, -1);
	stands_at(LINES - ROWS - 2 * (UPPER - 1));
	view_page(&view, history, 1);
	view_page(&view, history, 1);
	assert_false(view.scrolled);
}

static void
it_says_how_many_are_newer(void **state)
{
	(void)state;
	view_move(&view, history, -10);
	stands_at(LINES - ROWS - 10);
	assert_int_equal(view_last(&view, history),
	    HISTORY_FIRST + LINES - ROWS - 10 + UPPER - 1);
	assert_int_equal(view_newer(&view, history), ROWS + 10 - UPPER);
}

static void
the_first_row_is_the_rule_of_the_first_day(void **state)
{
	(void)state;
	view_first(&view, history);
	stands_at(0);
	assert_int_equal(view.top.rule, 1);
	assert_true(view_nears_top(&view, history));
	view_page(&view, history, -1);
	stands_at(0);
}

static void
what_is_shown_has_something_above_it(void **state)
{
	(void)state;
	view_show(&view, history, HISTORY_FIRST + 50, 0);
	stands_at(50 - UPPER / 3);
	/* What the newest rows hold is in sight as it is. */
	view_show(&view, history, HISTORY_FIRST + LINES - 1, 0);
	assert_false(view.scrolled);
}

static void
lines_that_come_do_not_move_it(void **state)
{
	(void)state;
	view_move(&view, history, -10);
	add("one more");
	view_fit(&view, history, ROWS, COLS);
	stands_at(LINES - ROWS - 10);
	view_live(&view);
	assert_int_equal(view_last(&view, history), HISTORY_FIRST + LINES);
}

static void
it_keeps_its_place_through_any_size(void **state)
{
	int rows, cols;

	(void)state;
	view_move(&view, history, -40);
	for (rows = 0; rows < 50; rows++)
		for (cols = 1; cols < 50; cols++)
			view_fit(&view, history, rows, cols);
	view_fit(&view, history, ROWS, COLS);
	stands_at(LINES - ROWS - 40);
}

static void
a_small_pane_keeps_no_live_rows(void **state)
{
	(void)state;
	view_fit(&view, history, 11, COLS);
	assert_int_equal(view.upper, 10);
	view_fit(&view, history, 12, COLS);
	assert_int_equal(view.upper, 8);
	view_fit(&view, history, 1, COLS);
	assert_int_equal(view.upper, 1);
}

static void
without_a_size_nothing_scrolls(void **state)
{
	(void)state;
	view_fit(&view, history, 0, 0);
	view_page(&view, history, -1);
	view_first(&view, history);
	view_show(&view, history, HISTORY_FIRST, 0);
	assert_false(view.scrolled);
}

static void
below_the_floor_it_is_empty(void **state)
{
	struct history_place top;

	(void)state;
	view.floor = history_end(history);
	top = view_live_top(&view, history, ROWS);
	assert_int_equal(top.line, HISTORY_FIRST + LINES - 1);
	add("one more");
	top = view_live_top(&view, history, ROWS);
	assert_int_equal(top.line, HISTORY_FIRST + LINES);
	/* What is above the floor is there when it is scrolled to. */
	view_move(&view, history, -1);
	stands_at(LINES - 1);
}

/* Or what is said, and each command's answer, is out of sight. */
static void
lines_that_wait_leave_half_of_the_pane(void **state)
{
	struct view_cut cut;

	(void)state;
	assert_false(view_cuts(&view, history, &cut));
	wait_for(9, "own");
	assert_false(view_cuts(&view, history, &cut));
	wait_for(1, "own");
	assert_true(view_cuts(&view, history, &cut));
	assert_int_equal(cut.own_rows, 8);
	assert_int_equal(cut.own.line, history_tail(history) - 8);
	assert_int_equal(cut.more, 2);
	assert_int_equal(cut.room_rows, 7);
	assert_int_equal(cut.room.line, history_end(history) - 7);
	/* They are there above what was in sight of them. */
	view_page(&view, history, -1);
	assert_true(view.scrolled);
	assert_int_equal(view.top.line, history_tail(history) - 8 - 11);
	assert_false(view_cuts(&view, history, &cut));
}

/* What was just typed is whole, where it can be. */
static void
the_newest_that_waits_is_in_sight(void **state)
{
	static char text[11 * COLS + 1], all[20 * COLS + 1];
	struct view_cut cut;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	wait_for(1, text);
	assert_false(view_cuts(&view, history, &cut));
	wait_for(5, text);
	assert_true(view_cuts(&view, history, &cut));
	assert_int_equal(cut.own_rows, 11);
	assert_int_equal(cut.more, 5);
	assert_int_equal(cut.room_rows, 4);
	memset(all, 'x', sizeof(all) - 1);
	wait_for(1, all);
	assert_false(view_cuts(&view, history, &cut));
}

static void
where_nothing_else_is_they_have_all_of_it(void **state)
{
	struct view_cut cut;

	(void)state;
	view.floor = history_end(history);
	wait_for(40, "own");
	assert_false(view_cuts(&view, history, &cut));
	add("one more");
	assert_true(view_cuts(&view, history, &cut));
	assert_int_equal(cut.room_rows, 1);
	assert_int_equal(cut.own_rows, ROWS - 2);
	assert_int_equal(cut.more, 40 - (ROWS - 2));
	/* One that is looked for is gone to. */
	view_show(&view, history, history_end(history) + 3, 0);
	assert_true(view.scrolled);
	assert_true(view.top.line <= history_end(history) + 3);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_is_live_until_it_is_scrolled),
		TEST(a_page_leaves_a_row_in_sight),
		TEST(it_says_how_many_are_newer),
		TEST(the_first_row_is_the_rule_of_the_first_day),
		TEST(what_is_shown_has_something_above_it),
		TEST(lines_that_come_do_not_move_it),
		TEST(it_keeps_its_place_through_any_size),
		TEST(a_small_pane_keeps_no_live_rows),
		TEST(without_a_size_nothing_scrolls),
		TEST(below_the_floor_it_is_empty),
		TEST(lines_that_wait_leave_half_of_the_pane),
		TEST(the_newest_that_waits_is_in_sight),
		TEST(where_nothing_else_is_they_have_all_of_it),
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	return tests_run(tests, NULL, NULL);
}
