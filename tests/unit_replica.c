/*
 * The client's copy of a room on a disk in memory: it has a bound, and what a
 * server takes back is not lost with that.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/journal.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/receiver/replica.h"

enum { ENTRIES = 20000, SEGMENTS = 2, MANY = REPLICA_FEW + 1 };

static const uint8_t log_id[FRAME_LOG_ID] = { 3 };
static struct memdisk *mem;
static struct disk disk;
static struct replica c;

static int
set_up(void **state)
{
	static const uint8_t chain[FRAME_CHAIN];

	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	assert_int_equal(disk.make_dir(disk.arg, "/c"), 0);
	assert_int_equal(disk.make_dir(disk.arg, "/k"), 0);
	replica_open(&c, &disk, "/c", NULL);
	replica_restart(&c, log_id, 0);
	replica_base(&c, 0, chain);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	replica_close(&c);
	memdisk_free(mem);
	return 0;
}

/* So many more entries, which say this. */
static void
hear(size_t n, const char *text)
{
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = text, .text_len = strlen(text) };
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out;

	while (n-- > 0) {
		e.seq = c.at.seq + 1;
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		replica_append(&c, bytes, out.len, 1, e.seq, 0);
	}
	replica_sync(&c);
}

/* As another run finds it. */
static void
run_again(void)
{
	replica_close(&c);
	replica_open(&c, &disk, "/c", NULL);
}

/* What is aside under that ending has those entries, which say this. */
static void
assert_aside(const char *end, uint64_t first, uint64_t last, const char *text)
{
	char from[64], to[64];
	struct journal_why why;
	struct journal *j;
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	uint64_t seq;
	size_t len;

	snprintf(from, sizeof(from), "/c/%02x%030d.%s", log_id[0], 0, end);
	snprintf(to, sizeof(to), "/k/%02x%030d", log_id[0], 0);
	assert_int_equal(disk.rename(disk.arg, from, to), 0);
	assert_non_null(j = journal_open(&disk, "/k", JOURNAL_SEGMENT_BYTES,
	    &why));
	assert_int_equal(journal_first(j), first);
	assert_int_equal(journal_last(j), last);
	for (seq = first; seq <= last; seq++) {
		assert_non_null(bytes = journal_read(j, seq, &len));
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		assert_int_equal(e.text_len, strlen(text));
		assert_memory_equal(e.text, text, e.text_len);
	}
	journal_close(j);
	assert_int_equal(disk.rename(disk.arg, to, from), 0);
}

static void
it_may_go_back_ever_further_and_loses_nothing_of_before(
    void **state)
{
	unsigned i;

	(void)state;
	hear(100, "old");
	run_again();
	for (i = 9; i >= 1; i--) {
		replica_rewind(&c, 10 * i);
		assert_non_null(c.journal);
		hear(5, "new");
	}
	assert_int_equal(c.at.seq, 15);
	assert_aside("old2", 11, 100, "old");
	run_again();
	assert_int_equal(c.at.seq, 15);
}

/* It talks much, and takes back much, and does so again. */
static void
a_hostile_server_fills_no_disk_and_pushes_nothing_out(void **state)
{
	uint64_t bytes = 0;
	unsigned i;

	(void)state;
	hear(100, "old");
	run_again();
	for (i = 0; i < 50; i++) {
		replica_rewind(&c, 99 - 2 * i);
		assert_non_null(c.journal);
		hear(i % 2 == 0 ? MANY : REPLICA_FEW, "spam");
		if (i == 10)
			bytes = memdisk_bytes(mem);
	}
	assert_true(memdisk_bytes(mem) < bytes + bytes / 2);
	assert_aside("old2", 2, 100, "old");
}

/* The copy does not begin with the log. */
static void
nor_where_it_goes_back_behind_the_beginning(void **state)
{
	static const uint8_t chain[FRAME_CHAIN] = { 7 };

	(void)state;
	replica_restart(&c, log_id, 500);
	replica_base(&c, 0, chain);
	hear(100, "old");
	run_again();
	replica_rewind(&c, 550);
	hear(MANY, "new");
	replica_rewind(&c, 540);
	hear(MANY, "more");
	replica_rewind(&c, 300);
	replica_base(&c, 0, chain);
	assert_non_null(c.journal);
	hear(10, "last");
	assert_aside("old2", 501, 600, "old");
	assert_aside("old1", 541, 540 + MANY, "more");
	run_again();
	assert_int_equal(c.at.seq, 310);
	assert_int_equal(c.first, 301);
}

/* However long a server talks. */
static void
a_copy_has_a_bound_and_keeps_the_newest(void **state)
{
	char text[1000];
	uint8_t bytes[ENTRY_BYTES], last[FRAME_CHAIN];
	struct entry e = { .kind = ENTRY_SAY, .author = "mallory",
	    .author_len = 7, .text = text, .text_len = sizeof(text) };
	struct wire_out out;
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text));
	c.bytes_max = SEGMENTS * JOURNAL_SEGMENT_BYTES;
	for (e.seq = 1; e.seq <= ENTRIES; e.seq++) {
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		replica_append(&c, bytes, out.len, 1, e.seq, 0);
		assert_true(memdisk_bytes(mem) <= (SEGMENTS + 1) *
		    (uint64_t)JOURNAL_SEGMENT_BYTES);
	}
	assert_true(c.first > 1);
	assert_null(replica_read(&c, c.first - 1, &len));
	assert_non_null(replica_read(&c, c.first, &len));
	assert_non_null(replica_read(&c, ENTRIES, &len));
	memcpy(last, replica_chain(&c), FRAME_CHAIN);
	replica_close(&c);
	replica_open(&c, &disk, "/c", NULL);
	assert_int_equal(c.at.seq, ENTRIES);
	assert_true(c.first > 1);
	assert_memory_equal(replica_chain(&c), last, FRAME_CHAIN);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_copy_has_a_bound_and_keeps_the_newest),
		TEST(it_may_go_back_ever_further_and_loses_nothing_of_before),
		TEST(a_hostile_server_fills_no_disk_and_pushes_nothing_out),
		TEST(nor_where_it_goes_back_behind_the_beginning),
	};

	return tests_run(tests, NULL, NULL);
}
