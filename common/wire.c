/*
 * Bytes, big-endian integers and canonical varints, within bounds.
 * Pure; used by every process. Must never touch a byte outside base[0..size),
 * whatever a length read from the network says.
 */
#include "common/wire.h"

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

/*
 * One number has one encoding, so that equal entries are equal bytes (they
 * are hashed): no padding with zero groups, nothing above bit 63.
 */
uint64_t
wire_get_varint(struct wire_in *in)
{
	const uint8_t	*at, *end;
	uint64_t	 v = 0, byte;
	unsigned int	 shift = 0;

	if (in->failed || in->pos == in->len) {
		in->failed = true;
		return 0;
	}
	/* Without a call a byte: it is the most frequent thing of all. */
	at = in->base + in->pos;
	end = in->base + in->len;
	do {
		byte = *at++;
		v |= (byte & 0x7f) << shift;
		shift += 7;
	} while (byte >= 0x80 && at < end && shift < 7 * WIRE_VARINT_BYTES);
	if (byte >= 0x80 || (byte == 0 && shift > 7) ||
	    (byte > 1 && shift == 7 * WIRE_VARINT_BYTES)) {
		in->failed = true;
		return 0;
	}
	in->pos = (size_t)(at - in->base);
	return v;
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
