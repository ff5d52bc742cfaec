/*
 * The numbers and ids that an outbox's lines had.
 */
#include "tui/shared/past.h"

#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"

static uint64_t
id(uint32_t number, uint32_t counter)
{
	return (uint64_t)number << 32 | counter;
}

static void
the_last_numbers_are_known_each_with_its_mark(void **state)
{
	struct past_mark mark = { 12, { 1, 2, 3 } };
	const uint8_t other[PAST_CHAIN] = { 9 };
	struct past p = { 0 };
	uint32_t n;

	(void)state;
	assert_true(past_mark(&p)->keep == UINT64_MAX);
	past_number(&p, 1);
	assert_true(past_mark(&p)->keep == UINT64_MAX);
	past_set_mark(&p, &mark);
	past_number(&p, 2);
	assert_int_equal(past_mark(&p)->keep, 12);
	mark.keep = 9;
	mark.chain[0] = 7;
	past_set_mark(&p, &mark);
	assert_true(past_has(&p, 1) && past_has(&p, 2) && !past_has(&p, 3));
	assert_int_equal(past_end(&p, 2, mark.chain, 20), 9);
	assert_int_equal(past_end(&p, 2, mark.chain, 9), 9);
	mark.chain[0] = 1;
	assert_int_equal(past_end(&p, 1, mark.chain, 20), 12);
	assert_int_equal(past_end(&p, 1, other, 20), 20);
	/* It was not known yet by that one, or is not at all. */
	assert_int_equal(past_end(&p, 2, mark.chain, 20), 20);
	assert_int_equal(past_end(&p, 3, mark.chain, 20), 20);
	for (n = 3; n <= PAST_NUMBERS; n++)
		past_number(&p, n);
	assert_true(past_has(&p, 1));
	past_number(&p, n);
	assert_false(past_has(&p, 1));
	assert_true(past_has(&p, 2) && past_has(&p, n));
}

static void
a_line_is_known_under_each_id_that_it_had(void **state)
{
	struct past p = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		past_move(&p, id(7, 1 + i), id(7, 10 + i));
	past_move(&p, id(7, 11), id(8, 1));
	past_move(&p, id(7, 5), id(8, 2));
	assert_int_equal(p.moves, 3);
	assert_true(past_origin(&p, id(7, 10)) == id(7, 1));
	assert_true(past_origin(&p, id(7, 12)) == id(7, 3));
	assert_true(past_origin(&p, id(7, 13)) == id(7, 13));
	assert_true(past_origin(&p, id(7, 9)) == id(7, 9));
	assert_true(past_origin(&p, id(8, 1)) == id(7, 2));
	assert_true(past_origin(&p, id(8, 2)) == id(7, 5));
	assert_true(past_moved(&p, id(7, 1)) && past_moved(&p, id(7, 3)));
	assert_true(past_moved(&p, id(7, 11)) && past_moved(&p, id(7, 5)));
	assert_false(past_moved(&p, id(7, 4)) || past_moved(&p, id(7, 10)));
	assert_false(past_moved(&p, id(8, 1)));
	/* Others get those counters: they were never anything else. */
	past_trim(&p, id(7, 12));
	assert_true(past_origin(&p, id(7, 11)) == id(7, 2));
	assert_true(past_origin(&p, id(7, 12)) == id(7, 12));
	assert_true(past_origin(&p, id(8, 2)) == id(7, 5));
	past_trim(&p, id(7, 2));
	assert_true(past_origin(&p, id(7, 10)) == id(7, 10));
	/* Twice in a row, and by the same distance. */
	for (i = 0; i < 6; i++)
		past_move(&p, id(11, 1 + i), id(11, 4 + i));
	assert_true(past_origin(&p, id(11, 7)) == id(11, 1));
	assert_true(past_origin(&p, id(11, 9)) == id(11, 3));
	for (i = 0; i <= 2 * PAST_MOVES; i++)
		past_move(&p, id(9, i), id(10, 2 * i));
	assert_int_equal(p.moves, PAST_MOVES);
	assert_true(past_origin(&p, id(10, 2 * i - 2)) == id(9, i - 1));
	assert_true(past_origin(&p, id(8, 2)) == id(8, 2));
}

static void
one_that_ends_in_another_is_its_past(void **state)
{
	struct past_mark mark = { 12, { 1 } };
	struct past a = { 0 }, b = { 0 };
	uint32_t n;

	(void)state;
	past_number(&a, 1);
	past_set_mark(&a, &mark);
	past_number(&a, 2);
	past_move(&a, id(1, 1), id(2, 1));
	past_number(&b, 3);
	past_move(&b, id(2, 1), id(3, 1));
	past_join(&b, &a);
	past_join(&b, &a);
	assert_int_equal(b.numbers, 3);
	assert_int_equal(b.moves, 2);
	assert_int_equal(b.number[2].number, 3);
	assert_true(past_mark(&b)->keep == UINT64_MAX);
	assert_int_equal(past_end(&b, 1, mark.chain, 20), 12);
	assert_true(past_origin(&b, id(3, 1)) == id(1, 1));
	for (n = 10; n < 10 + 2 * PAST_NUMBERS; n++)
		past_number(&a, n);
	past_join(&b, &a);
	assert_int_equal(b.number[b.numbers - 1].number, 3);
}

/* All that it can be. */
static void
what_is_written_is_read_again_and_nothing_else(void **state)
{
	uint8_t numbers[TEXT_LINE_BYTES], moves[TEXT_LINE_BYTES];
	uint8_t again[TEXT_LINE_BYTES];
	struct wire_out a = wire_out(numbers, sizeof(numbers));
	struct wire_out b = wire_out(moves, sizeof(moves)), c;
	struct past_mark mark = { 12, { 1, 2, 3 } };
	struct past p = { 0 }, q = { 0 };
	struct wire_in in;
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * PAST_NUMBERS; i++) {
		past_number(&p, 1 + i);
		mark.keep = i;
		past_set_mark(&p, &mark);
	}
	for (i = 0; i < 2 * PAST_MOVES; i++)
		past_move(&p, id(1, 2 * i), id(2, 5 * i));
	past_put_numbers(&p, &a);
	past_put_moves(&p, &b);
	assert_false(a.failed || b.failed);
	past_number(&q, 99);
	in = wire_in(numbers, a.len - 1);
	past_get_numbers(&q, &in);
	in = wire_in(moves, b.len - 1);
	past_get_moves(&q, &in);
	in = wire_in(numbers, 0);
	past_get_numbers(&q, &in);
	assert_int_equal(q.numbers, 1);
	assert_int_equal(q.moves, 0);
	in = wire_in(numbers, a.len);
	past_get_numbers(&q, &in);
	in = wire_in(moves, b.len);
	past_get_moves(&q, &in);
	assert_int_equal(q.moves, PAST_MOVES);
	c = wire_out(again, sizeof(again));
	past_put_numbers(&q, &c);
	assert_int_equal(c.len, a.len);
	assert_memory_equal(again, numbers, a.len);
	c.len = 0;
	past_put_moves(&q, &c);
	assert_int_equal(c.len, b.len);
	assert_memory_equal(again, moves, b.len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_numbers_are_known_each_with_its_mark),
		cmocka_unit_test(a_line_is_known_under_each_id_that_it_had),
		cmocka_unit_test(one_that_ends_in_another_is_its_past),
		cmocka_unit_test(what_is_written_is_read_again_and_nothing_else),
	};

	return tests_run(tests, NULL, NULL);
}
