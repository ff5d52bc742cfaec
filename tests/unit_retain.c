/*
 * What the engine keeps: so many blocks, and not too many bytes; and who takes
 * away what is older.
 */
#include "server/cluster/retain.h"

#include <string.h>

#include "tests/with_cmocka.h"

static struct retain r;

static int
set_up(void **state)
{
	(void)state;
	memset(&r, 0, sizeof(r));
	r.blocks = RETAIN_BLOCKS;
	return 0;
}

/* What goes as that one is told, and all before it since the last was. */
static uint64_t
told_to(uint64_t from, uint64_t to, size_t len)
{
	uint64_t n, gone = 0;

	for (n = from; n <= to; n++)
		gone = retain_told(&r, n, len, true);
	return gone;
}

static void
the_last_so_many_are_kept(void **state)
{
	(void)state;
	assert_true(told_to(1, RETAIN_BLOCKS, 200) == 0);
	assert_true(told_to(RETAIN_BLOCKS + 1, RETAIN_BLOCKS + 999, 200) == 0);
	assert_true(told_to(RETAIN_BLOCKS + 1000, RETAIN_BLOCKS + 1000, 200) ==
	    1001);
	/* Of the others' blocks it is theirs. */
	assert_true(retain_told(&r, RETAIN_BLOCKS + 2000, 200, false) == 0);
	assert_true(retain_told(&r, RETAIN_BLOCKS + 2000, 200, true) == 2001);
	r.blocks = 0;
	assert_true(retain_told(&r, RETAIN_BLOCKS + 2000, 200, true) == 0);
}

static void
or_no_more_than_so_many_bytes(void **state)
{
	const size_t large = RETAIN_BYTES / 10000;

	(void)state;
	assert_true(told_to(1, 9000, large) == 0);
	/* The tenth step is the last that is kept whole. */
	assert_true(told_to(9001, 20000, large) > 20000 - 11000);
	assert_true(told_to(20001, 30000, large) < 30000 - 8000);
	/* One that is too large by itself is kept all the same. */
	assert_true(told_to(30001, 31000, RETAIN_BYTES / 100) == 30001);
}

static void
few_go_one_by_one(void **state)
{
	(void)state;
	r.blocks = 8;
	assert_true(told_to(1, 8, 100) == 0);
	assert_true(told_to(9, 9, 100) == 2);
	assert_true(told_to(10, 10, 100) == 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_last_so_many_are_kept, set_up),
		cmocka_unit_test_setup(or_no_more_than_so_many_bytes, set_up),
		cmocka_unit_test_setup(few_go_one_by_one, set_up)
	};

	return tests_run(tests, NULL, NULL);
}
