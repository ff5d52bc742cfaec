/*
 * The room's worth in figures: catch-up and restart in the simulated world,
 * the cost of an idle client, and many idle sessions on one hub.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/frame.h"
#include "common/frame_put.h"
#include "common/hello.h"
#include "common/keys.h"
#include "common/seal.h"
#include "common/wire.h"
#include "server/hub.h"
#include "server/room/log.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"
#include "tests/with_world.h"
#include "tui/receiver/handshake.h"

enum { SESSIONS = 10000, ENTRIES = 2000, CATCH_UPS = 61 };

/* From asleep to caught up, ms. */
static int64_t
catch_up_once(uint64_t seed)
{
	struct world_config config = { .seed = seed,
	    .net = { .delay_ms = 5 } };
	struct world_net bad = { .loss_permille = 300, .delay_ms = 45,
	    .jitter_ms = 1 };
	struct world *w = world_new(&config);
	int64_t took;

	world_client_start(w, world_client(w, "ann", -1, NULL));
	world_client_start(w, world_client(w, "bob", -1, NULL));
	world_run(w, 3000);
	world_client_miss(w, 1, 0, ENTRIES, 30000);
	world_set_net(w, &bad);
	took = world_client_catch_up(w, 1, 60000);
	world_free(w);
	return took;
}

static int
compare_ms(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One seed is luck, so several. */
static void
catch_up(void)
{
	int64_t ms[CATCH_UPS];
	int i;

	for (i = 0; i < CATCH_UPS; i++)
		ms[i] = catch_up_once((uint64_t)i + 1);
	qsort(ms, CATCH_UPS, sizeof(ms[0]), compare_ms);
	printf("catch-up on %d entries, 90 ms round trip, 30 %% loss, %d "
	    "times: p50 %lld, p90 %lld ms\n", ENTRIES, CATCH_UPS,
	    (long long)ms[CATCH_UPS / 2],
	    (long long)ms[CATCH_UPS * 9 / 10]);
}

/* 20 clients, 50 messages/s, and in the middle of it the server dies. */
static void
restart(void)
{
	struct world_config config = { .seed = 5, .net = { .delay_ms = 20,
	    .jitter_ms = 2 } };
	struct world *w = world_new(&config);
	int64_t began;
	char name[16];
	int i, n, late;

	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		world_client_start(w, world_client(w, name, -1, NULL));
	}
	world_run(w, 5000);
	for (n = 0; n < 500; n++) {
		world_client_say(w, n % 20, false);
		world_run(w, 20);
	}
	world_server_kill(w, 0);
	world_run(w, 200);
	world_server_start(w);
	began = world_now(w);
	do {
		world_client_say(w, n++ % 20, false);
		world_run(w, 20);
		for (i = late = 0; i < 20; i++)
			late += !world_client_online(w, i) ||
			    world_client_pending(w, i) > 2;
	} while (late > 0 && world_now(w) < began + 30000);
	printf("restart in the middle of 50 messages/s, 20 clients: all "
	    "whole again after %lld ms", (long long)(world_now(w) - began));
	world_run(w, 5000);
	for (i = n = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		n += (int)(world_count(w, name, ENTRY_LEAVE) +
		    world_count(w, name, ENTRY_TIMEOUT) +
		    world_count(w, name, ENTRY_JOIN)) - 1;
	}
	printf(", leaves and joins shown %d, all said is there: %s\n", n,
	    world_settled(w) ? "yes" : "NO");
	world_free(w);
}

static void
idle(void)
{
	struct world_config config = { .seed = 9, .net = { .delay_ms = 20 } };
	struct world *w = world_new(&config);
	struct world_figures a, b;

	world_client_start(w, world_client(w, "ann", -1, NULL));
	world_run(w, 60000);
	a = world_figures(w);
	world_run(w, 3600 * 1000);
	b = world_figures(w);
	printf("an idle client: %.2f datagrams a minute, both ways together\n",
	    (double)(b.up + b.down - a.up - a.down) / 60);
	world_free(w);
}

/*
 * Many sessions on one hub, each from an address of its own.
 */
static struct {
	uint8_t	 data[2048];
	size_t	 len;
	bool	 any;
} answer;
static unsigned long sent;

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	(void)arg;
	(void)to;
	sent++;
	if (len <= sizeof(answer.data)) {
		memcpy(answer.data, data, len);
		answer.len = len;
		answer.any = true;
	}
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	arc4random_buf(dst, len);
}

/* The client has all that there is: now it is idle. */
static void
acknowledge(struct hub *hub, struct log *log, int64_t now,
    const union sock_addr *a, struct seal *seal)
{
	struct frame_position head = log_head(log);
	uint8_t frames[64], datagram[64 + SEAL_OVER];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_sync(&out, &head, 8, 0, NULL, 0);
	hub_input(hub, now, 0, a, datagram,
	    seal_pack(seal, frames, out.len, datagram));
}

static bool
join(struct hub *hub, struct log *log, int64_t now, unsigned i)
{
	static struct handshake hs;
	struct hello_visitor v = { .room = "chat", .room_len = 4,
	    .outbox = 1, .next_id = 1 };
	union sock_addr a = { .in4 = { .sin_family = AF_INET } };
	struct hello_datagram d;
	struct noise_keypair key;
	uint8_t secret[NOISE_KEY];
	char name[16];
	int step;

	a.in4.sin_addr.s_addr = htonl((UINT32_C(10) << 24) + i);
	a.in4.sin_port = htons(4000);
	keys_make(&key);
	arc4random_buf(secret, sizeof(secret));
	handshake_begin(&hs, &key, i + 1, secret);
	v.name_len = (size_t)snprintf(name, sizeof(name), "user%u", i);
	v.name = name;
	for (step = 0; step < 2; step++) {
		hub_input(hub, now, 0, &a, hs.datagram, hs.datagram_len);
		if (!answer.any || !hello_read(answer.data, answer.len, &d))
			return false;
		handshake_input(&hs, &d);
	}
	v.have = hs.room.head;
	if (!handshake_visit(&hs, NULL, &v))
		return false;
	hub_input(hub, now, 0, &a, hs.datagram, hs.datagram_len);
	acknowledge(hub, log, now, &a, &hs.seal);
	return true;
}

static void
sessions(void)
{
	struct memdisk *mem = memdisk_new();
	struct disk disk = memdisk_disk(mem);
	struct log_config lc = { .disk = &disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = JOURNAL_SEGMENT_BYTES };
	struct hub_config hc = { .rate = 0, .seed = 1,
	    .gate = { .room = "chat" } };
	struct hub_out out = hub_out_of(on_send, on_random, NULL);
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;
	struct hub *hub;
	struct log *log;
	size_t before, after;
	struct timespec t0, t1;
	unsigned i, in = 0;

	disk.make_dir(disk.arg, "/d");
	keys_make(&hc.gate.key);
	log = log_open(&lc, 0, id, &why);
	hub = hub_new(&hc, log, 1000, 0, &out);
	before = mallinfo2().uordblks + mallinfo2().hblkhd -
	    memdisk_bytes(mem);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	for (i = 0; i < SESSIONS; i++)
		/* 400 a second: more are put off, as strangers are. */
		in += join(hub, log, 1000 + i * 5 / 2, i);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	after = mallinfo2().uordblks + mallinfo2().hblkhd -
	    memdisk_bytes(mem);
	printf("%u idle sessions on one hub: %zu bytes of memory each, "
	    "handshake and join %.0f us each\n", in,
	    (after - before) / SESSIONS, ((double)(t1.tv_sec - t0.tv_sec) *
	    1e6 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e3) / SESSIONS);
	hub_free(hub);
	log_close(log);
	memdisk_free(mem);
}

int
main(void)
{
	catch_up();
	restart();
	idle();
	sessions();
	return 0;
}
