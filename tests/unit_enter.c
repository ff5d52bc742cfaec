/*
 * Several rooms in one session: what is of one is told there, and nobody in
 * the other hears a word of it.
 */
#include <arpa/inet.h>
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

static struct den den;
static size_t ops;

static struct guest *
guest(const char *name, const char *ip, struct ears *e)
{
	return ears_guest(&den, name, ip, e);
}

static void
enter(struct guest *g, uint32_t slot, const char *room)
{
	ears_enter(&den, g, slot, room);
}

static void
say(struct guest *g, uint32_t slot, uint32_t id, const char *text)
{
	ears_say(&den, g, slot, id, text);
}

static void
leave(struct guest *g, uint32_t slot)
{
	ears_leave(&den, g, slot);
}

static int
open_den(void **state)
{
	(void)state;
	den_open_rooms(&den);
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
who_is_in_two_rooms_hears_each_and_posts_in_each(void **state)
{
	static struct ears his, hers;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *bob = guest("bob", "192.0.2.2", &hers);

	(void)state;
	assert_int_equal(his.named, 1);
	enter(ada, LAB, "den");
	enter(ada, OPS, "Ops");
	enter(bob, OPS, "ops");
	assert_true(his.entered[LAB] > 0 && his.entered[OPS] > 0);
	assert_int_equal(hers.entered[OPS] > 0, true);
	say(ada, LAB, 1, "in the den");
	say(ada, OPS, 1, "in ops");
	say(bob, OPS, 1, "here too");
	assert_true(ears_heard(&his, LAB, "in the den"));
	assert_true(ears_heard(&his, OPS, "in ops"));
	assert_true(ears_heard(&his, OPS, "here too"));
	assert_true(ears_heard(&hers, OPS, "in ops"));
	assert_int_equal(his.posted[LAB], UINT64_C(101) << 32 | 2);
	assert_int_equal(his.posted[OPS], UINT64_C(103) << 32 | 2);
	assert_false(his.early || hers.early);
}

/* Which log that is he has heard from ENTERED: sixteen bytes less each time. */
static void
who_knows_it_hears_of_a_seat_in_one_frame(void **state)
{
	static struct ears his, hers;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *old = den_guest(&den, "bob", "192.0.2.2");

	(void)state;
	old->caps = HELLO_ROLES | HELLO_ROOMS;
	old->many = true;
	old->hear = ears_hear;
	old->arg = &hers;
	assert_true(den_enter(&den, old));
	enter(ada, OPS, "ops");
	enter(old, OPS, "ops");
	ears_sync(&den, ada, 2, 4);
	ears_sync(&den, old, 2, 4);
	say(ada, OPS, 1, "short");
	assert_true(ears_heard(&his, OPS, "short"));
	assert_true(ears_heard(&hers, OPS, "short"));
	assert_true(ada->heard[FRAME_SEAT] > 0);
	assert_int_equal(old->heard[FRAME_SEAT], 0);
	assert_true(old->heard[FRAME_ENTRIES] > 0);
	assert_false(his.early || hers.early);
}

/* All behind it is new to him, and that he comes is the first of it. */
static void
entered_tells_where_the_log_was_when_he_came(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head = den_head_in(&den, ops);

	(void)state;
	enter(ada, OPS, "ops");
	assert_int_equal(den_head_in(&den, ops), head + 1);
	assert_int_equal(his.head[OPS], head);
}

static void
nobody_of_one_room_hears_a_word_of_the_other(void **state)
{
	static struct ears his, hers, old;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *cat = den_guest(&den, "cat", "192.0.2.3");

	(void)state;
	cat->hear = ears_hear;
	cat->arg = &old;
	assert_true(den_enter(&den, cat));
	enter(ada, LAB, "den");
	enter(ada, OPS, "ops");
	enter(bob, OPS, "ops");
	say(ada, OPS, 1, "secret");
	say(ada, LAB, 1, "public");
	assert_false(ears_heard(&hers, OPS, "public"));
	assert_int_equal(den_count(&den, ENTRY_JOIN, "bob"), 0);
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 1);
	assert_int_equal(cat->heard[FRAME_ROOM], 0);
	assert_int_equal(cat->heard[FRAME_ENTERED], 0);
	/* Without a seat there he cannot speak either. */
	say(bob, LAB, 1, "let me in");
	assert_int_equal(hers.error[LAB], FRAME_NO_ROOM);
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 1);
}

static void
who_leaves_one_stays_in_the_other(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;

	(void)state;
	enter(ada, LAB, "den");
	enter(ada, OPS, "ops");
	leave(ada, OPS);
	assert_int_equal(his.left[OPS], 1);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
	head = den_head_in(&den, ops);
	leave(ada, OPS);
	assert_int_equal(his.left[OPS], 2);
	assert_int_equal(den_head_in(&den, ops), head);
	say(ada, OPS, 1, "gone");
	assert_int_equal(den_head_in(&den, ops), head);
	say(ada, LAB, 1, "still here");
	assert_true(ears_heard(&his, LAB, "still here"));
	/* And comes again, in another slot. */
	enter(ada, CLASS, "ops");
	assert_true(his.entered[CLASS] > 0);
	assert_int_equal(den_head_in(&den, ops), head + 1);
}

static void
an_enter_that_is_repeated_comes_in_once(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;
	unsigned entered;

	(void)state;
	enter(ada, OPS, "ops");
	head = den_head_in(&den, ops);
	entered = his.entered[OPS];
	/* As if it had been lost. */
	enter(ada, OPS, "ops");
	assert_true(his.entered[OPS] > entered);
	assert_int_equal(den_head_in(&den, ops), head);
	say(ada, OPS, 1, "once");
	say(ada, OPS, 1, "once");
	assert_int_equal(den_head_in(&den, ops), head + 1);
	/* It knows its seat. */
	entered = his.entered[OPS];
	say(ada, OPS, 2, "twice");
	assert_int_equal(his.entered[OPS], entered);
}

static void
a_later_slot_takes_over_and_nobody_sees_it(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;

	(void)state;
	enter(ada, LAB, "ops");
	head = den_head_in(&den, ops);
	enter(ada, OPS, "ops");
	assert_true(his.entered[OPS] > 0);
	assert_int_equal(den_head_in(&den, ops), head);
	/* A late one of the former seat changes nothing. */
	enter(ada, LAB, "ops");
	say(ada, LAB, 1, "late");
	assert_int_equal(his.error[LAB], FRAME_NO_ROOM);
	say(ada, OPS, 1, "now");
	assert_true(ears_heard(&his, OPS, "now"));
	assert_int_equal(den_head_in(&den, ops), head + 1);
}

/* Slots are taken in order; what is on its way may overtake. */
static void
a_slot_that_was_passed_is_answered(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;

	(void)state;
	enter(ada, OPS, "ops");
	enter(ada, CLASS, "ops");
	enter(ada, LAB, "den");
	assert_int_equal(his.entered[LAB], 0);
	assert_int_equal(his.left[LAB], 1);
	/* Who has left before he came does not come. */
	head = den_head(&den);
	leave(ada, LATE);
	assert_int_equal(his.left[LATE], 1);
	enter(ada, LATE, "den");
	assert_int_equal(his.entered[LATE], 0);
	assert_int_equal(his.left[LATE], 2);
	assert_int_equal(den_head(&den), head);
	enter(ada, LATE + 2, "den");
	assert_true(his.entered[LATE + 2] > 0);
}

/* Nothing that is no name is sent back as one. */
static void
who_comes_by_no_name_is_refused_in_each_room(void **state)
{
	static struct ears his;
	struct guest *ada = guest("a\nda", "192.0.2.1", &his);

	(void)state;
	assert_int_equal(his.named, 0);
	assert_int_equal(his.why, FRAME_NAME_BAD);
	enter(ada, LAB, "den");
	assert_int_equal(his.error[LAB], FRAME_NAME_BAD);
	/* A better one is his. */
	ears_ask_name(&den, ada, 1, "ada");
	assert_int_equal(his.named, 1);
	assert_string_equal(his.name, "ada");
	enter(ada, OPS, "ops");
	assert_true(his.entered[OPS] > 0);
	assert_int_equal(den_count(&den, ENTRY_JOIN, NULL), 0);
}

static unsigned
count_in_ops(enum entry_kind kind, const char *name)
{
	const struct log *home = den.log;
	unsigned n;

	den.log = den.rooms[ops];
	n = den_count(&den, kind, name);
	den.log = (struct log *)home;
	return n;
}

/*
 * Ada was in one room when the server ended, which may have lost whose her name
 * is: who comes by it into another one first is somebody else.
 */
static void
come_by_a_name_of_nobody(const char *first, const char *then)
{
	static struct ears his, hers;
	struct guest *ada = guest("ada", "192.0.2.1", &his), *eve;

	enter(ada, LAB, then);
	assert_true(his.entered[LAB] > 0);
	assert_int_equal(hub_release(den.hub, den.now_ms, den.now_ms, "ada", 3),
	    HUB_ACT_OK);
	den_run(&den, 100);
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	eve = guest("ada", "192.0.2.2", &hers);
	enter(eve, OPS, first);
	den_run(&den, 2000);
	assert_true(hers.entered[OPS] > 0);
	enter(eve, CLASS, then);
	den_run(&den, 2000);
	assert_true(hers.entered[CLASS] > 0);
	assert_int_equal(hers.error[OPS] | hers.error[CLASS], 0);
}

static void
a_name_of_nobody_is_seen_to_go_before_it_is_anothers(void **state)
{
	(void)state;
	come_by_a_name_of_nobody("ops", "den");
	assert_int_equal(den_count(&den, ENTRY_TIMEOUT, "ada"), 1);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 2);
	assert_int_equal(count_in_ops(ENTRY_JOIN, "ada"), 1);
}

static void
a_name_of_nobody_is_seen_to_go_from_any_room(void **state)
{
	(void)state;
	come_by_a_name_of_nobody("den", "ops");
	assert_int_equal(count_in_ops(ENTRY_TIMEOUT, "ada"), 1);
	assert_int_equal(count_in_ops(ENTRY_JOIN, "ada"), 2);
	assert_int_equal(den_count(&den, ENTRY_JOIN, "ada"), 1);
}

/* Where his session of before is still in by that name it cannot be his; then
 * that is over. */
static void
a_name_that_was_not_free_is_taken_when_it_is(void **state)
{
	static struct ears his, other;
	struct guest *ada = guest("ada", "192.0.2.1", &his), *again;

	(void)state;
	enter(ada, LAB, "den");
	enter(ada, OPS, "ops");
	ears_post(&den, ada, LAB, UINT64_C(101) << 32 | 1, ENTRY_RENAME,
	    "carol");
	den_run(&den, 100);
	assert_int_equal(count_in_ops(ENTRY_RENAME, "ada"), 1);
	/* The same outboxes, and nobody has told it. */
	again = ears_of(&den, ada, "ada", &other);
	enter(again, OPS, "ops");
	enter(again, LAB, "den");
	assert_string_equal(other.name, "carol");
	leave(ada, OPS);
	den_run(&den, 100);
	assert_int_equal(count_in_ops(ENTRY_LEAVE, "carol"), 1);
	assert_int_equal(count_in_ops(ENTRY_RENAME, "ada"), 2);
}

static void
there_are_no_other_rooms_and_not_too_many(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned i;

	(void)state;
	enter(ada, OPS, "nowhere");
	assert_int_equal(his.error[OPS], FRAME_NO_ROOM);
	/* More sections than are read: nothing breaks. */
	for (i = 0; i < 200; i++)
		frame_put_room(&out, OPS);
	den_say(&den, ada, &out);
	/* Who enters without end is told to wait. */
	for (i = 0; i < 500 && his.error[LATE] == 0; i++) {
		out = wire_out(frames, sizeof(frames));
		while (out.len < 1000)
			ears_put_enter(&out, LATE, "nowhere else");
		den_say(&den, ada, &out);
		if (his.error[LATE] == FRAME_NO_ROOM)
			his.error[LATE] = 0;
	}
	assert_int_equal(his.error[LATE], FRAME_LIMIT_RATE);
	den_run(&den, 10000);
	enter(ada, LATE, "den");
	assert_true(his.entered[LATE] > 0);
}

static void
the_next_session_of_the_same_client_has_its_seats(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;

	(void)state;
	enter(ada, OPS, "ops");
	say(ada, OPS, 1, "before");
	head = den_head_in(&den, ops);
	assert_true(den_enter(&den, ada));
	say(ada, OPS, 2, "after");
	assert_int_equal(den_head_in(&den, ops), head + 1);
	assert_true(ears_heard(&his, OPS, "after"));
}

/* What was said while he slept waits for a sign of life, and that is one. */
static void
and_what_was_said_while_the_last_one_slept(void **state)
{
	static struct ears his, hers;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	unsigned i;

	(void)state;
	enter(ada, OPS, "ops");
	enter(bob, OPS, "ops");
	say(bob, OPS, 1, "unheard");
	den_run(&den, 15000);
	say(bob, OPS, 2, "meanwhile");
	assert_false(ears_heard(&his, OPS, "meanwhile"));
	assert_true(den_enter(&den, ada));
	den_run(&den, 1000);
	assert_true(ears_heard(&his, OPS, "meanwhile"));
	/* Nor is he told at what pace sleepers are. */
	i = ada->heard[FRAME_HEAD];
	den_run(&den, 1000);
	assert_int_equal(ada->heard[FRAME_HEAD], i);
}

static void
long_lines_of_two_rooms_both_get_through(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers), *ada;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	char text[1024 + 1];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	enter(bob, LAB, "den");
	enter(bob, OPS, "ops");
	say(bob, LAB, 1, text);
	say(bob, OPS, 1, text);
	ada = guest("ada", "192.0.2.1", &his);
	ears_put_enter(&out, LAB, "den");
	ears_put_enter(&out, OPS, "ops");
	den_say(&den, ada, &out);
	den_run(&den, 200);
	assert_true(ears_heard(&his, LAB, "xxxxxxxxxxxxxxx"));
	assert_true(ears_heard(&his, OPS, "xxxxxxxxxxxxxxx"));
}

static void
a_backlog_in_one_room_does_not_delay_another(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned i, before = ada->opened;
	char text[900 + 1];

	(void)state;
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	enter(bob, LAB, "den");
	enter(bob, OPS, "ops");
	for (i = 1; i <= 60; i++)
		say(bob, LAB, i, text);
	say(bob, OPS, 1, "now");
	ears_put_enter(&out, LAB, "den");
	ears_put_enter(&out, OPS, "ops");
	den_say(&den, ada, &out);
	den_run(&den, 50);
	assert_true(ada->opened > before + 2);
	assert_int_equal(his.first[LAB], before + 1);
	assert_int_equal(his.first[OPS], before + 1);
	assert_true(ears_heard(&his, OPS, "now"));
}

static void
another_window_of_his_takes_that_room_alone(void **state)
{
	static struct ears his, other;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *two;
	uint64_t head;

	(void)state;
	enter(ada, LAB, "den");
	enter(ada, OPS, "ops");
	head = den_head_in(&den, ops);
	two = ears_of(&den, ada, "ada", &other);
	enter(two, CLASS, "ops");
	assert_true(other.entered[CLASS] > 0);
	assert_int_equal(his.error[OPS], FRAME_REPLACED);
	assert_int_equal(den_head_in(&den, ops), head);
	say(ada, OPS, 1, "not here");
	assert_int_equal(den_head_in(&den, ops), head);
	say(ada, LAB, 1, "but here");
	assert_true(ears_heard(&his, LAB, "but here"));
}

/* Those are the server's, and it has offered none. */
static void
nobody_enters_by_an_even_slot(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);

	(void)state;
	enter(ada, 2, "ops");
	assert_int_equal(his.entered[2], 0);
	assert_int_equal(his.error[2], 0);
	enter(ada, OPS, "ops");
	assert_true(his.entered[OPS] > 0);
}

static void
who_only_reads_is_not_seen(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint64_t head;

	(void)state;
	enter(bob, OPS, "ops");
	say(bob, OPS, 1, "before");
	head = den_head_in(&den, ops);
	ears_enter_with(&den, ada, OPS, "ops", FRAME_ENTER_READS);
	assert_true(his.entered[OPS] > 0);
	assert_true(ears_heard(&his, OPS, "before"));
	say(bob, OPS, 2, "now");
	assert_true(ears_heard(&his, OPS, "now"));
	assert_int_equal(den_head_in(&den, ops), head + 1);
	/* He says nothing there, and is told so. */
	say(ada, OPS, 1, "I, too");
	assert_int_equal(his.error[OPS], FRAME_MUTED);
	assert_int_equal(his.wait[OPS], 0);
	/* Silent for long, he reads on. */
	den_run(&den, 2 * 60 * 1000);
	say(bob, OPS, 3, "much later");
	say(ada, LAB, 1, "awake");
	den_run(&den, 2000);
	assert_true(ears_heard(&his, OPS, "much later"));
	head = den_head_in(&den, ops);
	leave(ada, OPS);
	assert_int_equal(his.left[OPS], 1);
	assert_int_equal(den_head_in(&den, ops), head);
	/* And comes, in another slot. */
	ears_enter_with(&den, ada, CLASS, "ops", FRAME_ENTER_READS);
	enter(ada, CLASS + 2, "ops");
	assert_int_equal(den_head_in(&den, ops), head + 1);
	say(ada, CLASS + 2, 1, "here");
	assert_int_equal(den_head_in(&den, ops), head + 2);
}

/* Whose name a crash has left in another room waits till that has gone, and
 * hears the room meanwhile: not one that he may not come into. */
static void
nor_while_a_ghost_of_that_name_goes(void **state)
{
	static struct ears his, hers, mine;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *cat = guest("cat", "192.0.2.3", &mine), *ada;
	struct ban ban = { .until_ms = 0 };
	size_t keys;

	(void)state;
	enter(bob, LAB, "den");
	enter(cat, OPS, "ops");
	say(cat, OPS, 1, "secret");
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	assert_int_equal(hub_release(den.hub, den.now_ms, den.now_ms, "bob",
	    3), HUB_ACT_OK);
	ada = guest("bob", "192.0.2.1", &his);
	ban_of_key(&ban, ada->key.public);
	assert_true(bans_set(den.bans, den.now_ms, &ban));
	enter(ada, OPS, "ops");
	assert_false(ears_heard(&his, OPS, "secret"));
	assert_int_equal(his.error[OPS], FRAME_KICKED);
	assert_true(bans_lift(den.bans, den.now_ms, &ban));
	assert_int_equal(hub_look_into(den.hub, den.now_ms, den.now_ms, "ops",
	    3), HUB_LOOK_OK);
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	hub_look_up(den.hub);
	enter(ada, CLASS, "ops");
	assert_false(ears_heard(&his, CLASS, "secret"));
	assert_int_equal(his.error[CLASS], FRAME_CLOSED);
}

static void
a_closed_room_is_not_read_either(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	size_t keys;

	(void)state;
	ears_enter_with(&den, ada, LAB, "den", FRAME_ENTER_READS);
	assert_int_equal(his.error[LAB], 0);
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	den_run(&den, 50);
	assert_int_equal(his.error[LAB], FRAME_CLOSED);
	ears_enter_with(&den, ada, OPS, "den", FRAME_ENTER_READS);
	assert_int_equal(his.error[OPS], FRAME_CLOSED);
}

static void
who_wants_nothing_of_before_is_told_only_what_is_new(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *ada = guest("ada", "192.0.2.1", &his);

	(void)state;
	enter(bob, OPS, "ops");
	say(bob, OPS, 1, "before");
	ears_enter_with(&den, ada, OPS, "ops", FRAME_ENTER_NEW);
	say(bob, OPS, 2, "now");
	den_run(&den, 2000);
	assert_true(ears_heard(&his, OPS, "now"));
	assert_false(ears_heard(&his, OPS, "before"));
}

static void
a_seat_that_was_left_is_nothing_after_a_while(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);

	(void)state;
	enter(ada, LAB, "den");
	enter(ada, OPS, "ops");
	leave(ada, OPS);
	/* Late words. */
	say(ada, OPS, 1, "gone");
	assert_int_equal(his.error[OPS], 0);
	assert_int_equal(his.left[OPS], 2);
	enter(ada, OPS, "ops");
	assert_int_equal(his.left[OPS], 3);
	den_run(&den, 6000);
	say(ada, LAB, 1, "still here");
	say(ada, OPS, 1, "gone");
	assert_int_equal(his.error[OPS], FRAME_NO_ROOM);
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 1);
	/* It stays used up. */
	enter(ada, OPS, "ops");
	assert_int_equal(his.left[OPS], 4);
	enter(ada, CLASS, "ops");
	assert_true(his.entered[CLASS] > 0);
}

static void
who_enters_often_waits(void **state)
{
	static struct ears his, other;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *ada, *two;
	uint32_t slot;

	(void)state;
	close_den(NULL);
	den_open_rooms_at(&den, 2);
	ops = den_open_room(&den, "ops");
	ada = guest("ada", "192.0.2.1", &his);
	for (slot = 1; slot < 4 * 64 && his.error[slot - (slot > 1) * 2] == 0;
	    slot += 2) {
		out = wire_out(frames, sizeof(frames));
		ears_put_enter(&out, slot, slot % 4 == 1 ? "den" : "ops");
		den_say(&den, ada, &out);
	}
	slot -= 2;
	assert_int_equal(slot / 2, 64);
	assert_int_equal(his.error[slot], FRAME_LIMIT_RATE);
	assert_in_range(his.wait[slot], 1, 250);
	/* By whatever session. */
	two = ears_of(&den, ada, "ada", &other);
	enter(two, LAB, "ops");
	assert_int_equal(other.error[LAB], FRAME_LIMIT_RATE);
	/* What is asked again was granted before. */
	his.entered[slot - 2] = 0;
	out = wire_out(frames, sizeof(frames));
	ears_put_enter(&out, slot - 2, (slot - 2) % 4 == 1 ? "den" : "ops");
	den_say(&den, ada, &out);
	assert_int_equal(his.entered[slot - 2], 1);
	den_run(&den, 500);
	his.error[slot] = 0;
	enter(ada, slot, slot % 4 == 1 ? "den" : "ops");
	assert_int_equal(his.error[slot], 0);
	assert_true(his.entered[slot] > 0);
}

static void
who_finds_no_place_is_told(void **state)
{
	static struct ears some, his;
	char name[16];
	struct guest *g;
	unsigned i;

	(void)state;
	for (i = 0; i < HUB_GROUP_PEERS; i++) {
		snprintf(name, sizeof(name), "guest%u", i);
		g = guest(name, "192.0.2.1", &some);
		enter(g, LAB, "den");
		assert_true(some.entered[LAB] > 0);
	}
	g = guest("late", "192.0.2.1", &his);
	assert_int_equal(his.why, FRAME_ROOM_FULL);
	assert_string_equal(his.reason, "crowded");
	assert_int_equal(his.named, 0);
	/* He did not hear it. */
	his.why = 0;
	enter(g, LAB, "den");
	assert_int_equal(his.why, FRAME_ROOM_FULL);
	assert_int_equal(his.entered[LAB], 0);
	assert_int_equal(g->heard[FRAME_LEAVE], 0);
	/* Elsewhere there are places. */
	g = guest("other", "198.51.100.1", &his);
	enter(g, LAB, "den");
	assert_true(his.entered[LAB] > 0);
}

/* A den of many rooms, with much in each. */
enum { MANY = 12, LINES = 24 };

static const char *const many[MANY] = { "den", "b", "c", "d", "e", "f", "g",
    "h", "i", "j", "k", "l" };

static void
open_many(struct ears *e)
{
	char text[900 + 1];
	struct guest *bob;
	unsigned i, n;

	close_den(NULL);
	den_open_list(&den, many, MANY);
	memset(text, 'z', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	bob = guest("bob", "192.0.2.2", e);
	for (i = 0; i < MANY; i++) {
		enter(bob, 2 * i + 1, many[i]);
		for (n = 1; n <= LINES; n++)
			say(bob, 2 * i + 1, n, text);
	}
}

static void
put_enters(struct wire_out *out)
{
	unsigned i;

	for (i = 0; i < MANY; i++)
		ears_put_enter(out, 2 * i + 1, many[i]);
}

static bool
has_all(const struct ears *e)
{
	unsigned i;

	for (i = 0; i < MANY; i++)
		if (!ears_has_all(e, 2 * i + 1, LINES + 2))
			return false;
	return true;
}

static void
many_backlogs_go_no_faster_than_one(void **state)
{
	static struct ears his, hers;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *ada;
	unsigned opened, i;

	(void)state;
	open_many(&hers);
	ada = guest("ada", "192.0.2.1", &his);
	opened = ada->opened;
	put_enters(&out);
	den_say(&den, ada, &out);
	den_run(&den, 1);
	/* Each is told that he is in; of what is behind, as one is. */
	assert_in_range(ada->opened - opened, 1, 6);
	for (i = 0; i < MANY; i++)
		assert_true(his.entered[2 * i + 1] > 0);
	for (i = 0; i < 400 && !has_all(&his); i++) {
		den_run(&den, 5);
		opened = ada->opened;
		ears_sync(&den, ada, MANY, 8);
		/* Whoever gives a credit is not sent that for each room. */
		assert_in_range(ada->opened - opened, 0, 8 + 1);
	}
	assert_true(has_all(&his));
	assert_int_equal(his.most_prompts, 1);
	assert_in_range(i, 20, 200);
}

/* Nothing that one room waits for is another's to bring about. */
static void
a_backlog_goes_on_whatever_becomes_of_others(void **state)
{
	static struct ears his, hers;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *ada;
	unsigned i;

	(void)state;
	open_many(&hers);
	ada = guest("ada", "192.0.2.1", &his);
	put_enters(&out);
	den_say(&den, ada, &out);
	den_run(&den, 1);
	/* All but one are left with what is on its way there. */
	for (i = 1; i < MANY; i++)
		leave(ada, 2 * i + 1);
	for (i = 0; i < 400 && !ears_has_all(&his, LAB, LINES + 2); i++) {
		den_run(&den, 5);
		ears_sync(&den, ada, 1, 8);
	}
	assert_true(ears_has_all(&his, LAB, LINES + 2));
	assert_in_range(i, 2, 100);
}

/* He is somewhere else now, and was told something there just now: nothing more
 * goes there for a moment. */
static void
move(struct guest *g)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 1 };
	struct wire_out out = wire_out(frames, sizeof(frames));

	g->addr.in4.sin_port ^= 0x4040;
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&den, g, &out);
}

static void
ask_for(struct guest *g, uint32_t slot, const char *room)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	ears_put_enter(&out, slot, room);
	den_say(&den, g, &out);
}

static void
what_waits_to_be_told_is_told_nobody_else(void **state)
{
	static struct ears his, hers;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct guest *bob = guest("bob", "192.0.2.2", &hers);

	(void)state;
	move(ada);
	move(bob);
	ask_for(ada, LAB, "nowhere");
	ask_for(bob, OPS, "nowhere");
	assert_int_equal(his.error[LAB] + hers.error[OPS], 0);
	den_run(&den, 1000);
	assert_int_equal(his.error[OPS] + hers.error[LAB], 0);
	/* Whichever of them is told first. */
	hers.error[OPS] = 0;
	move(ada);
	move(bob);
	ask_for(bob, LAB, "nowhere");
	ask_for(ada, OPS, "nowhere");
	den_run(&den, 1000);
	assert_int_equal(hers.error[OPS], 0);
	assert_int_equal(his.error[OPS], FRAME_NO_ROOM);
	/* He was the last; the other one asks again. */
	ask_for(bob, LAB, "nowhere");
	den_run(&den, 1000);
	assert_int_equal(hers.error[LAB], FRAME_NO_ROOM);
}

static struct guest *prover;
static uint8_t proof[FRAME_PING_BYTES];

static void
note_ping(struct guest *g, struct frame *f)
{
	if (g == prover && f->type == FRAME_PING)
		memcpy(proof, f->bytes, sizeof(proof));
	ears_hear(g, f);
}

static void
who_turns_up_where_he_is_banned_reads_no_more(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct ban ban = { .until_ms = 0 };

	(void)state;
	enter(bob, OPS, "ops");
	enter(ada, LAB, "den");
	ears_enter_with(&den, ada, OPS, "ops", FRAME_ENTER_READS);
	assert_int_equal(ban_parse(&ban, "192.0.2.66"), BAN_TEXT_OK);
	assert_true(bans_set(den.bans, den.now_ms, &ban));
	prover = ada;
	ada->hear = note_ping;
	ada->addr.in4.sin_addr.s_addr = htonl(0xc0000242);
	move(ada);
	frame_put_ping(&out, FRAME_PONG, proof);
	den_run(&den, 50);
	den_say(&den, ada, &out);
	den_run(&den, 50);
	assert_int_equal(his.error[LAB], FRAME_KICKED);
	assert_int_equal(his.error[OPS], FRAME_KICKED);
	say(bob, OPS, 1, "secret");
	assert_false(ears_heard(&his, OPS, "secret"));
}

/* Also where he comes by a handshake, which his seats go on in. */
static void
nor_who_shakes_hands_there(void **state)
{
	static struct ears his, hers;
	struct guest *bob = guest("bob", "192.0.2.2", &hers);
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	struct ban ban = { .until_ms = 0 };

	(void)state;
	enter(bob, OPS, "ops");
	enter(ada, LAB, "den");
	ears_enter_with(&den, ada, OPS, "ops", FRAME_ENTER_READS);
	assert_int_equal(ban_parse(&ban, "192.0.2.66"), BAN_TEXT_OK);
	assert_true(bans_set(den.bans, den.now_ms, &ban));
	ada->addr.in4.sin_addr.s_addr = htonl(0xc0000242);
	den_enter(&den, ada);
	den_run(&den, 50);
	assert_int_equal(his.error[LAB], FRAME_KICKED);
	assert_int_equal(his.error[OPS], FRAME_KICKED);
	say(bob, OPS, 1, "secret");
	assert_false(ears_heard(&his, OPS, "secret"));
}

static unsigned nothings;

static void
count_nothings(struct guest *g, struct frame *f)
{
	nothings += f->type == FRAME_ERROR && f->code == 0;
	ears_hear(g, f);
}

/* Who was refused somewhere says that he ends. */
static void
no_error_is_without_a_code(void **state)
{
	static struct ears his;
	struct guest *ada = guest("ada", "192.0.2.1", &his);
	size_t keys;

	(void)state;
	nothings = 0;
	ada->hear = count_nothings;
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	enter(ada, LAB, "den");
	assert_int_equal(his.error[LAB], FRAME_CLOSED);
	leave(ada, 0);
	assert_int_equal(nothings, 0);
}

/* He goes before he is in. */
static void
who_leaves_while_he_comes_is_told_at_once(void **state)
{
	static struct ears his;
	struct guest *ada;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	den_close(&den);
	den_open_rooms_waiting(&den);
	ada = guest("ada", "192.0.2.1", &his);
	den_run(&den, 1000);
	ears_put_enter(&out, LAB, "den");
	frame_put_room(&out, LAB);
	frame_put_leave(&out, NULL, 0);
	den_say(&den, ada, &out);
	den_run(&den, 50);
	assert_int_equal(his.left[LAB], 1);
}

int
main(void)
{
#define IN_A_DEN(f) cmocka_unit_test_setup_teardown(f, open_den, close_den)
	const struct CMUnitTest tests[] = {
		IN_A_DEN(who_is_in_two_rooms_hears_each_and_posts_in_each),
		IN_A_DEN(who_knows_it_hears_of_a_seat_in_one_frame),
		IN_A_DEN(entered_tells_where_the_log_was_when_he_came),
		IN_A_DEN(nobody_of_one_room_hears_a_word_of_the_other),
		IN_A_DEN(who_leaves_one_stays_in_the_other),
		IN_A_DEN(an_enter_that_is_repeated_comes_in_once),
		IN_A_DEN(a_later_slot_takes_over_and_nobody_sees_it),
		IN_A_DEN(a_slot_that_was_passed_is_answered),
		IN_A_DEN(who_comes_by_no_name_is_refused_in_each_room),
		IN_A_DEN(a_name_of_nobody_is_seen_to_go_before_it_is_anothers),
		IN_A_DEN(a_name_of_nobody_is_seen_to_go_from_any_room),
		IN_A_DEN(a_name_that_was_not_free_is_taken_when_it_is),
		IN_A_DEN(there_are_no_other_rooms_and_not_too_many),
		IN_A_DEN(nobody_enters_by_an_even_slot),
		IN_A_DEN(who_only_reads_is_not_seen),
		IN_A_DEN(a_closed_room_is_not_read_either),
		IN_A_DEN(nor_while_a_ghost_of_that_name_goes),
		IN_A_DEN(who_turns_up_where_he_is_banned_reads_no_more),
		IN_A_DEN(nor_who_shakes_hands_there),
		IN_A_DEN(no_error_is_without_a_code),
		IN_A_DEN(who_leaves_while_he_comes_is_told_at_once),
		IN_A_DEN(who_wants_nothing_of_before_is_told_only_what_is_new),
		IN_A_DEN(a_seat_that_was_left_is_nothing_after_a_while),
		IN_A_DEN(who_enters_often_waits),
		IN_A_DEN(who_finds_no_place_is_told),
		IN_A_DEN(many_backlogs_go_no_faster_than_one),
		IN_A_DEN(a_backlog_goes_on_whatever_becomes_of_others),
		IN_A_DEN(another_window_of_his_takes_that_room_alone),
		IN_A_DEN(what_waits_to_be_told_is_told_nobody_else),
		IN_A_DEN(long_lines_of_two_rooms_both_get_through),
		IN_A_DEN(a_backlog_in_one_room_does_not_delay_another),
		IN_A_DEN(the_next_session_of_the_same_client_has_its_seats),
		IN_A_DEN(and_what_was_said_while_the_last_one_slept)
	};

	return tests_run(tests, NULL, NULL);
}
