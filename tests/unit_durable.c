/*
 * What is on the disk, where somebody beside the log waits for it: what was
 * acknowledged is there whatever comes next, and what came meanwhile is not
 * taken for it.
 */
#include "server/room/durable.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"
#include "tests/with_syncer.h"

enum { NOW = 1000000, WALL = 1000, SEGMENT = 4096 };

static struct memdisk *md;
static struct disk d;
static struct waiter waiter;
static struct log *l;
static int64_t now;
static char seen[4096];		/* the texts, each with a blank behind it */

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	waiter_init(&waiter, &d);
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

static void
open_beside(void)
{
	struct log_config config = { .disk = &d, .dir = "/d",
	    .sync = LOG_SYNC_GROUP, .segment_bytes = SEGMENT,
	    .syncer = &waiter.syncer };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	waiter.busy = false;
	waiter.slow = true;
	l = log_open(&config, WALL, id, &why);
	assert_non_null(l);
}

static void
on_entry(void *arg, const struct entry *e, uint32_t node, bool ours)
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
read_all(void)
{
	seen[0] = '\0';
	assert_true(log_replay(l, &out));
}

static void
assert_holds(const char *texts)
{
	read_all();
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

/* He says that what he was asked for is on the disk, or not. */
static int64_t
let_end(void)
{
	int64_t due;

	waiter.slow = false;
	due = log_turn(l, now, WALL, &out);
	waiter.slow = true;
	return due;
}

static void
what_comes_meanwhile_shares_the_next_wait(void **state)
{
	struct pollfd pfd[LOG_FDS];
	uint64_t one, durable;

	(void)state;
	open_beside();
	durable = log_durable(l);
	assert_int_equal(log_fds(l, pfd), 0);
	assert_true(say("one"));
	one = log_head(l).seq;
	/* At once, and a descriptor says when to come again. */
	assert_int_equal(waiter.asked, 1);
	assert_int_equal(log_fds(l, pfd), 1);
	assert_int_equal(log_turn(l, now, WALL, &out), INT64_MAX);
	assert_true(say("two"));
	assert_true(say("three"));
	now += 10 * LOG_GROUP_MS;
	assert_int_equal(log_turn(l, now, WALL, &out), INT64_MAX);
	assert_int_equal(waiter.asked, 1);
	assert_int_equal(log_durable(l), durable);

	let_end();
	assert_int_equal(log_durable(l), one);
	assert_int_equal(waiter.asked, 2);
	let_end();
	assert_int_equal(log_durable(l), log_head(l).seq);
	assert_int_equal(log_turn(l, now, WALL, &out), INT64_MAX);
	assert_int_equal(waiter.asked, 2);
	assert_int_equal(log_fds(l, pfd), 0);
}

static void
power_loss_takes_nothing_that_was_acknowledged(void **state)
{
	char texts[4096] = "", sure[4096] = "", more[16];
	uint64_t i, k;

	(void)state;
	memdisk_lose_names(md);
	for (i = 0; i < 60; i++) {
		open_beside();
		read_all();
		/* All that he told of, and perhaps some more, in order. */
		assert_int_equal(strncmp(seen, sure, strlen(sure)), 0);
		assert_int_equal(strncmp(texts, seen, strlen(seen)), 0);
		strlcpy(texts, seen, sizeof(texts));
		strlcpy(sure, seen, sizeof(sure));
		for (k = 0; k < i % 5 + 1; k++) {
			snprintf(more, sizeof(more), "%llu.%llu",
			    (unsigned long long)i, (unsigned long long)k);
			assert_true(say(more));
			strlcat(texts, more, sizeof(texts));
			strlcat(texts, " ", sizeof(texts));
			if ((i + k) % 3 == 0)
				let_end();
			if (log_durable(l) == log_head(l).seq)
				strlcpy(sure, texts, sizeof(sure));
		}
		memdisk_crash(md, i);
		log_close(l);
		l = NULL;
	}
}

static void
a_sync_that_fails_ends_the_log(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 7 };
	uint64_t durable;

	(void)state;
	open_beside();
	assert_true(say("one"));
	let_end();
	durable = log_durable(l);
	memdisk_fail_sync(md, 1);
	assert_true(say("two"));
	assert_true(say("three"));
	assert_int_equal(log_failed(l), 0);
	let_end();
	assert_int_equal(log_failed(l), EIO);
	assert_int_equal(log_durable(l), durable);
	assert_false(say("four"));
	assert_int_equal(log_close(l), EIO);
	open_beside();
	assert_holds("one ");
	/* And so does one of whose the names are. */
	memdisk_fail_sync(md, 1);
	assert_true(log_give(l, now, WALL, "ann", key));
	assert_true(say("two"));
	let_end();
	assert_int_equal(log_failed(l), EIO);
	assert_int_equal(log_close(l), EIO);
	open_beside();
	assert_holds("one ");
}

static void
count_name(void *to, const char *name)
{
	(void)name;
	++*(unsigned *)to;
}

/* One more file begins with what is said now. */
static bool
say_much(void)
{
	static char text[1024];
	unsigned before = 0, after = 0;
	char dir[64];

	/* That is the log's name. */
	snprintf(dir, sizeof(dir), "/d/01%030d", 0);
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(d.list(d.arg, dir, count_name, &before), 0);
	say(text);
	assert_int_equal(d.list(d.arg, dir, count_name, &after), 0);
	return after > before;
}

/* The system tells each failure of a file once: the log, as it begins the next
 * one, and then he hears of none. */
static void
what_failed_for_the_log_itself_is_not_there_for_him(void **state)
{
	unsigned i, fill = 0;
	uint64_t durable;

	(void)state;
	open_beside();
	waiter.late = true;
	assert_true(say("one"));
	while (!say_much())
		assert_true(++fill < 10);
	tear_down(state);
	set_up(state);
	open_beside();
	let_end();
	durable = log_durable(l);
	waiter.late = true;
	assert_true(say("one"));
	for (i = 0; i < fill; i++)
		assert_false(say_much());
	memdisk_fail_sync(md, 1);
	waiter.slow = false;
	say_much();
	assert_int_equal(log_failed(l), EIO);
	assert_int_equal(log_durable(l), durable);
}

/* What is said fills the disk, and what waited till then is synced with it. */
static void
what_is_on_a_full_disk_is_told(void **state)
{
	(void)state;
	open_beside();
	assert_true(say("one"));
	assert_true(say("two"));
	memdisk_limit(md, memdisk_bytes(md));
	assert_false(say("three"));
	let_end();
	log_turn(l, now += LOG_GROUP_MS, WALL, &out);
	let_end();
	assert_int_equal(log_durable(l), log_head(l).seq);
	memdisk_crash(md, 1);
	log_close(l);
	memdisk_limit(md, UINT64_MAX);
	open_beside();
	assert_holds("one two ");
}

static void
what_is_asked_for_is_waited_for_at_the_end(void **state)
{
	(void)state;
	open_beside();
	assert_true(say("one"));
	assert_true(say("two"));
	assert_int_equal(log_close(l), 0);
	memdisk_crash(md, 1);
	open_beside();
	assert_holds("one two ");
	memdisk_fail_sync(md, 1);
	assert_true(say("three"));
	assert_int_equal(log_close(l), EIO);
	open_beside();
	assert_holds("one two ");
}

/* As if there had never been anybody. */
static void
where_he_is_gone_the_log_waits_itself(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 7 };

	(void)state;
	open_beside();
	assert_true(say("one"));
	waiter.gone = true;
	assert_true(say("two"));
	let_end();
	assert_int_equal(log_durable(l), log_head(l).seq);
	assert_int_equal(waiter.asked, 1);
	waiter.gone = false;
	assert_true(log_give(l, now, WALL, "ann", key));
	assert_true(say("three"));
	assert_int_equal(waiter.asked, 1);
	now += LOG_GROUP_MS;
	log_turn(l, now, WALL, &out);
	assert_int_equal(log_durable(l), log_head(l).seq);
	memdisk_crash(md, 1);
	log_close(l);
	open_beside();
	assert_holds("one two three ");
	assert_int_equal(log_lease_check(l, WALL, "ann", key), LOG_LEASE_OWN);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_comes_meanwhile_shares_the_next_wait),
		TEST(power_loss_takes_nothing_that_was_acknowledged),
		TEST(a_sync_that_fails_ends_the_log),
		TEST(what_failed_for_the_log_itself_is_not_there_for_him),
		TEST(what_is_on_a_full_disk_is_told),
		TEST(what_is_asked_for_is_waited_for_at_the_end),
		TEST(where_he_is_gone_the_log_waits_itself),
	};

	return tests_run(tests, NULL, NULL);
}
