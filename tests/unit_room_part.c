/*
 * How much of a copy is a part of the log.
 */
#include "server/room/room_part.h"
#include "server/room/room_say.h"

#include "tests/with_room.h"

static struct lodge l;

static int
set_up(void **state)
{
	(void)state;
	lodge_open(&l);
	lodge_begin(&l);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&l);
	return 0;
}

static void
a_copy_is_compared_with_the_log(void **state)
{
	struct frame_position have = log_head(l.log);
	bool same;

	(void)state;
	assert_true(room_say(l.room, 0, "x", 1));
	assert_int_equal(room_common_part(l.room, &have, &same), have.seq);
	assert_true(same);
	have.seq += 5;
	assert_int_equal(room_common_part(l.room, &have, &same),
	    log_head(l.log).seq);
	assert_false(same);
	have.log_id[0] ^= 1;
	assert_int_equal(room_common_part(l.room, &have, &same), 0);
	assert_false(same);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_copy_is_compared_with_the_log)
	};

	return tests_run(tests, NULL, NULL);
}
