/*
 * The room's log on a disk that fails: what was acknowledged is there after
 * whatever comes next, and what was not is never taken for it.
 */
#include "server/room/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

enum { NOW = 1000000, WALL = 1000 };

static struct memdisk *md;
static struct disk d;
static struct log *l;
static int64_t now;
static char seen[4096];		/* the texts, each with a blank behind it */

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	now = NOW;
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	log_close(l);
	l = NULL;
	memdisk_free(md);
	return 0;
}

static bool
open_log(enum log_sync sync)
{
	struct log_config config = { .disk = &d, .dir = "/d", .sync = sync,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	l = log_open(&config, WALL, id, &why);
	assert_true(l != NULL || why.kind == JOURNAL_SYSTEM);
	return l != NULL;
}

static void
on_entry(void *arg, const struct entry *e, uint32_t node,
    bool ours)
{
	(void)arg;
	(void)node;
	(void)ours;
	if (e->kind == ENTRY_SAY)
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
		    "%.*s ", (int)e->text_len, e->text);
}

static const struct log_out out = { .entry = on_entry };

static void
assert_holds(const char *texts)
{
	seen[0] = '\0';
	assert_true(log_replay(l, &out));
	assert_string_equal(seen, texts);
}

static bool
say(const char *text)
{
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "alice", .author_len = 5, .text = text,
	    .text_len = strlen(text) };

	return log_put(l, now, WALL, &e, 1);
}

/* Lets what is due be synced. */
static void
turn(void)
{
	now += LOG_GROUP_MS;
	log_turn(l, now, WALL, &out);
}

static void
a_failed_sync_ends_the_log_and_keeps_what_was_acknowledged(void **state)
{
	uint64_t durable;

	(void)state;
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_true(say("one"));
	turn();
	durable = log_durable(l);
	assert_int_equal(durable, log_head(l).seq);
	assert_int_equal(log_failed(l), 0);

	memdisk_fail_sync(md, 1);
	assert_true(say("two"));
	turn();
	assert_int_equal(log_failed(l), EIO);
	assert_int_equal(log_durable(l), durable);
	/* Nothing heals it, and nothing more is taken. */
	assert_false(say("three"));
	turn();
	assert_int_equal(log_durable(l), durable);
	assert_int_equal(log_close(l), EIO);

	/* Its author was not told that it is in: it must not count as that. */
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("one ");
	assert_true(say("two"));
	turn();
	assert_int_equal(log_durable(l), log_head(l).seq);
	memdisk_crash(md, 1);
	log_close(l);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("one two ");
}

static void
a_sync_that_fails_at_the_end_is_told(void **state)
{
	(void)state;
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_true(say("one"));
	memdisk_fail_sync(md, 1);
	assert_int_equal(log_close(l), EIO);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("");
}

static void
a_sync_that_fails_at_the_start_refuses_it(void **state)
{
	unsigned n;

	(void)state;
	/* Each sync of a first start, and then it starts. */
	for (n = 1; memdisk_fail_sync(md, n), !open_log(LOG_SYNC_GROUP); n++)
		assert_true(n < 10);
	assert_true(n > 1);
	memdisk_fail_sync(md, 0);
	assert_true(say("one"));
	turn();
	log_close(l);
	memdisk_fail_sync(md, 1);
	assert_false(open_log(LOG_SYNC_GROUP));
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("one ");
	memdisk_crash(md, 1);
	log_close(l);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("one ");
}

static void
power_loss_takes_nothing_that_was_acknowledged(void **state)
{
	char texts[1024] = "", more[16];
	uint64_t i;

	(void)state;
	memdisk_lose_names(md);
	for (i = 0; i < 40; i++) {
		assert_true(open_log(LOG_SYNC_GROUP));
		assert_holds(texts);
		snprintf(more, sizeof(more), "%llu", (unsigned long long)i);
		assert_true(say(more));
		turn();
		assert_int_equal(log_durable(l), log_head(l).seq);
		strlcat(texts, more, sizeof(texts));
		strlcat(texts, " ", sizeof(texts));
		memdisk_crash(md, i);
		log_close(l);
		l = NULL;
	}
}

static void
a_name_is_owned_after_power_loss(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 7 };
	char name[16];
	uint64_t i;

	(void)state;
	memdisk_lose_names(md);
	for (i = 0; i < 3; i++) {
		assert_true(open_log(LOG_SYNC_GROUP));
		snprintf(name, sizeof(name), "name%llu", (unsigned long long)i);
		assert_true(log_give(l, now, WALL, name, key));
		assert_true(say("x"));
		turn();
		memdisk_crash(md, 0);
		log_close(l);
		assert_true(open_log(LOG_SYNC_GROUP));
		assert_int_equal(log_lease_check(l, WALL, name, key),
		    LOG_LEASE_OWN);
		assert_int_equal(log_close(l), 0);
	}
	l = NULL;
}

static void
a_full_disk_is_no_end(void **state)
{
	(void)state;
	assert_true(open_log(LOG_SYNC_GROUP));
	memdisk_limit(md, memdisk_bytes(md) + 3);
	assert_false(say("one"));
	assert_int_equal(log_stuck(l), ENOSPC);
	turn();
	assert_int_equal(log_failed(l), 0);
	memdisk_limit(md, UINT64_MAX);
	assert_true(say("two"));
	assert_int_equal(log_stuck(l), 0);
	turn();
	assert_int_equal(log_durable(l), log_head(l).seq);
	assert_int_equal(log_close(l), 0);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_holds("two ");
}

/* A name and the entry by which its owner comes are on the disk together. */
static void
a_name_is_durable_with_what_follows(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 7 };
	uint64_t durable;

	(void)state;
	assert_true(open_log(LOG_SYNC_GROUP));
	turn();
	durable = log_durable(l);
	assert_true(log_give(l, now, WALL, "ann", key));
	assert_true(say("one"));
	assert_int_equal(log_turn(l, now, WALL, &out), now + LOG_GROUP_MS);
	assert_int_equal(log_durable(l), durable);
	turn();
	assert_int_equal(log_durable(l), log_head(l).seq);
	memdisk_crash(md, 1);
	log_close(l);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_int_equal(log_lease_check(l, WALL, "ann", key),
	    LOG_LEASE_OWN);

	/* Renewed alone, it is synced as well; nobody waits for it. */
	assert_true(log_give(l, now, WALL, "bob", key));
	log_turn(l, now, WALL, &out);
	turn();
	memdisk_crash(md, 1);
	log_close(l);
	assert_true(open_log(LOG_SYNC_GROUP));
	assert_int_equal(log_lease_check(l, WALL, "bob", key),
	    LOG_LEASE_OWN);

	/* A name that the disk did not take acknowledges nothing. */
	durable = log_durable(l);
	assert_true(log_give(l, now, WALL, "cat", key));
	assert_true(say("two"));
	memdisk_fail_sync(md, 1);
	turn();
	turn();
	assert_int_equal(log_failed(l), EIO);
	assert_int_equal(log_durable(l), durable);
	assert_false(say("three"));
	assert_int_equal(log_close(l), EIO);
	l = NULL;
}

/* With no sync, too: a disk that is filled is filled all the same. */
static void
what_is_too_much_goes_however_the_log_is_synced(void **state)
{
	static const enum log_sync how[] = { LOG_SYNC_ALWAYS, LOG_SYNC_GROUP,
	    LOG_SYNC_NONE };
	struct log_config config = { .disk = &d, .dir = "/d",
	    .segment_bytes = 4096, .keep_bytes = 8192 };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;
	char text[512];
	size_t i, n;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		config.sync = how[i];
		assert_non_null(l = log_open(&config, WALL, id, &why));
		seen[0] = '\0';
		assert_true(log_replay(l, &out));
		log_hold(l, UINT64_MAX);
		n = log_head(l).seq;
		while (log_head(l).seq < n + 60) {
			assert_true(say(text));
			turn();
		}
		assert_true(log_first(l) > n + 20);
		assert_int_equal(log_close(l), 0);
		l = NULL;
	}
}

enum { ASKS = 10000 };

static void
ask_again(void *arg)
{
	unsigned *asked = arg;

	if (++*asked < ASKS)
		log_want(l);
}

static void
who_always_has_more_to_say_leaves_the_turn(void **state)
{
	unsigned asked = 0, turns = 0;
	const struct log_out more = { .entry = on_entry,
	    .gather = ask_again, .arg = &asked };

	(void)state;
	assert_true(open_log(LOG_SYNC_ALWAYS));
	log_want(l);
	while (log_turn(l, now, WALL, &more) <= now)
		turns++;
	assert_int_equal(asked, ASKS);
	assert_true(turns > 10);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_failed_sync_ends_the_log_and_keeps_what_was_acknowledged),
		TEST(a_sync_that_fails_at_the_end_is_told),
		TEST(a_sync_that_fails_at_the_start_refuses_it),
		TEST(power_loss_takes_nothing_that_was_acknowledged),
		TEST(a_name_is_owned_after_power_loss),
		TEST(a_full_disk_is_no_end),
		TEST(a_name_is_durable_with_what_follows),
		TEST(what_is_too_much_goes_however_the_log_is_synced),
		TEST(who_always_has_more_to_say_leaves_the_turn),
	};

	return tests_run(tests, NULL, NULL);
}
