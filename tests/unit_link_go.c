/*
 * When the link gives a server up for another one of the room's, and how often
 * it asks. Each place is what the test makes of it.
 */
#include <string.h>

#include "common/frame_nodes.h"
#include "common/frame_put.h"
#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_rogue.h"
#include "tui/receiver/link_go.h"

enum { PLACES = 3 };

static struct {
	struct rogue	 rogue;
	bool		 deaf[PLACES];
	struct noise_keypair key[PLACES];
	unsigned	 n, at;
	unsigned	 gone;		/* in all, and since one was heard */
	unsigned	 in_vain;
	unsigned	 struck;
	unsigned	 told;		/* nodes */
	char		 first[64];
} play;

static struct rogue *const r = &play.rogue;

static void
move_to(unsigned at)
{
	play.at = at;
	r->deaf = play.deaf[at];
	r->key = play.key[at];
	r->live = false;
}

static enum nodes_way
on_go(void *arg)
{
	(void)arg;
	if (play.n < 2)
		return NODES_STAY;
	play.gone++;
	move_to((play.at + 1) % play.n);
	return ++play.in_vain < play.n ? NODES_NEXT : NODES_ROUND;
}

static enum nodes_way
on_strike(void *arg)
{
	(void)arg;
	if (play.n < 2)
		return NODES_STAY;
	play.struck++;
	play.n--;
	memmove(play.key + play.at, play.key + play.at + 1,
	    (PLACES - 1 - play.at) * sizeof(play.key[0]));
	move_to(play.at % play.n);
	return NODES_NEXT;
}

static void
on_heard(void *arg)
{
	(void)arg;
	play.in_vain = 0;
}

static void
on_told(void *arg, const uint8_t key[NOISE_KEY], struct frame *f)
{
	struct frame_node n;

	(void)arg;
	assert_memory_equal(key, r->key.public, NOISE_KEY);
	for (play.told = 0; frame_next_node(f, &n); play.told++)
		if (play.told == 0) {
			memcpy(play.first, n.host, n.host_len);
			play.first[n.host_len] = '\0';
		}
}

static const struct link_go_out elsewhere = { .go = on_go,
	.strike = on_strike, .heard = on_heard, .told = on_told };

/* A link of so many servers, which have one key. */
static void
begin(unsigned n)
{
	unsigned i;

	memset(&play, 0, sizeof(play));
	rogue_start(r);
	for (i = 0; i < PLACES; i++)
		play.key[i] = r->key;
	play.n = n;
	rogue_link(r);
	link_go_by(r->link, &elsewhere);
	link_go_places(r->link, n > 1, n > 1);
}

static void
run(int64_t ms)
{
	assert_true(rogue_run(r, ms));
}

static void
joins(void)
{
	run(1000);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

static void
dies(unsigned at)
{
	play.deaf[at] = true;
	r->deaf = play.deaf[play.at];
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(r);
	return 0;
}

static void
with_one_server_nothing_is_otherwise(void **state)
{
	unsigned pings;

	(void)state;
	begin(1);
	joins();
	pings = r->pings;
	run(LINK_KEEPALIVE_MS - 2000);
	assert_int_equal(r->pings, pings);
	run(4000);
	assert_int_equal(r->pings, pings + 1);
	dies(0);
	rogue_post(r, "hello");
	run(19 * 1000);
	assert_int_equal(r->state.phase, RECORD_LOST);
	assert_int_equal(r->hellos, 1);
	assert_int_equal(play.gone, 0);
}

static void
who_reads_notices_within_eight_seconds(void **state)
{
	unsigned pings, welcomes;

	(void)state;
	begin(2);
	joins();
	pings = r->pings;
	welcomes = r->told[RECORD_WELCOME];
	run(20 * 1000);
	assert_in_range(r->pings - pings, 3, 5);
	assert_int_equal(play.gone, 0);
	dies(0);
	run(8100);
	assert_int_equal(play.gone, 1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	/* Nothing else is told than that it was away for a moment. */
	assert_int_equal(r->told[RECORD_DENIED], 0);
	assert_int_equal(r->told[RECORD_WELCOME], welcomes);
	/* It does not go back by itself. */
	play.deaf[0] = false;
	run(60 * 1000);
	assert_int_equal(play.at, 1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

static void
who_says_something_goes_after_three_seconds(void **state)
{
	(void)state;
	begin(2);
	joins();
	dies(0);
	rogue_post(r, "hello");
	run(2900);
	assert_int_equal(play.gone, 0);
	assert_int_equal(r->posts, 0);
	run(300);
	assert_int_equal(play.gone, 1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	assert_true(r->posts > 0);
}

static void
where_nobody_listens_it_goes_at_once(void **state)
{
	int64_t now;

	(void)state;
	begin(2);
	joins();
	now = r->now;
	link_unreachable(r->link, r->now);
	assert_int_equal(play.gone, 1);
	run(0);
	assert_int_equal(r->now, now);
	run(1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	assert_int_equal(r->hellos, 2);
}

static void
pause(void)
{
	static const char why[] = "a pause";
	uint8_t frames[32];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_leave(&out, why, strlen(why));
	rogue_say_once(r, frames, out.len);
}

static void
a_server_that_pauses_is_left_at_once(void **state)
{
	(void)state;
	begin(2);
	joins();
	pause();
	assert_int_equal(play.gone, 1);
	assert_int_equal(r->state.phase, RECORD_LOST);
	run(1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

/* Each has it in and sends it away again: not as fast as the network is. */
static void
servers_that_all_pause_are_not_hammered(void **state)
{
	unsigned i;

	(void)state;
	begin(2);
	joins();
	for (i = 0; i < 20 * 100; i++) {
		run(10);
		if (r->state.phase == RECORD_ONLINE)
			pause();
	}
	assert_in_range(r->hellos, 16, 45);
}

static void
where_all_are_silent_it_goes_round_with_patience(void **state)
{
	unsigned i, sent;

	(void)state;
	begin(3);
	joins();
	for (i = 0; i < 3; i++)
		dies(i);
	run(20 * 1000);
	sent = r->sent;
	run(60 * 1000);
	/* One alone would get as many. */
	assert_in_range(r->sent - sent, 30, 66);
	assert_in_range(play.gone, 20, 30);
	/* Whoever comes back is found in the round. */
	play.deaf[1] = false;
	r->deaf = play.deaf[play.at];
	run(9100);
	assert_int_equal(play.at, 1);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

static void
where_all_refuse_it_asks_as_often_as_one(void **state)
{
	unsigned i, sent;

	(void)state;
	begin(2);
	joins();
	dies(0);
	dies(1);
	link_unreachable(r->link, r->now);
	sent = r->sent;
	for (i = 0; i < 1000; i++) {
		run(10);
		if (r->sent != sent)
			link_unreachable(r->link, r->now);
		sent = r->sent;
	}
	/* Each 300 ms, as ever. */
	assert_in_range(play.gone, 25, 38);
	assert_int_equal(r->told[RECORD_DENIED], 0);
}

/* That nobody answers is said when nobody does. */
static void
it_is_denied_when_all_were_asked(void **state)
{
	(void)state;
	begin(2);
	dies(0);
	dies(1);
	run(5900);
	assert_int_equal(play.gone, 1);
	assert_int_equal(r->told[RECORD_DENIED], 0);
	run(5000);
	assert_int_equal(r->told[RECORD_DENIED], 1);
	assert_int_equal(r->denial, RECORD_SILENT);
	rogue_end(r);
	begin(2);
	dies(0);
	dies(1);
	run(0);
	link_unreachable(r->link, r->now);
	assert_int_equal(r->told[RECORD_DENIED], 0);
	run(0);
	link_unreachable(r->link, r->now);
	assert_int_equal(r->told[RECORD_DENIED], 1);
	assert_int_equal(r->denial, RECORD_UNREACHABLE);
}

static void
the_second_lets_in_who_finds_the_first_silent(void **state)
{
	(void)state;
	begin(2);
	dies(0);
	run(3500);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	assert_int_equal(play.at, 1);
	assert_int_equal(r->told[RECORD_DENIED], 0);
}

/* It hears nothing of what waits. */
static void
who_shows_another_key_is_passed_over(void **state)
{
	(void)state;
	begin(3);
	keys_make(&play.key[1]);
	joins();
	dies(0);
	rogue_post(r, "for the room alone");
	run(2999);
	assert_int_equal(r->posts, 0);
	assert_int_equal(r->hellos, 1);
	run(1);
	/* Its own said nothing of us, and the third one has us in. */
	assert_int_equal(play.struck, 1);
	assert_int_equal(r->hellos, 3);
	assert_int_equal(r->visits, 2);
	run(10);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	assert_true(r->posts > 0);
	assert_int_equal(r->told[RECORD_DENIED], 0);
	assert_memory_equal(r->key.public, r->known, NOISE_KEY);
}

static void
where_all_show_another_key_it_is_over(void **state)
{
	(void)state;
	begin(2);
	joins();
	keys_make(&play.key[0]);
	keys_make(&play.key[1]);
	rogue_post(r, "for the room alone");
	link_unreachable(r->link, r->now);
	run(10);
	assert_int_equal(r->told[RECORD_DENIED], 1);
	assert_int_equal(r->denial, RECORD_HOST_CHANGED);
	assert_int_equal(r->visits, 1);
	run(60 * 1000);
	assert_int_equal(r->visits, 1);
}

static void
who_leaves_goes_nowhere_else(void **state)
{
	(void)state;
	begin(2);
	joins();
	dies(0);
	link_leave(r->link, r->now);
	run(2000);
	assert_true(link_left(r->link));
	assert_int_equal(play.gone, 0);
}

static void
tell_nodes(unsigned slot)
{
	static const struct frame_node nodes[] = {
		{ "a.example", 9, 8888 }, { "2001:db8::1", 11, 9 } };
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_nodes(&out, nodes, 2);
	rogue_say_once(r, frames, out.len);
}

static void
what_the_server_tells_is_passed_on(void **state)
{
	(void)state;
	begin(1);
	joins();
	/* Not in a room's seat. */
	tell_nodes(1);
	assert_int_equal(play.told, 0);
	tell_nodes(0);
	assert_int_equal(play.told, 2);
	assert_string_equal(play.first, "a.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(with_one_server_nothing_is_otherwise,
		    tear_down),
		cmocka_unit_test_teardown(
		    who_reads_notices_within_eight_seconds, tear_down),
		cmocka_unit_test_teardown(
		    who_says_something_goes_after_three_seconds, tear_down),
		cmocka_unit_test_teardown(where_nobody_listens_it_goes_at_once,
		    tear_down),
		cmocka_unit_test_teardown(a_server_that_pauses_is_left_at_once,
		    tear_down),
		cmocka_unit_test_teardown(
		    servers_that_all_pause_are_not_hammered, tear_down),
		cmocka_unit_test_teardown(
		    where_all_are_silent_it_goes_round_with_patience,
		    tear_down),
		cmocka_unit_test_teardown(
		    where_all_refuse_it_asks_as_often_as_one, tear_down),
		cmocka_unit_test_teardown(it_is_denied_when_all_were_asked,
		    tear_down),
		cmocka_unit_test_teardown(
		    the_second_lets_in_who_finds_the_first_silent, tear_down),
		cmocka_unit_test_teardown(who_shows_another_key_is_passed_over,
		    tear_down),
		cmocka_unit_test_teardown(
		    where_all_show_another_key_it_is_over, tear_down),
		cmocka_unit_test_teardown(who_leaves_goes_nowhere_else,
		    tear_down),
		cmocka_unit_test_teardown(what_the_server_tells_is_passed_on,
		    tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
