/*
 * CRC-32C against the vectors of RFC 3720, appendix B.4, and bit by bit.
 */
#include "common/crc32c.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

static void
the_published_vectors_come_out(void **state)
{
	static const uint8_t command[48] = {
		0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
		0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
		0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	uint8_t bytes[32];
	uint8_t i;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(crc32c(bytes, 32), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(crc32c(bytes, 32), 0x62a8ab43);
	for (i = 0; i < 32; i++)
		bytes[i] = i;
	assert_int_equal(crc32c(bytes, 32), 0x46dd794e);
	for (i = 0; i < 32; i++)
		bytes[i] = 31 - i;
	assert_int_equal(crc32c(bytes, 32), 0x113fdb5c);
	assert_int_equal(crc32c(command, 48), 0xd9963a56);
	assert_int_equal(crc32c("123456789", 9), 0xe3069283);
	assert_int_equal(crc32c("", 0), 0);
}

static uint32_t
bit_by_bit(const uint8_t *p, size_t len)
{
	uint32_t crc = UINT32_MAX;
	int bit;

	for (; len > 0; len--)
		for (crc ^= *p++, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	return ~crc;
}

static void
every_length_and_place_agrees_with_bit_by_bit(void **state)
{
	uint8_t bytes[80];
	uint32_t seed = 1;
	size_t at, len;

	(void)state;
	for (at = 0; at < sizeof(bytes); at++) {
		seed = seed * 1664525 + 1013904223;
		bytes[at] = (uint8_t)(seed >> 24);
	}
	for (at = 0; at < 8; at++)
		for (len = 0; at + len <= sizeof(bytes); len++) {
			assert_int_equal(crc32c(bytes + at, len),
			    bit_by_bit(bytes + at, len));
			assert_int_equal(crc32c_by_tables(bytes + at, len),
			    bit_by_bit(bytes + at, len));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_vectors_come_out),
		cmocka_unit_test(every_length_and_place_agrees_with_bit_by_bit),
	};

	return tests_run(tests, NULL, NULL);
}
