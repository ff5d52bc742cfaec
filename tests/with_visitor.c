/*
 * Somebody at a real server whose session is of several rooms.
 */
#include "tests/with_visitor.h"

#include <sys/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"

enum { AGAIN_MS = 1000 };	/* between two HELLOs */

static void
give(struct visitor *v, const void *bytes, size_t len)
{
	if (len > 0)
		send(v->fd, bytes, len, 0);
}

static void
say_frames(struct visitor *v, const struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];

	assert_false(frames->failed);
	give(v, out, guest_seal(&v->guest, frames->base, frames->len, out));
}

static void
hear(struct guest *g, struct frame *f)
{
	struct visitor *v = g->arg;
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e;

	if (v->datagram != g->opened)
		v->slot = 0;
	v->datagram = g->opened;
	if (f->type == FRAME_PING) {
		frame_put_ping(&out, FRAME_PONG, f->bytes);
		say_frames(v, &out);
	}
	if (f->type == FRAME_ROOM && f->slot < VISITOR_SLOTS)
		v->slot = f->slot;
	if (f->type == FRAME_ENTERED && f->slot < VISITOR_SLOTS)
		v->in[f->slot].entered = true;
	if (f->type == FRAME_ERROR)
		v->in[v->slot].error = f->code;
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &e)) {
		if (e.kind != ENTRY_SAY || e.seq <= v->in[v->slot].last)
			continue;
		v->in[v->slot].last = e.seq;
		strlcat(strncat(v->in[v->slot].said, e.text, e.text_len), " ",
		    sizeof(v->in[0].said));
	}
}

void
visitor_take(struct visitor *v)
{
	struct pollfd p = { .fd = v->fd, .events = POLLIN };
	uint8_t in[2048], out[GUEST_DATAGRAM];
	ssize_t n;

	if (poll(&p, 1, 100) == 1 && (n = recv(v->fd, in, sizeof(in), 0)) > 0)
		give(v, out, guest_take(&v->guest, in, (size_t)n, out));
}

void
visitor_come_with(struct visitor *v, const struct server *server,
    const char *name, uint8_t key, const uint8_t *psk)
{
	uint8_t secret[NOISE_KEY] = { 0, key }, out[GUEST_DATAGRAM];
	int64_t until = clock_now_ms() + WAIT_MS, again = 0;
	uint32_t knocks = 0;

	memset(v, 0, sizeof(*v));
	guest_init(&v->guest, name, secret);
	v->guest.caps = HELLO_ROLES | HELLO_ROOMS | HELLO_PEOPLE;
	v->guest.many = true;
	v->guest.psk = psk;
	v->guest.hear = hear;
	v->guest.arg = v;
	v->fd = udp_open(server, AF_INET);
	/* As clients do: at first, not all get through that come at once. */
	while (!v->guest.live && clock_now_ms() < until) {
		if (clock_now_ms() >= again) {
			arc4random_buf(secret, sizeof(secret));
			give(v, out, guest_knock(&v->guest, ++knocks, secret,
			    out));
			again = clock_now_ms() + AGAIN_MS;
		}
		visitor_take(v);
	}
	assert_true(v->guest.live);
	give(v, out, guest_seal(&v->guest, NULL, 0, out));
}

void
visitor_come(struct visitor *v, const struct server *server, const char *name,
    uint8_t key)
{
	visitor_come_with(v, server, name, key, NULL);
}

void
visitor_enter(struct visitor *v, uint32_t slot, const char *room, uint8_t flags)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = 100 + slot, .next_id = 1,
	    .flags = flags };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;

	/* Too early for a room whose log is late: again, as a client. */
	do {
		v->in[slot].error = 0;
		out = wire_out(frames, sizeof(frames));
		frame_put_enter(&out, &e);
		say_frames(v, &out);
		visitor_await(v, v->in[slot].entered ||
		    v->in[slot].error != 0);
	} while (v->in[slot].error == FRAME_LIMIT_RATE);
}

void
visitor_say(struct visitor *v, uint32_t slot, uint32_t id, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	v->guest.outbox = 100 + slot;
	v->guest.next = id;
	guest_put_post(&v->guest, &out, ENTRY_SAY, text);
	say_frames(v, &out);
	visitor_await(v, strstr(v->in[slot].said, text) != NULL);
}
