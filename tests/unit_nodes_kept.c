/*
 * A server that tells of other places each time does not keep the disk busy.
 */
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/nodes_kept.h"

static const uint8_t one[NOISE_KEY] = { 1 }, other[NOISE_KEY] = { 2 };
static struct nodes_kept k;
static int64_t due;

static int
set_up(void **state)
{
	(void)state;
	memset(&k, 0, sizeof(k));
	due = INT64_MAX;
	return 0;
}

static void
the_first_is_kept_at_once(void **state)
{
	(void)state;
	assert_false(nodes_kept_now(&k, 5, true, &due));
	nodes_kept_told(&k, one, "a:1");
	assert_true(nodes_kept_now(&k, 5, false, &due));
	assert_string_equal(k.list, "a:1");
	assert_memory_equal(k.key, one, NOISE_KEY);
	/* Once. */
	nodes_kept_told(&k, one, "a:1");
	assert_false(nodes_kept_now(&k, 5 + 2 * NODES_KEPT_MS, true, &due));
	assert_int_equal(due, INT64_MAX);
	/* Of another server it is another. */
	nodes_kept_told(&k, other, "a:1");
	assert_true(nodes_kept_now(&k, 5 + 2 * NODES_KEPT_MS, false, &due));
}

static void
who_tells_something_else_each_time_has_it_kept_once_in_a_while(void **state)
{
	int64_t now;
	unsigned n = 0;
	char list[16];

	(void)state;
	for (now = 0; now < 3 * NODES_KEPT_MS; now += 10) {
		snprintf(list, sizeof(list), "x%u:1", (unsigned)now);
		nodes_kept_told(&k, one, list);
		n += nodes_kept_now(&k, now, false, &due);
	}
	assert_int_equal(n, 3);
	assert_true(due <= 3 * NODES_KEPT_MS);
	/* And the last one in the end. */
	assert_true(nodes_kept_now(&k, now, true, &due));
	assert_string_equal(k.list, list);
	assert_false(nodes_kept_now(&k, now, true, &due));
}

static void
what_was_so_again_in_between_is_kept_as_it_is(void **state)
{
	(void)state;
	nodes_kept_told(&k, one, "a:1");
	assert_true(nodes_kept_now(&k, 0, false, &due));
	nodes_kept_told(&k, one, "b:1");
	assert_false(nodes_kept_now(&k, 10, false, &due));
	assert_int_equal(due, NODES_KEPT_MS);
	nodes_kept_told(&k, one, "a:1");
	assert_true(nodes_kept_now(&k, NODES_KEPT_MS, false, &due));
	assert_string_equal(k.list, "a:1");
}

/* The disk may have room later. */
static void
what_could_not_be_written_is_tried_again(void **state)
{
	(void)state;
	nodes_kept_told(&k, one, "a:1");
	assert_true(nodes_kept_now(&k, 5, false, &due));
	nodes_kept_not(&k, &due);
	assert_int_equal(due, 5 + NODES_KEPT_MS);
	nodes_kept_told(&k, one, "a:1");
	assert_false(nodes_kept_now(&k, 6, false, &due));
	assert_true(nodes_kept_now(&k, 5 + NODES_KEPT_MS, false, &due));
	assert_string_equal(k.list, "a:1");
	/* And what was told meanwhile in its place. */
	nodes_kept_not(&k, &due);
	nodes_kept_told(&k, one, "b:1");
	assert_true(nodes_kept_now(&k, 5 + 2 * NODES_KEPT_MS, false, &due));
	assert_string_equal(k.list, "b:1");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(the_first_is_kept_at_once),
		TEST(who_tells_something_else_each_time_has_it_kept_once_in_a_while),
		TEST(what_was_so_again_in_between_is_kept_as_it_is),
		TEST(what_could_not_be_written_is_tried_again)
	};

	return tests_run(tests, NULL, NULL);
}
