/*
 * A rate with a burst: what it takes, and how long one waits.
 */
#include "server/limit.h"

#include "tests/with_cmocka.h"

static void
a_burst_passes_and_then_the_rate(void **state)
{
	struct limit l = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_true(limit_take(&l, 1000, 1, 10, 5));
	assert_false(limit_take(&l, 1000, 1, 10, 5));
	assert_int_equal(limit_wait_ms(&l, 1000, 1, 10, 5), 100);
	assert_false(limit_take(&l, 1099, 1, 10, 5));
	assert_true(limit_take(&l, 1100, 1, 10, 5));
	assert_false(limit_take(&l, 1100, 1, 10, 5));
}

static void
what_is_refused_takes_nothing(void **state)
{
	struct limit l = { 0 };
	int i;

	(void)state;
	assert_true(limit_take(&l, 0, 5, 10, 5));
	for (i = 0; i < 1000; i++)
		assert_false(limit_take(&l, 0, 1, 10, 5));
	assert_int_equal(limit_wait_ms(&l, 0, 1, 10, 5), 100);
	assert_true(limit_take(&l, 100, 1, 10, 5));
}

static void
rest_fills_it_and_no_more_than_that(void **state)
{
	struct limit l = { 0 };

	(void)state;
	assert_true(limit_take(&l, 0, 5, 10, 5));
	assert_int_equal(limit_wait_ms(&l, 0, 5, 10, 5), 500);
	assert_true(limit_take(&l, 1000000, 5, 10, 5));
	assert_false(limit_take(&l, 1000000, 1, 10, 5));
}

static void
much_at_once_counts_as_much(void **state)
{
	struct limit l = { 0 };

	(void)state;
	assert_true(limit_take(&l, 0, 3, 10, 5));
	assert_int_equal(limit_wait_ms(&l, 0, 2, 10, 5), 0);
	assert_int_equal(limit_wait_ms(&l, 0, 3, 10, 5), 100);
	/* More than the burst passes where nothing was taken. */
	l.paid_us = 0;
	assert_true(limit_take(&l, 0, 20, 10, 5));
	assert_int_equal(limit_wait_ms(&l, 0, 20, 10, 5), 2000);
	assert_int_equal(limit_wait_ms(&l, 0, 1, 10, 5), 1600);
}

static void
no_rate_is_no_limit(void **state)
{
	struct limit l = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_true(limit_take(&l, 0, UINT32_MAX, 0, 0));
	assert_int_equal(limit_wait_ms(&l, 0, UINT32_MAX, 0, 0), 0);
	assert_true(l.paid_us == 0);
}

static void
the_largest_numbers_are_counted(void **state)
{
	struct limit l = { 0 };

	(void)state;
	assert_true(limit_take(&l, 0, UINT32_MAX, 1, UINT32_MAX));
	assert_false(limit_take(&l, 0, 1, 1, UINT32_MAX));
	assert_true(limit_wait_ms(&l, 0, UINT32_MAX, 1, UINT32_MAX) ==
	    (int64_t)UINT32_MAX * 1000);
}

static void
its_own_unit_is_finer(void **state)
{
	struct limit l = { 0 };

	(void)state;
	assert_int_equal(limit_wait_us(&l, 0, 9000, 500), 0);
	limit_spend_us(&l, 0, 1500);
	assert_int_equal(limit_wait_us(&l, 0, 500, 2000), 0);
	/* A part of a millisecond is waited for whole. */
	assert_int_equal(limit_wait_us(&l, 0, 501, 2000), 1);
	assert_int_equal(limit_wait_us(&l, 0, 1500, 2000), 1);
	assert_int_equal(limit_wait_us(&l, 0, 1501, 2000), 2);
	assert_int_equal(limit_wait_us(&l, 1, 1501, 2000), 1);
	assert_int_equal(limit_wait_us(&l, 2, 1501, 2000), 0);
	limit_spend_us(&l, 10, 100);
	assert_true(l.paid_us == 10100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_passes_and_then_the_rate),
		cmocka_unit_test(what_is_refused_takes_nothing),
		cmocka_unit_test(rest_fills_it_and_no_more_than_that),
		cmocka_unit_test(much_at_once_counts_as_much),
		cmocka_unit_test(no_rate_is_no_limit),
		cmocka_unit_test(the_largest_numbers_are_counted),
		cmocka_unit_test(its_own_unit_is_finer),
	};

	return tests_run(tests, NULL, NULL);
}
