/*
 * A ring of own lines: each is known again once, in order.
 */
#include "tests/with_cmocka.h"

#include "tui/receiver/said.h"

static struct said s;	/* large */

static int
clear(void **state)
{
	(void)state;
	said_clear(&s);
	return 0;
}

static void
a_line_is_known_once(void **state)
{
	(void)state;
	said_add(&s, 5, 50);
	said_add(&s, 6, 60);
	assert_int_equal(said_take(&s, 5), 50);
	assert_int_equal(said_take(&s, 5), 0);
	assert_int_equal(said_take(&s, 6), 60);
	assert_int_equal(s.count, 0);
	assert_int_equal(said_take(&s, 6), 0);
}

static void
what_is_skipped_is_forgotten(void **state)
{
	(void)state;
	said_add(&s, 5, 50);
	said_add(&s, 6, 60);
	said_add(&s, 8, 80);
	assert_int_equal(said_take(&s, 4), 0);		/* older than all */
	assert_int_equal(said_take(&s, 7), 0);		/* no line of ours */
	assert_int_equal(said_take(&s, 5), 0);
	assert_int_equal(said_take(&s, 8), 80);
}

static void
what_was_passed_is_known_by_its_tag(void **state)
{
	(void)state;
	said_add(&s, 5, 50);
	said_add(&s, 6, 60);
	said_add(&s, 7, 70);
	said_add(&s, 8, 80);
	said_keep(&s, 5);
	said_keep(&s, 7);
	said_keep(&s, 9);
	assert_int_equal(said_take_safe(&s, 8), 50);
	assert_int_equal(said_take_safe(&s, 8), 70);
	assert_int_equal(said_take_safe(&s, 9), 0);
	assert_int_equal(said_take(&s, 8), 80);
	said_add(&s, 10, 100);
	said_keep(&s, 10);
	said_move(&s, 1);
	assert_int_equal(said_take_safe(&s, 20), 0);
}

static void
when_it_is_full_the_oldest_goes(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 1; i <= SAID_LINES + 3; i++)
		said_add(&s, i, i);
	assert_int_equal(s.count, SAID_LINES);
	assert_int_equal(said_take(&s, 3), 0);
	assert_int_equal(said_take(&s, 4), 4);
	assert_int_equal(said_take(&s, SAID_LINES + 3), SAID_LINES + 3);
}

static void
it_is_forgotten_from_either_end(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 10; i < 20; i++)
		said_add(&s, i, i);
	said_forget_below(&s, 12);
	said_forget_from(&s, 17);
	assert_int_equal(s.count, 5);
	assert_int_equal(said_take(&s, 11), 0);
	assert_int_equal(said_take(&s, 12), 12);
	assert_int_equal(said_take(&s, 17), 0);
	said_add(&s, 17, 7);
	assert_int_equal(said_take(&s, 17), 7);
}

static void
others_go_before_those_that_move(void **state)
{
	(void)state;
	said_add(&s, 5, 50);
	said_add(&s, 6, 60);
	said_move(&s, 10);
	said_put_before(&s, 14, 140);
	said_put_before(&s, 13, 130);
	assert_int_equal(said_take(&s, 13), 130);
	assert_int_equal(said_take(&s, 14), 140);
	assert_int_equal(said_take(&s, 15), 50);
	assert_int_equal(said_take(&s, 16), 60);
}

static void
a_full_ring_takes_one_before_for_its_newest(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 1; i <= SAID_LINES; i++)
		said_add(&s, i, i);
	said_put_before(&s, 0, 99);
	assert_int_equal(s.count, SAID_LINES);
	assert_int_equal(said_take(&s, 0), 99);
	assert_int_equal(said_take(&s, SAID_LINES), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_line_is_known_once, clear),
		cmocka_unit_test_setup(what_is_skipped_is_forgotten, clear),
		cmocka_unit_test_setup(what_was_passed_is_known_by_its_tag,
		    clear),
		cmocka_unit_test_setup(when_it_is_full_the_oldest_goes, clear),
		cmocka_unit_test_setup(it_is_forgotten_from_either_end, clear),
		cmocka_unit_test_setup(others_go_before_those_that_move,
		    clear),
		cmocka_unit_test_setup(
		    a_full_ring_takes_one_before_for_its_newest, clear),
	};

	return tests_run(tests, NULL, NULL);
}
