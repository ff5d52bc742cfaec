/*
 * The lists in frames: an item that cannot be makes none of them be read, and
 * texts are what they may be. How lists survive the trip: tests/unit_frame.c.
 */
#include "common/frame_list.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tests/with_frame.h"

static const struct frame_position at = {
	.log_id = "0123456789abcde", .term = 3, .seq = 1000
};

static void
a_post_that_cannot_be_is_refused(void **state)
{
	(void)state;
	/* id 0, a join, no text, control characters, bidi, ill-formed */
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\0\1\0\1x", 6),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\3\0\1x", 6),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\0\0", 5),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\0\1\33", 6),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\0\4x\xe2\x80\xae", 9),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\0\1\xff", 6),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\0\1x", 6), FRAME_OK);
	/* sealed: any bytes, at least 25, and no rename */
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\x18\x19\33"
	    "123456789012345678901234", 30), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\x18\x18\33"
	    "12345678901234567890123", 29), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\7\x18\x19\33"
	    "123456789012345678901234", 30), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\1\x14\x19\33"
	    "123456789012345678901234", 30), FRAME_BAD_VALUE);
	/* a rename is a post; what the name is worth the room decides */
	assert_int_equal(frame_read_raw(FRAME_POST, "\1\1\7\0\1x", 6), FRAME_OK);
}

static void
a_list_has_all_that_it_says(void **state)
{
	(void)state;
	/* more of a list than is there */
	assert_int_equal(frame_read_raw(FRAME_POST, "\2\1\1\0\1x", 6),
	    FRAME_TRUNCATED);
	assert_int_equal(frame_read_raw(FRAME_MEMBERS, "\1\1\1\0\1\0\3a b", 10),
	    FRAME_BAD_VALUE);
}

static void
ranges_never_wrap_around(void **state)
{
	uint8_t buf[DATAGRAM];
	static const uint64_t bad[][2] = { { 1, 0 },
		{ UINT64_MAX, 1 }, { 1, UINT64_MAX },
		{ UINT64_MAX - 1000, 1 } };
	struct wire_out out;
	struct wire_in in;
	struct frame f;
	size_t i, begun;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		out = wire_out(buf, sizeof(buf));
		begun = frame_begin(&out, FRAME_SYNC);
		frame_put_position(&out, &at);
		wire_put_varint(&out, 4);
		wire_put_varint(&out, 300);
		wire_put_varint(&out, 1);
		wire_put_varint(&out, bad[i][0]);
		wire_put_varint(&out, bad[i][1]);
		frame_end(&out, begun);
		in = frame_reading(&out);
		assert_int_equal(frame_next(&in, &f), FRAME_BAD_VALUE);
	}
}

static void
too_many_ranges_are_not_written_and_not_read(void **state)
{
	uint8_t buf[DATAGRAM];
	struct frame_range ranges[FRAME_RANGES + 8];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	size_t i, begun;

	(void)state;
	for (i = 0; i < FRAME_RANGES + 8; i++)
		ranges[i].first = ranges[i].last = at.seq + 2 * i + 2;
	frame_put_sync(&out, &at, 1, 0, ranges, FRAME_RANGES + 8);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(f.count, FRAME_RANGES);

	out = wire_out(buf, sizeof(buf));
	begun = frame_begin(&out, FRAME_SYNC);
	frame_put_position(&out, &at);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 0);
	wire_put_varint(&out, FRAME_RANGES + 1);
	for (i = 0; i < 2 * (FRAME_RANGES + 1); i++)
		wire_put_varint(&out, 1);
	frame_end(&out, begun);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OVER_LIMIT);
}

static void
a_text_may_be_empty_and_a_line_not(void **state)
{
	(void)state;
	assert_int_equal(frame_text_check("", 0, 4), FRAME_OK);
	assert_int_equal(frame_text_check("a\nb", 3, 4), FRAME_OK);
	assert_int_equal(frame_text_check("abcde", 5, 4), FRAME_OVER_LIMIT);
	assert_int_equal(frame_text_check("a\33", 2, 4), FRAME_BAD_VALUE);
	assert_int_equal(frame_line_check("", 0, 4), FRAME_BAD_VALUE);
	assert_int_equal(frame_line_check("a\nb", 3, 4), FRAME_BAD_VALUE);
	assert_int_equal(frame_line_check("abcde", 5, 4), FRAME_OVER_LIMIT);
	assert_int_equal(frame_line_check("abcd", 4, 4), FRAME_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_post_that_cannot_be_is_refused),
		cmocka_unit_test(a_list_has_all_that_it_says),
		cmocka_unit_test(ranges_never_wrap_around),
		cmocka_unit_test(too_many_ranges_are_not_written_and_not_read),
		cmocka_unit_test(a_text_may_be_empty_and_a_line_not),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
