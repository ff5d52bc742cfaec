/*
 * How long the server slept: told by its readings of the clock alone.
 */
#include "server/awake.h"

#include "tests/with_cmocka.h"

static void
who_reads_the_clock_in_time_did_not_sleep(void **state)
{
	struct awake a;
	int64_t now = 5;

	(void)state;
	awake_init(&a, now);
	assert_int_equal(awake_read(&a, now += AWAKE_SLEPT_MS), 0);
	awake_wait(&a, now + 30000);
	assert_int_equal(awake_read(&a, now += 30000 + AWAKE_SLEPT_MS), 0);
	assert_int_equal(awake_read(&a, now += AWAKE_SLEPT_MS), 0);
}

static void
what_is_beyond_the_wait_was_slept(void **state)
{
	struct awake a;
	int64_t now = 5;

	(void)state;
	awake_init(&a, now);
	awake_wait(&a, now + 1000);
	assert_int_equal(awake_read(&a, now += 1000 + 60000), 60000);
	/* Once. */
	assert_int_equal(awake_read(&a, now), 0);
	/* What was due already makes it no longer. */
	awake_wait(&a, now - 500);
	assert_int_equal(awake_read(&a, now + 60000), 60000);
}

static void
between_two_readings_it_may_sleep_too(void **state)
{
	struct awake a;

	(void)state;
	awake_init(&a, 0);
	awake_wait(&a, 1000);
	assert_int_equal(awake_read(&a, 700), 0);
	assert_int_equal(awake_read(&a, 60700), 60000);
}

static void
who_waits_for_ever_does_not_sleep(void **state)
{
	struct awake a;

	(void)state;
	awake_init(&a, 0);
	awake_wait(&a, INT64_MAX);
	assert_int_equal(awake_read(&a, INT64_MAX - 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_reads_the_clock_in_time_did_not_sleep),
		cmocka_unit_test(what_is_beyond_the_wait_was_slept),
		cmocka_unit_test(between_two_readings_it_may_sleep_too),
		cmocka_unit_test(who_waits_for_ever_does_not_sleep)
	};

	return tests_run(tests, NULL, NULL);
}
