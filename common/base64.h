/*
 * Base64 that says just so much and in one way only. Pure.
 */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether len bytes of text are just size bytes in a variant of libsodium's
 * (sodium_bin2base64(3)); dst gets them. */
bool	 base64_decode(uint8_t *dst, size_t size, const char *text, size_t len,
	    int variant);

#endif
