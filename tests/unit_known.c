/*
 * Knowing a server again: by the file, and by this run where there is none.
 */
#include <sys/stat.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "tests/with_cmocka.h"
#include "tui/receiver/known.h"

static const uint8_t one[NOISE_KEY] = { 1 }, two[NOISE_KEY] = { 2 };
static char dir[64];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(dir, "/tmp/chat-known.XXXXXX", sizeof(dir));
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/known_hosts", dir);
	unlink(path);
	return rmdir(dir);
}

static struct known
in_file(void)
{
	struct known k = { .server = "lab:8888" };

	snprintf(k.path, sizeof(k.path), "%s/known_hosts", dir);
	return k;
}

static enum link_trust
trust(struct known *k, const uint8_t key[NOISE_KEY])
{
	bool psk;

	return known_trust(k, key, &psk);
}

/* Without a home, or where nothing is to be kept. */
static void
a_key_is_pinned_for_the_run_without_any_file(void **state)
{
	struct known k = { .server = "lab:8888" };

	(void)state;
	assert_int_equal(trust(&k, two), LINK_NEW);	/* proved nothing */
	assert_int_equal(trust(&k, one), LINK_NEW);
	assert_int_equal(known_remember(&k, one, false), LINK_NEW);
	assert_int_equal(trust(&k, one), LINK_KNOWN);
	assert_int_equal(trust(&k, two), LINK_CHANGED);
	assert_int_equal(trust(&k, one), LINK_CHANGED);
	assert_int_equal(known_remember(&k, two, false), LINK_CHANGED);
}

static void
a_changed_key_stays_so_whatever_the_file_says_since(void **state)
{
	struct known k = in_file(), other = in_file();

	(void)state;
	assert_int_equal(known_remember(&k, one, false), LINK_NEW);
	assert_int_equal(trust(&other, two), LINK_CHANGED);
	unlink(k.path);
	assert_int_equal(trust(&other, two), LINK_CHANGED);
	assert_int_equal(known_remember(&other, two, false), LINK_CHANGED);
	assert_int_equal(trust(&k, one), LINK_KNOWN);
}

/* Who was asked at another place is no server of that key: the key stays. */
static void
who_is_passed_over_changes_no_key(void **state)
{
	struct known k = in_file(), next = in_file(), given = in_file();
	char text[FINGERPRINT_TEXT];

	(void)state;
	/* Of a server that nobody knows there is nothing to go by. */
	assert_false(known_pass_over(&next));
	assert_int_equal(known_remember(&k, one, true), LINK_NEW);
	assert_int_equal(trust(&k, two), LINK_CHANGED);
	assert_true(known_pass_over(&k));
	assert_int_equal(trust(&k, one), LINK_KNOWN);
	/* Nor does it in a run that has heard of it by the file alone, whatever
	 * becomes of that. */
	assert_int_equal(trust(&next, two), LINK_CHANGED);
	assert_true(known_pass_over(&next));
	unlink(next.path);
	assert_int_equal(trust(&next, two), LINK_CHANGED);
	assert_true(known_pass_over(&next));
	assert_int_equal(trust(&next, one), LINK_KNOWN);
	assert_true(next.psk);
	given.want = fingerprint_text(text, one);
	assert_int_equal(trust(&given, two), LINK_UNINVITED);
	assert_true(known_pass_over(&given));
	assert_int_equal(trust(&given, one), LINK_NEW);
	assert_int_equal(trust(&given, two), LINK_UNINVITED);
}

/* Another window met another server in between. */
static void
of_two_that_meet_a_new_server_both_have_the_same(void **state)
{
	struct known k = in_file(), other = in_file();

	(void)state;
	assert_int_equal(trust(&k, one), LINK_NEW);
	assert_int_equal(trust(&other, two), LINK_NEW);
	assert_int_equal(known_remember(&k, one, false), LINK_NEW);
	assert_int_equal(known_remember(&other, two, false), LINK_CHANGED);
}

static void
that_it_wants_a_passphrase_is_known_next_time(void **state)
{
	struct known k = in_file(), next = in_file();
	bool psk;

	(void)state;
	assert_int_equal(known_remember(&k, one, false), LINK_NEW);
	assert_int_equal(known_trust(&next, one, &psk), LINK_KNOWN);
	assert_false(psk);
	assert_int_equal(known_remember(&k, one, true), LINK_KNOWN);
	assert_int_equal(known_trust(&next, one, &psk), LINK_KNOWN);
	assert_true(psk);
	assert_int_equal(known_trust(&k, one, &psk), LINK_KNOWN);
	assert_true(psk);
}

/* Nobody may say yes to what cannot be read; what cannot be written does not
 * matter where nothing is to be kept. */
static void
what_cannot_be_kept_is_unsure(void **state)
{
	struct known k = { .server = "lab:8888" };

	(void)state;
	snprintf(k.path, sizeof(k.path), "%s/none/known_hosts", dir);
	assert_int_equal(known_remember(&k, one, false), LINK_UNSURE);
	assert_int_equal(trust(&k, one), LINK_NEW);
	k.forgetful = true;
	assert_int_equal(known_remember(&k, one, false), LINK_NEW);
	assert_int_equal(trust(&k, two), LINK_CHANGED);
	k = (struct known){ .server = "lab:8888", .forgetful = true };
	strlcpy(k.path, dir, sizeof(k.path));		/* no file */
	assert_int_equal(trust(&k, one), LINK_UNSURE);
}

/* Given beforehand: no other is, whatever the file says. */
static void
another_key_than_the_one_that_was_given_is_refused(void **state)
{
	char given[FINGERPRINT_SHORT];
	struct known k = in_file(), next = in_file(), last = in_file();

	(void)state;
	k.want = next.want = last.want = fingerprint_short(given, one);
	assert_int_equal(trust(&k, two), LINK_UNINVITED);
	assert_int_equal(known_remember(&k, two, false), LINK_UNINVITED);
	assert_int_equal(access(k.path, F_OK), -1);
	assert_int_equal(known_remember(&next, one, false), LINK_NEW);
	assert_int_equal(trust(&next, one), LINK_KNOWN);
	assert_int_equal(trust(&next, two), LINK_UNINVITED);
	last.want = fingerprint_short(given, two);
	assert_int_equal(trust(&last, one), LINK_UNINVITED);
	assert_int_equal(trust(&last, two), LINK_CHANGED);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_pinned_for_the_run_without_any_file),
		TEST(a_changed_key_stays_so_whatever_the_file_says_since),
		TEST(who_is_passed_over_changes_no_key),
		TEST(of_two_that_meet_a_new_server_both_have_the_same),
		TEST(that_it_wants_a_passphrase_is_known_next_time),
		TEST(what_cannot_be_kept_is_unsure),
		TEST(another_key_than_the_one_that_was_given_is_refused),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
