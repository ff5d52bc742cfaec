/*
 * Fuzzing: a handshake on a wire that bends and invents messages. What is
 * refused changes nothing, so the true one still comes through; and both have
 * the same keys then, or none.
 */
#include <stdlib.h>
#include <string.h>

#include "common/noise.h"
#include "tests/fuzz/fuzz.h"

enum { PAYLOAD = 64, MESSAGE = 256 };

static struct noise_keypair
pair(uint8_t number)
{
	uint8_t secret[NOISE_KEY] = { number };
	struct noise_keypair kp;

	noise_keypair_from(&kp, secret);
	return kp;
}

static void
refuses(struct noise *to, const uint8_t *message, size_t len)
{
	uint8_t *exact = fuzz_copy(message, len), payload[MESSAGE];
	struct noise before = *to;
	size_t n;

	if (noise_read(to, exact, len, payload, &n))
		/* The first message of XX is a key and nothing sealed. */
		MUST(before.message == 0 && !before.psk_mode);
	else
		MUST(memcmp(&before, to, sizeof(before)) == 0);
	*to = before;
	free(exact);
}

static void
bend(struct fuzz *in, struct noise *to, const uint8_t *message, size_t len)
{
	uint8_t bent[MESSAGE + 1];
	uint8_t bits = fuzz_u8(in), at = fuzz_u8(in);
	const uint8_t *invented;
	size_t n;

	memcpy(bent, message, len);
	bent[len] = at;
	if (bits == 0)
		refuses(to, bent, at % len);
	else if (bits == 255)
		refuses(to, bent, len + 1);
	else {
		/* The curve ignores the top bit of a key (RFC 7748). */
		bent[at % len] ^= bits & 0x7f ? bits & 0x7f : 1;
		refuses(to, bent, len);
	}
	invented = fuzz_bytes(in, MESSAGE, &n);
	refuses(to, invented, n);
}

static void
carry(struct fuzz *in, struct noise *from, struct noise *to)
{
	uint8_t message[MESSAGE], got[MESSAGE];
	const uint8_t *payload;
	size_t n, len, got_len;

	payload = fuzz_bytes(in, PAYLOAD, &n);
	len = noise_write(from, payload, n, message, sizeof(message));
	MUST(len >= n && len <= sizeof(message));
	bend(in, to, message, len);
	MUST(noise_read(to, message, len, got, &got_len));
	MUST(fuzz_same(got, got_len, payload, n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t psk[NOISE_KEY] = { 7 };
	uint8_t up[NOISE_KEY], down[NOISE_KEY], hash[NOISE_KEY];
	uint8_t up2[NOISE_KEY], down2[NOISE_KEY], hash2[NOISE_KEY];
	struct fuzz in = { data, len };
	struct noise_keypair a = pair(1), b = pair(2), x = pair(3), y = pair(4);
	struct noise client, server;
	bool has_psk = fuzz_u8(&in) & 1;

	fuzz_ready();
	noise_init(&client, NOISE_INITIATOR, has_psk, "p", 1, &a, &x);
	noise_init(&server, NOISE_RESPONDER, has_psk, "p", 1, &b, &y);
	if (has_psk) {
		noise_set_psk(&client, psk);
		noise_set_psk(&server, psk);
	}
	carry(&in, &client, &server);
	carry(&in, &server, &client);
	MUST(!noise_split(&client, up, down, hash));
	carry(&in, &client, &server);
	MUST(noise_split(&client, up, down, hash));
	MUST(noise_split(&server, down2, up2, hash2));
	MUST(memcmp(up, up2, NOISE_KEY) == 0);
	MUST(memcmp(down, down2, NOISE_KEY) == 0);
	MUST(memcmp(hash, hash2, NOISE_KEY) == 0);
	MUST(memcmp(noise_remote(&client), b.public, NOISE_KEY) == 0);
	MUST(memcmp(noise_remote(&server), a.public, NOISE_KEY) == 0);
	return 0;
}
