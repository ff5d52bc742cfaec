/*
 * The rooms of a server with a list of them: each is open while somebody is
 * there, and what is wrong with one is no matter in another.
 */
#include <errno.h>
#include <string.h>

#include "common/frame_put.h"
#include "server/hub_parts.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

enum { LAB = 1, OPS = 3, CLASS = 5, SLOTS = 24, FIRST_FD = 100000, FDS = 8192 };

/* What a guest heard, by slot. */
struct ears {
	uint32_t	 slot;		/* of this datagram */
	unsigned	 datagram, entered[SLOTS];
	uint64_t	 error[SLOTS], wait[SLOTS], seq[SLOTS];
	char		 said[SLOTS][256];	/* the texts, blanks between */
};

static const char *const names[] = { "lab", "ops", "class" };
static struct den den;
static struct guest *ada;
static struct ears his;

/* The disk, but for one room that nothing more can be written in. */
static struct disk below;
static const char *full;	/* a part of its files' names */
static bool is_full;
static char opened[FDS][256];

static int
open_file(void *arg, const char *path, bool make)
{
	int fd = below.open(arg, path, make);

	assert_true(fd < FIRST_FD + FDS);
	if (fd >= FIRST_FD)
		strlcpy(opened[fd - FIRST_FD], path, sizeof(opened[0]));
	return fd;
}

static int
write_file(void *arg, int fd, const void *src, size_t len, off_t at)
{
	if (is_full && strstr(opened[fd - FIRST_FD], full) != NULL) {
		errno = ENOSPC;
		return -1;
	}
	return below.write(arg, fd, src, len, at);
}

static void
hear(struct guest *g, struct frame *f)
{
	struct ears *e = g->arg;
	struct entry one;

	if (e->datagram != g->opened)
		e->slot = 0;
	e->datagram = g->opened;
	if (f->type == FRAME_ROOM)
		e->slot = f->slot;
	if (f->type == FRAME_ENTERED)
		e->entered[f->slot]++;
	if (f->type == FRAME_ERROR) {
		e->error[e->slot] = f->code;
		e->wait[e->slot] = f->wait_ms;
	}
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &one))
		if (one.kind == ENTRY_SAY && one.seq > e->seq[e->slot]) {
			e->seq[e->slot] = one.seq;
			strlcat(strncat(e->said[e->slot], one.text,
			    one.text_len), " ", sizeof(e->said[0]));
		}
}

static struct guest *
guest(const char *name, struct ears *e)
{
	struct guest *g = den_guest(&den, name, "192.0.2.1");

	memset(e, 0, sizeof(*e));
	g->caps = HELLO_ROLES | HELLO_ROOMS;
	g->many = true;
	g->hear = hear;
	g->arg = e;
	assert_true(den_enter(&den, g));
	return g;
}

static void
enter_as(struct guest *g, uint32_t slot, const char *room, uint8_t flags)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = 100 + slot, .next_id = 1,
	    .flags = flags };

	frame_put_enter(&out, &e);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
enter(struct guest *g, uint32_t slot, const char *room)
{
	enter_as(g, slot, room, 0);
}

static void
say(struct guest *g, uint32_t slot, uint32_t id, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	g->outbox = 100 + slot;
	g->next = id;
	guest_put_post(g, &out, ENTRY_SAY, text);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
leave(struct guest *g, uint32_t slot)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_leave(&out, NULL, 0);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static struct place *
place(const char *name)
{
	return roomlist_find(den.list, name, strlen(name));
}

/* Who is there is heard of all the time. */
static void
run_heard(struct guest *g, int64_t ms)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 1 };
	struct wire_out out;

	for (; ms > 0; ms -= 20000) {
		out = wire_out(frames, sizeof(frames));
		frame_put_ping(&out, FRAME_PING, ping);
		den_say(&den, g, &out);
		den_run(&den, ms < 20000 ? ms : 20000);
	}
}

static int
set_up(void **state)
{
	(void)state;
	is_full = false;
	den_open_list(&den, names, 3);
	below = den.disk;
	den.disk.open = open_file;
	den.disk.write = write_file;
	ada = guest("ada", &his);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	is_full = false;
	den_close(&den);
	return 0;
}

static void
a_room_is_open_while_somebody_is_there(void **state)
{
	(void)state;
	assert_null(place("ops")->log);
	enter(ada, OPS, "Ops");
	assert_int_equal(his.entered[OPS] > 0, true);
	assert_non_null(place("ops")->log);
	assert_null(place("class")->log);
	say(ada, OPS, 1, "one");
	assert_string_equal(his.said[OPS], "one ");
	run_heard(ada, 10 * ROOMLIST_IDLE_MS);
	assert_non_null(place("ops")->log);
	leave(ada, OPS);
	/* What he was told, and that he left, is on the disk first. */
	run_heard(ada, 2 * ROOMLIST_IDLE_MS);
	assert_null(place("ops")->log);
	assert_null(place("ops")->room);
	assert_true(place("ops")->head > 0);
	enter(ada, CLASS, "ops");
	assert_string_equal(his.said[CLASS], "one ");
	say(ada, CLASS, 1, "two");
	assert_string_equal(his.said[CLASS], "one two ");
}

/* He may come back: his session is of that room still. */
static void
a_room_of_who_is_silent_stays_open(void **state)
{
	(void)state;
	enter(ada, OPS, "ops");
	den_run(&den, 5 * ROOMLIST_IDLE_MS);
	assert_non_null(place("ops")->log);
	assert_int_equal(place("ops")->room->roster.count, 0);
	say(ada, OPS, 1, "back");
	den_run(&den, 3000);
	assert_int_equal(place("ops")->room->roster.count, 1);
}

static void
what_was_said_in_each_is_there_after_a_restart(void **state)
{
	static struct ears hers;
	struct guest *bob;

	(void)state;
	enter(ada, LAB, "lab");
	enter(ada, OPS, "ops");
	enter(ada, CLASS, "class");
	say(ada, LAB, 1, "a");
	say(ada, OPS, 1, "b");
	say(ada, CLASS, 1, "c");
	den_restart(&den);
	assert_null(place("ops")->log);
	bob = guest("bob", &hers);
	enter(bob, CLASS, "class");
	enter(bob, OPS, "ops");
	enter(bob, LAB, "lab");
	assert_string_equal(hers.said[LAB], "a ");
	assert_string_equal(hers.said[OPS], "b ");
	assert_string_equal(hers.said[CLASS], "c ");
	/* Ada has gone with the server before, and is told to be. */
	den_run(&den, 100 * 1000);
	assert_null(roster_named(&place("ops")->room->roster, "ada", 3));
}

static void
a_room_that_there_is_not_is_made_where_members_may(void **state)
{
	char name[] = "room1";
	uint32_t slot = 1;

	(void)state;
	enter_as(ada, slot, "room1", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[slot], FRAME_NO_ROOM);
	assert_null(place("room1"));
	enter(ada, slot + 2, "room1");
	assert_int_equal(his.error[slot + 2], FRAME_NO_ROOM);
	assert_int_equal(his.wait[slot + 2], 0);
	den.members_open = true;
	den_restart(&den);
	ada = guest("ann", &his);
	/* He is told that he may. */
	enter(ada, slot, "room1");
	assert_int_equal(his.error[slot], FRAME_NO_ROOM);
	assert_int_equal(his.wait[slot], 1);
	enter_as(ada, slot + 2, "a/b", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[slot + 2], FRAME_NO_ROOM);
	assert_int_equal(his.wait[slot + 2], 0);
	for (slot = 5; slot < 5 + 2 * ROOMLIST_OF_KEY; slot += 2, name[4]++) {
		enter_as(ada, slot, name, FRAME_ENTER_MAKES);
		assert_true(his.entered[slot] > 0);
	}
	enter_as(ada, slot, name, FRAME_ENTER_MAKES);
	assert_int_equal(his.error[slot], FRAME_QUOTA);
	assert_memory_equal(place("room1")->line.opener, ada->key.public,
	    NOISE_KEY);
	/* One that there is is entered, whoever may make one. */
	enter_as(ada, slot + 2, "class", FRAME_ENTER_MAKES);
	assert_true(his.entered[slot + 2] > 0);
}

/* Nothing is kept of somebody who may not come in. */
static void
who_is_banned_makes_none_and_opens_none(void **state)
{
	struct ban ban;

	(void)state;
	den.members_open = true;
	den_restart(&den);
	ada = guest("ann", &his);
	ban.until_ms = 0;
	ban_of_key(&ban, ada->key.public);
	assert_true(bans_set(den.bans, den.now_ms, &ban));
	enter_as(ada, 1, "room1", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[1], FRAME_KICKED);
	assert_null(place("room1"));
	enter(ada, 3, "ops");
	assert_int_equal(his.error[3], FRAME_KICKED);
	assert_null(place("ops")->log);
}

static void
who_comes_by_no_good_name_makes_none(void **state)
{
	(void)state;
	den.members_open = true;
	den_restart(&den);
	ada = guest("", &his);
	enter_as(ada, 1, "room1", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[1], FRAME_NAME_BAD);
	assert_null(place("room1"));
}

/* One stranger of many keys does not have all rooms there may ever be: when
 * the operator has put them away others make some. */
static void
rooms_that_were_put_away_make_room_for_others(void **state)
{
	char name[16];
	unsigned i, k;

	(void)state;
	den.members_open = true;
	den_restart(&den);
	for (i = 0; i < ROOMLIST_MEMBERS; i += k) {
		snprintf(name, sizeof(name), "g%u", i);
		ada = guest(name, &his);
		for (k = 0; k < ROOMLIST_OF_KEY; k++) {
			snprintf(name, sizeof(name), "spam%u", i + k);
			enter_as(ada, 1 + 2 * k, name, FRAME_ENTER_MAKES);
		}
		den_leave(&den, ada);
	}
	den_run(&den, 200 * 1000);
	ada = guest("ann", &his);
	enter_as(ada, 1, "good", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[1], FRAME_QUOTA);
	for (i = 0; i < ROOMLIST_MEMBERS; i++) {
		snprintf(name, sizeof(name), "spam%u", i);
		if (place(name) != NULL)
			assert_int_equal(roomlist_put_away(den.list,
			    place(name), true), ROOMLIST_FINE);
	}
	enter_as(ada, 3, "good", FRAME_ENTER_MAKES);
	assert_true(his.entered[3] > 0);
}

/* Nor who would find it closed to him. */
static void
who_is_not_allowed_makes_none_where_all_are_closed(void **state)
{
	(void)state;
	den.members_open = den.closed = true;
	den_restart(&den);
	ada = guest("ann", &his);
	enter_as(ada, 1, "room1", FRAME_ENTER_MAKES);
	assert_int_equal(his.entered[1], 0);
	assert_null(place("room1"));
}

/* Who may not make it is not told that he may. */
static void
one_that_was_put_away_is_not_offered(void **state)
{
	(void)state;
	den.members_open = true;
	den_restart(&den);
	ada = guest("ann", &his);
	assert_int_equal(roomlist_put_away(den.list, place("ops"), true),
	    ROOMLIST_FINE);
	enter(ada, OPS, "ops");
	assert_int_equal(his.error[OPS], FRAME_NO_ROOM);
	assert_int_equal(his.wait[OPS], 0);
}

/* Nor who comes by a name that is another's. */
static void
who_comes_by_anothers_name_makes_none(void **state)
{
	static struct ears hers;
	struct guest *eve;

	(void)state;
	den.members_open = true;
	den_restart(&den);
	ada = guest("ann", &his);
	enter(ada, 1, "lab");
	eve = guest("ann", &hers);
	enter_as(eve, 1, "room1", FRAME_ENTER_MAKES);
	assert_int_equal(hers.entered[1], 0);
	assert_null(place("room1"));
}

/* As people's names may not. */
static void
one_that_looks_like_another_is_not_made(void **state)
{
	(void)state;
	den.members_open = true;
	den_restart(&den);
	ada = guest("ann", &his);
	/* The o is Cyrillic. */
	enter_as(ada, 1, "\xd0\xbeps", FRAME_ENTER_MAKES);
	assert_int_equal(his.entered[1], 0);
}

/* Where no more may be open, one that nobody is in makes room: who has just
 * come is somebody. */
static void
one_that_somebody_came_into_just_now_stays_open(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_enter e = { .slot = 7, .room = "ops", .room_len = 3,
	    .outbox = 107, .next_id = 1 };

	(void)state;
	den.open_max = 1;
	den_restart(&den);
	ada = guest("ann", &his);
	enter(ada, OPS, "ops");
	leave(ada, OPS);
	den_run(&den, 1000);
	assert_true(place("ops")->idle_ms != INT64_MAX);
	frame_put_enter(&out, &e);
	e.slot = 9;
	e.room = "class";
	e.room_len = strlen(e.room);
	frame_put_enter(&out, &e);
	den_say(&den, ada, &out);
	den_run(&den, 50);
	assert_true(his.entered[7] > 0);
	assert_int_equal(his.error[9], FRAME_NO_SPACE);
	/* Once he has gone it makes room. */
	leave(ada, 7);
	den_run(&den, 11 * 1000);
	enter(ada, 11, "class");
	assert_true(his.entered[11] > 0);
	assert_null(place("ops")->log);
}

static void
one_that_was_put_away_is_none(void **state)
{
	(void)state;
	assert_int_equal(roomlist_put_away(den.list, place("ops"), true),
	    ROOMLIST_FINE);
	enter_as(ada, OPS, "ops", FRAME_ENTER_MAKES);
	assert_int_equal(his.error[OPS], FRAME_NO_ROOM);
	assert_int_equal(his.entered[OPS], 0);
}

static void
a_full_disk_of_one_room_refuses_only_there(void **state)
{
	static struct ears hers;
	struct guest *bob = guest("bob", &hers);

	(void)state;
	full = place("ops")->dir;
	enter(ada, CLASS, "class");
	enter(ada, OPS, "ops");
	enter(bob, CLASS, "class");
	is_full = true;
	say(ada, OPS, 1, "late");
	assert_int_equal(his.error[OPS], FRAME_NO_SPACE);
	say(ada, CLASS, 1, "heard");
	assert_string_equal(hers.said[CLASS], "heard ");
	assert_int_equal(log_stuck(place("ops")->log), ENOSPC);
	assert_int_equal(log_stuck(place("class")->log), 0);
	assert_int_equal(roomlist_failed(den.list), 0);
	is_full = false;
	den_run(&den, 3000);
	say(ada, OPS, 1, "late");
	assert_string_equal(his.said[OPS], "late ");
}

/* As descriptors are. */
static void
where_no_more_may_be_open_an_empty_one_makes_room(void **state)
{
	(void)state;
	den.open_max = 1;
	den_restart(&den);
	ada = guest("ada", &his);
	enter(ada, OPS, "ops");
	say(ada, OPS, 1, "one");
	enter(ada, CLASS, "class");
	assert_int_equal(his.error[CLASS], FRAME_NO_SPACE);
	leave(ada, OPS);
	den_run(&den, 11 * 1000);
	assert_non_null(place("ops")->log);
	enter(ada, CLASS + 2, "class");
	assert_true(his.entered[CLASS + 2] > 0);
	assert_null(place("ops")->log);
}

/* The operator speaks of a room that is not open, and goes on. */
static void
a_room_that_opens_closed_leaves_the_operator_his_act(void **state)
{
	const struct house_wish ops = { .name = "ops", .len = 3,
	    .opens = true };
	const struct house_doors *doors;
	enum frame_code why;

	(void)state;
	den.closed = true;
	den_restart(&den);
	doors = &den.hub->house.doors;
	hub_asks(den.hub, HUB_CONTROL);
	assert_non_null(doors->find(doors->arg, &ops, &why));
	assert_true(standing_closed(place("ops")->room->standing));
	assert_ptr_equal(den.hub->house.act, &den.hub->acts[HUB_CONTROL]);
}

static void
one_that_cannot_be_opened_is_tried_again_in_a_while(void **state)
{
	(void)state;
	full = place("ops")->dir;
	is_full = true;
	enter(ada, OPS, "ops");
	assert_int_equal(his.error[OPS], FRAME_NO_SPACE);
	assert_null(place("ops")->log);
	enter(ada, CLASS, "class");
	assert_true(his.entered[CLASS] > 0);
	is_full = false;
	enter(ada, OPS + 4, "ops");
	assert_int_equal(his.error[OPS + 4], FRAME_NO_SPACE);
	den_run(&den, 11 * 1000);
	enter(ada, OPS + 8, "ops");
	assert_true(his.entered[OPS + 8] > 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_room_is_open_while_somebody_is_there),
		TEST(a_room_of_who_is_silent_stays_open),
		TEST(what_was_said_in_each_is_there_after_a_restart),
		TEST(a_room_that_there_is_not_is_made_where_members_may),
		TEST(who_is_banned_makes_none_and_opens_none),
		TEST(who_comes_by_no_good_name_makes_none),
		TEST(rooms_that_were_put_away_make_room_for_others),
		TEST(who_is_not_allowed_makes_none_where_all_are_closed),
		TEST(one_that_was_put_away_is_not_offered),
		TEST(who_comes_by_anothers_name_makes_none),
		TEST(one_that_looks_like_another_is_not_made),
		TEST(one_that_somebody_came_into_just_now_stays_open),
		TEST(one_that_was_put_away_is_none),
		TEST(a_full_disk_of_one_room_refuses_only_there),
		TEST(where_no_more_may_be_open_an_empty_one_makes_room),
		TEST(a_room_that_opens_closed_leaves_the_operator_his_act),
		TEST(one_that_cannot_be_opened_is_tried_again_in_a_while)
	};

	return tests_run(tests, NULL, NULL);
}
