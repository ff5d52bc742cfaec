/*
 * A person's key as one line, to be taken to another machine. Pure: the salt
 * is handed in.
 *
 *   "chatkey1." | base64url of: flag u8 | salt 16 | secretbox 48
 *   flag 1: sealed with nonce 0 by Argon2id of a passphrase; 0: in clear, by
 *   zeros
 */
#ifndef COMMON_KEY_LINE_H
#define COMMON_KEY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"

enum {
	KEY_LINE_SALT = 16,
	KEY_LINE_BYTES = 96 + 1		/* with its NUL */
};

enum key_line_error {
	KEY_LINE_OK,
	KEY_LINE_FORMAT,	/* it is none, or of a later program */
	KEY_LINE_SEALED,	/* a passphrase is wanted */
	KEY_LINE_WRONG,		/* another one, or a letter is wrong */
	KEY_LINE_MEMORY		/* 64 MiB, for a moment */
};

/* len 0: in clear. The salt has to be random. Not MEMORY without len. */
enum key_line_error key_line_put(char dst[KEY_LINE_BYTES],
	    const struct noise_keypair *, const char *passphrase, size_t len,
	    const uint8_t salt[KEY_LINE_SALT]);
/* Of a line without its end; fills only on OK. */
enum key_line_error key_line_read(struct noise_keypair *, const char *line,
	    size_t line_len, const char *passphrase, size_t len);

#endif
