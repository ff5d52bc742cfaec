/*
 * Entries and the bytes they are made of: what was written is read back, and
 * nothing else is.
 */
#include "common/entry.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "tests/with_cmocka.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static uint64_t seed = UINT64_C(0x2545f4914f6cdd1d);

static uint32_t
random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

/* Decodes a heap copy of just these bytes; all of them must be used. */
static enum entry_error
decode(const uint8_t *bytes, size_t len, uint8_t *again, size_t *again_len)
{
	struct entry	 e;
	struct wire_in	 in;
	struct wire_out	 out;
	uint8_t		*copy;
	enum entry_error error;

	copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	in = wire_in(copy, len);
	memset(&e, 0xa5, sizeof(e));
	error = entry_decode(&in, &e);
	if (error == ENTRY_OK && again != NULL) {
		out = wire_out(again, ENTRY_BYTES);
		entry_encode(&out, &e);
		assert_false(out.failed);
		assert_int_equal(out.len, in.pos);
		assert_memory_equal(again, bytes, out.len);
		*again_len = out.len;
	}
	if (error != ENTRY_OK)
		assert_int_equal(*(unsigned char *)&e, 0xa5);
	free(copy);
	return error;
}

static struct entry
hello(void)
{
	return (struct entry){ .seq = 300, .time_ms = 1700000000123, .id = 7,
	    .kind = ENTRY_SAY, .flags = 5, .author = "alice", .author_len = 5,
	    .text = "hello\n中文 👍🏽", .text_len = 21 };
}

static size_t
encode(uint8_t buf[ENTRY_BYTES], struct entry e)
{
	struct wire_out	out = wire_out(buf, ENTRY_BYTES);

	entry_encode(&out, &e);
	assert_false(out.failed);
	return out.len;
}

static void
assert_round_trip(struct entry e)
{
	uint8_t		buf[ENTRY_BYTES];
	struct wire_in	in;
	struct entry	d;

	in = wire_in(buf, encode(buf, e));
	assert_int_equal(entry_decode(&in, &d), ENTRY_OK);
	assert_true(wire_done(&in));
	assert_true(d.seq == e.seq && d.time_ms == e.time_ms && d.id == e.id);
	assert_true(d.kind == e.kind && d.flags == e.flags);
	assert_int_equal(d.author_len, e.author_len);
	assert_memory_equal(d.author, e.author, e.author_len);
	assert_int_equal(d.text_len, e.text_len);
	assert_memory_equal(d.text, e.text, e.text_len);
}

static void
entries_come_back_as_they_were(void **state)
{
	struct entry	e;
	char		text[TEXT_LINE_BYTES];
	int		kind;

	(void)state;
	assert_round_trip(hello());
	for (kind = ENTRY_SAY; kind <= ENTRY_KIND_MAX; kind++) {
		e = hello();
		e.kind = (enum entry_kind)kind;
		/* Its text is a name, and has a test of its own. */
		if (kind == ENTRY_RENAME)
			continue;
		assert_round_trip(e);
		e.author = e.text = "";
		e.author_len = e.text_len = 0;
		e.seq = e.id = e.flags = 0;
		e.time_ms = 0;
		assert_round_trip(e);
	}
	memset(text, 'x', sizeof(text));
	e = (struct entry){ .seq = UINT64_MAX, .time_ms = ENTRY_TIME_MS_MAX,
	    .id = UINT64_MAX, .kind = ENTRY_KIND_MAX, .flags = UINT32_MAX,
	    .author = "一二三四五六七八九十", .author_len = 30, .text = text,
	    .text_len = sizeof(text) };
	assert_round_trip(e);
}

/* The journal and the wire of other versions depend on these bytes. */
static void
the_encoding_is_what_the_table_says(void **state)
{
	static const uint8_t expected[] = { 0xac, 0x02, 1, 5, 0xfb, 0xd0, 0x95,
	    0xff, 0xbc, 0x31, 7, 5, 'a', 'l', 'i', 'c', 'e', 2, 'h', 'i' };
	uint8_t		buf[ENTRY_BYTES];
	struct entry	e = hello();

	(void)state;
	e.text = "hi";
	e.text_len = 2;
	assert_int_equal(encode(buf, e), sizeof(expected));
	assert_memory_equal(buf, expected, sizeof(expected));
}

static void
a_view_needs_no_copy(void **state)
{
	uint8_t		buf[ENTRY_BYTES];
	struct wire_in	in;
	struct entry	d;
	size_t		len;

	(void)state;
	len = encode(buf, hello());
	in = wire_in(buf, len);
	assert_int_equal(entry_decode(&in, &d), ENTRY_OK);
	assert_ptr_equal(d.text + d.text_len, (char *)buf + len);
}

static void
entries_follow_each_other(void **state)
{
	uint8_t		buf[3 * ENTRY_BYTES];
	struct wire_out	out = wire_out(buf, sizeof(buf));
	struct wire_in	in;
	struct entry	e = hello(), d;
	int		i;

	(void)state;
	for (i = 0; i < 3; i++, e.seq++)
		entry_encode(&out, &e);
	in = wire_in(buf, out.len);
	for (i = 0; i < 3; i++) {
		assert_int_equal(entry_decode(&in, &d), ENTRY_OK);
		assert_int_equal(d.seq, 300 + i);
	}
	assert_true(wire_done(&in));
	assert_int_equal(entry_decode(&in, &d), ENTRY_TRUNCATED);
}

static void
every_truncation_is_refused(void **state)
{
	uint8_t	buf[ENTRY_BYTES];
	size_t	len, cut;

	(void)state;
	len = encode(buf, hello());
	for (cut = 0; cut < len; cut++)
		assert_int_equal(decode(buf, cut, NULL, NULL),
		    ENTRY_TRUNCATED);
	assert_int_equal(decode(buf, len, NULL, NULL), ENTRY_OK);
}

static void
every_small_buffer_fails_and_stays_whole(void **state)
{
	struct entry	e = hello();
	struct wire_out	out;
	uint8_t		buf[ENTRY_BYTES], *small;
	size_t		len, size;

	(void)state;
	len = encode(buf, e);
	for (size = 0; size < len; size++) {
		small = malloc(size > 0 ? size : 1);
		assert_non_null(small);
		out = wire_out(small, size);
		entry_encode(&out, &e);
		assert_true(out.failed && out.len <= size);
		free(small);
	}
}

/* seq, kind, flags, time, id, author, text: each number tried in turn. */
static void
padded_numbers_are_refused(void **state)
{
	static const uint8_t bad[][14] = {
		{ 0x81, 0, 1, 0, 0, 0, 0, 0 },
		{ 1, 1, 0x80, 0, 0, 0, 0, 0 },
		{ 1, 1, 0, 0x80, 0x80, 0, 0, 0, 0 },
		{ 1, 1, 0, 0, 0xff, 0, 0, 0 },
		{ 1, 1, 0, 0, 0, 0x80, 0, 0 },
		{ 1, 1, 0, 0, 0, 0, 0x80, 0 }
	};
	static const uint8_t good[] = { 1, 1, 0, 0, 0, 0, 0 };
	size_t	i;

	(void)state;
	assert_int_equal(decode(good, sizeof(good), NULL, NULL), ENTRY_OK);
	for (i = 0; i < LEN(bad); i++)
		assert_int_equal(decode(bad[i], sizeof(bad[i]), NULL, NULL),
		    ENTRY_TRUNCATED);
}

static void
a_length_beyond_the_end_is_refused(void **state)
{
	static const uint8_t author[] = { 1, 1, 0, 0, 0, 6, 'a', 'l', 'i' };
	static const uint8_t huge[] = { 1, 1, 0, 0, 0, 0, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 'x' };

	(void)state;
	assert_int_equal(decode(author, sizeof(author), NULL, NULL),
	    ENTRY_TRUNCATED);
	assert_int_equal(decode(huge, sizeof(huge), NULL, NULL),
	    ENTRY_TRUNCATED);
}

static void
unknown_kinds_are_refused(void **state)
{
	uint8_t	bytes[] = { 1, 0, 0, 0, 0, 0, 1, 'b' };
	int	kind;

	(void)state;
	for (kind = 0; kind < 256; kind++) {
		bytes[1] = (uint8_t)kind;
		assert_int_equal(decode(bytes, sizeof(bytes), NULL, NULL),
		    kind >= ENTRY_SAY && kind <= ENTRY_KIND_MAX ?
		    ENTRY_OK : ENTRY_KIND);
	}
}

/* Encodes the parts without entry_encode's own checks. */
static enum entry_error
decode_parts(uint64_t flags, uint64_t time_ms, const char *author,
    size_t author_len, const char *text, size_t text_len)
{
	uint8_t		buf[2 * ENTRY_BYTES];
	struct wire_out	out = wire_out(buf, sizeof(buf));

	wire_put_varint(&out, 1);
	wire_put_u8(&out, ENTRY_SAY);
	wire_put_varint(&out, flags);
	wire_put_varint(&out, time_ms);
	wire_put_varint(&out, 1);
	wire_put_string(&out, author, author_len);
	wire_put_string(&out, text, text_len);
	assert_false(out.failed);
	return decode(buf, out.len, NULL, NULL);
}

static enum entry_error
decode_author(const char *author)
{
	return decode_parts(0, 0, author, strlen(author), "x", 1);
}

static enum entry_error
decode_text(const char *text)
{
	return decode_parts(0, 0, "alice", 5, text, strlen(text));
}

static void
what_is_over_a_limit_is_refused(void **state)
{
	char	x[TEXT_LINE_BYTES + 1];

	(void)state;
	memset(x, 'x', sizeof(x));
	assert_int_equal(decode_parts(UINT32_MAX, ENTRY_TIME_MS_MAX, x, 20, x,
	    TEXT_LINE_BYTES), ENTRY_OK);
	assert_int_equal(decode_parts((uint64_t)UINT32_MAX + 1, 0, x, 1, x, 1),
	    ENTRY_LIMIT);
	assert_int_equal(decode_parts(0, ENTRY_TIME_MS_MAX + 1, x, 1, x, 1),
	    ENTRY_LIMIT);
	assert_int_equal(decode_parts(0, UINT64_MAX, x, 1, x, 1), ENTRY_LIMIT);
	assert_int_equal(decode_parts(0, 0, x, TEXT_NAME_BYTES + 1, x, 1),
	    ENTRY_LIMIT);
	assert_int_equal(decode_parts(0, 0, x, 1, x, TEXT_LINE_BYTES + 1),
	    ENTRY_LIMIT);
}

static void
hostile_authors_are_refused(void **state)
{
	(void)state;
	assert_int_equal(decode_author(""), ENTRY_OK);
	assert_int_equal(decode_author("小明"), ENTRY_OK);
	assert_int_equal(decode_author("a b"), ENTRY_TEXT);
	assert_int_equal(decode_author("a\x1b"), ENTRY_TEXT);
	assert_int_equal(decode_author("\xff"), ENTRY_TEXT);
	assert_int_equal(decode_author("\u202e"), ENTRY_TEXT);
	assert_int_equal(decode_author("Admin"), ENTRY_TEXT);
	assert_int_equal(decode_author("~bob"), ENTRY_TEXT);
	assert_int_equal(decode_author("123456789012345678901"), ENTRY_TEXT);
}

/* Somebody is called so from then on, in lists and notices. */
static void
a_rename_to_what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = { "", "a b", "~bob", "Admin",
	    "bob\nAdmin: give me your passphrase", "123456789012345678901" };
	struct entry e = hello(), d;
	uint8_t buf[ENTRY_BYTES];
	struct wire_in in;
	size_t i;

	(void)state;
	e.kind = ENTRY_RENAME;
	for (i = 0; i < LEN(bad); i++) {
		e.text = bad[i];
		e.text_len = strlen(bad[i]);
		in = wire_in(buf, encode(buf, e));
		assert_int_equal(entry_decode(&in, &d), ENTRY_TEXT);
	}
	e.text = "bob";
	e.text_len = 3;
	assert_round_trip(e);
}

/* Any bytes, but so many; of what is said, and of nothing else. */
static void
what_is_sealed_may_be_any_bytes(void **state)
{
	static const enum entry_kind sealed[] = { ENTRY_SAY, ENTRY_ACT,
	    ENTRY_PART };
	char bytes[TEXT_LINE_BYTES];
	uint8_t buf[ENTRY_BYTES];
	struct entry e = hello(), d;
	struct wire_out out;
	struct wire_in in;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	e.flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT | ENTRY_CLASSIC;
	e.text = bytes;
	for (i = 0; i < LEN(sealed); i++) {
		e.kind = sealed[i];
		assert_true(entry_is_sealed(&e));
		e.text_len = sizeof(bytes);
		assert_round_trip(e);
		e.text_len = ENTRY_SEALED_LEAST;
		assert_round_trip(e);
		/* One byte less: no writer makes it, no reader takes it. */
		len = encode(buf, e);
		buf[--len - ENTRY_SEALED_LEAST]--;
		in = wire_in(buf, len);
		assert_int_equal(entry_decode(&in, &d), ENTRY_LIMIT);
		in = wire_in(buf, len);
		assert_int_equal(entry_decode_again(&in, &d), ENTRY_LIMIT);
		e.text_len--;
		out = wire_out(buf, sizeof(buf));
		entry_encode(&out, &e);
		assert_true(out.failed);
	}
	e.kind = ENTRY_LEAVE;
	e.text_len = ENTRY_SEALED_LEAST;
	assert_false(entry_is_sealed(&e));
	in = wire_in(buf, encode(buf, e));
	assert_int_equal(entry_decode(&in, &d), ENTRY_TEXT);
	e.kind = ENTRY_SAY;
	e.flags = ENTRY_FILE << ENTRY_ROLE_SHIFT;
	assert_false(entry_is_sealed(&e));
	in = wire_in(buf, encode(buf, e));
	assert_int_equal(entry_decode(&in, &d), ENTRY_TEXT);
	/* The author is a name as ever. */
	e.flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	e.author = "a b";
	e.author_len = 3;
	in = wire_in(buf, encode(buf, e));
	assert_int_equal(entry_decode(&in, &d), ENTRY_TEXT);
}

static void
hostile_text_is_refused(void **state)
{
	static const char *const bad[] = { "\x1b[2J", "a\rb", "a\tb", "\na",
	    "a\n", " ", "\xff", "\xe4\xb8", "\xc0\x80", "\xed\xa0\x80",
	    "a\u202e", "\ufeffx", "a\u2028b", "\xc2\x9b", "\x7f", "\uffff" };
	size_t	i;

	(void)state;
	assert_int_equal(decode_text(""), ENTRY_OK);
	assert_int_equal(decode_text(" two\nlines "), ENTRY_OK);
	assert_int_equal(decode_text("👨‍👩‍👧 ❤️"), ENTRY_OK);
	/* Blank since Unicode 14, and a letter to who has older tables. */
	assert_int_equal(decode_text("\xe1\xa0\x8f"), ENTRY_OK);
	for (i = 0; i < LEN(bad); i++)
		assert_int_equal(decode_text(bad[i]), ENTRY_TEXT);
	assert_int_equal(decode_parts(0, 0, "", 0, "a\0b", 3), ENTRY_TEXT);
}

static void
random_bytes_never_harm(void **state)
{
	uint8_t	bytes[64], again[ENTRY_BYTES];
	size_t	len, i, again_len;
	int	round, accepted = 0;

	(void)state;
	for (round = 0; round < 200000; round++) {
		/* Small numbers, or nearly nothing would be accepted. */
		len = random_below(sizeof(bytes));
		for (i = 0; i < len; i++)
			bytes[i] = (uint8_t)random_below(round % 2 ? 256 : 12);
		if (len > 8 && round % 3 == 0)
			memset(bytes + len / 2, 'x', len - len / 2);
		if (decode(bytes, len, again, &again_len) == ENTRY_OK)
			accepted++;
	}
	assert_true(accepted > 100);
}

static void
changed_entries_never_harm(void **state)
{
	uint8_t	bytes[ENTRY_BYTES], again[ENTRY_BYTES];
	size_t	len, again_len;
	int	round, accepted = 0;

	(void)state;
	for (round = 0; round < 50000; round++) {
		len = encode(bytes, hello());
		bytes[random_below((uint32_t)len)] =
		    (uint8_t)random_below(256);
		if (round % 2)
			bytes[random_below((uint32_t)len)] ^=
			    (uint8_t)(1 << random_below(8));
		if (decode(bytes, len, again, &again_len) == ENTRY_OK)
			accepted++;
	}
	assert_true(accepted > 1000);
}

static void
what_no_one_would_read_is_not_written(void **state)
{
	uint8_t		buf[2 * ENTRY_BYTES];
	char		x[TEXT_LINE_BYTES + 1];
	struct entry	bad[5];
	struct wire_out	out;
	size_t		i;

	(void)state;
	memset(x, 'x', sizeof(x));
	for (i = 0; i < LEN(bad); i++)
		bad[i] = hello();
	bad[0].kind = (enum entry_kind)0;
	bad[1].kind = (enum entry_kind)(ENTRY_KIND_MAX + 1);
	bad[2].author = x;
	bad[2].author_len = TEXT_NAME_BYTES + 1;
	bad[3].text = x;
	bad[3].text_len = sizeof(x);
	bad[4].time_ms = -1;
	for (i = 0; i < LEN(bad); i++) {
		out = wire_out(buf, sizeof(buf));
		entry_encode(&out, &bad[i]);
		assert_true(out.failed);
	}
}

static void
every_kind_has_its_own_word(void **state)
{
	int	i, j;

	(void)state;
	assert_string_equal(entry_kind_word(ENTRY_SAY), "say");
	assert_string_equal(entry_kind_word(ENTRY_JOIN), "join");
	for (i = 0; i <= ENTRY_KIND_MAX; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
			    entry_kind_word((enum entry_kind)i),
			    entry_kind_word((enum entry_kind)j));
	assert_non_null(entry_kind_word((enum entry_kind)(ENTRY_KIND_MAX + 1)));
}

static void
integers_travel_big_endian(void **state)
{
	static const uint8_t expected[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	    12, 13, 14, 15 };
	uint8_t		buf[15];
	struct wire_out	out = wire_out(buf, sizeof(buf));
	struct wire_in	in;

	(void)state;
	wire_put_u8(&out, 0x01);
	wire_put_u16(&out, 0x0203);
	wire_put_u32(&out, 0x04050607);
	wire_put_u64(&out, UINT64_C(0x08090a0b0c0d0e0f));
	assert_false(out.failed);
	assert_memory_equal(buf, expected, sizeof(expected));
	in = wire_in(buf, out.len);
	assert_int_equal(wire_get_u8(&in), 0x01);
	assert_int_equal(wire_get_u16(&in), 0x0203);
	assert_int_equal(wire_get_u32(&in), 0x04050607);
	assert_true(wire_get_u64(&in) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_true(wire_done(&in));
}

static void
varints_come_back_and_are_short(void **state)
{
	uint8_t		buf[WIRE_VARINT_BYTES];
	struct wire_out	out;
	struct wire_in	in;
	uint64_t	v;
	int		bit, around;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		for (around = -1; around <= 1; around++) {
			v = (UINT64_C(1) << bit) + (uint64_t)around;
			out = wire_out(buf, sizeof(buf));
			wire_put_varint(&out, v);
			assert_false(out.failed);
			in = wire_in(buf, out.len);
			assert_true(wire_get_varint(&in) == v);
			assert_true(wire_done(&in));
			assert_true(out.len == 1 ||
			    v >> (7 * (out.len - 1)) != 0);
		}
	}
}

static void
varints_that_are_not_canonical_fail(void **state)
{
	static const struct { uint8_t len, bytes[11]; } bad[] = {
		{ 0, { 0 } },
		{ 1, { 0x80 } },
		{ 2, { 0x80, 0 } },
		{ 3, { 0xff, 0x80, 0 } },
		{ 10, { 128, 128, 128, 128, 128, 128, 128, 128, 128, 0 } },
		{ 10, { 255, 255, 255, 255, 255, 255, 255, 255, 255, 2 } },
		{ 11, { 255, 255, 255, 255, 255, 255, 255, 255, 255, 129, 0 } },
		{ 11, { 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1 } }
	};
	struct wire_in	in;
	size_t		i;

	(void)state;
	for (i = 0; i < LEN(bad); i++) {
		in = wire_in(bad[i].bytes, bad[i].len);
		assert_true(wire_get_varint(&in) == 0);
		assert_true(in.failed);
	}
}

static void
a_failure_is_remembered(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	uint8_t		buf[3];
	struct wire_in	in = wire_in(bytes, sizeof(bytes));
	struct wire_out	out = wire_out(buf, sizeof(buf));
	size_t		len = 9;

	(void)state;
	assert_int_equal(wire_get_u32(&in), 0);
	assert_int_equal(wire_get_u8(&in), 0);
	assert_null(wire_get_bytes(&in, 0));
	assert_null(wire_get_string(&in, &len));
	assert_int_equal(len, 0);
	assert_false(wire_done(&in));

	wire_put_u32(&out, 1);
	wire_put_u8(&out, 1);
	assert_true(out.failed);
	assert_int_equal(out.len, 0);
}

static void
nothing_is_read_from_nothing(void **state)
{
	struct wire_in	in = wire_in(NULL, 0);
	struct wire_out	out = wire_out(NULL, 0);

	(void)state;
	assert_true(wire_done(&in));
	assert_non_null(wire_get_bytes(&in, 0));
	assert_true(wire_done(&in));
	assert_null(wire_get_bytes(&in, 1));
	wire_put_bytes(&out, NULL, 0);
	assert_false(out.failed);
	wire_put_bytes(&out, "x", 1);
	assert_true(out.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_back_as_they_were),
		cmocka_unit_test(the_encoding_is_what_the_table_says),
		cmocka_unit_test(a_view_needs_no_copy),
		cmocka_unit_test(entries_follow_each_other),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_small_buffer_fails_and_stays_whole),
		cmocka_unit_test(padded_numbers_are_refused),
		cmocka_unit_test(a_length_beyond_the_end_is_refused),
		cmocka_unit_test(unknown_kinds_are_refused),
		cmocka_unit_test(what_is_over_a_limit_is_refused),
		cmocka_unit_test(hostile_authors_are_refused),
		cmocka_unit_test(a_rename_to_what_is_no_name_is_refused),
		cmocka_unit_test(what_is_sealed_may_be_any_bytes),
		cmocka_unit_test(hostile_text_is_refused),
		cmocka_unit_test(random_bytes_never_harm),
		cmocka_unit_test(changed_entries_never_harm),
		cmocka_unit_test(what_no_one_would_read_is_not_written),
		cmocka_unit_test(every_kind_has_its_own_word),
		cmocka_unit_test(integers_travel_big_endian),
		cmocka_unit_test(varints_come_back_and_are_short),
		cmocka_unit_test(varints_that_are_not_canonical_fail),
		cmocka_unit_test(a_failure_is_remembered),
		cmocka_unit_test(nothing_is_read_from_nothing)
	};

	return tests_run(tests, NULL, NULL);
}
