/*
 * CRC-32C eight bytes at a time, by the processor where it can. Pure; used by
 * every process that keeps a journal. Guards against accidents only, never
 * against people.
 */
#include "common/crc32c.h"

#include <string.h>

/*
 * A table's entries are sums, without carry, of its eight entries for one
 * bit; the compiler does the adding, so that nothing is filled in at run time.
 */
#define BIT(i, n, v)	((i) >> (n) & 1 ? UINT32_C(v) : 0)
#define ROW1(i, a, b, c, d, e, f, g, h) \
	(BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d) ^ \
	BIT(i, 4, e) ^ BIT(i, 5, f) ^ BIT(i, 6, g) ^ BIT(i, 7, h))
#define ROW4(i, ...) \
	ROW1(i, __VA_ARGS__), ROW1(i + 1, __VA_ARGS__), \
	ROW1(i + 2, __VA_ARGS__), ROW1(i + 3, __VA_ARGS__)
#define ROW16(i, ...) \
	ROW4(i, __VA_ARGS__), ROW4(i + 4, __VA_ARGS__), \
	ROW4(i + 8, __VA_ARGS__), ROW4(i + 12, __VA_ARGS__)
#define ROW64(i, ...) \
	ROW16(i, __VA_ARGS__), ROW16(i + 16, __VA_ARGS__), \
	ROW16(i + 32, __VA_ARGS__), ROW16(i + 48, __VA_ARGS__)
#define ROW256(...) \
	ROW64(0, __VA_ARGS__), ROW64(64, __VA_ARGS__), \
	ROW64(128, __VA_ARGS__), ROW64(192, __VA_ARGS__)

/* tables[k][b]: byte b with k zero bytes behind it. */
static const uint32_t tables[8][256] = {
	{ ROW256(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf,
	    0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78) },
	{ ROW256(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8,
	    0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9) },
	{ ROW256(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5,
	    0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743) },
	{ ROW256(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6,
	    0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f) },
	{ ROW256(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91,
	    0x8f2261d3, 0x1ba8b557, 0x37516aae, 0x6ea2d55c) },
	{ ROW256(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f,
	    0xc00c303e, 0x85f4168d, 0x0e045beb, 0x1c08b7d6) },
	{ ROW256(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53,
	    0x9c5bfaa6, 0x3d5b83bd, 0x7ab7077a, 0xf56e0ef4) },
	{ ROW256(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da,
	    0x847609b4, 0x0d006599, 0x1a00cb32, 0x34019664) }
};

static uint32_t
little_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

uint32_t
crc32c_by_tables(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint32_t crc = UINT32_MAX, low, high;

	for (; len >= 8; p += 8, len -= 8) {
		low = crc ^ little_u32(p);
		high = little_u32(p + 4);
		crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^
		    tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
		    tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
		    tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
	}
	for (; len > 0; len--)
		crc = crc >> 8 ^ tables[0][(crc ^ *p++) & 0xff];
	return ~crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
by_processor(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t crc = UINT32_MAX, eight;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&eight, p, sizeof(eight));
		crc = __builtin_ia32_crc32di(crc, eight);
	}
	for (; len > 0; len--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *p++);
	return ~(uint32_t)crc;
}

uint32_t
crc32c(const void *bytes, size_t len)
{
	return __builtin_cpu_supports("sse4.2") ? by_processor(bytes, len) :
	    crc32c_by_tables(bytes, len);
}
#else
uint32_t
crc32c(const void *bytes, size_t len)
{
	return crc32c_by_tables(bytes, len);
}
#endif
