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
#include "server/hub_talks.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "server/roomlist.h"
#include "server/talks.h"
#include "tests/engine.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"
#include "tests/with_log.h"

enum {
	SEEDS = 60,
	STEP_MS = 5,
	PATIENCE_MS = 600 * 1000,
	SEGMENT = 4096,
	KEEP = 16 * 1024,
	LINES = 500,		/* in the one that forgets its oldest */
	TALKS = 5		/* between two keys each */
};

static struct node {
	struct log_config log;
	struct roomlist	*rooms;
	struct bans	*bans;
	struct heirs	*heirs;
	struct persons	*persons;
	struct marks	*marks;
	struct talks	*talks;
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
open_people(struct node *n)
{
	struct talks_config c = { .disk = n->log.disk, .dir = "/d",
	    .random = on_random };
	struct journal_why why;

	c.persons = n->persons = persons_new(0);
	n->marks = marks_open(n->log.disk, "/d", n->persons, &why);
	n->talks = talks_open(&c, &why);
	assert_true(n->marks != NULL && n->talks != NULL);
}

static void
close_people(struct node *n)
{
	marks_close(n->marks);
	talks_close(n->talks);
	persons_free(n->persons);
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
	open_people(n);
	hc.persons = n->persons;
	hc.marks = n->marks;
	hc.talks = n->talks;
	hc.talks_for = HUB_TALKS_MEMBERS;
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
	close_people(n);
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

/* So many said something in it, as a server that was alone has it. */
static void
have_talk(struct node *n, unsigned i, unsigned lines)
{
	const uint8_t from[NOISE_KEY] = { (uint8_t)(i + 1) },
	    to[NOISE_KEY] = { (uint8_t)(i + 2) };
	const struct talk_wish wish = { .from = from, .to = to,
	    .wall_ms = wall, .now_ms = now };
	struct log_config c = n->log;
	struct entry e = { .kind = ENTRY_SAY, .id = 1, .time_ms = wall,
	    .author_len = 1, .text = "sealed", .text_len = 6 };
	struct talk_place *t;
	struct journal_why why;
	struct log *l;
	char dir[PATH_MAX];

	assert_int_equal(talks_make(n->talks, &wish, &t), TALKS_FINE);
	assert_true(talks_path(n->talks, t, dir));
	c.disk->make_dir(c.disk->arg, "/d/talk");
	c.disk->make_dir(c.disk->arg, dir);
	c.dir = dir;
	c.base = NULL;
	c.sync = LOG_SYNC_ALWAYS;
	assert_non_null(l = log_open(&c, wall, t->id, &why));
	for (; lines > 0; lines--) {
		e.author = lines % 2 == 0 ? "1" : "2";
		e.id = lines;
		assert_true(log_put(l, now, wall, &e, 1));
	}
	assert_int_equal(log_close(l), 0);
}

static void
have_talks(void)
{
	struct node *n = &node[1];
	unsigned i;

	open_people(n);
	for (i = 0; i < TALKS; i++)
		have_talk(n, i, i * 60);
	close_people(n);
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
	have_talks();
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

/* Its log, which is opened where it is closed. */
static struct log *
log_of_talk(struct node *n, const uint8_t id[JOURNAL_ID])
{
	struct talk_place *t = talks_of_log(n->talks, id);
	int64_t end = now + PATIENCE_MS;

	assert_non_null(t);
	while (t->open == NULL && now < end) {
		assert_int_equal(hub_has_talk(n->hub, id), LOG_OTHER_HERE);
		step();
	}
	assert_non_null(t->open);
	return t->open->log;
}

static void
expect_same_talks(void)
{
	uint8_t one[JOURNAL_CHAIN], other[JOURNAL_CHAIN];
	struct talk_place *t = NULL;
	struct log *l, *k;
	uint64_t head;

	assert_int_equal(talks_count(node[1].talks), TALKS);
	assert_int_equal(talks_count(node[2].talks), TALKS);
	while ((t = talks_next(node[1].talks, t)) != NULL) {
		l = log_of_talk(&node[1], t->id);
		k = log_of_talk(&node[2], t->id);
		head = log_head(l).seq;
		assert_int_equal(log_head(k).seq, head);
		assert_true(log_chain(l, head, one));
		assert_true(log_chain(k, head, other));
		assert_memory_equal(one, other, JOURNAL_CHAIN);
	}
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
	expect_same_talks();
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
