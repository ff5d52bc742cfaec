/*
 * The house: what happens in one of its rooms is told and counted in one
 * place, and what that leads to in another is a part of the same.
 */
#include "server/room/house.h"
#include "server/room/room_say.h"

#include <string.h>

#include "tests/with_room.h"

static struct lodge lab, ops;
static unsigned told;

static int
set_up(void **state)
{
	(void)state;
	told = 0;
	memset(&ops, 0, sizeof(ops));
	lodge_open(&lab);
	lodge_open_in(&ops, &lab.house);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&ops);
	lodge_close(&lab);
	return 0;
}

static void
the_first_room_is_home(void **state)
{
	struct room *r;

	(void)state;
	assert_ptr_equal(lab.house.home, lab.room);
	assert_ptr_equal(r = LIST_FIRST(&lab.house.rooms), lab.room);
	assert_ptr_equal(r = LIST_NEXT(r, by_house), ops.room);
	assert_null(LIST_NEXT(r, by_house));
}

static void
what_happens_in_a_room_is_told_and_counted_once(void **state)
{
	struct house *h = ops.room->house;

	(void)state;
	house_report(h, HUB_JOINED, HUB_FINE, NULL, "bob", 3);
	house_report(lab.room->house, HUB_SILENT, HUB_FINE, NULL, "bob", 3);
	house_report(h, HUB_REFUSED, HUB_BANNED, NULL, "bob", 3);
	assert_int_equal(lab.events, 3);
	assert_int_equal(h->figures.joined, 1);
	assert_int_equal(h->figures.left, 1);
	assert_int_equal(h->figures.why[HUB_BANNED], 1);
}

static void
on_ops(void *arg, const struct entry *e, struct member *who, bool ours)
{
	(void)e;
	(void)who;
	(void)ours;
	assert_ptr_equal(ops.room->house->act, arg);
	told++;
}

/* What is said in the one is said in the other, too. */
static void
on_lab(void *arg, const struct entry *e, struct member *who, bool ours)
{
	(void)who;
	(void)ours;
	assert_true(room_say(ops.room, 0, e->text, e->text_len));
	assert_ptr_equal(lab.room->house->act, arg);
	told++;
}

static void
what_an_act_leads_to_in_another_room_is_a_part_of_it(void **state)
{
	struct room_act act = { 0 };
	const struct room_watch in_lab = { .after = on_lab, .arg = &act };
	const struct room_watch in_ops = { .after = on_ops, .arg = &act };

	(void)state;
	room_watch(lab.room, &in_lab);
	room_watch(ops.room, &in_ops);
	lodge_begin(&lab);
	lodge_begin(&ops);
	lab.house.act = &act;
	assert_true(room_say(lab.room, 0, "hear", 4));
	assert_int_equal(told, 2);
	assert_ptr_equal(lab.house.act, &act);
	assert_int_equal(act.waits, 0);
	assert_false(act.refused);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_room_is_home,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_happens_in_a_room_is_told_and_counted_once, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    what_an_act_leads_to_in_another_room_is_a_part_of_it,
		    set_up, tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
