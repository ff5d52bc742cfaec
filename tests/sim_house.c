/*
 * The house of several servers: operators at all of them ban and lift, for ever
 * or until days went by, silence somebody, and say whose heir a key is, open
 * rooms, call them otherwise, put them away and say something in them, at once
 * and against each other, and people begin more talks than there may be and say
 * numbered lines there, now at this server and now at that one, while what the
 * servers say to each other is late or lost, and servers die and are cut off.
 * Then peace, and it must be so: all have the same house, in memory and on
 * their disks, of what contradicts itself the first in the log counts, and of
 * each talk that there is all have each line once and in order, and all that
 * was acknowledged.
 *
 *   sim_house [-t] [SEEDS [FIRST]]     -t: with a trace
 */
#include <arpa/inet.h>
#include <err.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base64.h"
#include "common/fingerprint.h"
#include "common/wire.h"
#include "server/cluster/position.h"
#include "server/cluster/shared.h"
#include "server/hub.h"
#include "server/hub_talks.h"
#include "server/hub_where.h"
#include "server/keeper.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "server/room/room.h"
#include "server/room/standing.h"
#include "server/roomlist.h"
#include "server/roomlist_state.h"
#include "server/talks.h"
#include "tests/engine.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"

enum {
	KEYS = 8,
	STEP_MS = 5,
	DISASTERS_MS = 8000,
	PEACE_MS = 30 * 1000,
	LINES = 256,
	TALKS = 10,		/* of 36 that might be */
	LOGS = 512,		/* of talks that there ever were */
	OUTBOX = 7
};
static const int64_t wall_base = INT64_C(1800000000000);

struct node {
	struct play	*play;
	struct memdisk	*mem;
	struct disk	 disk;
	struct roomlist	*rooms;
	const struct disk *logs;	/* and talks, and marks */
	struct persons	*persons;
	struct marks	*marks;
	struct talks	*talks;
	struct bans	*bans;
	struct heirs	*heirs;
	struct hub	*hub;		/* NULL: it does not run */
	struct keeper	*keeper;
	int64_t		 up_ms;
};

static struct {
	unsigned long	 blocks, lines, logs, talks;
} figures;

/* What was acknowledged in a talk, of each side: all up to there. */
struct acked {
	uint8_t		 log[JOURNAL_ID];
	uint32_t	 of[2];
};

struct play {
	uint64_t	 rng;
	int64_t		 later_ms;	/* days that went by */
	unsigned	 pair[2];	/* who talk now */
	size_t		 most;		/* talks there were, at one server */
	bool		 days;		/* go by */
	size_t		 open_max;	/* logs; 0: all */
	struct acked	 acked[LOGS];
	size_t		 acked_n;
	bool		 trace;
	int64_t		 now_ms;
	struct engine	*engine;
	struct node	 node[ENGINE_NODES + 1];
	uint32_t	 nodes;
	uint64_t	 keep;		/* so many blocks; 0: all */
	bool		 copies;	/* who needs more begins with another
					 * one's disk */
	char		 broken[160];
};

static uint64_t
draw(struct play *g)
{
	uint64_t z = g->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
below(struct play *g, unsigned n)
{
	return (unsigned)(draw(g) % n);
}

static void breaks(struct play *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
static void trace(struct play *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
breaks(struct play *g, const char *format, ...)
{
	va_list ap;
	int n;

	if (g->broken[0] != '\0')
		return;
	n = snprintf(g->broken, sizeof(g->broken), "at %lld ms: ",
	    (long long)g->now_ms);
	va_start(ap, format);
	vsnprintf(g->broken + n, sizeof(g->broken) - (size_t)n, format, ap);
	va_end(ap);
}

static void
trace(struct play *g, const char *format, ...)
{
	va_list ap;

	if (!g->trace)
		return;
	printf("# %6lld ", (long long)g->now_ms);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

static int64_t
wall(const struct play *g)
{
	return wall_base + g->now_ms + g->later_ms;
}

static void
set_key(uint8_t key[NOISE_KEY], unsigned i)
{
	memset(key, (int)(i + 1), NOISE_KEY);
}

/*
 * Servers
 */

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
	struct node *n = arg;
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)draw(n->play);
}

static void
open_files(struct node *n)
{
	struct journal_why why;

	n->mem = engine_disk(n->play->engine, (uint32_t)(n - n->play->node));
	n->disk = memdisk_disk(n->mem);
	n->bans = bans_open(&n->disk, "/d", &why);
	n->heirs = heirs_open(&n->disk, "/d", 0, &why);
	if (n->bans == NULL || n->heirs == NULL)
		breaks(n->play, "%s cannot be read", why.path);
}

/* Of talks, beside the logs. */
static void
open_people(struct node *n)
{
	struct talks_config c = { .disk = n->logs, .dir = "/d", .max = TALKS,
	    .random = on_random, .arg = n };
	struct journal_why why;

	c.persons = n->persons = persons_new(0);
	n->marks = marks_open(n->logs, "/d", n->persons, &why);
	n->talks = talks_open(&c, &why);
	if (n->marks == NULL || n->talks == NULL)
		breaks(n->play, "%s cannot be read", why.path);
}

static void
close_people(struct node *n)
{
	marks_close(n->marks);
	talks_close(n->talks);
	persons_free(n->persons);
}

/* Everybody has met everybody. */
static void
meet(struct node *n)
{
	struct person *p;
	uint8_t key[NOISE_KEY];
	unsigned i;

	for (i = 0; i < KEYS; i++) {
		set_key(key, i);
		p = persons_hold(n->persons, key);
		marks_begin(n->marks, p,
		    log_head(roomlist_home(n->rooms)->log).log_id);
		persons_let(n->persons, p);
	}
}

static void
close_files(struct node *n)
{
	bans_close(n->bans);
	heirs_close(n->heirs);
}

static struct log *
home(const struct node *n)
{
	return roomlist_home(n->rooms)->log;
}

static void
start(struct play *g, uint32_t i)
{
	struct node *n = &g->node[i];
	struct hub_config hc = { .seed = 1, .gate = { .room = "sim" } };
	struct hub_out out = hub_out_of(on_send, on_random, n);
	static const char *const names[] = { "sim" };
	struct roomlist_config rc = { .names = names, .names_n = 1,
	    .random = on_random, .arg = n, .log = engine_config(g->engine, i),
	    .open_max = g->open_max };
	struct roomlist_why why;
	struct position position = { .number = 0 };
	struct wire_in in;
	bool goes_on;

	n->play = g;
	open_files(n);
	goes_on = position_read(&n->disk, "/d", &position) &&
	    engine_goes_on(g->engine, i, position.number, position.nonce);
	trace(g, "node %u starts behind %llu%s", (unsigned)i,
	    (unsigned long long)position.number, goes_on ? "" : ": anew");
	if (goes_on && !position_put_back(&n->disk, "/d", &position))
		abort();
	hc.bans = n->bans;
	hc.heirs = n->heirs;
	hc.rooms = n->rooms = roomlist_new(&rc, wall(g), &why);
	if (n->rooms == NULL)
		abort();
	n->logs = rc.log.disk;
	open_people(n);
	hc.persons = n->persons;
	hc.marks = n->marks;
	hc.talks = n->talks;
	/* Of whom nobody may have one has them all the same. */
	hc.talks_for = i == ENGINE_NODES ? HUB_TALKS_OFF : HUB_TALKS_MEMBERS;
	hc.talks_keep_ms = INT64_C(5) * 24 * 3600 * 1000;
	engine_runs(g->engine, i, home(n));
	n->hub = hub_new(&hc, home(n), g->now_ms, wall(g), &out);
	if (n->hub == NULL)
		breaks(g, "a hub does not start");
	in = wire_in(position.where, position.where_len);
	if (goes_on && n->hub != NULL && !hub_get_where(n->hub, &in))
		breaks(g, "node %u has less than its position says",
		    (unsigned)i);
	position_free(&position);
	engine_shared(g->engine, i)->retain.blocks = g->keep;
	n->keeper = keeper_new(&(struct keeper_config){ .disk = &n->disk,
	    .dir = "/d", .rooms = n->rooms, .home = home(n),
	    .marks = n->marks,
	    .shared = engine_shared(g->engine, i),
	    .every_ms = below(g, 2) == 0 ? 50 + below(g, 1000) :
	    500 + below(g, 8000) }, g->now_ms);
}

static void
die(struct play *g, uint32_t i)
{
	struct node *n = &g->node[i];

	trace(g, "node %u dies", (unsigned)i);
	/* Who is dead writes nothing any more. */
	memdisk_die(n->mem, 0);
	keeper_free(n->keeper);
	hub_free(n->hub);
	close_files(n);
	close_people(n);
	engine_stops(g->engine, i);
	roomlist_free(n->rooms);
	memdisk_crash(n->mem, draw(g));
	n->hub = NULL;
	n->up_ms = g->now_ms + 200 + below(g, 3000);
}

/*
 * Operators
 */

/* Of a ban: never, soon, or when days went by. */
static int64_t
some_end(struct play *g)
{
	static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

	switch (below(g, 4)) {
	case 0:
		return wall(g) + 50 + below(g, 10 * 1000);
	case 1:
		return wall(g) + day_ms * (1 + below(g, 30));
	default:
		return 0;
	}
}

static void
some_ban(struct play *g, struct ban *b)
{
	static const char *const what[] = { "dan", "10.1.0.0/16", "::1" };
	uint8_t key[NOISE_KEY];

	memset(b, 0, sizeof(*b));
	if (below(g, 2) == 0)
		ban_parse(b, what[below(g, 3)]);
	else {
		set_key(key, below(g, KEYS));
		ban_of_key(b, key);
	}
	b->until_ms = some_end(g);
}

/* The room itself, or the name of one that there may be. */
static struct place *
some_room(struct play *g, const struct node *n, char name[4])
{
	struct place *p = NULL, *some = NULL;
	unsigned i = 1;

	snprintf(name, 4, "r%u", below(g, 6));
	while ((p = roomlist_next(n->rooms, p)) != NULL)
		if (p != roomlist_home(n->rooms) && below(g, i++) == 0)
			some = p;
	return some;
}

static void
say_in(struct play *g, struct node *n, const char *name)
{
	if (hub_look_into(n->hub, g->now_ms, wall(g), name, strlen(name)) ==
	    HUB_LOOK_OK) {
		trace(g, "node %u says something in %s",
		    (unsigned)(n - g->node), name);
		hub_announce(n->hub, g->now_ms, wall(g), name, strlen(name));
	}
	hub_look_up(n->hub);
}

static void
change_rooms(struct play *g, struct node *n)
{
	char name[4];
	struct place *p = some_room(g, n, name), *made;
	const struct hub_new_name new = { n->rooms, name, strlen(name) };
	bool away = below(g, 2) == 0;

	switch (p == NULL ? 0 : below(g, 6)) {
	case 0:
		if (hub_make_room(n->hub, g->now_ms, wall(g), &new, NULL,
		    &made) == ROOMLIST_FINE)
			trace(g, "node %u opens %s", (unsigned)(n - g->node),
			    name);
		break;
	case 1:
		if (hub_rename_room(n->hub, g->now_ms, wall(g), p, &new) == ROOMLIST_FINE)
			trace(g, "node %u calls %s %s",
			    (unsigned)(n - g->node), p->line.name, name);
		break;
	case 2:
		if ((!away || hub_close_place(n->hub, p)) &&
		    hub_put_away_room(n->hub, n->rooms, g->now_ms, wall(g), p, away) ==
		    ROOMLIST_FINE)
			trace(g, "node %u puts %s away: %d",
			    (unsigned)(n - g->node), p->line.name, away);
		break;
	default:
		say_in(g, n, p->line.name);
		break;
	}
}

/* For whole seconds, for days, or for ever; or not any more. */
static void
mute(struct play *g, struct node *n, const uint8_t key[NOISE_KEY])
{
	static const int64_t ends[] = { 0, 1000, 5000, INT64_C(24) * 3600 *
	    1000, INT64_C(20) * 24 * 3600 * 1000 };
	struct hub_person who = { .key = key };

	fingerprint_text(who.fingerprint, key);
	if (below(g, 3) == 0) {
		if (hub_unmute(n->hub, g->now_ms, wall(g), &who) == HUB_ACT_OK)
			trace(g, "%u may speak", key[0]);
	} else if (hub_mute(n->hub, g->now_ms, wall(g), &who,
	    ends[below(g, 5)], "") == HUB_ACT_OK)
		trace(g, "%u may not speak", key[0]);
}

static void
operate(struct play *g, struct node *n)
{
	uint8_t key[NOISE_KEY], heir[NOISE_KEY];
	struct ban b;

	some_ban(g, &b);
	set_key(key, below(g, KEYS));
	set_key(heir, below(g, KEYS));
	if (below(g, 2) == 0) {
		change_rooms(g, n);
		return;
	}
	switch (below(g, 7)) {
	case 5: case 6:
		mute(g, n, key);
		break;
	case 0: case 1:
		if (hub_ban(n->hub, g->now_ms, wall(g), &b, NULL, NULL, NULL))
			trace(g, "%s is banned", b.what);
		break;
	case 2: case 3:
		if (hub_unban(n->hub, g->now_ms, wall(g), &b, NULL))
			trace(g, "%s is lifted", b.what);
		break;
	case 4:
		if (memcmp(key, heir, NOISE_KEY) != 0 && hub_rekey(n->hub,
		    g->now_ms, wall(g), key, heir) == HUB_ACT_OK)
			trace(g, "%u is %u's heir", heir[0], key[0]);
		break;
	}
}

/*
 * People
 */

static struct acked *
acked_in(struct play *g, const uint8_t log[JOURNAL_ID])
{
	size_t i;

	for (i = 0; i < g->acked_n; i++)
		if (memcmp(g->acked[i].log, log, JOURNAL_ID) == 0)
			return &g->acked[i];
	if (g->acked_n == LOGS)
		abort();
	memcpy(g->acked[g->acked_n].log, log, JOURNAL_ID);
	return &g->acked[g->acked_n++];
}

/* A line of one side, on its way at one server. */
struct line {
	struct ask	 ask;
	struct play	*play;
	struct room	*room;
	unsigned	 side;
	uint32_t	 number;
};

static uint32_t
next_of(const struct room *r, unsigned side)
{
	uint32_t next = dedup_next(r->dedup, side == 1 ? "1" : "2", OUTBOX);

	return next == 0 ? 1 : next;
}

static enum ask_verdict
decide_line(void *arg, struct ask *a)
{
	struct line *l = (struct line *)a;
	char text[ENTRY_SEALED_LEAST + 16];
	struct entry e = { .kind = ENTRY_SAY, .time_ms =
	    l->room->house->wall_ms, .author = l->side == 1 ? "1" : "2",
	    .author_len = 1, .flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT,
	    .id = dedup_id(OUTBOX, l->number), .text = text };

	(void)arg;
	if (next_of(l->room, l->side) != l->number) {
		free(l);
		return ASK_OVER;
	}
	e.text_len = (size_t)snprintf(text, sizeof(text), "%032u", l->number);
	return room_add_lines(l->room, a, &e, 1, NULL) ? ASK_SAID : ASK_LATER;
}

static void
line_told(void *arg, struct ask *a, const struct entry *e)
{
	struct line *l = (struct line *)a;
	struct acked *acked = acked_in(l->play,
	    log_head(l->room->log).log_id);

	(void)arg;
	(void)e;
	if (acked->of[l->side - 1] < l->number)
		acked->of[l->side - 1] = l->number;
	figures.lines++;
	free(l);
}

static void
line_refused(void *arg, struct ask *a)
{
	(void)arg;
	free(a);
}

static void
line_drop(struct ask *a)
{
	free(a);
}

static const struct ask_kind line_kind = { .decide = decide_line,
    .told = line_told, .refused = line_refused, .drop = line_drop };

/* His client says the next one when the last one is said. */
static void
say_line(struct play *g, struct room *r, unsigned side)
{
	struct line *l = room_is_waiting(r) ? NULL : calloc(1, sizeof(*l));

	if (l == NULL)
		return;
	l->play = g;
	l->room = r;
	l->side = side;
	l->number = next_of(r, side);
	trace(g, "side %u says line %u in %02x%02x", side,
	    (unsigned)l->number, log_head(r->log).log_id[0],
	    log_head(r->log).log_id[1]);
	room_ask(r, &l->ask, &line_kind);
}

/* Begins it where there is none; his client asks again where it is not there at
 * once. */
static void
talk(struct play *g, struct node *n)
{
	struct house *h = &n->hub->house;
	uint8_t self[NOISE_KEY], other[NOISE_KEY];
	char name[1 + 44 + 1] = "@";
	union sock_addr at = { .sa.sa_family = AF_INET };
	struct house_wish w = { .name = name, .len = 44, .self = self,
	    .opens = true, .at = &at };
	enum frame_code why = 0;
	struct room *r;
	int i;

	at.in4.sin_addr.s_addr = htonl(below(g, 4) > 0 ? INADDR_LOOPBACK :
	    0x0a000001 + (below(g, 3) << 20));
	if (below(g, 4) == 0)
		for (i = 0; i < 2; i++)
			g->pair[i] = below(g, KEYS);
	set_key(self, g->pair[below(g, 2)]);
	set_key(other, g->pair[g->pair[0] + 1 == self[0]]);
	meet(n);
	/* Who hears again of what has gone since has more for a moment. */
	if (g->most < talks_count(n->talks))
		g->most = talks_count(n->talks) < TALKS ?
		    talks_count(n->talks) : TALKS;
	sodium_bin2base64(name + 1, sizeof(name) - 1, other, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	house_at(h, g->now_ms, wall(g));
	if ((r = h->doors.find(h->doors.arg, &w, &why)) == NULL) {
		trace(g, "%u and %u have no talk: %d", self[0], other[0],
		    (int)why);
		return;
	}
	say_line(g, r, talks_side(seats_of(r)->talk, self));
	if (below(g, 3) == 0)
		marks_move(n->marks, persons_find(n->persons, self),
		    log_head(r->log).log_id, log_head(r->log).seq);
}

/* All that every node has behind it, also if it dies now. */
static void
forget(struct play *g)
{
	uint64_t least = UINT64_MAX;
	struct position p;
	uint32_t i;

	for (i = 1; i <= g->nodes; i++) {
		if (!position_read(&g->node[i].disk, "/d", &p))
			return;
		if (p.number < least)
			least = p.number;
		position_free(&p);
	}
	trace(g, "nothing before block %llu is kept",
	    (unsigned long long)least);
	engine_forget(g->engine, least - 1);
}

static void
trouble(struct play *g)
{
	uint32_t i = 1 + below(g, g->nodes);

	if (g->node[i].hub == NULL) {
		if (g->now_ms >= g->node[i].up_ms)
			start(g, i);
		return;
	}
	switch (below(g, 300)) {
	case 0:
		die(g, i);
		break;
	case 1: case 2:
		trace(g, "node %u is cut off", (unsigned)i);
		engine_cut(g->engine, i, 300 + below(g, 5000));
		break;
	case 3: case 4: case 5:
		forget(g);
		break;
	default:
		if (below(g, 12) == 0)
			operate(g, &g->node[i]);
		if (below(g, 4) == 0)
			talk(g, &g->node[i]);
		if (g->days && below(g, 15) == 0)
			g->later_ms += INT64_C(24) * 3600 * 1000 *
			    (1 + below(g, 20));
		break;
	}
}

/* What it has missed is kept no more: it begins with a copy of another one's,
 * as that is at the moment. */
static void
copy_another(struct play *g, uint32_t i)
{
	uint32_t from;

	for (from = 1; from <= g->nodes; from++)
		if (from != i && g->node[from].hub != NULL &&
		    hub_is_open(g->node[from].hub) &&
		    !engine_is_behind(g->engine, from))
			break;
	if (from > g->nodes)
		return;
	die(g, i);
	trace(g, "node %u begins with a copy of %u's", (unsigned)i,
	    (unsigned)from);
	engine_copy_disk(g->engine, from, i);
	start(g, i);
	if (engine_is_behind(g->engine, i))
		breaks(g, "a copy does not help");
}

static void
run(struct play *g, int64_t ms, bool troubles)
{
	int64_t end = g->now_ms + ms;
	uint32_t i;

	for (; g->now_ms < end && g->broken[0] == '\0'; g->now_ms += STEP_MS) {
		engine_run(g->engine, g->now_ms);
		for (i = 1; i <= g->nodes; i++)
			if (g->node[i].hub != NULL) {
				keeper_turn(g->node[i].keeper, g->node[i].hub,
				    g->now_ms);
				hub_tick(g->node[i].hub, g->now_ms, wall(g));
				if (g->copies &&
				    engine_is_behind(g->engine, i))
					copy_another(g, i);
			}
		if (troubles)
			trouble(g);
	}
}

/*
 * What must be so
 */

/* In any order. */
struct state {
	char		 line[LINES][128];
	size_t		 n;
};

static void put(struct state *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct state *s, const char *format, ...)
{
	va_list ap;

	if (s->n == LINES)
		abort();
	memset(s->line[s->n], 0, sizeof(s->line[0]));
	va_start(ap, format);
	vsnprintf(s->line[s->n++], sizeof(s->line[0]), format, ap);
	va_end(ap);
}

static int
by_text(const void *one, const void *two)
{
	return strcmp(one, two);
}

static void
put_ban(void *arg, const struct ban *b)
{
	put(arg, "ban %s until %lld", b->what, (long long)b->until_ms);
}

/* Who may not speak in the room, and until when. */
static void
put_mutes(const struct play *g, const struct node *n, struct state *s)
{
	const struct standing *in = roomlist_home(n->rooms)->room->standing;
	char fingerprint[FINGERPRINT_TEXT];
	struct standing_mute m;
	uint8_t key[NOISE_KEY];
	unsigned i;

	for (i = 0; i < KEYS; i++) {
		set_key(key, i);
		if (standing_muted(in, wall(g), fingerprint_text(fingerprint,
		    key), "", &m))
			put(s, "%u is silent until %lld", key[0],
			    (long long)m.until_ms);
	}
}

/* What was said there, too; one that is put away is closed. */
static void
put_room(struct state *s, const struct place *p)
{
	const struct rooms_line *l = &p->line;
	uint8_t chain[JOURNAL_CHAIN] = { 0 };
	uint64_t head = 0;

	if (p->log != NULL && l->sort != ROOMS_AWAY) {
		head = log_head(p->log).seq;
		log_chain(p->log, head, chain);
	}
	put(s, "room %02x%02x %s, %d: %llu entries, %02x%02x", l->id[0],
	    l->id[1], l->name, (int)l->sort, (unsigned long long)head,
	    chain[0], chain[1]);
}

/* A side's line; or another entry. */
static unsigned
side_of(struct log *log, uint64_t seq, uint32_t *number)
{
	size_t len;
	const uint8_t *bytes = log_read(log, seq, &len);
	struct wire_in in = wire_in(bytes, len);
	struct entry e;

	if (bytes == NULL || entry_decode_again(&in, &e) != ENTRY_OK ||
	    e.author_len != 1)
		return 0;
	*number = (uint32_t)e.id;
	return *e.author == '1' ? 1 : 2;
}

/* Each line once, and in order, and all that was acknowledged. */
static void
check_lines(struct play *g, struct log *log)
{
	const struct frame_position head = log_head(log);
	const struct acked *acked = acked_in(g, head.log_id);
	uint32_t last[2] = { 0, 0 }, number;
	uint64_t seq;
	unsigned side;

	for (seq = 1; seq <= head.seq; seq++) {
		if ((side = side_of(log, seq, &number)) == 0)
			continue;
		if (number != ++last[side - 1])
			breaks(g, "line %u of side %u of %02x%02x comes for "
			    "line %u", (unsigned)number, side, head.log_id[0],
			    head.log_id[1], (unsigned)last[side - 1]);
	}
	if (last[0] < acked->of[0] || last[1] < acked->of[1])
		breaks(g, "%02x%02x has %u and %u lines of %u and %u",
		    head.log_id[0], head.log_id[1], (unsigned)last[0],
		    (unsigned)last[1], (unsigned)acked->of[0],
		    (unsigned)acked->of[1]);
}

static struct room *
room_of_talk(struct play *g, const struct node *n, struct talk_place *t)
{
	enum log_other is = hub_has_talk(n->hub, t->id);
	int tries;

	/* One that is not used is closed for it, when it rests. */
	for (tries = 0; t->open == NULL && tries < 20; tries++) {
		run(g, 100, false);
		is = hub_has_talk(n->hub, t->id);
	}
	if (is != LOG_OTHER_HERE || t->open == NULL) {
		breaks(g, "node %u does not open %02x%02x: %d, %s",
		    (unsigned)(n - g->node), t->id[0], t->id[1], (int)is,
		    n->hub->house.now_ms < n->hub->unread_ms ? "shut" : "");
		return NULL;
	}
	return t->open->room;
}

static void
put_talks(struct play *g, const struct node *n, struct state *s)
{
	uint8_t chain[JOURNAL_CHAIN] = { 0 };
	struct talk_place *t = NULL;
	struct room *r;

	/* Each that went did so for another one. */
	if (talks_count(n->talks) > TALKS || talks_count(n->talks) < g->most)
		breaks(g, "node %u has %zu talks", (unsigned)(n - g->node),
		    talks_count(n->talks));
	while ((t = talks_next(n->talks, t)) != NULL) {
		if ((r = room_of_talk(g, n, t)) == NULL)
			return;
		check_lines(g, r->log);
		log_chain(r->log, log_head(r->log).seq, chain);
		put(s, "talk %02x%02x of %u and %u: day %u, %u said, %x, %u, "
		    "%llu entries, %02x%02x", t->id[0], t->id[1],
		    t->end[0].person->key[0], t->end[1].person->key[0],
		    (unsigned)t->day, (unsigned)t->said,
		    (unsigned)t->flags & (TALK_LOWER_SPOKE |
		    TALK_HIGHER_SPOKE | TALK_BY_HIGHER),
		    (unsigned)talks_last(t),
		    (unsigned long long)log_head(r->log).seq, chain[0],
		    chain[1]);
	}
}

/* As whoever starts there finds them. */
static void
check_file_of_talks(struct play *g, const struct node *n)
{
	struct memdisk *copy = memdisk_copy(n->logs->arg);
	struct disk disk = memdisk_disk(copy);
	struct talks_config c = { .disk = &disk, .dir = "/d", .max = TALKS,
	    .random = on_random, .arg = (void *)(uintptr_t)n,
	    .persons = persons_new(0) };
	struct journal_why why;
	struct talks *talks = talks_open(&c, &why);
	struct talk_place *t = NULL, *same;
	size_t count = 0;

	if (talks == NULL)
		breaks(g, "node %u cannot read its talks", (unsigned)(n -
		    g->node));
	while (talks != NULL && (t = talks_next(n->talks, t)) != NULL) {
		same = talks_find(talks, t->end[0].person->key,
		    t->end[1].person->key);
		count += same != NULL &&
		    memcmp(same->id, t->id, JOURNAL_ID) == 0;
	}
	if (talks != NULL && (count != talks_count(talks) ||
	    count != talks_count(n->talks)))
		breaks(g, "node %u has other talks on its disk: %zu of %zu",
		    (unsigned)(n - g->node), count, talks_count(talks));
	talks_close(talks);
	persons_free(c.persons);
	memdisk_free(copy);
}

static void
put_state(const struct play *g, const struct node *n, struct state *s)
{
	const struct heir *e = NULL;
	const struct place *p = NULL;

	s->n = 0;
	bans_list(n->bans, wall(g), put_ban, s);
	put_mutes(g, n, s);
	while ((p = roomlist_next(n->rooms, p)) != NULL)
		put_room(s, p);
	while ((e = heirs_each(n->heirs, e)) != NULL)
		put(s, "%u after %u, %lld", e->heir[0], e->key[0],
		    (long long)e->since_ms);
	qsort(s->line, s->n, sizeof(s->line[0]), by_text);
}

static void
compare(struct play *g, const struct node *n, const struct state *first,
    const char *where)
{
	static struct state s;
	size_t i;

	put_state(g, n, &s);
	if (s.n == first->n && memcmp(s.line, first->line, s.n *
	    sizeof(s.line[0])) == 0)
		return;
	for (i = 0; i < first->n; i++)
		trace(g, "node 1: %s", first->line[i]);
	for (i = 0; i < s.n; i++)
		trace(g, "node %u: %s", (unsigned)(n - g->node), s.line[i]);
	breaks(g, "node %u has another house%s", (unsigned)(n - g->node),
	    where);
}

static void
compare_talks(struct play *g)
{
	static struct state first, s;
	uint32_t i;
	size_t k;

	for (i = 1; i <= g->nodes; i++) {
		s.n = 0;
		put_talks(g, &g->node[i], &s);
		qsort(s.line, s.n, sizeof(s.line[0]), by_text);
		check_file_of_talks(g, &g->node[i]);
		if (i == 1)
			first = s;
		for (k = 0; k < s.n; k++)
			trace(g, "node %u: %s", (unsigned)i, s.line[k]);
		if (s.n != first.n || memcmp(s.line, first.line, s.n *
		    sizeof(s.line[0])) != 0)
			breaks(g, "node %u has other talks", (unsigned)i);
	}
}

/* Also for who reads the disks; however many there are. */
static void
open_all(struct play *g, struct node *n)
{
	struct place *p = NULL;

	n->rooms->config.open_max = 0;
	while ((p = roomlist_next(n->rooms, p)) != NULL)
		if (p->line.sort != ROOMS_AWAY && hub_look_into(n->hub,
		    g->now_ms, wall(g), p->line.name, strlen(p->line.name)) !=
		    HUB_LOOK_OK)
			breaks(g, "node %u does not open %s",
			    (unsigned)(n - g->node), p->line.name);
	hub_look_up(n->hub);
}

/* As its disk has it; the hub goes on with that. */
static void
read_again(struct node *n)
{
	close_files(n);
	open_files(n);
	n->hub->config.bans = n->bans;
	n->hub->config.heirs = n->heirs;
	n->hub->house.heirs = n->heirs;
}

static void
check(struct play *g)
{
	static struct state first;
	uint32_t i;

	compare_talks(g);
	/* Talks were in the way of rooms, which are tried again only then. */
	run(g, 11 * 1000, false);
	for (i = 1; i <= g->nodes; i++)
		open_all(g, &g->node[i]);
	put_state(g, &g->node[1], &first);
	for (i = 2; i <= g->nodes; i++)
		compare(g, &g->node[i], &first, "");
	for (i = 1; i <= g->nodes; i++) {
		read_again(&g->node[i]);
		compare(g, &g->node[i], &first, " on its disk");
	}
}

static bool
is_settled(const struct play *g, uint32_t i)
{
	const struct node *n = &g->node[i];

	return !hub_is_busy(n->hub) && log_state(home(n)) == LOG_READY &&
	    log_head(home(n)).seq == engine_head(g->engine);
}

static bool
are_settled(const struct play *g)
{
	uint32_t i;

	for (i = 1; i <= g->nodes && is_settled(g, i); i++)
		continue;
	return i > g->nodes;
}

static void
peace(struct play *g)
{
	const struct engine_mood calm = { .delay_ms = 10 };
	int64_t end = g->now_ms + PEACE_MS;
	unsigned long blocks;
	uint32_t i;

	engine_set(g->engine, &calm);
	for (i = 1; i <= g->nodes; i++) {
		engine_cut(g->engine, i, 0);
		if (g->node[i].hub == NULL)
			start(g, i);
	}
	/* Who missed the last one hears of it by the next. */
	do {
		hub_announce(g->node[1].hub, g->now_ms, wall(g), "on", 2);
		run(g, 2000, false);
		blocks = engine_figures(g->engine).blocks;
		run(g, 1000, false);
	} while ((!are_settled(g) ||
	    engine_figures(g->engine).blocks != blocks) && g->now_ms < end && g->broken[0] == '\0');
	for (i = 1; i <= g->nodes; i++)
		if (!is_settled(g, i))
			breaks(g, "node %u does not settle: %s, at %llu of "
			    "%llu, state %d", (unsigned)i,
			    hub_is_busy(g->node[i].hub) ? "busy" : "not busy",
			    (unsigned long long)log_head(home(&g->node[i])).seq,
			    (unsigned long long)engine_head(g->engine),
			    (int)log_state(home(&g->node[i])));
}

/* What one had before there were several is everybody's. */
static void
found(struct play *g)
{
	struct node *n = &g->node[1];
	uint8_t key[NOISE_KEY], heir[NOISE_KEY];
	struct ban b;
	unsigned i;

	for (i = 0; i < 3; i++) {
		some_ban(g, &b);
		bans_set(n->bans, wall(g), &b);
	}
	set_key(key, 0);
	set_key(heir, 1);
	heirs_add(n->heirs, wall(g), key, heir);
	while (!hub_is_open(n->hub))
		run(g, STEP_MS, false);
	hub_found(n->hub);
	/* Before it is told: nobody begins without that. */
	if (below(g, 2) == 0)
		engine_cut(g->engine, 1, 3000 + below(g, 3000));
	do
		run(g, STEP_MS, false);
	while (hub_is_busy(n->hub));
}

/* Names go round: whoever hears it again, from the beginning, must not take for
 * so already what is only so at the end. */
static void
go_round(struct play *g)
{
	static const char *const act[][2] = { { NULL, "w" }, { NULL, "x" },
	    { "x", "y" }, { "w", "x" }, { "y", "z" }, { NULL, "y" } };
	struct node *n = &g->node[1];
	struct hub_new_name new;
	struct place *made;
	size_t i;

	for (i = 0; i < sizeof(act) / sizeof(act[0]); i++) {
		new = (struct hub_new_name){ n->rooms, act[i][1], 1 };
		if (act[i][0] == NULL)
			hub_make_room(n->hub, g->now_ms, wall(g), &new, NULL,
			    &made);
		else if ((made = roomlist_find(n->rooms, act[i][0], 1)) != NULL)
			hub_rename_room(n->hub, g->now_ms, wall(g), made, &new);
		do
			run(g, STEP_MS, false);
		while (hub_is_busy(n->hub));
	}
	die(g, 1);
	start(g, 1);
	while (!hub_is_open(n->hub))
		run(g, STEP_MS, false);
	for (made = NULL; (made = roomlist_next(n->rooms, made)) != NULL;)
		if (strchr("simxyz", made->line.name[0]) == NULL)
			breaks(g, "a room is called %s again",
			    made->line.name);
}

static void
say_some(struct play *g, unsigned n)
{
	while (n-- > 0) {
		hub_announce(g->node[1].hub, g->now_ms, wall(g), "on", 2);
		do
			run(g, STEP_MS, false);
		while (hub_is_busy(g->node[1].hub) && g->broken[0] == '\0');
	}
}

/* For so long that what it has missed is kept no more: it tells nothing of what
 * came then, and never takes part. */
static void
one_is_away(struct play *g, bool runs)
{
	struct node *n = &g->node[2];
	uint64_t head;

	trace(g, "node 2 is away: %d", runs);
	g->copies = false;
	head = log_head(home(n)).seq;
	if (runs)
		engine_cut(g->engine, 2, 1000000);
	else
		die(g, 2);
	run(g, 100, false);
	say_some(g, 5);
	engine_forget(g->engine, engine_figures(g->engine).blocks - 2);
	if (runs)
		engine_cut(g->engine, 2, 0);
	else
		start(g, 2);
	/* Who missed the last one hears of it by the next. */
	say_some(g, 1);
	run(g, 10 * 1000, false);
	if (!engine_is_behind(g->engine, 2) ||
	    log_state(home(n)) != LOG_CUT_OFF || hub_is_open(n->hub) != runs)
		breaks(g, "node 2 does not know what it has missed");
	if (runs && log_head(home(n)).seq != head)
		breaks(g, "node 2 tells what is not the next");
	if (!is_settled(g, 1))
		breaks(g, "node 1 misses node 2");
}

static bool
play(uint64_t seed, bool traces)
{
	struct play *g = calloc(1, sizeof(*g));
	struct engine_mood mood = { .refused_permille = 0 };
	bool good;
	uint32_t i;

	g->trace = traces;
	g->rng = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	g->now_ms = 1000000;
	g->nodes = 1 + below(g, ENGINE_NODES);
	g->days = below(g, 2) == 0;
	g->open_max = !g->days && below(g, 2) == 0 ? 0 :
	    8 + below(g, 4);
	g->engine = engine_new(draw(g));
	mood.delay_ms = below(g, 3) == 0 ? 3 : below(g, 200);
	mood.lost_permille = below(g, 2) == 0 ? 0 : below(g, 300);
	engine_set(g->engine, &mood);
	engine_run(g->engine, g->now_ms);
	g->keep = below(g, 2) == 0 ? 0 : 10 + below(g, 30);
	g->copies = true;
	for (i = 1; i <= g->nodes; i++)
		start(g, i);
	found(g);
	if (below(g, 4) == 0)
		go_round(g);
	run(g, DISASTERS_MS, true);
	if (g->broken[0] == '\0')
		peace(g);
	if (g->broken[0] == '\0')
		check(g);
	if (g->broken[0] == '\0' && g->nodes > 1 && seed % 4 < 2)
		one_is_away(g, seed % 4 == 0);
	good = g->broken[0] == '\0';
	if (!good)
		printf("# seed %llu: %s\n# again with a trace: "
		    "build/tests/sim_house -t 1 %llu\n",
		    (unsigned long long)seed, g->broken,
		    (unsigned long long)seed);
	figures.blocks += engine_figures(g->engine).blocks;
	figures.logs += g->acked_n;
	figures.talks += talks_count(g->node[1].talks);
	for (i = 1; i <= g->nodes; i++) {
		if (g->node[i].hub != NULL) {
			keeper_free(g->node[i].keeper);
			hub_free(g->node[i].hub);
			close_files(&g->node[i]);
			close_people(&g->node[i]);
			roomlist_free(g->node[i].rooms);
		}
	}
	engine_free(g->engine);
	free(g);
	return good;
}

int
main(int argc, char *argv[])
{
	unsigned long seeds = 300, first = 1, i, failed = 0;
	bool traces = false, good;
	int c;

	if (sodium_init() == -1)
		errx(1, "no source of random numbers");
	while ((c = getopt(argc, argv, "t")) != -1) {
		if (c != 't')
			return 2;
		traces = true;
	}
	if (optind < argc)
		seeds = strtoul(argv[optind], NULL, 10);
	if (optind + 1 < argc)
		first = strtoul(argv[optind + 1], NULL, 10);
	printf("1..%lu\n", seeds);
	for (i = 0; i < seeds; i++) {
		good = play(first + i, traces);
		printf("%sok %lu seed %lu\n", good ? "" : "not ", i + 1,
		    first + i);
		failed += !good;
	}
	printf("# %lu blocks, %lu lines in %lu talks, of which %lu are left\n",
	    figures.blocks, figures.lines, figures.logs, figures.talks);
	return failed > 0;
}
