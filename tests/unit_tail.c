/*
 * The newest entries in memory: what it holds is what was put, and it holds as
 * much as there is room for.
 */
#include <stdlib.h>
#include <string.h>

#include "server/room/tail.h"
#include "tests/with_cmocka.h"

enum { LONG = 1000, MANY = 20000,
	ENTRIES = TAIL_BYTES / TAIL_PER_ENTRY };

static struct tail *t;

static int
set_up(void **state)
{
	(void)state;
	t = calloc(1, sizeof(*t));
	assert_non_null(t);
	assert_true(tail_init(t, TAIL_BYTES));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tail_free(t);
	free(t);
	return 0;
}

/* The entry of that number is as long as that, and filled by it. */
static size_t
make(uint64_t seq, size_t most, uint8_t encoded[LONG])
{
	size_t len = 1 + (size_t)(seq * 2654435761 % most);

	memset(encoded, (int)(seq % 251), len);
	return len;
}

static void
put(uint64_t seq, size_t most)
{
	uint8_t encoded[LONG];

	tail_put(t, seq, encoded, make(seq, most, encoded));
}

/* All that it holds is right; how many that is. */
static uint64_t
assert_right(uint64_t last, size_t most)
{
	uint8_t encoded[LONG];
	const uint8_t *got;
	uint64_t seq, n = 0;
	size_t len, want;

	for (seq = last; seq > 0 &&
	    (got = tail_read(t, seq, &len)) != NULL; seq--, n++) {
		want = make(seq, most, encoded);
		assert_int_equal(len, want);
		assert_memory_equal(got, encoded, want);
	}
	/* None below what is not there. */
	assert_null(tail_read(t, seq, &len));
	assert_null(tail_read(t, seq / 2, &len));
	assert_null(tail_read(t, last + 1, &len));
	return n;
}

static void
it_holds_nothing_at_first(void **state)
{
	size_t len;

	(void)state;
	assert_null(tail_read(t, 0, &len));
	assert_null(tail_read(t, 1, &len));
}

static void
the_newest_are_there(void **state)
{
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= MANY; seq++) {
		put(seq, LONG);
		if (seq % 997 == 0)
			assert_true(assert_right(seq, LONG) >=
			    (seq < TAIL_BYTES / LONG - 1 ? seq :
			    TAIL_BYTES / LONG - 1));
	}
	tail_clear(t);
	for (seq = 1; seq <= MANY; seq++)
		put(seq, 10);
	assert_int_equal(assert_right(MANY, 10), ENTRIES);
}

static void
a_small_one_holds_less(void **state)
{
	uint64_t seq;

	(void)state;
	tail_free(t);
	assert_true(tail_init(t, TAIL_SMALL));
	for (seq = 1; seq <= MANY; seq++) {
		put(seq, LONG);
		if (seq % 97 == 0)
			assert_in_range(assert_right(seq, LONG),
			    seq < TAIL_SMALL / LONG - 1 ? seq :
			    TAIL_SMALL / LONG - 1, TAIL_SMALL / LONG * 3);
	}
	for (seq = 1; seq <= MANY; seq++)
		put(seq, 10);
	assert_int_equal(assert_right(MANY, 10),
	    TAIL_SMALL / TAIL_PER_ENTRY);
}

static void
a_gap_begins_it_anew(void **state)
{
	(void)state;
	put(5, 10);
	put(6, 10);
	assert_int_equal(assert_right(6, 10), 2);
	put(9, 10);
	assert_int_equal(assert_right(9, 10), 1);
	/* Back, as after a log was cut. */
	put(6, 10);
	assert_int_equal(assert_right(6, 10), 1);
}

static void
what_is_too_long_is_not_held(void **state)
{
	static uint8_t big[TAIL_BYTES + 1];
	size_t len;

	(void)state;
	put(1, 10);
	tail_put(t, 2, big, sizeof(big));
	assert_null(tail_read(t, 2, &len));
	assert_null(tail_read(t, 1, &len));
	put(3, 10);
	assert_int_equal(assert_right(3, 10), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_holds_nothing_at_first),
		TEST(the_newest_are_there),
		TEST(a_small_one_holds_less),
		TEST(a_gap_begins_it_anew),
		TEST(what_is_too_long_is_not_held),
	};

	return tests_run(tests, NULL, NULL);
}
