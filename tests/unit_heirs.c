/*
 * Keys that are out: known by key and fingerprint, over restarts and bad disks.
 */
#include "server/room/heirs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

#define KEY(c) c "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static const uint8_t ann[NOISE_KEY] = { 4 }, bob[NOISE_KEY] = { 8 },
    cyd[NOISE_KEY] = { 12 }, dan[NOISE_KEY] = { 16 };

static struct memdisk *md;
static struct disk d;
static struct journal_why why;
static struct heirs *heirs;

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	if (d.make_dir(d.arg, "/d") == -1)
		return -1;
	heirs = heirs_open(&d, "/d", 2, &why);
	return heirs == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	heirs_close(heirs);
	memdisk_free(md);
	return 0;
}

static void
again(size_t max)
{
	heirs_close(heirs);
	heirs = heirs_open(&d, "/d", max, &why);
	assert_non_null(heirs);
}

static void
is_out(const uint8_t key[NOISE_KEY], const uint8_t heir[NOISE_KEY],
    int64_t since_ms)
{
	const struct heir *e = heirs_find(heirs, key);
	char text[FINGERPRINT_TEXT];

	assert_non_null(e);
	assert_memory_equal(e->heir, heir, NOISE_KEY);
	assert_int_equal(e->since_ms, since_ms);
	assert_ptr_equal(heirs_find_fingerprint(heirs, fingerprint_text(text,
	    key)), e);
}

static void
a_key_that_is_out_stays_out(void **state)
{
	(void)state;
	assert_null(heirs_find(NULL, ann));
	assert_null(heirs_find(heirs, ann));
	assert_true(heirs_add(heirs, 7, ann, bob));
	is_out(ann, bob, 7);
	memdisk_crash(md, 1);
	again(2);
	is_out(ann, bob, 7);
	assert_null(heirs_find(heirs, bob));
	assert_ptr_equal(heirs_each(heirs, NULL), heirs_find(heirs, ann));
	assert_null(heirs_each(heirs, heirs_find(heirs, ann)));
}

static void
the_last_one_counts(void **state)
{
	(void)state;
	assert_true(heirs_add(heirs, 7, ann, bob));
	assert_true(heirs_add(heirs, 8, bob, cyd));
	assert_memory_equal(heirs_last(heirs, ann), cyd, NOISE_KEY);
	assert_memory_equal(heirs_last(heirs, dan), dan, NOISE_KEY);
	again(2);
	assert_memory_equal(heirs_last(heirs, ann), cyd, NOISE_KEY);
}

static void
nothing_is_out_twice_nor_in_a_circle(void **state)
{
	(void)state;
	assert_true(heirs_add(heirs, 7, ann, bob));
	assert_false(heirs_add(heirs, 8, ann, cyd));
	assert_int_equal(errno, EEXIST);
	assert_false(heirs_add(heirs, 8, bob, ann));
	assert_int_equal(errno, ELOOP);
	assert_false(heirs_add(heirs, 8, bob, bob));
	assert_int_equal(errno, ELOOP);
	is_out(ann, bob, 7);
}

static void
there_is_a_bound_and_the_oldest_goes(void **state)
{
	(void)state;
	assert_true(heirs_add(heirs, 1, ann, dan));
	assert_true(heirs_add(heirs, 2, bob, dan));
	assert_true(heirs_add(heirs, 3, cyd, dan));
	assert_null(heirs_find(heirs, ann));
	is_out(bob, dan, 2);
	again(1);
	assert_null(heirs_find(heirs, bob));
	is_out(cyd, dan, 3);
}

static void
a_full_disk_changes_nothing(void **state)
{
	(void)state;
	assert_true(heirs_add(heirs, 1, ann, dan));
	memdisk_limit(md, memdisk_bytes(md) + 10);
	assert_false(heirs_add(heirs, 2, bob, dan));
	assert_int_equal(errno, ENOSPC);
	assert_null(heirs_find(heirs, bob));
	memdisk_limit(md, UINT64_MAX);
	again(2);
	is_out(ann, dan, 1);
	assert_null(heirs_find(heirs, bob));
	assert_true(heirs_add(heirs, 3, bob, dan));
	again(2);
	is_out(bob, dan, 3);
}

static void
a_file_that_is_none_is_told(void **state)
{
	static const char *const bad[] = { "x\n", KEY("B") " " KEY("C") "\n",
		KEY("B") " " KEY("C") " -1\n", KEY("B") " x 5\n",
		KEY("B") " " KEY("C") " 5 6\n" };
	int fd;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fd = d.open(d.arg, "/d/persons", true);
		assert_int_equal(d.truncate(d.arg, fd, 0), 0);
		assert_int_equal(d.write(d.arg, fd, bad[i], strlen(bad[i]),
		    0), 0);
		d.close(d.arg, fd);
		heirs_close(heirs);
		heirs = heirs_open(&d, "/d", 2, &why);
		assert_null(heirs);
		assert_int_equal(why.kind, JOURNAL_CORRUPT);
		assert_string_equal(why.path, "/d/persons");
	}
}

enum { ROW = 30000, ROW_MAX = ROW - 100 };

static const uint8_t *
nth(int i)
{
	static uint8_t key[2][NOISE_KEY];
	static int which;
	uint8_t *k = key[which ^= 1];

	k[0] = (uint8_t)i;
	k[1] = (uint8_t)(i >> 8);
	k[2] = 7;
	return k;
}

/* A server asks so of each when it starts. Step by step that would be half a
 * milliard of steps here. */
static void
of_very_many_in_a_row_the_last_counts_for_each(void **state)
{
	int i, n;

	(void)state;
	again(ROW_MAX);
	for (i = 0; i < ROW; i++) {
		assert_true(heirs_add(heirs, i, nth(i), nth(i + 1)));
		/* The way that is known goes on, and goes with the oldest. */
		if (i % 1000 == 0)
			assert_memory_equal(heirs_last(heirs, nth(i / 2 < i -
			    ROW_MAX ? i : i / 2)), nth(i + 1), NOISE_KEY);
	}
	for (n = 0; n < 2; n++) {
		for (i = ROW - ROW_MAX; i < ROW; i++)
			assert_memory_equal(heirs_last(heirs, nth(i)),
			    nth(ROW), NOISE_KEY);
		assert_memory_equal(heirs_last(heirs, nth(0)), nth(0),
		    NOISE_KEY);
		again(ROW_MAX);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_is_out_stays_out),
		TEST(the_last_one_counts),
		TEST(nothing_is_out_twice_nor_in_a_circle),
		TEST(there_is_a_bound_and_the_oldest_goes),
		TEST(of_very_many_in_a_row_the_last_counts_for_each),
		TEST(a_full_disk_changes_nothing),
		TEST(a_file_that_is_none_is_told),
	};

	return tests_run(tests, NULL, NULL);
}
