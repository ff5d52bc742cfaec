/*
 * Which rooms there are: who asks is told, piece by piece, and never much more
 * than he asks for.
 */
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { ROOMS = 200 };

/* What was told so far. */
static struct {
	unsigned	 lists, told;
	uint64_t	 total;
	struct frame_listed room[ROOMS + 1];
	char		 name[ROOMS + 1][FRAME_ROOM_BYTES + 1];
	bool		 wrong;
} list;

static struct den den;
static char name[ROOMS][FRAME_ROOM_BYTES + 1];
static const char *names[ROOMS];
static struct ears his;

static int
open_den(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < ROOMS; i++) {
		snprintf(name[i], sizeof(name[i]), "room-of-number-%u", i);
		names[i] = name[i];
	}
	strlcpy(name[0], "den", sizeof(name[0]));
	memset(&list, 0, sizeof(list));
	den_open_list(&den, names, ROOMS);
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
hear(struct guest *g, struct frame *f)
{
	struct frame_listed one;

	ears_hear(g, f);
	if (f->type != FRAME_LIST)
		return;
	list.lists++;
	list.total = f->total;
	if (f->code != FRAME_ASK_ROOMS || f->offset != list.told)
		list.wrong = true;
	while (frame_next_listed(f, &one) && list.told < ROOMS + 1) {
		list.room[list.told] = one;
		snprintf(list.name[list.told++], sizeof(list.name[0]), "%.*s",
		    (int)one.name_len, one.name);
	}
}

static void
ask(struct guest *g, unsigned what, uint64_t from)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_ask(&out, what, from);
	den_say(&den, g, &out);
}

static const struct frame_listed *
told_of(const char *of)
{
	unsigned i;

	for (i = 0; i < list.told; i++)
		if (strcmp(list.name[i], of) == 0)
			return &list.room[i];
	return NULL;
}

/* It takes what they leave. */
static void
what_was_refused_beside_it_is_told_as_well(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint32_t slot;

	(void)state;
	ada->hear = hear;
	ears_enter(&den, ada, LAB, "den");
	for (slot = 3; slot < 3 + 2 * 8; slot += 2)
		ears_put_enter(&out, slot, "nowhere");
	frame_put_ask(&out, FRAME_ASK_ROOMS, 0);
	den_say(&den, ada, &out);
	assert_int_equal(list.lists, 1);
	for (slot = 3; slot < 3 + 2 * 8; slot += 2)
		assert_int_equal(his.error[slot], FRAME_NO_ROOM);
}

static void
all_rooms_are_told_in_pieces(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	const struct frame_listed *r;
	unsigned i, opened;

	(void)state;
	ada->hear = hear;
	ears_enter(&den, ada, OPS, name[7]);
	ears_say(&den, ada, OPS, 1, "here");
	for (i = 0; i < 20 && (list.lists == 0 || list.told < list.total);
	    i++) {
		opened = ada->opened;
		ask(ada, FRAME_ASK_ROOMS, list.told);
		assert_int_equal(ada->opened, opened + 1);
		assert_int_equal(list.lists, i + 1);
	}
	assert_false(list.wrong);
	assert_int_equal(list.told, ROOMS);
	assert_in_range(list.lists, 2, 10);
	for (i = 0; i < ROOMS; i++)
		assert_non_null(told_of(name[i]));
	r = told_of(name[0]);
	assert_int_equal(r->flags, FRAME_LISTED_HOME);
	assert_int_equal(list.room[0].flags, FRAME_LISTED_HOME);
	r = told_of(name[7]);
	assert_int_equal(r->flags, FRAME_LISTED_IN);
	assert_int_equal(r->people, 1);
	assert_int_equal(r->head, 3);
	assert_int_equal(r->mark + r->topic_len, 0);
	r = told_of(name[8]);
	assert_int_equal(r->flags + r->people, 0);
	/* Behind the end there is nothing. */
	ask(ada, FRAME_ASK_ROOMS, ROOMS);
	ask(ada, FRAME_ASK_ROOMS, UINT64_MAX);
	assert_int_equal(list.told, ROOMS);
	assert_int_equal(list.total, ROOMS);
}

static void
what_is_asked_twice_is_told_once(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned opened = ada->opened;

	(void)state;
	ada->hear = hear;
	while (out.len < 1000)
		frame_put_ask(&out, FRAME_ASK_ROOMS, 0);
	den_say(&den, ada, &out);
	assert_int_equal(list.lists, 1);
	assert_int_equal(ada->opened, opened + 1);
	/* What else there may be to ask for nobody knows. */
	ask(ada, 77, 0);
	assert_int_equal(list.lists, 1);
}

static void
who_asks_without_end_is_not_answered_each_time(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	unsigned i;

	(void)state;
	ada->hear = hear;
	for (i = 0; i < 5000; i++)
		ask(ada, FRAME_ASK_ROOMS, 0);
	assert_in_range(list.lists, 10, 4500);
	den_run(&den, 2000);
	i = list.lists;
	ask(ada, FRAME_ASK_ROOMS, 0);
	assert_int_equal(list.lists, i + 1);
}

static void
who_knows_one_room_is_told_nothing(void **state)
{
	struct guest *cat = den_guest(&den, "cat", "192.0.2.3");

	(void)state;
	cat->hear = hear;
	cat->arg = &his;
	assert_true(den_enter(&den, cat));
	ask(cat, FRAME_ASK_ROOMS, 0);
	den_run(&den, 1000);
	assert_int_equal(list.lists, 0);
}

static void
who_is_banned_is_told_of_none(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	struct ban ban;

	(void)state;
	ada->hear = hear;
	ban.until_ms = 0;
	ban_of_key(&ban, ada->key.public);
	assert_true(bans_set(den.bans, den.now_ms, &ban));
	ask(ada, FRAME_ASK_ROOMS, 0);
	den_run(&den, 1000);
	assert_int_equal(list.lists, 0);
}

int
main(void)
{
#define IN_A_DEN(f) cmocka_unit_test_setup_teardown(f, open_den, close_den)
	const struct CMUnitTest tests[] = {
		IN_A_DEN(all_rooms_are_told_in_pieces),
		IN_A_DEN(what_was_refused_beside_it_is_told_as_well),
		IN_A_DEN(what_is_asked_twice_is_told_once),
		IN_A_DEN(who_asks_without_end_is_not_answered_each_time),
		IN_A_DEN(who_knows_one_room_is_told_nothing),
		IN_A_DEN(who_is_banned_is_told_of_none)
	};

	return tests_run(tests, NULL, NULL);
}
