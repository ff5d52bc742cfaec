/*
 * Lines of the room looked for among those that wait: all that wait are one
 * look away, since each entry of a whole log is looked for in one turn.
 */
#include "tui/shared/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/with_cmocka.h"

enum {
	OURS = 7,
	LATER = 8,
	THEIRS = 9,
	LOOKS = 2000,
	TRIES = 5,
	SLOWER = 40			/* what is looked through is 600 times */
};

static struct entry
line(uint32_t number, uint32_t counter)
{
	struct entry e = { .id = (uint64_t)number << 32 | counter,
	    .kind = ENTRY_SAY, .text = "the same", .text_len = 8 };

	return e;
}

/* n wait, from counter 11 on; in memory only. */
static struct outbox *
with(size_t n)
{
	struct outbox *o = outbox_open(NULL, NULL, OURS);
	struct entry e = line(0, 0);
	size_t i;

	assert_non_null(o);
	for (i = 0; i < 10; i++)
		assert_true(outbox_add(o, &e, 1, 0));
	outbox_acknowledged(o, 11);
	for (i = 0; i < n; i++)
		assert_true(outbox_add(o, &e, 1, 0));
	return o;
}

static size_t
find(const struct outbox *o, uint32_t number, uint32_t counter)
{
	struct entry e = line(number, counter);

	return outbox_find(o, &e);
}

static void
each_is_found_in_its_place_and_no_other(void **state)
{
	struct outbox *o = with(OUTBOX_POSTS);
	struct entry e = line(OURS, 11);
	uint32_t i;

	(void)state;
	for (i = 0; i < OUTBOX_POSTS; i++) {
		assert_int_equal(find(o, OURS, 11 + i), i);
		assert_int_equal(find(o, THEIRS, 11 + i), OUTBOX_POSTS);
	}
	for (i = 0; i <= 10; i++)
		assert_int_equal(find(o, OURS, i), OUTBOX_POSTS);
	assert_int_equal(find(o, OURS, 11 + OUTBOX_POSTS), OUTBOX_POSTS);
	/* What is another line in any way is another line. */
	e.text = "the other";
	e.text_len = 9;
	assert_int_equal(outbox_find(o, &e), OUTBOX_POSTS);
	e = line(OURS, 11);
	e.kind = ENTRY_ACT;
	assert_int_equal(outbox_find(o, &e), OUTBOX_POSTS);
	outbox_acknowledged(o, 13);
	assert_int_equal(find(o, OURS, 12), OUTBOX_POSTS - 2);
	assert_int_equal(find(o, OURS, 13), 0);
	outbox_close(o);
}

static void
so_is_what_moved_among_what_did_not(void **state)
{
	struct outbox *o = with(20);
	struct entry e = line(0, 0);
	uint32_t i;

	(void)state;
	assert_true(outbox_renumber(o, LATER, 0));
	assert_true(outbox_add(o, &e, 1, 0));
	outbox_acknowledged(o, 6);
	assert_int_equal(outbox_count(o), 16);
	for (i = 1; i <= 20; i++) {
		assert_int_equal(find(o, OURS, 10 + i), i < 6 ? 16 : i - 6);
		assert_int_equal(find(o, LATER, i), i < 6 ? 16 : i - 6);
	}
	assert_int_equal(find(o, LATER, 21), 15);
	assert_int_equal(find(o, OURS, 31), 16);
	assert_int_equal(find(o, THEIRS, 21), 16);
	outbox_close(o);
}

/* Of this process, for lines that do not wait: others', and what we said. */
static clock_t
cost(const struct outbox *o, uint32_t number)
{
	clock_t start, one, least = 0;
	uint32_t i, try;

	for (try = 0; try < TRIES; try++) {
		start = clock();
		for (i = 0; i < LOOKS; i++)
			assert_int_equal(find(o, i % 2 == 0 ? THEIRS : number,
			    i % 2 == 0 ? i : 0), outbox_count(o));
		one = clock() - start;
		if (try == 0 || one < least)
			least = one;
	}
	return least;
}

static void
assert_as_fast(const struct outbox *all, const struct outbox *one,
    uint32_t number)
{
	assert_true(cost(all, number) <= SLOWER * (cost(one, number) + 1));
}

static void
where_many_wait_it_takes_no_longer(void **state)
{
	struct outbox *all = with(OUTBOX_POSTS), *one = with(1);

	(void)state;
	assert_as_fast(all, one, OURS);
	assert_true(outbox_renumber(all, LATER, 0) &&
	    outbox_renumber(one, LATER, 0));
	assert_as_fast(all, one, LATER);
	outbox_close(all);
	outbox_close(one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_in_its_place_and_no_other),
		cmocka_unit_test(so_is_what_moved_among_what_did_not),
		cmocka_unit_test(where_many_wait_it_takes_no_longer),
	};

	return tests_run(tests, NULL, NULL);
}
