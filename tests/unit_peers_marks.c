/*
 * How far one has read: a mark for each room that is one's own, which all one's
 * devices hear of.
 */
#include <string.h>

#include "common/frame_put.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "server/room/marks.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { DEVICES = 3, MINUTE_MS = 61 * 1000, LISTED = 8,
    DAY_MS = 24 * 3600 * 1000 };

static struct den den;
static size_t ops;
static struct ears ears[DEVICES], hers;
static struct guest *of[DEVICES];
/* What each was told of the home room, how often, and in one frame. */
static struct {
	uint64_t	 seq[2];	/* of lab, of ops */
	unsigned	 told, in_one, answered;
	char		 reason[8];	/* of a LEAVE, */
	unsigned	 lefts;		/* of that one so many */
} heard[DEVICES];
static struct {
	unsigned	 n, mine;	/* bits */
	uint64_t	 mark[LISTED];
} list;

static void
take_list(struct frame *f)
{
	struct frame_listed r;

	memset(&list, 0, sizeof(list));
	while (list.n < LISTED && frame_next_listed(f, &r)) {
		list.mine |= (r.flags & FRAME_LISTED_MINE ? 1U : 0) << list.n;
		list.mark[list.n++] = r.mark;
	}
}

static void
hear(struct guest *g, struct frame *f)
{
	struct frame_mark m;
	size_t i = 0;

	ears_hear(g, f);
	while (i < DEVICES && of[i] != g)
		i++;
	if (f->type == FRAME_LIST && f->code == FRAME_ASK_ROOMS)
		take_list(f);
	if (i < DEVICES && f->type == FRAME_LEAVE)
		heard[i].lefts += f->text_len > 0;
	if (i < DEVICES && f->type == FRAME_LEAVE)
		snprintf(heard[i].reason, sizeof(heard[i].reason), "%.*s",
		    (int)f->text_len, f->text);
	if (i == DEVICES || f->type != FRAME_MARK)
		return;
	if (f->flags & FRAME_MARK_ANSWER)
		heard[i].answered++;
	else
		heard[i].told++;
	heard[i].in_one = 0;
	while (frame_next_mark(f, &m)) {
		heard[i].in_one++;
		/* As the den makes them. */
		heard[i].seq[m.log_id[0] == 2] = m.seq;
	}
}

static void
device(size_t i)
{
	of[i] = ears_device(&den, i == 0 ? NULL : of[0], "ada", "192.0.2.1",
	    &ears[i]);
	of[i]->hear = hear;
}

static void
enter_with(size_t i, uint32_t slot, const char *room, unsigned flags)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .next_id = 1, .flags = (uint8_t)flags,
	    .outbox = (uint32_t)(1000 * (i + 1) + slot) };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_enter(&out, &e);
	den_say(&den, of[i], &out);
	den_run(&den, 50);
}

static void
enter(size_t i, uint32_t slot, const char *room)
{
	enter_with(i, slot, room, 0);
}

static void
two(void)
{
	size_t i;

	memset(heard, 0, sizeof(heard));
	memset(of, 0, sizeof(of));
	for (i = 0; i < 2; i++) {
		device(i);
		enter(i, LAB, "den");
		enter(i, OPS, "ops");
	}
}

static const uint8_t *
id_of(bool is_ops)
{
	static struct frame_position at;

	at = log_head(is_ops ? den.rooms[ops] : den.log);
	return at.log_id;
}

/* Of both rooms, if they are not 0. */
static void
say_so(struct guest *g, unsigned flags, uint64_t lab, uint64_t there)
{
	struct frame_mark m[2];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t n = 0;

	if (lab != 0) {
		memcpy(m[n].log_id, id_of(false), FRAME_LOG_ID);
		m[n++].seq = lab;
	}
	if (there != 0) {
		memcpy(m[n].log_id, id_of(true), FRAME_LOG_ID);
		m[n++].seq = there;
	}
	frame_put_marks(&out, flags, m, n);
	den_say(&den, g, &out);
	den_run(&den, 10);
}

static void
say(struct guest *g, uint64_t lab, uint64_t there)
{
	say_so(g, 0, lab, there);
}

static void
ask(struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	memset(&list, 0, sizeof(list));
	frame_put_ask(&out, FRAME_ASK_ROOMS, 0);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

/* -1: he has none. */
static long long
mark(const struct guest *g, bool is_ops)
{
	const struct person *p = persons_find(den.persons, g->key.public);
	const struct mark *m = p == NULL ? NULL :
	    marks_find(p, id_of(is_ops));

	return m == NULL ? -1 : (long long)m->seq;
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
it_begins_with_the_first_join_by_any_client(void **state)
{
	struct guest *old = den_guest(&den, "bob", "192.0.2.7");
	struct guest *many = ears_guest(&den, "eve", "192.0.2.8", &hers);

	(void)state;
	assert_true(den_enter(&den, old));
	ears_enter(&den, many, OPS, "ops");
	ears_enter_with(&den, many, LAB, "den", FRAME_ENTER_READS);
	assert_int_equal(mark(old, false), 0);
	assert_int_equal(mark(old, true), -1);
	assert_int_equal(mark(many, false), -1);
	assert_int_equal(mark(many, true), 0);
}

static void
it_ends_where_one_leaves_the_room_alone(void **state)
{
	struct guest *old = den_guest(&den, "bob", "192.0.2.7");

	(void)state;
	two();
	assert_true(den_enter(&den, old));
	den_leave(&den, old);
	assert_int_equal(mark(old, false), 0);
	ears_leave(&den, of[1], OPS);
	assert_int_equal(mark(of[0], true), -1);
	assert_int_equal(mark(of[0], false), 0);
	/* He is not there, and has read nothing. */
	say(of[0], 0, 3);
	assert_int_equal(mark(of[0], true), -1);
	assert_int_equal(heard[0].answered, 1);
	assert_int_equal(heard[0].seq[1], 0);
	enter(0, OPS + 2, "ops");
	assert_int_equal(mark(of[0], true), 0);
}

/* Whoever was away comes back for good reasons alone. */
static void
who_has_left_by_one_device_does_not_come_again_by_another(void **state)
{
	(void)state;
	den.now_ms += DAY_MS;
	two();
	device(2);
	ears_leave(&den, of[0], OPS);
	assert_string_equal(heard[0].reason, "");
	assert_string_equal(heard[1].reason, FRAME_LEFT);
	enter_with(2, OPS, "ops", FRAME_ENTER_AGAIN);
	assert_string_equal(heard[2].reason, FRAME_LEFT);
	assert_int_equal(ears[2].entered[OPS], 0);
	assert_int_equal(ears[2].left[OPS], 1);
	enter_with(2, LAB, "den", FRAME_ENTER_AGAIN);
	assert_true(ears[2].entered[LAB] > 0);
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	assert_true(den_enter(&den, of[1]));
	enter_with(1, OPS + 2, "ops", FRAME_ENTER_AGAIN);
	assert_int_equal(ears[1].entered[OPS + 2], 0);
	/* He wants it. */
	enter(1, OPS + 4, "ops");
	assert_true(ears[1].entered[OPS + 4] > 0);
	enter_with(1, OPS + 6, "ops", FRAME_ENTER_AGAIN);
	assert_true(ears[1].entered[OPS + 6] > 0);
}

/* Whatever is lost, and however long it was away. */
static void
that_another_has_left_is_told_until_it_is_known(void **state)
{
	static const uint8_t ping[FRAME_PING_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned told;

	(void)state;
	two();
	ears_leave(&den, of[0], OPS);
	den_run(&den, 1000);
	assert_in_range(heard[1].lefts, 2, 3);
	den_run(&den, 10 * MINUTE_MS);
	told = heard[1].lefts;
	assert_int_equal(heard[0].lefts, 0);
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&den, of[1], &out);
	assert_int_equal(heard[1].lefts, told + 1);
	ears_leave(&den, of[1], OPS);
	told = heard[1].lefts;
	den_run(&den, MINUTE_MS);
	den_say(&den, of[1], &out);
	assert_int_equal(heard[1].lefts, told);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
}

static void
what_one_has_read_all_others_are_told(void **state)
{
	struct guest *bob = ears_device(&den, NULL, "bob", "192.0.2.7", &hers);

	(void)state;
	two();
	device(2);
	enter(2, LAB, "den");
	say(of[0], 2, 3);
	assert_int_equal(heard[0].answered, 1);
	assert_int_equal(heard[0].in_one, 2);
	assert_int_equal(heard[0].told, 0);
	assert_int_equal(heard[1].seq[0], 2);
	assert_int_equal(heard[1].seq[1], 3);
	/* It is the person's, wherever that one sits. */
	assert_int_equal(heard[2].seq[1], 3);
	assert_int_equal(bob->heard[FRAME_MARK], 0);
	/* The larger one counts; who says less is told. */
	say(of[1], 1, 4);
	assert_int_equal(heard[1].seq[0], 2);
	assert_int_equal(heard[1].seq[1], 4);
	assert_int_equal(heard[0].seq[1], 4);
	assert_int_equal(mark(of[2], false), 2);
}

static void
it_is_told_again_until_that_one_answers(void **state)
{
	unsigned told;

	(void)state;
	two();
	say(of[0], 2, 0);
	den_run(&den, 1000);
	told = heard[1].told;
	assert_in_range(told, 2, 3);
	/* That is no answer yet. */
	say_so(of[1], FRAME_MARK_ANSWER, 1, 3);
	den_run(&den, 2000);
	assert_true(heard[1].told > told);
	say_so(of[1], FRAME_MARK_ANSWER, 2, 0);
	told = heard[1].told;
	den_run(&den, 5000);
	assert_int_equal(heard[1].told, told);
	assert_int_equal(heard[1].answered, 0);
	assert_int_equal(heard[0].answered, 1);
	/* Who says it again, as that answer was lost, is answered again. */
	say(of[0], 2, 0);
	assert_int_equal(heard[0].answered, 2);
	assert_int_equal(heard[1].told, told);
	/* What an answer says besides is news for the others. */
	assert_int_equal(heard[0].seq[1], 3);
}

static void
who_does_not_answer_is_told_when_he_is_heard(void **state)
{
	static const uint8_t ping[FRAME_PING_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned told;

	(void)state;
	two();
	say(of[0], 2, 0);
	den_run(&den, 30000);
	told = heard[1].told;
	assert_in_range(told, 6, 7);
	den_run(&den, PEER_AWAY_MS);
	say(of[0], 0, 2);
	den_run(&den, 5000);
	assert_int_equal(heard[1].told, told);
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&den, of[1], &out);
	assert_int_equal(heard[1].told, told + 1);
	assert_int_equal(heard[1].in_one, 2);
}

static void
the_list_says_which_are_ones_own(void **state)
{
	struct guest *many = ears_guest(&den, "eve", "192.0.2.8", &hers);

	(void)state;
	two();
	ears_enter(&den, many, LAB, "den");
	many->hear = hear;
	say(of[0], 2, 0);
	ears_leave(&den, of[0], OPS);
	ask(of[1]);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.mine, 1);
	assert_int_equal(list.mark[0], 2);
	/* Who knows of none is told none. */
	ask(many);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.mine, 0);
}

static void
it_outlives_the_server_but_for_the_last_minute(void **state)
{
	struct journal_why why;
	struct persons *persons;
	struct marks *marks;

	(void)state;
	two();
	say(of[0], 2, 0);
	den_run(&den, MINUTE_MS);
	say(of[0], 3, 0);
	/* As the file is now. */
	persons = persons_new(0);
	marks = marks_open(&den.disk, "/d", persons, &why);
	assert_non_null(marks);
	assert_int_equal(marks_find(persons_find(persons,
	    of[0]->key.public), id_of(false))->seq, 2);
	marks_close(marks);
	persons_free(persons);
	den_restart(&den);
	assert_int_equal(mark(of[0], false), 3);
}

static void
one_that_goes_on_is_told_what_it_was_to_be(void **state)
{
	unsigned told;

	(void)state;
	two();
	say(of[0], 2, 0);
	told = heard[1].told;
	assert_true(den_enter(&den, of[1]));
	assert_int_equal(heard[1].told, told + 1);
	assert_int_equal(heard[1].seq[0], 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_den, close_den)
	const struct CMUnitTest tests[] = {
		TEST(it_begins_with_the_first_join_by_any_client),
		TEST(it_ends_where_one_leaves_the_room_alone),
		TEST(who_has_left_by_one_device_does_not_come_again_by_another),
		TEST(that_another_has_left_is_told_until_it_is_known),
		TEST(what_one_has_read_all_others_are_told),
		TEST(it_is_told_again_until_that_one_answers),
		TEST(who_does_not_answer_is_told_when_he_is_heard),
		TEST(the_list_says_which_are_ones_own),
		TEST(it_outlives_the_server_but_for_the_last_minute),
		TEST(one_that_goes_on_is_told_what_it_was_to_be),
	};

	return tests_run(tests, NULL, NULL);
}
