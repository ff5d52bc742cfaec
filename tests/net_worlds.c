/*
 * Many rooms in one session, in the simulated world: what they cost on the way,
 * how soon they are there, and that none of them is in another's way.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/with_cmocka.h"
#include "tests/with_world.h"

enum { ROOMS = 50, DELAY_MS = 100, ROUND_MS = 2 * DELAY_MS,
	DISK_MS = 20,		/* the disk is waited for so long */
	MINUTE = 60 * 1000, HOUR = 60 * MINUTE, LINES = 1000 };

static const struct world_net far = { .delay_ms = DELAY_MS };
static bool listed;	/* the rooms are the server's, which opens them */

/* Ann, and bob, if he is wanted, in all rooms; all is quiet. */
static struct world *
open_world(int rooms, bool bob)
{
	struct world_config config = { .seed = 5, .rooms = rooms,
	    .listed = listed, .net = far };
	struct world *w = world_new(&config);
	int i, room;

	world_client(w, "ann", -1, NULL);
	if (bob)
		world_client(w, "bob", -1, NULL);
	for (i = 0; i <= bob; i++) {
		for (room = 1; room < rooms; room++)
			world_client_enter(w, i, room);
		world_client_start(w, i);
	}
	world_run(w, MINUTE);
	for (i = 0; i <= bob; i++)
		assert_true(world_client_has_all(w, i));
	return w;
}

static void
close_world(struct world *w)
{
	if (!world_settled(w))
		fail_msg("%s", world_broken(w));
	world_free(w);
}

/* How long until it has all that there is, ms. */
static int64_t
wait_for_all(struct world *w, int i)
{
	int64_t began = world_now(w);

	while (!world_client_has_all(w, i) && world_now(w) < began + MINUTE)
		world_run(w, 1);
	return world_now(w) - began;
}

static unsigned long long
datagrams(const struct world *w)
{
	struct world_figures f = world_figures(w);

	return f.up + f.down;
}

static void
idle_in_fifty_it_costs_what_one_does(void **state)
{
	struct world *w = open_world(ROOMS, false);
	unsigned long long before = datagrams(w), hands = world_handshakes(w);
	double rate;

	(void)state;
	assert_int_equal(hands, 1);
	world_run(w, 12 * (int64_t)HOUR);
	rate = (double)(datagrams(w) - before) / (12 * 60);
	print_message("%.2f datagrams a minute\n", rate);
	assert_true(rate <= 4);
	/* New keys, twice an hour. */
	assert_in_range(world_handshakes(w) - hands, 12 * 60 / 34, 25);
	assert_int_equal(world_client_lost(w, 0), 0);
	close_world(w);
}

static void
say_in_all(struct world *w, int i, int lines)
{
	int room, n;

	for (room = 0; room < ROOMS; room++) {
		world_client_look(w, i, room);
		for (n = 0; n < lines; n++)
			world_client_say(w, i, false);
		world_run(w, 20);
	}
}

/* What it said before is there as well. */
static void
who_enters_has_all_after_a_round_trip(void **state)
{
	struct world *w = open_world(ROOMS, true);
	struct world_figures a, b;
	int64_t ms;

	(void)state;
	world_client_part(w, 1, 7);
	world_client_look(w, 0, 7);
	while (world_client_said(w, 0) < 20)
		world_client_say(w, 0, false);
	world_run(w, MINUTE);
	a = world_figures(w);
	world_client_enter(w, 1, 7);
	ms = wait_for_all(w, 1);
	b = world_figures(w);
	print_message("in after %lld ms, %llu datagrams there and %llu back\n",
	    (long long)ms, b.up - a.up, b.down - a.down);
	assert_in_range(ms, ROUND_MS, ROUND_MS + 2 * DISK_MS);
	assert_in_range(b.up - a.up, 1, 2);
	close_world(w);
}

/* What comes of several rooms at one time is in one datagram. */
static void
fifty_that_are_new_come_together(void **state)
{
	struct world_config config = { .seed = 5, .rooms = ROOMS,
	    .listed = listed, .net = far };
	struct world *w = world_new(&config);
	struct world_figures a, b;
	int room;

	(void)state;
	world_client(w, "ann", -1, NULL);
	for (room = 1; room < ROOMS; room++)
		world_client_enter(w, 0, room);
	a = world_figures(w);
	world_client_start(w, 0);
	assert_in_range(wait_for_all(w, 0), 1, 4 * ROUND_MS + 3 * DISK_MS);
	b = world_figures(w);
	print_message("%llu datagrams there and %llu back\n", b.up - a.up,
	    b.down - a.down);
	assert_in_range(b.up - a.up, 1, 16);
	assert_in_range(b.down - a.down, 1, 20);
	close_world(w);
}

/* Behind the handshake: when the server has seen it to its end. */
static void
after_a_restart_all_fifty_are_there_in_two_round_trips(void **state)
{
	struct world *w = open_world(ROOMS, true);
	struct world_figures begun, a, b;
	int64_t ms, end;

	(void)state;
	world_client_kill(w, 1, false);
	world_server_kill(w, 0);
	world_server_start(w);
	begun = world_figures(w);
	end = world_now(w) + MINUTE;
	do {
		a = world_figures(w);
		world_run(w, 1);
	} while (world_handshakes(w) == 0 && world_now(w) < end);
	ms = wait_for_all(w, 0);
	b = world_figures(w);
	print_message("all there after %lld ms, %llu datagrams there and "
	    "%llu back\n", (long long)ms, b.up - begun.up, b.down - a.down);
	assert_in_range(ms, 1, 2 * ROUND_MS + DISK_MS);
	assert_in_range(b.up - begun.up, 1, 12);
	/* Besides the handshake's own answer. */
	assert_in_range(b.down - a.down, 1, 1 + 12);
	assert_int_equal(world_handshakes(w), 1);
	close_world(w);
}

/* Its address is new, too: one of them is asked whether it is there. */
static void
who_slept_and_moved_has_all_at_once(void **state)
{
	struct world *w = open_world(ROOMS, true);
	unsigned long long hands = world_handshakes(w);
	int64_t ms;

	(void)state;
	world_client_sleep(w, 0, true);
	say_in_all(w, 1, 1);
	world_run(w, 10 * (int64_t)MINUTE);
	world_client_move(w, 0);
	world_client_sleep(w, 0, false);
	ms = wait_for_all(w, 0);
	print_message("all there after %lld ms\n", (long long)ms);
	assert_in_range(ms, ROUND_MS, 6 * ROUND_MS);
	world_run(w, MINUTE);
	assert_in_range(world_handshakes(w) - hands, 0, 2);
	close_world(w);
}

/*
 * When bob was shown what ann said in the last room, the others being busy in
 * one way or another.
 */
static struct {
	struct world	*world;
	int64_t		 said_ms[LINES];
	int64_t		 late_ms[LINES];
	size_t		 n;
} watch;

static void
note_shown(void *arg, int i, const struct entry *e)
{
	char text[64];
	unsigned n;
	int room;

	(void)arg;
	snprintf(text, sizeof(text), "%.*s", e->text_len < 60 ?
	    (int)e->text_len : 60, e->text);
	if (i != 1 || e->kind != ENTRY_SAY ||
	    sscanf(text, "ann#%u/0@r%d", &n, &room) != 2 || room != 2 ||
	    n >= LINES)
		return;
	watch.late_ms[watch.n++] = world_now(watch.world) - watch.said_ms[n];
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

enum trouble { TROUBLE_NONE, TROUBLE_FULL, TROUBLE_SLOW, TROUBLE_MUTED };

/* She says a line in each of two rooms, on and on; of the second's, the time
 * that 99 of 100 took at most. */
static int64_t
p99_beside(enum trouble trouble)
{
	struct world_config config = { .seed = 5, .rooms = 3,
	    .net = { .delay_ms = 20 }, .shown = note_shown };
	struct world *w = watch.world = world_new(&config);
	unsigned n;
	int i, room;

	watch.n = 0;
	for (i = 0; i < 3; i++) {
		world_client(w, i == 0 ? "ann" : i == 1 ? "bob" : "cat", -1,
		    NULL);
		for (room = 1; room < 3 - (i == 2); room++)
			world_client_enter(w, i, room);
		world_client_start(w, i);
	}
	world_run(w, MINUTE);
	if (trouble == TROUBLE_FULL)
		world_room_disk(w, 1, 100);
	if (trouble == TROUBLE_SLOW)
		world_client_busy(w, 2, true);
	if (trouble == TROUBLE_MUTED) {
		world_mute(w, 2, 10 * MINUTE);
		world_client_look(w, 2, 1);
	}
	for (n = 0; n < LINES; n++) {
		if (trouble == TROUBLE_MUTED)
			world_client_say(w, 2, false);
		world_client_look(w, 0, 1);
		world_client_say(w, 0, false);
		world_client_look(w, 0, 2);
		watch.said_ms[world_client_said(w, 0)] = world_now(w);
		world_client_say(w, 0, false);
		world_run(w, 30);
	}
	world_run(w, MINUTE);
	assert_int_equal(watch.n, LINES);
	world_room_disk(w, 1, UINT64_MAX);
	world_client_busy(w, 2, false);
	world_run(w, MINUTE);
	qsort(watch.late_ms, watch.n, sizeof(watch.late_ms[0]), by_size);
	if (!world_settled(w))
		fail_msg("%s", world_broken(w));
	world_free(w);
	return watch.late_ms[watch.n * 99 / 100];
}

static void
trouble_in_one_delays_no_other(void **state)
{
	int64_t none = p99_beside(TROUBLE_NONE);
	int64_t full = p99_beside(TROUBLE_FULL);
	int64_t slow = p99_beside(TROUBLE_SLOW);
	int64_t muted = p99_beside(TROUBLE_MUTED);

	(void)state;
	print_message("p99 %lld ms; another room's disk is full: %lld; "
	    "a reader of it is slow: %lld; who is muted speaks there: %lld\n",
	    (long long)none, (long long)full, (long long)slow,
	    (long long)muted);
	assert_in_range(none, 40, 80);
	assert_in_range(full, 1, none + none / 20);
	assert_in_range(slow, 1, none + none / 20);
	assert_in_range(muted, 1, none + none / 20);
}

/* Whatever is lost of it: keys that a server has not heard are not kept, and one
 * was gone for all others then. */
static void
who_takes_new_keys_is_there_all_the_time(void **state)
{
	static const struct world_net bad = { .delay_ms = 30,
	    .jitter_ms = 5, .loss_permille = 50, .repeat_permille = 500 };
	struct world *w;
	int rooms;

	(void)state;
	for (rooms = 1; rooms <= 2; rooms++) {
		w = open_world(rooms, true);
		world_set_net(w, &bad);
		world_run(w, 48 * (int64_t)HOUR);
		assert_true(world_handshakes(w) > 48 * 3);
		assert_int_equal(world_count(w, "ann", ENTRY_TIMEOUT) +
		    world_count(w, "bob", ENTRY_TIMEOUT), 0);
		world_set_net(w, &far);
		close_world(w);
	}
}

static int
have_list(void **state)
{
	(void)state;
	listed = true;
	return 0;
}

int
main(void)
{
#define LISTED(f) { "listed: " #f, f, have_list, NULL, NULL }
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_in_fifty_it_costs_what_one_does),
		cmocka_unit_test(who_enters_has_all_after_a_round_trip),
		cmocka_unit_test(fifty_that_are_new_come_together),
		cmocka_unit_test(
		    after_a_restart_all_fifty_are_there_in_two_round_trips),
		cmocka_unit_test(who_slept_and_moved_has_all_at_once),
		cmocka_unit_test(trouble_in_one_delays_no_other),
		cmocka_unit_test(who_takes_new_keys_is_there_all_the_time),
		LISTED(fifty_that_are_new_come_together),
		LISTED(after_a_restart_all_fifty_are_there_in_two_round_trips)
	};

	return tests_run(tests, NULL, NULL);
}
