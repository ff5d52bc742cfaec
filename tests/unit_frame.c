/*
 * Frames: they survive the trip; everything malformed is refused whole. Of
 * several rooms: tests/unit_frame_room.c; items of lists:
 * tests/unit_frame_list.c.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_frame.h"

static const struct frame_position at = {
	.log_id = "0123456789abcde", .term = 3, .seq = 1000
};

static void
put_posts(struct wire_out *out)
{
	const struct frame_post one = { .id = 7, .kind = ENTRY_SAY,
		.text = "hello 中文", .text_len = strlen("hello 中文") };
	const struct frame_post two = { .id = 8, .kind = ENTRY_ACT, .flags = 5,
		.text = "waves", .text_len = 5 };
	size_t begun = frame_begin(out, FRAME_POST);

	wire_put_varint(out, 2);
	frame_put_post(out, &one);
	frame_put_post(out, &two);
	frame_end(out, begun);
}

static void
put_entries(struct wire_out *out, uint64_t n)
{
	struct entry e = { .seq = 1, .time_ms = 1795000000000, .id = 4,
		.kind = ENTRY_SAY, .author = "小明", .author_len = 6,
		.text = "a line of some length, so that frames grow",
		.text_len = 42 };
	size_t begun = frame_begin(out, FRAME_ENTRIES);

	frame_put_position(out, &at);
	wire_put_varint(out, n);
	for (; e.seq <= n; e.seq++)
		entry_encode(out, &e);
	frame_end(out, begun);
}

static void
put_head(struct wire_out *out)
{
	uint8_t chain[FRAME_CHAIN] = { 1, 2, 3 };
	size_t begun = frame_begin(out, FRAME_HEAD);

	frame_put_position(out, &at);
	wire_put_bytes(out, chain, sizeof(chain));
	wire_put_varint(out, 9);
	frame_end(out, begun);
}

static void
put_members(struct wire_out *out)
{
	size_t begun = frame_begin(out, FRAME_MEMBERS);

	wire_put_varint(out, 1000);
	wire_put_varint(out, 9);
	wire_put_varint(out, 12);
	wire_put_varint(out, 10);
	wire_put_varint(out, 2);
	wire_put_u8(out, FRAME_MEMBER_AWAY);
	wire_put_string(out, "alice", 5);
	wire_put_u8(out, FRAME_MEMBER_CLASSIC);
	wire_put_string(out, "小明", 6);
	frame_end(out, begun);
}

/* One of each, in one datagram. */
static void
put_all(struct wire_out *out)
{
	static const struct frame_range ranges[] = { { 1002, 1005 },
		{ 1100, 1100 } };

	put_posts(out);
	frame_put_posted(out, 9, 1001);
	put_entries(out, 3);
	frame_put_sync(out, &at, 16, 300, ranges, 2);
	frame_put_read(out, 500, 100);
	put_head(out);
	put_members(out);
	frame_put_leave(out, "bye", 3);
	frame_put_error(out, FRAME_LIMIT_RATE, 7, 1500, "too fast", 8);
	frame_put_ping(out, FRAME_PING, (const uint8_t *)"12345678");
	frame_put_ping(out, FRAME_PONG, (const uint8_t *)"87654321");
	frame_put_whois(out, "小明", 6);
	frame_put_person(out, 1001, 1795000000000,
	    (const uint8_t *)"0123456789abcdef0123456789ABCDEF",
	    &(struct frame_member){ FRAME_MEMBER_AWAY, "bob", 3 });
	frame_put_prompt(out);
}

static void
check_posts(struct frame *f)
{
	struct frame_post p;

	assert_int_equal(f->count, 2);
	assert_true(frame_next_post(f, &p));
	assert_int_equal(p.id, 7);
	assert_memory_equal(p.text, "hello 中文", p.text_len);
	assert_true(frame_next_post(f, &p));
	assert_int_equal(p.kind, ENTRY_ACT);
	assert_int_equal(p.flags, 5);
	assert_false(frame_next_post(f, &p));
}

static void
check_lists(struct frame *f)
{
	struct frame_range r;
	struct frame_member m;
	struct entry e;
	uint64_t seq = 0;

	if (f->type == FRAME_ENTRIES) {
		while (frame_next_entry(f, &e))
			assert_int_equal(e.seq, ++seq);
		assert_int_equal(seq, 3);
	} else if (f->type == FRAME_SYNC) {
		assert_int_equal(f->credit, 16);
		assert_true(frame_next_range(f, &r));
		assert_true(r.first == 1002 && r.last == 1005);
		assert_true(frame_next_range(f, &r));
		assert_true(r.first == 1100 && r.last == 1100);
		assert_false(frame_next_range(f, &r));
	} else {
		assert_int_equal(f->version, 9);
		assert_true(frame_next_member(f, &m));
		assert_int_equal(m.flags, FRAME_MEMBER_AWAY);
		assert_true(frame_next_member(f, &m));
		assert_memory_equal(m.name, "小明", 6);
		assert_false(frame_next_member(f, &m));
	}
}

static void
check_person(const struct frame *f)
{
	assert_int_equal(f->seq, 1001);
	assert_int_equal(f->flags, FRAME_MEMBER_AWAY);
	assert_true(f->since_ms == 1795000000000);
	assert_memory_equal(f->bytes, "0123456789abcdef0123456789ABCDEF", 32);
	assert_int_equal(f->text_len, 3);
	assert_memory_equal(f->text, "bob", 3);
}

static void
every_frame_survives_the_trip(void **state)
{
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	int type;

	(void)state;
	put_all(&out);
	in = frame_reading(&out);
	for (type = FRAME_POST; type <= FRAME_PROMPT; type++) {
		assert_int_equal(frame_next(&in, &f), FRAME_OK);
		assert_int_equal(f.type, type);
		if (type == FRAME_POST)
			check_posts(&f);
		if (type == FRAME_ENTRIES || type == FRAME_SYNC ||
		    type == FRAME_MEMBERS)
			check_lists(&f);
		if (type == FRAME_ENTRIES || type == FRAME_SYNC ||
		    type == FRAME_HEAD)
			assert_memory_equal(&f.at, &at, sizeof(at));
		if (type == FRAME_POSTED)
			assert_true(f.id == 9 && f.seq == 1001);
		if (type == FRAME_READ)
			assert_true(f.seq == 500 && f.count == 100);
		if (type == FRAME_ERROR) {
			assert_true(f.code == FRAME_LIMIT_RATE && f.id == 7 &&
			    f.wait_ms == 1500);
			assert_memory_equal(f.text, "too fast", f.text_len);
		}
		if (type == FRAME_PONG)
			assert_memory_equal(f.bytes, "87654321", 8);
		if (type == FRAME_WHOIS)
			assert_memory_equal(f.text, "小明", f.text_len);
		if (type == FRAME_PERSON)
			check_person(&f);
	}
	assert_int_equal(frame_next(&in, &f), FRAME_END);
}

static void
no_datagram_cut_short_is_taken_for_whole(void **state)
{
	uint8_t buf[DATAGRAM], *copy;
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	enum frame_error error;
	size_t cut;

	(void)state;
	put_all(&out);
	for (cut = 1; cut < out.len; cut++) {
		/* Exactly as long as it says, for the sanitizers. */
		copy = malloc(cut);
		memcpy(copy, buf, cut);
		in = wire_in(copy, cut);
		while ((error = frame_next(&in, &f)) == FRAME_OK)
			assert_in_range(f.type, FRAME_POST, FRAME_PROMPT);
		assert_true(error == FRAME_END || error == FRAME_TRUNCATED);
		assert_true(error == FRAME_TRUNCATED ||
		    f.type < FRAME_PROMPT);
		free(copy);
	}
}

static void
unknown_frames_are_skipped(void **state)
{
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;

	(void)state;
	wire_put_u8(&out, 200);
	wire_put_string(&out, "of a later version", 18);
	wire_put_u8(&out, FRAME_TYPE_MAX + 1);
	wire_put_string(&out, "so is this", 10);
	frame_put_ping(&out, FRAME_PING, (const uint8_t *)"12345678");
	wire_put_u8(&out, 0);
	wire_put_string(&out, "", 0);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(f.type, FRAME_PING);
	assert_int_equal(frame_next(&in, &f), FRAME_END);
}

static void
what_cannot_be_is_refused(void **state)
{
	char text[FRAME_REASON_BYTES + 3];

	(void)state;
	assert_int_equal(frame_read_raw(FRAME_PING, "123456789", 9), FRAME_TRAILING);
	assert_int_equal(frame_read_raw(FRAME_PING, "1234567", 7), FRAME_TRUNCATED);
	/* a non-canonical varint */
	assert_int_equal(frame_read_raw(FRAME_READ, "\x80\x00\x01", 3),
	    FRAME_TRUNCATED);
	/* no name, no such flag, half a key, a year 10000 */
	assert_int_equal(frame_read_raw(FRAME_WHOIS, "\3a b", 4), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_WHOIS, "\0", 1), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_PERSON, "\7\4\0\0\1x", 6),
	    FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_PERSON, "\7\20\0\0\1x", 6),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_PERSON, "\7\0\0\2kk\1x", 8),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_PERSON, "\7\0\0\0\0", 5),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_PERSON, "\7\0\xff\xff\xff\xff"
	    "\xff\xff\x7f\0\1x", 12), FRAME_BAD_VALUE);
	memset(text, 'x', sizeof(text));
	text[0] = (char)0x81;	/* 257, as a varint */
	text[1] = 2;
	assert_int_equal(frame_read_raw(FRAME_LEAVE, text, sizeof(text)),
	    FRAME_OVER_LIMIT);
	text[0] = (char)0x80;
	assert_int_equal(frame_read_raw(FRAME_LEAVE, text, sizeof(text) - 1),
	    FRAME_OK);
}

static void
what_does_not_fit_fails_and_can_be_taken_back(void **state)
{
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf)), before;
	struct wire_in in;
	struct frame f;

	(void)state;
	put_posts(&out);
	before = out;
	put_entries(&out, 100);
	assert_true(out.failed);
	out = before;
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(frame_next(&in, &f), FRAME_END);
}

/* splitmix64, so that a failing seed fails again. */
static uint64_t
next_random(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Each list has as many as it says; an entry's bytes are those that it has
 * anywhere else. */
static void
walk(struct frame *f)
{
	struct frame_post p;
	struct frame_range r;
	struct frame_member m;
	struct entry e;
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out;
	const uint8_t *encoded;
	size_t len;
	uint64_t n = f->count, seen = 0;

	switch (f->type) {
	case FRAME_POST:
		while (frame_next_post(f, &p))
			seen++;
		break;
	case FRAME_ENTRIES:
		while ((encoded = frame_next_encoded(f, &e, &len)) != NULL) {
			out = wire_out(bytes, sizeof(bytes));
			entry_encode(&out, &e);
			assert_int_equal(out.len, len);
			assert_memory_equal(encoded, bytes, len);
			seen++;
		}
		break;
	case FRAME_SYNC:
		while (frame_next_range(f, &r))
			seen++;
		break;
	case FRAME_MEMBERS:
		while (frame_next_member(f, &m))
			seen++;
		break;
	default:
		return;
	}
	assert_int_equal(seen, n);
}

static void
flipped_bytes_are_survived_and_lists_keep_their_word(void **state)
{
	uint8_t good[DATAGRAM], *bad;
	struct wire_out out = wire_out(good, sizeof(good));
	struct wire_in in;
	struct frame f;
	uint64_t seed = 42, flips;
	int i;

	(void)state;
	put_all(&out);
	bad = malloc(out.len);
	for (i = 0; i < 20000; i++) {
		memcpy(bad, good, out.len);
		for (flips = next_random(&seed) % 4 + 1; flips > 0; flips--)
			bad[next_random(&seed) % out.len] =
			    (uint8_t)next_random(&seed);
		in = wire_in(bad, out.len);
		while (frame_next(&in, &f) == FRAME_OK)
			walk(&f);
	}
	free(bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_survives_the_trip),
		cmocka_unit_test(no_datagram_cut_short_is_taken_for_whole),
		cmocka_unit_test(unknown_frames_are_skipped),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(what_does_not_fit_fails_and_can_be_taken_back),
		cmocka_unit_test(
		    flipped_bytes_are_survived_and_lists_keep_their_word),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
