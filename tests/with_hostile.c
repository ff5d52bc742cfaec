/*
 * The simulated world's villains. All they do follows from its seed.
 */
#include "common/frame_put.h"
#include "tests/with_hostile.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/wire.h"

static uint64_t
below(struct hostile *h, uint64_t n)
{
	return world_random(h->world, n);
}

static void
fill(struct hostile *h, void *dst, size_t len)
{
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)below(h, 256);
}

/* 12.x is the villains'; nobody may be there. */
static union sock_addr
somewhere(struct hostile *h)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_addr.s_addr = htonl((UINT32_C(12) << 24) +
	    (uint32_t)below(h, 1 << 16));
	a.in4.sin_port = htons((uint16_t)(1024 + below(h, 60000)));
	return a;
}

/* Behind the same router as somebody honest, or elsewhere. */
static void
move(struct hostile *h, struct guest *g, int people)
{
	g->addr = somewhere(h);
	if (below(h, 2) == 0)
		g->addr.in4.sin_addr = world_client_addr(h->world,
		    (int)below(h, (uint64_t)people)).in4.sin_addr;
}

void
hostile_init(struct hostile *h, struct world *w)
{
	uint8_t secret[NOISE_KEY];
	char name[32];
	int i;

	memset(h, 0, sizeof(*h));
	h->world = w;
	for (i = 0; i < HOSTILE_MEMBERS; i++) {
		fill(h, secret, sizeof(secret));
		snprintf(name, sizeof(name), "%s%d", WORLD_VILLAIN, i);
		guest_init(&h->member[i], name, secret);
		h->member[i].psk = world_psk(w);
		if (world_rooms(w) > 1 && i % 2 == 1) {
			h->member[i].many = true;
			h->member[i].caps = HELLO_ROLES | HELLO_ROOMS;
		}
		h->member[i].addr = somewhere(h);
	}
	fill(h, secret, sizeof(secret));
	guest_init(&h->stranger, "nobody", secret);
	h->stranger.addr = somewhere(h);
}

static void
give(struct hostile *h, const struct guest *g, const void *data, size_t len)
{
	if (len > 0)
		world_inject(h->world, &g->addr, data, len);
}

static void
say(struct hostile *h, struct guest *g, const struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];
	size_t len = guest_seal(g, frames->base, frames->len, out);

	if (len == 0)
		return;
	h->old[h->kept % HOSTILE_KEPT].len = len;
	memcpy(h->old[h->kept++ % HOSTILE_KEPT].data, out, len);
	give(h, g, out, len);
}

static void
knock(struct hostile *h, struct guest *g)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];

	fill(h, secret, sizeof(secret));
	give(h, g, out, guest_knock(g, 1 + (uint32_t)below(h, UINT32_MAX),
	    secret, out));
}

/* He has got HS2, and says nonsense to its index from now on. */
static void
stranger_takes(struct hostile *h, const void *data, size_t len)
{
	struct hello_datagram d;
	uint8_t out[GUEST_DATAGRAM];

	if (!hello_read(data, len, &d))
		return;
	if (d.type == HELLO_HS2_TYPE) {
		h->index = d.server;
		return;
	}
	give(h, &h->stranger, out, guest_take(&h->stranger, data, len, out));
}

void
hostile_take(void *arg, const union sock_addr *to, const void *data,
    size_t len)
{
	struct hostile *h = arg;
	uint8_t out[GUEST_DATAGRAM];
	int i;

	for (i = 0; i < HOSTILE_MEMBERS; i++)
		if (sock_addr_eq(&h->member[i].addr, to))
			give(h, &h->member[i], out, guest_take(&h->member[i],
			    data, len, out));
	if (sock_addr_eq(&h->stranger.addr, to))
		stranger_takes(h, data, len);
}

/* An honest name that has an owner already, or one of his own. */
static void
any_name(struct hostile *h, struct guest *g, int people, char name[32])
{
	snprintf(name, 32, "p%d", (int)below(h, (uint64_t)people));
	if (below(h, 3) > 0 || world_count(h->world, name, ENTRY_JOIN) == 0)
		snprintf(name, 32, "%s%d%c", WORLD_VILLAIN,
		    (int)(g - h->member), 'a' + (int)below(h, 6));
}

/* Of several rooms he says it in one, in a seat that he may have there. */
static void
put_seat(struct hostile *h, const struct guest *g, struct wire_out *out)
{
	if (g->many)
		frame_put_room(out, (uint32_t)below(h, 24));
}

static void
post_many(struct hostile *h, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint64_t next = g->next;
	char text[64];
	int i, n = 1 + (int)below(h, 12);

	put_seat(h, g, &out);
	for (i = 0; i < n; i++, g->next++) {
		snprintf(text, sizeof(text), "%s%d#%d/0.", WORLD_VILLAIN,
		    (int)(g - h->member), i);
		guest_put_post(g, &out, ENTRY_SAY, text);
	}
	g->next = next;
	say(h, g, &out);
}

/* Pieces that do not fit together, ids of others, kinds that are not his. */
static void
post_nonsense(struct hostile *h, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_post post = { .text = "nonsense", .text_len = 8 };
	size_t begun;
	int i;

	put_seat(h, g, &out);
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 8);
	for (i = 0; i < 8; i++) {
		post.id = (uint64_t)(below(h, 2) == 0 ? g->outbox :
		    below(h, UINT32_MAX)) << 32 | (g->next + 1 +
		    below(h, 40));
		post.kind = (enum entry_kind)below(h, 10);
		post.flags = (uint32_t)below(h, 1 << 16);
		frame_put_post(&out, &post);
	}
	frame_end(&out, begun);
	say(h, g, &out);
}

static void
ask_much(struct hostile *h, struct guest *g)
{
	static const uint8_t ping[FRAME_PING_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	while (out.size - out.len > 80) {
		put_seat(h, g, &out);
		frame_put_read(&out, below(h, 2) == 0 ? 0 :
		    below(h, world_head(h->world) + 2), below(h, 3) == 0 ?
		    0 : below(h, 1000));
		frame_put_whois(&out, "p0", 2);
		frame_put_ping(&out, FRAME_PING, ping);
	}
	say(h, g, &out);
}

/* SYNCs of what he may have, and of what cannot be. */
static void
sync_much(struct hostile *h, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at = g->head;
	struct frame_range r;

	put_seat(h, g, &out);
	if (below(h, 2) == 0)
		guest_stuff(g, &out);
	else {
		at.seq = below(h, 2) == 0 ? UINT64_MAX - below(h, 3) :
		    below(h, world_head(h->world) + 3);
		at.term = below(h, 4);
		r.first = at.seq / 2 + 2;
		r.last = UINT64_MAX - 1;
		frame_put_sync(&out, &at, UINT64_MAX, below(h, 1000), &r,
		    at.seq < UINT64_MAX / 2);
	}
	say(h, g, &out);
}

static void
seal_junk(struct hostile *h, struct guest *g)
{
	uint8_t frames[200];
	struct wire_out out = wire_out(frames, sizeof(frames));

	fill(h, frames, sizeof(frames));
	frames[0] = (uint8_t)below(h, 16);
	out.len = below(h, sizeof(frames));
	say(h, g, &out);
}

static void
change_name(struct hostile *h, struct guest *g, int people)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	char name[32];

	any_name(h, g, people, name);
	guest_put_post(g, &out, ENTRY_RENAME, name);
	say(h, g, &out);
}

static void
leave(struct hostile *h, struct guest *g)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_leave(&out, NULL, 0);
	say(h, g, &out);
	g->live = false;
}

static void
replay(struct hostile *h)
{
	struct guest from = { .addr = somewhere(h) };
	size_t i = below(h, HOSTILE_KEPT);

	give(h, &from, h->old[i].data, h->old[i].len);
}

/* Into rooms that there are, or are not, in seats that he has, or had, or that
 * are not his; as many as there is room for. */
static void
enter_much(struct hostile *h, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	int room, i, n = (int)below(h, 12);
	struct frame_enter e = { .outbox = g->outbox, .next_id = g->next };

	for (i = 0; i <= n && out.size - out.len > 80; i++) {
		room = (int)below(h, (uint64_t)world_rooms(h->world) + 1);
		e.room = room == world_rooms(h->world) ? "nowhere" :
		    world_room_name(h->world, room);
		e.room_len = strlen(e.room);
		e.slot = (uint32_t)(below(h, 20) == 0 ?
		    below(h, FRAME_SLOT_MAX + 1) : below(h, 24));
		frame_put_enter(&out, &e);
	}
	if (below(h, 4) == 0) {
		put_seat(h, g, &out);
		frame_put_leave(&out, NULL, 0);
	}
	say(h, g, &out);
}

/* Names for all rooms, by tags in any order; and which rooms there are. */
static void
name_much(struct hostile *h, struct guest *g, int people)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	int i, n = 1 + (int)below(h, 4);
	char name[32];

	for (i = 0; i < n; i++) {
		any_name(h, g, people, name);
		frame_put_name(&out, below(h, 4), 0, name, strlen(name));
		frame_put_ask(&out, FRAME_ASK_ROOMS, below(h, 12));
	}
	say(h, g, &out);
}

void
hostile_member_acts(struct hostile *h, int people)
{
	struct guest *g = &h->member[below(h, HOSTILE_MEMBERS)];

	if (!g->live) {
		knock(h, g);
		return;
	}
	if (g->many && below(h, 4) == 0) {
		enter_much(h, g);
		return;
	}
	if (g->many && below(h, 8) == 0) {
		name_much(h, g, people);
		return;
	}
	switch (below(h, 12)) {
	case 0:
		leave(h, g);
		break;
	case 1:
		knock(h, g);	/* beside the session */
		break;
	case 2:
		move(h, g, people);
		break;
	case 3:
		replay(h);
		break;
	case 4:
		seal_junk(h, g);
		break;
	case 5:
		post_nonsense(h, g);
		break;
	case 6:
		change_name(h, g, people);
		break;
	case 7: case 8:
		ask_much(h, g);
		break;
	case 9:
		sync_much(h, g);
		break;
	default:
		post_many(h, g);
		break;
	}
}

/* From addresses where nobody listens. */
static void
flood_hellos(struct hostile *h)
{
	uint8_t noise[HELLO_NOISE], cookie[HELLO_COOKIE];
	struct hello hello = { .cookie = cookie, .noise = noise };
	uint8_t out[HELLO_DATAGRAM];
	struct guest from;
	int i;

	for (i = 0; i < 8; i++) {
		fill(h, noise, sizeof(noise));
		fill(h, cookie, sizeof(cookie));
		hello.client = (uint32_t)below(h, UINT32_MAX);
		from.addr = somewhere(h);
		give(h, &from, out, hello_put(out, &hello));
	}
}

static void
forge_visits(struct hostile *h)
{
	uint8_t noise[120], out[HELLO_DATAGRAM];
	struct guest from;
	int i;

	for (i = 0; i < 8; i++) {
		fill(h, noise, sizeof(noise));
		from.addr = below(h, 2) == 0 ? h->stranger.addr :
		    somewhere(h);
		give(h, &from, out, hello_put_hs3(out, below(h, 2) == 0 ?
		    h->index : (uint32_t)below(h, UINT32_MAX), noise,
		    sizeof(noise)));
	}
}

/* To the server, and to a client as if it were from the server. */
static void
send_junk(struct hostile *h, int people)
{
	struct guest from = { .addr = somewhere(h) };
	uint8_t junk[300];
	size_t len = below(h, sizeof(junk));

	fill(h, junk, sizeof(junk));
	junk[0] = (uint8_t)(0xf8 + below(h, 8));
	give(h, &from, junk, len);
	world_inject_down(h->world, (int)below(h, (uint64_t)people), junk,
	    len);
}

void
hostile_stranger_acts(struct hostile *h, int people)
{
	switch (below(h, 6)) {
	case 0:
		flood_hellos(h);
		break;
	case 1:
		h->stranger.addr = somewhere(h);
		knock(h, &h->stranger);
		break;
	case 2:
		forge_visits(h);
		break;
	case 3:
		world_unreachable(h->world, (int)below(h, (uint64_t)people));
		break;
	default:
		send_junk(h, people);
		break;
	}
}
