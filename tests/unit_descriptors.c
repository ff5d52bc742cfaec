/*
 * As many descriptors as a server may have; and how many logs may be open by
 * them, of which each talk that somebody looks at is one.
 */
#include "server/descriptors.h"

#include <sys/resource.h>

#include "tests/with_cmocka.h"

enum { TALKS = 1500 };

static void
set(rlim_t now)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = now;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static rlim_t
most(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit.rlim_max;
}

static void
what_may_be_had_is_taken(void **state)
{
	(void)state;
	if (most() < 8192)
		skip();
	set(256);
	assert_int_equal(descriptors_logs(), 48);
	descriptors_want();
	/* A quarter is the rooms' alone. */
	assert_true(descriptors_logs() - descriptors_logs() / 4 >= TALKS);
	/* More than that is not asked for, and not used. */
	set(most());
	assert_in_range(descriptors_logs(), TALKS, 2 * TALKS);
}

static void
with_few_there_is_one_at_least(void **state)
{
	(void)state;
	set(66);
	assert_int_equal(descriptors_logs(), 1);
	set(76);
	assert_int_equal(descriptors_logs(), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_had_is_taken),
		cmocka_unit_test(with_few_there_is_one_at_least),
	};

	return tests_run(tests, NULL, NULL);
}
