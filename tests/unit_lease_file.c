/*
 * The lines of the file of leases, on a disk in memory.
 */
#include "server/room/lease_file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "server/room/lease_table.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *mem;
static struct disk disk;
static int fd;
static off_t size;
static char seen[4096];		/* what was told */

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	disk.make_dir(disk.arg, "/d");
	fd = disk.open(disk.arg, "/d/leases", true);
	size = 0;
	return fd == -1;
}

static int
tear_down(void **state)
{
	(void)state;
	disk.close(disk.arg, fd);
	memdisk_free(mem);
	return 0;
}

/* arg: counts down to a failure of memory; NULL: there is none. */
static bool
tell(void *arg, const char *fold, int64_t day, bool kept, const uint8_t *key)
{
	int *left = arg;

	if (left != NULL && (*left)-- == 0) {
		errno = ENOMEM;
		return false;
	}
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
	    "%s=%s%s%lld ", fold, key == NULL ? "nobody" : key[0] == 1 ?
	    "ann" : "bob", kept ? "!" : "@", (long long)day);
	return true;
}

static bool
reads(int from, int *left, struct journal_why *why)
{
	memset(why, 0, sizeof(*why));
	seen[0] = '\0';
	return lease_file_read(&disk, from, tell, left, why);
}

static void
holds(int from, const char *what)
{
	struct journal_why why;

	assert_true(reads(from, NULL, &why));
	assert_string_equal(seen, what);
}

static void
add(const char *fold, int64_t day, bool kept, const uint8_t *key)
{
	assert_true(lease_file_append(&disk, fd, &size,
	    &(struct lease_line){ fold, day, kept, key }));
}

static void
put(const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(disk.write(disk.arg, fd, text, len, size), 0);
	size += (off_t)len;
}

static void
what_was_written_is_told_in_order(void **state)
{
	(void)state;
	holds(fd, "");
	add("x", 100, true, ann);
	add("a name", 101, false, bob);
	add("x", 102, false, NULL);
	holds(fd, "x=ann!100 a name=bob@101 x=nobody@102 ");
	assert_int_equal(disk.size(disk.arg, fd), size);
}

static void
what_does_not_fit_is_not_there(void **state)
{
	off_t before;

	(void)state;
	add("x", 100, true, ann);
	before = size;
	memdisk_limit(mem, memdisk_bytes(mem) + 7);
	assert_false(lease_file_append(&disk, fd, &size,
	    &(struct lease_line){ "y", 1, true, bob }));
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(size, before);
	holds(fd, "x=ann!100 ");
	memdisk_limit(mem, UINT64_MAX);
	add("y", 1, true, bob);
	holds(fd, "x=ann!100 y=bob!1 ");
}

static void
what_a_crash_tore_does_not_count(void **state)
{
	static const char hole[300];

	(void)state;
	add("x", 100, true, ann);
	assert_int_equal(disk.write(disk.arg, fd, hole, sizeof(hole), size), 0);
	size += sizeof(hole);
	put("\n");
	add("y", 101, true, bob);
	put("102 AAAA");
	holds(fd, "x=ann!100 y=bob!101 ");
}

static void
a_hole_of_any_length_is_passed_over(void **state)
{
	(void)state;
	add("x", 100, true, ann);
	size += 300000;
	put("\n");
	add("y", 101, true, bob);
	holds(fd, "x=ann!100 y=bob!101 ");
}

static void
a_line_that_is_none_is_told_with_its_place(void **state)
{
	static const char *const bad[] = { "\n", "x\n", "100 \n", "100 -\n",
	    "100 - \n", "-1 - x\n", "100 AAAA x\n", " x - y\n",
	    "99999999999999999999 - x\n", "2147483648 - x\n", "100x - y\n" };
	struct journal_why why;
	off_t good;
	size_t i;

	(void)state;
	add("x", 100, true, ann);
	good = size;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(disk.truncate(disk.arg, fd, good), 0);
		size = good;
		put(bad[i]);
		assert_false(reads(fd, NULL, &why));
		assert_int_equal(why.kind, JOURNAL_CORRUPT);
		assert_int_equal(why.offset, good);
		assert_string_equal(seen, "x=ann!100 ");
	}
}

static void
a_line_without_end_is_none_of_ours(void **state)
{
	struct journal_why why;
	char *line = calloc(1, 100001);

	(void)state;
	assert_non_null(line);
	memset(line, '1', 100000);
	put(line);
	free(line);
	assert_false(reads(fd, NULL, &why));
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
}

static void
no_memory_is_no_bad_file(void **state)
{
	struct journal_why why;
	int left = 1;

	(void)state;
	add("x", 100, true, ann);
	add("y", 101, true, bob);
	assert_false(reads(fd, &left, &why));
	assert_int_equal(why.kind, JOURNAL_SYSTEM);
	assert_int_equal(why.error, ENOMEM);
}

/* More than a piece of the file holds. */
static void
fill(struct lease_table *t)
{
	char fold[32];
	int i;

	lease_table_init(t);
	for (i = 0; i < 3000; i++) {
		snprintf(fold, sizeof(fold), "name %d", i);
		assert_non_null(lease_table_set(t, fold, i, i % 2, ann));
	}
}

static void
a_new_file_is_the_table_the_oldest_first(void **state)
{
	struct lease_table t;
	bool replaced;
	off_t len;
	int new;

	(void)state;
	add("old", 1, true, bob);
	lease_table_init(&t);
	lease_table_set(&t, "kept", 5, true, ann);
	lease_table_set(&t, "new", 9, false, bob);
	new = lease_file_replace(&disk, "/d", "/d/leases", &t, &len,
	    &replaced);
	assert_int_not_equal(new, -1);
	assert_true(replaced);
	assert_int_equal(disk.size(disk.arg, new), len);
	holds(new, "new=bob@9 kept=ann!5 ");
	disk.close(disk.arg, fd);
	fd = disk.open(disk.arg, "/d/leases", false);
	holds(fd, "new=bob@9 kept=ann!5 ");
	disk.close(disk.arg, new);
	lease_table_clear(&t);
}

static size_t lines;

static bool
count_line(void *arg, const char *fold, int64_t day, bool kept,
    const uint8_t *key)
{
	bool *good = arg;
	char name[32];

	snprintf(name, sizeof(name), "name %lld", (long long)day);
	*good = *good && strcmp(name, fold) == 0 && kept == day % 2 &&
	    key != NULL && memcmp(key, ann, NOISE_KEY) == 0;
	lines++;
	return true;
}

static void
a_long_table_is_written_whole(void **state)
{
	struct lease_table t;
	struct journal_why why;
	bool replaced, good = true;
	off_t len;
	int new;

	(void)state;
	fill(&t);
	new = lease_file_replace(&disk, "/d", "/d/leases", &t, &len,
	    &replaced);
	assert_int_not_equal(new, -1);
	assert_int_equal(disk.size(disk.arg, new), len);
	lines = 0;
	assert_true(lease_file_read(&disk, new, count_line, &good, &why));
	assert_int_equal(lines, 3000);
	assert_true(good);
	disk.close(disk.arg, new);
	lease_table_clear(&t);
}

static void
where_the_new_one_fails_the_old_one_stays(void **state)
{
	struct lease_table t;
	bool replaced = true;
	uint64_t before;
	off_t len;

	(void)state;
	add("old", 1, true, bob);
	fill(&t);
	before = memdisk_bytes(mem);
	memdisk_limit(mem, before + 70000);
	assert_int_equal(lease_file_replace(&disk, "/d", "/d/leases", &t,
	    &len, &replaced), -1);
	assert_int_equal(errno, ENOSPC);
	assert_false(replaced);
	assert_int_equal(memdisk_bytes(mem), before);
	memdisk_limit(mem, UINT64_MAX);
	memdisk_fail_sync(mem, 1);
	assert_int_equal(lease_file_replace(&disk, "/d", "/d/leases", &t,
	    &len, &replaced), -1);
	assert_false(replaced);
	assert_int_equal(memdisk_bytes(mem), before);
	holds(fd, "old=bob!1 ");
	lease_table_clear(&t);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_told_in_order),
		TEST(what_does_not_fit_is_not_there),
		TEST(what_a_crash_tore_does_not_count),
		TEST(a_hole_of_any_length_is_passed_over),
		TEST(a_line_that_is_none_is_told_with_its_place),
		TEST(a_line_without_end_is_none_of_ours),
		TEST(no_memory_is_no_bad_file),
		TEST(a_new_file_is_the_table_the_oldest_first),
		TEST(a_long_table_is_written_whole),
		TEST(where_the_new_one_fails_the_old_one_stays),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
