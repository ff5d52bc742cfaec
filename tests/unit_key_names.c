/*
 * What keys are called, in a room with people in it.
 */
#include "server/key_names.h"

#include <locale.h>
#include <sodium.h>

#include "common/fingerprint.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static struct den d;

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	den_close(&d);
	return 0;
}

/* What somebody is called now; "": nothing. */
static void
is_called(const struct guest *g, const char *name)
{
	struct key_names *names = key_names_new(d.hub, d.now_ms);
	char key[FINGERPRINT_TEXT];
	const char *found;

	assert_non_null(names);
	found = key_names_find(names, fingerprint_text(key, g->key.public));
	assert_string_equal(found == NULL ? "" : found, name);
	key_names_free(names);
}

static struct guest *
comes(const char *name)
{
	struct guest *g = den_guest(&d, name, "192.0.2.1");

	assert_true(den_enter(&d, g));
	den_run(&d, 200);
	return g;
}

static void
a_key_has_the_name_that_it_is_here_under(void **state)
{
	struct guest *bob = comes("Bob"), *eve = comes("eve");

	(void)state;
	is_called(bob, "Bob");
	is_called(eve, "eve");
	assert_true(den_line(&d, bob, "x"));
	assert_true(den_rename(&d, bob, "Robert"));
	is_called(bob, "Robert");
}

static void
who_left_has_the_name_that_he_used_last(void **state)
{
	struct guest *bob = comes("bob");

	(void)state;
	assert_true(den_line(&d, bob, "x"));
	assert_true(den_rename(&d, bob, "robert"));
	assert_true(den_line(&d, bob, "x"));
	den_leave(&d, bob);
	den_run(&d, 10000);
	is_called(bob, "robert");
}

/* The name of before is kept, as it was used on two days, and the new one is
 * not yet. */
static void
who_was_renamed_has_his_new_name_though_the_old_one_is_kept(void **state)
{
	enum { DAY_MS = 24 * 60 * 60 * 1000 };
	struct guest *bob = comes("bob");

	(void)state;
	assert_true(den_line(&d, bob, "x"));
	den_run(&d, DAY_MS);
	assert_true(den_enter(&d, bob));
	assert_true(den_line(&d, bob, "x"));
	assert_true(den_rename(&d, bob, "robert"));
	is_called(bob, "robert");
	den_leave(&d, bob);
	den_run(&d, 10000);
	is_called(bob, "robert");
	/* He goes back to that. */
	strlcpy(bob->name, "robert", sizeof(bob->name));
	assert_true(den_enter(&d, bob));
	assert_true(den_rename(&d, bob, "bob"));
	den_leave(&d, bob);
	den_run(&d, 10000);
	is_called(bob, "bob");
}

static void
who_was_never_here_has_none(void **state)
{
	struct guest *nobody = den_guest(&d, "nobody", "192.0.2.1");
	char key[FINGERPRINT_TEXT];

	(void)state;
	is_called(nobody, "");
	comes("bob");
	is_called(nobody, "");
	fingerprint_text(key, nobody->key.public);
	assert_null(key_names_find(NULL, key));
	key_names_free(NULL);
}

/* More than there is memory for at first, in no order. */
static void
each_of_many_is_found(void **state)
{
	char name[] = "n00";
	struct guest *who[80];
	int i;

	(void)state;
	for (i = 0; i < 80; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		who[i] = den_guest(&d, name, i < 40 ? "192.0.2.1" :
		    "198.51.100.1");
		assert_true(den_enter(&d, who[i]));
		den_run(&d, 1000);
	}
	for (i = 0; i < 80; i++)
		is_called(who[i], who[i]->name);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_has_the_name_that_it_is_here_under),
		TEST(who_left_has_the_name_that_he_used_last),
		TEST(who_was_renamed_has_his_new_name_though_the_old_one_is_kept),
		TEST(who_was_never_here_has_none),
		TEST(each_of_many_is_found),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
