/*
 * One person on several devices: one member, who is there as long as one of
 * them is.
 */
#include <string.h>

#include "common/frame_put.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { DEVICES = HUB_KEY_PEERS + 1, SIGN_MS = 5000 };

static struct den den;
static size_t ops;
static struct ears ears[DEVICES], hers;
static struct guest *of[DEVICES];

/* Each has its own outbox. */
static uint32_t
outbox(size_t i, uint32_t slot)
{
	return (uint32_t)(1000 * (i + 1) + slot);
}

static void
enter_by(size_t i, uint32_t slot, const char *room, uint32_t number)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = number, .next_id = 1 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_enter(&out, &e);
	den_say(&den, of[i], &out);
	den_run(&den, 50);
}

static void
enter(size_t i, uint32_t slot, const char *room)
{
	enter_by(i, slot, room, outbox(i, slot));
}

/* What it was told last of its devices. */
static struct {
	unsigned	 n, self;
	char		 name[DEVICES][FRAME_DEVICE_BYTES + 1];
	uint64_t	 since[DEVICES], heard[DEVICES];
} told;

static void
hear(struct guest *g, struct frame *f)
{
	struct frame_device d;

	ears_hear(g, f);
	if (f->type != FRAME_LIST || f->code != FRAME_ASK_DEVICES)
		return;
	memset(&told, 0, sizeof(told));
	while (frame_next_device(f, &d)) {
		assert_true(told.n < DEVICES);
		if (d.flags & FRAME_DEVICE_SELF)
			told.self |= 1U << told.n;
		memcpy(told.name[told.n], d.name, d.name_len);
		told.since[told.n] = d.since_ms;
		told.heard[told.n++] = d.heard_ms;
	}
}

static void
ask_for(struct guest *g, enum frame_ask what, uint64_t from)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	memset(&told, 0, sizeof(told));
	g->hear = hear;
	frame_put_ask(&out, what, from);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
ask(struct guest *g)
{
	ask_for(g, FRAME_ASK_DEVICES, 0);
}

static void
device(size_t i)
{
	of[i] = ears_device(&den, i == 0 ? NULL : of[0], "ada", "192.0.2.1",
	    &ears[i]);
}

static void
say(size_t i, uint32_t slot, uint32_t id, const char *text)
{
	ears_post(&den, of[i], slot, (uint64_t)outbox(i, slot) << 32 | id,
	    ENTRY_SAY, text);
}

static void
sign(size_t i)
{
	static const uint8_t ping[FRAME_PING_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&den, of[i], &out);
}

/* So long, in which only these devices are heard. */
static void
run(int64_t ms, size_t from, size_t upto)
{
	size_t i;

	for (; ms > 0; ms -= SIGN_MS) {
		for (i = from; i < upto; i++)
			sign(i);
		den_run(&den, ms < SIGN_MS ? ms : SIGN_MS);
	}
}

static void
leave_session(size_t i)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_leave(&out, NULL, 0);
	den_say(&den, of[i], &out);
	den_run(&den, 50);
}

static struct member *
ada(void)
{
	return roster_named(&den.hub->peers->home->room->roster, "ada", 3);
}

static int
open_den(void **state)
{
	(void)state;
	den_open_people(&den);
	ops = den_open_room(&den, "ops");
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

static void
three(void)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		device(i);
		enter(i, LAB, "den");
	}
}

static void
three_devices_come_once_and_go_once(void **state)
{
	size_t i;

	(void)state;
	three();
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
	for (i = 0; i < 3; i++) {
		assert_true(ears[i].entered[LAB] > 0);
		assert_int_equal(ears[i].error[LAB], 0);
	}
	leave_session(0);
	leave_session(2);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
	assert_non_null(ada());
	leave_session(1);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 1);
	assert_null(ada());
}

static void
what_one_says_all_hear_once(void **state)
{
	size_t i;

	(void)state;
	three();
	for (i = 0; i < 3; i++)
		say(i, LAB, 1, (const char *const[]){ "a", "b", "c" }[i]);
	den_run(&den, 100);
	assert_int_equal(den_count(&den, ENTRY_SAY, "ada"), 3);
	for (i = 0; i < 3; i++) {
		assert_true(ears_heard(&ears[i], LAB, "a"));
		assert_true(ears_heard(&ears[i], LAB, "b"));
		assert_true(ears_heard(&ears[i], LAB, "c"));
		assert_int_equal((uint32_t)ears[i].posted[LAB], 2);
		say(i, LAB, 1, "again");
	}
	assert_int_equal(den_count(&den, ENTRY_SAY, "ada"), 3);
}

static void
one_is_away_when_all_are(void **state)
{
	(void)state;
	three();
	run(PEER_AWAY_MS + 1000, 2, 3);
	assert_false(ada()->away);
	den_run(&den, PEER_AWAY_MS + 1000);
	assert_true(ada()->away);
	sign(0);
	assert_false(ada()->away);
}

static void
one_is_away_if_the_one_that_was_heard_leaves(void **state)
{
	(void)state;
	three();
	run(PEER_AWAY_MS + 1000, 2, 3);
	assert_false(ada()->away);
	leave_session(2);
	assert_true(ada()->away);
}

static void
one_is_gone_when_the_last_is(void **state)
{
	(void)state;
	three();
	run(PEER_TIMEOUT_MS + 1000, 1, 2);
	assert_int_equal(den_count(&den, ENTRY_TIMEOUT, "ada"), 0);
	assert_int_equal(devices_first(ada())->peer->run, of[1]->outbox);
	/* And they come back beside it. */
	sign(0);
	den_run(&den, 50);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
	den_run(&den, PEER_TIMEOUT_MS + 1000);
	assert_int_equal(den_count(&den, ENTRY_TIMEOUT, "ada"), 1);
	assert_null(ada());
	sign(2);
	den_run(&den, 50);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 2);
}

static void
leaving_a_room_is_for_all_devices(void **state)
{
	size_t i;

	(void)state;
	three();
	enter(0, OPS, "ops");
	enter(1, OPS, "ops");
	ears_leave(&den, of[1], LAB);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 1);
	assert_null(ada());
	for (i = 0; i < 3; i++)
		assert_true(ears[i].left[LAB] > 0);
	assert_int_equal(ears[0].left[OPS], 0);
}

static void
a_name_is_that_of_all(void **state)
{
	size_t i;

	(void)state;
	three();
	ears_ask_name(&den, of[1], 1, "eve");
	den_run(&den, 100);
	assert_int_equal(den_count(&den, ENTRY_RENAME, NULL), 1);
	for (i = 0; i < 3; i++)
		assert_string_equal(ears[i].name, "eve");
	/* One that does not know of it comes under it. */
	device(3);
	enter(3, LAB, "den");
	assert_string_equal(ears[3].name, "eve");
	assert_int_equal(den_count(&den, ENTRY_JOIN, NULL), 1);
	assert_int_equal(den_count(&den, ENTRY_RENAME, NULL), 1);
}

static void
who_knows_of_no_devices_takes_the_place_of_all(void **state)
{
	struct guest *old;

	(void)state;
	three();
	old = ears_of(&den, of[0], "ada", &hers);
	ears_enter(&den, old, LAB, "den");
	assert_true(hers.entered[LAB] > 0);
	assert_int_equal(ears[0].error[LAB], FRAME_REPLACED);
	assert_int_equal(ears[2].error[LAB], FRAME_REPLACED);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
}

/* A name is a word, too: it is not said for one by another one. */
static void
one_calls_none_that_may_say_nothing(void **state)
{
	struct hub_person who;

	(void)state;
	three();
	device(3);
	enter(3, OPS, "ops");
	ears_leave(&den, of[3], OPS);
	assert_true(hub_look(den.hub, den.now_ms, "ada", 3, &who));
	assert_int_equal(hub_mute(den.hub, den.now_ms, den.now_ms, &who,
	    60000, ""), HUB_ACT_OK);
	den_run(&den, 50);
	ears_ask_name(&den, of[3], 1, "nasty-words");
	assert_int_equal(ears[3].code, FRAME_MUTED);
	assert_in_range(ears[3].wait_ms, 50000, 60000);
	assert_int_equal(den_count(&den, ENTRY_RENAME, "ada"), 0);
}

static void
the_same_outbox_has_one_seat(void **state)
{
	(void)state;
	three();
	device(3);
	enter_by(3, LAB, "den", outbox(1, LAB));
	assert_true(ears[3].entered[LAB] > 0);
	say(1, LAB, 1, "whose");
	assert_int_equal((uint32_t)ears[1].posted[LAB], 1);
	assert_int_equal(den_count(&den, ENTRY_SAY, "ada"), 0);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
}

static void
a_ninth_puts_out_the_one_that_is_silent_longest(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HUB_KEY_PEERS; i++) {
		device(i);
		enter(i, LAB, "den");
	}
	for (i = 0; i < HUB_KEY_PEERS; i++)
		if (i != 5) {
			den_run(&den, 10);
			sign(i);
		}
	device(HUB_KEY_PEERS);
	enter(HUB_KEY_PEERS, LAB, "den");
	assert_true(ears[HUB_KEY_PEERS].entered[LAB] > 0);
	for (i = 0; i < HUB_KEY_PEERS; i++)
		assert_int_equal(ears[i].why, i == 5 ? FRAME_REPLACED : 0);
	assert_int_equal(hub_figures(den.hub).sessions, HUB_KEY_PEERS + 1);
	den_run(&den, PEER_LINGER_MS);
	assert_int_equal(hub_figures(den.hub).sessions, HUB_KEY_PEERS);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
	assert_int_equal(den_count(&den, ENTRY_TIMEOUT, "ada"), 0);
}

/* As it says itself; and no two have begun at once. */
static void
one_is_told_of_his_devices_and_nobody_else(void **state)
{
	static const char *const names[] = { "desk", "a\nb",
	    "seventeen letters" };
	struct guest *bob = ears_device(&den, NULL, "bob", "192.0.2.7", &hers);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		of[i] = ears_device_named(&den, i == 0 ? NULL : of[0], "ada",
		    "192.0.2.1", names[i], &ears[i]);
		enter(i, LAB, "den");
	}
	den_run(&den, 7000);
	ask(of[1]);
	assert_int_equal(told.n, 3);
	/* The newest first. */
	assert_int_equal(told.self, 1 << 1);
	assert_string_equal(told.name[2], "desk");
	assert_string_equal(told.name[1], "");
	assert_string_equal(told.name[0], "");
	assert_true(told.since[2] < told.since[1] &&
	    told.since[1] < told.since[0]);
	assert_in_range(told.heard[2], 7000, 8000);
	assert_int_equal(told.heard[1], 0);
	ask(bob);
	assert_int_equal(told.n, 1);
	/* Who knows of none hears nothing. */
	ask(ears_of(&den, of[0], "ada", &hers));
	assert_int_equal(told.n, 0);
}

static void
one_ends_another_of_his_own_devices(void **state)
{
	struct guest *bob = ears_device(&den, NULL, "bob", "192.0.2.7", &hers);
	uint64_t since;

	(void)state;
	three();
	enter(2, OPS, "ops");
	ask(of[0]);
	since = told.since[0];
	/* It is no other's, and not oneself. */
	ask_for(bob, FRAME_ASK_END, since);
	assert_int_equal(told.n, 1);
	ask_for(of[0], FRAME_ASK_END, told.since[0]);
	assert_int_equal(told.n, 3);
	assert_int_equal(ears[2].why, 0);
	ask_for(of[0], FRAME_ASK_END, since);
	assert_int_equal(told.n, 2);
	assert_int_equal(ears[2].why, FRAME_REPLACED);
	assert_string_equal(ears[2].reason, FRAME_ENDED);
	assert_int_equal(ears[1].why, 0);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
	ask_for(of[0], FRAME_ASK_END, since);
	assert_int_equal(told.n, 2);
	say(0, LAB, 1, "hi");
	assert_int_equal(den_count(&den, ENTRY_SAY, "ada"), 1);
}

/* One of them has what is kept there, the other one none. */
static void
of_two_that_keep_at_one_place_the_newer_is_there(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		of[i] = ears_device_at(&den, i == 0 ? NULL : of[0], "ada",
		    7, &ears[i]);
		enter(i, LAB, "den");
		if (i == 0)
			enter(i, OPS, "ops");
	}
	assert_int_equal(ears[0].error[LAB], FRAME_REPLACED);
	assert_int_equal(ears[0].why, 0);
	enter(1, OPS, "ops");
	assert_int_equal(ears[0].error[OPS], FRAME_REPLACED);
	/* All of it, whatever it has besides. */
	assert_int_equal(ears[0].why, FRAME_REPLACED);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
	say(1, LAB, 1, "here");
	assert_int_equal(den_count(&den, ENTRY_SAY, "ada"), 1);
	/* At another one it is beside it; and by another name. */
	of[2] = ears_device_at(&den, of[0], "ada", 8, &ears[2]);
	enter(2, LAB, "den");
	assert_true(ears[2].entered[LAB] > 0);
	assert_int_equal(ears[1].error[LAB], 0);
	leave_session(2);
	of[2] = ears_device_at(&den, of[0], "eve", 7, &ears[2]);
	enter(2, LAB, "den");
	assert_string_equal(ears[2].name, "eve");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_den, close_den)
	const struct CMUnitTest tests[] = {
		TEST(three_devices_come_once_and_go_once),
		TEST(what_one_says_all_hear_once),
		TEST(one_is_away_when_all_are),
		TEST(one_is_away_if_the_one_that_was_heard_leaves),
		TEST(one_is_gone_when_the_last_is),
		TEST(leaving_a_room_is_for_all_devices),
		TEST(a_name_is_that_of_all),
		TEST(who_knows_of_no_devices_takes_the_place_of_all),
		TEST(one_calls_none_that_may_say_nothing),
		TEST(the_same_outbox_has_one_seat),
		TEST(a_ninth_puts_out_the_one_that_is_silent_longest),
		TEST(of_two_that_keep_at_one_place_the_newer_is_there),
		TEST(one_ends_another_of_his_own_devices),
		TEST(one_is_told_of_his_devices_and_nobody_else),
	};

	return tests_run(tests, NULL, NULL);
}
