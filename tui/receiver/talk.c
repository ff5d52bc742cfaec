/*
 * The sealing of talks, on libsodium's primitives. Runs in the receiver, which
 * alone has the secret key. Wipes every key that it makes on the way.
 */
#include "tui/receiver/talk.h"

#include <sodium.h>
#include <string.h>

#include "common/wire.h"

static const char label[] = "chat talk 1";
static const char compare_label[] = "chat compare 1";

enum {
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	HEAD = 1 + 5 + WIRE_VARINT_BYTES,	/* kind, flags, id */
	SEALED = TEXT_LINE_BYTES - TALK_SALT,
	GROUPS = 5,
	GROUP_BYTES = 5,		/* of the hash, for so many digits: */
	DIGITS = 5
};

_Static_assert(NOISE_KEY == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(NOISE_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "k");
_Static_assert(TALK_MORE == TALK_SALT + 1 + TAG, "salt, role, tag");
_Static_assert((int)TALK_MORE == (int)ENTRY_SEALED_LEAST, "of no text");
_Static_assert(GROUPS * (DIGITS + 1) == TALK_DIGITS, "blanks, NUL");
_Static_assert(GROUPS * GROUP_BYTES <= crypto_generichash_BYTES, "digits");

/* The two keys, the lower one first, so that both sides hash the same. */
static void
hash_keys(crypto_generichash_state *st, const uint8_t one[NOISE_KEY],
    const uint8_t other[NOISE_KEY])
{
	bool first = memcmp(one, other, NOISE_KEY) <= 0;

	crypto_generichash_update(st, first ? one : other, NOISE_KEY);
	crypto_generichash_update(st, first ? other : one, NOISE_KEY);
}

bool
talk_init(struct talk *t, const struct noise_keypair *own,
    const uint8_t other[NOISE_KEY], const uint8_t log[TALK_LOG])
{
	uint8_t dh[NOISE_KEY], root[NOISE_KEY];
	crypto_generichash_state st;
	bool good = crypto_scalarmult(dh, own->secret, other) == 0;

	memset(t, 0, sizeof(*t));
	if (good) {
		crypto_generichash_init(&st, dh, NOISE_KEY, NOISE_KEY);
		crypto_generichash_update(&st, (const uint8_t *)label,
		    sizeof(label) - 1);
		hash_keys(&st, own->public, other);
		crypto_generichash_update(&st, log, TALK_LOG);
		crypto_generichash_final(&st, root, NOISE_KEY);
		crypto_generichash(t->mine, NOISE_KEY, own->public, NOISE_KEY,
		    root, NOISE_KEY);
		crypto_generichash(t->theirs, NOISE_KEY, other, NOISE_KEY,
		    root, NOISE_KEY);
		t->alone = memcmp(own->public, other, NOISE_KEY) == 0;
		sodium_memzero(&st, sizeof(st));
		sodium_memzero(root, sizeof(root));
	}
	sodium_memzero(dh, sizeof(dh));
	return good;
}

void
talk_clear(struct talk *t)
{
	sodium_memzero(t, sizeof(*t));
}

/* What the text is bound to; its length. */
static size_t
put_head(uint8_t head[HEAD], const struct entry *e)
{
	struct wire_out out = wire_out(head, HEAD);

	wire_put_u8(&out, (uint8_t)e->kind);
	wire_put_varint(&out, e->flags & ENTRY_PIECE_FLAGS);
	wire_put_varint(&out, e->id);
	return out.len;
}

static void
make_nonce(uint8_t nonce[NONCE], uint64_t id, const uint8_t salt[TALK_SALT])
{
	struct wire_out out = wire_out(nonce, NONCE);

	memset(nonce, 0, NONCE);
	wire_put_u64(&out, id);
	wire_put_bytes(&out, salt, TALK_SALT);
}

size_t
talk_seal(const struct talk *t, const struct entry *e, unsigned role,
    const uint8_t salt[TALK_SALT], uint8_t sealed[TEXT_LINE_BYTES])
{
	uint8_t nonce[NONCE], head[HEAD], clear[1 + TALK_TEXT_BYTES];
	unsigned long long len;

	if (e->text_len > TALK_TEXT_BYTES || role > ENTRY_ROLE_MAX)
		return 0;
	make_nonce(nonce, e->id, salt);
	clear[0] = (uint8_t)role;
	memcpy(clear + 1, e->text, e->text_len);
	memcpy(sealed, salt, TALK_SALT);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + TALK_SALT, &len,
	    clear, 1 + e->text_len, head, put_head(head, e), NULL, nonce,
	    t->mine);
	sodium_memzero(clear, sizeof(clear));
	return TALK_SALT + (size_t)len;
}

/* Role and text, with one of the keys. */
static bool
open_with(const uint8_t k[NOISE_KEY], const struct entry *e,
    uint8_t clear[SEALED])
{
	const uint8_t *text = (const uint8_t *)e->text;
	uint8_t nonce[NONCE], head[HEAD];

	make_nonce(nonce, e->id, text);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(clear, NULL, NULL,
	    text + TALK_SALT, e->text_len - TALK_SALT, head, put_head(head, e),
	    nonce, k) == 0;
}

static enum talk_error
open_into(const struct talk *t, const struct entry *e, struct talk_line *line,
    uint8_t clear[SEALED])
{
	bool mine = t->alone;
	size_t len;

	if (!open_with(t->theirs, e, clear)) {
		mine = true;
		if (!open_with(t->mine, e, clear))
			return TALK_FORGED;
	}
	len = e->text_len - TALK_MORE;
	/* The screen's process takes what it gets for clean. */
	if (clear[0] > ENTRY_ROLE_MAX ||
	    !text_is_sound((const char *)clear + 1, len))
		return TALK_UNSOUND;
	line->mine = mine;
	line->role = clear[0];
	line->len = len;
	memcpy(line->text, clear + 1, len);
	return TALK_OK;
}

enum talk_error
talk_open(const struct talk *t, const struct entry *e, struct talk_line *line)
{
	uint8_t clear[SEALED];
	enum talk_error error;

	if (e->text_len < TALK_MORE || e->text_len > TEXT_LINE_BYTES)
		return TALK_FORGED;
	error = open_into(t, e, line, clear);
	/* Also of what is not sound. */
	sodium_memzero(clear, sizeof(clear));
	return error;
}

char *
talk_digits(char dst[TALK_DIGITS], const uint8_t one[NOISE_KEY],
    const uint8_t other[NOISE_KEY])
{
	uint8_t hash[crypto_generichash_BYTES];
	crypto_generichash_state st;
	uint64_t group;
	size_t i, j;

	crypto_generichash_init(&st, NULL, 0, sizeof(hash));
	crypto_generichash_update(&st, (const uint8_t *)compare_label,
	    sizeof(compare_label) - 1);
	hash_keys(&st, one, other);
	crypto_generichash_final(&st, hash, sizeof(hash));
	for (i = 0; i < GROUPS; i++) {
		for (group = 0, j = 0; j < GROUP_BYTES; j++)
			group = group << 8 | hash[i * GROUP_BYTES + j];
		for (j = DIGITS; j-- > 0; group /= 10)
			dst[i * (DIGITS + 1) + j] = (char)('0' + group % 10);
		dst[i * (DIGITS + 1) + DIGITS] = ' ';
	}
	dst[TALK_DIGITS - 1] = '\0';
	return dst;
}
