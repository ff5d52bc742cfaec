/*
 * Which rooms are looked at: those that have something to do.
 */
#include "server/room/room_say.h"
#include "server/room/room_wake.h"

#include "tests/with_cmocka.h"
#include "tests/with_room.h"

static struct lodge home, other;

static int
set_up(void **state)
{
	(void)state;
	lodge_open(&home);
	memset(&other, 0, sizeof(other));
	lodge_open_in(&other, &home.house);
	lodge_begin(&home);
	lodge_begin(&other);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&other);
	lodge_close(&home);
	return 0;
}

static unsigned
awake(void)
{
	const struct room *r;
	unsigned n = 0;

	HOUSE_EACH_AWAKE(r, &home.house)
		n++;
	return n;
}

static bool
sleeps_at_last(struct room *r)
{
	int i;

	for (i = 0; i < 10; i++)
		if (room_may_sleep(r))
			return true;
	return false;
}

static void
a_new_one_is_awake_and_sleeps_after_a_while(void **state)
{
	(void)state;
	assert_int_equal(awake(), 2);
	assert_false(room_may_sleep(other.room));
	assert_true(sleeps_at_last(other.room));
	room_sleep(other.room, INT64_MAX);
	assert_int_equal(awake(), 1);
	house_at(&home.house, INT64_MAX - 1, 1000);
	room_wake_due(&home.house);
	assert_int_equal(awake(), 1);
	assert_false(sleeps_at_last(home.room));
}

static void
who_has_something_to_say_wakes_it(void **state)
{
	(void)state;
	room_sleep(other.room, INT64_MAX);
	assert_true(room_say(other.room, 0, "hear", 4));
	assert_true(other.room->rest.awake);
	room_sleep(other.room, INT64_MAX);
	room_wake(other.room);
	room_wake(other.room);
	assert_int_equal(awake(), 2);
	assert_false(room_may_sleep(other.room));
}

static void
it_wakes_when_its_time_has_come(void **state)
{
	int64_t now = home.house.now_ms;

	(void)state;
	room_sleep(other.room, now + 100);
	room_sleep(other.room, now + 1);
	assert_int_equal(dues_ms(&home.house.dues), now + 100);
	house_at(&home.house, now + 99, 1000);
	room_wake_due(&home.house);
	assert_int_equal(awake(), 1);
	house_at(&home.house, now + 100, 1000);
	room_wake_due(&home.house);
	assert_int_equal(awake(), 2);
	assert_int_equal(dues_ms(&home.house.dues), INT64_MAX);
	/* What is waked before needs no time any more. */
	room_sleep(other.room, now + 200);
	room_wake(other.room);
	assert_int_equal(dues_ms(&home.house.dues), INT64_MAX);
}

static void
one_that_goes_is_looked_at_no_more(void **state)
{
	struct lodge third;

	(void)state;
	memset(&third, 0, sizeof(third));
	lodge_open_in(&third, &home.house);
	assert_int_equal(awake(), 3);
	room_sleep(third.room, home.house.now_ms);
	lodge_close(&third);
	room_wake_due(&home.house);
	assert_int_equal(awake(), 2);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_one_is_awake_and_sleeps_after_a_while),
		TEST(who_has_something_to_say_wakes_it),
		TEST(it_wakes_when_its_time_has_come),
		TEST(one_that_goes_is_looked_at_no_more)
	};

	return tests_run(tests, NULL, NULL);
}
