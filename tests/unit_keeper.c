/*
 * How far was told is kept now and then, and at the end; sim_house and
 * sim_cluster show that a start can rely on it.
 */
#include "server/keeper.h"

#include <string.h>

#include "server/cluster/position.h"
#include "server/cluster/shared.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static struct den den;
static struct shared shared;
static struct keeper *keeper;

static int
open_den(void **state)
{
	(void)state;
	den_open(&den, 0);
	memset(&shared, 0, sizeof(shared));
	shared.state = SHARED_READY;
	keeper = keeper_new(&(struct keeper_config){ .disk = &den.disk,
	    .dir = "/d", .home = den.log, .shared = &shared }, 0);
	return keeper == NULL ? -1 : den.disk.make_dir(den.disk.arg, "/d");
}

static int
close_den(void **state)
{
	(void)state;
	keeper_free(keeper);
	den_close(&den);
	return 0;
}

/* 0: none. */
static uint64_t
kept(void)
{
	struct position p;
	uint64_t number;

	if (!position_read(&den.disk, "/d", &p))
		return 0;
	number = p.number;
	position_free(&p);
	return number;
}

static void
it_is_kept_when_it_is_time(void **state)
{
	(void)state;
	assert_true(keeper_turn(keeper, den.hub, 100) == INT64_MAX);
	shared.told = 5;
	assert_true(keeper_turn(keeper, den.hub, 100) == KEEPER_MS);
	assert_int_equal(kept(), 0);
	keeper_turn(keeper, den.hub, KEEPER_MS);
	assert_int_equal(kept(), 5);
	/* Or when it is much. */
	shared.told = 5 + KEEPER_BLOCKS;
	keeper_turn(keeper, den.hub, KEEPER_MS + 1000);
	assert_int_equal(kept(), 5 + KEEPER_BLOCKS);
}

static void
who_hears_nobody_keeps_nothing(void **state)
{
	(void)state;
	shared.told = 5;
	shared.state = SHARED_CATCHING_UP;
	keeper_turn(keeper, den.hub, KEEPER_MS);
	assert_int_equal(kept(), 0);
}

static void
at_the_end_it_is_kept_once_all_is_there(void **state)
{
	(void)state;
	shared.told = 5;
	keeper_ends(keeper, den.hub);
	assert_int_equal(kept(), 0);
	keeper_ended(keeper);
	assert_int_equal(kept(), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_kept_when_it_is_time,
		    open_den, close_den),
		cmocka_unit_test_setup_teardown(who_hears_nobody_keeps_nothing,
		    open_den, close_den),
		cmocka_unit_test_setup_teardown(
		    at_the_end_it_is_kept_once_all_is_there, open_den,
		    close_den)
	};

	return tests_run(tests, NULL, NULL);
}
