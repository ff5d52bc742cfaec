/*
 * Entries in any order and more than once; out they come in theirs, once.
 */
#include "tui/receiver/reorder.h"

#include <string.h>

#include "common/wire.h"
#include "tests/with_cmocka.h"

static struct reorder r;

static int
set_up(void **state)
{
	(void)state;
	reorder_init(&r, 100);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	reorder_clear(&r);
	return 0;
}

static bool
take(uint64_t seq)
{
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	entry_encode(&out, &(struct entry){ .seq = seq, .kind = ENTRY_SAY,
	    .author = "bob", .author_len = 3, .text = "x", .text_len = 1 });
	return reorder_take(&r, seq, bytes, out.len);
}

/* The number of the i-th that is to come out; 0: none is. */
static uint64_t
next(size_t i)
{
	const uint8_t *bytes;
	struct wire_in from;
	struct entry e;
	size_t len;

	if (!reorder_next(&r, i, &bytes, &len))
		return 0;
	from = wire_in(bytes, len);
	assert_int_equal(entry_decode(&from, &e), ENTRY_OK);
	assert_true(wire_done(&from));
	assert_int_equal(e.text_len, 1);
	return e.seq;
}

static void
what_comes_out_of_order_goes_out_in_order(void **state)
{
	(void)state;
	assert_true(take(103));
	assert_int_equal(next(0), 0);
	assert_true(take(101));
	assert_int_equal(next(0), 101);
	assert_int_equal(next(1), 0);
	assert_true(take(102));
	assert_int_equal(next(1), 102);
	assert_int_equal(next(2), 103);
	assert_int_equal(next(3), 0);
	reorder_pop(&r, 2);
	assert_int_equal(r.have, 102);
	assert_int_equal(next(0), 103);
	reorder_pop(&r, 1);
	assert_int_equal(next(0), 0);
	assert_int_equal(r.have, 103);
	assert_int_equal(r.top, 103);
}

static void
nothing_comes_twice(void **state)
{
	(void)state;
	assert_false(take(100));
	assert_false(take(1));
	assert_true(take(101));
	assert_false(take(101));
	reorder_pop(&r, 1);
	assert_false(take(101));
	assert_int_equal(next(0), 0);
}

static void
what_is_too_far_is_known_of_but_not_kept(void **state)
{
	(void)state;
	assert_true(take(100 + REORDER_WINDOW - 1));
	assert_false(take(100 + REORDER_WINDOW));
	assert_int_equal(r.head, 100 + REORDER_WINDOW);
	assert_int_equal(r.top, 100 + REORDER_WINDOW - 1);
	assert_true(take(101));
	reorder_pop(&r, 1);
	assert_true(take(100 + REORDER_WINDOW));
	assert_int_equal(next(REORDER_WINDOW), 0);
}

static void
ranges_are_what_is_held_behind_a_gap(void **state)
{
	struct frame_range ranges[FRAME_RANGES];
	uint64_t i;

	(void)state;
	assert_int_equal(reorder_ranges(&r, ranges), 0);
	take(102);
	take(103);
	take(106);
	assert_int_equal(reorder_ranges(&r, ranges), 2);
	assert_int_equal(ranges[0].first, 102);
	assert_int_equal(ranges[0].last, 103);
	assert_int_equal(ranges[1].first, 106);
	assert_int_equal(ranges[1].last, 106);
	/* There is room for so many; the first are told. */
	for (i = 0; i < FRAME_RANGES; i++)
		take(108 + 2 * i);
	assert_int_equal(reorder_ranges(&r, ranges), FRAME_RANGES);
	assert_int_equal(ranges[0].first, 102);
	assert_int_equal(ranges[FRAME_RANGES - 1].last,
	    108 + 2 * (FRAME_RANGES - 3));
}

static void
a_gap_is_what_is_known_and_not_there(void **state)
{
	(void)state;
	assert_false(reorder_gap(&r));
	take(101);
	assert_false(reorder_gap(&r));
	take(103);
	assert_true(reorder_gap(&r));
	take(102);
	assert_false(reorder_gap(&r));
	/* Somebody told us of one more. */
	r.head = 104;
	assert_true(reorder_gap(&r));
	take(104);
	assert_false(reorder_gap(&r));
	reorder_pop(&r, 4);
	assert_false(reorder_gap(&r));
}

static void
starting_again_forgets_what_is_held(void **state)
{
	(void)state;
	take(101);
	take(103);
	reorder_restart(&r, 50);
	assert_int_equal(next(0), 0);
	assert_int_equal(r.have, 50);
	assert_true(reorder_gap(&r));
	assert_true(take(101));
	assert_true(take(51));
	assert_int_equal(next(0), 51);
	reorder_restart(&r, 200);
	assert_false(reorder_gap(&r));
	assert_false(take(200));
	assert_true(take(201));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_comes_out_of_order_goes_out_in_order),
		TEST(nothing_comes_twice),
		TEST(what_is_too_far_is_known_of_but_not_kept),
		TEST(ranges_are_what_is_held_behind_a_gap),
		TEST(a_gap_is_what_is_known_and_not_there),
		TEST(starting_again_forgets_what_is_held),
	};

	return tests_run(tests, NULL, NULL);
}
