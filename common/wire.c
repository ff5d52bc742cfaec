/*
 * Bytes, big-endian integers and canonical varints, within bounds.
 * Pure; used by every process. Must never touch a byte outside base[0..size),
 * whatever a length read from the network says.
 */
#include "common/wire.h"

#include <endian.h>
#include <string.h>

struct wire_out
wire_out(void *base, size_t size)
{
	return (struct wire_out){ .base = base, .size = size };
}

void
wire_put_bytes(struct wire_out *out, const void *bytes, size_t n)
{
	if (out->failed || n > out->size - out->len) {
		out->failed = true;
		return;
	}
	if (n == 0)	/* memcpy may not be given NULL, not even for nothing */
		return;
	memcpy(out->base + out->len, bytes, n);
	out->len += n;
}

static void
put_be(struct wire_out *out, uint64_t v, size_t n)
{
	uint8_t	 bytes[8];
	size_t	 i;

	for (i = n; i > 0; i--, v >>= 8)
		bytes[i - 1] = v & 0xff;
	wire_put_bytes(out, bytes, n);
}

void
wire_put_u8(struct wire_out *out, uint8_t v)
{
	put_be(out, v, 1);
}

void
wire_put_u16(struct wire_out *out, uint16_t v)
{
	put_be(out, v, 2);
}

void
wire_put_u32(struct wire_out *out, uint32_t v)
{
	put_be(out, v, 4);
}

void
wire_put_u64(struct wire_out *out, uint64_t v)
{
	put_be(out, v, 8);
}

void
wire_put_varint(struct wire_out *out, uint64_t v)
{
	uint8_t	 bytes[WIRE_VARINT_BYTES];
	size_t	 n = 0;

	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (v & 0x7f) | 0x80;
	bytes[n++] = v & 0x7f;
	wire_put_bytes(out, bytes, n);
}

void
wire_put_string(struct wire_out *out, const void *bytes, size_t n)
{
	wire_put_varint(out, n);
	wire_put_bytes(out, bytes, n);
}

struct wire_in
wire_in(const void *base, size_t len)
{
	return (struct wire_in){ .base = base, .len = len };
}

const void *
wire_get_bytes(struct wire_in *in, size_t n)
{
	const uint8_t *bytes;

	if (in->failed || n > in->len - in->pos) {
		in->failed = true;
		return NULL;
	}
	if (n == 0)	/* base may be NULL, but NULL means failed */
		return "";
	bytes = in->base + in->pos;
	in->pos += n;
	return bytes;
}

static uint64_t
get_be(struct wire_in *in, size_t n)
{
	const uint8_t	*bytes;
	uint64_t	 v = 0;
	size_t		 i;

	if ((bytes = wire_get_bytes(in, n)) == NULL)
		return 0;
	for (i = 0; i < n; i++)
		v = v << 8 | bytes[i];
	return v;
}

uint8_t
wire_get_u8(struct wire_in *in)
{
	return (uint8_t)get_be(in, 1);
}

uint16_t
wire_get_u16(struct wire_in *in)
{
	return (uint16_t)get_be(in, 2);
}

uint32_t
wire_get_u32(struct wire_in *in)
{
	return (uint32_t)get_be(in, 4);
}

uint64_t
wire_get_u64(struct wire_in *in)
{
	return get_be(in, 8);
}

/* The lower seven bits of each of the first n of eight bytes, side by side. */
static uint64_t
pack(uint64_t v, size_t n)
{
	v &= UINT64_C(0x7f7f7f7f7f7f7f7f) >> 8 * (8 - n);
	v = (v & UINT64_C(0x007f007f007f007f)) |
	    (v & UINT64_C(0x7f007f007f007f00)) >> 1;
	v = (v & UINT64_C(0x00003fff00003fff)) |
	    (v & UINT64_C(0x3fff00003fff0000)) >> 2;
	return (v & UINT64_C(0x0fffffff)) |
	    (v & UINT64_C(0x0fffffff00000000)) >> 4;
}

/* As many of the next eight bytes as are of one number; where there are eight,
 * since a time has six and an id ten, and there is nothing more frequent. */
static size_t
get_eight(const uint8_t *at, uint64_t *v)
{
	uint64_t bytes, ends;
	size_t n;

	memcpy(&bytes, at, sizeof(bytes));
	bytes = le64toh(bytes);
	ends = ~bytes & UINT64_C(0x8080808080808080);
	n = ends == 0 ? 8 : (size_t)__builtin_ctzll(ends) / 8 + 1;
	*v = pack(bytes, n);
	return n;
}

/*
 * One number has one encoding, so that equal entries are equal bytes (they
 * are hashed): no padding with zero groups, nothing above bit 63.
 */
uint64_t
wire_get_varint(struct wire_in *in)
{
	size_t	 left = in->failed ? 0 : in->len - in->pos, n = 0;
	uint64_t v = 0;
	const uint8_t *at;

	if (left == 0)
		goto fail;
	at = in->base + in->pos;
	if (at[0] < 0x80) {
		in->pos++;
		return at[0];
	}
	if (left >= 8)
		n = get_eight(at, &v);
	while (n == 0 || at[n - 1] >= 0x80) {
		if (n == left || n == WIRE_VARINT_BYTES)
			goto fail;
		v |= (uint64_t)(at[n] & 0x7f) << 7 * n;
		n++;
	}
	if (at[n - 1] == 0 || (n == WIRE_VARINT_BYTES && at[n - 1] > 1))
		goto fail;
	in->pos += n;
	return v;
fail:
	in->failed = true;
	return 0;
}

const char *
wire_get_string(struct wire_in *in, size_t *len)
{
	const char	*bytes;
	uint64_t	 n;

	*len = 0;
	n = wire_get_varint(in);
	/* Compared in 64 bits: a size_t may be narrower. */
	if (in->failed || n > in->len - in->pos) {
		in->failed = true;
		return NULL;
	}
	if ((bytes = wire_get_bytes(in, (size_t)n)) != NULL)
		*len = (size_t)n;
	return bytes;
}

bool
wire_done(const struct wire_in *in)
{
	return !in->failed && in->pos == in->len;
}
