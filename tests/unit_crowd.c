/*
 * The hub's sessions against those who would fill it, move others' or put
 * them out: by plain calls, under a clock that the test turns. Each guest
 * shakes hands as a client does.
 */
#include "common/frame_put.h"
#include "server/hub.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/frame.h"
#include "common/keys.h"
#include "common/wire.h"
#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"
#include "tui/receiver/handshake.h"

enum { HEAP = 64 };	/* datagrams kept, the newest */

/* A hub, its clock, and what it sent last. */
struct room {
	struct memdisk	*mem;
	struct disk	 disk;
	struct log	*log;
	struct hub	*hub;
	int64_t		 now_ms, wall_ms;
	struct {
		union sock_addr	 to;
		size_t		 len;
		uint8_t		 data[2048];
	} sent[HEAP];
	size_t		 count, bytes;
};

struct guest {
	union sock_addr	 addr;
	struct noise_keypair key;
	struct handshake hs;
	struct seal	 seal;
	char		 name[16];
	uint32_t	 outbox;
};

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct room *r = arg;
	size_t i = r->count++ % HEAP;

	assert_true(len <= sizeof(r->sent[i].data));
	r->sent[i].to = *to;
	r->sent[i].len = len;
	memcpy(r->sent[i].data, data, len);
	r->bytes += len;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static void
room_open_to(struct room *r, size_t peers_max, enum hub_policy classic)
{
	struct hub_config c = { .classic = classic, .rate = 0,
	    .seed = 42, .peers_max = peers_max, .gate = { .room = "chat" } };
	struct hub_out out = hub_out_of(on_send, on_random, r);
	struct log_config lc = { .dir = "/d", .sync = LOG_SYNC_NONE,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	memset(r, 0, sizeof(*r));
	r->now_ms = 5000000;
	r->wall_ms = INT64_C(1800000000000);
	r->mem = memdisk_new();
	r->disk = memdisk_disk(r->mem);
	assert_int_equal(r->disk.make_dir(r->disk.arg, "/d"), 0);
	lc.disk = &r->disk;
	keys_make(&c.gate.key);
	r->log = log_open(&lc, r->wall_ms, id, &why);
	assert_non_null(r->log);
	r->hub = hub_new(&c, r->log, r->now_ms, r->wall_ms, &out);
	assert_non_null(r->hub);
}

static void
room_open(struct room *r, size_t peers_max)
{
	room_open_to(r, peers_max, HUB_CLASSIC_LOCAL);
}

static void
room_close(struct room *r)
{
	hub_free(r->hub);
	log_close(r->log);
	memdisk_free(r->mem);
}

/* Time goes on, and what is due is done. */
static void
wait_ms(struct room *r, int64_t ms)
{
	int64_t end = r->now_ms + ms, due;

	while (r->now_ms < end) {
		due = hub_tick(r->hub, r->now_ms, r->wall_ms);
		if (due <= r->now_ms)
			due = r->now_ms + 1;
		r->now_ms = due < end ? due : end;
	}
	hub_tick(r->hub, r->now_ms, r->wall_ms);
}

static union sock_addr
addr_of(uint32_t n)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_addr.s_addr = htonl(0x0a000001 + n);
	a.in4.sin_port = htons(1000);
	return a;
}

static void
put(struct room *r, const union sock_addr *from, const void *data, size_t len)
{
	hub_input(r->hub, r->now_ms, r->wall_ms, from, data, len);
}

/* The newest datagram that went there; NULL: none since mark. */
static const uint8_t *
sent_to(struct room *r, const union sock_addr *to, size_t mark, size_t *len)
{
	size_t i;

	for (i = r->count; i-- > mark && i + HEAP >= r->count; )
		if (sock_addr_eq(&r->sent[i % HEAP].to, to)) {
			*len = r->sent[i % HEAP].len;
			return r->sent[i % HEAP].data;
		}
	return NULL;
}

/* A guest of this name at this address, at a port where nobody was; key NULL:
 * a new one. */
static void
guest_init(struct guest *g, uint32_t address, const char *name,
    const struct noise_keypair *key)
{
	static unsigned guests;

	memset(g, 0, sizeof(*g));
	g->addr = addr_of(address);
	g->addr.in4.sin_port = htons((uint16_t)(1001 + guests++ % 60000));
	if (key == NULL)
		keys_make(&g->key);
	else
		g->key = *key;
	snprintf(g->name, sizeof(g->name), "%s", name);
	g->outbox = randombytes_random() | 1;
}

/* As far as HS3, which is written and not sent. False: not let through. */
static bool
is_let_through(struct room *r, struct guest *g)
{
	struct hello_visitor v = { .room = "chat", .room_len = 4,
	    .name = g->name, .name_len = strlen(g->name),
	    .outbox = g->outbox, .next_id = 1 };
	uint8_t secret[NOISE_KEY];
	struct hello_datagram d;
	const uint8_t *answer;
	size_t mark, len = 0;
	int step;

	randombytes_buf(secret, sizeof(secret));
	handshake_begin(&g->hs, &g->key, randombytes_random() | 1, secret);
	for (step = 0; step < 2; step++) {
		mark = r->count;
		put(r, &g->addr, g->hs.datagram, g->hs.datagram_len);
		answer = sent_to(r, &g->addr, mark, &len);
		if (answer == NULL)
			return false;
		assert_true(hello_read(answer, len, &d));
		handshake_input(&g->hs, &d);
	}
	v.have = g->hs.room.head;
	assert_true(handshake_visit(&g->hs, NULL, &v));
	g->seal = g->hs.seal;
	return true;
}

static void
reach_door(struct room *r, struct guest *g)
{
	assert_true(is_let_through(r, g));
}

/* The first frame of the newest datagram to the guest is one of these. */
static bool
was_told(struct room *r, struct guest *g, size_t mark, enum frame_type type,
    struct frame *f)
{
	static uint8_t frames[2048];
	const uint8_t *datagram;
	size_t len = 0, frames_len;
	struct wire_in in;

	datagram = sent_to(r, &g->addr, mark, &len);
	if (datagram == NULL || seal_open(&g->seal, datagram, len, frames,
	    &frames_len) != SEAL_OK)
		return false;
	in = wire_in(frames, frames_len);
	while (frame_next(&in, f) == FRAME_OK)
		if (f->type == type)
			return true;
	return false;
}

/* Says that it has all there is, as clients do. */
static void
confirm(struct room *r, struct guest *g)
{
	struct frame_position head = log_head(r->log);
	uint8_t frames[64], datagram[64 + SEAL_OVER];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_sync(&out, &head, 8, 0, NULL, 0);
	put(r, &g->addr, datagram, seal_pack(&g->seal, frames, out.len,
	    datagram));
}

/* Says its n-th line. */
static void
say(struct room *r, struct guest *g, unsigned n)
{
	uint8_t frames[64], datagram[64 + SEAL_OVER];
	struct frame_post post = { .id = (uint64_t)g->outbox << 32 | n,
	    .kind = ENTRY_SAY, .text = "hear", .text_len = 4 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun = frame_begin(&out, FRAME_POST);

	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	put(r, &g->addr, datagram, seal_pack(&g->seal, frames, out.len,
	    datagram));
}

static char told[64];	/* the text of the last ERROR */

/* In the room; else told why not. */
static enum frame_code
visit(struct room *r, struct guest *g)
{
	size_t mark = r->count;
	struct frame f;

	reach_door(r, g);
	put(r, &g->addr, g->hs.datagram, g->hs.datagram_len);
	if (was_told(r, g, mark, FRAME_ERROR, &f)) {
		snprintf(told, sizeof(told), "%.*s", (int)f.text_len, f.text);
		return f.code;
	}
	confirm(r, g);
	return 0;
}

/* Comes and says something, on each of so many days. */
static void
settle(struct room *r, uint32_t address, const char *name,
    const struct noise_keypair *key, unsigned days)
{
	uint64_t head;
	struct guest g;
	unsigned n;

	wait_ms(r, 100);
	guest_init(&g, address, name, key);
	assert_int_equal(visit(r, &g), 0);
	head = log_head(r->log).seq;
	for (n = 1; n <= days; n++) {
		r->wall_ms += 24 * 3600 * 1000;
		say(r, &g, n);
	}
	assert_int_equal(log_head(r->log).seq, head + days);
}

static enum frame_code
visit_as(struct room *r, uint32_t address, const char *name,
    const struct noise_keypair *key)
{
	struct guest g;

	/* Slow enough for what an address may have of handshakes. */
	wait_ms(r, 100);
	guest_init(&g, address, name, key);
	return visit(r, &g);
}

static void
a_key_has_eight_sessions_at_most(void **state)
{
	struct noise_keypair key;
	struct room r;
	char name[16];
	uint32_t i;

	(void)state;
	room_open(&r, 0);
	keys_make(&key);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		visit_as(&r, i, name, &key);
		wait_ms(&r, 1000);
		assert_true(hub_figures(r.hub).members <= HUB_KEY_PEERS);
	}
	wait_ms(&r, 10 * 1000);
	assert_true(hub_figures(r.hub).sessions <= HUB_KEY_PEERS);
	/* The neighbours have nothing to do with it. */
	assert_int_equal(visit_as(&r, 3, "bob", NULL), 0);
	room_close(&r);
}

static void
an_address_has_sixty_four_sessions_at_most(void **state)
{
	struct room r;
	char name[16];
	uint32_t i, in = 0;

	(void)state;
	room_open(&r, 0);
	for (i = 0; i < HUB_GROUP_PEERS + 20; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		in += visit_as(&r, 7, name, NULL) == 0;
	}
	assert_int_equal(in, HUB_GROUP_PEERS);
	assert_int_equal(hub_figures(r.hub).members, HUB_GROUP_PEERS);
	assert_int_equal(visit_as(&r, 7, "bob", NULL), FRAME_ROOM_FULL);
	/* It is not the room that is full, as its client may say. */
	assert_string_equal(told, "crowded");
	assert_int_equal(visit_as(&r, 8, "bob", NULL), 0);
	/* Those who say nothing any more make room for those who come. */
	wait_ms(&r, 60 * 1000);
	assert_int_equal(visit_as(&r, 7, "carol", NULL), 0);
	assert_true(hub_figures(r.hub).sessions <= HUB_GROUP_PEERS + 1);
	room_close(&r);
}

/* The host of an IPv6 network: 2001:wide:net:group::1. */
static void
move_to_v6(struct guest *g, uint16_t wide, uint16_t net, uint16_t group)
{
	const uint16_t part[] = { 0x2001, wide, net, group };
	in_port_t port = g->addr.in4.sin_port;
	size_t i;

	memset(&g->addr, 0, sizeof(g->addr));
	g->addr.in6.sin6_family = AF_INET6;
	g->addr.in6.sin6_port = port;
	for (i = 0; i < 4; i++) {
		g->addr.in6.sin6_addr.s6_addr[2 * i] = (uint8_t)(part[i] >> 8);
		g->addr.in6.sin6_addr.s6_addr[2 * i + 1] = (uint8_t)part[i];
	}
	g->addr.in6.sin6_addr.s6_addr[15] = 1;
}

/* As many as get in of so many, each with a /56 of his own; of one /48, or of
 * a /32. */
static uint32_t
crowd(struct room *r, uint16_t wide, bool one, uint32_t many)
{
	struct guest g;
	char name[24];
	uint32_t i, in = 0;

	for (i = 0; i < many; i++) {
		snprintf(name, sizeof(name), "c%u-%u-%u", wide, one, i);
		guest_init(&g, 0, name, NULL);
		move_to_v6(&g, wide, (uint16_t)(one ? 0 : i + 1),
		    (uint16_t)(one ? i << 8 : 0));
		wait_ms(r, 3);
		in += visit(r, &g) == 0;
	}
	return in;
}

static void
a_network_with_many_addresses_does_not_fill_the_room(void **state)
{
	enum { MAX = 1024 };
	struct guest g;
	struct room r;

	(void)state;
	room_open(&r, MAX);
	assert_int_equal(crowd(&r, 7, true, 2 * MAX / HUB_NET_PART),
	    MAX / HUB_NET_PART);
	/* Its neighbour is another one; of many of those it is a wider one. */
	assert_int_equal(crowd(&r, 7, false, 2 * MAX / HUB_NET_WIDE_PART),
	    MAX / HUB_NET_WIDE_PART - MAX / HUB_NET_PART);
	guest_init(&g, 0, "bob", NULL);
	move_to_v6(&g, 8, 1, 1);
	assert_int_equal(visit(&r, &g), 0);
	assert_int_equal(visit_as(&r, 7, "carol", NULL), 0);
	/* Those who say nothing any more make room there, too. */
	wait_ms(&r, 60 * 1000);
	guest_init(&g, 0, "dave", NULL);
	move_to_v6(&g, 7, 0, 0);
	assert_int_equal(visit(&r, &g), 0);
	room_close(&r);
}

/* Anybody can write another's address on a datagram: until he answers from
 * there he takes nobody's place there. */
static void
who_only_seems_to_be_there_takes_no_place(void **state)
{
	static struct guest g[HUB_GROUP_PEERS];
	struct room r;
	char name[16];
	uint32_t i;

	(void)state;
	room_open(&r, 0);
	for (i = 0; i < HUB_GROUP_PEERS; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		wait_ms(&r, 100);
		guest_init(&g[i], 20 + i, name, NULL);
		assert_int_equal(visit(&r, &g[i]), 0);
	}
	for (i = 0; i < HUB_GROUP_PEERS; i++) {
		g[i].addr = addr_of(7);
		confirm(&r, &g[i]);
	}
	assert_int_equal(visit_as(&r, 7, "bob", NULL), 0);
	room_close(&r);
}

/* Handshakes from many ports of one address, that of a router. */
static void
who_is_in_comes_back_through_his_neighbours_flood(void **state)
{
	struct guest ann, bob, g;
	union sock_addr was;
	struct room r;
	uint32_t i, n;

	(void)state;
	room_open(&r, 0);
	guest_init(&ann, 7, "ann", NULL);
	guest_init(&bob, 7, "bob", NULL);
	guest_init(&g, 7, "eve", NULL);
	assert_int_equal(visit(&r, &ann), 0);
	/* Of him the file of sessions knows. */
	was = bob.addr;
	hub_wake(r.hub, 42, &was);
	for (n = 0; n < 5; n++) {
		wait_ms(&r, 3000);
		for (i = 0; i < 100; i++) {
			guest_init(&g, 7, "eve", NULL);
			is_let_through(&r, &g);
		}
		assert_false(is_let_through(&r, &g));
		assert_int_equal(visit(&r, &ann), 0);
		if (n == 0)
			assert_int_equal(visit(&r, &bob), 0);
	}
	assert_int_equal(hub_figures(r.hub).members, 2);
	room_close(&r);
}

/* How often the hub has to look in a second. */
static unsigned
looks(struct room *r)
{
	int64_t end = r->now_ms + 1000, due;
	unsigned n = 0;

	while (r->now_ms < end) {
		due = hub_tick(r->hub, r->now_ms, r->wall_ms);
		r->now_ms = due <= r->now_ms ? r->now_ms + 1 :
		    due < end ? due : end;
		n++;
	}
	return n;
}

/* He lacks something, and one empty datagram came from somewhere else. */
static void
who_falls_silent_at_a_new_address_is_waited_for_in_peace(void **state)
{
	struct guest ann, bob;
	uint8_t datagram[SEAL_OVER + 1];
	struct room r;
	size_t mark;

	(void)state;
	room_open(&r, 0);
	guest_init(&ann, 7, "ann", NULL);
	guest_init(&bob, 8, "bob", NULL);
	assert_int_equal(visit(&r, &ann), 0);
	assert_int_equal(visit(&r, &bob), 0);
	say(&r, &ann, 1);
	wait_ms(&r, 100);
	bob.addr.in4.sin_port = htons(999);
	mark = r.count;
	put(&r, &bob.addr, datagram, seal_pack(&bob.seal, datagram, 0,
	    datagram));
	wait_ms(&r, 2000);
	assert_true(r.count > mark);
	assert_in_range(looks(&r), 1, 60);
	room_close(&r);
}

/* He says that he has nothing; how much he is sent until he has all. */
static size_t
go_back(struct room *r, struct guest *g)
{
	struct frame_position none = { 0 };
	uint8_t frames[64], datagram[64 + SEAL_OVER];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t bytes = r->bytes;

	frame_put_sync(&out, &none, 8, 0, NULL, 0);
	put(r, &g->addr, datagram, seal_pack(&g->seal, frames, out.len,
	    datagram));
	wait_ms(r, 10);
	confirm(r, g);
	return r->bytes - bytes;
}

/* How much he is sent who does so each second. */
static size_t
go_back_often(struct room *r, struct guest *g, unsigned seconds)
{
	size_t bytes = 0;

	while (seconds-- > 0) {
		bytes += go_back(r, g);
		wait_ms(r, 990);
	}
	return bytes;
}

static void
who_goes_back_each_second_is_sent_all_ever_more_rarely(void **state)
{
	struct guest ann, bob;
	struct room r;
	size_t once;
	unsigned i;

	(void)state;
	room_open(&r, 0);
	guest_init(&ann, 7, "ann", NULL);
	guest_init(&bob, 8, "bob", NULL);
	assert_int_equal(visit(&r, &ann), 0);
	assert_int_equal(visit(&r, &bob), 0);
	for (i = 1; i <= 100; i++) {
		say(&r, &ann, i);
		wait_ms(&r, 100);
		confirm(&r, &ann);
		confirm(&r, &bob);
	}
	once = go_back(&r, &bob);
	assert_true(once > 1000);
	wait_ms(&r, 1000);
	assert_in_range(go_back_often(&r, &bob, 30), 3 * once, 6 * once);
	/* Nor do new keys help him. */
	assert_int_equal(visit(&r, &bob), 0);
	assert_in_range(go_back_often(&r, &bob, 30), 0, 3 * once);
	/* Who lost his copy long after is sent it at once. */
	for (i = 0; i < 15; i++) {
		wait_ms(&r, 10000);
		confirm(&r, &ann);
		confirm(&r, &bob);
	}
	assert_true(go_back(&r, &bob) >= once / 2);
	room_close(&r);
}

/* That it has all, and that it has nothing, by turns. */
static void
who_goes_back_and_forth_is_not_sent_all_each_time(void **state)
{
	struct frame_position none = { 0 };
	uint8_t frames[64], datagram[64 + SEAL_OVER];
	struct guest ann, bob;
	struct room r;
	size_t once = 0, bytes;
	unsigned i;

	(void)state;
	room_open(&r, 0);
	guest_init(&ann, 7, "ann", NULL);
	guest_init(&bob, 8, "bob", NULL);
	assert_int_equal(visit(&r, &ann), 0);
	assert_int_equal(visit(&r, &bob), 0);
	for (i = 1; i <= 100; i++) {
		say(&r, &ann, i);
		wait_ms(&r, 100);
		confirm(&r, &ann);
		confirm(&r, &bob);
	}
	bytes = r.bytes;
	for (i = 0; i < 40; i++) {
		struct wire_out out = wire_out(frames, sizeof(frames));

		frame_put_sync(&out, &none, 8, 0, NULL, 0);
		put(&r, &bob.addr, datagram, seal_pack(&bob.seal, frames,
		    out.len, datagram));
		wait_ms(&r, 10);
		confirm(&r, &bob);
		wait_ms(&r, 10);
		if (i == 0)
			once = r.bytes - bytes;
	}
	assert_true(once > 0);
	assert_in_range(r.bytes - bytes, once, 4 * once);
	room_close(&r);
}

/* Whoever is at his address: an owner comes in, and so does who is on the
 * machine of the server itself. */
static void
neighbours_keep_no_owner_out(void **state)
{
	struct noise_keypair alice;
	struct room r;
	char name[16];
	uint32_t i;

	(void)state;
	keys_make(&alice);
	room_open(&r, 0);
	settle(&r, 8, "alice", &alice, 2);
	for (i = 0; i < HUB_GROUP_PEERS; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		assert_int_equal(visit_as(&r, 7, name, NULL), 0);
	}
	assert_int_equal(visit_as(&r, 7, "bob", NULL), FRAME_ROOM_FULL);
	assert_int_equal(visit_as(&r, 7, "alice", &alice), 0);
	room_close(&r);
}

static void
an_unconfirmed_session_lives_ten_seconds(void **state)
{
	struct guest g;
	struct room r;

	(void)state;
	room_open(&r, 0);
	guest_init(&g, 1, "ann", NULL);
	reach_door(&r, &g);
	put(&r, &g.addr, g.hs.datagram, g.hs.datagram_len);
	assert_int_equal(hub_figures(r.hub).sessions, 1);
	wait_ms(&r, 9900);
	assert_int_equal(hub_figures(r.hub).sessions, 1);
	wait_ms(&r, 200);
	assert_int_equal(hub_figures(r.hub).sessions, 0);
	assert_int_equal(hub_figures(r.hub).members, 0);
	/* One that was heard stays. */
	assert_int_equal(visit_as(&r, 1, "ann", NULL), FRAME_NAME_OWNED);
	assert_int_equal(visit_as(&r, 1, "bob", NULL), 0);
	wait_ms(&r, 11 * 1000);
	assert_int_equal(hub_figures(r.hub).sessions, 1);
	room_close(&r);
}

/* He may be on his way to another server of the room, in that he is still. */
static void
who_was_in_and_begins_anew_has_a_while(void **state)
{
	struct noise_keypair alice;
	struct guest g;
	struct room r;

	(void)state;
	room_open(&r, 0);
	keys_make(&alice);
	assert_int_equal(visit_as(&r, 1, "alice", &alice), 0);
	guest_init(&g, 1, "alice", &alice);
	reach_door(&r, &g);
	put(&r, &g.addr, g.hs.datagram, g.hs.datagram_len);
	wait_ms(&r, 11 * 1000);
	assert_int_equal(hub_figures(r.hub).sessions, 0);
	assert_int_equal(hub_figures(r.hub).members, 1);
	wait_ms(&r, 88 * 1000);
	assert_int_equal(hub_figures(r.hub).members, 1);
	wait_ms(&r, 2 * 1000);
	assert_int_equal(hub_figures(r.hub).members, 0);
	room_close(&r);
}

static void
a_full_room_says_so_and_lets_owners_in(void **state)
{
	enum { MAX = 32 };
	struct noise_keypair owner;
	struct room r;
	char name[16];
	uint32_t i, in = 0;

	(void)state;
	room_open(&r, MAX);
	keys_make(&owner);
	settle(&r, 900, "owner", &owner, 2);
	wait_ms(&r, 100 * 1000);	/* timed out, but the name is his */
	for (i = 0; i < 2 * MAX; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		in += visit_as(&r, i, name, NULL) == 0;
	}
	assert_in_range(in, MAX / 2, MAX - 1);
	assert_int_equal(visit_as(&r, 901, "bob", NULL), FRAME_ROOM_FULL);
	assert_string_equal(told, "");
	assert_int_equal(visit_as(&r, 902, "owner", &owner), 0);
	assert_int_equal(visit_as(&r, 901, "bob", NULL), FRAME_ROOM_FULL);
	/* Who is told so is not kept. */
	wait_ms(&r, 6000);
	assert_true(hub_figures(r.hub).sessions <= MAX);
	room_close(&r);
}

/* Who was here on one day owns his name, as anybody may own any number of
 * names: that is no right to a place. */
static void
who_was_here_once_has_no_place_kept(void **state)
{
	enum { MAX = 32 };
	struct noise_keypair lurker;
	struct room r;
	char name[16];
	uint32_t i;

	(void)state;
	room_open(&r, MAX);
	keys_make(&lurker);
	settle(&r, 900, "lurker", &lurker, 1);
	wait_ms(&r, 100 * 1000);
	for (i = 0; i < MAX; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		visit_as(&r, i, name, NULL);
	}
	assert_int_equal(visit_as(&r, 900, "lurker", &lurker),
	    FRAME_ROOM_FULL);
	room_close(&r);
	room_open(&r, 0);
	settle(&r, 8, "lurker", &lurker, 1);
	wait_ms(&r, 100 * 1000);
	for (i = 0; i < HUB_GROUP_PEERS; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		assert_int_equal(visit_as(&r, 7, name, NULL), 0);
	}
	assert_int_equal(visit_as(&r, 7, "lurker", &lurker),
	    FRAME_ROOM_FULL);
	room_close(&r);
}

static void
sessions_of_nobody_make_room(void **state)
{
	enum { MAX = 32 };
	struct room r;
	char name[16];
	uint32_t i;

	(void)state;
	room_open(&r, MAX);
	for (i = 0; i < MAX; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		visit_as(&r, i, name, NULL);
	}
	assert_int_equal(visit_as(&r, 900, "bob", NULL), FRAME_ROOM_FULL);
	/* All of them time out; their sessions would stay for a day. */
	wait_ms(&r, 100 * 1000);
	assert_true(hub_figures(r.hub).sessions > MAX / 2);
	for (i = 0; i < MAX / 2; i++) {
		snprintf(name, sizeof(name), "b%u", i);
		assert_int_equal(visit_as(&r, i, name, NULL), 0);
	}
	assert_true(hub_figures(r.hub).sessions <= MAX);
	room_close(&r);
}

static void
what_looks_like_an_hs3_moves_no_session(void **state)
{
	union sock_addr elsewhere = addr_of(666);
	uint8_t junk[500];
	struct guest g;
	struct frame f;
	struct room r;
	size_t mark, len = 0;
	int i;

	(void)state;
	room_open(&r, 0);
	guest_init(&g, 1, "ann", NULL);
	reach_door(&r, &g);
	put(&r, &g.addr, g.hs.datagram, g.hs.datagram_len);
	memset(junk, 0x55, sizeof(junk));
	memcpy(junk, g.hs.datagram, 5);
	mark = r.count;
	r.bytes = 0;
	for (i = 0; i < 20; i++) {
		put(&r, &elsewhere, junk, sizeof(junk));
		put(&r, &g.addr, junk, sizeof(junk));
	}
	assert_null(sent_to(&r, &elsewhere, mark, &len));
	assert_int_equal(r.bytes, 0);
	/* The true one, seen on its way, draws no more than that it is not
	 * known there ... */
	put(&r, &elsewhere, g.hs.datagram, g.hs.datagram_len);
	assert_non_null(sent_to(&r, &elsewhere, mark, &len));
	assert_int_equal(len, HELLO_RESET_BYTES);
	/* ... and its repeat is answered where it is. */
	mark = r.count;
	put(&r, &g.addr, g.hs.datagram, g.hs.datagram_len);
	assert_true(was_told(&r, &g, mark, FRAME_MEMBERS, &f));
	room_close(&r);
}

/* Opens what came since mark, and answers PINGs, as clients do. Returns how
 * many datagrams came. */
static unsigned
hear(struct room *r, struct guest *g, size_t mark, bool answer)
{
	uint8_t frames[2048], back[64], datagram[64 + SEAL_OVER];
	struct wire_out out = wire_out(back, sizeof(back));
	size_t end = r->count, len;
	unsigned n = 0;
	struct wire_in in;
	struct frame f;

	for (; mark < end; mark++) {
		if (!sock_addr_eq(&r->sent[mark % HEAP].to, &g->addr) ||
		    seal_open(&g->seal, r->sent[mark % HEAP].data,
		    r->sent[mark % HEAP].len, frames, &len) != SEAL_OK)
			continue;
		n++;
		in = wire_in(frames, len);
		while (answer && frame_next(&in, &f) == FRAME_OK) {
			if (f.type != FRAME_PING)
				continue;
			out.len = 0;
			frame_put_ping(&out, FRAME_PONG, f.bytes);
			put(r, &g->addr, datagram, seal_pack(&g->seal, back,
			    out.len, datagram));
		}
	}
	return n;
}

static void
who_moves_is_asked_at_once_however_little_he_sends(void **state)
{
	uint8_t frames[64], datagram[64 + SEAL_OVER], ping[FRAME_PING_BYTES] =
	    { 1 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position head;
	struct guest g;
	struct frame f;
	struct room r;
	size_t mark;

	(void)state;
	room_open(&r, 0);
	guest_init(&g, 1, "ann", NULL);
	assert_int_equal(visit(&r, &g), 0);
	wait_ms(&r, 5000);
	g.addr = addr_of(50);
	head = log_head(r.log);
	frame_put_sync(&out, &head, 8, 0, NULL, 0);
	frame_put_ping(&out, FRAME_PING, ping);
	mark = r.count;
	put(&r, &g.addr, datagram, seal_pack(&g.seal, frames, out.len,
	    datagram));
	assert_true(was_told(&r, &g, mark, FRAME_PING, &f));
	assert_int_equal(r.count, mark + 1);
	/* Once he has answered he is told what he asks for. */
	out.len = 0;
	frame_put_ping(&out, FRAME_PONG, f.bytes);
	frame_put_ping(&out, FRAME_PING, ping);
	mark = r.count;
	put(&r, &g.addr, datagram, seal_pack(&g.seal, frames, out.len,
	    datagram));
	assert_true(was_told(&r, &g, mark, FRAME_HEAD, &f));
	room_close(&r);
}

static void
announce(struct room *r)
{
	assert_int_equal(hub_announce(r->hub, r->now_ms, r->wall_ms, "hear", 4),
	    HUB_TEXT_OK);
	wait_ms(r, 50);
}

static void
a_forged_icmp_error_puts_nobody_out_who_answers(void **state)
{
	struct guest g;
	struct room r;
	size_t mark;
	int i;

	(void)state;
	room_open(&r, 0);
	guest_init(&g, 1, "ann", NULL);
	assert_int_equal(visit(&r, &g), 0);
	for (i = 0; i < 20; i++) {
		mark = r.count;
		announce(&r);
		hub_unreachable(r.hub, r.now_ms, r.wall_ms, &g.addr);
		wait_ms(&r, 100);
		/* By the PONG alone: he is deaf to everything else. */
		assert_true(hear(&r, &g, mark, true) > 0);
		wait_ms(&r, 5000);
		assert_int_equal(hub_figures(r.hub).members, 1);
	}
	confirm(&r, &g);
	/* One that answers nothing is not worth a datagram. */
	wait_ms(&r, 2000);
	mark = r.count;
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &g.addr);
	wait_ms(&r, 5000);
	assert_int_equal(r.count, mark);
	assert_int_equal(hub_figures(r.hub).members, 1);
	/* Nor is one that came before something authentic did. */
	announce(&r);
	r.now_ms++;
	confirm(&r, &g);
	mark = r.count;
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &g.addr);
	wait_ms(&r, 100);
	assert_int_equal(r.count, mark);
	room_close(&r);
}

static void
forged_icmp_errors_make_no_flood_of_questions(void **state)
{
	enum { MANY = 400 };
	static struct guest g[MANY];
	struct room r;
	size_t mark;
	char name[16];
	uint32_t i;

	(void)state;
	room_open(&r, 0);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "a%u", i);
		guest_init(&g[i], 20 + i, name, NULL);
		wait_ms(&r, 3);
		assert_int_equal(visit(&r, &g[i]), 0);
	}
	wait_ms(&r, 1000);
	announce(&r);
	mark = r.count;
	for (i = 0; i < MANY; i++)
		hub_unreachable(r.hub, r.now_ms, r.wall_ms, &g[i].addr);
	wait_ms(&r, 10);
	assert_in_range(r.count - mark, 100, 300);
	room_close(&r);
}

static void
who_is_dead_is_gone_within_three_seconds(void **state)
{
	struct guest g;
	struct room r;
	size_t mark;

	(void)state;
	room_open(&r, 0);
	guest_init(&g, 1, "ann", NULL);
	assert_int_equal(visit(&r, &g), 0);
	wait_ms(&r, 1000);
	announce(&r);
	mark = r.count;
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &g.addr);
	wait_ms(&r, 2900);
	assert_int_equal(hub_figures(r.hub).members, 1);
	assert_true(hear(&r, &g, mark, false) >= 10);
	wait_ms(&r, 200);
	assert_int_equal(hub_figures(r.hub).members, 0);
	/* If the network was to blame, he is told what is new, comes back by
	 * that, and has waited for nothing. */
	mark = r.count;
	announce(&r);
	assert_int_equal(hear(&r, &g, mark, true), 1);
	confirm(&r, &g);
	assert_int_equal(hub_figures(r.hub).members, 1);
	room_close(&r);
}

static void
a_classic_member_is_put_out_by_an_answer_only(void **state)
{
	union sock_addr a = addr_of(0);
	struct room r;

	(void)state;
	room_open(&r, 0);
	a.in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	put(&r, &a, "L ann", 5);
	wait_ms(&r, 2000);
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &a);
	assert_int_equal(hub_figures(r.hub).members, 1);
	announce(&r);
	wait_ms(&r, 1100);
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &a);
	announce(&r);
	r.now_ms++;
	put(&r, &a, "C hello", 7);
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &a);
	assert_int_equal(hub_figures(r.hub).members, 1);
	announce(&r);
	hub_unreachable(r.hub, r.now_ms, r.wall_ms, &a);
	assert_int_equal(hub_figures(r.hub).members, 0);
	room_close(&r);
}

/* From there, and no more than so many times of it back. */
static void
assert_answer(struct room *r, const union sock_addr *from, const void *data,
    size_t len, size_t times)
{
	r->bytes = 0;
	put(r, from, data, len);
	hub_tick(r->hub, r->now_ms, r->wall_ms);
	if (r->bytes > times * len)
		fail_msg("%zu bytes that begin with %02x, %zu for an answer",
		    len, len == 0 ? 0 : *(const uint8_t *)data, r->bytes);
	/* Else the budgets alone would do it. */
	r->now_ms += 200;
}

static void
nothing_unproved_is_answered_by_more_than_it_brings(void **state)
{
	enum { LONGEST = 600 };
	static const uint8_t fills[] = { 0, 1, 0x55, 0xff };
	union sock_addr from = addr_of(666);
	uint8_t data[LONGEST];
	struct guest in, half = { 0 };
	struct room r;
	size_t len, i;
	int type, at;

	(void)state;
	room_open_to(&r, 0, HUB_CLASSIC_ANY);
	guest_init(&in, 1, "ann", NULL);
	assert_int_equal(visit(&r, &in), 0);
	for (type = 0xf8; type <= 0xff; type++)
	for (i = 0; i < sizeof(fills); i++)
	for (at = 0; at < 3; at++)
	for (len = 1; len <= LONGEST; len = len < 40 ? len + 1 : len + 37) {
		if (len % 8 == 0) {
			guest_init(&half, 2, "bob", NULL);
			reach_door(&r, &half);
		}
		memset(data, fills[i], sizeof(data));
		data[0] = (uint8_t)type;
		/* To a session, or a handshake, that there is. */
		if (at == 1)
			memcpy(data + 1, half.hs.datagram + 1, 4);
		else if (at == 2)
			memcpy(data + 1, in.hs.datagram + 1, 4);
		assert_answer(&r, &from, data, len, 1);
		assert_answer(&r, at == 1 ? &half.addr : &in.addr, data, len,
		    1);
	}
	room_close(&r);
}

static void
nothing_classic_from_far_is_answered_by_more_than_thrice_it(void **state)
{
	static const char *const lines[] = { "", "\n", "L", "L x", "L xy\n",
	    "C", "C x", "C hello", "Q", "E", "OK", "x", "nonsense" };
	union sock_addr from;
	struct room r;
	size_t i, n;
	char text[300];

	(void)state;
	room_open_to(&r, 0, HUB_CLASSIC_ANY);
	for (n = 0; n < 5; n++)
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		from = addr_of((uint32_t)(100 * i));
		assert_answer(&r, &from, lines[i], strlen(lines[i]), 3);
	}
	for (i = 0; i < 256; i++) {
		memset(text, (int)(i < 0xf8 ? i : 'x'), sizeof(text));
		from = addr_of(5000);
		assert_answer(&r, &from, text, 1, 3);
		assert_answer(&r, &from, text, sizeof(text), 3);
	}
	room_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_has_eight_sessions_at_most),
		cmocka_unit_test(an_address_has_sixty_four_sessions_at_most),
		cmocka_unit_test(
		    a_network_with_many_addresses_does_not_fill_the_room),
		cmocka_unit_test(who_only_seems_to_be_there_takes_no_place),
		cmocka_unit_test(
		    who_is_in_comes_back_through_his_neighbours_flood),
		cmocka_unit_test(
		    who_falls_silent_at_a_new_address_is_waited_for_in_peace),
		cmocka_unit_test(
		    who_goes_back_and_forth_is_not_sent_all_each_time),
		cmocka_unit_test(
		    who_goes_back_each_second_is_sent_all_ever_more_rarely),
		cmocka_unit_test(neighbours_keep_no_owner_out),
		cmocka_unit_test(an_unconfirmed_session_lives_ten_seconds),
		cmocka_unit_test(who_was_in_and_begins_anew_has_a_while),
		cmocka_unit_test(a_full_room_says_so_and_lets_owners_in),
		cmocka_unit_test(who_was_here_once_has_no_place_kept),
		cmocka_unit_test(sessions_of_nobody_make_room),
		cmocka_unit_test(what_looks_like_an_hs3_moves_no_session),
		cmocka_unit_test(
		    who_moves_is_asked_at_once_however_little_he_sends),
		cmocka_unit_test(
		    a_forged_icmp_error_puts_nobody_out_who_answers),
		cmocka_unit_test(
		    forged_icmp_errors_make_no_flood_of_questions),
		cmocka_unit_test(who_is_dead_is_gone_within_three_seconds),
		cmocka_unit_test(
		    a_classic_member_is_put_out_by_an_answer_only),
		cmocka_unit_test(
		    nothing_unproved_is_answered_by_more_than_it_brings),
		cmocka_unit_test(
		    nothing_classic_from_far_is_answered_by_more_than_thrice_it),
	};

	return tests_run(tests, NULL, NULL);
}
