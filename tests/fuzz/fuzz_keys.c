/*
 * Fuzzing: a key file, a passphrase's file, and the known hosts, after what a
 * user or an editor has done to them. The first byte says which.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/keys.h"
#include "common/passphrase.h"
#include "common/text.h"
#include "tests/fuzz/fuzz.h"

/* There is one way to write a key, and what is none stays as it is. */
static void
take_identity(const uint8_t *data, size_t len)
{
	struct noise_keypair kp, same;
	char path[FUZZ_PATH], fingerprint[FINGERPRINT_TEXT], *kept;
	enum keys_error error;
	size_t n;

	unlink(fuzz_path(path, "identity"));
	fuzz_put_file(path, data, len);
	error = keys_load(path, &kp);
	MUST(error == KEYS_OK || error == KEYS_FORMAT);
	MUST((kept = fuzz_get_file(path, &n)) != NULL);
	MUST(fuzz_same(kept, n, data, len));
	free(kept);
	if (error != KEYS_OK)
		return;
	noise_keypair_from(&same, kp.secret);
	MUST(memcmp(&same, &kp, sizeof(kp)) == 0);
	fingerprint_text(fingerprint, kp.public);
	MUST(strlen(fingerprint) == FINGERPRINT_TEXT - 1);
}

static void
take_passphrase(const uint8_t *data, size_t len)
{
	char path[FUZZ_PATH], secret[PASSPHRASE_BYTES];

	unlink(fuzz_path(path, "passphrase"));
	fuzz_put_file(path, data, len);
	if (passphrase_read(path, secret) != KEYS_OK)
		return;
	MUST(memchr(secret, '\0', sizeof(secret)) != NULL && secret[0] != 0);
	MUST(text_valid(secret, strlen(secret)));
	MUST(strpbrk(secret, "\r\n") == NULL);
}

/* An unknown host, once remembered, is known by that key and no other. */
static void
remember(const char *path, const char *host)
{
	static const uint8_t key[NOISE_KEY] = { 1 }, other[NOISE_KEY] = { 2 };
	enum keys_host what;
	unsigned line;
	bool psk;

	MUST(keys_host_remember(path, host, key, KEYS_ADD_HOST |
	    KEYS_ADD_PSK) == KEYS_OK);
	MUST(keys_host_check(path, host, key, &what, &psk, &line) == KEYS_OK);
	MUST(what == KEYS_HOST_KNOWN && psk);
	MUST(keys_host_check(path, host, other, &what, &psk, &line) ==
	    KEYS_OK);
	MUST(what == KEYS_HOST_CHANGED && !psk);
}

static void
take_hosts(const uint8_t *data, size_t len)
{
	static const uint8_t key[NOISE_KEY] = { 1 };
	static const char host[] = "chat.example:8888";
	char path[FUZZ_PATH], *text = fuzz_copy(data, len);
	enum keys_host what, found;
	enum keys_error error;
	unsigned line, at;
	bool psk, wants;

	error = keys_host_find(text, len, host, key, &what, &line);
	psk = keys_host_has_psk(text, len, host, key);
	free(text);
	unlink(fuzz_path(path, "known_hosts"));
	fuzz_put_file(path, data, len);
	MUST(keys_host_check(path, host, key, &found, &wants, &at) == error);
	if (error != KEYS_OK)
		return;
	MUST(what == found && line == at);
	MUST(wants == (psk && what == KEYS_HOST_KNOWN));
	if (what == KEYS_HOST_UNKNOWN)
		remember(path, host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_ready();
	if (len == 0)
		return 0;
	if (data[0] % 3 == 0)
		take_identity(data + 1, len - 1);
	else if (data[0] % 3 == 1)
		take_passphrase(data + 1, len - 1);
	else
		take_hosts(data + 1, len - 1);
	return 0;
}
