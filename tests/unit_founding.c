/*
 * A server of several rooms that founds with them, on an engine that is late
 * and loses what is said, and that dies meanwhile: the others get all that it
 * had, whenever that was.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/cluster/shared.h"
#include "server/hub.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/log.h"
#include "server/roomlist.h"
#include "tests/engine.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"

enum {
	SEEDS = 60,
	STEP_MS = 5,
	PATIENCE_MS = 600 * 1000,
	SEGMENT = 4096,
	KEEP = 16 * 1024,
	LINES = 500		/* in the one that forgets its oldest */
};

static struct node {
	struct log_config log;
	struct roomlist	*rooms;
	struct bans	*bans;
	struct heirs	*heirs;
	struct hub	*hub;		/* NULL: it does not run */
	bool		 told, opens;	/* as node_hub.c has it */
} node[3];
static struct engine *engine;
static int64_t now;
static unsigned died;
static uint64_t rng;

static const int64_t wall = INT64_C(1800000000000);

static uint64_t
draw(void)
{
	rng = rng * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return rng >> 33;
}

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	(void)arg;
	(void)to;
	(void)data;
	(void)len;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	uint8_t *at = dst;

	(void)arg;
	while (len-- > 0)
		*at++ = (uint8_t)draw();
}

static void
start(uint32_t i, bool several, bool founds)
{
	static const char *const names[] = { "lab", "ops" };
	struct node *n = &node[i];
	struct hub_config hc = { .seed = 1, .gate = { .room = "lab" } };
	struct hub_out out = hub_out_of(on_send, on_random, n);
	struct roomlist_config rc = { .names = names, .names_n = 2,
	    .random = on_random, .log = engine_config(engine, i) };
	struct roomlist_why why;
	struct journal_why disk;

	rc.log.segment_bytes = SEGMENT;
	if (!several) {
		rc.log.shared = NULL;
		rc.log.keep_bytes = KEEP;
	}
	rc.log.founds = founds;
	n->log = rc.log;
	n->told = n->opens = false;
	hc.bans = n->bans = bans_open(n->log.disk, "/d", &disk);
	hc.heirs = n->heirs = heirs_open(n->log.disk, "/d", 0, &disk);
	hc.rooms = n->rooms = roomlist_new(&rc, wall + now, &why);
	assert_non_null(n->rooms);
	if (several)
		engine_runs(engine, i, roomlist_home(n->rooms)->log);
	n->hub = hub_new(&hc, roomlist_home(n->rooms)->log, now, wall + now,
	    &out);
	assert_non_null(n->hub);
}

static void
stop(uint32_t i)
{
	struct node *n = &node[i];

	hub_free(n->hub);
	bans_close(n->bans);
	heirs_close(n->heirs);
	engine_stops(engine, i);
	roomlist_free(n->rooms);
	n->hub = NULL;
}

static void
die(uint32_t i)
{
	memdisk_crash(node[i].log.disk->arg, draw());
	stop(i);
}

/* What the server's loop does of it. */
static void
found(struct node *n)
{
	if (!n->log.founds || !n->log.shared->founded || !hub_is_open(n->hub))
		return;
	if (!n->told)
		hub_found(n->hub);
	else if (!hub_is_busy(n->hub))
		n->opens = true;
	n->told = true;
}

static void
step(void)
{
	uint32_t i;

	now += STEP_MS;
	engine_run(engine, now);
	for (i = 1; i < 3; i++)
		if (node[i].hub != NULL) {
			found(&node[i]);
			hub_tick(node[i].hub, now, wall + now);
		}
}

static void
say(struct hub *h, const char *room, unsigned n)
{
	char text[64];

	assert_int_equal(hub_look_into(h, now, wall + now, room,
	    strlen(room)), HUB_LOOK_OK);
	for (; n > 0; n--) {
		snprintf(text, sizeof(text), "%s, line %u of some length", room,
		    n);
		assert_int_equal(hub_announce(h, now, wall + now, text,
		    strlen(text)), HUB_TEXT_OK);
		hub_tick(h, now, wall + now);
		now += 40;
	}
	hub_look_up(h);
}

/* One that was never looked into, one that forgets, one that is called
 * otherwise, one that is put away. */
static void
have_rooms(void)
{
	static const char *const make[] = { "empty", "long", "first", "gone" };
	struct node *n = &node[1];
	struct hub_new_name name = { .rooms = NULL };
	struct place *p;
	unsigned i;

	start(1, false, false);
	for (i = 0; i < 4; i++) {
		name = (struct hub_new_name){ n->rooms, make[i],
		    strlen(make[i]) };
		assert_int_equal(hub_make_room(n->hub, now, wall + now, &name,
		    NULL, &p), ROOMLIST_FINE);
	}
	say(n->hub, "lab", 3 + (unsigned)draw() % 200);
	say(n->hub, "ops", 3);
	say(n->hub, "long", LINES);
	say(n->hub, "first", 2);
	say(n->hub, "gone", 2);
	name = (struct hub_new_name){ n->rooms, "second", 6 };
	assert_int_equal(hub_rename_room(n->hub, now, wall + now,
	    roomlist_find(n->rooms, "first", 5), &name), ROOMLIST_FINE);
	p = roomlist_find(n->rooms, "gone", 4);
	assert_true(hub_close_place(n->hub, p));
	assert_int_equal(hub_put_away_room(n->hub, n->rooms, now, wall + now,
	    p, true), ROOMLIST_FINE);
	p = roomlist_find(n->rooms, "long", 4);
	assert_true(log_first(p->log) > 1);
	stop(1);
}

/* Which may wait for the engine. */
static void
open_all(struct node *n)
{
	int64_t end = now + PATIENCE_MS;
	struct place *p = NULL;

	while ((p = roomlist_next(n->rooms, p)) != NULL) {
		while (p->line.sort != ROOMS_AWAY && hub_look_into(
		    n->hub, now, wall + now, p->line.name,
		    strlen(p->line.name)) != HUB_LOOK_OK && now < end)
			step();
		assert_true(now < end);
	}
	hub_look_up(n->hub);
}

static void
expect_same(const struct place *p, const struct place *q)
{
	uint8_t one[JOURNAL_CHAIN], other[JOURNAL_CHAIN];
	uint64_t head;

	assert_non_null(q);
	assert_string_equal(q->line.name, p->line.name);
	assert_int_equal(q->line.sort, p->line.sort);
	if (p->log == NULL || p->line.sort == ROOMS_AWAY)
		return;
	head = log_head(p->log).seq;
	assert_int_equal(log_head(q->log).seq, head);
	if (head == 0)
		return;
	assert_true(log_chain(p->log, head, one));
	assert_true(log_chain(q->log, head, other));
	assert_memory_equal(one, other, JOURNAL_CHAIN);
	assert_int_equal(log_first(q->log), log_first(p->log));
}

static void
play(uint64_t seed)
{
	struct engine_mood mood = { .delay_ms = 10 };
	const struct place *p = NULL;
	int64_t end;
	unsigned deaths;

	rng = seed;
	now = 1000000;
	engine = engine_new(seed);
	have_rooms();
	if (draw() % 2 == 0)
		mood = (struct engine_mood){ .delay_ms = 60,
		    .lost_permille = 100 };
	engine_set(engine, &mood);
	deaths = (unsigned)draw() % 4;
	start(1, true, true);
	for (end = now + PATIENCE_MS; !node[1].opens && now < end; step())
		if (deaths > 0 && draw() % 100 == 0) {
			die(1);
			deaths--;
			died++;
			start(1, true, true);
		}
	assert_true(node[1].opens);
	start(2, true, false);
	while (!hub_is_open(node[2].hub) && now < end)
		step();
	assert_true(hub_is_open(node[2].hub));
	for (end = now + 5000; now < end; )
		step();
	open_all(&node[1]);
	open_all(&node[2]);
	for (end = now + 5000; now < end; )
		step();
	while ((p = roomlist_next(node[1].rooms, p)) != NULL)
		expect_same(p, roomlist_of_log(node[2].rooms, p->line.id));
	/* By a name of before, too. */
	assert_non_null(roomlist_find(node[2].rooms, "first", 5));
	stop(1);
	stop(2);
	engine_free(engine);
	memset(node, 0, sizeof(node));
}

static void
others_get_all_rooms_whenever_it_dies(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		print_message("# seed %llu\n", (unsigned long long)seed);
		play(seed);
	}
	assert_true(died > SEEDS / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_get_all_rooms_whenever_it_dies)
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
