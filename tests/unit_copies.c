/*
 * A room's copy that goes to another directory, on a disk in memory; what
 * becomes of two is in unit_rooms.c.
 */
#include "tui/shared/copies.h"

#include "common/entry.h"
#include "common/journal.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static const uint8_t id[JOURNAL_ID] = { 0xab };

static void
make_copy(const struct disk *d, const char *dir, uint64_t last)
{
	static const uint8_t chain[JOURNAL_CHAIN];
	struct entry e = { .kind = ENTRY_SAY, .author = "ann",
	    .author_len = 3, .text = "hello", .text_len = 5 };
	uint8_t bytes[ENTRY_BYTES];
	struct journal_why why;
	struct wire_out out;
	struct journal *j = journal_create(d, dir, JOURNAL_SEGMENT_BYTES,
	    &(struct journal_base){ id, 1, 0, chain }, &why);

	assert_non_null(j);
	for (e.seq = 1; e.seq <= last; e.seq++) {
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		assert_true(journal_append(j, bytes, out.len, 1));
	}
	assert_true(journal_sync(j));
	journal_close(j);
}

static void
assert_copy(const struct disk *d, const char *dir, uint64_t last)
{
	struct journal_why why;
	struct journal *j = journal_open(d, dir, JOURNAL_SEGMENT_BYTES, &why);

	assert_non_null(j);
	assert_int_equal(journal_last(j), last);
	journal_close(j);
}

static void
a_copy_goes_to_where_none_is_and_the_longer_one_stays(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	assert_int_equal(d.make_dir(d.arg, "/bob"), 0);
	assert_int_equal(d.make_dir(d.arg, "/ann"), 0);
	d.close(d.arg, d.open(d.arg, "/ann/outbox", true));
	assert_false(copies_lie(&d, "/ann"));
	assert_false(copies_lie(&d, "/nowhere"));
	make_copy(&d, "/ann", 3);
	assert_true(copies_lie(&d, "/ann"));
	assert_true(copies_take(&d, "/ann", "/bob"));
	assert_false(copies_lie(&d, "/ann"));
	assert_copy(&d, "/bob", 3);
	make_copy(&d, "/ann", 5);
	assert_true(copies_take(&d, "/ann", "/bob"));
	assert_false(copies_lie(&d, "/ann"));
	assert_copy(&d, "/bob", 5);
	make_copy(&d, "/ann", 2);
	assert_true(copies_take(&d, "/ann", "/bob"));
	assert_copy(&d, "/bob", 5);
	memdisk_free(mem);
}

static void
one_that_is_open_stays(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct journal_why why;
	struct journal *j;

	(void)state;
	assert_int_equal(d.make_dir(d.arg, "/bob"), 0);
	assert_int_equal(d.make_dir(d.arg, "/ann"), 0);
	make_copy(&d, "/ann", 3);
	j = journal_open(&d, "/ann", JOURNAL_SEGMENT_BYTES, &why);
	assert_non_null(j);
	assert_false(copies_take(&d, "/ann", "/bob"));
	journal_close(j);
	assert_copy(&d, "/ann", 3);
	assert_false(copies_lie(&d, "/bob"));
	memdisk_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_copy_goes_to_where_none_is_and_the_longer_one_stays),
		cmocka_unit_test(one_that_is_open_stays),
	};

	return tests_run(tests, NULL, NULL);
}
