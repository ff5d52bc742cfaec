/*
 * What is missing in a talk shows, and what stands elsewhere than it was said;
 * what is there does not.
 */
#include "tests/with_cmocka.h"
#include "tui/receiver/talk_order.h"

static struct talk_order order;

static uint64_t
id(uint32_t number, uint32_t counter)
{
	return (uint64_t)number << 32 | counter;
}

static void
lines_that_follow_each_other_are_all(void **state)
{
	uint32_t i;

	(void)state;
	talk_order_init(&order, true);
	for (i = 1; i < 100; i++) {
		assert_int_equal(talk_order_take(&order, '1', id(7, i)), 0);
		assert_int_equal(talk_order_take(&order, '2', id(7, i)), 0);
		assert_int_equal(talk_order_take(&order, '1', id(8, i)), 0);
	}
}

static void
what_is_left_out_shows_at_the_next(void **state)
{
	(void)state;
	talk_order_init(&order, true);
	assert_int_equal(talk_order_take(&order, '1', id(7, 3)), 2);
	assert_int_equal(talk_order_take(&order, '1', id(7, 4)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(7, 9)), 4);
	/* Of a log that begins in the middle the first proves nothing. */
	talk_order_init(&order, false);
	assert_int_equal(talk_order_take(&order, '1', id(7, 3)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(7, 5)), 1);
	assert_int_equal(talk_order_take(&order, '1', id(7, UINT32_MAX)),
	    (int64_t)UINT32_MAX - 6);
}

static void
what_is_turned_round_or_said_again_shows(void **state)
{
	(void)state;
	talk_order_init(&order, true);
	assert_int_equal(talk_order_take(&order, '1', id(7, 1)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(7, 3)), 1);
	assert_int_equal(talk_order_take(&order, '1', id(7, 2)), TALK_TURNED);
	assert_int_equal(talk_order_take(&order, '1', id(7, 4)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(7, 4)), TALK_TURNED);
}

static void
what_cannot_be_read_is_the_next_or_nothing(void **state)
{
	(void)state;
	talk_order_init(&order, true);
	talk_order_pass(&order, '1', id(7, 1));
	assert_int_equal(order.n, 0);
	assert_int_equal(talk_order_take(&order, '1', id(7, 1)), 0);
	talk_order_pass(&order, '1', id(7, 9));
	talk_order_pass(&order, '1', id(7, 2));
	assert_int_equal(talk_order_take(&order, '1', id(7, 3)), 0);
}

static void
of_very_many_outboxes_the_newest_are_known(void **state)
{
	uint32_t i;

	(void)state;
	talk_order_init(&order, true);
	for (i = 1; i <= TALK_OUTBOXES; i++)
		assert_int_equal(talk_order_take(&order, '1', id(i, 1)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(1, 2)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(1000, 1)), 0);
	/* The second was forgotten, and is no news. */
	assert_int_equal(talk_order_take(&order, '1', id(2, 2)), 0);
	assert_int_equal(talk_order_take(&order, '1', id(1, 4)), 1);
}

static void
what_is_older_is_looked_at_from_its_end(void **state)
{
	(void)state;
	talk_order_init(&order, false);
	talk_order_begin_older(&order, '1', id(7, 9));
	talk_order_begin_older(&order, '1', id(7, 10));
	assert_int_equal(talk_order_take_older(&order, '1', id(7, 8)), 0);
	assert_int_equal(talk_order_take_older(&order, '1', id(7, 5)), 2);
	assert_int_equal(talk_order_take_older(&order, '1', id(7, 6)),
	    TALK_TURNED);
	assert_int_equal(talk_order_take_older(&order, '2', id(7, 6)), 0);
	assert_int_equal(talk_order_take_older(&order, '2', id(7, 4)), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_follow_each_other_are_all),
		cmocka_unit_test(what_is_left_out_shows_at_the_next),
		cmocka_unit_test(what_is_turned_round_or_said_again_shows),
		cmocka_unit_test(what_cannot_be_read_is_the_next_or_nothing),
		cmocka_unit_test(of_very_many_outboxes_the_newest_are_known),
		cmocka_unit_test(what_is_older_is_looked_at_from_its_end),
	};

	return tests_run(tests, NULL, NULL);
}
