/*
 * How long the receiver rests between the datagrams of a flood.
 */
#include "tui/receiver/rest.h"

#include "tests/with_cmocka.h"

/* Wakes, so many ms apart, each with so many datagrams; when the last was. */
static int64_t
wake(struct rest *r, int64_t now, int wakes, int ms, unsigned taken)
{
	while (wakes-- > 0)
		rest_take(r, now += ms, taken, REST_LONG);
	return now;
}

static void
the_first_lines_are_taken_at_once(void **state)
{
	struct rest r = { 0 };
	int64_t now = 5000;

	(void)state;
	now = wake(&r, now, REST_WAKES, 1, 1);
	assert_true(r.until <= now);
	now = wake(&r, now, 2, 1, 1);
	assert_int_equal(r.until, now + REST_SHORT_MS);
}

static void
a_flood_that_lasts_has_long_rests(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, REST_WAKES + 2, 1, 1);

	(void)state;
	now = wake(&r, now, REST_LONG_WAKES - REST_WAKES, REST_SHORT_MS, 15);
	assert_int_equal(r.until, now + REST_LONG_MS);
	now = wake(&r, now, 100, REST_LONG_MS, 80);
	assert_int_equal(r.until, now + REST_LONG_MS);
}

/* Or the socket's buffer were too small for it. */
static void
the_more_comes_the_shorter_are_they(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 200, REST_SHORT_MS, 16);

	(void)state;
	now = wake(&r, now, 1, 20, REST_HAND);
	assert_int_equal(r.until, now + 20);
	now = wake(&r, now, 1, 20, REST_HAND + REST_HAND / 4);
	assert_int_equal(r.until, now + 16);
	now = wake(&r, now, 1, 1, REST_HAND);
	assert_int_equal(r.until, now + REST_SHORT_MS);
}

static void
talk_that_can_be_read_has_none(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 1000, REST_DENSE_MS + 1, 1);

	(void)state;
	assert_true(r.until <= now);
}

/* The machine has much to do: the flood is as dense as before. */
static void
who_wakes_late_still_rests(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 200, REST_SHORT_MS, 16);

	(void)state;
	now = wake(&r, now, 1, 3 * REST_LONG_MS, 60);
	assert_int_equal(r.until, now + REST_LONG_MS);
}

static void
the_first_line_after_quiet_is_taken_at_once(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 200, REST_SHORT_MS, 16);

	(void)state;
	now = wake(&r, now, 1, 1000, 1);
	assert_true(r.until <= now);
	now = wake(&r, now, REST_WAKES, 1, 1);
	assert_true(r.until <= now);
}

static void
what_is_missing_or_awaited_is_not_left_for_long(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 200, REST_SHORT_MS, 16);

	(void)state;
	rest_take(&r, now += REST_LONG_MS, 50, REST_SHORT);
	assert_int_equal(r.until, now + REST_SHORT_MS);
	rest_take(&r, now += REST_SHORT_MS, 16, REST_NONE);
	assert_true(r.until <= now);
}

/* What the rest took the answer need not. */
static void
what_lay_for_long_is_answered_at_once(void **state)
{
	struct rest r = { 0 };
	int64_t now = 5000;
	int i;

	(void)state;
	/* What came just now is no older than that. */
	for (i = 0; i < 100; i++, now += REST_DENSE_MS)
		assert_false(rest_take(&r, now, 1, REST_NONE));
	assert_false(rest_take(&r, now += REST_OLD_MS, 20, REST_SHORT));
	assert_false(rest_take(&r, now += REST_SHORT_MS, 20, REST_LONG));
	assert_true(rest_take(&r, now += REST_LONG_MS, 80, REST_LONG));
	assert_true(rest_take(&r, now += REST_LONG_MS, 80, REST_LONG));
	/* It was put off no longer than usual. */
	assert_false(rest_take(&r, now += REST_OLD_MS - 1, 80, REST_LONG));
}

/* There is more than was taken. */
static void
a_full_hand_comes_back_soon(void **state)
{
	struct rest r = { 0 };
	int64_t now = wake(&r, 5000, 200, REST_SHORT_MS, 16);

	(void)state;
	now = wake(&r, now, 1, REST_LONG_MS, REST_TAKE);
	assert_int_equal(r.until, now + REST_SHORT_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_lines_are_taken_at_once),
		cmocka_unit_test(a_flood_that_lasts_has_long_rests),
		cmocka_unit_test(the_more_comes_the_shorter_are_they),
		cmocka_unit_test(what_lay_for_long_is_answered_at_once),
		cmocka_unit_test(talk_that_can_be_read_has_none),
		cmocka_unit_test(who_wakes_late_still_rests),
		cmocka_unit_test(the_first_line_after_quiet_is_taken_at_once),
		cmocka_unit_test(
		    what_is_missing_or_awaited_is_not_left_for_long),
		cmocka_unit_test(a_full_hand_comes_back_soon)
	};

	return tests_run(tests, NULL, NULL);
}
