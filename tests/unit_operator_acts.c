/*
 * What the operator does to people: that it is done, and what he is told.
 */
#include "server/operator_acts.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "server/room/bans.h"
#include "tests/with_cmocka.h"
#include "tests/with_operator.h"

static struct den d;
static struct reply r;
static struct guest *bob;
static char bobs[FINGERPRINT_TEXT];

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	bob = den_guest(&d, "Bob", "192.0.2.1");
	if (!den_enter(&d, bob))
		return 1;
	fingerprint_text(bobs, bob->key.public);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close(&r, &d);
	return 0;
}

static const char *
does(desk_request *what, const char *arg)
{
	struct operator o = desk_at(&d);
	const char *told = desk_told(&r, what, &o, arg);

	den_run(&d, 100);
	return told;
}

/* A sentence, and the log has nothing of it. */
static void
refuses_as(const char *kind, desk_request *what, const char *arg)
{
	uint64_t head = den_head(&d);

	assert_memory_equal(does(what, arg), kind, strlen(kind));
	assert_int_equal(den_head(&d), head);
}

static void
refuses(desk_request *what, const char *arg)
{
	refuses_as("error: ", what, arg);
}

static size_t
members(void)
{
	return hub_figures(d.hub).members;
}

static void
who_is_kicked_is_out(void **state)
{
	(void)state;
	refuses(operator_kick, "eve");
	assert_string_equal(does(operator_kick, "Bob too loud"),
	    "ok\nkicked: Bob\n");
	assert_int_equal(members(), 0);
	refuses(operator_kick, "bob");
	assert_true(den_enter(&d, bob));
}

static void
who_is_muted_says_nothing_until_he_may(void **state)
{
	char line[256];

	(void)state;
	snprintf(line, sizeof(line), "ok\nmuted: Bob (key %s) for ever\n",
	    bobs);
	assert_string_equal(does(operator_mute, "bob"), line);
	assert_false(den_line(&d, bob, "x"));
	assert_memory_equal(does(operator_mute, "bob"),
	    "ok\nmuted already: ", 18);
	refuses_as("usage: ", operator_mute, "bob soon");
	refuses(operator_mute, "eve");
	assert_memory_equal(does(operator_unmute, "bob"),
	    "ok\nnot muted any more: ", 23);
	assert_memory_equal(does(operator_unmute, "bob"),
	    "ok\nnot muted: ", 14);
	refuses(operator_unmute, "eve");
	assert_true(den_line(&d, bob, "y"));
}

static void
who_is_banned_is_out_and_stays_out(void **state)
{
	(void)state;
	assert_memory_equal(does(operator_ban, bobs), "ok\n", 3);
	assert_int_equal(members(), 0);
	den_enter(&d, bob);
	den_run(&d, 1000);
	assert_int_equal(members(), 0);
	assert_non_null(strstr(does(operator_ban, ""), bobs));
	refuses_as("usage: ", operator_ban, "192.0.2.7/24");
	refuses_as("usage: ", operator_ban, "eve soon");
	assert_memory_equal(does(operator_unban, bobs), "ok\n", 3);
	refuses(operator_unban, bobs);
	den_enter(&d, bob);
	den_run(&d, 1000);
	assert_int_equal(members(), 1);
}

static void
more_bans_than_there_may_be_are_told_as_such(void **state)
{
	struct ban b = { .kind = BAN_NAME };
	size_t i;

	(void)state;
	for (i = 0; i < BANS_MAX; i++) {
		snprintf(b.what, sizeof(b.what), "n%zu", i);
		assert_true(bans_set(d.bans, d.now_ms, &b));
	}
	assert_string_equal(does(operator_ban, "192.0.2.1"),
	    "error: too many of them already\n");
	assert_int_equal(members(), 1);
}

static void
a_closed_room_is_for_whom_is_allowed(void **state)
{
	struct guest *eve = den_guest(&d, "eve", "192.0.2.2");
	char key[FINGERPRINT_TEXT];

	(void)state;
	assert_string_equal(does(operator_open, ""),
	    "ok\nthe room is open already\n");
	refuses_as("usage: ", operator_close, "now");
	assert_memory_equal(does(operator_close, ""), "ok\nclosed", 9);
	assert_string_equal(does(operator_close, ""),
	    "ok\nthe room is closed already\n");
	den_enter(&d, eve);
	den_run(&d, 1000);
	assert_int_equal(members(), 1);
	fingerprint_text(key, eve->key.public);
	assert_memory_equal(does(operator_disallow, key),
	    "ok\nnot allowed: ", 16);
	assert_memory_equal(does(operator_allow, key), "ok\nallowed: ", 12);
	assert_non_null(strstr(does(operator_allow, ""), key));
	assert_non_null(strstr(r.text, bobs));
	den_enter(&d, eve);
	den_run(&d, 1000);
	assert_int_equal(members(), 2);
	assert_memory_equal(does(operator_disallow, key),
	    "ok\nnot allowed any more: ", 25);
	assert_int_equal(members(), 1);
	assert_string_equal(does(operator_open, ""),
	    "ok\nopen: everybody may enter again\n");
}

static void
who_has_another_key_is_known_by_it(void **state)
{
	struct guest *rob = den_guest(&d, "rob", "192.0.2.2");
	char robs[FINGERPRINT_TEXT], words[3 * FINGERPRINT_TEXT], want[256];

	(void)state;
	assert_true(den_line(&d, bob, "hello"));
	assert_true(den_enter(&d, rob));
	assert_true(den_line(&d, rob, "bob's new machine"));
	fingerprint_text(robs, rob->key.public);
	refuses_as("usage: ", operator_rekey, "bob");
	refuses_as("usage: ", operator_rekey, "bob SHA256:x");
	refuses(operator_rekey, "bob eve");
	refuses(operator_rekey, "eve bob");
	refuses(operator_rekey, "bob bob");
	snprintf(words, sizeof(words), "bob SHA256:%.43s",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	refuses(operator_rekey, words);
	den_classic(&d, "192.0.2.3", 7, "L dan");
	refuses(operator_rekey, "~dan bob");
	refuses(operator_rekey, "bob ~dan");
	snprintf(want, sizeof(want), "ok\nrekeyed: Bob (key %s); out for "
	    "good: key %s\n", robs, bobs);
	assert_string_equal(does(operator_rekey, "bob rob"), want);
	assert_int_equal(bob->error, FRAME_KICKED);
	/* By a key that nobody was here by. */
	sodium_bin2base64(words, sizeof(words), (const uint8_t *)
	    "0123456789abcdef0123456789abcdef", NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	memmove(words + 4, words, strlen(words) + 1);
	memcpy(words, "rob ", 4);
	assert_non_null(strstr(does(operator_rekey, words), "rekeyed: rob"));
	assert_int_equal(rob->error, FRAME_KICKED);
	/* The one that is out is nobody's. */
	snprintf(words, sizeof(words), "%s rob", bobs);
	refuses(operator_rekey, words);
	assert_non_null(strstr(does(operator_release, "bob"), "released"));
}

static void
a_released_name_is_for_anybody(void **state)
{
	struct guest *other = den_guest(&d, "bob", "192.0.2.2");

	(void)state;
	assert_true(den_line(&d, bob, "x"));
	den_leave(&d, bob);
	den_run(&d, 20000);
	den_enter(&d, other);
	den_run(&d, 1000);
	assert_int_equal(members(), 0);
	refuses(operator_release, "eve");
	assert_string_equal(does(operator_release, "bob"),
	    "ok\nreleased: bob\n");
	refuses(operator_release, "bob");
	den_enter(&d, other);
	den_run(&d, 1000);
	assert_int_equal(members(), 1);
	/* As he bears it who is here. */
	assert_string_equal(does(operator_release, "BoB"),
	    "ok\nreleased: bob\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_kicked_is_out),
		TEST(who_is_muted_says_nothing_until_he_may),
		TEST(who_is_banned_is_out_and_stays_out),
		TEST(more_bans_than_there_may_be_are_told_as_such),
		TEST(a_closed_room_is_for_whom_is_allowed),
		TEST(who_has_another_key_is_known_by_it),
		TEST(a_released_name_is_for_anybody),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
