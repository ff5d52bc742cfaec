/*
 * What a room lost is said again, in the simulated world: at moments that real
 * programs hit once in a thousand times.
 */
#include <stdio.h>

#include "tests/with_cmocka.h"
#include "tests/with_world.h"

enum { STEPS = 20000, MONDAY = 0, TUESDAY };

static const struct world_net calm = { .delay_ms = 20, .jitter_ms = 1 };

/* One person in a room whose server is calm. */
static struct world *
begin(void)
{
	struct world_config config = { .seed = 11, .net = calm };
	struct world *w = world_new(&config);

	world_client_start(w, world_client(w, "p0", -1, NULL));
	world_run(w, 3000);
	return w;
}

/* Peace, and each line is there once, in order. */
static void
settle(struct world *w)
{
	world_run(w, 10000);
	if (!world_settled(w))
		print_error("%s\n", world_broken(w));
	assert_null(world_broken(w));
	world_free(w);
}

static void
say(struct world *w)
{
	world_client_say(w, 0, false);
	world_run(w, 1000);
	assert_int_equal(world_client_pending(w, 0), 0);
}

static void
put_back(struct world *w, unsigned copy)
{
	world_server_put_back(w, copy);
	world_server_start(w);
}

/* It has that many more entries, and he has not heard of them. */
static void
until_logged(struct world *w, uint64_t entries)
{
	uint64_t head = world_head(w) + entries;
	int i;

	for (i = 0; i < STEPS && world_head(w) < head; i++)
		world_run(w, 1);
	assert_true(world_head(w) >= head);
	world_client_kill(w, 0, false);
	world_run(w, 1000);
}

static void
until_pending(struct world *w, unsigned lines)
{
	int i;

	for (i = 0; i < STEPS && world_client_pending(w, 0) != lines; i++)
		world_run(w, 1);
	assert_int_equal(world_client_pending(w, 0), lines);
}

/* The right backup has his rename and the line behind it; he was not told, and
 * then there was a wrong one. */
static void
what_waits_behind_a_rename_is_known_again(void **state)
{
	struct world *w = begin();

	(void)state;
	world_server_back_up(w);
	say(w);
	world_client_nick(w, 0, "p0b");
	world_client_say(w, 0, false);
	until_logged(w, 2);
	world_server_back_up(w);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	until_pending(w, 3);
	world_client_kill(w, 0, false);
	put_back(w, TUESDAY);
	world_client_start(w, 0);
	world_run(w, 5000);
	world_client_say(w, 0, false);
	settle(w);
}

/* He waits to say it again under another number, and by chance as its same
 * post, when the right backup has it. */
static void
what_another_number_counts_alike_is_known_again(void **state)
{
	struct world *w = begin();

	(void)state;
	say(w);
	say(w);
	world_server_back_up(w);
	say(w);
	world_server_back_up(w);
	world_client_kill(w, 0, false);
	world_client_say_elsewhere(w, 0, 2);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	until_pending(w, 3);
	world_client_kill(w, 0, false);
	put_back(w, TUESDAY);
	world_client_start(w, 0);
	world_run(w, 5000);
	world_client_say(w, 0, false);
	settle(w);
}

/* He took another name before the backup, and comes back by his first one. */
static void
what_was_said_under_another_name_is_said_again(void **state)
{
	struct world *w = begin();

	(void)state;
	world_client_nick(w, 0, "p0b");
	say(w);
	world_server_back_up(w);
	say(w);
	world_client_kill(w, 0, false);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	world_run(w, 5000);
	world_client_say(w, 0, false);
	settle(w);
}

/* And what he said for elsewhere meanwhile is said from now on. */
static void
so_it_is_from_the_outbox_that_takes_its_place(void **state)
{
	struct world *w = begin();

	(void)state;
	world_client_nick(w, 0, "p0b");
	say(w);
	world_server_back_up(w);
	say(w);
	world_client_kill(w, 0, false);
	world_client_say_elsewhere(w, 0, 1);
	world_client_start(w, 0);
	world_run(w, 5000);
	world_client_kill(w, 0, false);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	world_run(w, 5000);
	world_client_say(w, 0, false);
	settle(w);
}

/* What waits again was said before he took the name that he has. */
static void
what_was_said_before_a_rename_is_known_again(void **state)
{
	struct world *w = begin();

	(void)state;
	world_server_back_up(w);
	say(w);
	world_server_back_up(w);
	put_back(w, MONDAY);
	world_run(w, 5000);
	world_client_nick(w, 0, "p0b");
	say(w);
	put_back(w, TUESDAY);
	world_run(w, 5000);
	say(w);
	settle(w);
}

/* He had said it before he saw his rename, and no more after that. */
static void
what_was_said_right_behind_a_rename_is_said_again(void **state)
{
	struct world *w = begin();

	(void)state;
	world_client_busy(w, 0, true);
	world_client_nick(w, 0, "p0b");
	world_run(w, 1000);
	world_server_back_up(w);
	world_client_say(w, 0, false);
	world_run(w, 1000);
	world_client_busy(w, 0, false);
	world_run(w, 1000);
	world_client_kill(w, 0, false);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	world_run(w, 5000);
	say(w);
	settle(w);
}

/* Twice his files are put back to a copy in which a line waits, under a number
 * that what he said before had: it is said under another, and then known by
 * that. */
static void
what_waits_in_a_copy_of_his_files_is_said_once(void **state)
{
	struct world *w = begin();

	(void)state;
	world_client_back_up(w, 0);
	say(w);
	assert_true(world_client_put_back(w, 0));
	world_server_kill(w, 0);
	world_client_start(w, 0);
	world_client_say(w, 0, false);
	world_run(w, 1000);
	world_client_back_up(w, 0);
	world_server_start(w);
	until_pending(w, 0);
	say(w);
	assert_true(world_client_put_back(w, 0));
	world_client_start(w, 0);
	world_run(w, 5000);
	say(w);
	settle(w);
}

/* Muted, his first line is taken back, and what he said behind that he said: he
 * knows it again in a copy of his files where all of it waits. */
static void
what_is_behind_a_line_that_a_mute_took_back_is_said_once(void **state)
{
	struct world *w = begin();

	(void)state;
	world_mute(w, 0, 3600 * 1000);
	world_server_stop(w);
	world_client_say(w, 0, false);
	world_client_nick(w, 0, "p0b");
	world_client_say(w, 0, true);
	world_client_say(w, 0, false);
	world_run(w, 1000);
	world_client_back_up(w, 0);
	world_server_start(w);
	until_pending(w, 8);
	world_mute(w, 0, 0);
	until_pending(w, 0);
	say(w);
	assert_true(world_client_put_back(w, 0));
	world_client_start(w, 0);
	world_client_say(w, 0, false);
	world_run(w, 5000);
	say(w);
	settle(w);
}

/* Nothing waits in the copy: so it is no matter how often he had it before. */
static void
files_that_are_put_back_again_and_again_cost_no_more(void **state)
{
	struct world *w = begin();
	unsigned long long before = 0;
	int i;

	(void)state;
	say(w);
	world_client_back_up(w, 0);
	say(w);
	for (i = 0; i < 6; i++) {
		assert_true(world_client_put_back(w, 0));
		before = world_handshakes(w);
		world_client_start(w, 0);
		world_run(w, 10000);
		say(w);
	}
	assert_in_range(world_handshakes(w) - before, 1, 2);
	settle(w);
}

/* He dies at that change of his disk, after the wrong backup; true: he did. */
static bool
die_at(unsigned change, unsigned right)
{
	struct world *w = begin();
	bool died;

	world_server_back_up(w);
	say(w);
	say(w);
	world_server_back_up(w);
	world_client_kill(w, 0, false);
	world_client_say_elsewhere(w, 0, 2);
	put_back(w, MONDAY);
	world_client_start(w, 0);
	world_client_die(w, 0, change);
	world_client_say(w, 0, false);
	world_run(w, 5000);
	died = !world_client_up(w, 0);
	world_client_kill(w, 0, false);
	put_back(w, right);
	world_client_start(w, 0);
	world_client_say(w, 0, false);
	settle(w);
	return died;
}

static void
whenever_he_dies_nothing_is_lost_or_doubled(void **state)
{
	unsigned change, right;

	(void)state;
	for (right = MONDAY; right <= TUESDAY; right++) {
		for (change = 0; die_at(change, right); change++)
			;
		assert_true(change > 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_behind_a_rename_is_known_again),
		cmocka_unit_test(
		    what_another_number_counts_alike_is_known_again),
		cmocka_unit_test(what_was_said_under_another_name_is_said_again),
		cmocka_unit_test(so_it_is_from_the_outbox_that_takes_its_place),
		cmocka_unit_test(what_was_said_before_a_rename_is_known_again),
		cmocka_unit_test(
		    what_was_said_right_behind_a_rename_is_said_again),
		cmocka_unit_test(what_waits_in_a_copy_of_his_files_is_said_once),
		cmocka_unit_test(
		    what_is_behind_a_line_that_a_mute_took_back_is_said_once),
		cmocka_unit_test(
		    files_that_are_put_back_again_and_again_cost_no_more),
		cmocka_unit_test(whenever_he_dies_nothing_is_lost_or_doubled),
	};

	return tests_run(tests, NULL, NULL);
}
