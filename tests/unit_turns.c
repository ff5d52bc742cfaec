/*
 * Of several servers that all have something to say each has its turn, whoever
 * is nearest to where it is decided.
 */
#include "server/cluster/turns.h"

#include <string.h>

#include "tests/with_cmocka.h"

enum { NODES = 3, ROUNDS = 300 };

static struct turns t;

static int
set_up(void **state)
{
	(void)state;
	turns_init(&t, 1, 0);
	return 0;
}

/* How long it waits once that node's block is told. */
static int64_t
waits(int64_t now_ms, uint32_t node, bool won)
{
	turns_told(&t, now_ms, node, won);
	return t.pause_ms > now_ms ? t.pause_ms - now_ms : 0;
}

static void
nobody_waits_where_nobody_else_writes(void **state)
{
	int64_t now;

	(void)state;
	for (now = 1000; now < 1100; now++) {
		turns_sent(&t, now);
		assert_int_equal(waits(now, 1, true), 0);
	}
	/* Nor once the other one is silent. */
	waits(2000, 2, false);
	turns_sent(&t, 2005);
	assert_true(waits(2010, 1, true) >= TURNS_PAUSE_MS);
	turns_sent(&t, 2000 + TURNS_OTHERS_MS - 1);
	assert_int_equal(waits(2000 + TURNS_OTHERS_MS, 1, true), 0);
}

static void
who_has_waited_longest_goes_first(void **state)
{
	(void)state;
	waits(1000, 2, false);
	waits(1010, 3, false);
	turns_sent(&t, 1011);
	assert_int_equal(waits(1015, 1, true), TURNS_PAUSE_MS);
	/* The third has waited longer, and then neither has. */
	assert_int_equal(waits(1020, 2, false), TURNS_MS);
	assert_int_equal(waits(1030, 3, false), 0);
	/* However often those two write. */
	assert_int_equal(waits(1040, 2, false), 0);
	assert_int_equal(waits(1050, 3, false), 0);
}

/* Where one takes longer they all do, and a moment is longer, up to an end. */
static void
on_busy_machines_each_waits_longer(void **state)
{
	(void)state;
	waits(1000, 2, false);
	waits(1010, 3, false);
	turns_sent(&t, 1011);
	assert_int_equal(waits(1041, 1, true), 30);
	assert_int_equal(waits(1050, 2, false), 15);
	turns_sent(&t, 1081);
	assert_int_equal(waits(1900, 1, true), 2 * TURNS_MS_MAX);
	assert_int_equal(waits(1910, 2, false), TURNS_MS_MAX);
}

/* He may be in the way of somebody whom he never hears of, who is far away. */
static void
who_always_has_something_to_say_waits_longer(void **state)
{
	int64_t now = 1000, wait = 0;
	unsigned i;

	(void)state;
	waits(now, 2, false);
	for (i = 0; i < TURNS_RECENT; i++, now += wait) {
		turns_sent(&t, now);
		now += 2;
		wait = waits(now, 1, true);
	}
	assert_int_equal(wait, TURNS_PAUSE_MS << TURNS_ROW);
	/* But not who says something now and then, however often. */
	turns_init(&t, 1, 0);
	waits(now, 2, false);
	for (i = 0; i < TURNS_RECENT; i++, now += 20) {
		turns_sent(&t, now);
		assert_int_equal(waits(now + 2, 1, true), TURNS_PAUSE_MS);
	}
}

/* Each of them always has something to say, and all hear of what was first as
 * long after. In *most how often one was passed in a row. */
static void
contend(const int64_t way[NODES], unsigned won[NODES], unsigned *most)
{
	struct turns all[NODES];
	unsigned row[NODES] = { 0 }, i, n, who;
	int64_t now = 1000, at, first;

	memset(won, 0, NODES * sizeof(won[0]));
	for (i = *most = 0; i < NODES; i++) {
		turns_init(&all[i], i + 1, now);
		for (n = 0; n < NODES; n++)
			turns_told(&all[i], now, n + 1, false);
	}
	for (n = 0; n < ROUNDS; n++) {
		for (i = who = 0, first = INT64_MAX; i < NODES; i++) {
			at = all[i].pause_ms > now ? all[i].pause_ms : now;
			turns_sent(&all[i], at);
			if (at + way[i] < first) {
				first = at + way[i];
				who = i;
			}
		}
		now = first + way[who];
		won[who]++;
		for (i = 0; i < NODES; i++) {
			turns_told(&all[i], now, who + 1, i == who);
			row[i] = i == who ? 0 : row[i] + 1;
			if (row[i] > *most)
				*most = row[i];
		}
	}
}

static void
who_is_nearest_has_no_more_than_the_others(void **state)
{
	static const int64_t near[NODES] = { 1, 3, 5 }, far[NODES] = { 1, 9,
	    20 };
	unsigned won[NODES], most, i;

	(void)state;
	contend(near, won, &most);
	for (i = 0; i < NODES; i++)
		assert_int_equal(won[i], ROUNDS / NODES);
	assert_int_equal(most, NODES - 1);
	/* Nor has who is far away nothing. */
	contend(far, won, &most);
	assert_in_range(won[NODES - 1], ROUNDS / 16, ROUNDS);
	assert_in_range(most, NODES, 4 * NODES);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(nobody_waits_where_nobody_else_writes),
		TEST(who_has_waited_longest_goes_first),
		TEST(on_busy_machines_each_waits_longer),
		TEST(who_always_has_something_to_say_waits_longer),
		TEST(who_is_nearest_has_no_more_than_the_others)
	};

	return tests_run(tests, NULL, NULL);
}
