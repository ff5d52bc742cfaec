/*
 * What people and options call a public key by. Pure.
 */
#ifndef COMMON_FINGERPRINT_H
#define COMMON_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"

enum {
	FINGERPRINT_TEXT = 7 + 43 + 1,	/* "SHA256:" and base64, with NUL */
	FINGERPRINT_SHORT = 22 + 1	/* 16 bytes as base64url, with NUL */
};

/* "SHA256:..." of a public key, for people to compare. Returns dst. */
char		*fingerprint_text(char dst[FINGERPRINT_TEXT],
		    const uint8_t public[NOISE_KEY]);
/*
 * The short one, for what is handed out and typed: base64url of the first 16
 * bytes of BLAKE2b-256 of the key. Returns dst.
 */
char		*fingerprint_short(char dst[FINGERPRINT_SHORT],
		    const uint8_t public[NOISE_KEY]);
/* Whether text is a short one of some key. */
bool		 fingerprint_is_short(const char *text);
/* Whether text is a fingerprint of some key, short or whole. */
bool		 fingerprint_is(const char *text);
/* Whether text is one of this key, short or whole. Pure. */
bool		 fingerprint_match(const char *text,
		    const uint8_t public[NOISE_KEY]);

#endif
