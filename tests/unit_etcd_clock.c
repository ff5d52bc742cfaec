/*
 * Whose clock is off is decided by most of those that were asked.
 */
#include "server/engine/etcd_clock.h"

#include "tests/with_cmocka.h"

enum { NOW = 1800000000 };

static int64_t
off(int64_t a, int64_t b, int64_t c, size_t n)
{
	const int64_t dates[] = { a, b, c };

	return etcd_clock_off_s(dates, n, 3, NOW);
}

static void
one_that_goes_with_most_is_right(void **state)
{
	(void)state;
	assert_int_equal(off(NOW, NOW - 1, NOW + 2, 3), 0);
	assert_int_equal(off(NOW - 10, NOW - 9, NOW, 3), 0);
	assert_int_equal(off(NOW, NOW - 1, NOW + 5000, 3), 0);
}

/* One of them is on this machine, and wrong as this one is. */
static void
one_that_most_contradict_is_off(void **state)
{
	(void)state;
	assert_int_equal(off(NOW, NOW - 90, NOW - 91, 3), 90);
	assert_int_equal(off(NOW + 11, NOW, NOW + 12, 3), -11);
	assert_int_equal(off(NOW - 90, NOW - 90, 0, 2), 90);
}

static void
where_most_do_not_answer_or_agree_nobody_knows(void **state)
{
	(void)state;
	assert_int_equal(off(0, 0, 0, 0), 0);
	assert_int_equal(off(NOW - 90, 0, 0, 1), 0);
	assert_int_equal(off(NOW, NOW - 90, 0, 2), 0);
	assert_int_equal(off(NOW, NOW - 90, NOW + 90, 3), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_goes_with_most_is_right),
		cmocka_unit_test(one_that_most_contradict_is_off),
		cmocka_unit_test(where_most_do_not_answer_or_agree_nobody_knows)
	};

	return tests_run(tests, NULL, NULL);
}
