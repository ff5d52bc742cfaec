/*
 * Base64 by libsodium, which takes some bytes that are no ASCII for letters.
 */
#include "common/base64.h"

#include <sodium.h>

bool
base64_decode(uint8_t *dst, size_t size, const char *text, size_t len,
    int variant)
{
	size_t n, i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] > '~')
			return false;
	return sodium_base642bin(dst, size, text, len, NULL, &n, NULL,
	    variant) == 0 && n == size;
}
