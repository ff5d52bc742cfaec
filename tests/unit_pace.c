/*
 * How much of a backlog may be on its way: with a line of the test's, whose
 * queue it looks into.
 */
#include "server/pace.h"
#include "tests/with_cmocka.h"

static struct pace p;
static int64_t now_ms;

/*
 * For so many round trips the whole window goes out and arrives, one datagram
 * each so many ms, after a way of so many. Returns the queue's mean in the
 * second half of them, ms.
 */
static int32_t
fill(int32_t way_ms, int32_t each_ms, int rounds)
{
	int32_t queue, wait, sum = 0;
	uint32_t sent;
	int round;

	for (round = 0; round < rounds; round++) {
		queue = 0;
		for (sent = 0; sent < p.window; sent += PACE_DATAGRAM)
			queue += each_ms;
		/* What the line takes meanwhile does not wait. */
		wait = queue > way_ms ? queue - way_ms : 0;
		now_ms += way_ms + wait;
		pace_acked(&p, now_ms, way_ms + wait, p.window, p.window);
		if (round >= rounds / 2)
			sum += wait;
	}
	return sum * 2 / rounds;
}

static int
set_up(void **state)
{
	(void)state;
	pace_init(&p);
	now_ms = 1000000;
	return 0;
}

static void
it_doubles_while_there_is_no_queue(void **state)
{
	(void)state;
	assert_int_equal(p.window, PACE_FIRST);
	fill(100, 0, 1);
	assert_int_equal(p.window, 2 * PACE_FIRST);
	fill(100, 0, 20);
	assert_int_equal(p.window, PACE_MOST);
}

static void
the_doubling_ends_before_the_queue_is_long(void **state)
{
	uint32_t before;

	(void)state;
	fill(100, 0, 2);
	before = p.window;
	now_ms += 100 + PACE_TARGET_MS * 3 / 4;
	pace_acked(&p, now_ms, 100 + PACE_TARGET_MS * 3 / 4, before, before);
	assert_in_range(p.window, before, before + 3 * PACE_DATAGRAM);
}

static void
the_queue_stays_short(void **state)
{
	(void)state;
	/* 100 ms, 10 ms a datagram: ten fill the line. */
	assert_in_range(fill(100, 10, 100), 0, 2 * PACE_TARGET_MS);
	assert_in_range(p.window / PACE_DATAGRAM, 9, 16);
	/* It becomes narrower, and wider again. */
	assert_in_range(fill(100, 40, 100), 0, 3 * 40);
	fill(100, 10, 100);
	assert_true(p.window / PACE_DATAGRAM >= 9);
}

static void
two_datagrams_keep_any_line_busy(void **state)
{
	(void)state;
	fill(40, 150, 100);
	assert_true(p.window < 4 * PACE_LEAST);
}

static void
one_late_answer_is_no_queue(void **state)
{
	uint32_t before;
	int i;

	(void)state;
	fill(100, 10, 100);
	for (i = 0; i < 20; i++) {
		now_ms += 100;
		pace_acked(&p, now_ms, 100 + PACE_TARGET_MS, PACE_DATAGRAM,
		    p.window);
		before = p.window;
		now_ms += 400;
		pace_acked(&p, now_ms, 400, PACE_DATAGRAM, p.window);
		assert_true(p.window >= before);
	}
	/* Many in a row are. */
	for (i = 0; i < 2 * PACE_RECENT; i++) {
		now_ms += 400;
		pace_acked(&p, now_ms, 400, PACE_DATAGRAM, p.window);
	}
	assert_true(p.window < before);
}

static void
a_longer_way_is_no_queue_for_ever(void **state)
{
	(void)state;
	fill(20, 1, 20);
	/* Now it goes over another continent. */
	fill(300, 1, 600);
	assert_true(p.window >= 100 * PACE_DATAGRAM);
}

static void
what_is_not_used_grows_no_more(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		now_ms += 100;
		pace_acked(&p, now_ms, 100, 100, 100);
	}
	assert_int_equal(p.window, PACE_FIRST);
	/* Nor by what nobody knows. */
	pace_acked(&p, now_ms, -1, UINT32_MAX, UINT32_MAX);
	assert_int_equal(p.window, PACE_FIRST);
}

static void
it_goes_out_over_the_round_trip(void **state)
{
	(void)state;
	assert_int_equal(pace_gap_ms(&p, -1), 1);
	assert_int_equal(pace_gap_ms(&p, 0), 1);
	assert_int_equal(pace_gap_ms(&p, 80), 10);
	p.window = PACE_MOST;
	assert_int_equal(pace_gap_ms(&p, 80), 2);
}

static void
a_fast_line_is_sent_bursts(void **state)
{
	(void)state;
	/* What goes in 2 ms; one where that is less, or not known. */
	assert_int_equal(pace_burst(&p, 80), 1);
	assert_int_equal(pace_burst(&p, -1), 1);
	assert_int_equal(pace_burst(&p, 2), 8);
	assert_int_equal(pace_burst(&p, 4), 4);
	assert_int_equal(pace_burst(&p, 0), PACE_BURST);
	p.window = PACE_MOST;
	assert_int_equal(pace_burst(&p, 256), 4);
	assert_int_equal(pace_burst(&p, 1), PACE_BURST);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(it_doubles_while_there_is_no_queue),
		TEST(the_doubling_ends_before_the_queue_is_long),
		TEST(the_queue_stays_short),
		TEST(two_datagrams_keep_any_line_busy),
		TEST(one_late_answer_is_no_queue),
		TEST(a_longer_way_is_no_queue_for_ever),
		TEST(what_is_not_used_grows_no_more),
		TEST(it_goes_out_over_the_round_trip),
		TEST(a_fast_line_is_sent_bursts),
	};

	return tests_run(tests, NULL, NULL);
}
