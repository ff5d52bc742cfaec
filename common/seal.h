/*
 * Sealed datagrams: what travels once a handshake is done. Pure; one holder
 * per session, since two that seal with one key would repeat a nonce.
 *
 *   FC u8 | receiver's index u32 | counter u64 |
 *   ChaCha20-Poly1305(frames) with its 16-byte tag
 *
 * 29 bytes over the frames. The header is authenticated, the counter is
 * the nonce (Noise, section 12.3), and each direction has a key of its own.
 * A replayed datagram is refused by a window of 1024 (RFC 6479), in which
 * a counter is marked only after its tag was verified.
 */
#ifndef COMMON_SEAL_H
#define COMMON_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"

enum {
	SEAL_TYPE = 0xfc,
	SEAL_HEADER = 1 + 4 + 8,
	SEAL_OVER = SEAL_HEADER + NOISE_TAG,	/* bytes over the frames */
	SEAL_WINDOW = 1024			/* datagrams */
};

/* Datagrams one key may seal; then a new handshake is due. */
#define SEAL_COUNTER_MAX ((uint64_t)1 << 32)

struct seal {
	uint8_t		 send[NOISE_KEY], receive[NOISE_KEY];
	uint32_t	 here, there;	/* indices: our own, the peer's */
	uint64_t	 next;		/* counter to send */
	uint64_t	 newest;	/* counter accepted, + 1; 0: none */
	/* One word more than the window, as in RFC 6479, section 2.2. */
	uint64_t	 seen[SEAL_WINDOW / 64 + 1];
};

void	 seal_init(struct seal *, const uint8_t send[NOISE_KEY],
	    const uint8_t receive[NOISE_KEY], uint32_t here, uint32_t there);
/* Wipes the keys. */
void	 seal_clear(struct seal *);

/*
 * Seals frames into out, which has room for len + SEAL_OVER. Returns the
 * datagram's length, 0 when SEAL_COUNTER_MAX datagrams were sealed.
 */
size_t	 seal_pack(struct seal *, const void *frames, size_t len, uint8_t *out);

enum seal_error {
	SEAL_OK,
	SEAL_TRUNCATED,		/* shorter than an empty one */
	SEAL_FOREIGN,		/* not of this session, or no sealed datagram */
	SEAL_REPLAY,		/* opened before, or too old to know */
	SEAL_FORGED		/* the tag is wrong */
};
/*
 * Opens a datagram into out, which has room for len - SEAL_OVER. On SEAL_OK
 * *out_len is set and the counter counts as seen; else nothing has changed.
 */
enum seal_error	 seal_open(struct seal *, const uint8_t *datagram, size_t len,
	    uint8_t *out, size_t *out_len);

/* The counter in the header of one that seal_open took. */
uint64_t	 seal_counter(const uint8_t *datagram);

/*
 * The index that a datagram is addressed to, to find its session by; false
 * if it is none of these.
 */
bool	 seal_index(const uint8_t *datagram, size_t len, uint32_t *index);

#endif
