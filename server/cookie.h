/*
 * Cookies: an address proves that it can receive before the server keeps any
 * state for it or does any Diffie-Hellman. Pure: time and randomness are
 * arguments.
 *
 *   cookie   time u32 (s) | random u32 | MAC 16
 *   MAC      BLAKE2b-128 keyed with the secret, over time, random, address,
 *            client's index, ephemeral key
 *
 * The secret changes every COOKIE_LIFE_S; the one before still counts, so a
 * cookie is good for one to two lives.
 */
#ifndef SERVER_COOKIE_H
#define SERVER_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock.h"

enum {
	COOKIE_BYTES = 24,
	COOKIE_SECRET = 32,
	COOKIE_LIFE_S = 120
};

struct cookies {
	uint8_t		 secret[2][COOKIE_SECRET];	/* current, previous */
	int64_t		 since_s;			/* of the current */
};

/* What a cookie is bound to. */
struct cookie_for {
	const union sock_addr *from;
	uint32_t	 index;		/* the client's */
	const uint8_t	*ephemeral;	/* its 32 bytes; NULL: not known */
};

/* now_s: monotonic. random: fresh bytes for the first secret. */
void	 cookies_init(struct cookies *, int64_t now_s,
	    const uint8_t random[COOKIE_SECRET]);
/* True when a new secret is due: then cookies_rotate with fresh bytes. */
bool	 cookies_due(const struct cookies *, int64_t now_s);
void	 cookies_rotate(struct cookies *, int64_t now_s,
	    const uint8_t random[COOKIE_SECRET]);
/* Wipes the secrets. */
void	 cookies_clear(struct cookies *);

/* random: four bytes, so that no two cookies are alike. */
void	 cookie_make(const struct cookies *, int64_t now_s, uint32_t random,
	    const struct cookie_for *, uint8_t cookie[COOKIE_BYTES]);
/* True if we made it, for this, and not too long ago. */
bool	 cookie_check(const struct cookies *, int64_t now_s,
	    const struct cookie_for *, const uint8_t cookie[COOKIE_BYTES]);

#endif
