/*
 * Frames that a test has written, or has made up byte by byte, and reads.
 * Header only.
 */
#ifndef TESTS_WITH_FRAME_H
#define TESTS_WITH_FRAME_H

#include "common/frame.h"
#include "tests/with_cmocka.h"

enum { DATAGRAM = 1200 };

static inline struct wire_in
frame_reading(const struct wire_out *out)
{
	assert_false(out->failed);
	return wire_in(out->base, out->len);
}

/* What comes of a frame of that type with that body. */
static inline enum frame_error
frame_read_raw(enum frame_type type, const void *body, size_t len)
{
	uint8_t buf[DATAGRAM * 2];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;

	wire_put_u8(&out, (uint8_t)type);
	wire_put_string(&out, body, len);
	in = frame_reading(&out);
	return frame_next(&in, &f);
}

#endif
