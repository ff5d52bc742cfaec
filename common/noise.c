/*
 * Noise XX and XXpsk3 on libsodium's primitives. Pure; runs in the server and
 * in the client's receiver process, never in the one with the screen. Section
 * numbers are those of the Noise specification, revision 34.
 */
#include "common/noise.h"

#include <sodium.h>
#include <string.h>

_Static_assert(NOISE_KEY == crypto_scalarmult_BYTES, "25519");
_Static_assert(NOISE_KEY == crypto_hash_sha256_BYTES, "SHA256");
_Static_assert(NOISE_TAG == crypto_aead_chacha20poly1305_ietf_ABYTES, "tag");

void
noise_keypair_from(struct noise_keypair *kp, const uint8_t secret[NOISE_KEY])
{
	memmove(kp->secret, secret, NOISE_KEY);
	crypto_scalarmult_base(kp->public, kp->secret);
}

/* Section 12.3: 32 zero bits, then the counter, little-endian. */
static void
make_nonce(uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES],
    uint64_t n)
{
	int i;

	memset(nonce, 0, 4);
	for (i = 0; i < 8; i++)
		nonce[4 + i] = (uint8_t)(n >> (8 * i));
}

void
noise_encrypt(const uint8_t k[NOISE_KEY], uint64_t n, const void *ad,
    size_t ad_len, const void *text, size_t len, uint8_t *out)
{
	uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

	make_nonce(nonce, n);
	crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, text, len, ad,
	    ad_len, NULL, nonce, k);
}

bool
noise_decrypt(const uint8_t k[NOISE_KEY], uint64_t n, const void *ad,
    size_t ad_len, const uint8_t *sealed, size_t len, uint8_t *out)
{
	uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

	if (len < NOISE_TAG)
		return false;
	make_nonce(nonce, n);
	return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL,
	    sealed, len, ad, ad_len, nonce, k) == 0;
}

/* Section 5.2, MixHash. */
static void
mix_hash(struct noise *ns, const void *data, size_t len)
{
	crypto_hash_sha256_state sha;

	crypto_hash_sha256_init(&sha);
	crypto_hash_sha256_update(&sha, ns->h, NOISE_KEY);
	crypto_hash_sha256_update(&sha, data, len);
	crypto_hash_sha256_final(&sha, ns->h);
}

static void
hmac(uint8_t out[NOISE_KEY], const uint8_t key[NOISE_KEY], const void *data,
    size_t len, int counter)
{
	crypto_auth_hmacsha256_state st;
	uint8_t byte = (uint8_t)counter;

	crypto_auth_hmacsha256_init(&st, key, NOISE_KEY);
	crypto_auth_hmacsha256_update(&st, data, len);
	if (counter > 0)
		crypto_auth_hmacsha256_update(&st, &byte, 1);
	crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof(st));
}

/* Section 4.3: outputs of NOISE_KEY bytes each, one behind the other. */
static void
hkdf(uint8_t *out, int outputs, const uint8_t ck[NOISE_KEY],
    const uint8_t *input, size_t len)
{
	uint8_t temp[NOISE_KEY];
	int i;

	hmac(temp, ck, input, len, 0);
	hmac(out, temp, "", 0, 1);
	for (i = 1; i < outputs; i++)
		hmac(out + i * NOISE_KEY, temp, out + (i - 1) * NOISE_KEY,
		    NOISE_KEY, i + 1);
	sodium_memzero(temp, sizeof(temp));
}

static void
set_key(struct noise *ns, const uint8_t key[NOISE_KEY])
{
	memcpy(ns->k, key, NOISE_KEY);
	ns->n = 0;
	ns->has_key = true;
}

static void
mix_key(struct noise *ns, const uint8_t *input, size_t len)
{
	uint8_t out[2 * NOISE_KEY];

	hkdf(out, 2, ns->ck, input, len);
	memcpy(ns->ck, out, NOISE_KEY);
	set_key(ns, out + NOISE_KEY);
	sodium_memzero(out, sizeof(out));
}

/* Section 9.2, the psk token. */
static void
mix_psk(struct noise *ns)
{
	uint8_t out[3 * NOISE_KEY];

	hkdf(out, 3, ns->ck, ns->psk, NOISE_KEY);
	memcpy(ns->ck, out, NOISE_KEY);
	mix_hash(ns, out + NOISE_KEY, NOISE_KEY);
	set_key(ns, out + 2 * NOISE_KEY);
	sodium_memzero(out, sizeof(out));
}

/* False where the other side sent a point of small order: the result is 0. */
static bool
mix_dh(struct noise *ns, const struct noise_keypair *mine,
    const uint8_t theirs[NOISE_KEY])
{
	uint8_t shared[NOISE_KEY];
	bool good = crypto_scalarmult(shared, mine->secret, theirs) == 0;

	if (good)
		mix_key(ns, shared, NOISE_KEY);
	sodium_memzero(shared, sizeof(shared));
	return good;
}

void
noise_init(struct noise *ns, enum noise_role role, bool psk_mode,
    const void *prologue, size_t prologue_len, const struct noise_keypair *s,
    const struct noise_keypair *e)
{
	const char *name = psk_mode ? "Noise_XXpsk3_25519_ChaChaPoly_SHA256" :
	    "Noise_XX_25519_ChaChaPoly_SHA256";

	memset(ns, 0, sizeof(*ns));
	ns->role = role;
	ns->psk_mode = psk_mode;
	ns->s = s;
	ns->e = *e;
	/* Section 5.2: a name as long as a hash, or shorter, stands for it. */
	if (strlen(name) <= NOISE_KEY)
		memcpy(ns->h, name, strlen(name));
	else
		crypto_hash_sha256(ns->h, (const uint8_t *)name, strlen(name));
	memcpy(ns->ck, ns->h, NOISE_KEY);
	mix_hash(ns, prologue, prologue_len);
}

void
noise_set_psk(struct noise *ns, const uint8_t psk[NOISE_KEY])
{
	ns->psk = psk;
}

void
noise_clear(struct noise *ns)
{
	sodium_memzero(ns, sizeof(*ns));
	ns->cleared = true;
}

/* ---- Tokens, section 7.1. Writers append to a message, readers take. ---- */

struct message {
	uint8_t		*out;		/* being written, or ... */
	const uint8_t	*in;		/* being read */
	size_t		 len, pos;	/* of the room, or of what came */
};

static bool
write_sealed(struct noise *ns, struct message *m, const void *text, size_t len)
{
	size_t sealed = len + (ns->has_key ? NOISE_TAG : 0);

	if (sealed > m->len - m->pos)
		return false;
	if (ns->has_key)
		noise_encrypt(ns->k, ns->n++, ns->h, NOISE_KEY, text, len,
		    m->out + m->pos);
	else if (len > 0)
		memcpy(m->out + m->pos, text, len);
	mix_hash(ns, m->out + m->pos, sealed);
	m->pos += sealed;
	return true;
}

static bool
read_sealed(struct noise *ns, struct message *m, uint8_t *text, size_t len)
{
	size_t sealed = len + (ns->has_key ? NOISE_TAG : 0);

	if (sealed > m->len - m->pos)
		return false;
	if (!ns->has_key)
		memcpy(text, m->in + m->pos, len);
	else if (!noise_decrypt(ns->k, ns->n++, ns->h, NOISE_KEY,
	    m->in + m->pos, sealed, text))
		return false;
	mix_hash(ns, m->in + m->pos, sealed);
	m->pos += sealed;
	return true;
}

static bool
token_e(struct noise *ns, struct message *m)
{
	const uint8_t *public = ns->e.public;

	if (m->len - m->pos < NOISE_KEY)
		return false;
	if (m->out != NULL)
		memcpy(m->out + m->pos, public, NOISE_KEY);
	else {
		memcpy(ns->re, m->in + m->pos, NOISE_KEY);
		public = ns->re;
	}
	m->pos += NOISE_KEY;
	mix_hash(ns, public, NOISE_KEY);
	/* Section 9.2: with a psk the ephemeral key counts into k too. */
	if (ns->psk_mode)
		mix_key(ns, public, NOISE_KEY);
	return true;
}

static bool
token_s(struct noise *ns, struct message *m)
{
	if (m->out != NULL)
		return write_sealed(ns, m, ns->s->public, NOISE_KEY);
	ns->has_remote = read_sealed(ns, m, ns->rs, NOISE_KEY);
	return ns->has_remote;
}

/* es and se: the initiator's ephemeral with the responder's static, and the
 * other way round. */
static bool
token_mixed(struct noise *ns, bool initiator_ephemeral)
{
	bool mine = (ns->role == NOISE_INITIATOR) == initiator_ephemeral;

	return mine ? mix_dh(ns, &ns->e, ns->rs) : mix_dh(ns, ns->s, ns->re);
}

static bool
tokens(struct noise *ns, struct message *m)
{
	switch (ns->message) {
	case 0:
		return token_e(ns, m);
	case 1:
		return token_e(ns, m) && mix_dh(ns, &ns->e, ns->re) &&
		    token_s(ns, m) && token_mixed(ns, true);
	case 2:
		if (ns->psk_mode && ns->psk == NULL)
			return false;
		if (!token_s(ns, m) || !token_mixed(ns, false))
			return false;
		if (ns->psk_mode)
			mix_psk(ns);
		return true;
	default:
		return false;
	}
}

/* Even messages are the initiator's. */
static bool
is_writers_turn(const struct noise *ns)
{
	return !ns->cleared && ns->message < 3 &&
	    (ns->message % 2 == 0) == (ns->role == NOISE_INITIATOR);
}

size_t
noise_write(struct noise *ns, const void *payload, size_t len, uint8_t *out,
    size_t size)
{
	struct message m = { .out = out,
	    .len = size < NOISE_MESSAGE ? size : NOISE_MESSAGE };
	struct noise next = *ns;
	bool good = is_writers_turn(ns) && tokens(&next, &m) &&
	    write_sealed(&next, &m, payload, len);

	if (good) {
		next.message++;
		*ns = next;
	}
	sodium_memzero(&next, sizeof(next));
	return good ? m.pos : 0;
}

static bool
read_payload(struct noise *ns, struct message *m, uint8_t *payload,
    size_t *payload_len)
{
	size_t tag = ns->has_key ? NOISE_TAG : 0;

	if (m->len - m->pos < tag)
		return false;
	*payload_len = m->len - m->pos - tag;
	return read_sealed(ns, m, payload, *payload_len);
}

bool
noise_read(struct noise *ns, const uint8_t *message, size_t len,
    uint8_t *payload, size_t *payload_len)
{
	struct message m = { .in = message, .len = len };
	struct noise next = *ns;
	bool good = !ns->cleared && ns->message < 3 && !is_writers_turn(ns) &&
	    len <= NOISE_MESSAGE && tokens(&next, &m) &&
	    read_payload(&next, &m, payload, payload_len);

	if (good) {
		next.message++;
		*ns = next;
	}
	sodium_memzero(&next, sizeof(next));
	return good;
}

bool
noise_peek(const struct noise *ns, const uint8_t *message, size_t len)
{
	uint8_t remote[NOISE_KEY];

	return !ns->cleared && ns->message == 2 &&
	    ns->role == NOISE_RESPONDER && len >= NOISE_KEY + NOISE_TAG &&
	    noise_decrypt(ns->k, ns->n, ns->h, NOISE_KEY, message,
	    NOISE_KEY + NOISE_TAG, remote);
}

const uint8_t *
noise_remote(const struct noise *ns)
{
	return ns->has_remote ? ns->rs : NULL;
}

bool
noise_split(struct noise *ns, uint8_t send[NOISE_KEY],
    uint8_t receive[NOISE_KEY], uint8_t hash[NOISE_KEY])
{
	uint8_t out[2 * NOISE_KEY] = { 0 };
	size_t mine = ns->role == NOISE_INITIATOR ? 0 : NOISE_KEY;

	if (ns->cleared || ns->message != 3)
		return false;
	hkdf(out, 2, ns->ck, out, 0);
	memcpy(send, out + mine, NOISE_KEY);
	memcpy(receive, out + NOISE_KEY - mine, NOISE_KEY);
	memcpy(hash, ns->h, NOISE_KEY);
	sodium_memzero(out, sizeof(out));
	return true;
}
