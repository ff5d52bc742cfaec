/*
 * A journal that is opened by a mark is the journal that it is of, read later.
 */
#include "common/journal_mark.h"

#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum { SEGMENT = 4096, MANY = 1000, MARK = 4096 };

static const uint8_t id[JOURNAL_ID] = { 5 };
static struct memdisk *md;
static struct disk plain, d;
static struct journal *j;
static uint64_t edge, bytes_read;
static uint8_t mark[MARK];
static size_t mark_len;
static uint8_t chains[MANY + 2][JOURNAL_CHAIN];

static ssize_t
count_read(void *arg, int fd, void *dst, size_t len, off_t at)
{
	bytes_read += len;
	return plain.read(arg, fd, dst, len, at);
}

static void
append(uint64_t seq)
{
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	/* A term begins now and then. */
	struct entry e = { .seq = seq, .kind = seq % 100 == 1 ? ENTRY_START :
	    ENTRY_SAY, .id = seq, .time_ms = (int64_t)seq, .author = "bob",
	    .author_len = 3, .text = "what is said", .text_len = 12 };

	if (e.kind == ENTRY_START)
		e.author_len = e.text_len = 0;
	entry_encode(&out, &e);
	assert_true(journal_append(j, bytes, out.len, 1));
	assert_true(journal_chain(j, seq, chains[seq]));
}

static void
put_mark(void)
{
	struct wire_out out = wire_out(mark, sizeof(mark));

	journal_put_mark(j, &out);
	assert_false(out.failed);
	mark_len = out.len;
}

static int
set_up(void **state)
{
	struct journal_why why;
	uint64_t seq;

	(void)state;
	md = memdisk_new();
	plain = d = memdisk_disk(md);
	d.read = count_read;
	j = journal_create(&d, "/j", SEGMENT, &(struct journal_base){ id, 1, 0,
	    chains[0] }, &why);
	assert_non_null(j);
	for (seq = 1; seq <= MANY; seq++)
		append(seq);
	assert_true(journal_sync(j));
	put_mark();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	journal_close(j);
	memdisk_free(md);
	return 0;
}

static void
open_again(void)
{
	struct wire_in in = wire_in(mark, mark_len);
	struct journal_why why;

	journal_close(j);
	bytes_read = 0;
	assert_non_null(j = journal_open_mark(&d, "/j", SEGMENT, &in, &edge,
	    &why));
}

static void
assert_is_whole(uint64_t last)
{
	uint8_t chain[JOURNAL_CHAIN];
	struct wire_in in;
	struct entry e;
	const uint8_t *bytes;
	uint64_t seq, i;
	size_t len;

	assert_int_equal(journal_last(j), last);
	for (i = 0; i <= last - journal_first(j); i++) {
		/* Now from here, now from there. */
		seq = journal_first(j) + i * 37 % (last - journal_first(j) +
		    1);
		assert_non_null(bytes = journal_read(j, seq, &len));
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		assert_int_equal(e.seq, seq);
		assert_true(journal_chain(j, seq, chain));
		assert_memory_equal(chain, chains[seq], JOURNAL_CHAIN);
		assert_int_equal(journal_term(j, seq),
		    (seq - 1) / 100 * 100 + 1);
	}
}

static void
what_is_known_is_not_read_until_it_is_asked_for(void **state)
{
	uint64_t bytes = journal_bytes(j), first = journal_edge(j) + 1;

	(void)state;
	assert_true(first > MANY / 2);
	open_again();
	assert_int_equal(edge, first - 1);
	assert_true(bytes_read < 3 * SEGMENT);
	assert_int_equal(journal_bytes(j), bytes);
	assert_int_equal(journal_full_bytes(j, edge), 0);
	assert_true(journal_full_bytes(j, 0) > bytes - 2 * SEGMENT);
	assert_is_whole(MANY);
}

static void
it_goes_on_and_is_marked_again(void **state)
{
	(void)state;
	open_again();
	append(MANY + 1);
	assert_is_whole(MANY + 1);
	put_mark();
	open_again();
	assert_true(edge > 0);
	assert_is_whole(MANY + 1);
}

/* The entries that are cut may be of a segment that nobody has read. */
static void
it_can_be_cut_where_nothing_was_read(void **state)
{
	const uint64_t to[] = { 900, 513, 512, 311, 64, 1, 0 };
	size_t i;

	(void)state;
	open_again();
	assert_true(journal_truncate(j, edge));
	assert_is_whole(edge);
	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		if (to[i] < journal_last(j))
			assert_true(journal_truncate(j, to[i]));
		assert_int_equal(journal_last(j), to[i]);
		while (journal_last(j) < to[i] + 70)
			append(journal_last(j) + 1);
		assert_is_whole(to[i] + 70);
	}
}

static void
what_retention_took_is_no_matter(void **state)
{
	uint64_t first;

	(void)state;
	open_again();
	assert_true(journal_keep(j, 400, 0) > 2);
	first = journal_first(j);
	assert_true(first > 200 && first <= 400);
	open_again();
	assert_true(edge > 0);
	assert_int_equal(journal_first(j), first);
	assert_is_whole(MANY);
	assert_true(journal_keep(j, 0, 1) > 2);
	open_again();
	assert_int_equal(journal_first(j), edge + 1);
	assert_is_whole(MANY);
}

/* Nor what is of another log. */
static void
what_is_no_mark_is_no_matter(void **state)
{
	size_t len = mark_len;

	(void)state;
	for (mark_len = 0; mark_len < len; mark_len += 3) {
		open_again();
		assert_int_equal(edge, 0);
		assert_true(bytes_read >= journal_bytes(j));
	}
	open_again();
	assert_true(edge > 0);
	mark[0] ^= 1;
	open_again();
	assert_int_equal(edge, 0);
	assert_is_whole(MANY);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_known_is_not_read_until_it_is_asked_for),
		TEST(it_goes_on_and_is_marked_again),
		TEST(it_can_be_cut_where_nothing_was_read),
		TEST(what_retention_took_is_no_matter),
		TEST(what_is_no_mark_is_no_matter),
	};

	return tests_run(tests, NULL, NULL);
}
