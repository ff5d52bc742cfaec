/*
 * Blocks: what goes in comes out, and nothing else is one.
 */
#include <string.h>

#include "common/noise.h"
#include "server/cluster/block.h"
#include "tests/with_cmocka.h"

enum { FIRST = 41, LENGTH = 4096 };

static const uint8_t log_id[FRAME_LOG_ID] = { 7 };
static const uint8_t chain[FRAME_CHAIN] = { 1, 2, 3 };
static const uint8_t key[NOISE_KEY] = { 9 }, former[NOISE_KEY] = { 8 };

static size_t
put_entries(uint8_t *bytes, size_t size, uint64_t first, unsigned n)
{
	struct wire_out out = wire_out(bytes, size);
	struct entry e = { .kind = ENTRY_SAY, .id = 5, .time_ms = 1000,
	    .author = "ann", .author_len = 3, .text = "hi", .text_len = 2 };
	unsigned i;

	for (i = 0; i < n; i++) {
		e.seq = first + i;
		entry_encode(&out, &e);
	}
	assert_false(out.failed);
	return out.len;
}

/* Of so many entries from that one on, and those notes. */
static size_t
make(uint8_t bytes[LENGTH], uint64_t first, unsigned n,
    const struct log_note *notes, unsigned notes_n)
{
	uint8_t entries[1024];
	struct wire_out out = wire_out(bytes, LENGTH);
	struct block b = { .node = 3, .nonce = 0x1122334455667788,
	    .log_id = log_id, .first = FIRST, .term = 77, .chain = chain,
	    .entries = entries, .entries_n = n, .notes_n = notes_n };
	unsigned i;

	b.len = put_entries(entries, sizeof(entries), first, n);
	block_begin(&out, &b);
	for (i = 0; i < notes_n; i++)
		block_put_note(&out, &notes[i]);
	assert_false(out.failed);
	return out.len;
}

static bool
is_block(const uint8_t *bytes, size_t len)
{
	/* So that reading past the end is noticed. */
	uint8_t *just = malloc(len == 0 ? 1 : len);
	struct block b;
	bool is;

	assert_non_null(just);
	memcpy(just, bytes, len);
	is = block_get(&b, just, len);
	free(just);
	return is;
}

/* That a name is banned. */
static const uint8_t news[] = { 0, 0, 3, 'd', 'a', 'n', 0, 0, 0, 0, 0, 0, 0, 9,
    0, 0 };
static const struct log_note notes[] = {
	{ .kind = LOG_NOTE_TAKE, .fold = "ann", .key = key, .place = 6 },
	{ .kind = LOG_NOTE_FREE, .fold = "bob" },
	{ .kind = LOG_NOTE_MOVE, .fold = "cy", .key = key, .former = former },
	{ .kind = LOG_NOTE_NEWS, .news = news, .news_len = sizeof(news) },
	{ .kind = LOG_NOTE_AT, .fold = "ann", .place = 4 },
	{ .kind = LOG_NOTE_AWAY, .fold = "ann" },
};
enum { NOTES = sizeof(notes) / sizeof(notes[0]) };

static void
what_goes_in_comes_out(void **state)
{
	uint8_t bytes[LENGTH];
	size_t len = make(bytes, FIRST, 2, notes, NOTES);
	char fold[TEXT_FOLD_BYTES];
	struct log_note n;
	struct wire_in in;
	struct block b;
	struct entry e;
	unsigned i;

	(void)state;
	assert_true(block_get(&b, bytes, len));
	assert_int_equal(b.node, 3);
	assert_true(b.nonce == 0x1122334455667788);
	assert_memory_equal(b.log_id, log_id, FRAME_LOG_ID);
	assert_memory_equal(b.chain, chain, FRAME_CHAIN);
	assert_int_equal(b.first, FIRST);
	assert_int_equal(b.term, 77);
	assert_int_equal(b.entries_n, 2);
	in = wire_in(b.entries, b.len);
	for (i = 0; i < 2; i++) {
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		assert_int_equal(e.seq, FIRST + i);
	}
	in = block_notes(&b);
	for (i = 0; i < NOTES; i++) {
		assert_true(block_next_note(&in, &n, fold));
		assert_int_equal(n.kind, notes[i].kind);
		assert_int_equal(n.news_len, notes[i].news_len);
		if (n.kind == LOG_NOTE_NEWS) {
			assert_memory_equal(n.news, news, sizeof(news));
			continue;
		}
		assert_string_equal(n.fold, notes[i].fold);
		assert_int_equal(n.key != NULL, notes[i].key != NULL);
		assert_int_equal(n.former != NULL, notes[i].former != NULL);
		if (n.key != NULL)
			assert_memory_equal(n.key, key, NOISE_KEY);
		if (n.former != NULL)
			assert_memory_equal(n.former, former, NOISE_KEY);
		assert_int_equal(n.place, notes[i].place);
	}
	assert_false(block_next_note(&in, &n, fold));
}

static void
one_may_have_notes_alone(void **state)
{
	uint8_t bytes[LENGTH];

	(void)state;
	assert_true(is_block(bytes, make(bytes, FIRST, 0, notes, NOTES)));
}

static void
a_part_of_one_is_none_nor_is_more(void **state)
{
	uint8_t bytes[LENGTH];
	size_t len = make(bytes, FIRST, 2, notes, NOTES), i;

	(void)state;
	for (i = 0; i < len; i++)
		assert_false(is_block(bytes, i));
	assert_true(is_block(bytes, len));
	bytes[len] = 0;
	assert_false(is_block(bytes, len + 1));
}

static void
a_newer_version_is_none(void **state)
{
	uint8_t bytes[LENGTH];
	size_t len = make(bytes, FIRST, 1, NULL, 0);

	(void)state;
	bytes[0]++;
	assert_false(is_block(bytes, len));
}

static void
numbers_begin_where_it_says(void **state)
{
	uint8_t bytes[LENGTH];

	(void)state;
	assert_false(is_block(bytes, make(bytes, FIRST + 1, 2, NULL, 0)));
}

static void
a_note_has_what_it_is_about(void **state)
{
	static const struct log_note wrong[] = {
		{ .kind = LOG_NOTE_TAKE, .fold = "ann" },
		{ .kind = LOG_NOTE_TAKE, .fold = "", .key = key },
		{ .kind = LOG_NOTE_MOVE, .fold = "ann", .key = key },
		{ .kind = LOG_NOTE_KEEP, .fold = "ann", .key = key,
		    .former = former },
		{ .kind = LOG_NOTE_NEWS },
		{ .kind = LOG_NOTE_NEWS, .news = news, .news_len = 1 },
	};
	uint8_t bytes[LENGTH];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(is_block(bytes, make(bytes, FIRST, 1, &wrong[i],
		    1)));
}

/* A newer server may be beside this one while all are renewed: what is known
 * stays in order. */
static void
what_a_newer_server_says_beside_it_is_passed_over(void **state)
{
	static const uint8_t newer[] = { 200, 1, 2, 3 };
	static const struct log_note mixed[] = {
		{ .kind = LOG_NOTE_NEWS, .news = newer, .news_len = 4 },
		{ .kind = LOG_NOTE_NEWS + 1, .news = newer, .news_len = 3 },
		{ .kind = 255 },
		{ .kind = LOG_NOTE_AT, .fold = "ann", .place = 4 },
	};
	uint8_t bytes[LENGTH];
	size_t len = make(bytes, FIRST, 1, mixed, 4), i;
	char fold[TEXT_FOLD_BYTES];
	struct log_note n;
	struct wire_in in;
	struct block b;

	(void)state;
	assert_true(block_get(&b, bytes, len));
	in = block_notes(&b);
	for (i = 0; i < 4; i++) {
		assert_true(block_next_note(&in, &n, fold));
		assert_int_equal(n.kind, mixed[i].kind);
		assert_int_equal(n.news_len, mixed[i].news_len);
	}
	assert_string_equal(n.fold, "ann");
	for (i = 0; i < len; i++)
		assert_false(is_block(bytes, i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(one_may_have_notes_alone),
		cmocka_unit_test(a_part_of_one_is_none_nor_is_more),
		cmocka_unit_test(a_newer_version_is_none),
		cmocka_unit_test(numbers_begin_where_it_says),
		cmocka_unit_test(a_note_has_what_it_is_about),
		cmocka_unit_test(
		    what_a_newer_server_says_beside_it_is_passed_over),
	};

	return tests_run(tests, NULL, NULL);
}
