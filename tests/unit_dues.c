/*
 * The heap of dues: who is first, against looking at all of them.
 */
#include "server/room/dues.h"

#include "tests/with_cmocka.h"

enum { N = 300, STEPS = 20000 };

static struct due all[N];

static uint32_t
next_random(void)
{
	static uint32_t x = 1;

	x = x * 1664525 + 1013904223;
	return x >> 8;
}

static struct due *
first_of_all(const struct dues *ds, int64_t now_ms)
{
	struct due *d, *first = NULL;

	for (d = all; d < all + N; d++)
		if (d->number != 0 && dues_at(ds, d) <= now_ms && (first == NULL ||
		    dues_at(ds, d) < dues_at(ds, first) ||
		    (dues_at(ds, d) == dues_at(ds, first) && d->order < first->order)))
			first = d;
	return first;
}

static void
the_first_is_first_whatever_came_and_went(void **state)
{
	struct dues ds = { .of = NULL };
	struct due *first;
	int64_t now_ms;
	uint32_t i, n;

	(void)state;
	assert_true(dues_reserve(&ds, N));
	for (i = 0; i < N; i++)
		all[i] = (struct due){ .order = (i * 7919) % N };
	for (n = 0; n < STEPS; n++) {
		i = next_random() % N;
		if (next_random() % 4 == 0)
			dues_drop(&ds, &all[i]);
		else
			dues_set(&ds, &all[i], next_random() % 100);
		now_ms = next_random() % 100;
		first = first_of_all(&ds, INT64_MAX);
		assert_true(dues_ms(&ds) <=
		    (first == NULL ? INT64_MAX : dues_at(&ds, first)));
		assert_ptr_equal(dues_first(&ds, now_ms), first_of_all(&ds, now_ms));
		/* Who waits till then does not wait in vain for ever. */
		assert_true(dues_ms(&ds) > now_ms ||
		    first_of_all(&ds, now_ms) != NULL);
	}
	dues_clear(&ds);
}

static void
all_go_in_their_order(void **state)
{
	struct dues ds = { .of = NULL };
	struct due *d;
	int64_t ms = -1;
	size_t n = 0;
	uint32_t i, order = 0;

	(void)state;
	for (i = 0; i < N; i++) {
		all[i] = (struct due){ .order = i };
		assert_true(dues_reserve(&ds, i + 1));
		dues_set(&ds, &all[i], i % 3 == 0 ? INT64_MAX : i % 10);
	}
	for (; (d = dues_first(&ds, INT64_MAX)) != NULL; n++) {
		assert_true(dues_at(&ds, d) > ms || (dues_at(&ds, d) == ms && d->order > order));
		ms = dues_at(&ds, d);
		order = d->order;
		dues_drop(&ds, d);
		assert_int_equal(d->number, 0);
		dues_drop(&ds, d);
	}
	assert_int_equal(n, N);
	dues_clear(&ds);
	assert_null(dues_first(&ds, INT64_MAX));
}

/* Each had a time of its own, but none of them is up then any more. */
static void
what_was_put_off_wakes_nobody_one_by_one(void **state)
{
	struct dues ds = { .of = NULL };
	int64_t now_ms;
	unsigned times = 0;
	uint32_t i;

	(void)state;
	assert_true(dues_reserve(&ds, N));
	for (i = 0; i < N; i++) {
		all[i] = (struct due){ .order = i };
		dues_set(&ds, &all[i], i);
		dues_set(&ds, &all[i], 10000 + i);
	}
	for (now_ms = dues_ms(&ds); now_ms < 10000; now_ms = dues_ms(&ds)) {
		assert_null(dues_first(&ds, now_ms));
		times++;
	}
	assert_int_equal(now_ms, 10000);
	assert_in_range(times, 0, N / 50);
	dues_clear(&ds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_first_whatever_came_and_went),
		cmocka_unit_test(all_go_in_their_order),
		cmocka_unit_test(what_was_put_off_wakes_nobody_one_by_one)
	};

	return tests_run(tests, NULL, NULL);
}
