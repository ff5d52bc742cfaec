/*
 * The rules of the log and of the handshake, one by one, as a peer notices
 * them: in the simulated world, by plain calls, and on a real socket.
 */
#include <sys/socket.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/hello.h"
#include "server/delivery.h"
#include "tests/with_cmocka.h"
#include "tests/with_server.h"
#include "tests/with_world.h"
#include "tui/shared/record.h"

static const struct world_net calm = { .delay_ms = 20, .jitter_ms = 1 };

static struct world *
world_seeded(uint32_t seed, int people, uint32_t rate)
{
	struct world_config config = { .seed = seed, .net = calm,
	    .rate = rate };
	struct world *w = world_new(&config);
	char name[16];
	int i;

	for (i = 0; i < people; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		world_client_start(w, world_client(w, name, -1, NULL));
		world_run(w, 300);
	}
	world_run(w, 3000);
	return w;
}

static struct world *
world_of(int people, uint32_t rate)
{
	return world_seeded(11, people, rate);
}

/* Peace, and all is as it must be. */
static void
settle(struct world *w, int64_t ms)
{
	world_run(w, ms);
	if (!world_settled(w))
		print_error("%s\n", world_broken(w));
	assert_null(world_broken(w));
	world_free(w);
}

static unsigned
lines_of(struct world *w, const char *name)
{
	return world_count(w, name, ENTRY_SAY);
}

static void
rule_1_a_post_is_on_the_disk_before_it_is_sent(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_server_stop(w);
	world_run(w, 500);
	world_client_say(w, 0, false);
	world_client_say(w, 0, false);
	world_run(w, 500);
	/* Its machine dies at once; the server knows nothing of it yet. */
	world_client_kill(w, 0, true);
	world_server_start(w);
	world_run(w, 2000);
	assert_int_equal(lines_of(w, "p0"), 0);
	world_client_start(w, 0);
	world_run(w, 5000);
	assert_int_equal(lines_of(w, "p0"), 2);
	assert_int_equal(world_client_pending(w, 0), 0);
	settle(w, 2000);
}

static void
rule_1_a_repeated_post_is_appended_once(void **state)
{
	struct world_net twice = { .repeat_permille = 1000, .delay_ms = 20,
	    .late_permille = 500 };
	struct world *w = world_of(2, 0);
	int i;

	(void)state;
	world_set_net(w, &twice);
	for (i = 0; i < 20; i++) {
		world_client_say(w, 0, false);
		world_run(w, 50);
	}
	settle(w, 5000);
}

/* Carries on until it says that there is nothing to send; returns how often
 * seq was in it. */
static unsigned
drain(struct delivery *d, int64_t now, uint64_t seq)
{
	uint64_t picks[DELIVERY_PICKS];
	enum delivery_mode mode;
	unsigned seen = 0;
	size_t n, i;

	while ((n = delivery_pick(d, now, picks, &mode)) > 0) {
		for (i = 0; i < n; i++)
			seen += picks[i] == seq;
		delivery_sent(d, now, mode, picks, n, 100);
	}
	return seen;
}

/* How often entry 11 of those up to 17 is pushed, none of them acknowledged. */
static unsigned
pushed(unsigned loss_permille)
{
	struct delivery d;
	struct way way;
	unsigned carried = 0;
	uint64_t head;

	way_init(&way);
	delivery_init(&d, &way, 1000, 10, 10);
	way.loss_permille = (uint16_t)loss_permille;
	for (head = 11; head < 18; head++) {
		delivery_grew(&d, head);
		carried += drain(&d, 1000, 11);
	}
	/* The newest is always there. */
	delivery_grew(&d, head);
	assert_int_equal(drain(&d, 1000, head), 1);
	delivery_clear(&d);
	return carried;
}

static void
rule_2_a_push_carries_three_times_what_may_be_lost(void **state)
{
	(void)state;
	assert_int_equal(pushed(0), 1);
	assert_int_equal(pushed(1), 3);
}

/* As over a mobile network: no line is narrow, but every answer is late. */
static void
who_is_behind_on_a_line_that_jitters_catches_up(void **state)
{
	struct world_net bad = { .delay_ms = 100, .jitter_ms = 60,
	    .loss_permille = 100 };
	struct world *w = world_of(5, 0);
	int64_t began;
	int i;

	(void)state;
	world_client_sleep(w, 4, true);
	for (i = 0; i < 120; i++) {
		world_client_say(w, i % 4, true);
		world_run(w, 200);
	}
	world_run(w, 60000);
	world_set_net(w, &bad);
	world_client_sleep(w, 4, false);
	began = world_now(w);
	for (i = 0; world_client_have(w, 4) + 60 < world_head(w); i++) {
		world_client_say(w, i % 4, false);
		world_run(w, 25);
		assert_true(world_now(w) < began + 30000);
	}
	settle(w, 20000);
}

static void
rule_3_data_is_acknowledged_within_50_ms(void **state)
{
	struct world *w = world_of(2, 0);
	struct world_figures before;
	uint64_t have = world_client_have(w, 1);

	(void)state;
	world_run(w, 5000);
	world_client_say(w, 0, false);
	/* To the server and on to p1 it is 2 * (20 + a few) ms. */
	while (world_client_have(w, 1) == have)
		world_run(w, 1);
	before = world_figures(w);
	world_run(w, 55);
	assert_in_range(world_figures(w).up - before.up, 1, 2);
	settle(w, 5000);
}

static void
rule_4_probes_grow_rarer_and_end_with_three_heads(void **state)
{
	struct delivery d;
	struct way way;
	int64_t now, silent = 5000, last = 0, gap = 0;
	unsigned heads = 0;

	(void)state;
	way_init(&way);
	delivery_init(&d, &way, silent, 0, 0);
	delivery_grew(&d, 1);
	assert_int_equal(drain(&d, silent, 1), 1);
	for (now = silent + 1; now < silent + 200000; now++) {
		if (now < delivery_due(&d))
			continue;
		if (delivery_wants_head(&d, now)) {
			/* At 10, 20 and 40 s. */
			heads++;
			assert_in_range(now - silent,
			    INT64_C(10000) << (heads - 1),
			    (INT64_C(10000) << (heads - 1)) + 2100);
		}
		if (drain(&d, now, 1) > 0) {
			assert_true(now < silent + 10000);
			assert_true(last == 0 || now - last >= gap ||
			    now - last >= 1900);
			gap = last == 0 ? 0 : now - last;
			last = now;
		}
	}
	assert_int_equal(heads, 3);
	/* It wakes up: all that it misses goes at once. */
	assert_true(way_sleeps(&way, now) && delivery_woke(&d, now));
	way_heard(&way, true);
	assert_int_equal(drain(&d, now, 1), 1);
	delivery_clear(&d);
}

static void
rule_5_a_lossy_peer_is_probed_after_a_round_trip(void **state)
{
	struct world_net lossy = { .loss_permille = 300, .delay_ms = 40 };
	struct world *w = world_of(2, 0);
	uint64_t have;
	int64_t began, worst = 0;
	int i;

	(void)state;
	world_set_net(w, &lossy);
	for (i = 0; i < 60; i++) {
		world_client_say(w, 0, false);
		world_run(w, 500);
	}
	/* Not lost for long: 0.3^n is small after a second. */
	for (i = 0; i < 40; i++) {
		have = world_head(w);
		world_client_say(w, 0, false);
		while (world_head(w) == have)
			world_run(w, 1);
		for (began = world_now(w); world_client_have(w, 1) <
		    world_head(w); )
			world_run(w, 1);
		if (world_now(w) - began > worst)
			worst = world_now(w) - began;
		world_run(w, 400);
	}
	assert_true(worst < 2000);
	world_set_net(w, &calm);
	settle(w, 10000);
}

static void
rule_6_entries_are_released_in_order_and_once(void **state)
{
	struct world_net wild = { .late_permille = 600, .repeat_permille = 300,
	    .delay_ms = 10, .jitter_ms = 30 };
	struct world *w = world_of(3, 0);
	int i;

	(void)state;
	world_set_net(w, &wild);
	for (i = 0; i < 90; i++) {
		world_client_say(w, i % 3, false);
		world_run(w, 15);
	}
	world_set_net(w, &calm);
	settle(w, 10000);	/* the world looks at each entry shown */
}

static void
rule_7_catching_up_goes_on_faster_and_faster(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_client_miss(w, 1, 0, 2000, 20000);
	world_client_catch_up(w, 1, 1000);
	assert_int_equal(world_client_have(w, 1), world_head(w));
	settle(w, 1000);
}

static void
rule_7_a_newcomer_begins_500_back(void **state)
{
	struct world *w = world_of(1, 0);
	int i;

	(void)state;
	for (i = 0; i < 700; i++) {
		world_client_say(w, 0, false);
		if (i % 20 == 19)
			world_run(w, 30);
	}
	world_run(w, 3000);
	world_client_start(w, world_client(w, "late", -1, NULL));
	world_run(w, 3000);
	assert_int_equal(world_client_have(w, 1), world_head(w));
	assert_in_range(world_client_shown(w, 1), 500, 502);
	settle(w, 1000);
}

static void
read_back(uint32_t seed)
{
	struct world_net bad = { .loss_permille = 300, .late_permille = 200,
	    .repeat_permille = 100, .delay_ms = 20 };
	struct world *w = world_seeded(seed, 1, 0);
	int i;

	for (i = 0; i < 700; i++) {
		world_client_say(w, 0, false);
		if (i % 20 == 19)
			world_run(w, 30);
	}
	world_run(w, 3000);
	world_client_start(w, world_client(w, "late", -1, NULL));
	world_run(w, 3000);
	world_set_net(w, &bad);
	world_client_read(w, 1, 150, 100);
	world_run(w, 20000);
	assert_int_equal(world_client_older(w, 1), 100);
	/* Down to the first, and no further. */
	world_client_read(w, 1, 50, 100);
	world_run(w, 20000);
	assert_int_equal(world_client_older(w, 1), 149);
	world_set_net(w, &calm);
	settle(w, 5000);
}

static void
older_entries_come_when_asked_for_also_over_a_bad_network(void **state)
{
	uint32_t seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++)
		read_back(seed);
}

static void
rule_8_an_idle_client_says_something_every_half_minute(void **state)
{
	struct world *w = world_of(1, 0);
	struct world_figures a, b;

	(void)state;
	world_run(w, 60000);
	a = world_figures(w);
	world_run(w, 600000);
	b = world_figures(w);
	assert_in_range(b.up - a.up + b.down - a.down, 30, 40);
	settle(w, 1000);
}

static void
rule_8_a_client_that_wakes_up_has_all_at_once(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_client_sleep(w, 1, true);
	world_run(w, 600000);
	world_client_say(w, 0, false);
	world_run(w, 60000);
	world_client_move(w, 1);
	world_client_sleep(w, 1, false);
	world_run(w, 1000);
	assert_int_equal(world_client_have(w, 1), world_head(w));
	settle(w, 1000);
}

static void
rule_9_leaving_is_told_once_and_silence_after_90_s(void **state)
{
	struct world *w = world_of(3, 0);

	(void)state;
	world_client_leave(w, 1);
	world_client_sleep(w, 2, true);
	world_run(w, 2000);
	assert_false(world_client_up(w, 1));
	assert_int_equal(world_count(w, "p1", ENTRY_LEAVE), 1);
	world_run(w, 60000);
	assert_int_equal(world_count(w, "p2", ENTRY_TIMEOUT), 0);
	world_run(w, 60000);
	assert_int_equal(world_count(w, "p2", ENTRY_TIMEOUT), 1);
	/* Coming back is one SYNC: the session is still there. */
	world_client_sleep(w, 2, false);
	world_run(w, 3000);
	assert_int_equal(world_count(w, "p2", ENTRY_JOIN), 2);
	settle(w, 1000);
}

static void
rule_10_a_restart_is_seen_by_nobody(void **state)
{
	struct world *w = world_of(4, 0);
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		world_client_say(w, i % 4, false);
		world_run(w, 20);
		if (i == 20)
			world_server_kill(w, 3);
		if (i == 25)
			world_server_start(w);
	}
	world_run(w, 5000);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		assert_int_equal(world_count(w, name, ENTRY_JOIN), 1);
		assert_int_equal(world_count(w, name, ENTRY_LEAVE), 0);
		assert_int_equal(lines_of(w, name), 10);
	}
	settle(w, 1000);
}

static void
rule_11_a_long_text_is_appended_whole(void **state)
{
	struct world_net bad = { .loss_permille = 300, .late_permille = 300,
	    .delay_ms = 20 };
	struct world *w = world_of(3, 0);
	int i;

	(void)state;
	world_set_net(w, &bad);
	for (i = 0; i < 12; i++) {
		world_client_say(w, i % 3, true);
		world_run(w, 100);
	}
	world_set_net(w, &calm);
	settle(w, 20000);	/* the world looks that pieces are together */
}

static void
rule_12_over_the_limit_is_late_but_not_lost(void **state)
{
	struct world *w = world_of(2, 2);
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		world_client_say(w, 0, false);
	world_run(w, 1000);
	assert_in_range(lines_of(w, "p0"), 10, 13);
	assert_true(world_client_pending(w, 0) > 0);
	world_run(w, 10000);
	assert_int_equal(lines_of(w, "p0"), 20);
	settle(w, 1000);
}

static void
rule_14_a_full_disk_keeps_lines_pending(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_server_disk(w, 0);
	world_client_say(w, 0, false);
	world_run(w, 10000);
	assert_int_equal(lines_of(w, "p0"), 0);
	assert_int_equal(world_client_pending(w, 0), 1);
	assert_true(world_client_online(w, 0));
	world_server_disk(w, UINT64_MAX);
	world_run(w, 5000);
	assert_int_equal(lines_of(w, "p0"), 1);
	settle(w, 1000);
}

/*
 * Names
 */

static const struct world_net lossy_net = { .loss_permille = 300,
	.late_permille = 100, .delay_ms = 20, .jitter_ms = 1 };

static void
a_rename_is_one_entry_under_30_percent_loss(void **state)
{
	struct world *w = world_of(3, 0);
	int i;

	(void)state;
	world_set_net(w, &lossy_net);
	for (i = 0; i < 20; i++) {
		if (i == 10)
			world_client_nick(w, 0, "alice");
		world_client_say(w, 0, false);
		world_run(w, 50);
	}
	world_run(w, 10000);
	assert_string_equal(world_client_name(w, 0), "alice");
	assert_int_equal(world_count(w, "p0", ENTRY_RENAME), 1);
	assert_int_equal(lines_of(w, "p0"), 10);
	assert_int_equal(lines_of(w, "alice"), 10);
	/* Nobody left, nobody came. */
	assert_int_equal(world_count(w, "alice", ENTRY_JOIN), 0);
	assert_int_equal(world_count(w, "p0", ENTRY_LEAVE), 0);
	world_set_net(w, &calm);
	settle(w, 3000);
}

static void
a_taken_an_owned_and_a_malformed_name_are_refused(void **state)
{
	struct world *w = world_of(3, 0);

	(void)state;
	world_client_nick(w, 0, "P1");
	world_client_say(w, 0, false);
	world_run(w, 1000);
	assert_int_equal(world_client_refusal(w, 0), RECORD_TAKEN);
	world_client_leave(w, 2);
	world_run(w, 1000);
	world_client_nick(w, 0, "p2");
	world_client_say(w, 0, false);
	world_run(w, 1000);
	assert_int_equal(world_client_refusal(w, 0), RECORD_OWNED);
	world_client_nick(w, 0, "a b");
	assert_int_equal(world_client_refusal(w, 0), RECORD_MALFORMED);
	/* Nor that of another window of the same person. */
	world_client_start(w, world_client(w, "other", 0, NULL));
	world_run(w, 1000);
	world_client_nick(w, 0, "other");
	world_run(w, 1000);
	assert_int_equal(world_client_refusal(w, 0), RECORD_TAKEN);
	/* "x:" would read as x saying something; only the room knows. */
	world_client_nick(w, 0, "x:");
	world_client_say(w, 0, false);
	world_run(w, 1000);
	assert_int_equal(world_client_refusal(w, 0), RECORD_MALFORMED);
	/* It is in, as before, and its other lines went on. */
	assert_true(world_client_online(w, 0));
	assert_string_equal(world_client_name(w, 0), "p0");
	assert_int_equal(lines_of(w, "p0"), 3);
	assert_int_equal(world_client_pending(w, 0), 0);
	settle(w, 1000);
}

static void
too_many_new_names_are_refused_and_hold_up_nothing(void **state)
{
	struct world *w = world_of(2, 2);
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "q%d", i);
		world_client_nick(w, 0, name);
		world_run(w, 600);
	}
	assert_string_equal(world_client_name(w, 0), "q4");
	/* This one is said to be too soon, and when it is not. */
	world_client_nick(w, 0, "q5");
	world_client_say(w, 0, false);
	world_run(w, 200);
	assert_int_equal(world_client_refusal(w, 0), RECORD_SOON);
	assert_in_range(world_client_refusal_ms(w, 0), 5000, 10000);
	assert_string_equal(world_client_name(w, 0), "q4");
	assert_int_equal(lines_of(w, "q4"), 1);
	assert_int_equal(world_client_pending(w, 0), 0);
	world_run(w, world_client_refusal_ms(w, 0));
	world_client_nick(w, 0, "q5");
	world_run(w, 1000);
	assert_string_equal(world_client_name(w, 0), "q5");
	settle(w, 1000);
}

static void
names_that_are_refused_cost_no_new_name(void **state)
{
	struct world *w = world_of(2, 2);
	uint64_t head;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		world_client_nick(w, 0, "P1");
		world_run(w, 600);
		assert_int_equal(world_client_refusal(w, 0), RECORD_TAKEN);
	}
	world_client_nick(w, 0, "q0");
	world_run(w, 1000);
	assert_string_equal(world_client_name(w, 0), "q0");
	/* But each is a line, of which nobody has more than the others. */
	world_run(w, 10000);
	head = world_head(w);
	for (i = 0; i < 40; i++)
		world_client_nick(w, 0, "P1");
	world_run(w, 1000);
	assert_in_range(world_head(w) - head, 8, 13);
	world_run(w, 20000);
	settle(w, 1000);
}

static void
who_is_muted_is_told_until_when_he_keeps_his_name(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_mute(w, 0, 3600 * 1000);
	world_run(w, 500);
	world_client_nick(w, 0, "q0");
	world_run(w, 500);
	assert_int_equal(world_client_refusal(w, 0), RECORD_MUTE);
	assert_in_range(world_client_refusal_ms(w, 0), 3598000, 3600000);
	assert_string_equal(world_client_name(w, 0), "p0");
	settle(w, 1000);
}

/* What is said at once may be refused before it is told how far he was. */
static void
who_is_muted_and_says_something_at_once_stays_in(void **state)
{
	/* Nearer than the disk, which the first POSTED waits for. */
	static const struct world_net near = { .delay_ms = 1 };
	struct world *w = world_of(2, 0);
	int i;

	(void)state;
	world_set_net(w, &near);
	world_client_say(w, 0, false);
	world_mute(w, 0, 3600 * 1000);
	world_run(w, 500);
	for (i = 0; i < 60; i++) {
		world_client_leave(w, 0);
		world_run(w, 500);
		world_client_start(w, 0);
		world_run(w, i);
		world_client_say(w, 0, false);
		world_run(w, 1000);
		assert_true(world_client_online(w, 0));
		assert_int_equal(world_client_denial(w, 0), 0);
		assert_int_equal(world_client_pending(w, 0), 0);
	}
	settle(w, 1000);
}

static void
a_rename_outlives_a_server_that_dies_meanwhile(void **state)
{
	struct world *w;
	unsigned after;

	(void)state;
	/* It dies with the rename not there, there, told, on the disk. */
	for (after = 0; after < 8; after++) {
		w = world_of(2, 0);
		world_client_say(w, 0, false);
		world_client_nick(w, 0, "alice");
		world_client_say(w, 0, false);
		world_run(w, after < 4 ? 1 : 21);
		world_server_kill(w, after % 4);
		world_run(w, 2000);
		world_server_kill(w, 0);
		world_server_start(w);
		world_run(w, 5000);
		assert_string_equal(world_client_name(w, 0), "alice");
		assert_int_equal(world_count(w, "p0", ENTRY_RENAME), 1);
		assert_int_equal(lines_of(w, "p0"), 1);
		assert_int_equal(lines_of(w, "alice"), 1);
		assert_int_equal(world_count(w, "alice", ENTRY_JOIN), 0);
		settle(w, 1000);
	}
}

/* Of his coming and of whose his name is, any part may be on the disk. */
static void
who_came_when_the_server_died_is_in_again(void **state)
{
	struct world_config config = { .net = calm };
	struct world *w;

	(void)state;
	for (config.seed = 1; config.seed <= 256; config.seed++) {
		w = world_new(&config);
		world_client_start(w, world_client(w, "late", -1, NULL));
		world_run(w, 110);
		world_server_kill(w, 0);
		world_server_start(w);
		world_run(w, 5000);
		assert_true(world_client_online(w, 0));
		assert_string_equal(world_client_name(w, 0), "late");
		settle(w, 1000);
	}
}

static void
who_did_not_hear_of_his_rename_comes_back_renamed(void **state)
{
	static const struct world_net deaf = { .loss_permille = 1000,
	    .delay_ms = 20 };
	struct world *w = world_of(2, 0);

	(void)state;
	world_client_say(w, 0, false);
	world_run(w, 1000);
	world_client_nick(w, 0, "alice");
	world_client_say(w, 0, false);
	world_run(w, 10);
	/* It is on its way up, and nothing comes down any more. */
	world_set_net(w, &deaf);
	world_run(w, 50);
	world_client_kill(w, 0, true);
	assert_int_equal(world_count(w, "p0", ENTRY_RENAME), 1);
	world_set_net(w, &calm);
	world_client_start(w, 0);
	world_run(w, 2000);
	assert_string_equal(world_client_name(w, 0), "alice");
	assert_int_equal(world_count(w, "p0", ENTRY_JOIN), 1);
	assert_int_equal(lines_of(w, "alice"), 1);
	assert_int_equal(world_client_pending(w, 0), 0);
	/* Now it knows; who says p0 then means it. */
	world_client_kill(w, 0, false);
	world_client_start(w, 0);
	world_run(w, 2000);
	assert_string_equal(world_client_name(w, 0), "p0");
	world_client_say(w, 0, false);
	settle(w, 2000);
}

static void
a_new_name_is_kept_through_a_restart_and_a_long_sleep(void **state)
{
	struct world *w = world_of(2, 0);

	(void)state;
	world_client_nick(w, 0, "alice");
	world_run(w, 1000);
	world_server_stop(w);
	world_run(w, 1000);
	world_server_start(w);
	world_run(w, 3000);
	assert_string_equal(world_client_name(w, 0), "alice");
	assert_int_equal(world_count(w, "alice", ENTRY_JOIN), 0);
	world_client_sleep(w, 0, true);
	world_run(w, 200000);
	assert_int_equal(world_count(w, "alice", ENTRY_TIMEOUT), 1);
	world_client_sleep(w, 0, false);
	world_client_say(w, 0, false);
	world_run(w, 3000);
	assert_int_equal(lines_of(w, "alice"), 1);
	assert_string_equal(world_client_name(w, 0), "alice");
	settle(w, 1000);
}

static void
the_screen_knows_who_is_there_and_who_is_away(void **state)
{
	enum { PEOPLE = 40 };
	struct world *w = world_of(PEOPLE, 0);

	(void)state;
	assert_int_equal(world_client_members(w, 0), PEOPLE);
	world_client_sleep(w, 5, true);
	world_client_leave(w, 6);
	world_run(w, 80000);
	assert_true(world_client_sees_away(w, 0, "p5"));
	assert_int_equal(world_client_members(w, 0), PEOPLE - 1);
	world_client_sleep(w, 5, false);
	world_run(w, 40000);
	assert_false(world_client_sees_away(w, 0, "p5"));
	/* A screen that takes nothing more gets the rest later. */
	world_client_busy(w, 1, true);
	world_client_sleep(w, 5, true);
	world_run(w, 80000);
	assert_false(world_client_sees_away(w, 1, "p5"));
	world_client_busy(w, 1, false);
	world_client_sleep(w, 5, false);
	settle(w, 40000);
}

/*
 * Who comes back learns who is here before he is shown what happened while he
 * was away, which is in that list already: it must not be taken for news.
 */
static void
what_happened_before_the_list_does_not_change_it(void **state)
{
	struct world *w = world_of(2, 0);
	int i;

	(void)state;
	world_client_nick(w, 0, "p0a");
	world_run(w, 1000);
	/* He is there twice: as what he was when he was killed, and anew. */
	world_client_kill(w, 0, false);
	world_run(w, 1000);
	world_client_start(w, 0);
	world_run(w, 1000);
	world_client_kill(w, 1, false);
	/* More than comes with the list. */
	for (i = 0; i < 100; i++)
		world_client_say(w, 0, false);
	world_run(w, 100000);
	assert_int_equal(world_count(w, "p0a", ENTRY_TIMEOUT), 1);
	world_client_nick(w, 0, "p0a");
	world_run(w, 1000);
	world_client_start(w, 1);
	world_run(w, 3000);
	assert_int_equal(world_client_members(w, 1), 2);
	settle(w, 1000);
}

static void
whois_tells_key_and_since_when(void **state)
{
	struct world *w = world_of(2, 0);
	struct world_person a, b;
	int away;

	(void)state;
	world_set_net(w, &lossy_net);
	world_client_whois(w, 0, "P1");
	world_run(w, 10000);
	a = world_client_person(w, 0);
	assert_int_equal(a.answers, 1);
	assert_int_equal(a.flags, 0);
	assert_string_equal(a.name, "p1");
	assert_int_equal(strncmp(a.key, "SHA256:", 7), 0);
	assert_true(a.since_ms > 0);
	world_set_net(w, &calm);
	/* A new name, the same key, there since then. */
	world_client_nick(w, 1, "alice");
	world_run(w, 1000);
	world_client_whois(w, 0, "alice");
	world_run(w, 1000);
	b = world_client_person(w, 0);
	assert_int_equal(b.answers, 2);
	assert_string_equal(b.key, a.key);
	assert_true(b.since_ms == a.since_ms);
	world_client_whois(w, 0, "nobody");
	world_run(w, 1000);
	b = world_client_person(w, 0);
	assert_int_equal(b.answers, 3);
	assert_int_equal(b.flags, RECORD_MEMBER_ABSENT);
	assert_string_equal(b.key, "");
	world_client_whois(w, 0, "no name");
	assert_int_equal(world_client_person(w, 0).flags,
	    RECORD_MEMBER_ABSENT);
	world_client_sleep(w, 1, true);
	world_run(w, 60000);
	world_client_whois(w, 0, "alice");
	world_run(w, 1000);
	away = (int)world_client_person(w, 0).flags;
	assert_int_equal(away, RECORD_MEMBER_AWAY);
	world_client_sleep(w, 1, false);
	settle(w, 3000);
}

static void
verify_is_answered_each_time_also_where_much_is_said(void **state)
{
	struct world *w = world_of(3, 0);
	unsigned before, asked;
	int i;

	(void)state;
	before = world_client_verified(w, 0);
	for (asked = 1; asked <= 3; asked++) {
		world_client_verify(w, 0);
		world_run(w, 1000);
		assert_int_equal(world_client_verified(w, 0), before + asked);
	}
	/* The copy grows faster than an answer comes. */
	for (i = 0; i < 100; i++) {
		world_client_say(w, 1 + i % 2, false);
		world_run(w, 10);
		if (i == 50) {
			before = world_client_verified(w, 0);
			world_client_verify(w, 0);
		}
	}
	assert_true(world_client_verified(w, 0) > before);
	world_server_stop(w);
	world_run(w, 1000);
	before = world_client_verified(w, 0);
	world_client_verify(w, 0);
	world_run(w, 1000);
	assert_int_equal(world_client_verified(w, 0), before);
	world_server_start(w);
	world_run(w, 5000);
	assert_true(world_client_verified(w, 0) > before);
	settle(w, 1000);
}

/*
 * The handshake, from outside
 */

static struct server server;

static int
server_up(void **state)
{
	(void)state;
	server_start(&server, NULL, NULL);
	return 0;
}

static int
server_down(void **state)
{
	(void)state;
	return server_stop(&server, SIGTERM);
}

static size_t
make_hello(uint8_t out[HELLO_DATAGRAM], const uint8_t *cookie)
{
	static const uint8_t noise[HELLO_NOISE] = { 9, 1, 2, 3 };
	struct hello h = { .client = 7, .cookie = cookie, .noise = noise };

	return hello_put(out, &h);
}

static void
an_address_proves_itself_by_a_cookie_first(void **state)
{
	uint8_t hello[HELLO_DATAGRAM], cookie[HELLO_COOKIE] = { 1 };
	char answer[HELLO_DATAGRAM];
	int fd = udp_open(&server, AF_INET), other = udp_open(&server,
	    AF_INET);

	(void)state;
	udp_send_bytes(fd, hello, make_hello(hello, NULL));
	assert_int_equal(udp_receive(fd, answer, sizeof(answer)),
	    HELLO_COOKIE_BYTES);
	assert_int_equal((uint8_t)answer[0], HELLO_COOKIE_TYPE);
	/* One that nobody gave, or another address: a new one, no more. */
	udp_send_bytes(fd, hello, make_hello(hello, cookie));
	assert_int_equal(udp_receive(fd, answer, sizeof(answer)),
	    HELLO_COOKIE_BYTES);
	memcpy(cookie, answer + 6, sizeof(cookie));
	udp_send_bytes(other, hello, make_hello(hello, cookie));
	assert_int_equal(udp_receive(other, answer, sizeof(answer)),
	    HELLO_COOKIE_BYTES);
	/* The one it was given opens the door. */
	udp_send_bytes(fd, hello, make_hello(hello, cookie));
	assert_true(udp_receive(fd, answer, sizeof(answer)) >
	    HELLO_COOKIE_BYTES);
	assert_int_equal((uint8_t)answer[0], HELLO_HS2_TYPE);
	close(fd);
	close(other);
}

static void
what_is_malformed_gets_no_answer(void **state)
{
	uint8_t hello[HELLO_DATAGRAM];
	size_t len;
	int fd = udp_open(&server, AF_INET), type;

	(void)state;
	len = make_hello(hello, NULL);
	udp_send_bytes(fd, hello, len - 1);	/* too short */
	hello[6] = 5;				/* a cookie of another length */
	udp_send_bytes(fd, hello, len);
	for (type = 0xf8; type <= 0xff; type++) {
		memset(hello, type, 12);
		udp_send_bytes(fd, hello, 12);
	}
	udp_expect_nothing(fd);
	close(fd);
}

static void
another_version_and_its_padding_are_answered_by_a_cookie(void **state)
{
	uint8_t hello[HELLO_DATAGRAM];
	char answer[HELLO_DATAGRAM];
	size_t len = make_hello(hello, NULL);
	int fd = udp_open(&server, AF_INET), i;

	(void)state;
	for (i = 0; i < 3; i++) {
		make_hello(hello, NULL);
		if (i == 0)
			hello[len - 1] = 1;	/* padding with a meaning */
		else if (i == 1)
			hello[1] = 2;		/* another version ... */
		else
			memset(hello + 1, 0xff, len - 1);
		udp_send_bytes(fd, hello, len);
		assert_int_equal(udp_receive(fd, answer, sizeof(answer)),
		    HELLO_COOKIE_BYTES);
		/* ... to which the server says its own, and the index. */
		assert_int_equal((uint8_t)answer[0], HELLO_COOKIE_TYPE);
		assert_int_equal(answer[1], HELLO_VERSION);
		assert_memory_equal(answer + 2, hello + 2, 4);
	}
	udp_expect_nothing(fd);
	close(fd);
}

static void
a_session_that_nobody_has_is_answered_by_a_smaller_reset(void **state)
{
	uint8_t data[40] = { 0xfc, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 9 };
	char answer[64];
	int fd = udp_open(&server, AF_INET), i, resets = 0;

	(void)state;
	for (i = 0; i < 30; i++)
		udp_send_bytes(fd, data, sizeof(data));
	udp_send(fd, "nonsense");
	while (udp_receive(fd, answer, sizeof(answer)) == HELLO_RESET_BYTES) {
		assert_int_equal((uint8_t)answer[0], HELLO_RESET_TYPE);
		assert_memory_equal(answer + 5, data, HELLO_ECHO);
		resets++;
	}
	/* Ten a second to one address. */
	assert_in_range(resets, 1, 20);
	close(fd);
}

int
main(void)
{
#define ON_SERVER(name) \
	cmocka_unit_test_setup_teardown(name, server_up, server_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    rule_1_a_post_is_on_the_disk_before_it_is_sent),
		cmocka_unit_test(rule_1_a_repeated_post_is_appended_once),
		cmocka_unit_test(
		    rule_2_a_push_carries_three_times_what_may_be_lost),
		cmocka_unit_test(
		    who_is_behind_on_a_line_that_jitters_catches_up),
		cmocka_unit_test(rule_3_data_is_acknowledged_within_50_ms),
		cmocka_unit_test(
		    rule_4_probes_grow_rarer_and_end_with_three_heads),
		cmocka_unit_test(
		    rule_5_a_lossy_peer_is_probed_after_a_round_trip),
		cmocka_unit_test(rule_6_entries_are_released_in_order_and_once),
		cmocka_unit_test(rule_7_catching_up_goes_on_faster_and_faster),
		cmocka_unit_test(rule_7_a_newcomer_begins_500_back),
		cmocka_unit_test(
		    older_entries_come_when_asked_for_also_over_a_bad_network),
		cmocka_unit_test(
		    rule_8_an_idle_client_says_something_every_half_minute),
		cmocka_unit_test(rule_8_a_client_that_wakes_up_has_all_at_once),
		cmocka_unit_test(
		    rule_9_leaving_is_told_once_and_silence_after_90_s),
		cmocka_unit_test(rule_10_a_restart_is_seen_by_nobody),
		cmocka_unit_test(rule_11_a_long_text_is_appended_whole),
		cmocka_unit_test(rule_12_over_the_limit_is_late_but_not_lost),
		cmocka_unit_test(rule_14_a_full_disk_keeps_lines_pending),
		cmocka_unit_test(a_rename_is_one_entry_under_30_percent_loss),
		cmocka_unit_test(
		    a_taken_an_owned_and_a_malformed_name_are_refused),
		cmocka_unit_test(
		    too_many_new_names_are_refused_and_hold_up_nothing),
		cmocka_unit_test(names_that_are_refused_cost_no_new_name),
		cmocka_unit_test(
		    who_is_muted_is_told_until_when_he_keeps_his_name),
		cmocka_unit_test(
		    who_is_muted_and_says_something_at_once_stays_in),
		cmocka_unit_test(
		    a_rename_outlives_a_server_that_dies_meanwhile),
		cmocka_unit_test(
		    who_came_when_the_server_died_is_in_again),
		cmocka_unit_test(
		    who_did_not_hear_of_his_rename_comes_back_renamed),
		cmocka_unit_test(
		    a_new_name_is_kept_through_a_restart_and_a_long_sleep),
		cmocka_unit_test(
		    the_screen_knows_who_is_there_and_who_is_away),
		cmocka_unit_test(
		    what_happened_before_the_list_does_not_change_it),
		cmocka_unit_test(whois_tells_key_and_since_when),
		cmocka_unit_test(
		    verify_is_answered_each_time_also_where_much_is_said),
		ON_SERVER(an_address_proves_itself_by_a_cookie_first),
		ON_SERVER(what_is_malformed_gets_no_answer),
		ON_SERVER(
		    another_version_and_its_padding_are_answered_by_a_cookie),
		ON_SERVER(
		    a_session_that_nobody_has_is_answered_by_a_smaller_reset),
	};

	return tests_run(tests, NULL, NULL);
}
