/*
 * Long messages: cutting and joining are each other's inverse, whichever way
 * the room is read.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/pieces.h"
#include "common/text.h"
#include "tests/with_cmocka.h"

enum { ENTRIES = 64, ROUNDS = 400 };

static struct pieces pieces;

static int
set_up(void **state)
{
	(void)state;
	memset(&pieces, 0, sizeof(pieces));
	return 0;
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Clean text of some clusters, long words, blanks and newlines. */
static size_t
random_text(char *text, size_t max, uint32_t *seed)
{
	static const char *const bits[] = { "a", "word", " ", "  ", "\n",
	    "\n\n", "\xe4\xb8\xad", "e\xcc\x81", "\xf0\x9f\x91\x8d",
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" };
	size_t want = next_random(seed) % max, len = 0, n;
	unsigned kinds = 1 + next_random(seed) % 10;
	const char *bit;

	while (len < want) {
		bit = bits[next_random(seed) % kinds];
		n = strlen(bit);
		if (len + n > max)
			break;
		memcpy(text + len, bit, n);
		len += n;
	}
	return text_clean(text, text, len, true);
}

/* The entries that say text; how many. */
static unsigned
cut(struct entry *e, const char *author, const char *text, size_t len)
{
	unsigned n = pieces_count(text, len, TEXT_LINE_BYTES), i;
	size_t at = 0;

	assert_true(n <= ENTRY_MORE_MAX + 1);
	for (i = 0; i < n; i++) {
		e[i] = (struct entry){ .kind = i + 1 < n ? ENTRY_PART :
		    ENTRY_SAY, .author = author, .author_len = strlen(author),
		    .text = text + at, .text_len = pieces_cut(text, len, at,
		    TEXT_LINE_BYTES),
		    .flags = i << ENTRY_INDEX_SHIFT |
		    (n - 1 - i) << ENTRY_MORE_SHIFT, .seq = i + 1 };
		at += e[i].text_len;
	}
	assert_int_equal(at, len);
	return n;
}

static void
is_text(const struct entry *e, const char *text, size_t len)
{
	assert_int_equal(e->text_len, len);
	assert_memory_equal(e->text, text, len);
}

/* Each piece passes for a clean text by itself, as the room demands. */
static void
check_piece(const struct entry *e)
{
	char clean[TEXT_LINE_BYTES];

	assert_true(e->text_len > 0 && e->text_len <= TEXT_LINE_BYTES);
	assert_true(text_valid(e->text, e->text_len));
	assert_int_equal(text_clean(clean, e->text, e->text_len, true),
	    e->text_len);
}

static void
join(const struct entry *from, unsigned n, const char *text, size_t len)
{
	struct entry e = { 0 };
	unsigned i;

	for (i = 0; i < n; i++) {
		e = from[i];
		assert_int_equal(pieces_take(&pieces, &e), i + 1 == n);
	}
	is_text(&e, text, len);
	assert_int_equal(e.kind, ENTRY_SAY);
	assert_int_equal(e.seq, n);
}

/* The entry's author goes away after each, as in a pipe's buffer. */
static void
join_older(const struct entry *from, unsigned n, const char *text, size_t len)
{
	struct entry e = { 0 };
	char buf[TEXT_LINE_BYTES], author[TEXT_NAME_BYTES];
	unsigned i;

	for (i = n; i-- > 0;) {
		e = from[i];
		memcpy(buf, e.text, e.text_len);
		memcpy(author, e.author, e.author_len);
		e.text = buf;
		e.author = author;
		assert_int_equal(pieces_take_older(&pieces, &e), i == 0);
		if (i > 0)
			memset(buf, '?', sizeof(buf));
		if (i > 0)
			memset(author, '?', sizeof(author));
	}
	is_text(&e, text, len);
	assert_int_equal(e.kind, ENTRY_SAY);
	assert_int_equal(e.seq, n);
	assert_memory_equal(e.author, from[0].author, from[0].author_len);
}

static void
what_is_cut_is_joined_again_both_ways(void **state)
{
	char *text = malloc(PIECES_TEXT_BYTES);
	struct entry e[ENTRY_MORE_MAX + 1];
	uint32_t seed = 11;
	unsigned n, i;
	size_t len;
	int round;

	(void)state;
	assert_non_null(text);
	for (round = 0; round < ROUNDS; round++) {
		/* A little less: cuts are not always at the last byte. */
		len = random_text(text, PIECES_TEXT_BYTES * 7 / 8, &seed);
		if (len == 0 || pieces_count(text, len, TEXT_LINE_BYTES) >
		    ENTRY_MORE_MAX + 1)
			continue;
		n = cut(e, "alice", text, len);
		for (i = 0; i < n; i++)
			check_piece(&e[i]);
		set_up(NULL);
		join(e, n, text, len);
		join(e, n, text, len);
		set_up(NULL);
		join_older(e, n, text, len);
		join_older(e, n, text, len);
	}
	free(text);
}

static void
a_short_text_is_one_piece_and_an_empty_one_none(void **state)
{
	char text[TEXT_LINE_BYTES + 1];
	struct entry e = { .kind = ENTRY_SAY, .author = "a", .author_len = 1,
	    .text = "", .text_len = 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(pieces_count("", 0, TEXT_LINE_BYTES), 0);
	assert_int_equal(pieces_cut("", 0, 0, TEXT_LINE_BYTES), 0);
	assert_int_equal(pieces_count(text, TEXT_LINE_BYTES, TEXT_LINE_BYTES),
	    1);
	assert_int_equal(pieces_count(text, TEXT_LINE_BYTES + 1,
	    TEXT_LINE_BYTES), 2);
	/* What is sealed leaves less of it to the text. */
	assert_int_equal(pieces_count(text, 999, 999), 1);
	assert_int_equal(pieces_count(text, 1000, 999), 2);
	assert_int_equal(pieces_cut(text, 1000, 0, 999), 999);
	assert_true(pieces_take(&pieces, &e));
	assert_int_equal(e.text_len, 0);
	assert_true(pieces_take_older(&pieces, &e));
}

static void
the_longest_text_takes_every_piece_and_more_is_told(void **state)
{
	char *text = malloc(PIECES_TEXT_BYTES + 1);
	struct entry e[ENTRY_MORE_MAX + 1];

	(void)state;
	assert_non_null(text);
	memset(text, 'x', PIECES_TEXT_BYTES + 1);
	assert_int_equal(cut(e, "alice", text, PIECES_TEXT_BYTES), 16);
	join(e, 16, text, PIECES_TEXT_BYTES);
	set_up(NULL);
	join_older(e, 16, text, PIECES_TEXT_BYTES);
	assert_int_equal(pieces_count(text, PIECES_TEXT_BYTES + 1,
	    TEXT_LINE_BYTES), 17);
	free(text);
}

/* The room refuses a piece that is nothing but blanks: it must not be sent. */
static void
blanks_longer_than_a_piece_are_too_long(void **state)
{
	char text[3 * TEXT_LINE_BYTES];
	size_t at = 0, n;

	(void)state;
	memset(text, ' ', sizeof(text));
	text[0] = text[sizeof(text) - 1] = 'x';
	while (at < sizeof(text)) {
		n = pieces_cut(text, sizeof(text), at, TEXT_LINE_BYTES);
		assert_true(n > 0 && n <= TEXT_LINE_BYTES);
		at += n;
	}
	assert_true(pieces_count(text, sizeof(text), TEXT_LINE_BYTES) >
	    ENTRY_MORE_MAX + 1);
	memset(text + 1, '\n', TEXT_LINE_BYTES + 1);
	assert_true(pieces_count(text, sizeof(text), TEXT_LINE_BYTES) >
	    ENTRY_MORE_MAX + 1);
	memset(text + 1, 'x', TEXT_LINE_BYTES);
	assert_int_equal(pieces_count(text, sizeof(text), TEXT_LINE_BYTES), 3);
}

static void
pieces_of_an_unknown_whole_are_shown_as_they_are(void **state)
{
	char text[2500];
	struct entry e[3], got;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(cut(e, "alice", text, sizeof(text)), 3);
	/* The beginning is missing; then the end is. */
	got = e[1];
	assert_true(pieces_take(&pieces, &got));
	is_text(&got, e[1].text, e[1].text_len);
	got = e[2];
	assert_true(pieces_take(&pieces, &got));
	set_up(NULL);
	got = e[1];
	assert_true(pieces_take_older(&pieces, &got));
	is_text(&got, e[1].text, e[1].text_len);
	got = e[0];
	assert_true(pieces_take_older(&pieces, &got));
	/* And after that a whole one is whole. */
	set_up(NULL);
	got = e[0];
	assert_false(pieces_take(&pieces, &got));
	join(e, 3, text, sizeof(text));
}

static void
pieces_of_two_people_are_never_joined(void **state)
{
	char text[1500], other[1500];
	struct entry a[2], b[2], got;

	(void)state;
	memset(text, 'x', sizeof(text));
	memset(other, 'y', sizeof(other));
	assert_int_equal(cut(a, "alice", text, sizeof(text)), 2);
	assert_int_equal(cut(b, "bob", other, sizeof(other)), 2);
	got = a[0];
	assert_false(pieces_take(&pieces, &got));
	got = b[1];
	assert_true(pieces_take(&pieces, &got));
	is_text(&got, b[1].text, b[1].text_len);
	set_up(NULL);
	got = a[1];
	assert_false(pieces_take_older(&pieces, &got));
	got = b[0];
	assert_true(pieces_take_older(&pieces, &got));
	is_text(&got, b[0].text, b[0].text_len);
}

/* Whatever flags and lengths come, the sum stays within the buffer. */
static void
any_flags_are_taken_within_bounds(void **state)
{
	static const char *const names[] = { "", "alice",
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" };
	char text[TEXT_LINE_BYTES];
	struct entry e;
	uint32_t seed = 5;
	int round;
	bool older;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (round = 0; round < 40000; round++) {
		older = round / 2000 % 2 != 0;
		if (round % 2000 == 0)
			set_up(NULL);
		e = (struct entry){ .kind = ENTRY_PART, .text = text,
		    .text_len = next_random(&seed) % 3 == 0 ? 0 :
		    sizeof(text), .flags = next_random(&seed),
		    .author = names[next_random(&seed) % 8 == 0 ? 0 : 2] };
		/* Mostly in sequence, so that much is gathered. */
		if (next_random(&seed) % 8 != 0)
			e.flags = older ? (pieces.next - 1U) %
			    16 << ENTRY_INDEX_SHIFT | 1 << ENTRY_MORE_SHIFT :
			    (pieces.next % 16) << ENTRY_INDEX_SHIFT |
			    15 << ENTRY_MORE_SHIFT;
		e.author_len = strlen(e.author);
		if (older)
			pieces_take_older(&pieces, &e);
		else
			pieces_take(&pieces, &e);
		assert_true(pieces.len <= PIECES_TEXT_BYTES);
		assert_true(e.text_len <= PIECES_TEXT_BYTES);
		assert_true(e.text == text || (e.text >= pieces.text &&
		    e.text + e.text_len <= pieces.text +
		    sizeof(pieces.text)));
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(what_is_cut_is_joined_again_both_ways),
		TEST(a_short_text_is_one_piece_and_an_empty_one_none),
		TEST(the_longest_text_takes_every_piece_and_more_is_told),
		TEST(blanks_longer_than_a_piece_are_too_long),
		TEST(pieces_of_an_unknown_whole_are_shown_as_they_are),
		TEST(pieces_of_two_people_are_never_joined),
		TEST(any_flags_are_taken_within_bounds),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
