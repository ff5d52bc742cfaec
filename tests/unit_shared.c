/*
 * Servers that share a log, by plain calls: what is asked at one of them is so
 * when it comes back, at all of them, and not before. The log is that of
 * tests/engine.h, in a friendly mood; people speak the classic protocol.
 */
#include "server/hub.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "server/room/log.h"
#include "tests/engine.h"
#include "tests/with_cmocka.h"
#include "tests/with_hub.h"

enum {
	NODES = 2,
	START = 1000000,
	PORTS = 8		/* that are heard */
};
static const uint32_t elsewhere = 0xc0000201;	/* 192.0.2.1 */
static const int64_t wall_ms = INT64_C(1800000000000);

/* What came to the ports 0 and on, each line with a "|" behind it. */
static char heard[PORTS][256];
static struct engine *engine;
static struct log *logs[NODES + 1];
static struct hub *hubs[NODES + 1];
static int64_t now;

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	unsigned port = ntohs(to->in4.sin_port);
	char *line = heard[port % PORTS];
	size_t used = strlen(line);

	(void)arg;
	if (port >= PORTS)
		return;
	snprintf(line + used, sizeof(heard[0]) - used, "%.*s|", (int)len,
	    (const char *)data);
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, 1, len);
}

static void
start(uint32_t n)
{
	const struct hub_out out = hub_out_of(on_send, on_random, NULL);
	const struct hub_config config = { .classic = HUB_CLASSIC_ANY,
	    .seed = 1, .rate = 10, .gate = { .room = "sim" } };

	logs[n] = engine_log(engine, n);
	hubs[n] = hub_new(&config, logs[n], now, wall_ms, &out);
	assert_non_null(hubs[n]);
}

static void
stop(uint32_t n)
{
	hub_free(hubs[n]);
	log_close(logs[n]);
	hubs[n] = NULL;
}

static void
run_others(uint32_t but, int64_t ms)
{
	int64_t end = now + ms;
	uint32_t n;

	for (; now < end; now += 5) {
		engine_run(engine, now);
		for (n = 1; n <= NODES; n++)
			if (hubs[n] != NULL && n != but)
				hub_tick(hubs[n], now, wall_ms);
	}
}

static void
run(int64_t ms)
{
	run_others(0, ms);
}

static int
set_up(void **state)
{
	const struct engine_mood mood = { .delay_ms = 0 };
	uint32_t n;

	(void)state;
	memset(heard, 0, sizeof(heard));
	now = START;
	engine = engine_new(1);
	engine_set(engine, &mood);
	engine_run(engine, now);
	for (n = 1; n <= NODES; n++)
		start(n);
	run(50);
	return 0;
}

static int
tear_down(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= NODES; n++)
		if (hubs[n] != NULL)
			stop(n);
	engine_free(engine);
	return 0;
}

static void
put_from(uint32_t addr, unsigned port, uint32_t node, const char *line)
{
	union sock_addr from = { .in4 = { .sin_family = AF_INET } };

	from.in4.sin_port = htons((uint16_t)port);
	from.in4.sin_addr.s_addr = htonl(addr);
	hub_input(hubs[node], now, wall_ms, &from, line, strlen(line));
}

/* From a port of this machine to a node. */
static void
put(unsigned port, uint32_t node, const char *line)
{
	put_from(INADDR_LOOPBACK, port, node, line);
}

/* What came there since the last look. */
static const char *
take(unsigned port)
{
	static char lines[sizeof(heard[0])];

	memcpy(lines, heard[port], sizeof(lines));
	heard[port][0] = '\0';
	return lines;
}

static void
who_comes_is_in_when_his_entry_is(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	assert_string_equal(take(1), "");
	assert_int_equal(hub_figures(hubs[1]).members, 0);
	/* Asking again meanwhile changes nothing. */
	put(1, 1, "L ann");
	assert_string_equal(take(1), "");
	run(50);
	assert_string_equal(take(1), "OK|");
	assert_int_equal(hub_figures(hubs[1]).members, 1);
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

static void
what_is_said_at_one_is_heard_at_the_other(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	put(2, 2, "L bob");
	run(100);
	take(1);
	take(2);
	put(1, 1, "C hello");
	put(1, 1, "C again");
	assert_string_equal(take(2), "");
	run(50);
	assert_string_equal(take(2), "ann: hello|ann: again|");
	put(1, 1, "Q");
	run(50);
	assert_string_equal(take(2), "ann left the chat room|");
	assert_string_equal(take(1), "");
}

static void
one_name_at_both_at_once_is_one_persons(void **state)
{
	char first[16], second[16];

	(void)state;
	put(1, 1, "L ann");
	put(2, 2, "L Ann");
	run(200);
	snprintf(first, sizeof(first), "%.15s", take(1));
	snprintf(second, sizeof(second), "%.15s", take(2));
	assert_true((strcmp(first, "OK|") == 0 &&
	    strcmp(second, "FAIL|") == 0) || (strcmp(first, "FAIL|") == 0 &&
	    strcmp(second, "OK|") == 0));
	assert_int_equal(hub_figures(hubs[1]).members, 1);
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

static void
who_is_put_out_at_the_other_is_out(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	put(2, 2, "L bob");
	run(100);
	assert_int_equal(hub_kick(hubs[2], now, wall_ms, "ann", 3, "loud"),
	    HUB_ACT_OK);
	run(100);
	take(1);
	put(1, 1, "C still here");
	assert_string_equal(take(1), "FAIL|");
	assert_int_equal(hub_figures(hubs[1]).members, 1);
	assert_int_equal(hub_kick(hubs[1], now, wall_ms, "ann", 3, ""),
	    HUB_ACT_NOBODY);
}

static void
who_is_cut_off_takes_nothing_and_says_so(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	run(50);
	assert_string_equal(take(1), "OK|");
	engine_cut(engine, 1, 10000);
	run(3500);
	assert_int_equal(log_state(logs[1]), LOG_CUT_OFF);
	put(1, 1, "C anybody?");
	assert_string_equal(take(1), "FAIL|");
	put(3, 1, "L carol");
	assert_string_equal(take(3), "FAIL|");
	assert_int_equal(hub_announce(hubs[1], now, wall_ms, "soon", 4),
	    HUB_TEXT_NO_SPACE);
	/* The others go on, and he is told when he hears again. */
	put(2, 2, "L bob");
	run(50);
	assert_string_equal(take(2), "OK|");
	run(10000);
	assert_int_equal(log_state(logs[1]), LOG_READY);
	assert_string_equal(take(1), "bob entered the chat room|");
	put(1, 1, "C here I am");
	run(50);
	assert_string_equal(take(2), "ann: here I am|");
}

/* What becomes of what an operator asks at node 1. */
static enum hub_fate
fate_of(enum hub_act act)
{
	enum hub_fate fate;

	hub_asked(hubs[1]);
	assert_int_equal(act, HUB_ACT_OK);
	assert_int_equal(hub_fate(hubs[1], HUB_CONTROL), HUB_WAITS);
	while ((fate = hub_fate(hubs[1], HUB_CONTROL)) == HUB_WAITS)
		run(5);
	hub_forget(hubs[1], HUB_CONTROL);
	assert_int_equal(hub_fate(hubs[1], HUB_CONTROL), HUB_SO);
	return fate;
}

static enum hub_fate
fate_of_kick(void)
{
	hub_asks(hubs[1], HUB_CONTROL);
	return fate_of(hub_kick(hubs[1], now, wall_ms, "ann", 3, ""));
}

static enum hub_fate
fate_of_mute(const struct hub_person *who)
{
	hub_asks(hubs[1], HUB_CONTROL);
	return fate_of(hub_mute(hubs[1], now, wall_ms, who, 0, ""));
}

/* The log has something already, so that nobody knows yet; then it takes what
 * comes, or not. */
static void
occupy(unsigned refused_permille)
{
	struct engine_mood mood = { .refused_permille = 0 };

	engine_set(engine, &mood);
	put(1, 1, "C a word");
	mood.refused_permille = refused_permille;
	engine_set(engine, &mood);
}

static void
what_an_operator_asks_is_so_or_he_is_told_that_it_is_not(void **state)
{
	struct hub_person ann;

	(void)state;
	put(1, 1, "L ann");
	run(50);
	assert_true(hub_look(hubs[1], wall_ms, "ann", 3, &ann));
	take(1);
	occupy(1000);
	assert_int_equal(fate_of_kick(), HUB_NOT_SO);
	occupy(1000);
	assert_int_equal(fate_of_mute(&ann), HUB_NOT_SO);
	/* Nothing of it comes later by itself. */
	occupy(0);
	run(3000);
	assert_string_equal(take(1), "");
	assert_int_equal(hub_figures(hubs[1]).members, 1);
	occupy(0);
	assert_int_equal(fate_of_mute(&ann), HUB_SO);
	put(1, 1, "C hello");
	assert_string_equal(take(1), "Admin: ~ann was muted|FAIL|");
	assert_int_equal(fate_of_kick(), HUB_SO);
	run(50);
	assert_int_equal(hub_figures(hubs[1]).members, 0);
}

/* His name, too, is his again only when it is known that he went. */
static void
who_goes_and_comes_again_at_once_is_in(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	run(50);
	take(1);
	put(1, 1, "Q");
	put(1, 1, "L ann");
	/* From elsewhere, while it is the other's. */
	put(3, 1, "L Ann");
	assert_string_equal(take(1), "");
	run(200);
	assert_string_equal(take(1), "OK|");
	assert_string_equal(take(3), "FAIL|");
	put(1, 1, "Q");
	put(1, 1, "L carol");
	put(3, 1, "L ann");
	run(200);
	assert_non_null(strstr(take(1), "OK|"));
	assert_non_null(strstr(take(3), "OK|"));
	assert_int_equal(hub_figures(hubs[2]).members, 2);
}

static void
what_is_sent_in_one_go_is_done_in_its_order(void **state)
{
	(void)state;
	put(2, 2, "L bob");
	run(50);
	take(2);
	put(1, 1, "L ann");
	put(1, 1, "C one");
	put(1, 1, "C two");
	put(1, 1, "Q");
	put(1, 1, "C three");
	assert_string_equal(take(1), "FAIL|");
	run(200);
	assert_string_equal(take(1), "OK|");
	assert_string_equal(take(2), "ann entered the chat room|ann: one|"
	    "ann: two|ann left the chat room|");
	/* Who is not let in has said nothing. */
	put(1, 1, "L bo");
	put(3, 1, "L bo");
	put(3, 1, "C one");
	put(3, 1, "C two");
	run(200);
	assert_string_equal(take(3), "FAIL|FAIL|FAIL|");
	assert_string_equal(take(2), "bo entered the chat room|");
}

static void
who_was_here_before_a_restart_comes_in_again(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	run(50);
	take(1);
	stop(1);
	start(1);
	while (!hub_is_open(hubs[1]))
		run(5);
	put(1, 1, "L ann");
	run(200);
	assert_string_equal(take(1), "OK|");
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

static void
who_starts_hears_all_before_he_decides(void **state)
{
	(void)state;
	stop(2);
	engine_cut(engine, 2, 300);
	put(1, 1, "L ann");
	run(50);
	assert_string_equal(take(1), "OK|");
	start(2);
	/* Nothing was told yet: the name seems to be free. */
	put(2, 2, "L ann");
	run(100);
	assert_string_equal(take(2), "");
	assert_int_equal(log_state(logs[2]), LOG_CATCHING_UP);
	assert_false(hub_is_open(hubs[2]));
	run(400);
	assert_true(hub_is_open(hubs[2]));
	assert_string_equal(take(2), "FAIL|");
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

/* He pays when he asks, or all places were his before he is answered. */
static void
who_asks_much_before_he_is_answered_has_his_share(void **state)
{
	char line[32];
	unsigned i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		snprintf(line, sizeof(line), "L n%u", i);
		put_from(elsewhere, 1000 + i, 1, line);
	}
	put(1, 1, "L ann");
	run(3000);
	assert_string_equal(take(1), "OK|");
	assert_in_range(hub_figures(hubs[1]).members, 2, 100);
}

/* Nobody else sees to those who were there. */
static void
whose_server_is_gone_times_out_at_the_others(void **state)
{
	(void)state;
	put(1, 1, "L ann");
	put(2, 2, "L bob");
	run(100);
	take(2);
	stop(1);
	run(60 * 1000);
	assert_string_equal(take(2), "");
	run(60 * 1000);
	assert_string_equal(take(2), "ann left the chat room|");
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

static void
those_of_a_server_that_ends_have_left_before_it_is_gone(void **state)
{
	int64_t due;

	(void)state;
	put(1, 1, "L ann");
	put(2, 2, "L bob");
	put(3, 1, "L carol");
	run(150);
	take(2);
	hub_close(hubs[1], now, wall_ms, HUB_END_STOPPED);
	while ((due = hub_ends(hubs[1], now, wall_ms)) != INT64_MAX) {
		assert_in_range(due, now, now + 1000);
		run_others(1, due - now + 1);
	}
	stop(1);
	run(50);
	assert_string_equal(take(2), "ann left the chat room|"
	    "carol left the chat room|");
	assert_int_equal(hub_figures(hubs[2]).members, 1);
}

/* Nor does it wait for a log that takes nothing. */
static void
a_server_that_is_cut_off_ends_all_the_same(void **state)
{
	int64_t until;

	(void)state;
	put(1, 1, "L ann");
	run(50);
	engine_cut(engine, 1, 10000);
	run(3500);
	hub_close(hubs[1], now, wall_ms, HUB_END_STOPPED);
	for (until = now + 1000; hub_ends(hubs[1], now, wall_ms) !=
	    INT64_MAX && now < until;)
		run_others(1, 5);
	assert_true(now < until);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_comes_is_in_when_his_entry_is),
		TEST(what_is_said_at_one_is_heard_at_the_other),
		TEST(one_name_at_both_at_once_is_one_persons),
		TEST(who_is_put_out_at_the_other_is_out),
		TEST(who_is_cut_off_takes_nothing_and_says_so),
		TEST(what_an_operator_asks_is_so_or_he_is_told_that_it_is_not),
		TEST(who_goes_and_comes_again_at_once_is_in),
		TEST(what_is_sent_in_one_go_is_done_in_its_order),
		TEST(who_was_here_before_a_restart_comes_in_again),
		TEST(who_starts_hears_all_before_he_decides),
		TEST(who_asks_much_before_he_is_answered_has_his_share),
		TEST(whose_server_is_gone_times_out_at_the_others),
		TEST(those_of_a_server_that_ends_have_left_before_it_is_gone),
		TEST(a_server_that_is_cut_off_ends_all_the_same)
	};

	return tests_run(tests, NULL, NULL);
}
