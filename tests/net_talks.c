/*
 * Talks between real clients and a real hub on a bad network, with everything
 * in memory: what two say to each other comes once, in order, on all of their
 * devices, over kills of both sides and over renames; and neither a datagram
 * before it is sealed for the session, nor the server's disk, has a word of it.
 */
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "server/hub.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "server/roomlist.h"
#include "server/talks.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"
#include "tui/receiver/link.h"
#include "tui/receiver/link_person.h"
#include "tui/shared/record_denial.h"
#include "tui/shared/record_person.h"

enum {
	PEOPLE = 3,
	ALL = 5,		/* devices: two of the first two */
	ROOM = 0,		/* windows: the room, then a talk each */
	WINDOWS = 1 + PEOPLE,
	LINES = 400,
	QUEUE = 4096,
	BYTES = 1300,
	CALLED = 40,
	DELAY_MS = 20,
	READ_MS = 11 * 1000,
	TALKS = 50,
	MINUTE = 60 * 1000
};

static const char marker[] = "PRIVATE";
static const int person_of[ALL] = { 0, 0, 1, 1, 2 };
static const char *const dirs[PEOPLE] = { "/ada", "/bob", "/eve" };
static const char *const names[PEOPLE] = { "ada", "bob", "eve" };

struct line {
	uint64_t	 seq;
	int		 device;
	unsigned	 n;
};

struct client {
	int		 number;
	struct noise_keypair key;
	struct memdisk	*mem;
	struct disk	 disk;
	struct link	*link;		/* NULL: it does not run */
	int64_t		 due;
	union sock_addr	 addr;
	struct line	 shown[WINDOWS][LINES];
	size_t		 shown_n[WINDOWS];
	unsigned	 said[WINDOWS];
	uint64_t	 mark[WINDOWS];	/* read so far by another device */
	unsigned	 private_refused;
	unsigned	 listed;	/* talks */
};

static struct letter {
	int64_t		 at;
	int		 client;
	bool		 up;
	size_t		 len;
	uint8_t		 data[BYTES];
} queue[QUEUE];

static struct {
	uint64_t	 seed, state;
	int64_t		 now, hub_due;
	int		 loss_percent;
	unsigned	 datagrams, bytes;	/* that went, both ways */
	unsigned	 asks;		/* times at which a client asked */
	int64_t		 asked;		/* the last of them */
	size_t		 queued;
	struct memdisk	*mem;
	struct memdisk	*kept;		/* a backup; NULL: none */
	struct disk	 disk;
	struct noise_keypair host;
	struct persons	*persons;
	struct marks	*marks;
	struct talks	*talks;
	struct roomlist	*rooms;
	struct hub	*hub;		/* NULL: it does not run */
	struct client	 clients[ALL];
	char		 called[PEOPLE][CALLED];
} world;

static uint32_t
below(uint32_t n)
{
	world.state = world.state * UINT64_C(6364136223846793005) +
	    1442695040888963407;
	return (uint32_t)(world.state >> 33) % n;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	uint8_t *out = dst;

	(void)arg;
	while (len-- > 0)
		*out++ = (uint8_t)below(256);
}

static void
post_letter(int client, bool up, const void *data, size_t len)
{
	struct letter *l;

	world.datagrams++;
	world.bytes += len;
	if ((int)below(100) < world.loss_percent || world.queued == QUEUE)
		return;
	assert_true(len <= BYTES);
	l = &queue[world.queued++];
	l->at = world.now + DELAY_MS + below(DELAY_MS);
	l->client = client;
	l->up = up;
	l->len = len;
	memcpy(l->data, data, len);
}

static void run(int64_t ms);

/*
 * The server
 */

static void
on_hub_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	int i;

	(void)arg;
	for (i = 0; i < ALL; i++)
		if (sock_addr_eq(&world.clients[i].addr, to))
			post_letter(i, false, data, len);
}

static void
start_server(void)
{
	static const char *const rooms[] = { "lab" };
	const struct hub_out out = hub_out_of(on_hub_send, on_random, NULL);
	const struct roomlist_config rc = { .log = { .disk = &world.disk,
	    .dir = "/d", .sync = LOG_SYNC_GROUP,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES }, .names = rooms,
	    .names_n = 1, .random = on_random };
	struct talks_config tc = { .disk = &world.disk, .dir = "/d",
	    .random = on_random };
	struct hub_config hc = { .seed = 42, .talks_for = HUB_TALKS_MEMBERS,
	    .gate = { .room = "lab", .seed = 42, .rooms = true,
	    .people = true } };
	struct roomlist_why why;
	struct journal_why disk;

	hc.gate.key = world.host;
	hc.rooms = world.rooms = roomlist_new(&rc, world.now, &why);
	assert_non_null(world.rooms);
	hc.persons = tc.persons = world.persons = persons_new(0);
	hc.marks = world.marks = marks_open(&world.disk, "/d", world.persons,
	    &disk);
	assert_non_null(world.marks);
	hc.talks = world.talks = talks_open(&tc, &disk);
	assert_non_null(world.talks);
	world.hub = hub_new(&hc, roomlist_home(world.rooms)->log, world.now,
	    world.now, &out);
	assert_non_null(world.hub);
	world.hub_due = world.now;
}

/* crash: the machine; else it ends as it should. */
static void
stop_server(bool crash)
{
	assert_false(memdisk_has(world.mem, marker, strlen(marker)));
	if (crash) {
		memdisk_crash(world.mem, world.state);
		/* It is dead: nothing of what it knew is written. */
		memdisk_die(world.mem, 0);
	}
	hub_free(world.hub);
	marks_close(world.marks);
	talks_close(world.talks);
	persons_free(world.persons);
	roomlist_free(world.rooms);
	memdisk_kill(world.mem);
	world.hub = NULL;
}

/* As it was then. */
static void
put_back_server(void)
{
	stop_server(false);
	memdisk_free(world.mem);
	world.mem = memdisk_copy(world.kept);
	world.disk = memdisk_disk(world.mem);
	run(below(5000));
	start_server();
}

/*
 * Clients
 */

static bool
on_send(void *arg, const void *data, size_t len)
{
	const struct client *c = arg;

	post_letter(c->number, true, data, len);
	return true;
}

static void
on_frames(void *arg, bool in, const uint8_t *frames, size_t len)
{
	(void)arg;
	if (!in && len > 0 && *frames == FRAME_ASK && world.asked !=
	    world.now) {
		world.asks++;
		world.asked = world.now;
	}
	assert_null(memmem(frames, len, marker, strlen(marker)));
}

static bool
has_room(void *arg)
{
	(void)arg;
	return true;
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	(void)arg;
	*psk = false;
	return memcmp(key, world.host.public, NOISE_KEY) == 0 ? LINK_KNOWN :
	    LINK_CHANGED;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	(void)arg;
	(void)key;
	(void)psk;
	return LINK_KNOWN;
}

static void
on_new_port(void *arg)
{
	struct client *c = arg;

	c->addr.in4.sin_port++;
}

/* "PRIVATE 0>1 17" in the talk of both, "public 0 17" in the room. */
static void
take_entry(struct client *c, const struct record *r)
{
	const struct entry *e = &r->entry;
	struct line *l = &c->shown[r->window][c->shown_n[r->window]];
	char text[64];
	int to = -1, from;

	if (e->kind != ENTRY_SAY)
		return;
	assert_true(c->shown_n[r->window] < LINES);
	snprintf(text, sizeof(text), "%.*s", (int)e->text_len, e->text);
	l->seq = e->seq;
	if (r->window == ROOM) {
		assert_int_equal(sscanf(text, "public %d %u", &l->device,
		    &l->n), 2);
	} else {
		assert_int_not_equal(entry_role(e->flags), RECORD_UNREADABLE);
		assert_int_equal(sscanf(text, "PRIVATE %d>%d %u", &l->device,
		    &to, &l->n), 3);
		from = person_of[l->device];
		assert_true((from == person_of[c->number] &&
		    to == r->window - 1) || (from == r->window - 1 &&
		    to == person_of[c->number]));
	}
	c->shown_n[r->window]++;
}

static void
on_record(void *arg, const struct record *r)
{
	struct client *c = arg;

	switch (r->type) {
	case RECORD_ENTRY:
		take_entry(c, r);
		break;
	case RECORD_REWIND:
		while (c->shown_n[r->window] > 0 && c->shown[r->window]
		    [c->shown_n[r->window] - 1].seq > r->id)
			c->shown_n[r->window]--;
		break;
	case RECORD_WELCOME:
		snprintf(world.called[person_of[c->number]], CALLED, "%.*s",
		    (int)r->text_len, r->text);
		break;
	case RECORD_REFUSED:
		c->private_refused++;
		break;
	case RECORD_TALK_LISTED:
		c->listed++;
		break;
	case RECORD_MARK:
		c->mark[r->window] = r->id;
		break;
	case RECORD_MISSING:
		fail_msg("client %d: %llu are missing", c->number,
		    (unsigned long long)r->id);
	case RECORD_LOCKED:
		fail_msg("client %d: window %u is locked", c->number,
		    (unsigned)r->window);
	case RECORD_DENIED:
		if (r->denial != RECORD_SILENT)
			fail_msg("client %d: window %u denied: %d", c->number,
			    (unsigned)r->window, (int)r->denial);
		break;
	default:
		break;
	}
}

static void
join_talk(struct client *c, int other)
{
	const struct link_place place = { .disk = &c->disk,
	    .dir = dirs[other] };
	char name[RECORD_TALK_BYTES + 1] = "@";

	sodium_bin2base64(name + 1, sizeof(name) - 1,
	    world.clients[2 * other].key.public, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	assert_true(link_join(c->link, world.now, (uint16_t)(1 + other), &place,
	    name, strlen(name)));
	c->due = world.now;
}

static void
start_client(struct client *c)
{
	const char *name = world.called[person_of[c->number]];
	struct link_config lc = { .identity = c->key, .room = NULL,
	    .place = { .disk = &c->disk, .dir = "/room" }, .window = ROOM,
	    .people = true, .disk = &c->disk, .pins = "/people" };
	const struct link_out out = { .send = on_send, .record = on_record,
	    .room = has_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_new_port, .random = on_random,
	    .frames = on_frames, .arg = c };

	if (*name == '\0')
		name = names[person_of[c->number]];
	memset(c->shown_n, 0, sizeof(c->shown_n));
	c->link = link_new(&lc, &out);
	assert_non_null(c->link);
	link_login(c->link, world.now, name, strlen(name));
	c->due = world.now;
}

/* It joins what it was in. */
static void
restart_client(struct client *c, int talks)
{
	int other;

	link_free(c->link);
	memdisk_kill(c->mem);
	start_client(c);
	for (other = 0; other < PEOPLE; other++)
		if (talks >> other & 1)
			join_talk(c, other);
}

static void
say(struct client *c, uint16_t window)
{
	char text[64];
	struct link_line line = { .kind = ENTRY_SAY, .text = text,
	    .is_private = window != ROOM };

	c->said[window]++;
	if (window == ROOM)
		snprintf(text, sizeof(text), "public %d %u, as long as that",
		    c->number, c->said[window]);
	else
		snprintf(text, sizeof(text), "%s %d>%d %u, as long as", marker,
		    c->number, window - 1, c->said[window]);
	line.tag = c->said[window];
	line.len = strlen(text);
	link_post(c->link, world.now, window, &line);
	c->due = world.now;
}

/*
 * Time
 */

static void
deliver(void)
{
	struct letter l;
	size_t i = 0;

	while (i < world.queued) {
		if (queue[i].at > world.now) {
			i++;
			continue;
		}
		l = queue[i];
		queue[i] = queue[--world.queued];
		if (l.up && world.hub != NULL) {
			hub_input(world.hub, world.now, world.now,
			    &world.clients[l.client].addr, l.data, l.len);
			world.hub_due = world.now;
		} else if (!l.up && world.clients[l.client].link != NULL) {
			link_input(world.clients[l.client].link, world.now,
			    l.data, l.len);
			world.clients[l.client].due = world.now;
		}
	}
}

static void
run(int64_t ms)
{
	int64_t end = world.now + ms, next;
	struct client *c;
	size_t i;

	while (world.now <= end) {
		deliver();
		if (world.hub != NULL && world.hub_due <= world.now)
			world.hub_due = hub_tick(world.hub, world.now,
			    world.now);
		next = world.hub == NULL ? INT64_MAX : world.hub_due;
		for (c = world.clients; c < world.clients + ALL; c++) {
			if (c->link != NULL && c->due <= world.now)
				c->due = link_tick(c->link, world.now);
			if (c->link != NULL && c->due < next)
				next = c->due;
		}
		for (i = 0; i < world.queued; i++)
			if (queue[i].at < next)
				next = queue[i].at;
		world.now = next > end ? end + 1 : next > world.now ? next :
		    world.now + 1;
	}
}

static void
open_world(uint64_t seed)
{
	uint8_t secret[NOISE_KEY];
	struct client *c;
	int i, other;

	memset(&world, 0, sizeof(world));
	world.seed = world.state = seed;
	world.now = 5000000;
	world.mem = memdisk_new();
	world.disk = memdisk_disk(world.mem);
	world.disk.make_dir(world.disk.arg, "/d");
	on_random(NULL, secret, sizeof(secret));
	noise_keypair_from(&world.host, secret);
	start_server();
	for (i = 0; i < ALL; i++) {
		c = &world.clients[i];
		c->number = i;
		on_random(NULL, secret, sizeof(secret));
		noise_keypair_from(&c->key, secret);
		if (i % 2 == 1)
			c->key = world.clients[i - 1].key;
		c->addr.in4.sin_family = AF_INET;
		c->addr.in4.sin_addr.s_addr = htonl(0xc0000200U + (uint32_t)i);
		c->addr.in4.sin_port = htons(2000);
		c->mem = memdisk_new();
		c->disk = memdisk_disk(c->mem);
		c->disk.make_dir(c->disk.arg, "/room");
		for (other = 0; other < PEOPLE; other++)
			c->disk.make_dir(c->disk.arg, dirs[other]);
		start_client(c);
		run(500);
	}
}

static void
close_world(void)
{
	int i;

	for (i = 0; i < ALL; i++) {
		link_free(world.clients[i].link);
		memdisk_free(world.clients[i].mem);
	}
	stop_server(false);
	memdisk_free(world.mem);
}

/* All that is said in there by that device, once and in order. */
static void
check_shown(const struct client *c, uint16_t window, int device,
    unsigned said)
{
	const struct line *l = c->shown[window];
	unsigned n = 0;
	size_t i;

	for (i = 0; i < c->shown_n[window]; i++)
		if (l[i].device == device)
			assert_int_equal(l[i].n, ++n);
	if (n != said)
		fail_msg("seed %llu: device %d in window %u has %u of %u of "
		    "%d", (unsigned long long)world.seed, c->number,
		    (unsigned)window, n, said, device);
}

static void
check_all(int talks_of_eve)
{
	const struct client *c, *other;

	for (c = world.clients; c < world.clients + ALL; c++)
		for (other = world.clients; other < world.clients + ALL;
		    other++) {
			check_shown(c, ROOM, other->number, other->said[ROOM]);
			if (person_of[c->number] == PEOPLE - 1 ||
			    person_of[other->number] == PEOPLE - 1)
				continue;
			/* Of the talk between the first two. */
			check_shown(c, (uint16_t)(2 - person_of[c->number]),
			    other->number, other->said
			    [2 - person_of[other->number]]);
		}
	assert_int_equal(world.clients[ALL - 1].shown_n[1] +
	    world.clients[ALL - 1].shown_n[2], talks_of_eve);
	assert_false(memdisk_has(world.mem, marker, strlen(marker)));
}

/* They have spoken to each other, on all devices. */
static void
begin_talk(void)
{
	int i;

	for (i = 0; i < ALL - 1; i++)
		join_talk(&world.clients[i], 1 - person_of[i]);
	run(2000);
	say(&world.clients[0], 2);
	run(3000);
	say(&world.clients[2], 1);
	run(3000);
}

static void
a_private_line_comes_to_both_on_all_devices(void **state)
{
	int i;

	(void)state;
	open_world(1);
	begin_talk();
	for (i = 0; i < 20; i++) {
		say(&world.clients[i % 4], (uint16_t)(2 - person_of[i % 4]));
		say(&world.clients[i % ALL], ROOM);
		run(100);
	}
	run(MINUTE);
	check_all(0);
	assert_int_equal(world.clients[0].shown_n[2], 22);
	/* And only so: what is private is no line of a room. */
	world.clients[4].said[ROOM]++;
	link_post(world.clients[4].link, world.now, ROOM,
	    &(struct link_line){ .kind = ENTRY_SAY, .text = marker,
	    .len = strlen(marker), .is_private = true });
	run(1000);
	assert_int_equal(world.clients[4].private_refused, 1);
	close_world();
}

/* What goes for one line, where nothing else does: the least of some. */
static void
measure(uint16_t window, unsigned *datagrams, unsigned *bytes)
{
	unsigned i;

	*datagrams = *bytes = UINT_MAX;
	for (i = 0; i < 10; i++) {
		run(6000);
		world.datagrams = world.bytes = 0;
		say(&world.clients[0], window);
		run(1000);
		if (world.bytes >= *bytes)
			continue;
		*datagrams = world.datagrams;
		*bytes = world.bytes;
	}
}

/* One of 20 bytes and more, between two. */
static void
a_private_line_costs_little_more(void **state)
{
	unsigned datagrams, bytes, private_datagrams, private_bytes;
	int i;

	(void)state;
	open_world(1);
	begin_talk();
	for (i = 1; i < ALL; i++)
		if (i != 2) {
			link_free(world.clients[i].link);
			world.clients[i].link = NULL;
		}
	run(3 * (int64_t)MINUTE);
	measure(ROOM, &datagrams, &bytes);
	measure(2, &private_datagrams, &private_bytes);
	assert_int_equal(private_datagrams, datagrams);
	assert_true(private_bytes * 10 <= bytes * 12);
	close_world();
}

/* Both devices of the first; the other device, asleep or not, has its window
 * of that talk. */
static void
what_is_read_of_a_talk_is_read_on_the_other_device(void **state)
{
	struct client *reads = &world.clients[0], *other = &world.clients[1];
	uint64_t seq;
	int i;

	(void)state;
	open_world(1);
	begin_talk();
	for (i = 0; i < 6; i++) {
		say(&world.clients[2], 1);
		run(2000);
		seq = reads->shown[2][reads->shown_n[2] - 1].seq;
		if (i % 2 == 1) {
			link_free(other->link);
			other->link = NULL;
		}
		link_seen(reads->link, world.now, 2, seq);
		reads->due = world.now;
		run(READ_MS);
		if (i % 2 == 1) {
			memdisk_kill(other->mem);
			start_client(other);
			join_talk(other, 1);
			run(READ_MS);
		}
		assert_int_equal(other->mark[2], seq);
	}
	assert_int_equal(world.clients[2].mark[1], 0);
	close_world();
}

static void
fifty_talks_are_listed_in_two_round_trips(void **state)
{
	struct client *c = &world.clients[0];
	struct talk_wish wish = { .wall_ms = world.now };
	struct talk_place *t;
	uint8_t key[NOISE_KEY];
	int i;

	(void)state;
	open_world(1);
	for (i = 0; i < TALKS; i++) {
		on_random(NULL, key, sizeof(key));
		wish.from = i % 2 == 0 ? c->key.public : key;
		wish.to = i % 2 == 0 ? key : c->key.public;
		assert_int_equal(talks_make(world.talks, &wish, &t),
		    TALKS_FINE);
		talks_said(t, 1, 1, world.now);
		talks_said(t, 2, 2, world.now);
	}
	run(MINUTE);
	world.asks = 0;
	link_ask_talks(c->link, world.now);
	c->due = world.now;
	run(2000);
	assert_int_equal(c->listed, TALKS);
	assert_in_range(world.asks, 1, 2);
	/* They all come where much is lost. */
	world.loss_percent = 10;
	for (i = 2; i < 20; i++) {
		link_ask_talks(c->link, world.now);
		c->due = world.now;
		run(MINUTE);
		assert_int_equal(c->listed, i * TALKS);
	}
	close_world();
}

static void
disaster(void)
{
	struct client *c = &world.clients[below(ALL)];
	int talk = person_of[c->number] < 2 ? 1 - person_of[c->number] : -1;
	static const char *const other[PEOPLE] = { "eda", "rob", "eva" };

	switch (below(8)) {
	case 0:
		restart_client(c, talk < 0 ? 0 : 1 << talk);
		break;
	case 1:
		stop_server(below(2));
		run(below(5000));
		start_server();
		break;
	case 2:
		link_nick(c->link, world.now, ROOM, below(2) == 0 ?
		    names[person_of[c->number]] : other[person_of[c->number]],
		    3);
		c->due = world.now;
		break;
	case 3:
		c->addr.in4.sin_port++;
		break;
	case 4:
		if (talk >= 0)
			link_wish(c->link, world.now, world.called[talk],
			    strlen(world.called[talk]));
		run(below(3 * MINUTE));
		break;
	default:
		if (talk >= 0)
			say(c, (uint16_t)(1 + talk));
		if (below(2) == 0)
			say(c, ROOM);
		break;
	}
	run(below(500));
}

/* What is said again is what the copies have, by who said it. */
static void
what_a_backup_lacks_is_said_again(void **state)
{
	const char *seeds = getenv("CHAT_SEEDS");
	uint64_t seed, n = seeds == NULL ? 6 : strtoull(seeds, NULL, 10);
	int i;

	(void)state;
	for (seed = 1; seed <= n; seed++) {
		open_world(seed);
		begin_talk();
		for (i = 0; i < 10; i++)
			say(&world.clients[i % 4],
			    (uint16_t)(2 - person_of[i % 4]));
		run(MINUTE);
		world.kept = memdisk_copy(world.mem);
		for (i = 0; i < 20; i++) {
			say(&world.clients[below(4)], ROOM);
			run(below(300));
			say(&world.clients[i % 4],
			    (uint16_t)(2 - person_of[i % 4]));
		}
		run(MINUTE);
		put_back_server();
		run(3 * (int64_t)MINUTE);
		check_all(0);
		memdisk_free(world.kept);
		close_world();
	}
}

static void
whatever_happens_it_comes_once(void **state)
{
	const char *seeds = getenv("CHAT_SEEDS");
	uint64_t seed, n = seeds == NULL ? 6 : strtoull(seeds, NULL, 10);
	int i;

	(void)state;
	seed = getenv("CHAT_SEED") == NULL ? 1 :
	    strtoull(getenv("CHAT_SEED"), NULL, 10);
	for (; seed <= n; seed++) {
		open_world(seed);
		begin_talk();
		world.loss_percent = (int)below(15);
		for (i = 0; i < 100; i++)
			disaster();
		world.loss_percent = 0;
		run(3 * (int64_t)MINUTE);
		check_all(0);
		close_world();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_private_line_comes_to_both_on_all_devices),
		cmocka_unit_test(a_private_line_costs_little_more),
		cmocka_unit_test(
		    what_is_read_of_a_talk_is_read_on_the_other_device),
		cmocka_unit_test(fifty_talks_are_listed_in_two_round_trips),
		cmocka_unit_test(what_a_backup_lacks_is_said_again),
		cmocka_unit_test(whatever_happens_it_comes_once)
	};

	return tests_run(tests, NULL, NULL);
}
