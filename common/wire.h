/*
 * Bounded writing and reading of bytes, big-endian integers and canonical
 * varints (LEB128: 7 bits a byte, least significant first). Pure. Overflow
 * and underflow are sticky: do the whole record, then look at `failed` once.
 */
#ifndef COMMON_WIRE_H
#define COMMON_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_VARINT_BYTES = 10 };	/* longest varint of 64 bits */

struct wire_out {
	uint8_t	*base;
	size_t	 size;		/* bytes at base */
	size_t	 len;		/* bytes written */
	bool	 failed;	/* did not fit; nothing after counts */
};

struct wire_in {
	const uint8_t	*base;
	size_t		 len;
	size_t		 pos;
	bool		 failed;	/* cut short, or a bad varint */
};

struct wire_out	 wire_out(void *base, size_t size);
void	 wire_put_u8(struct wire_out *, uint8_t);
void	 wire_put_u16(struct wire_out *, uint16_t);
void	 wire_put_u32(struct wire_out *, uint32_t);
void	 wire_put_u64(struct wire_out *, uint64_t);
void	 wire_put_varint(struct wire_out *, uint64_t);
void	 wire_put_bytes(struct wire_out *, const void *, size_t);
/* Length as varint, then the bytes. */
void	 wire_put_string(struct wire_out *, const void *, size_t);

struct wire_in	 wire_in(const void *base, size_t len);
/* Each returns 0 (or NULL) once the input has failed. */
uint8_t	 wire_get_u8(struct wire_in *);
uint16_t wire_get_u16(struct wire_in *);
uint32_t wire_get_u32(struct wire_in *);
uint64_t wire_get_u64(struct wire_in *);
uint64_t wire_get_varint(struct wire_in *);
/* A view into the input, valid as long as the input is. */
const void *wire_get_bytes(struct wire_in *, size_t);
const char *wire_get_string(struct wire_in *, size_t *len);
/* True if all was read and nothing failed. */
bool	 wire_done(const struct wire_in *);

#endif
