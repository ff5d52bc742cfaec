/*
 * How far one has read, as the client's half of it: it is said until there is
 * an answer, now and then, and told where another device was further.
 */
#include <stdio.h>
#include <string.h>

#include "common/frame_person.h"
#include "common/frame_put.h"
#include "common/frame_room.h"
#include "common/hello.h"
#include "tests/with_cmocka.h"
#include "tests/with_rogue.h"

enum { WINDOWS = 3, HEAD = 40, SAID = 64 };

static const char *const rooms[WINDOWS] = { "den", "ops", "play" };

static struct {
	struct rogue	 rogue;
	bool		 deaf;		/* answers no MARK */
	unsigned	 lists;		/* that were asked for */
	unsigned	 said, answers;	/* MARKs, */
	uint64_t	 seq[WINDOWS], answered[WINDOWS];
	int64_t		 at[SAID];	/* when they were */
	size_t		 in_one;	/* in the last one */
	uint64_t	 listed[WINDOWS];	/* marks; 0: not mine */
	uint64_t	 mark[WINDOWS];	/* told to the screen, */
	unsigned	 told;		/* so often */
	char		 mine[16];	/* and that one is ours, */
	unsigned	 mines;
	unsigned	 shown;		/* RECORD_LISTED */
	unsigned	 devices;	/* asks, */
	uint64_t	 ends, since;	/* the last one; RECORD_DEVICE's, */
	uint32_t	 device_flags;	/* of all, */
	unsigned	 device_records;
	char		 device[16];	/* the last */
	unsigned	 parted[WINDOWS], enters[WINDOWS];
	uint32_t	 slot[WINDOWS], flags[WINDOWS];	/* of the last ENTER */
} play;

static struct rogue *const r = &play.rogue;

static size_t
numbered(const char *name, size_t len)
{
	size_t i = 0;

	while (i < WINDOWS - 1 && (strlen(rooms[i]) != len ||
	    memcmp(rooms[i], name, len) != 0))
		i++;
	return i;
}

static void
position(size_t room, struct frame_position *at)
{
	*at = r->head;
	at->log_id[0] = (uint8_t)(room + 1);
	at->seq = HEAD;
}

static void
enter(const struct frame *f)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = f->slot, .room = f->text,
	    .room_len = f->text_len };
	struct rogue seat = *r;
	size_t i = numbered(f->text, f->text_len);

	play.enters[i]++;
	play.slot[i] = f->slot;
	play.flags[i] = f->flags;
	position(i, &e.head);
	frame_put_room(&out, f->slot);
	frame_put_entered(&out, &e);
	frame_put_posted(&out, (uint64_t)f->outbox << 32 | f->id, HEAD);
	seat.head = e.head;
	rogue_put_head(&seat, &out, 1);
	rogue_say_once(r, frames, out.len);
}

/* All that there is, of the last one that is mine only if it is. */
static void
list(void)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_listed one = { .topic = "", .head = HEAD };
	size_t begun = frame_begin(&out, FRAME_LIST), i;

	play.lists++;
	wire_put_u8(&out, FRAME_ASK_ROOMS);
	wire_put_varint(&out, 9);
	wire_put_varint(&out, WINDOWS);
	wire_put_varint(&out, 0);
	wire_put_varint(&out, WINDOWS);
	for (i = 0; i < WINDOWS; i++) {
		one.name = rooms[i];
		one.name_len = strlen(rooms[i]);
		one.mark = play.listed[i];
		one.flags = (i == 0 ? FRAME_LISTED_HOME : 0) |
		    (one.mark != 0 ? FRAME_LISTED_MINE : 0);
		frame_put_listed(&out, &one);
	}
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

/* Two of them, if they are told. */
static void
list_devices(const struct frame *f)
{
	const struct frame_device desk = { FRAME_DEVICE_SELF, 1000, 0, "desk",
	    4 }, phone = { 0, 3000, 61000, "phone", 5 };
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun;

	play.devices++;
	play.ends = f->code == FRAME_ASK_END ? f->offset : 0;
	if (play.deaf)
		return;
	begun = frame_begin(&out, FRAME_LIST);
	wire_put_u8(&out, FRAME_ASK_DEVICES);
	wire_put_varint(&out, 9);
	wire_put_varint(&out, 2);
	wire_put_varint(&out, 0);
	wire_put_varint(&out, 2);
	frame_put_device(&out, &desk);
	frame_put_device(&out, &phone);
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

static void
say(unsigned flags, size_t room, uint64_t seq)
{
	struct frame_position at;
	struct frame_mark m = { .seq = seq };
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	position(room, &at);
	memcpy(m.log_id, at.log_id, sizeof(m.log_id));
	frame_put_marks(&out, flags, &m, 1);
	rogue_say(r, frames, out.len);
}

static void
take_marks(struct frame *f)
{
	bool answers = (f->flags & FRAME_MARK_ANSWER) != 0;
	struct frame_mark back[WINDOWS], m;
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t n = 0;

	play.in_one = 0;
	if (answers)
		play.answers++;
	else if (play.said < SAID)
		play.at[play.said++] = r->now;
	while (frame_next_mark(f, &m)) {
		(answers ? play.answered : play.seq)[m.log_id[0] - 1] = m.seq;
		play.in_one++;
		back[n++] = m;
	}
	if (answers || play.deaf)
		return;
	frame_put_marks(&out, FRAME_MARK_ANSWER, back, n);
	rogue_say_once(r, frames, out.len);
}

static void
hear(struct rogue *rogue, struct frame *f)
{
	(void)rogue;
	if (f->type == FRAME_ENTER)
		enter(f);
	else if (f->type == FRAME_ASK && f->code == FRAME_ASK_ROOMS)
		list();
	else if (f->type == FRAME_ASK)
		list_devices(f);
	else if (f->type == FRAME_MARK)
		take_marks(f);
}

static void
tell(struct rogue *rogue, const struct record *record)
{
	(void)rogue;
	if (record->type == RECORD_DEVICE) {
		play.device_records++;
		play.device_flags |= record->flags;
		play.since = record->id;
		snprintf(play.device, sizeof(play.device), "%.*s",
		    (int)record->text_len, record->text);
	}
	if (record->type == RECORD_PARTED)
		play.parted[record->window]++;
	if (record->type == RECORD_MARK) {
		play.told++;
		play.mark[record->window] = record->id;
	} else if (record->type == RECORD_LISTED)
		play.shown++;
	else if (record->type == RECORD_MINE) {
		play.mines++;
		snprintf(play.mine, sizeof(play.mine), "%.*s",
		    (int)record->text_len, record->text);
	}
}

static void
leave_by(uint32_t slot, const char *reason)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_leave(&out, reason, strlen(reason));
	rogue_say(r, frames, out.len);
}

static void
run(int64_t ms)
{
	assert_true(rogue_run(r, ms));
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	rogue_start(r);
	r->head.seq = HEAD;
	r->flags = HELLO_ROOMS | HELLO_ROLES | HELLO_PEOPLE;
	r->config.people = true;
	r->config.device = "desk";
	r->config.only_new = true;	/* it has all, then */
	r->hear = hear;
	r->tell = tell;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(r);
	return 0;
}

static const struct link_place nowhere = { .dir = "" };

/* In the home room and in ops. */
static void
be_in_two(void)
{
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &nowhere, "ops", 3));
	run(1000);
}

static void
see(uint16_t window, uint64_t seq)
{
	link_seen(r->link, r->now, window, seq);
}

static void
it_says_what_it_knows_and_what_it_is_called(void **state)
{
	(void)state;
	be_in_two();
	assert_true(r->caps & HELLO_PEOPLE);
	assert_string_equal(r->device, "desk");
	rogue_end(r);
	r->config.people = false;
	be_in_two();
	assert_false(r->caps & HELLO_PEOPLE);
	assert_string_equal(r->device, "");
	play.lists = 0;
	see(0, 5);
	say(0, 0, 9);
	run(60000);
	assert_int_equal(play.said + play.answers + play.told + play.lists, 0);
}

static void
what_was_read_is_said_of_all_rooms_now_and_then(void **state)
{
	(void)state;
	be_in_two();
	/* None is read that is not here; all of these are. */
	see(0, HEAD + 1);
	see(1, 7);
	run(1000);
	assert_int_equal(play.said, 1);
	assert_int_equal(play.in_one, 2);
	assert_int_equal(play.seq[0], HEAD);
	assert_int_equal(play.seq[1], 7);
	see(1, 8);
	see(1, 6);
	run(5000);
	see(1, 9);
	assert_int_equal(play.said, 1);
	run(5000);
	assert_int_equal(play.said, 2);
	assert_int_equal(play.seq[1], 9);
	assert_int_equal(play.at[1] - play.at[0], 10000);
	run(60000);
	assert_int_equal(play.said, 2);
}

static void
it_is_said_until_it_is_answered(void **state)
{
	unsigned said;

	(void)state;
	be_in_two();
	play.deaf = true;
	see(0, 5);
	run(5000);
	assert_in_range(play.said, 3, 9);
	said = play.said;
	/* That was of an earlier one. */
	see(0, 6);
	say(FRAME_MARK_ANSWER, 1, 5);
	run(60000);
	assert_true(play.said > said);
	say(FRAME_MARK_ANSWER, 0, 6);
	said = play.said;
	run(120000);
	assert_int_equal(play.said, said);
	assert_int_equal(play.mark[0], 0);
	/* Nor where the server does not heed it. */
	see(0, 7);
	run(1000);
	say(FRAME_MARK_ANSWER, 0, 0);
	said = play.said;
	run(120000);
	assert_int_equal(play.said, said);
}

static void
what_another_has_read_is_told_and_answered(void **state)
{
	(void)state;
	be_in_two();
	say(0, 1, 9);
	assert_int_equal(play.mark[1], 9);
	assert_int_equal(play.answers, 1);
	assert_int_equal(play.answered[1], 9);
	/* Its answer was lost. */
	say(0, 1, 9);
	assert_int_equal(play.told, 1);
	assert_int_equal(play.answers, 2);
	say(0, 1, 4);
	see(1, 9);
	run(60000);
	assert_int_equal(play.told, 1);
	assert_int_equal(play.said, 0);
	/* Who has read more than the server knows says so. */
	see(1, 12);
	say(0, 1, 11);
	run(60000);
	assert_int_equal(play.told, 1);
	assert_int_equal(play.seq[1], 12);
}

static void
the_list_tells_how_far_one_is_and_where(void **state)
{
	(void)state;
	play.listed[0] = 12;
	play.listed[2] = 3;
	be_in_two();
	run(5000);
	assert_int_equal(play.lists, 1);
	assert_int_equal(play.mark[0], 12);
	assert_string_equal(play.mine, "play");
	assert_int_equal(play.mines, 1);
	/* Nobody asked for it. */
	assert_int_equal(play.shown, 0);
	link_ask_rooms(r->link, r->now);
	run(1000);
	assert_int_equal(play.shown, WINDOWS);
	/* That it is ours is told once. */
	say(0, 2, 4);
	run(1000);
	assert_int_equal(play.answered[2], 4);
	assert_int_equal(play.lists, 3);
	assert_int_equal(play.mines, 1);
	/* Or once it was entered, and left. */
	assert_true(link_join(r->link, r->now, 2, &nowhere, "play", 4));
	run(1000);
	link_part(r->link, r->now, 2);
	run(1000);
	leave_by(play.slot[2], "");
	say(0, 2, 5);
	run(1000);
	assert_int_equal(play.mines, 2);
}

/* What a crash took the server has again. */
static void
what_the_list_has_less_of_is_said_again(void **state)
{
	(void)state;
	be_in_two();
	see(0, 9);
	run(1000);
	assert_int_equal(play.said, 1);
	play.listed[0] = 7;
	link_ask_rooms(r->link, r->now);
	run(20000);
	assert_int_equal(play.said, 2);
	assert_int_equal(play.seq[0], 9);
}

static void
a_room_that_another_has_left_is_left_for_good(void **state)
{
	(void)state;
	be_in_two();
	assert_int_equal(play.flags[1] & FRAME_ENTER_AGAIN, 0);
	/* It was put away, perhaps only for a moment. */
	leave_by(play.slot[1], "");
	run(5000);
	assert_int_equal(play.enters[1], 2);
	assert_true(play.flags[1] & FRAME_ENTER_AGAIN);
	assert_int_equal(play.parted[1], 0);
	leave_by(play.slot[1], FRAME_LEFT);
	run(5000);
	assert_int_equal(play.parted[1], 1);
	assert_int_equal(play.enters[1], 2);
	/* Of the only one that is left that is not told: one is somewhere. */
	leave_by(play.slot[0], FRAME_LEFT);
	run(5000);
	assert_int_equal(play.parted[0], 0);
	assert_int_equal(play.enters[0], 2);
	assert_int_equal(play.flags[0] & FRAME_ENTER_AGAIN, 0);
}

static void
devices_are_told_and_ended(void **state)
{
	(void)state;
	be_in_two();
	link_ask_devices(r->link, r->now, 0);
	run(5000);
	assert_int_equal(play.devices, 1);
	assert_int_equal(play.ends, 0);
	assert_int_equal(play.device_records, 2);
	assert_string_equal(play.device, "phone");
	assert_int_equal(play.since, 3000);
	assert_int_equal(play.device_flags, RECORD_DEVICE_FIRST |
	    RECORD_DEVICE_LAST | RECORD_DEVICE_SELF |
	    61 << RECORD_DEVICE_HEARD);
	link_ask_devices(r->link, r->now, 3000);
	run(5000);
	assert_int_equal(play.ends, 3000);
	/* Nobody says. */
	play.deaf = true;
	play.device_flags = 0;
	link_ask_devices(r->link, r->now, 0);
	run(60000);
	assert_int_equal(play.devices, 2 + 6);
	assert_true(play.device_flags & RECORD_DEVICE_NONE);
	assert_int_equal(play.device_records, 5);
}

static void
the_last_one_goes_with_the_leave(void **state)
{
	(void)state;
	be_in_two();
	see(0, 5);
	run(1000);
	see(0, 9);
	link_leave(r->link, r->now);
	run(1000);
	assert_int_equal(play.seq[0], 9);
	assert_true(r->leaves > 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_says_what_it_knows_and_what_it_is_called),
		TEST(what_was_read_is_said_of_all_rooms_now_and_then),
		TEST(it_is_said_until_it_is_answered),
		TEST(what_another_has_read_is_told_and_answered),
		TEST(the_list_tells_how_far_one_is_and_where),
		TEST(what_the_list_has_less_of_is_said_again),
		TEST(a_room_that_another_has_left_is_left_for_good),
		TEST(devices_are_told_and_ended),
		TEST(the_last_one_goes_with_the_leave),
	};

	return tests_run(tests, NULL, NULL);
}
