/*
 * What is said in a talk, sealed from key to key. Pure: the salt is handed in.
 *
 *   dh    = X25519(own secret, other's key)          not where it is all zeros
 *   root  = BLAKE2b-256(key dh;
 *           "chat talk 1" | lower key 32 | higher key 32 | log id 16)
 *   k     = BLAKE2b-256(key root; key of who says it 32)
 *   nonce = message id 8, big-endian | salt 8 | zeros 8
 *   text  = salt 8 | XChaCha20-Poly1305(k, nonce, role u8 | clear text;
 *           with it: kind u8 | flags varint | id varint)
 *
 * A key for each direction: nothing can be handed back to who said it as the
 * other's. Of the flags those that tell the pieces apart are sealed in: the
 * others are the server's. Both sides have both keys, so that each can make
 * what the other might have said: who it was, the server must say as well.
 */
#ifndef TUI_RECEIVER_TALK_H
#define TUI_RECEIVER_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/noise.h"
#include "common/text.h"

enum {
	TALK_LOG = 16,			/* bytes of a log's id */
	TALK_SALT = 8,
	TALK_MORE = TALK_SALT + 1 + 16,	/* what sealing adds to a text */
	TALK_TEXT_BYTES = TEXT_LINE_BYTES - TALK_MORE,	/* longest clear one */
	TALK_DIGITS = 5 * 6		/* five by five, blanks, NUL */
};

/* The keys of one log. */
struct talk {
	bool	 alone;			/* with oneself */
	uint8_t	 mine[NOISE_KEY];	/* of what we say */
	uint8_t	 theirs[NOISE_KEY];
};

enum talk_error {
	TALK_OK,
	TALK_FORGED,		/* neither said it, or not so, or not here */
	TALK_UNSOUND		/* one of them did, and it is no text */
};

/* What was sealed. */
struct talk_line {
	bool	 mine;			/* sealed with our key */
	unsigned role;			/* an entry_role, or a later one */
	size_t	 len;
	char	 text[TALK_TEXT_BYTES];
};

/* False for a key whose secret everybody knows: nothing may be said to it. */
bool	 talk_init(struct talk *, const struct noise_keypair *own,
	    const uint8_t other[NOISE_KEY], const uint8_t log[TALK_LOG]);
void	 talk_clear(struct talk *);

/*
 * Seals the text of an entry with its kind, id and flags as they are posted.
 * Returns the length, TALK_MORE more than it was; 0 where that is too long. A
 * salt is random: after a backup is restored the same id says something else.
 */
size_t	 talk_seal(const struct talk *, const struct entry *, unsigned role,
	    const uint8_t salt[TALK_SALT], uint8_t sealed[TEXT_LINE_BYTES]);
/* Opens the text of an entry as the log has it; fills only on TALK_OK. */
enum talk_error	 talk_open(const struct talk *, const struct entry *,
	    struct talk_line *);

/* What two people read to each other to know that nobody is between them: the
 * same for both, "12345 12345 12345 12345 12345". Returns dst. */
char	*talk_digits(char dst[TALK_DIGITS], const uint8_t one[NOISE_KEY],
	    const uint8_t other[NOISE_KEY]);

#endif
