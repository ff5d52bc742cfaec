/*
 * Seeded disasters: a room under loss, bursts, reordering, bent datagrams,
 * spoofed addresses, moved and sleeping laptops, killed clients and servers,
 * torn and full disks, new names, contests for them and wrong passphrases, a
 * server put back to copies of its files (then no other disk fails), clients
 * put back to copies of theirs, lines that wait in several outboxes of one
 * person, and among members with real keys and strangers who do their worst.
 * Of every four seeds one has several rooms, and many people who enter some of
 * them and leave them. Then peace, and everybody honest must have the same, all
 * of it, once and in order.
 *
 *   sim [-t] [SEEDS [FIRST]]     -t: with a trace
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_hostile.h"
#include "tests/with_world.h"
#include "tui/shared/record.h"

enum {
	DISASTERS_MS = 40 * 1000,
	PEACE_MS = 150 * 1000,
	PASSPHRASE_EVERY = 50,		/* seeds: the key takes its time */
	PEOPLE_MAX = 8,
	ROOMS = 8,			/* where there are several, */
	ROOMS_PEOPLE = 20,		/* and most people there */
	BACKUPS = 3,
	RESTORES = 4,
	LONG_MS = 400 * 1000
};

struct story {
	struct world	*world;
	int		 rooms;
	int		 people;	/* clients 0 on; then the contestants */
	int		 contestant;	/* -1: none */
	int		 intruder;
	bool		 villain, strangers;	/* hostile ones, of both kinds */
	struct hostile	 hostile;
	bool		 full;		/* the server's disk */
	bool		 spells;	/* one host in two ways */
	bool		 homes;		/* of clients are put back */
	bool		 accident;	/* of the server's files, and */
	unsigned	 backups, put_back;	/* how far it is */
	bool		 owned[ROOMS_PEOPLE];	/* by then his name was */
	int64_t		 up_at;		/* the server comes back */
};

/* A log that begins by lacking what it has cannot be opened at once. */
static bool is_kind;

static unsigned
below(struct story *s, unsigned n)
{
	return (unsigned)world_random(s->world, n);
}

static struct world_net
bad_net(struct story *s)
{
	struct world_net n = {
		.loss_permille = below(s, 4) == 0 ? 0 : below(s, 600),
		.burst_permille = below(s, 2) == 0 ? 0 : below(s, 20),
		.burst_max = 1 + below(s, 20),
		.repeat_permille = below(s, 100),
		.late_permille = below(s, 150),
		.corrupt_permille = below(s, 3) == 0 ? below(s, 50) : 0,
		.divert_permille = below(s, 3) == 0 ? below(s, 30) : 0,
		.delay_ms = 1 + below(s, 120),
		.jitter_ms = 1 + below(s, 20)
	};

	return n;
}

/* In some of them, which it may leave again, and looks at one. */
static void
choose_rooms(struct story *s, int i)
{
	int room;

	for (room = 0; room < s->rooms; room++)
		if (below(s, 3) == 0)
			world_client_enter(s->world, i, room);
	if (below(s, 2) == 0)
		world_client_part(s->world, i, 0);
	world_client_look(s->world, i, (int)below(s, (unsigned)s->rooms));
}

static void
begin_people(struct story *s, const char *pass)
{
	char name[16];
	int i, who;

	s->people = s->rooms == 1 ? 2 + (int)below(s, PEOPLE_MAX - 1) :
	    ROOMS_PEOPLE - (int)below(s, PEOPLE_MAX);
	for (i = 0; i < s->people; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		who = world_client(s->world, name, -1, pass);
		if (s->rooms > 1)
			choose_rooms(s, who);
		world_client_start(s->world, who);
		world_run(s->world, below(s, 200));
	}
}

static void
begin(struct story *s, uint64_t seed, bool trace)
{
	struct world_config config = { .seed = seed, .trace = trace,
	    .rooms = seed / 4 % 4 == 3 ? ROOMS : 1,
	    .listed = is_kind && seed / 16 % 2 == 0,
	    .net = { .delay_ms = 20, .jitter_ms = 2 } };
	const char *pass = seed % PASSPHRASE_EVERY == 7 ? "open sesame" :
	    NULL;

	config.passphrase = pass;
	config.rate = seed % 3 == 0 ? 2 : 0;
	memset(s, 0, sizeof(*s));
	config.others = hostile_take;
	config.others_arg = &s->hostile;
	s->villain = seed % 2 == 0;
	s->strangers = seed % 3 == 1;
	s->contestant = s->intruder = -1;
	s->up_at = INT64_MAX;
	s->rooms = config.rooms;
	s->world = world_new(&config);
	hostile_init(&s->hostile, s->world);
	begin_people(s, pass);
	s->accident = seed % 5 == 2;
	s->spells = seed % 7 == 3;
	s->homes = seed % 4 == 3 && !s->accident;
	if (seed % 4 == 1 && !s->accident)	/* wants the first one's name */
		s->contestant = world_client(s->world, "P0", -1, pass);
	if (pass != NULL)
		s->intruder = world_client(s->world, "eve", -1, "guess");
}

/* Whose that name is everybody knows, and each copy of the files. */
static bool
is_owned(struct story *s, int i)
{
	char name[16];

	snprintf(name, sizeof(name), "p%d", i);
	return s->backups > 0 ? s->owned[i] : world_server_up(s->world) &&
	    world_count(s->world, name, ENTRY_JOIN) > 0;
}

/* Mostly a free name, sometimes somebody else's, or none. */
static void
rename_one(struct story *s, int i)
{
	char name[16];
	int other = (int)below(s, (unsigned)s->people);

	snprintf(name, sizeof(name), "p%d%c", i, 'a' + (int)below(s, 3));
	switch (below(s, 8)) {
	case 0:
		snprintf(name, sizeof(name), "p%d", i);
		break;
	case 1:		/* once it has an owner */
		snprintf(name, sizeof(name), "p%d", other);
		if (!is_owned(s, other))
			return;
		break;
	case 2:
		snprintf(name, sizeof(name), "P%d", i);
		break;
	}
	world_client_nick(s->world, i, name);
}

/* He is put back, and speaks at once; half the time nobody is there to hear it,
 * or the next run says it. */
static void
put_back(struct story *s, int i)
{
	struct world *w = s->world;
	unsigned n = below(s, 5);

	if (!world_client_put_back(w, i))
		return;
	if (world_server_up(w) && below(s, 2) == 0) {
		world_server_kill(w, 0);
		s->up_at = world_now(w) + below(s, 8000);
	}
	world_client_start(w, i);
	world_run(w, below(s, 2) * below(s, 2000));
	while (n-- > 0)
		world_client_say(w, i, below(s, 8) == 0);
	world_run(w, below(s, 100));
	if (below(s, 2) == 0)
		world_client_kill(w, i, false);
}

/* Comes and goes, and says something where it goes, or looks at another. */
static void
act_in_rooms(struct story *s, int i)
{
	struct world *w = s->world;
	int room = (int)below(s, (unsigned)s->rooms);

	switch (below(s, 16)) {
	case 0:
		world_client_enter(w, i, room);
		break;
	case 1:
		world_client_look(w, i, room);
		if (below(s, 2) == 0)
			world_client_say(w, i, below(s, 8) == 0);
		world_client_part(w, i, room);
		if (below(s, 4) == 0)
			world_client_enter(w, i, room);
		world_run(w, 1);	/* what was said is on its disk */
		break;
	default:
		world_client_look(w, i, room);
		break;
	}
}

static void
act_on(struct story *s, int i)
{
	struct world *w = s->world;

	if (s->rooms > 1)
		act_in_rooms(s, i);
	switch (s->homes ? below(s, 20) : 0) {
	case 1:
		world_client_back_up(w, i);
		break;
	case 2:
		put_back(s, i);
		break;
	}
	if (!world_client_up(w, i)) {
		if (s->spells && below(s, 3) == 0)
			world_client_say_elsewhere(w, i, 1 + below(s, 3));
		if (below(s, 3) == 0)
			world_client_start(w, i);
		return;
	}
	switch (below(s, 40)) {
	case 0:
		world_client_die(w, i, below(s, 40));
		break;
	case 1:
		world_client_kill(w, i, !s->accident);
		break;
	case 2:
		world_client_sleep(w, i, true);
		break;
	case 3: case 4: case 5:
		world_client_sleep(w, i, false);
		break;
	case 6: case 7:
		world_client_move(w, i);
		break;
	case 8:
		world_client_busy(w, i, true);
		break;
	case 9: case 10:
		world_client_busy(w, i, false);
		break;
	case 11:
		world_client_leave(w, i);
		break;
	case 12:
		world_client_say(w, i, true);
		break;
	case 13: case 14:
		rename_one(s, i);
		break;
	default:
		world_client_say(w, i, false);
		break;
	}
}

static void
have_accident(struct story *s)
{
	struct world *w = s->world;
	int i;

	if (s->backups < BACKUPS && world_server_up(w) &&
	    below(s, 40) == 0) {
		for (i = 0; i < s->people && s->backups == 0; i++)
			s->owned[i] = is_owned(s, i);
		world_server_back_up(w);
		s->backups++;
	} else if (s->backups > 0 && s->put_back < RESTORES &&
	    below(s, 40) == 0) {
		/* To the wrong copy, it may be, and then to the right one. */
		world_server_restore(w);
		s->put_back++;
		s->up_at = world_now(w) + below(s, 8000);
	} else if (world_server_up(w) && below(s, 200) == 0) {
		world_server_stop(w);
		s->up_at = world_now(w) + below(s, 8000);
	} else if (!world_server_up(w) && world_now(w) >= s->up_at)
		world_server_start(w);
}

/* Or where one room is. */
static void
fill_disk(struct story *s)
{
	unsigned left = below(s, 2000);

	s->full = true;
	if (s->rooms > 1 && below(s, 2) == 0)
		world_room_disk(s->world, 1 + (int)below(s,
		    (unsigned)s->rooms - 1), left);
	else
		world_server_disk(s->world, left);
}

static void
empty_disk(struct story *s)
{
	s->full = false;
	world_server_disk(s->world, UINT64_MAX);
	if (s->rooms > 1)
		world_room_disk(s->world, 0, UINT64_MAX);
}

static void
act_on_server(struct story *s)
{
	struct world *w = s->world;

	if (s->accident) {
		have_accident(s);
		return;
	}
	if (world_server_up(w)) {
		if (below(s, 30) == 0)
			world_mute(w, (int)below(s, (unsigned)s->people),
			    1000 * (int64_t)below(s, 8));
		switch (below(s, 200)) {
		case 0: case 1: case 2:
			world_server_kill(w, below(s, 6));
			s->up_at = world_now(w) + below(s, 8000);
			break;
		case 3:
			world_server_stop(w);
			s->up_at = world_now(w) + below(s, 8000);
			break;
		case 4:
			fill_disk(s);
			break;
		case 5: case 6: case 7:
			empty_disk(s);
			break;
		}
	} else if (world_now(w) >= s->up_at) {
		if (s->full)
			empty_disk(s);
		world_server_start(w);
	}
}

/* Now and then nothing happens but what the network does: keys grow old, who
 * sleeps is gone. */
static int64_t
wait_long(struct story *s)
{
	int64_t ms = below(s, 60) == 0 ? below(s, LONG_MS) : 0;

	world_run(s->world, ms);
	return ms;
}

static void
disasters(struct story *s)
{
	struct world *w = s->world;
	int64_t end = world_now(w) + DISASTERS_MS;
	struct world_net net = bad_net(s);

	world_set_net(w, &net);
	while (world_now(w) < end && world_broken(w) == NULL) {
		world_run(w, 20 + below(s, 400));
		if (s->rooms > 1)
			end += wait_long(s);
		if (below(s, 100) == 0) {
			net = bad_net(s);
			world_set_net(w, &net);
		}
		act_on(s, (int)below(s, (unsigned)s->people));
		act_on_server(s);
		if (s->villain)
			hostile_member_acts(&s->hostile, s->people);
		if (s->strangers)
			hostile_stranger_acts(&s->hostile, s->people);
		/* Once the name has an owner. */
		if (s->contestant >= 0 && below(s, 20) == 0 &&
		    world_server_up(w) &&
		    world_count(w, "p0", ENTRY_JOIN) > 0)
			world_client_start(w, s->contestant);
		if (s->intruder >= 0 && below(s, 20) == 0)
			world_client_start(w, s->intruder);
	}
}

/* At most so long; most are done at once. */
static void
wait_for_all(struct story *s)
{
	struct world *w = s->world;
	int i, end;

	for (end = 0; end < PEACE_MS / 1000 && world_broken(w) == NULL;
	    end++) {
		world_run(w, 1000);
		for (i = 0; i < s->people; i++) {
			world_client_start(w, i);	/* who had just left */
			/* Nobody dies of what was to come. */
			if (s->rooms > 1)
				world_client_die(w, i, UINT_MAX);
		}
		for (i = 0; i < s->people; i++)
			if (!world_client_has_all(w, i))
				break;
		if (i == s->people && end > 2)
			break;
	}
}

/* In each room somebody says a line, which all others of it get. */
static bool
say_in_each(struct story *s)
{
	struct world *w = s->world;
	int room, i;

	for (room = 0; room < s->rooms; room++) {
		for (i = 0; i < s->people; i++)
			if (world_client_is_of(w, i, room))
				break;
		if (i == s->people)
			continue;
		world_client_look(w, i, room);
		world_client_say(w, i, false);
	}
	wait_for_all(s);
	return world_settled(w);
}

static bool
peace(struct story *s)
{
	struct world_net calm = { .delay_ms = 20, .jitter_ms = 2 };
	struct world *w = s->world;
	int i;

	world_set_net(w, &calm);
	empty_disk(s);
	world_server_start(w);
	for (i = 0; i < s->people; i++) {
		world_client_sleep(w, i, false);
		world_client_busy(w, i, false);
		world_client_start(w, i);
	}
	wait_for_all(s);
	if (s->rooms == 1)
		return world_settled(w);
	if (!say_in_each(s))
		return false;
	world_run(w, WORLD_QUIET_MS);
	return world_quiet(w) && say_in_each(s);
}

/* Contestants must have been turned away, all others be in. */
static const char *
judge(struct story *s)
{
	struct world *w = s->world;
	static char who[64];
	int i, denial;

	for (i = 0; i < s->people; i++)
		if (!world_client_online(w, i)) {
			snprintf(who, sizeof(who), "p%d is not back: %d", i,
			    world_client_denial(w, i));
			return who;
		}
	if (s->intruder >= 0 && world_client_online(w, s->intruder))
		return "a wrong passphrase opened the room";
	if (s->contestant >= 0 && world_client_up(w, s->contestant)) {
		denial = world_client_denial(w, s->contestant);
		if (world_client_online(w, s->contestant) ||
		    (denial != RECORD_TAKEN && denial != RECORD_OWNED &&
		    denial != 0 && denial != RECORD_SILENT))
			return "somebody took another's name";
	}
	return NULL;
}

static bool
run(uint64_t seed, bool trace)
{
	struct story s;
	const char *why;

	begin(&s, seed, trace);
	disasters(&s);
	if (world_broken(s.world) == NULL)
		peace(&s);
	why = world_broken(s.world);
	if (why == NULL)
		why = judge(&s);
	if (why != NULL)
		printf("# seed %llu: %s\n# again with a trace: "
		    "make sim SEED=%llu\n", (unsigned long long)seed, why,
		    (unsigned long long)seed);
	world_free(s.world);
	return why == NULL;
}

int
main(int argc, char *argv[])
{
	unsigned long seeds = 200, first = 1, i, failed = 0;
	bool trace = false;
	int c;

	while ((c = getopt(argc, argv, "t")) != -1) {
		if (c != 't')
			return 2;
		trace = true;
	}
	if (optind < argc)
		seeds = strtoul(argv[optind], NULL, 10);
	if (optind + 1 < argc)
		first = strtoul(argv[optind + 1], NULL, 10);
	is_kind = strstr(argv[0], "unkind") == NULL;
	printf("1..%lu\n", seeds);
	for (i = 0; i < seeds; i++) {
		bool good = run(first + i, trace);

		printf("%sok %lu seed %lu\n", good ? "" : "not ", i + 1,
		    first + i);
		fflush(stdout);
		failed += !good;
	}
	return failed > 0;
}
