/*
 * What many people in many rooms cost the server's memory, in one process: a
 * hub, its logs in memory, and guests who shake hands, enter all of the rooms
 * and acknowledge what is there. Then nothing goes on in any of them. Resident
 * is what was needed for a moment and did not go back, too. Exit status 1 where
 * it takes more than it may.
 *
 *   build/bench/bench_rooms [PEOPLE [ROOMS]]
 */
#include <err.h>
#include <arpa/inet.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/frame_put.h"
#include "server/hub.h"
#include "server/pool.h"
#include "server/room/log.h"
#include "tests/bench/process.h"
#include "tests/with_disk.h"
#include "tests/with_guest.h"
#include "tests/with_hub.h"

enum {
	PEOPLE_MAX = 4096,
	ROOMS_MAX = 64,
	STEP_MS = 20,
	TURN_MS = 250,
	TURNS = 200,		/* until all have all: at most, */
	CALM = 4,		/* or so many without anything */
	AT_ONCE = 100,		/* who come before the others have heard it */
	MOST_MB = 16		/* for 1000 people in 50 rooms */
};

/* Somebody, and what he has of each room, by slot. */
struct person {
	struct guest	 guest;
	struct frame_position at[ROOMS_MAX];
	bool		 heard[ROOMS_MAX];
	unsigned	 slot;		/* of the datagram */
	unsigned	 datagram;
};

static struct {
	struct memdisk	*mem;
	struct disk	 disk;
	struct hub	*hub;
	struct log	*logs[ROOMS_MAX];
	unsigned	 people, rooms;
	struct person	*of;
	int64_t		 now_ms;
	uint64_t	 drawn;
	/* What a handshake answers, until it is given to the hub. */
	uint8_t		 answer[GUEST_DATAGRAM];
	size_t		 answer_len;
} hall;

static void
on_random(void *arg, void *dst, size_t len)
{
	uint8_t *out = dst;

	(void)arg;
	while (len-- > 0)
		*out++ = (uint8_t)(++hall.drawn *
		    UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

/* 10.x: each has an address of his own. */
static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	uint32_t i = ntohl(to->in4.sin_addr.s_addr) & 0xffffff;
	uint8_t out[GUEST_DATAGRAM];
	size_t n;

	(void)arg;
	if (i >= hall.people)
		return;
	n = guest_take(&hall.of[i].guest, data, len, out);
	if (n == 0)
		return;
	memcpy(hall.answer, out, n);
	hall.answer_len = n;
}

static void
give(struct person *p, const void *data, size_t len)
{
	hub_input(hall.hub, hall.now_ms, hall.now_ms, &p->guest.addr, data,
	    len);
}

static void
pass(int64_t ms)
{
	hall.now_ms += ms;
	hub_tick(hall.hub, hall.now_ms, hall.now_ms);
}

static void
say(struct person *p, const struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];
	size_t len = guest_seal(&p->guest, frames->base, frames->len, out);

	if (len > 0)
		give(p, out, len);
}

static void
hear(struct guest *g, struct frame *f)
{
	struct person *p = g->arg;
	struct frame_position *at;
	unsigned room;
	struct entry e;

	if (p->datagram != g->opened) {
		p->datagram = g->opened;
		p->slot = 0;
	}
	if (f->type == FRAME_ROOM)
		p->slot = f->slot;
	room = p->slot / 2;
	if (p->slot == 0 || room >= ROOMS_MAX)
		return;
	at = &p->at[room];
	if (f->type == FRAME_ENTERED || f->type == FRAME_HEAD) {
		memcpy(at->log_id, f->at.log_id, sizeof(at->log_id));
		if (f->type == FRAME_HEAD && f->at.seq >= at->seq)
			*at = f->at;
		p->heard[room] = true;
	}
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &e))
		if (e.seq > at->seq) {
			at->seq = e.seq;
			at->term = f->at.term;
			p->heard[room] = true;
		}
}

static void
open_hall(void)
{
	struct hub_out out = hub_out_of(on_send, on_random, NULL);
	struct hub_config hc = { .seed = 42, .gate = { .room = "r0",
	    .seed = 42, .rooms = true } };
	struct log_config lc = { .disk = &hall.disk, .sync = LOG_SYNC_NONE,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 0 }, secret[NOISE_KEY] = { 1 };
	struct journal_why why;
	char dir[16], name[16];
	unsigned i;

	hall.now_ms = 5000000;
	hall.mem = memdisk_new();
	/* Of the server nothing is counted that is the disk's. */
	memdisk_first_room(hall.mem, POOL_CHUNK);
	hall.disk = memdisk_disk(hall.mem);
	for (i = 0; i < hall.rooms; i++) {
		snprintf(dir, sizeof(dir), "/%u", i);
		hall.disk.make_dir(hall.disk.arg, dir);
		lc.dir = dir;
		lc.home = i == 0 ? NULL : hall.logs[0];
		lc.tail_bytes = i == 0 ? 0 : 1 << 16;
		id[0] = (uint8_t)(i + 1);
		hall.logs[i] = log_open(&lc, hall.now_ms, id, &why);
		if (hall.logs[i] == NULL)
			errx(1, "no log");
		if (i == 0) {
			noise_keypair_from(&hc.gate.key, secret);
			hall.hub = hub_new(&hc, hall.logs[0], hall.now_ms,
			    hall.now_ms, &out);
			continue;
		}
		snprintf(name, sizeof(name), "r%u", i);
		if (!hub_add_room(hall.hub, name, hall.logs[i]))
			errx(1, "no room");
	}
}

static void
come(struct person *p, unsigned i)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];
	char name[16];
	size_t len;

	snprintf(name, sizeof(name), "guest%u", i);
	on_random(NULL, secret, sizeof(secret));
	guest_init(&p->guest, name, secret);
	p->guest.caps = HELLO_ROLES | HELLO_ROOMS;
	p->guest.many = true;
	p->guest.outbox = i + 1;
	p->guest.hear = hear;
	p->guest.arg = p;
	p->guest.addr.in4.sin_family = AF_INET;
	p->guest.addr.in4.sin_addr.s_addr = htonl((UINT32_C(10) << 24) + i);
	p->guest.addr.in4.sin_port = htons(2000);
	on_random(NULL, secret, sizeof(secret));
	len = guest_knock(&p->guest, i + 1, secret, out);
	while (len > 0) {
		hall.answer_len = 0;
		give(p, out, len);
		len = hall.answer_len;
		memcpy(out, hall.answer, len);
	}
	if (!p->guest.live)
		errx(1, "guest %u does not get in", i);
	len = guest_seal(&p->guest, NULL, 0, out);
	give(p, out, len);
	pass(STEP_MS);
}

static void
enter_all(struct person *p)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_enter e = { .outbox = p->guest.outbox, .next_id = 1,
	    .flags = FRAME_ENTER_NEW };
	char name[16];
	unsigned i;

	e.room = name;
	for (i = 0; i < hall.rooms; i++) {
		e.slot = 2 * i + 1;
		e.room_len = (size_t)snprintf(name, sizeof(name), "r%u", i);
		if (out.size - out.len < 128) {
			say(p, &out);
			out.len = 0;
		}
		frame_put_enter(&out, &e);
	}
	say(p, &out);
	hub_tick(hall.hub, hall.now_ms, hall.now_ms);
}

/* All that it heard since. */
static bool
acknowledge(struct person *p)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	bool any = false;
	unsigned i;

	for (i = 0; i < hall.rooms; i++) {
		if (!p->heard[i])
			continue;
		p->heard[i] = false;
		any = true;
		if (out.size - out.len < 64) {
			say(p, &out);
			out.len = 0;
		}
		frame_put_room(&out, 2 * i + 1);
		frame_put_sync(&out, &p->at[i], 64, 0, NULL, 0);
	}
	if (out.len > 0)
		say(p, &out);
	return any;
}

static void
settle(void)
{
	unsigned i, turn, calm = 0;
	bool any;

	for (turn = 0; turn < TURNS && calm < CALM; turn++) {
		pass(TURN_MS);
		for (i = 0, any = false; i < hall.people; i++)
			any |= acknowledge(&hall.of[i]);
		calm = any ? 0 : calm + 1;
	}
}

static unsigned long long
count_behind(void)
{
	unsigned long long behind = 0;
	unsigned i, room;

	for (i = 0; i < hall.people; i++)
		for (room = 0; room < hall.rooms; room++)
			behind += hall.of[i].at[room].seq <
			    log_head(hall.logs[room]).seq;
	return behind;
}

static double
mib(void)
{
	return process_kib(getpid()) / 1024;
}

int
main(int argc, char *argv[])
{
	double before, mb, disk, resident, most;
	uint64_t bytes;
	size_t used;
	unsigned i;

	hall.people = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
	hall.rooms = argc > 2 ? (unsigned)atoi(argv[2]) : 50;
	if (hall.people == 0 || hall.people > PEOPLE_MAX || hall.rooms == 0 ||
	    hall.rooms > ROOMS_MAX)
		errx(2, "usage: bench_rooms [PEOPLE [ROOMS]]");
	/* As the server has it. */
	mallopt(M_MMAP_THRESHOLD, POOL_CHUNK);
	hall.of = calloc(hall.people, sizeof(*hall.of));
	memset(hall.of, 0xff, hall.people * sizeof(*hall.of));
	memset(hall.of, 0, hall.people * sizeof(*hall.of));
	open_hall();
	for (i = 0; i < hall.people; i++)
		come(&hall.of[i], i);
	before = mib();
	bytes = memdisk_bytes(hall.mem);
	used = mallinfo2().uordblks;
	for (i = 0; i < hall.people; i++) {
		enter_all(&hall.of[i]);
		if (i % AT_ONCE == AT_ONCE - 1)
			settle();
	}
	settle();
	disk = (double)(memdisk_bytes(hall.mem) - bytes) / (1 << 20);
	mb = (double)(mallinfo2().uordblks - used) / (1 << 20);
	resident = mib() - before - disk;
	most = (double)MOST_MB * hall.people * hall.rooms / 50000;
	printf("%u people in %u rooms: %.1f MB for it, %.1f resident; "
	    "%llu of %u seats are behind\n", hall.people, hall.rooms, mb,
	    resident, count_behind(), hall.people * hall.rooms);
	return mb > most || resident > most;
}
