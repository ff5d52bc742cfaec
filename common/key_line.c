/*
 * A key as a line. Wipes what it does not hand on.
 */
#include "common/key_line.h"

#include <sodium.h>
#include <string.h>

#include "common/base64.h"

static const char magic[] = "chatkey1.";

enum {
	MAGIC = sizeof(magic) - 1,
	BOX = crypto_secretbox_MACBYTES + NOISE_KEY,
	RAW = 1 + KEY_LINE_SALT + BOX,
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

_Static_assert(KEY_LINE_SALT == crypto_pwhash_SALTBYTES, "Argon2id");
_Static_assert(NOISE_KEY == crypto_secretbox_KEYBYTES, "secretbox");
_Static_assert(MAGIC + (RAW * 4 + 2) / 3 + 1 == KEY_LINE_BYTES, "its length");

static const uint8_t nonce[crypto_secretbox_NONCEBYTES];

static bool
make_key(uint8_t k[NOISE_KEY], const char *passphrase, size_t len,
    const uint8_t salt[KEY_LINE_SALT])
{
	memset(k, 0, NOISE_KEY);
	return len == 0 || crypto_pwhash(k, NOISE_KEY, passphrase, len, salt,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE,
	    crypto_pwhash_ALG_ARGON2ID13) == 0;
}

enum key_line_error
key_line_put(char dst[KEY_LINE_BYTES], const struct noise_keypair *kp,
    const char *passphrase, size_t len, const uint8_t salt[KEY_LINE_SALT])
{
	uint8_t raw[RAW], k[NOISE_KEY];

	if (!make_key(k, passphrase, len, salt))
		return KEY_LINE_MEMORY;
	raw[0] = len > 0;
	memcpy(raw + 1, salt, KEY_LINE_SALT);
	crypto_secretbox_easy(raw + 1 + KEY_LINE_SALT, kp->secret, NOISE_KEY,
	    nonce, k);
	memcpy(dst, magic, MAGIC);
	sodium_bin2base64(dst + MAGIC, KEY_LINE_BYTES - MAGIC, raw,
	    sizeof(raw), BASE64);
	sodium_memzero(k, sizeof(k));
	sodium_memzero(raw, sizeof(raw));
	return KEY_LINE_OK;
}

enum key_line_error
key_line_read(struct noise_keypair *kp, const char *line, size_t line_len,
    const char *passphrase, size_t len)
{
	uint8_t raw[RAW], k[NOISE_KEY], secret[NOISE_KEY];
	enum key_line_error error = KEY_LINE_OK;

	if (line_len != KEY_LINE_BYTES - 1 || memcmp(line, magic, MAGIC) != 0 ||
	    !base64_decode(raw, sizeof(raw), line + MAGIC, line_len - MAGIC,
	    BASE64) || raw[0] > 1)
		error = KEY_LINE_FORMAT;
	else if (raw[0] == 1 && len == 0)
		error = KEY_LINE_SEALED;
	else if (!make_key(k, passphrase, raw[0] == 1 ? len : 0, raw + 1))
		error = KEY_LINE_MEMORY;
	else if (crypto_secretbox_open_easy(secret, raw + 1 + KEY_LINE_SALT,
	    BOX, nonce, k) != 0)
		error = KEY_LINE_WRONG;
	else
		noise_keypair_from(kp, secret);
	sodium_memzero(k, sizeof(k));
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(secret, sizeof(secret));
	return error;
}
