/*
 * The Noise handshakes XX and XXpsk3 with 25519, ChaChaPoly and SHA256 (The
 * Noise Protocol Framework, revision 34). Pure: no socket, no clock, no
 * allocation, no chance.
 *
 *   XX:  -> e          <- e, ee, s, es          -> s, se          [psk3]
 *
 * In XXpsk3 already the first payload is sealed (section 9.2), so that even an
 * empty one adds a tag: the two protocols part at the first message.
 *
 * Three messages alternate, the initiator begins. A message that is refused
 * changes nothing: over UDP anybody may send one, and the true one still comes.
 */
#ifndef COMMON_NOISE_H
#define COMMON_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NOISE_KEY = 32,		/* bytes of a key, a hash, a psk */
	NOISE_TAG = 16,
	NOISE_MESSAGE = 65535	/* longest message, section 3 */
};

enum noise_role { NOISE_INITIATOR, NOISE_RESPONDER };

struct noise_keypair {
	uint8_t	 secret[NOISE_KEY];
	uint8_t	 public[NOISE_KEY];
};

struct noise {
	enum noise_role	 role;
	bool		 psk_mode;
	bool		 cleared;
	bool		 has_key;		/* section 5.1 */
	bool		 has_remote;
	int		 message;		/* next one, from 0; 3: done */
	uint64_t	 n;
	uint8_t		 k[NOISE_KEY];
	uint8_t		 ck[NOISE_KEY];
	uint8_t		 h[NOISE_KEY];
	const struct noise_keypair *s;		/* borrowed, as is psk */
	struct noise_keypair e;
	uint8_t		 rs[NOISE_KEY], re[NOISE_KEY];
	const uint8_t	*psk;			/* NULL: none yet */
};

/* The pair that belongs to a secret. */
void	 noise_keypair_from(struct noise_keypair *,
	    const uint8_t secret[NOISE_KEY]);

/*
 * Begins a handshake: XXpsk3 if psk_mode, else XX. The static pair is borrowed
 * until the third message is through or given up: of what lives long there is
 * one copy, where its owner locks it. The ephemeral pair is copied, and must be
 * fresh for each handshake (tests: fixed).
 */
void	 noise_init(struct noise *, enum noise_role, bool psk_mode,
	    const void *prologue, size_t prologue_len,
	    const struct noise_keypair *s, const struct noise_keypair *e);
/* The shared key of XXpsk3, borrowed as well; needed from the third message on,
 * not before. */
void	 noise_set_psk(struct noise *, const uint8_t psk[NOISE_KEY]);

/*
 * Writes the next message with its payload; returns its length, 0 on failure
 * (not our turn, no room, no psk).
 */
size_t	 noise_write(struct noise *, const void *payload, size_t len,
	    uint8_t *out, size_t size);
/*
 * Reads the next message; payload has room for len bytes. True with the
 * payload's length; false if it is not authentic, not our turn, too short.
 */
bool	 noise_read(struct noise *, const uint8_t *message, size_t len,
	    uint8_t *payload, size_t *payload_len);

/*
 * Is the sealed static key authentic with which the third message begins?
 * Cheap: what is not needs no Diffie-Hellman. Changes nothing.
 */
bool	 noise_peek(const struct noise *, const uint8_t *message, size_t len);

/* The other side's static key, once it was received; NULL before. */
const uint8_t *noise_remote(const struct noise *);
/*
 * After the third message: the keys to send and to receive with, and the
 * handshake's hash, which names the session. False before that.
 */
bool	 noise_split(struct noise *, uint8_t send[NOISE_KEY],
	    uint8_t receive[NOISE_KEY], uint8_t hash[NOISE_KEY]);
/* Wipes all of it; every further call fails. */
void	 noise_clear(struct noise *);

/*
 * The cipher of section 12.3, for the handshake and for what follows it:
 * nonce n, associated data. out has room for len + NOISE_TAG, or len less it.
 */
void	 noise_encrypt(const uint8_t k[NOISE_KEY], uint64_t n, const void *ad,
	    size_t ad_len, const void *text, size_t len, uint8_t *out);
/* False if it is not authentic; nothing is written then. */
bool	 noise_decrypt(const uint8_t k[NOISE_KEY], uint64_t n, const void *ad,
	    size_t ad_len, const uint8_t *sealed, size_t len, uint8_t *out);

#endif
