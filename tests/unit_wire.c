/*
 * Bytes, numbers and strings within bounds: what goes in comes out, and what
 * does not fit or is cut short fails for good.
 */
#include "common/wire.h"

#include <string.h>

#include "tests/with_cmocka.h"

static const uint64_t numbers[] = { 0, 1, 127, 128, 16383, 16384,
	UINT32_MAX, (uint64_t)INT64_MAX, UINT64_MAX };
enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static size_t
put_all(struct wire_out *out)
{
	size_t i;

	wire_put_u8(out, 0xfe);
	wire_put_u16(out, 0x1234);
	wire_put_u32(out, 0x12345678);
	wire_put_u64(out, UINT64_C(0x123456789abcdef0));
	for (i = 0; i < NUMBERS; i++)
		wire_put_varint(out, numbers[i]);
	wire_put_string(out, "text", 4);
	wire_put_string(out, NULL, 0);
	wire_put_bytes(out, "xyz", 3);
	return out->len;
}

static void
what_goes_in_comes_out(void **state)
{
	static const uint8_t begin[] = { 0xfe, 0x12, 0x34, 0x12, 0x34, 0x56,
	    0x78 };
	uint8_t bytes[128];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct wire_in in;
	size_t i, len;

	(void)state;
	in = wire_in(bytes, put_all(&out));
	assert_false(out.failed);
	assert_memory_equal(bytes, begin, sizeof(begin));
	assert_int_equal(wire_get_u8(&in), 0xfe);
	assert_int_equal(wire_get_u16(&in), 0x1234);
	assert_int_equal(wire_get_u32(&in), 0x12345678);
	assert_true(wire_get_u64(&in) == UINT64_C(0x123456789abcdef0));
	for (i = 0; i < NUMBERS; i++)
		assert_true(wire_get_varint(&in) == numbers[i]);
	assert_memory_equal(wire_get_string(&in, &len), "text", 4);
	assert_int_equal(len, 4);
	assert_non_null(wire_get_string(&in, &len));
	assert_int_equal(len, 0);
	assert_false(wire_done(&in));
	assert_memory_equal(wire_get_bytes(&in, 3), "xyz", 3);
	assert_true(wire_done(&in));
}

static void
what_does_not_fit_fails_and_stays_inside(void **state)
{
	uint8_t bytes[128];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	size_t whole = put_all(&out), size, i;

	(void)state;
	for (size = 0; size <= whole; size++) {
		memset(bytes, 0xaa, sizeof(bytes));
		out = wire_out(bytes, size);
		put_all(&out);
		assert_int_equal(out.failed, size < whole);
		assert_true(out.len <= size);
		for (i = size; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], 0xaa);
	}
	/* A smaller thing is not let in behind what was too large. */
	out = wire_out(bytes, 3);
	wire_put_u32(&out, 1);
	wire_put_u8(&out, 1);
	assert_true(out.failed);
	assert_int_equal(out.len, 0);
}

static void
what_is_cut_short_fails_for_good(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct wire_in in = wire_in(bytes, sizeof(bytes));
	size_t len = 9;

	(void)state;
	assert_int_equal(wire_get_u32(&in), 0);
	assert_true(in.failed);
	assert_int_equal(wire_get_u8(&in), 0);
	assert_int_equal(wire_get_varint(&in), 0);
	assert_null(wire_get_bytes(&in, 0));
	assert_null(wire_get_string(&in, &len));
	assert_int_equal(len, 0);
	assert_false(wire_done(&in));
	in = wire_in(NULL, 0);
	assert_true(wire_done(&in));
	assert_non_null(wire_get_bytes(&in, 0));
	assert_null(wire_get_bytes(&in, 1));
}

static bool
is_number(const char *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);

	wire_get_varint(&in);
	return wire_done(&in);
}

static void
a_number_has_one_encoding(void **state)
{
	(void)state;
	assert_true(is_number("\x00", 1));
	assert_false(is_number("\x80\x00", 2));
	assert_false(is_number("\xff\x80\x00", 3));
	assert_false(is_number("\x80", 1));
	assert_false(is_number("", 0));
	assert_true(is_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10));
	assert_false(is_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
	assert_false(is_number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01",
	    11));
}

/* Of each length, whatever stands behind it, and cut short nowhere. */
static void
a_number_ends_where_it_ends(void **state)
{
	static const uint8_t behind[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	uint8_t bytes[WIRE_VARINT_BYTES + 16];
	uint64_t v = 1;
	struct wire_out out;
	struct wire_in in;
	size_t b, more, bits;

	(void)state;
	for (b = 0; b < sizeof(behind); b++)
		for (bits = 0; bits < 64; bits++)
			for (more = 0; more <= 16; more++) {
				v = (UINT64_MAX >> bits) - (more & 1) * bits;
				memset(bytes, behind[b], sizeof(bytes));
				out = wire_out(bytes, sizeof(bytes));
				wire_put_varint(&out, v);
				in = wire_in(bytes, out.len + more);
				assert_true(wire_get_varint(&in) == v);
				assert_int_equal(in.pos, out.len);
				in = wire_in(bytes, out.len - 1);
				assert_int_equal(wire_get_varint(&in), 0);
				assert_true(in.failed);
				/* The same number, a byte longer than it is. */
				bytes[out.len - 1] |= 0x80;
				bytes[out.len] = 0;
				assert_false(is_number((char *)bytes,
				    out.len + 1));
			}
}

static void
no_string_reaches_behind_its_input(void **state)
{
	static const uint8_t more[] = { 3, 'a', 'b' };
	static const uint8_t most[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0x01, 'a' };
	struct wire_in in = wire_in(more, sizeof(more));
	size_t len = 9;

	(void)state;
	assert_null(wire_get_string(&in, &len));
	assert_int_equal(len, 0);
	in = wire_in(most, sizeof(most));
	assert_null(wire_get_string(&in, &len));
	assert_true(in.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(what_does_not_fit_fails_and_stays_inside),
		cmocka_unit_test(what_is_cut_short_fails_for_good),
		cmocka_unit_test(a_number_has_one_encoding),
		cmocka_unit_test(a_number_ends_where_it_ends),
		cmocka_unit_test(no_string_reaches_behind_its_input),
	};

	return tests_run(tests, NULL, NULL);
}
