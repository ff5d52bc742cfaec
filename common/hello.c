/*
 * The handshake's datagrams. Pure; runs in the server and in the client's
 * receiver process. Reads what anybody sends: lengths before bytes.
 */
#include "common/hello.h"

#include <sodium.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/text.h"
#include "common/wire.h"

enum { HS2_HEADER = 1 + 4 + 4, HS3_HEADER = 1 + 4 };

size_t
hello_put(uint8_t dst[HELLO_DATAGRAM], const struct hello *h)
{
	struct wire_out out = wire_out(dst, HELLO_BYTES);

	memset(dst, 0, HELLO_BYTES);
	wire_put_u8(&out, HELLO_TYPE);
	wire_put_u8(&out, HELLO_VERSION);
	wire_put_u32(&out, h->client);
	wire_put_u8(&out, h->cookie != NULL ? HELLO_COOKIE : 0);
	if (h->cookie != NULL)
		wire_put_bytes(&out, h->cookie, HELLO_COOKIE);
	wire_put_bytes(&out, h->noise, HELLO_NOISE);
	return HELLO_BYTES;
}

size_t
hello_put_cookie(uint8_t dst[HELLO_DATAGRAM], uint32_t client,
    const uint8_t cookie[HELLO_COOKIE])
{
	struct wire_out out = wire_out(dst, HELLO_DATAGRAM);

	wire_put_u8(&out, HELLO_COOKIE_TYPE);
	wire_put_u8(&out, HELLO_VERSION);
	wire_put_u32(&out, client);
	wire_put_bytes(&out, cookie, HELLO_COOKIE);
	return out.len;
}

size_t
hello_put_hs2(uint8_t dst[HELLO_DATAGRAM], uint32_t client, uint32_t server,
    const uint8_t *noise, size_t len)
{
	struct wire_out out = wire_out(dst, HELLO_DATAGRAM);

	wire_put_u8(&out, HELLO_HS2_TYPE);
	wire_put_u32(&out, client);
	wire_put_u32(&out, server);
	wire_put_bytes(&out, noise, len);
	return out.failed ? 0 : out.len;
}

size_t
hello_put_hs3(uint8_t dst[HELLO_DATAGRAM], uint32_t server,
    const uint8_t *noise, size_t len)
{
	struct wire_out out = wire_out(dst, HELLO_DATAGRAM);

	wire_put_u8(&out, HELLO_HS3_TYPE);
	wire_put_u32(&out, server);
	wire_put_bytes(&out, noise, len);
	return out.failed ? 0 : out.len;
}

size_t
hello_put_reset(uint8_t dst[HELLO_DATAGRAM], uint32_t index,
    const uint8_t echo[HELLO_ECHO])
{
	struct wire_out out = wire_out(dst, HELLO_DATAGRAM);

	wire_put_u8(&out, HELLO_RESET_TYPE);
	wire_put_u32(&out, index);
	wire_put_bytes(&out, echo, HELLO_ECHO);
	return out.len;
}

static bool
read_hello(struct wire_in *in, struct hello *h)
{
	uint8_t version = wire_get_u8(in), clen;

	h->client = wire_get_u32(in);
	if (in->failed || in->len < HELLO_BYTES)
		return false;
	if (version != HELLO_VERSION)
		return true;
	clen = wire_get_u8(in);
	h->cookie = clen == 0 ? NULL : wire_get_bytes(in, HELLO_COOKIE);
	h->noise = wire_get_bytes(in, HELLO_NOISE);
	/* Padding is room for what comes after this version. */
	return !in->failed && (clen == 0 || clen == HELLO_COOKIE);
}

static bool
read_cookie(struct wire_in *in, struct hello *h)
{
	uint8_t version = wire_get_u8(in);

	h->client = wire_get_u32(in);
	h->cookie = wire_get_bytes(in, HELLO_COOKIE);
	return version == HELLO_VERSION && wire_done(in);
}

static bool
read_rest(struct wire_in *in, struct hello_datagram *d)
{
	d->len = in->len - in->pos;
	d->bytes = wire_get_bytes(in, d->len);
	return !in->failed && d->len <= HELLO_DATAGRAM;
}

bool
hello_read(const uint8_t *data, size_t len, struct hello_datagram *d)
{
	struct wire_in in = wire_in(data, len);

	memset(d, 0, sizeof(*d));
	d->type = wire_get_u8(&in);
	switch (d->type) {
	case HELLO_TYPE:
		return read_hello(&in, &d->hello);
	case HELLO_COOKIE_TYPE:
		return read_cookie(&in, &d->hello);
	case HELLO_HS2_TYPE:
		d->client = wire_get_u32(&in);
		d->server = wire_get_u32(&in);
		return read_rest(&in, d);
	case HELLO_HS3_TYPE:
		d->server = wire_get_u32(&in);
		return read_rest(&in, d);
	case HELLO_RESET_TYPE:
		d->index = wire_get_u32(&in);
		d->bytes = wire_get_bytes(&in, HELLO_ECHO);
		return wire_done(&in);
	default:
		return false;
	}
}

size_t
hello_put_room(uint8_t *dst, size_t size, const struct hello_room *r)
{
	struct wire_out out = wire_out(dst, size);

	frame_put_position(&out, &r->head);
	wire_put_varint(&out, r->flags);
	wire_put_string(&out, r->name, r->name_len);
	return out.failed ? 0 : out.len;
}

bool
hello_read_room(const uint8_t *data, size_t len, struct hello_room *r)
{
	struct wire_in in = wire_in(data, len);

	memset(r, 0, sizeof(*r));
	frame_get_position(&in, &r->head);
	r->flags = (uint32_t)wire_get_varint(&in);
	r->name = wire_get_string(&in, &r->name_len);
	/* The name is drawn and becomes part of file names. */
	return wire_done(&in) && r->name_len > 0 &&
	    r->name_len <= HELLO_ROOM_NAME &&
	    text_is_clean(r->name, r->name_len) &&
	    memchr(r->name, '\n', r->name_len) == NULL;
}

size_t
hello_put_visitor(uint8_t *dst, size_t size, const struct hello_visitor *v)
{
	struct wire_out out = wire_out(dst, size);

	wire_put_string(&out, v->room, v->room_len);
	wire_put_string(&out, v->name, v->name_len);
	wire_put_u32(&out, v->outbox);
	wire_put_varint(&out, v->next_id);
	frame_put_position(&out, &v->have);
	if (v->caps != 0) {
		wire_put_varint(&out, v->caps);
		wire_put_string(&out, NULL, 0);
		wire_put_string(&out, v->device, v->device_len);
		if (v->former_len > 0 || v->age_ms > 0 || v->place != 0)
			wire_put_string(&out, v->former, v->former_len);
		if (v->age_ms > 0 || v->place != 0)
			wire_put_varint(&out, v->age_ms);
		if (v->place != 0)
			wire_put_varint(&out, v->place);
	}
	return out.failed ? 0 : out.len;
}

/* What newer clients say of themselves; more may follow one day. */
static void
read_caps(struct wire_in *in, struct hello_visitor *v)
{
	size_t len;

	if (in->pos == in->len)
		return;
	v->caps = (uint32_t)wire_get_varint(in) & HELLO_CAPS;
	wire_get_string(in, &len);
	v->device = wire_get_string(in, &v->device_len);
	if (!in->failed && in->pos < in->len)
		v->former = wire_get_string(in, &v->former_len);
	if (!in->failed && in->pos < in->len)
		v->age_ms = wire_get_varint(in);
	if (!in->failed && in->pos < in->len)
		v->place = (uint32_t)wire_get_varint(in);
}

bool
hello_read_visitor(const uint8_t *data, size_t len, struct hello_visitor *v)
{
	struct wire_in in = wire_in(data, len);

	memset(v, 0, sizeof(*v));
	v->room = wire_get_string(&in, &v->room_len);
	v->name = wire_get_string(&in, &v->name_len);
	v->outbox = wire_get_u32(&in);
	v->next_id = wire_get_varint(&in);
	frame_get_position(&in, &v->have);
	if (!in.failed)
		read_caps(&in, v);
	return !in.failed && v->room_len <= HELLO_ROOM_NAME &&
	    v->name_len <= TEXT_NAME_BYTES && v->outbox != 0 &&
	    v->next_id > 0 && v->next_id <= UINT32_MAX;
}

bool
hello_psk(uint8_t psk[NOISE_KEY], const char *passphrase, size_t len,
    const uint8_t server[NOISE_KEY], const char *room, size_t room_len)
{
	uint8_t salt[crypto_pwhash_SALTBYTES];
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(salt));
	crypto_generichash_update(&state, server, NOISE_KEY);
	crypto_generichash_update(&state, (const uint8_t *)room, room_len);
	crypto_generichash_final(&state, salt, sizeof(salt));
	return crypto_pwhash(psk, NOISE_KEY, passphrase, len, salt,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE,
	    crypto_pwhash_ALG_ARGON2ID13) == 0;
}
