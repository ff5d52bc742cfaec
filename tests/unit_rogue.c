/*
 * Servers that are not the one they should be, against a real link: nothing is
 * said to them, and nothing that they say makes it work or grow without end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/hello.h"
#include "common/journal.h"
#include "common/wire.h"
#include "tests/with_disk.h"
#include "tests/with_rogue.h"

static struct rogue rogue;

static int
set_up(void **state)
{
	(void)state;
	rogue_start(&rogue);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(&rogue);
	return 0;
}

/* In, with a line said and taken by the true server. */
static void
join(void)
{
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/* Nothing may come of it but silence: for minutes, whatever is tried. */
static void
assert_silent(void)
{
	unsigned sent = rogue.sent;

	rogue_post(&rogue, "a third");
	link_wake(rogue.link, rogue.now);
	link_unreachable(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 300 * 1000));
	link_login(rogue.link, rogue.now, "alice", 5);
	link_passphrase(rogue.link, rogue.now, "open", 4);
	assert_true(rogue_run(&rogue, 60 * 1000));
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_true(link_left(rogue.link));
	assert_int_equal(rogue.sent, sent);
}

static void
another_key_on_the_address_gets_nothing_ever(void **state)
{
	(void)state;
	join();
	/* The true server is gone; two lines wait; an impostor is there. */
	rogue.deaf = true;
	rogue_post(&rogue, "secret one");
	rogue_post(&rogue, "secret two");
	assert_true(rogue_run(&rogue, 2000));
	rogue.deaf = rogue.live = false;
	noise_keypair_make(&rogue.key);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_HOST_CHANGED);
	assert_int_equal(rogue.visits, 1);
	assert_silent();
	assert_int_equal(rogue.visits, 1);
	assert_int_equal(rogue.posts + rogue.leaves, 0);
	assert_int_equal(rogue.state.pending, 3);
}

/* Even the true one: what came between may still be there. */
static void
who_was_changed_once_is_not_believed_again(void **state)
{
	struct noise_keypair true_key;

	(void)state;
	join();
	true_key = rogue.key;
	rogue.live = false;
	noise_keypair_make(&rogue.key);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_HOST_CHANGED);
	rogue.key = true_key;
	assert_silent();
	assert_int_equal(rogue.posts, 0);
}

/* It leaves, to somebody else: the leave is what must not bring the lines. */
static void
leaving_says_nothing_to_another_key(void **state)
{
	(void)state;
	join();
	rogue.deaf = true;
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 3000));
	rogue.deaf = rogue.live = false;
	noise_keypair_make(&rogue.key);
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_true(link_left(rogue.link));
	assert_int_equal(rogue.visits, 1);
	assert_int_equal(rogue.posts + rogue.leaves, 0);
}

static void
a_key_that_cannot_be_looked_up_is_final_too(void **state)
{
	(void)state;
	rogue.trust = LINK_UNSURE;
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.denial, RECORD_HOST_UNSURE);
	rogue.trust = LINK_NEW;
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

static void
wants_passphrase(const char *passphrase)
{
	rogue.has_psk = true;
	hello_psk(rogue.psk, passphrase, strlen(passphrase),
	    rogue.key.public, rogue.room, strlen(rogue.room));
}

static void
a_passphrase_that_was_given_is_not_left_out(void **state)
{
	(void)state;
	rogue.config.passphrase = "open sesame";
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NO_PASSPHRASE);
	assert_int_equal(rogue.remembered, 0);
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

static void
nor_one_that_was_typed_and_was_wrong(void **state)
{
	(void)state;
	wants_passphrase("another");
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WANTS_PASSPHRASE);
	link_passphrase(rogue.link, rogue.now, "guess", 5);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WRONG_PASSPHRASE);
	/* The same key, and no question: the person did give one. */
	rogue.has_psk = false;
	link_login(rogue.link, rogue.now, "alice", 5);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NO_PASSPHRASE);
	assert_silent();
}

static void
a_room_that_wanted_a_passphrase_goes_on_to_want_one(void **state)
{
	(void)state;
	wants_passphrase("open sesame");
	rogue.config.passphrase = "open sesame";
	join();
	assert_int_equal(rogue.remembered, 1);
	assert_true(rogue.knows_psk);
	rogue_end(&rogue);
	/* Another run, by somebody who would be asked. */
	rogue.config.passphrase = NULL;
	rogue.has_psk = rogue.live = false;
	rogue.visits = 0;
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NO_PASSPHRASE);
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

/* A guess can be tried on what he has of it, but he is not believed later. */
static void
a_key_is_remembered_when_the_passphrase_was_proved(void **state)
{
	struct noise_keypair impostor;

	(void)state;
	rogue.config.passphrase = "open sesame";
	wants_passphrase("not that");
	impostor = rogue.key;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WRONG_PASSPHRASE);
	assert_int_equal(rogue.remembered, 0);
	rogue_end(&rogue);
	noise_keypair_make(&rogue.key);
	wants_passphrase("open sesame");
	join();
	assert_int_equal(rogue.remembered, 1);
	assert_memory_not_equal(rogue.known, impostor.public, NOISE_KEY);
}

/* A server that never says anything has proved nothing either. */
static void
a_key_is_remembered_with_the_first_sealed_word(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	rogue.mute = true;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 100));
	assert_true(rogue.visits > 0);
	assert_int_equal(rogue.remembered, 0);
	rogue_put_head(&rogue, &out, 1);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(rogue.remembered, 1);
	assert_false(rogue.knows_psk);
}

/* Its key is salted with the name: another name is another key. */
static void
a_room_that_was_renamed_lets_in_who_has_the_passphrase(void **state)
{
	(void)state;
	rogue.config.passphrase = "open sesame";
	wants_passphrase("open sesame");
	join();
	rogue.room = "lair";
	rogue.live = false;
	wants_passphrase("open sesame");
	rogue_post(&rogue, "hello");
	assert_true(rogue_run(&rogue, 10 * 1000));
	assert_true(rogue.posts > 0);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/*
 * The copy on the disk
 */

static struct memdisk *mem;
static struct disk disk;

static int
set_up_disk(void **state)
{
	set_up(state);
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	disk.make_dir(disk.arg, "/c");
	rogue.config.disk = &disk;
	rogue.config.dir = "/c";
	return 0;
}

static int
tear_down_disk(void **state)
{
	tear_down(state);
	memdisk_free(mem);
	return 0;
}

/* Entries first to last stand in the log that was set aside there, if it is
 * made a journal again. */
static void
assert_aside(const char *aside, uint64_t first, uint64_t last)
{
	char path[128];
	struct journal_why why;
	struct journal *j;
	const char *name = strrchr(aside, '/') + 1;

	disk.make_dir(disk.arg, "/again");
	snprintf(path, sizeof(path), "/again/%.32s", name);
	assert_int_equal(disk.rename(disk.arg, aside, path), 0);
	j = journal_open(&disk, "/again", JOURNAL_SEGMENT_BYTES, &why);
	assert_non_null(j);
	assert_int_equal(journal_first(j), first);
	assert_int_equal(journal_last(j), last);
	journal_close(j);
	assert_int_equal(disk.rename(disk.arg, path, aside), 0);
}

static void
say_head(void)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	rogue_put_head(&rogue, &out, 1);
	rogue_say(&rogue, frames, out.len);
}

/* Joins with entries 1 to 5, which are stored. */
static void
join_and_store(void)
{
	join();
	rogue_say_entries(&rogue, 1, 5);
	assert_int_equal(link_have(rogue.link), 5);
}

/* Shakes hands again, with a log of that id which is empty. */
static void
another_log(uint8_t id)
{
	memset(rogue.head.log_id, id, FRAME_LOG_ID);
	rogue.head.seq = 0;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	say_head();
}

static void
another_log_sets_the_copy_aside_and_says_so(void **state)
{
	char aside[ROGUE_TEXT];

	(void)state;
	join_and_store();
	another_log(8);
	assert_int_equal(rogue.told[RECORD_ASIDE], 1);
	strlcpy(aside, rogue.text, sizeof(aside));
	assert_aside(aside, 1, 5);
	/* It goes on with the new one, which is stored too. */
	rogue_say_entries(&rogue, 1, 3);
	rogue_end(&rogue);
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(link_have(rogue.link), 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 1);
	assert_aside(aside, 1, 5);
}

/* A server cannot push it out by ever new ones. */
static void
no_number_of_logs_pushes_the_copy_out(void **state)
{
	uint8_t id;

	(void)state;
	join_and_store();
	for (id = 10; id < 40; id++) {
		another_log(id);
		rogue_say_entries(&rogue, 1, 2);
	}
	assert_int_equal(rogue.told[RECORD_ASIDE], 2);
	assert_aside("/c/07070707070707070707070707070707.old2", 1, 5);
	assert_aside("/c/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.old1", 1, 2);
	assert_int_equal(link_have(rogue.link), 2);
}

static void
say_rewind(uint64_t keep, uint64_t from)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_error(&out, FRAME_REWIND, keep, from, NULL, 0);
	rogue_say(&rogue, frames, out.len);
}

static void
what_a_rewind_cuts_is_set_aside(void **state)
{
	(void)state;
	join_and_store();
	rogue.head.term = 2;		/* of another run, which lost some */
	rogue.head.seq = 3;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	say_rewind(3, 5);
	assert_int_equal(link_have(rogue.link), 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 1);
	assert_aside(rogue.text, 4, 5);
	/* And again: the third time the disk is left as it is. */
	say_rewind(2, 3);
	say_rewind(0, 2);
	assert_int_equal(link_have(rogue.link), 0);
	assert_int_equal(rogue.told[RECORD_ASIDE], 2);
	assert_aside("/c/07070707070707070707070707070707.old2", 4, 5);
	assert_aside("/c/07070707070707070707070707070707.old1", 3, 3);
	rogue_end(&rogue);
	assert_aside("/c/07070707070707070707070707070707", 1, 2);
}

/* Where there is no room to keep it, it stays where it is. */
static void
what_cannot_be_set_aside_stays(void **state)
{
	(void)state;
	join_and_store();
	memdisk_limit(mem, memdisk_bytes(mem));
	rogue.head.term = 2;
	rogue.head.seq = 3;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	say_rewind(3, 5);
	assert_int_equal(link_have(rogue.link), 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 0);
	rogue_end(&rogue);
	assert_aside("/c/07070707070707070707070707070707", 1, 5);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define DISK(name)							\
	cmocka_unit_test_setup_teardown(name, set_up_disk, tear_down_disk)
	const struct CMUnitTest tests[] = {
		TEST(another_key_on_the_address_gets_nothing_ever),
		TEST(who_was_changed_once_is_not_believed_again),
		TEST(leaving_says_nothing_to_another_key),
		TEST(a_key_that_cannot_be_looked_up_is_final_too),
		TEST(a_passphrase_that_was_given_is_not_left_out),
		TEST(nor_one_that_was_typed_and_was_wrong),
		TEST(a_room_that_wanted_a_passphrase_goes_on_to_want_one),
		TEST(a_key_is_remembered_when_the_passphrase_was_proved),
		TEST(a_key_is_remembered_with_the_first_sealed_word),
		TEST(a_room_that_was_renamed_lets_in_who_has_the_passphrase),
		DISK(another_log_sets_the_copy_aside_and_says_so),
		DISK(no_number_of_logs_pushes_the_copy_out),
		DISK(what_a_rewind_cuts_is_set_aside),
		DISK(what_cannot_be_set_aside_stays),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("rogue", tests, NULL, NULL);
}
