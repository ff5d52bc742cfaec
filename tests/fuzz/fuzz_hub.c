/*
 * Fuzzing: a room with up to three members whose keys the fuzzer has, and with
 * strangers. The first byte says who may speak the classic protocol, how many
 * are in from the start (handshakes are what takes time), and whether there are
 * several rooms; then each step is a byte for what happens, a byte for to whom,
 * and what that needs. After each step the rooms are what their logs say, and
 * no address that has proved nothing was sent more than it may be.
 */
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/guest.h"

enum {
	GUESTS = 3,		/* of several rooms all but the last are */
	MANY = 3,		/* bits 4 to 6 of the first byte */
	PLACES = 8,		/* addresses; each guest's own, then others */
	FACTOR = 3		/* bytes out for each one in */
};

static struct {
	struct hall	 room;
	struct guest	 guests[GUESTS];
	union sock_addr	 places[PLACES];
	bool		 proved[PLACES];
	uint64_t	 in[PLACES], out[PLACES];
} world;

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	uint32_t index;
	int i;

	(void)arg;
	for (i = 0; i < PLACES && !sock_addr_eq(to, &world.places[i]); i++)
		continue;
	MUST(i < PLACES);
	world.out[i] += len;
	MUST(world.proved[i] || world.out[i] <= FACTOR * world.in[i]);
	if (i < GUESTS && bytes[0] != SEAL_TYPE)
		guest_hear(&world.guests[i], &world.room, data, len);
	if (!seal_index(data, len, &index))
		return;
	/* Wherever it is, it is his who has the keys. */
	for (i = 0; i < GUESTS; i++)
		if (world.guests[i].in && world.guests[i].seal.here == index)
			guest_hear(&world.guests[i], &world.room, data, len);
}

static struct hello_visitor
visitor(const struct guest *g)
{
	struct hello_visitor v = guest_visitor(g, &world.room);

	if (g->many)
		v.caps = HELLO_ROOMS | HELLO_ROLES;
	return v;
}

static void
open_world(uint8_t shape)
{
	static const char *const names[GUESTS] = { "alice", "bob", "小明" };
	uint8_t i;

	memset(&world, 0, sizeof(world));
	world.room.send = on_send;
	for (i = 0; i < GUESTS; i++) {
		guest_init(&world.guests[i], names[i], (uint8_t)(i + 1));
		world.places[i] = world.guests[i].addr;
		world.proved[i] = true;
	}
	world.places[3] = hall_addr("127.0.0.1", 2001);
	world.places[4] = hall_addr("192.168.1.9", 2002);
	world.places[5] = hall_addr("203.0.113.5", 2003);
	world.places[6] = hall_addr("203.0.113.5", 2004);
	world.places[7] = hall_addr("2001:db8::1", 2005);
	/* The classic protocol trusts this machine. */
	world.proved[3] = true;
	hall_open(&world.room, (enum hub_policy)(shape % 3),
	    (shape >> 4 & 7) == MANY ? HALL_ROOMS : 1);
	for (i = 0; world.room.rooms > 1 && i < GUESTS - 1; i++)
		world.guests[i].many = true;
	for (i = 0; i <= shape / 4 % GUESTS; i++) {
		guest_come(&world.guests[i], &world.room,
		    visitor(&world.guests[i]));
		MUST(world.guests[i].in);
	}
}

static void
from_place(int place, const void *data, size_t len)
{
	world.in[place] += len;
	hall_input(&world.room, &world.places[place], data, len);
}

static void
note_enter(struct guest *g, const struct frame *f)
{
	char asked[TEXT_FOLD_BYTES], is[TEXT_FOLD_BYTES];
	size_t i;

	if (text_fold(asked, f->text, f->text_len) == 0)
		return;
	for (i = 0; i < HALL_ROOMS; i++)
		if (text_fold(is, hall_name(i), strlen(hall_name(i))) > 0 &&
		    strcmp(asked, is) == 0)
			g->asked[f->slot] |= (uint8_t)(1 << i);
}

/* An answer to the PING that went there proves the place. */
static void
note_said(struct guest *g, int place, const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	struct frame f;

	while (frame_next(&in, &f) == FRAME_OK)
		if (f.type == FRAME_PONG && memcmp(f.bytes, g->ping,
		    sizeof(g->ping)) == 0)
			world.proved[place] = true;
		else if (f.type == FRAME_ENTER)
			note_enter(g, &f);
}

static void
say(struct guest *g, int place, const uint8_t *frames, size_t len)
{
	if (!g->in)
		return;
	world.in[place] += len + SEAL_OVER;
	note_said(g, place, frames, len);
	guest_say(g, &world.room, &world.places[place], frames, len);
}

/* What follows is of the seat where it is now. */
static void
put_seat(const struct guest *g, struct wire_out *out)
{
	if (g->many)
		frame_put_room(out, g->slot);
}

/* The log of the room that it asked for there; the home room's, if none. */
static struct log *
log_of(const struct guest *g)
{
	size_t room = 0;

	while (g->many && room + 1 < world.room.rooms &&
	    (g->asked[g->slot] >> room & 1) == 0)
		room++;
	return world.room.of[room].log;
}

static void
post(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[GUEST_DATAGRAM - SEAL_OVER];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	size_t begun, len, n, i;
	uint8_t shape = fuzz_u8(in);
	struct frame_post p;
	const uint8_t *text;

	put_seat(g, &out);
	begun = frame_begin(&out, FRAME_POST);
	n = 1 + shape % 4;
	wire_put_varint(&out, n);
	for (i = 0; i < n; i++) {
		p.id = (uint64_t)g->outbox << 32 | g->next;
		p.kind = shape & 16 ? ENTRY_RENAME : i + 1 < n &&
		    shape & 32 ? ENTRY_PART : ENTRY_SAY;
		p.flags = !(shape & 32) ? 0 : (uint32_t)((n - 1 - i) <<
		    ENTRY_MORE_SHIFT | i << ENTRY_INDEX_SHIFT);
		text = fuzz_bytes(in, 200, &len);
		p.text = (const char *)text;
		p.text_len = len;
		if (len == 0) {
			p.text = "hi";
			p.text_len = 2;
		}
		frame_put_post(&out, &p);
		/* Not always the next: they are repeated, or lost. */
		g->next += !(shape & 64);
	}
	frame_end(&out, begun);
	if (!out.failed)
		say(g, place, bytes, out.len);
}

static void
sync(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[256];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_position at = log_head(log_of(g));
	struct frame_range range;
	uint8_t back = fuzz_u8(in), gap = fuzz_u8(in), credit, loss;

	at.seq = at.seq > back ? at.seq - back : 0;
	if (fuzz_u8(in) % 8 == 0)
		at.term += 1;
	credit = fuzz_u8(in);
	loss = fuzz_u8(in);
	range.first = at.seq + 2 + gap % 8;
	range.last = range.first + gap / 8;
	put_seat(g, &out);
	frame_put_sync(&out, &at, credit, loss, &range, gap != 0);
	say(g, place, bytes, out.len);
}

/* What members ask for besides. */
static void
ask(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[512];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	const uint8_t *name;
	uint8_t before;
	size_t len;

	put_seat(g, &out);
	switch (fuzz_u8(in) % 6) {
	case 0:
		before = fuzz_u8(in);
		frame_put_read(&out, before, fuzz_u8(in));
		break;
	case 1:
		name = fuzz_bytes(in, 32, &len);
		frame_put_whois(&out, (const char *)name, len);
		break;
	case 2:
		frame_put_ping(&out, FRAME_PING, g->ping);
		break;
	case 3:
		frame_put_ping(&out, FRAME_PONG, g->ping);
		break;
	case 4:
		frame_put_leave(&out, NULL, 0);
		break;
	default:
		frame_put_read(&out, log_head(log_of(g)).seq, 100);
	}
	say(g, place, bytes, out.len);
}

/* Few seats are many; some are far up, or the session's, or the server's. */
static uint32_t
any_slot(struct fuzz *in)
{
	uint8_t slot = fuzz_u8(in);

	return slot < 240 ? slot % 16 : 8 * slot + 1U;
}

/* In a seat of its own, by another spelling, it may be, or where there is no
 * room; with another copy than there is, or an outbox of before. */
static void
put_enter(struct guest *g, struct fuzz *in, struct wire_out *out)
{
	uint8_t shape = fuzz_u8(in), which = fuzz_u8(in);
	size_t room = which % (HALL_ROOMS + 1);
	struct frame_enter e = { .slot = any_slot(in),
	    .room = which & 64 ? "OPS" : room == HALL_ROOMS ? "nowhere" :
	    hall_name(room), .outbox = g->outbox, .next_id = g->next };

	if (shape & 1)
		e.have = log_head(world.room.of[room % HALL_ROOMS].log);
	if (shape & 2 && e.have.seq > 0)
		e.have.seq -= fuzz_u8(in) % e.have.seq;
	e.have.term += shape >> 2 & 1;
	e.outbox += shape >> 3 & 1;
	e.flags = shape >> 4 & 7;
	if (shape & 128)
		e.former = "alice bob 小明";
	e.former_len = e.former == NULL ? 0 : strlen(e.former);
	e.room_len = strlen(e.room);
	frame_put_enter(out, &e);
	g->slot = e.slot;
}

/* Some of them at once; each ENTER is of the session, wherever it stands. */
static void
enter(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[GUEST_DATAGRAM - SEAL_OVER];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	uint8_t n = fuzz_u8(in) % 8, i;

	for (i = 0; i <= n && out.size - out.len > 256; i++) {
		if (fuzz_u8(in) & 1)
			put_seat(g, &out);
		put_enter(g, in, &out);
	}
	say(g, place, bytes, out.len);
}

/* What is of the session: names, lists; and that it is over, or a seat. */
static void
ask_in_hall(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[512];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	uint8_t what = fuzz_u8(in), which;
	const uint8_t *name;
	size_t len;

	if (what & 128)
		put_seat(g, &out);
	switch (what % 4) {
	case 0:
		name = fuzz_bytes(in, 32, &len);
		frame_put_name(&out, fuzz_u8(in), 0, (const char *)name, len);
		break;
	case 1:
		which = fuzz_u8(in) % 4;
		frame_put_ask(&out, which, fuzz_u8(in));
		break;
	case 2:
		frame_put_leave(&out, NULL, 0);
		break;
	default:
		frame_put_ping(&out, FRAME_PING, g->ping);
		break;
	}
	say(g, place, bytes, out.len);
}

/* Sections, one behind the other, more than anybody has. */
static void
sections(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bytes[GUEST_DATAGRAM - SEAL_OVER];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_position at = log_head(log_of(g));
	uint8_t n = fuzz_u8(in), i;

	for (i = 0; i < n && out.size - out.len > 64; i++) {
		frame_put_room(&out, any_slot(in));
		switch (fuzz_u8(in) % 4) {
		case 0:
			frame_put_sync(&out, &at, 24, 0, NULL, 0);
			break;
		case 1:
			frame_put_read(&out, 0, 0);
			break;
		case 2:
			frame_put_whois(&out, "bob", 3);
			break;
		}
	}
	g->slot = any_slot(in);
	say(g, place, bytes, out.len);
}

/* Any bytes, sealed as they should be. */
static void
raw(struct guest *g, struct fuzz *in, int place)
{
	size_t len;
	const uint8_t *frames = fuzz_long_bytes(in, GUEST_DATAGRAM -
	    SEAL_OVER, &len);

	say(g, place, frames, len);
}

/* The last one again, perhaps bent, from anywhere. */
static void
repeat(struct guest *g, struct fuzz *in, int place)
{
	uint8_t bent[GUEST_DATAGRAM], bits = fuzz_u8(in), at = fuzz_u8(in);

	if (g->last_len == 0)
		return;
	memcpy(bent, g->last, g->last_len);
	bent[at % g->last_len] ^= bits;
	from_place(place, bent, g->last_len);
}

/* A line, a stranger's datagram, a HELLO, junk. */
static void
anything(struct fuzz *in, int place)
{
	size_t len;
	const uint8_t *bytes = fuzz_long_bytes(in, 1400, &len);

	from_place(place, bytes, len);
}

static void
hello(struct fuzz *in, int place)
{
	uint8_t out[HELLO_DATAGRAM], cookie[HELLO_COOKIE] = { 0 };
	uint8_t noise[HELLO_NOISE] = { fuzz_u8(in) };
	uint8_t index = fuzz_u8(in);
	struct hello h = { index, fuzz_u8(in) & 1 ? cookie : NULL, noise };

	from_place(place, out, hello_put(out, &h));
}

static void
pass(struct fuzz *in)
{
	static const int64_t steps[] = { 0, 1, 20, 50, 250, 1000, 5000, 31000,
	    41000, 91000, 3601000, 90000000 };

	hall_pass(&world.room, steps[fuzz_u8(in) %
	    (sizeof(steps) / sizeof(steps[0]))]);
}

/* Again, or as somebody else, or with another log than there is. */
static void
come(struct guest *g, struct fuzz *in)
{
	struct hello_visitor v = guest_visitor(g, &world.room);
	uint8_t shape = fuzz_u8(in);
	char name[TEXT_NAME_BYTES];
	const uint8_t *bytes;
	size_t len;

	if (shape & 1) {
		bytes = fuzz_bytes(in, sizeof(name), &len);
		memcpy(name, bytes, len);
		v.name = name;
		v.name_len = len;
	}
	if (shape & 2)
		v.have.seq -= fuzz_u8(in);
	if (shape & 4)
		v.have.term -= 1 + fuzz_u8(in) % 2;
	v.have.log_id[0] ^= shape & 8;
	if (shape & 16)
		v.outbox += 7;
	v.caps = shape >> 4 & HELLO_CAPS;
	if (g->many)
		v.caps |= HELLO_ROOMS;
	guest_come(g, &world.room, v);
}

static void
operate(struct fuzz *in)
{
	static const char *const acts[] = { "kick alice", "kick bob so",
	    "ban bob 1h", "unban bob", "ban 203.0.113.5", "unban 203.0.113.5",
	    "release alice", "announce hi", "names -l", "log 5", "stats",
	    "ban", "mute alice 1m loud", "unmute alice", "close", "open",
	    "allow alice", "disallow alice", "allow bob", "whois alice",
	    "mute bob", "allow" };
	uint8_t which = fuzz_u8(in);
	const uint8_t *bytes;
	char *request;
	size_t len;

	if (which < 128) {
		hall_ask(&world.room, acts[which % (sizeof(acts) /
		    sizeof(acts[0]))]);
		return;
	}
	bytes = fuzz_bytes(in, 64, &len);
	request = fuzz_string(bytes, len);
	hall_ask(&world.room, request);
	free(request);
}

/* Another server, or a disk that is full, or no longer. */
static void
trouble(struct fuzz *in)
{
	uint8_t what = fuzz_u8(in);
	int i;

	if (what < 64) {
		hall_restart(&world.room, what & 1);
		for (i = 0; i < GUESTS; i++)
			world.guests[i].in = false;
	} else if (what < 160)
		memdisk_limit(world.room.mem, memdisk_bytes(world.room.mem) +
		    what - 64);
	else
		memdisk_limit(world.room.mem, UINT64_MAX);
}

static void
step(struct fuzz *in)
{
	uint8_t what = fuzz_u8(in), who = fuzz_u8(in);
	struct guest *g = &world.guests[who % GUESTS];
	/* Mostly from where they are. */
	int place = who & 128 ? who / GUESTS % PLACES : who % GUESTS;

	switch (world.room.rooms > 1 ? what % 16 : what % 12) {
	case 0:
		post(g, in, place);
		break;
	case 1:
		sync(g, in, place);
		break;
	case 2:
		ask(g, in, place);
		break;
	case 3:
		raw(g, in, place);
		break;
	case 4:
		repeat(g, in, place);
		break;
	case 5:
		anything(in, who % PLACES);
		break;
	case 6:
		hello(in, who % PLACES);
		break;
	case 7:
		hub_unreachable(world.room.hub, world.room.now_ms,
		    hall_wall(&world.room), &world.places[who % PLACES]);
		world.room.steps++;
		break;
	case 8:
		operate(in);
		break;
	case 9:
		come(g, in);
		break;
	case 10:
		trouble(in);
		break;
	case 12: case 13:
		enter(g, in, place);
		break;
	case 14:
		ask_in_hall(g, in, place);
		break;
	case 15:
		sections(g, in, place);
		break;
	default:
		pass(in);
	}
	hall_pass(&world.room, 0);
	hall_check(&world.room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };

	fuzz_ready();
	open_world(fuzz_u8(&in));
	while (fuzz_more(&in))
		step(&in);
	hall_close(&world.room);
	return 0;
}
