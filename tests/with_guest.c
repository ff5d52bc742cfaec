/*
 * The client that does as it likes. Pure, shared by tests and benchmarks.
 */
#include "common/frame_put.h"
#include "tests/with_guest.h"

#include <string.h>

#include "common/wire.h"
#include "server/delivery.h"

void
guest_init(struct guest *g, const char *name, const uint8_t secret[NOISE_KEY])
{
	memset(g, 0, sizeof(*g));
	noise_keypair_from(&g->key, secret);
	strlcpy(g->name, name, sizeof(g->name));
	memcpy(&g->outbox, secret, sizeof(g->outbox));
	g->outbox |= 1;
	g->next = 1;
}

static size_t
copy_out(const struct guest *g, uint8_t out[GUEST_DATAGRAM])
{
	memcpy(out, g->hs.datagram, g->hs.datagram_len);
	return g->hs.datagram_len;
}

size_t
guest_knock(struct guest *g, uint32_t index, const uint8_t secret[NOISE_KEY],
    uint8_t out[GUEST_DATAGRAM])
{
	handshake_begin(&g->hs, &g->key, index, secret);
	return copy_out(g, out);
}

static size_t
visit(struct guest *g, uint8_t out[GUEST_DATAGRAM])
{
	struct hello_visitor v = {
		.room = g->hs.room.name, .room_len = g->hs.room.name_len,
		.name = g->name, .name_len = strlen(g->name),
		.outbox = g->outbox, .next_id = g->next,
		.have = g->hs.room.head, .caps = g->caps
	};

	if (g->many)
		v.room_len = 0;
	v.place = g->place;
	if (g->device != NULL) {
		v.device = g->device;
		v.device_len = strlen(g->device);
	}
	if (g->former != NULL) {
		v.caps |= HELLO_ROLES;
		v.former = g->former;
		v.former_len = strlen(g->former);
	}
	if (g->age_ms > 0) {
		v.caps |= HELLO_ROLES;
		v.age_ms = g->age_ms;
	}
	v.have.term = 0;
	if (g->have != NULL)
		v.have = *g->have;
	g->head = g->hs.room.head;
	return handshake_visit(&g->hs, g->psk, &v) ? copy_out(g, out) : 0;
}

static void
hear(struct guest *g, const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	struct frame f;

	g->opened++;
	while (frame_next(&in, &f) == FRAME_OK) {
		g->heard[f.type]++;
		if (f.type == FRAME_ERROR) {
			g->error = f.code;
			g->wait_ms = f.wait_ms;
		}
		if ((f.type == FRAME_HEAD || f.type == FRAME_ENTRIES ||
		    f.type == FRAME_SEAT) &&
		    f.at.seq > g->top)
			g->top = f.at.seq;
		if (f.type == FRAME_POSTED && (uint32_t)f.id > g->next)
			g->next = (uint32_t)f.id;
		if (g->hear != NULL)
			g->hear(g, &f);
	}
}

static void
open_sealed(struct guest *g, const uint8_t *data, size_t len)
{
	uint8_t frames[2048];
	size_t n;

	if (len > sizeof(frames))
		return;
	if (g->hs.step == HANDSHAKE_VISIT && seal_open(&g->hs.seal, data,
	    len, frames, &n) == SEAL_OK) {
		g->seal = g->hs.seal;
		g->live = true;
		handshake_clear(&g->hs);
	} else if (!g->live ||
	    seal_open(&g->seal, data, len, frames, &n) != SEAL_OK)
		return;
	g->len[g->opened % GUEST_LENS] = len;
	hear(g, frames, n);
}

size_t
guest_take(struct guest *g, const void *data, size_t len,
    uint8_t out[GUEST_DATAGRAM])
{
	struct hello_datagram d;

	if (len > 0 && *(const uint8_t *)data == SEAL_TYPE) {
		open_sealed(g, data, len);
		return 0;
	}
	if (!hello_read(data, len, &d))
		return 0;
	switch (handshake_input(&g->hs, &d)) {
	case HANDSHAKE_SEND:
		return copy_out(g, out);
	case HANDSHAKE_ROOM:
		return visit(g, out);
	default:
		return 0;
	}
}

size_t
guest_seal(struct guest *g, const void *frames, size_t len,
    uint8_t out[GUEST_DATAGRAM])
{
	return g->live ? seal_pack(&g->seal, frames, len, out) : 0;
}

void
guest_put_post(struct guest *g, struct wire_out *out, enum entry_kind kind,
    const char *text)
{
	struct frame_post post = { .id = (uint64_t)g->outbox << 32 | g->next,
	    .kind = kind, .text = text, .text_len = strlen(text) };
	size_t begun = frame_begin(out, FRAME_POST);

	wire_put_varint(out, 1);
	frame_put_post(out, &post);
	frame_end(out, begun);
}

void
guest_stuff(const struct guest *g, struct wire_out *out)
{
	/* One entry is missing, all behind it are there. */
	struct frame_range all = { g->head.seq + 2,
	    g->head.seq + DELIVERY_WINDOW };
	size_t len;

	do {
		len = out->len;
		frame_put_sync(out, &g->head, 64, 0, &all, 1);
	} while (!out->failed);
	out->len = len;
	out->failed = false;
}
