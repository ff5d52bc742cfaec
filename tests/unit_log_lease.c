/*
 * Two rooms' logs, and one list of whose the names are: what is said in either
 * counts in both, and is on the disk before what rests on it.
 */
#include "server/room/log_lease.h"

#include <errno.h>
#include <string.h>

#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"
#include "tests/with_syncer.h"

enum { NOW = 1000000, WALL = 1000 };

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *md;
static struct disk d;
/* Each has somebody who waits for the disk, as if alone. */
static struct waiter home_waiter, ops_waiter;
static struct log *home, *ops;
static int64_t now;

static struct log *
open_log(const char *dir, struct waiter *w, struct log *of)
{
	struct log_config config = { .disk = &d, .dir = dir,
	    .sync = LOG_SYNC_GROUP, .segment_bytes = JOURNAL_SEGMENT_BYTES,
	    .syncer = &w->syncer, .home = of };
	uint8_t id[JOURNAL_ID] = { (uint8_t)dir[1] };
	struct journal_why why;
	struct log *l;

	waiter_init(w, &d);
	w->slow = true;
	l = log_open(&config, WALL, id, &why);
	assert_non_null(l);
	assert_true(log_replay(l, &(struct log_out){ .entry =
	    log_put_entry }));
	return l;
}

static void
open_both(void)
{
	home = open_log("/home", &home_waiter, NULL);
	ops = open_log("/ops", &ops_waiter, home);
}

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	now = NOW;
	assert_int_equal(d.make_dir(d.arg, "/home"), 0);
	assert_int_equal(d.make_dir(d.arg, "/ops"), 0);
	open_both();
	return 0;
}

static void
close_both(void)
{
	log_close(ops);
	log_close(home);
	ops = home = NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	close_both();
	memdisk_free(md);
	return 0;
}

static bool
say(struct log *l)
{
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "ann", .author_len = 3, .text = "x", .text_len = 1 };

	return log_put(l, now, WALL, &e, 1);
}

static void
turn(struct log *l)
{
	const struct log_out out = { .entry = log_put_entry };

	log_turn(l, now, WALL, &out);
}

static void
let_end(struct log *l, struct waiter *w)
{
	w->slow = false;
	turn(l);
	w->slow = true;
}

static void
a_name_is_its_owners_in_both(void **state)
{
	(void)state;
	assert_true(log_give(ops, now, WALL, "ann", ann));
	assert_int_equal(log_lease_check(home, WALL, "ann", ann),
	    LOG_LEASE_OWN);
	assert_int_equal(log_lease_check(home, WALL, "ann", bob),
	    LOG_LEASE_OTHER);
	assert_int_equal(log_lease_check(ops, WALL, "bob", bob),
	    LOG_LEASE_FREE);
	assert_int_equal(log_close(ops), 0);
	assert_memory_equal(log_lease_owner(home, WALL, "ann"), ann,
	    NOISE_KEY);
	ops = open_log("/ops", &ops_waiter, home);
	assert_int_equal(log_lease_check(ops, WALL, "ann", ann),
	    LOG_LEASE_OWN);
}

/* As where both are late, and decided before either was told. */
static void
a_block_that_takes_anothers_name_is_refused(void **state)
{
	uint64_t head = log_head(ops).seq;

	(void)state;
	assert_true(log_give(home, now, WALL, "ann", ann));
	assert_false(log_give(ops, now, WALL, "ann", bob));
	assert_int_equal(log_head(ops).seq, head);
	assert_int_equal(log_failed(ops), 0);
	assert_memory_equal(log_lease_owner(ops, WALL, "ann"), ann,
	    NOISE_KEY);
	assert_true(say(ops));
}

static void
only_the_log_that_noted_has_it_synced(void **state)
{
	unsigned asked = home_waiter.asked;

	(void)state;
	assert_true(log_give(ops, now, WALL, "ann", ann));
	turn(ops);
	assert_int_equal(ops_waiter.asked, 1);
	turn(home);
	now += LOG_GROUP_MS;
	turn(home);
	assert_int_equal(home_waiter.asked, asked);
	let_end(ops, &ops_waiter);
	turn(home);
	turn(ops);
	assert_int_equal(home_waiter.asked, asked);
	assert_int_equal(ops_waiter.asked, 1);
	memdisk_crash(md, 1);
	close_both();
	open_both();
	assert_int_equal(log_lease_check(ops, WALL, "ann", ann),
	    LOG_LEASE_OWN);
}

/* It noted more while its first sync was on its way. */
static void
what_is_noted_meanwhile_has_its_own_sync(void **state)
{
	(void)state;
	assert_true(log_give(ops, now, WALL, "ann", ann));
	turn(ops);
	assert_true(log_give(ops, now, WALL, "bob", bob));
	let_end(ops, &ops_waiter);
	turn(ops);
	assert_int_equal(ops_waiter.asked, 2);
	let_end(ops, &ops_waiter);
	turn(ops);
	assert_int_equal(ops_waiter.asked, 2);
	memdisk_crash(md, 1);
	close_both();
	open_both();
	assert_int_equal(log_lease_check(home, WALL, "bob", bob),
	    LOG_LEASE_OWN);
}

/* The name in one, who bears it in the other: never he without it. */
static void
a_name_noted_in_one_is_there_with_an_entry_of_the_other(void **state)
{
	uint64_t said;

	(void)state;
	home_waiter.late = true;
	assert_true(log_give(home, now, WALL, "ann", ann));
	turn(home);
	assert_int_equal(home_waiter.asked, 1);
	assert_true(say(ops));
	turn(ops);
	said = log_head(ops).seq;
	let_end(ops, &ops_waiter);
	assert_int_equal(log_durable(ops), said);
	memdisk_crash(md, 0);
	close_both();
	open_both();
	assert_int_equal(log_lease_check(home, WALL, "ann", ann),
	    LOG_LEASE_OWN);
}

/* A sync that fails takes all with it that rests on the same file. */
static void
what_failed_for_one_is_acknowledged_by_none(void **state)
{
	uint64_t durable = log_durable(home);

	(void)state;
	memdisk_fail_sync(md, 1);
	assert_true(log_give(ops, now, WALL, "ann", ann));
	turn(ops);
	let_end(ops, &ops_waiter);
	assert_int_equal(log_failed(ops), EIO);
	assert_true(say(home));
	turn(home);
	let_end(home, &home_waiter);
	turn(home);
	assert_int_equal(log_failed(home), EIO);
	assert_int_equal(log_durable(home), durable);
}

/* The same, where the other one's sync had begun. */
static void
what_failed_is_not_acknowledged_by_one_under_way(void **state)
{
	uint64_t durable = log_durable(home);

	(void)state;
	ops_waiter.late = home_waiter.late = true;
	assert_true(log_give(ops, now, WALL, "ann", ann));
	turn(ops);
	assert_true(say(home));
	turn(home);
	assert_int_equal(log_durable(home), durable);
	memdisk_fail_sync(md, 1);
	let_end(ops, &ops_waiter);
	assert_int_equal(log_failed(ops), EIO);
	let_end(home, &home_waiter);
	assert_int_equal(log_durable(home), durable);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_failed_is_not_acknowledged_by_one_under_way, set_up,
		    tear_down),
		TEST(a_name_is_its_owners_in_both),
		TEST(a_block_that_takes_anothers_name_is_refused),
		TEST(only_the_log_that_noted_has_it_synced),
		TEST(what_is_noted_meanwhile_has_its_own_sync),
		TEST(a_name_noted_in_one_is_there_with_an_entry_of_the_other),
		TEST(what_failed_for_one_is_acknowledged_by_none),
	};

	return tests_run(tests, NULL, NULL);
}
