/*
 * Shaking hands with the server. Pure; runs in the receiver process. It cannot
 * know whether the room has a passphrase before the server says so, so it
 * begins both protocols with one ephemeral key and goes on with one.
 */
#include "tui/receiver/handshake.h"

#include <sodium.h>
#include <string.h>

/* That are answered at once: a new one behind the first, if that was old. */
enum { COOKIES = 4 };

static void
make_hello(struct handshake *h)
{
	struct hello hello = { .client = h->client,
	    .cookie = h->has_cookie ? h->cookie : NULL, .noise = h->noise };

	h->datagram_len = hello_put(h->datagram, &hello);
}

void
handshake_begin(struct handshake *h, const struct noise_keypair *who,
    uint32_t index, const uint8_t secret[NOISE_KEY])
{
	struct noise_keypair e;
	uint8_t plain[NOISE_KEY];

	handshake_clear(h);
	noise_keypair_from(&e, secret);
	noise_init(&h->plain, NOISE_INITIATOR, false, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), who, &e);
	noise_init(&h->psk, NOISE_INITIATOR, true, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), who, &e);
	sodium_memzero(&e, sizeof(e));
	/* Both begin with the same key; the tag is of the second. */
	noise_write(&h->plain, NULL, 0, plain, sizeof(plain));
	noise_write(&h->psk, NULL, 0, h->noise, sizeof(h->noise));
	h->client = index;
	h->step = HANDSHAKE_HELLO;
	make_hello(h);
}

void
handshake_clear(struct handshake *h)
{
	sodium_memzero(h, sizeof(*h));
}

static enum handshake_result
take_cookie(struct handshake *h, const struct hello *answer)
{
	if (h->step != HANDSHAKE_HELLO || answer->client != h->client)
		return HANDSHAKE_NOTHING;
	/* The same one again is an old answer: it would be a loop. */
	if (h->has_cookie && memcmp(h->cookie, answer->cookie,
	    HELLO_COOKIE) == 0)
		return HANDSHAKE_NOTHING;
	memcpy(h->cookie, answer->cookie, HELLO_COOKIE);
	h->has_cookie = true;
	make_hello(h);
	/* After so many it goes with the next repeat, not at once: else a
	 * server could have HELLOs without end, and it must not be the last. */
	if (h->cookies >= COOKIES)
		return HANDSHAKE_NOTHING;
	h->cookies++;
	return HANDSHAKE_SEND;
}

/* Anybody on the way can answer a HELLO, with a key of his own: what is no room
 * changes nothing, or the true answer could not be read any more. */
static bool
read_room(struct handshake *h, struct noise *n, const struct hello_datagram *d)
{
	struct noise was = *n;
	bool good;
	size_t len;

	good = noise_read(n, d->bytes, d->len, h->room_bytes, &len) &&
	    hello_read_room(h->room_bytes, len, &h->room);
	if (!good)
		*n = was;
	sodium_memzero(&was, sizeof(was));
	return good;
}

static enum handshake_result
take_room(struct handshake *h, const struct hello_datagram *d)
{
	if (h->step != HANDSHAKE_HELLO || d->client != h->client ||
	    d->len > sizeof(h->room_bytes))
		return HANDSHAKE_NOTHING;
	h->has_psk = !read_room(h, &h->plain, d);
	if (h->has_psk && !read_room(h, &h->psk, d))
		return HANDSHAKE_NOTHING;
	h->server = d->server;
	h->step = HANDSHAKE_DOOR;
	return HANDSHAKE_ROOM;
}

enum handshake_result
handshake_input(struct handshake *h, const struct hello_datagram *d)
{
	switch (d->type) {
	case HELLO_COOKIE_TYPE:
		return take_cookie(h, &d->hello);
	case HELLO_HS2_TYPE:
		return take_room(h, d);
	case HELLO_RESET_TYPE:
		if (h->step == HANDSHAKE_VISIT && d->index == h->server &&
		    memcmp(d->bytes, h->datagram, HELLO_ECHO) == 0)
			return HANDSHAKE_RESET;
		return HANDSHAKE_NOTHING;
	default:
		return HANDSHAKE_NOTHING;
	}
}

const uint8_t *
handshake_server(const struct handshake *h)
{
	return noise_remote(h->has_psk ? &h->psk : &h->plain);
}

bool
handshake_visit(struct handshake *h, const uint8_t *psk,
    const struct hello_visitor *v)
{
	struct noise *noise = h->has_psk ? &h->psk : &h->plain;
	uint8_t send[NOISE_KEY], receive[NOISE_KEY], hash[NOISE_KEY];
	uint8_t payload[HELLO_DATAGRAM], message[HELLO_DATAGRAM];
	size_t len;

	if (h->step != HANDSHAKE_DOOR || (h->has_psk && psk == NULL))
		return false;
	if (h->has_psk)
		noise_set_psk(noise, psk);
	len = hello_put_visitor(payload, sizeof(payload), v);
	if (len > 0)
		len = noise_write(noise, payload, len, message,
		    sizeof(message) - 8);
	if (len == 0 || !noise_split(noise, send, receive, hash))
		return false;
	h->datagram_len = hello_put_hs3(h->datagram, h->server, message, len);
	seal_init(&h->seal, send, receive, h->client, h->server);
	sodium_memzero(send, sizeof(send));
	sodium_memzero(receive, sizeof(receive));
	h->step = HANDSHAKE_VISIT;
	return h->datagram_len > 0;
}
