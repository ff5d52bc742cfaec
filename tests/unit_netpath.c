/*
 * What is known of the way to the other side: round trip, loss, how long to
 * wait.
 */
#include "common/netpath.h"

#include "tests/with_cmocka.h"

static struct netpath p;

static int
set_up(void **state)
{
	(void)state;
	netpath_init(&p);
	return 0;
}

static void
nothing_is_known_at_first(void **state)
{
	(void)state;
	assert_int_equal(netpath_rtt_ms(&p), -1);
	assert_int_equal(netpath_rto_ms(&p), NETPATH_RTO_FIRST_MS);
	assert_int_equal(netpath_loss_permille(&p), 0);
}

/* RFC 6298, section 2: the first, then an eighth and a quarter of each. */
static void
a_round_trip_is_smoothed(void **state)
{
	(void)state;
	netpath_sample(&p, 80);
	assert_int_equal(netpath_rtt_ms(&p), 80);
	assert_int_equal(netpath_rto_ms(&p), 80 + 4 * 40 + 50);
	netpath_sample(&p, 160);
	assert_int_equal(netpath_rtt_ms(&p), 90);
	assert_int_equal(netpath_rto_ms(&p), 90 + 4 * 50 + 50);
	netpath_sample(&p, 10);
	assert_int_equal(netpath_rtt_ms(&p), 80);
	netpath_sample(&p, 0);
	assert_int_equal(netpath_rtt_ms(&p), 70);
}

static void
no_round_trip_is_known_too(void **state)
{
	(void)state;
	netpath_sample(&p, 0);
	assert_int_equal(netpath_rtt_ms(&p), 0);
	assert_int_equal(netpath_rto_ms(&p), NETPATH_RTO_MIN_MS);
}

static void
what_is_no_round_trip_is_left_out(void **state)
{
	(void)state;
	netpath_sample(&p, -1);
	netpath_sample(&p, 60001);
	netpath_sample(&p, INT64_MAX);
	netpath_sample(&p, INT64_MIN);
	assert_int_equal(netpath_rtt_ms(&p), -1);
	netpath_sample(&p, 60000);
	assert_int_equal(netpath_rtt_ms(&p), 60000);
}

static void
the_wait_has_bounds(void **state)
{
	int i;

	(void)state;
	netpath_sample(&p, 60000);
	assert_int_equal(netpath_rto_ms(&p), NETPATH_RTO_MAX_MS);
	netpath_init(&p);
	for (i = 0; i < 100; i++)
		netpath_sample(&p, 1);
	assert_in_range(netpath_rto_ms(&p), NETPATH_RTO_MIN_MS,
	    NETPATH_RTO_MIN_MS + 5);
	assert_int_equal(netpath_longer(100), 150);
	assert_int_equal(netpath_longer(1333), 1999);
	assert_int_equal(netpath_longer(1334), NETPATH_WAIT_MAX_MS);
	assert_int_equal(netpath_longer(NETPATH_WAIT_MAX_MS),
	    NETPATH_WAIT_MAX_MS);
}

static void
what_is_skipped_counts_as_lost(void **state)
{
	uint64_t n;

	(void)state;
	for (n = 0; n < 1000; n++)
		netpath_heard(&p, n);
	assert_int_equal(netpath_loss_permille(&p), 0);
	for (; n < 10000; n += 2)	/* each other one */
		netpath_heard(&p, n);
	assert_in_range(netpath_loss_permille(&p), 450, 550);
	for (; n < 20000; n++)
		netpath_heard(&p, n);
	assert_int_equal(netpath_loss_permille(&p), 0);
}

static void
the_first_ones_tell_at_once(void **state)
{
	(void)state;
	netpath_heard(&p, 0);
	netpath_heard(&p, 2);
	assert_in_range(netpath_loss_permille(&p), 300, 350);
}

/* Late ones were not lost, and who sleeps loses nothing. */
static void
what_comes_late_or_after_a_sleep_is_no_loss(void **state)
{
	uint32_t before;
	uint64_t n;

	(void)state;
	for (n = 0; n < 100; n++)
		netpath_heard(&p, n);
	netpath_heard(&p, n + 1);
	before = netpath_loss_permille(&p);
	assert_true(before > 0);
	netpath_heard(&p, n);
	assert_true(netpath_loss_permille(&p) < before);
	for (n = 0; n < 100; n++)
		netpath_heard(&p, 0);
	assert_int_equal(netpath_loss_permille(&p), 0);
	netpath_heard(&p, 102 + 65);
	assert_int_equal(netpath_loss_permille(&p), 0);
	netpath_heard(&p, 102 + 66 + 64);
	assert_true(netpath_loss_permille(&p) > 500);
	netpath_heard(&p, UINT64_MAX - 1);
	assert_true(netpath_loss_permille(&p) <= 1000);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_known_at_first),
		TEST(a_round_trip_is_smoothed),
		TEST(no_round_trip_is_known_too),
		TEST(what_is_no_round_trip_is_left_out),
		TEST(the_wait_has_bounds),
		TEST(what_is_skipped_counts_as_lost),
		TEST(the_first_ones_tell_at_once),
		TEST(what_comes_late_or_after_a_sleep_is_no_loss),
	};

	return tests_run(tests, NULL, NULL);
}
