/*
 * Making and checking cookies. Pure; the server only. It is what stands
 * between strangers and the server's memory, so it keeps nothing per address.
 */
#include "server/cookie.h"

#include <sodium.h>
#include <string.h>

#include "common/noise.h"
#include "common/wire.h"

enum { STAMP = 4 + 4, MAC = COOKIE_BYTES - STAMP };
_Static_assert(COOKIE_SECRET == crypto_generichash_KEYBYTES, "BLAKE2b's key");
_Static_assert(MAC == crypto_generichash_BYTES_MIN, "BLAKE2b's shortest");

void
cookies_init(struct cookies *c, int64_t now_s,
    const uint8_t random[COOKIE_SECRET])
{
	/* Nothing was made with the one before: it may be the same. */
	memcpy(c->secret[0], random, COOKIE_SECRET);
	memcpy(c->secret[1], random, COOKIE_SECRET);
	c->since_s = now_s;
}

bool
cookies_due(const struct cookies *c, int64_t now_s)
{
	return now_s - c->since_s >= COOKIE_LIFE_S;
}

void
cookies_rotate(struct cookies *c, int64_t now_s,
    const uint8_t random[COOKIE_SECRET])
{
	memcpy(c->secret[1], c->secret[0], COOKIE_SECRET);
	memcpy(c->secret[0], random, COOKIE_SECRET);
	c->since_s = now_s;
}

void
cookies_clear(struct cookies *c)
{
	sodium_memzero(c, sizeof(*c));
}

/* The address as bytes that are equal for equal addresses, and only then. */
static void
put_address(struct wire_out *out, const union sock_addr *a)
{
	if (a->sa.sa_family == AF_INET6) {
		wire_put_bytes(out, &a->in6.sin6_addr, 16);
		wire_put_u32(out, a->in6.sin6_scope_id);
		wire_put_bytes(out, &a->in6.sin6_port, 2);
	} else {
		wire_put_bytes(out, &a->in4.sin_addr, 4);
		wire_put_bytes(out, &a->in4.sin_port, 2);
	}
}

static void
make_mac(const uint8_t secret[COOKIE_SECRET], const uint8_t stamp[STAMP],
    const struct cookie_for *who, uint8_t mac[MAC])
{
	uint8_t text[STAMP + 22 + 4 + NOISE_KEY];
	struct wire_out out = wire_out(text, sizeof(text));

	wire_put_bytes(&out, stamp, STAMP);
	put_address(&out, who->from);
	wire_put_u32(&out, who->index);
	if (who->ephemeral != NULL)
		wire_put_bytes(&out, who->ephemeral, NOISE_KEY);
	crypto_generichash(mac, MAC, text, out.len, secret, COOKIE_SECRET);
}

void
cookie_make(const struct cookies *c, int64_t now_s, uint32_t random,
    const struct cookie_for *who, uint8_t cookie[COOKIE_BYTES])
{
	struct wire_out out = wire_out(cookie, STAMP);

	wire_put_u32(&out, (uint32_t)now_s);
	wire_put_u32(&out, random);
	make_mac(c->secret[0], cookie, who, cookie + STAMP);
}

bool
cookie_check(const struct cookies *c, int64_t now_s,
    const struct cookie_for *who, const uint8_t cookie[COOKIE_BYTES])
{
	struct wire_in in = wire_in(cookie, STAMP);
	uint32_t age = (uint32_t)now_s - wire_get_u32(&in);
	uint8_t mac[MAC];
	int i;

	if (age > 2 * COOKIE_LIFE_S)
		return false;
	for (i = 0; i < 2; i++) {
		make_mac(c->secret[i], cookie, who, mac);
		if (sodium_memcmp(mac, cookie + STAMP, MAC) == 0)
			return true;
	}
	return false;
}
