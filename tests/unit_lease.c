/*
 * Names and their owners, across days, restarts and bad disks.
 */
#include "server/lease.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/with_disk.h"

static const int64_t day = INT64_C(86400) * 1000;
static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *mem;
static struct disk disk;
static struct journal_why why;

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	return disk.make_dir(disk.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

static struct leases *
again(int64_t now)
{
	struct leases *l = leases_open(&disk, "/d", now, &why);

	assert_non_null(l);
	return l;
}

static void
an_owner_is_kept_for_90_days(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_null(leases_owner(l, 0, "ann"));
	assert_true(leases_take(l, 0, "ann", ann));
	assert_memory_equal(leases_owner(l, 90 * day, "ann"), ann, NOISE_KEY);
	assert_null(leases_owner(l, 91 * day, "ann"));
	assert_true(leases_take(l, 50 * day, "ann", ann));
	leases_close(l);
	l = again(100 * day);
	assert_memory_equal(leases_owner(l, 140 * day, "ann"), ann,
	    NOISE_KEY);
	leases_close(l);
	/* Too old: the start forgets it, and another takes the name. */
	l = again(200 * day);
	assert_true(leases_take(l, 200 * day, "ann", bob));
	leases_close(l);
	l = again(200 * day);
	assert_memory_equal(leases_owner(l, 200 * day, "ann"), bob,
	    NOISE_KEY);
	leases_close(l);
}

static void
a_released_name_is_free_for_good(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann));
	assert_true(leases_release(l, 0, "ann"));
	assert_null(leases_owner(l, 0, "ann"));
	assert_false(leases_release(l, 0, "ann"));
	leases_close(l);
	l = again(0);
	assert_null(leases_owner(l, 0, "ann"));
	leases_close(l);
}

static void
a_lease_survives_the_machine(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann));
	memdisk_crash(mem, 0);
	leases_close(l);
	l = again(0);
	assert_memory_equal(leases_owner(l, 0, "ann"), ann, NOISE_KEY);
	leases_close(l);
}

static void
a_torn_last_line_does_not_count_a_bad_one_is_told(void **state)
{
	struct leases *l = again(0);
	off_t size;
	int fd;

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann));
	assert_true(leases_take(l, 0, "bob", bob));
	leases_close(l);
	fd = disk.open(disk.arg, "/d/leases", false);
	size = disk.size(disk.arg, fd);
	assert_int_equal(disk.truncate(disk.arg, fd, size - 3), 0);
	l = again(0);
	assert_non_null(leases_owner(l, 0, "ann"));
	assert_null(leases_owner(l, 0, "bob"));
	leases_close(l);
	disk.close(disk.arg, fd);
	fd = disk.open(disk.arg, "/d/leases", false);
	size = disk.size(disk.arg, fd);
	assert_int_equal(disk.write(disk.arg, fd, "nonsense\n", 9, size), 0);
	assert_null(leases_open(&disk, "/d", 0, &why));
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.offset, size);
	assert_string_equal(why.path, "/d/leases");
	disk.close(disk.arg, fd);
}

static void
a_full_disk_changes_nothing(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann));
	memdisk_limit(mem, memdisk_bytes(mem) + 5);
	assert_false(leases_take(l, 0, "bob", bob));
	assert_int_equal(errno, ENOSPC);
	assert_null(leases_owner(l, 0, "bob"));
	/* The same day again writes nothing, so it is fine. */
	assert_true(leases_take(l, 0, "ann", ann));
	memdisk_limit(mem, UINT64_MAX);
	assert_true(leases_take(l, 0, "bob", bob));
	leases_close(l);
	l = again(0);
	assert_non_null(leases_owner(l, 0, "ann"));
	assert_non_null(leases_owner(l, 0, "bob"));
	leases_close(l);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_owner_is_kept_for_90_days),
		TEST(a_released_name_is_free_for_good),
		TEST(a_lease_survives_the_machine),
		TEST(a_torn_last_line_does_not_count_a_bad_one_is_told),
		TEST(a_full_disk_changes_nothing),
	};

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
