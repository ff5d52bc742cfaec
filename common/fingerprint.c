/*
 * Fingerprints of public keys. Pure; runs in every program.
 */
#include "common/fingerprint.h"

#include <sodium.h>
#include <string.h>

#include "common/base64.h"

enum {
	WHOLE_BASE = sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
	SHORT_BASE = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	SHORT_HASH = 16
};

char *
fingerprint_text(char dst[FINGERPRINT_TEXT], const uint8_t public[NOISE_KEY])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, public, NOISE_KEY);
	memcpy(dst, "SHA256:", 7);
	sodium_bin2base64(dst + 7, FINGERPRINT_TEXT - 7, hash, sizeof(hash),
	    WHOLE_BASE);
	return dst;
}

char *
fingerprint_short(char dst[FINGERPRINT_SHORT], const uint8_t public[NOISE_KEY])
{
	uint8_t hash[crypto_generichash_BYTES];

	crypto_generichash(hash, sizeof(hash), public, NOISE_KEY, NULL, 0);
	sodium_bin2base64(dst, FINGERPRINT_SHORT, hash, SHORT_HASH, SHORT_BASE);
	return dst;
}

bool
fingerprint_is_short(const char *text)
{
	uint8_t hash[SHORT_HASH];

	return strlen(text) == FINGERPRINT_SHORT - 1 &&
	    base64_decode(hash, sizeof(hash), text, FINGERPRINT_SHORT - 1,
	    SHORT_BASE);
}

bool
fingerprint_is(const char *text)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	return fingerprint_is_short(text) ||
	    (strlen(text) == FINGERPRINT_TEXT - 1 &&
	    memcmp(text, "SHA256:", 7) == 0 &&
	    base64_decode(hash, sizeof(hash), text + 7, FINGERPRINT_TEXT - 8,
	    WHOLE_BASE));
}

bool
fingerprint_match(const char *text, const uint8_t public[NOISE_KEY])
{
	char own[FINGERPRINT_SHORT], whole[FINGERPRINT_TEXT];

	return strcmp(text, fingerprint_short(own, public)) == 0 ||
	    strcmp(text, fingerprint_text(whole, public)) == 0;
}
