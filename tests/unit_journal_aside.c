/*
 * What a journal gives up is kept beside it, on a disk in memory.
 */
#include "common/journal_aside.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/disk.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static struct memdisk *mem;
static struct disk disk;
static struct journal_why why;
static char aside[PATH_MAX];

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	aside[0] = '\0';
	return disk.make_dir(disk.arg, "/k");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

/* A log by that number in /j, with so many entries; it is closed. */
static void
make(uint8_t number, uint64_t entries)
{
	static const uint8_t chain[JOURNAL_CHAIN];
	const uint8_t id[JOURNAL_ID] = { number };
	const struct journal_base base = { id, 1, 0, chain };
	uint8_t bytes[ENTRY_BYTES];
	struct journal *j = journal_create(&disk, "/j",
	    JOURNAL_SEGMENT_BYTES, &base, &why);
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = "x", .text_len = 1 };
	struct wire_out out;

	assert_non_null(j);
	for (e.seq = 1; e.seq <= entries; e.seq++) {
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		assert_true(journal_append(j, bytes, out.len, 1));
	}
	assert_true(journal_sync(j));
	journal_close(j);
}

static struct journal *
reopen(const char *dir)
{
	return journal_open(&disk, dir, JOURNAL_SEGMENT_BYTES, &why);
}

/* What is aside at path is a journal of these entries; it is gone then. */
static void
holds(const char *path, uint8_t number, uint64_t first, uint64_t last)
{
	const uint8_t id[JOURNAL_ID] = { number };
	struct journal *j;
	char to[PATH_MAX], gone[16];
	uint64_t seq;
	size_t len;

	snprintf(to, sizeof(to), "/k/%02x%030d", number, 0);
	assert_int_equal(disk.rename(disk.arg, path, to), 0);
	j = reopen("/k");
	assert_non_null(j);
	assert_memory_equal(journal_id(j), id, JOURNAL_ID);
	assert_int_equal(journal_first(j), first);
	assert_int_equal(journal_last(j), last);
	for (seq = first; seq <= last; seq++)
		assert_non_null(journal_read(j, seq, &len));
	journal_close(j);
	snprintf(gone, sizeof(gone), "/gone%d", number);
	assert_int_equal(disk.rename(disk.arg, to, gone), 0);
}

static void
what_is_no_log_or_an_empty_one_is_no_loss(void **state)
{
	(void)state;
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_NONE);
	make(1, 0);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_NONE);
	assert_string_equal(aside, "");
}

static void
a_log_that_is_set_aside_is_whole_and_out_of_the_way(void **state)
{
	(void)state;
	make(1, 3);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_KEPT);
	assert_null(reopen("/j"));
	assert_int_equal(why.kind, JOURNAL_NONE);
	/* Another one in its place takes nothing away. */
	make(2, 1);
	holds(aside, 1, 1, 3);
}

static void
two_are_kept_and_the_oldest_goes(void **state)
{
	char before[PATH_MAX];
	uint64_t bytes;

	(void)state;
	make(1, 3);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_KEPT);
	make(2, 3);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_KEPT);
	bytes = memdisk_bytes(mem);
	make(3, 3);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_KEPT);
	assert_int_equal(memdisk_bytes(mem), bytes);
	holds(aside, 3, 1, 3);
	snprintf(before, sizeof(before), "/j/02%030d.old2", 0);
	holds(before, 2, 1, 3);
}

static void
one_that_somebody_has_open_stays(void **state)
{
	struct journal *j;

	(void)state;
	make(1, 3);
	j = reopen("/j");
	assert_non_null(j);
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_FAILED);
	assert_int_equal(journal_last(j), 3);
	journal_close(j);
	j = reopen("/j");
	assert_non_null(j);
	journal_close(j);
}

/* Somebody may still be able to read what we cannot. */
static void
one_that_cannot_be_read_is_kept_too(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make(1, 3);
	snprintf(path, sizeof(path), "/j/01%030d/%020d.log", 0, 1);
	assert_true(memdisk_flip(mem, path, 90));
	assert_null(reopen("/j"));
	assert_int_equal(journal_set_aside(&disk, "/j", aside),
	    JOURNAL_ASIDE_KEPT);
	assert_null(reopen("/j"));
	assert_int_equal(why.kind, JOURNAL_NONE);
}

static void
the_end_that_is_cut_is_a_journal_itself(void **state)
{
	struct journal *j;

	(void)state;
	make(1, 10);
	j = reopen("/j");
	assert_non_null(j);
	assert_true(journal_cut_aside(j, 6, false, aside));
	/* It is a copy: cutting is the next step. */
	assert_int_equal(journal_last(j), 10);
	assert_true(journal_truncate(j, 6));
	assert_int_equal(journal_last(j), 6);
	/* There is nothing above the last one. */
	assert_false(journal_cut_aside(j, 6, false, aside));
	assert_int_equal(errno, EINVAL);
	journal_close(j);
	holds(aside, 1, 7, 10);
}

/* The log is cut ever further back: all of it is in one piece. */
static void
what_is_cut_later_goes_before_what_was_cut_first(void **state)
{
	char other[PATH_MAX];
	struct journal *j;

	(void)state;
	make(1, 200);
	j = reopen("/j");
	assert_non_null(j);
	assert_false(journal_cut_more(j, 150, 180, false, aside));
	assert_true(journal_cut_aside(j, 180, false, aside));
	assert_true(journal_truncate(j, 180));
	assert_true(journal_cut_more(j, 150, 180, false, aside));
	assert_true(journal_truncate(j, 150));
	/* Another one is the newest, and one more instead of it. */
	assert_true(journal_cut_aside(j, 149, false, aside));
	assert_true(journal_cut_aside(j, 140, true, aside));
	/* It begins nowhere near. */
	assert_false(journal_cut_more(j, 20, 100, true, other));
	assert_false(journal_cut_more(j, 20, 20, true, other));
	assert_true(journal_cut_more(j, 0, 150, true, other));
	assert_true(journal_truncate(j, 0));
	journal_close(j);
	holds(other, 1, 1, 200);
	assert_int_equal(disk.rename(disk.arg, "/gone1", "/gone0"), 0);
	holds(aside, 1, 141, 150);
}

static void
what_cannot_be_kept_is_where_it_was(void **state)
{
	struct journal *j;

	(void)state;
	make(1, 10);
	j = reopen("/j");
	assert_non_null(j);
	memdisk_limit(mem, memdisk_bytes(mem) + 80);
	assert_false(journal_cut_aside(j, 2, false, aside));
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(journal_last(j), 10);
	memdisk_limit(mem, UINT64_MAX);
	/* What was left of that is in nobody's way. */
	assert_true(journal_cut_aside(j, 2, false, aside));
	journal_close(j);
	holds(aside, 1, 3, 10);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_log_or_an_empty_one_is_no_loss),
		TEST(a_log_that_is_set_aside_is_whole_and_out_of_the_way),
		TEST(two_are_kept_and_the_oldest_goes),
		TEST(one_that_somebody_has_open_stays),
		TEST(one_that_cannot_be_read_is_kept_too),
		TEST(the_end_that_is_cut_is_a_journal_itself),
		TEST(what_is_cut_later_goes_before_what_was_cut_first),
		TEST(what_cannot_be_kept_is_where_it_was),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
