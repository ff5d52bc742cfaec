/*
 * One person on three devices, in the simulated world: they are one member, and
 * none of them misses, or doubles, what another says.
 */
#include <stdint.h>
#include <stdio.h>

#include "tests/with_cmocka.h"
#include "tests/with_world.h"
#include "tui/shared/record_denial.h"

enum { ROOMS = 2, ADAS = 3, BOB = ADAS, ALL, LINES = 20, SEEDS = 20,
	DISASTERS = 40, MINUTE = 60 * 1000, STANDS_MS = 1000,
	MARK_MS = 11 * 1000 };

static const struct world_net bad = { .loss_permille = 50,
    .repeat_permille = 20, .late_permille = 20, .delay_ms = 30,
    .jitter_ms = 5 }, good = { .delay_ms = 20 };

static struct world *
open_world(uint64_t seed, const struct world_net *net)
{
	static const char *const names[ALL] = { "ada", "ada2", "ada3", "bob" };
	struct world_config config = { .seed = seed, .rooms = ROOMS,
	    .people = true, .net = *net };
	struct world *w = world_new(&config);
	int i;

	for (i = 0; i < ALL; i++) {
		world_client(w, names[i], i > 0 && i < ADAS ? 0 : -1, NULL);
		world_client_enter(w, i, 1);
		world_client_start(w, i);
		world_run(w, (int64_t)world_random(w, 300));
	}
	return w;
}

static void
close_world(struct world *w)
{
	if (!world_settled(w))
		fail_msg("%s", world_broken(w));
	world_free(w);
}

static void
all_speak(struct world *w)
{
	int n, i;

	for (n = 0; n < LINES; n++)
		for (i = 0; i < ALL; i++) {
			world_client_look(w, i,
			    (int)world_random(w, ROOMS));
			world_client_say(w, i, world_random(w, 8) == 0);
			world_run(w, (int64_t)world_random(w, 100));
		}
}

static void
check_one(struct world *w)
{
	int i;

	assert_int_equal(world_count(w, "ada", ENTRY_JOIN), ROOMS);
	for (i = 0; i < ALL; i++) {
		assert_true(world_client_has_all(w, i));
		assert_int_equal(world_client_members(w, i), 2);
		assert_int_not_equal(world_client_denial(w, i),
		    RECORD_REPLACED);
		assert_int_equal(world_client_pending(w, i), 0);
	}
}

static void
all_three_speak_and_all_is_there_once(void **state)
{
	struct world *w;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		all_speak(w);
		world_set_net(w, &good);
		world_run(w, MINUTE);
		check_one(w);
		close_world(w);
	}
}

static void
they_come_back_to_a_server_that_died(void **state)
{
	struct world *w;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &good);
		world_run(w, 2000);
		world_server_kill(w, (unsigned)world_random(w, 50));
		all_speak(w);
		world_server_start(w);
		world_client_kill(w, (int)world_random(w, ADAS), true);
		world_run(w, 5000);
		world_client_start(w, 0);
		world_client_start(w, 1);
		world_client_start(w, 2);
		world_run(w, 2 * (int64_t)MINUTE);
		check_one(w);
		close_world(w);
	}
}

/* Killed, asleep, moved, renamed, without a server, and all speak on. */
static void
whatever_happens_to_them_all_is_there_once(void **state)
{
	static const char *const names[] = { "ada", "eve", "Eve", "ann" };
	struct world *w;
	uint64_t seed;
	int n, i;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		for (n = 0; n < DISASTERS; n++) {
			i = (int)world_random(w, ALL);
			switch (world_random(w, 6)) {
			case 0:
				world_client_kill(w, i, world_random(w, 2));
				break;
			case 1:
				world_client_sleep(w, i, true);
				break;
			case 2:
				world_client_move(w, i);
				break;
			case 3:
				if (i < ADAS)
					world_client_nick(w, i,
					    names[world_random(w, 4)]);
				break;
			case 4:
				world_server_kill(w, 0);
				break;
			default:
				world_client_say(w, i, false);
				break;
			}
			world_run(w, (int64_t)world_random(w, 3000));
			world_server_start(w);
			world_client_sleep(w, i, false);
			world_client_start(w, i);
		}
		world_set_net(w, &good);
		world_run(w, 3 * (int64_t)MINUTE);
		for (i = 0; i < ALL; i++)
			assert_true(world_client_has_all(w, i) &&
			    world_client_members(w, i) == 2);
		close_world(w);
	}
}

/* The same, while one has another key again and again. */
static void
whatever_happens_who_has_another_key_goes_on_by_it(void **state)
{
	static const char *const names[] = { "ada", "eve", "Eve", "ann" };
	struct world *w;
	uint64_t seed;
	int n, i;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		for (n = 0; n < DISASTERS; n++) {
			i = (int)world_random(w, ALL);
			switch (world_random(w, 5)) {
			case 0:
				world_client_kill(w, i, world_random(w, 2));
				break;
			case 1:
				world_rekey(w, i);
				break;
			case 2:
				if (i < ADAS)
					world_client_nick(w, i,
					    names[world_random(w, 4)]);
				break;
			case 3:
				world_server_kill(w,
				    (unsigned)world_random(w, 5));
				break;
			default:
				world_client_say(w, i, false);
				break;
			}
			world_run(w, (int64_t)world_random(w, 3000));
			world_server_start(w);
			world_client_start(w, i);
		}
		world_set_net(w, &good);
		world_run(w, 3 * (int64_t)MINUTE);
		for (i = 0; i < ALL; i++)
			assert_true(world_client_has_all(w, i) &&
			    world_client_members(w, i) == 2);
		close_world(w);
	}
}

static void
they_leave_and_the_last_one_is_seen_to(void **state)
{
	struct world *w = open_world(1, &good);

	(void)state;
	world_run(w, 2000);
	world_client_leave(w, 1);
	world_client_leave(w, 0);
	world_run(w, 5000);
	assert_int_equal(world_count(w, "ada", ENTRY_LEAVE), 0);
	assert_int_equal(world_client_members(w, BOB), 2);
	world_client_leave(w, 2);
	world_run(w, 5000);
	assert_int_equal(world_count(w, "ada", ENTRY_LEAVE), ROOMS);
	assert_int_equal(world_count(w, "ada", ENTRY_JOIN), ROOMS);
	assert_int_equal(world_count(w, "ada", ENTRY_TIMEOUT), 0);
	assert_int_equal(world_client_members(w, BOB), 1);
	close_world(w);
}

static void
a_rename_is_of_all(void **state)
{
	struct world *w = open_world(1, &good);
	int i;

	(void)state;
	world_run(w, 2000);
	world_client_nick(w, 1, "eve");
	world_client_say(w, 0, false);
	world_run(w, 2000);
	for (i = 0; i < ADAS; i++)
		assert_string_equal(world_client_name(w, i), "eve");
	assert_int_equal(world_count(w, "ada", ENTRY_RENAME), ROOMS);
	close_world(w);
}

static void
who_sleeps_beside_another_is_not_away(void **state)
{
	struct world *w = open_world(1, &good);

	(void)state;
	world_run(w, 2000);
	world_client_sleep(w, 0, true);
	world_client_sleep(w, 1, true);
	world_run(w, 3 * (int64_t)MINUTE);
	assert_false(world_client_sees_away(w, BOB, "ada"));
	assert_int_equal(world_count(w, "ada", ENTRY_TIMEOUT), 0);
	world_client_sleep(w, 0, false);
	world_client_sleep(w, 1, false);
	world_run(w, 5000);
	assert_int_equal(world_count(w, "ada", ENTRY_JOIN), ROOMS);
	close_world(w);
}

/* How long until all of hers know that; at most so long. */
static int64_t
until_known(struct world *w, int room, uint64_t mark, int64_t most)
{
	int64_t since = world_now(w);
	int i = 0;

	while (i < ADAS && world_now(w) - since < most) {
		world_run(w, 50);
		for (i = 0; i < ADAS &&
		    world_client_mark(w, i, room) >= mark; i++)
			continue;
	}
	return world_now(w) - since;
}

static void
what_one_has_read_is_read_on_the_others_in_eleven_seconds(void **state)
{
	int64_t took, most = 0;
	struct world *w;
	uint64_t seed;
	int n, reader;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		world_run(w, 2 * (int64_t)MINUTE);
		for (n = 0; n < LINES; n++) {
			reader = (int)world_random(w, ADAS);
			world_client_look(w, reader, n % ROOMS);
			world_client_look(w, BOB, n % ROOMS);
			world_client_say(w, BOB, false);
			world_run(w, STANDS_MS);
			world_client_see(w, reader);
			took = until_known(w, n % ROOMS, world_client_mark(w,
			    reader, n % ROOMS), MINUTE);
			if (took > most)
				most = took;
			world_run(w, (int64_t)world_random(w, 20000));
		}
		close_world(w);
	}
	assert_in_range(STANDS_MS + most, STANDS_MS, MARK_MS);
}

static void
whatever_happens_all_know_the_one_that_is_furthest(void **state)
{
	uint64_t furthest;
	struct world *w;
	uint64_t seed;
	int n, i, room;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		for (n = 0; n < DISASTERS; n++) {
			i = (int)world_random(w, ADAS);
			world_client_look(w, i, n % ROOMS);
			world_client_see(w, i);
			switch (world_random(w, 5)) {
			case 0:
				world_client_kill(w, i, world_random(w, 2));
				break;
			case 1:
				world_client_sleep(w, i, true);
				break;
			case 2:
				world_client_move(w, i);
				break;
			case 3:
				world_server_kill(w, 0);
				break;
			default:
				world_client_say(w, BOB, false);
				break;
			}
			world_run(w, (int64_t)world_random(w, 15000));
			world_server_start(w);
			world_client_sleep(w, i, false);
			world_client_start(w, i);
		}
		world_set_net(w, &good);
		world_run(w, 3 * (int64_t)MINUTE);
		for (room = 0; room < ROOMS; room++) {
			for (furthest = i = 0; i < ADAS; i++)
				if (world_client_mark(w, i, room) > furthest)
					furthest = world_client_mark(w, i,
					    room);
			assert_true(furthest > 0);
			for (i = 0; i < ADAS; i++)
				assert_int_equal(world_client_mark(w, i,
				    room), furthest);
		}
		close_world(w);
	}
}

/* Also who is asleep then, or is not there. */
static void
a_room_that_one_leaves_all_leave_for_good(void **state)
{
	struct world *w;
	uint64_t seed;
	int i;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, seed % 2 == 0 ? &good : &bad);
		world_run(w, MINUTE);
		world_client_sleep(w, 1, true);
		world_client_kill(w, 2, true);
		world_client_part(w, 0, 1);
		world_run(w, MINUTE);
		if (seed % 3 == 0) {
			world_server_stop(w);
			world_server_start(w);
		}
		world_client_sleep(w, 1, false);
		world_client_start(w, 2);
		world_run(w, 2 * (int64_t)MINUTE);
		for (i = 0; i < ADAS; i++) {
			assert_false(world_client_is_of(w, i, 1));
			assert_true(world_client_is_of(w, i, 0));
		}
		assert_int_equal(world_count(w, "ada", ENTRY_LEAVE), 1);
		/* Who wants it is there again. */
		world_client_enter(w, 2, 1);
		world_run(w, MINUTE);
		assert_true(world_client_is_of(w, 2, 1));
		assert_int_equal(world_count(w, "ada", ENTRY_JOIN), ROOMS + 1);
		close_world(w);
	}
}

static void
a_new_device_enters_what_the_others_have(void **state)
{
	struct world *w;
	uint64_t seed;
	int i;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		w = open_world(seed, &bad);
		world_run(w, MINUTE);
		world_client_look(w, 0, 1);
		world_client_see(w, 0);
		world_run(w, MINUTE);
		i = world_client(w, "ada4", 0, NULL);
		world_client_start(w, i);
		world_run(w, MINUTE);
		assert_true(world_client_is_of(w, i, 1));
		assert_int_equal(world_client_mark(w, i, 1),
		    world_client_mark(w, 0, 1));
		assert_int_equal(world_count(w, "ada", ENTRY_JOIN), ROOMS);
		close_world(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_speak_and_all_is_there_once),
		cmocka_unit_test(they_come_back_to_a_server_that_died),
		cmocka_unit_test(whatever_happens_to_them_all_is_there_once),
		cmocka_unit_test(
		    whatever_happens_who_has_another_key_goes_on_by_it),
		cmocka_unit_test(they_leave_and_the_last_one_is_seen_to),
		cmocka_unit_test(a_rename_is_of_all),
		cmocka_unit_test(who_sleeps_beside_another_is_not_away),
		cmocka_unit_test(
		    what_one_has_read_is_read_on_the_others_in_eleven_seconds),
		cmocka_unit_test(
		    whatever_happens_all_know_the_one_that_is_furthest),
		cmocka_unit_test(a_room_that_one_leaves_all_leave_for_good),
		cmocka_unit_test(a_new_device_enters_what_the_others_have),
	};

	return tests_run(tests, NULL, NULL);
}
