/*
 * Pieces of a size: each its own, zeroed also where another had it, and none of
 * them there any more when the last is given.
 */
#include "server/pool.h"

#include <stdint.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { SIZE = 400, MANY = 1000 };	/* of several chunks */

static struct pool pool;
static uint8_t *of[MANY];

static void
take_all(void)
{
	size_t i, at;

	for (i = 0; i < MANY; i++) {
		of[i] = pool_take(&pool, SIZE);
		assert_non_null(of[i]);
		assert_int_equal((uintptr_t)of[i] % sizeof(void *), 0);
		for (at = 0; at < SIZE; at++)
			assert_int_equal(of[i][at], 0);
		memset(of[i], (int)(i % 251) + 1, SIZE);
	}
}

static void
are_whole(size_t from, size_t step)
{
	size_t i, at;

	for (i = from; i < MANY; i += step)
		for (at = 0; at < SIZE; at++)
			assert_int_equal(of[i][at], i % 251 + 1);
}

static void
give(size_t from, size_t step)
{
	size_t i;

	for (i = from; i < MANY; i += step) {
		pool_give(&pool, of[i]);
		of[i] = NULL;
	}
}

static void
each_has_its_own(void **state)
{
	(void)state;
	take_all();
	are_whole(0, 1);
	give(0, 1);
}

static void
what_was_given_is_taken_again(void **state)
{
	size_t i;

	(void)state;
	take_all();
	give(1, 2);
	are_whole(0, 2);
	for (i = 1; i < MANY; i += 2) {
		of[i] = pool_take(&pool, SIZE);
		assert_non_null(of[i]);
		assert_int_equal(of[i][SIZE - 1], 0);
		memset(of[i], (int)(i % 251) + 1, SIZE);
	}
	are_whole(0, 1);
	give(0, 2);
	are_whole(1, 2);
	give(1, 2);
}

static void
with_the_last_piece_all_is_gone(void **state)
{
	(void)state;
	take_all();
	give(0, 1);
	assert_true(LIST_EMPTY(&pool.open));
	pool_give(&pool, NULL);
	take_all();
	give(0, 1);
	assert_true(LIST_EMPTY(&pool.open));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_own),
		cmocka_unit_test(what_was_given_is_taken_again),
		cmocka_unit_test(with_the_last_piece_all_is_gone)
	};

	return tests_run(tests, NULL, NULL);
}
