/*
 * New keys every few minutes, in the simulated world: nobody sees it, whatever
 * the network does, and an idle client hardly costs more.
 */
#include <stdint.h>
#include <stdio.h>

#include "tests/with_cmocka.h"
#include "tests/with_world.h"
#include "tui/shared/record.h"

enum { PEOPLE = 3, HOUR = 3600 * 1000, MINUTE = 60 * 1000 };

static const char *const names[PEOPLE] = { "ann", "ben", "cid" };

static void
start(struct world *w)
{
	int64_t end = world_now(w) + MINUTE;
	int i;

	for (i = 0; i < PEOPLE; i++)
		world_client_start(w, world_client(w, names[i], -1, NULL));
	for (i = 0; i < PEOPLE; i++) {
		while (!world_client_online(w, i) && world_now(w) < end)
			world_run(w, 100);
		assert_true(world_client_online(w, i));
	}
}

/* Nobody was seen to go or come, and all have all of it. */
static void
assert_unseen(struct world *w)
{
	int i;

	if (!world_settled(w))
		fail_msg("%s", world_broken(w));
	for (i = 0; i < PEOPLE; i++) {
		assert_int_equal(world_count(w, names[i], ENTRY_JOIN), 1);
		assert_int_equal(world_count(w, names[i], ENTRY_LEAVE), 0);
		assert_int_equal(world_count(w, names[i], ENTRY_TIMEOUT), 0);
		/* Of the first handshake, where much is lost. */
		if (world_client_denial(w, i) != RECORD_SILENT)
			assert_int_equal(world_client_denial(w, i), 0);
		assert_int_equal(world_client_pending(w, i), 0);
	}
}

static void
an_idle_client_costs_hardly_more(void **state)
{
	struct world_config config = { .seed = 9, .net = { .delay_ms = 20 } };
	struct world *w = world_new(&config);
	struct world_figures a, b;
	unsigned long long before;
	double rate;

	(void)state;
	world_client_start(w, world_client(w, "ann", -1, NULL));
	world_run(w, MINUTE);
	a = world_figures(w);
	before = world_handshakes(w);
	world_run(w, 12 * (int64_t)HOUR);
	b = world_figures(w);
	rate = (double)(b.up + b.down - a.up - a.down) / (12 * 60);
	print_message("%.2f datagrams a minute\n", rate);
	assert_true(rate <= 4.1);
	assert_in_range(world_handshakes(w) - before, 12 * 60 / 34, 25);
	assert_int_equal(world_client_lost(w, 0), 0);
	world_free(w);
}

/* So many minutes of talk, every so often somebody says a line. */
static void
talk(struct world *w, int minutes, int64_t every_ms)
{
	int64_t end = world_now(w) + minutes * (int64_t)MINUTE;

	while (world_now(w) < end && world_broken(w) == NULL) {
		world_run(w, (int64_t)world_random(w,
		    (uint64_t)(2 * every_ms)));
		world_client_say(w, (int)world_random(w, PEOPLE),
		    world_random(w, 10) == 0);
	}
}

static void
talk_goes_on_under_new_keys(void **state)
{
	struct world_config config = { .seed = 3, .net = { .delay_ms = 40,
	    .jitter_ms = 5 } };
	struct world *w = world_new(&config);
	unsigned long long before;
	int i;

	(void)state;
	start(w);
	before = world_handshakes(w);
	talk(w, 30, 300);
	world_run(w, 10000);
	assert_unseen(w);
	for (i = 0; i < PEOPLE; i++)
		assert_int_equal(world_client_lost(w, i), 0);
	assert_in_range(world_handshakes(w) - before, 4 * PEOPLE,
	    6 * PEOPLE);
	world_free(w);
}

static void
and_where_a_third_is_lost(void **state)
{
	struct world_config config = { .net = { .loss_permille = 300,
	    .repeat_permille = 50, .late_permille = 100, .delay_ms = 40,
	    .jitter_ms = 10 } };
	const struct world_net calm = { .delay_ms = 40 };
	unsigned long long before;
	struct world *w;

	(void)state;
	for (config.seed = 1; config.seed <= 12; config.seed++) {
		w = world_new(&config);
		start(w);
		before = world_handshakes(w);
		talk(w, 20, 400);
		world_set_net(w, &calm);
		world_run(w, 20000);
		assert_unseen(w);
		assert_true(world_handshakes(w) - before >= 2 * PEOPLE);
		world_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_client_costs_hardly_more),
		cmocka_unit_test(talk_goes_on_under_new_keys),
		cmocka_unit_test(and_where_a_third_is_lost),
	};

	return tests_run(tests, NULL, NULL);
}
