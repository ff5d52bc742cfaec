/*
 * The client's copy of a room on a disk in memory: it has a bound.
 */
#include <stdint.h>
#include <string.h>

#include "common/journal.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/receiver/replica.h"

enum { ENTRIES = 20000, SEGMENTS = 2 };

/* However long a server talks. */
static void
a_copy_has_a_bound_and_keeps_the_newest(void **state)
{
	static const uint8_t id[FRAME_LOG_ID] = { 3 };
	static const uint8_t chain[FRAME_CHAIN];
	char text[1000];
	uint8_t bytes[ENTRY_BYTES], last[FRAME_CHAIN];
	struct entry e = { .kind = ENTRY_SAY, .author = "mallory",
	    .author_len = 7, .text = text, .text_len = sizeof(text) };
	struct memdisk *mem = memdisk_new();
	struct disk disk = memdisk_disk(mem);
	struct wire_out out;
	struct replica c;
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text));
	disk.make_dir(disk.arg, "/c");
	replica_open(&c, &disk, "/c", NULL);
	c.bytes_max = SEGMENTS * JOURNAL_SEGMENT_BYTES;
	replica_restart(&c, id, 0);
	replica_base(&c, 0, chain);
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
	replica_close(&c);
	memdisk_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_has_a_bound_and_keeps_the_newest),
	};

	return tests_run(tests, NULL, NULL);
}
