/*
 * Rows of the scrollback, and places in it: they hold whatever comes, goes or
 * is resized.
 */
#include <limits.h>
#include <locale.h>
#include <stdlib.h>

#include "tests/with_history.h"

static void
test_the_bottom_shows_the_last_rows(void **state)
{
	struct history *h = *state;
	struct history_place p;

	say(h, "one two three");
	say(h, "four five");
	assert_string_equal(bottom(h, 1, 5), "five");
	assert_string_equal(bottom(h, 3, 5), "three/four/five");
	assert_string_equal(bottom(h, 6, 5), "-/one/two/three/four/five");
	assert_string_equal(bottom(h, 60, 5), "-/one/two/three/four/five");
	assert_string_equal(bottom(h, 0, 5), "");
	assert_string_equal(bottom(h, 2, 0), "v/e");
	p = history_bottom(h, 60, 5);
	assert_int_equal(p.line, AT(0));
	assert_int_equal(p.rule, 1);
	post(h, 1, "mine");
	assert_string_equal(bottom(h, 2, 5), "five/mine");
}

static void
test_moving_stops_at_both_ends(void **state)
{
	struct history *h = *state;
	struct history_place p = history_bottom(h, 1, 5);
	int moved;

	say(h, "one two three");
	say(h, "four five");
	p = history_bottom(h, 1, 5);
	p = history_move(h, p, 1, 5, &moved);
	assert_int_equal(moved, 0);
	p = history_move(h, p, -2, 5, &moved);
	assert_int_equal(moved, -2);
	assert_string_equal(rows_from(h, p, 5, 2), "three/four");
	p = history_move(h, p, -99, 5, &moved);
	assert_int_equal(moved, -3);
	assert_string_equal(rows_from(h, p, 5, 2), "-/one");
	p = history_move(h, p, INT_MIN, 5, &moved);
	assert_int_equal(moved, 0);
	p = history_move(h, p, 4, 5, &moved);
	assert_int_equal(moved, 4);
	assert_string_equal(rows_from(h, p, 5, 2), "four/five");
	p = history_move(h, p, INT_MAX, 5, NULL);
	assert_string_equal(rows_from(h, p, 5, 2), "five");
}

static void
test_places_are_in_order(void **state)
{
	struct history *h = *state;
	struct history_place p, q;
	int i;

	say_on(h, "one two three", 1);
	say_on(h, "four five", 2);
	history_set_unread(h, AT(1));
	p = history_settle_place(h, (struct history_place){ .rule = 9 }, 5);
	for (i = 0; i < 7; i++) {
		q = history_move(h, p, 1, 5, NULL);
		assert_true(history_compare(&p, &q) < 0);
		assert_true(history_compare(&q, &p) > 0);
		assert_true(history_compare(&q, &q) == 0);
		p = q;
	}
	assert_string_equal(rows_from(h, p, 5, 2), "five");
}

static void
test_the_place_holds_while_lines_come(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int i;

	say(h, "one two three");
	say(h, "four five");
	p = history_bottom(h, 3, 5);
	for (i = 0; i < 1000; i++)
		say(h, "more");
	p = history_settle_place(h, p, 5);
	assert_string_equal(rows_from(h, p, 5, 3), "three/four/five");
}

static void
test_the_place_holds_through_every_resize(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int cols;

	say(h, "one two three four five six seven eight nine ten");
	say(h, "end");
	p = history_bottom(h, 3, 9);
	assert_string_equal(rows_from(h, p, 9, 3), "eight/nine ten/end");
	for (cols = 80; cols > 0; cols--)
		p = history_settle_place(h, p, cols);
	assert_string_equal(rows_from(h, p, 14, 2), "seven eight/nine ten");
	p = history_settle_place(h, p, 14);
	assert_string_equal(rows_from(h, p, 9, 3), "eight/nine ten/end");
	/* moving goes by the rows of the new width */
	p = history_move(h, p, 1, 14, NULL);
	assert_string_equal(rows_from(h, p, 14, 2), "nine ten/end");
	/* but not where it cannot */
	p = history_move(h, (struct history_place){ .line = AT(1), .at = 2 },
	    1, 14, NULL);
	assert_int_equal(p.at, 2);
}

static void
test_the_place_holds_while_pending_lines_shift(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "more");
	struct history_place p;
	int i;

	for (i = 0; i < 5000; i++)
		say(h, "a");
	post(h, 1, "mine");
	post(h, 2, "here and there");
	p = history_bottom(h, 1, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	say(h, "b");
	say(h, "c");
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	assert_true(history_refuse(h, 1, "why"));
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	/* taken into the room: the place goes with it, to nobody else's 2 */
	settle(h, 2, "here and there");
	e.id = 2;
	assert_true(history_append(h, &e, 0, 1));
	for (i = 0; i < 100; i++)
		say(h, "more");
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there/more");
	assert_false(history_settle(h, 1));
	assert_string_equal(rows_from(h, p, 8, 2), "there/more");
}

static void
test_a_place_whose_line_is_gone_is_near(void **state)
{
	struct history *h = *state;
	struct history_place p;

	say(h, "a");
	post(h, 1, "mine");
	p = history_bottom(h, 1, 8);
	assert_true(history_settle(h, 1));
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = (struct history_place){ .line = AT(99), .rule = -3, .at = 99 };
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = (struct history_place){ .line = AT(0), .at = 99 };
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = history_settle_place(h, p, 8);
	assert_int_equal(p.at, 1);
	p.rule = 3;
	p = history_settle_place(h, p, 8);
	assert_int_equal(p.rule, 1);
	assert_int_equal(p.at, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_bottom_shows_the_last_rows),
		TEST(test_moving_stops_at_both_ends),
		TEST(test_places_are_in_order),
		TEST(test_the_place_holds_while_lines_come),
		TEST(test_the_place_holds_through_every_resize),
		TEST(test_the_place_holds_while_pending_lines_shift),
		TEST(test_a_place_whose_line_is_gone_is_near),
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	return tests_run(tests, NULL, NULL);
}
