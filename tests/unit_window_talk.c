/*
 * Whom a window's talk is with: what it is called, and why nothing is said.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/window.h"
#include "tui/shared/record.h"

enum { BYTES = 64 * 1024, WALL = 1000000 };

#define KEY	"@0123456789012345678901234567890123456789abc"

static struct window *
new_talk(const char *asked)
{
	struct window *w = window_new(3, asked, strlen(asked), BYTES);

	assert_non_null(w);
	assert_non_null(w->talk);
	return w;
}

static struct record
told(enum record_type type, unsigned flags, const char *name)
{
	return (struct record){ .type = type, .flags = flags, .text = KEY,
	    .text_len = strlen(KEY), .entry = { .author = name,
	    .author_len = strlen(name) } };
}

static const char *
why(const struct window *w)
{
	static char text[256];

	return window_talk_text(w, text, sizeof(text), WALL) ? text : "";
}

static void
a_room_is_no_talk(void **state)
{
	struct window *w = window_new(0, "lab", 3, BYTES);

	(void)state;
	assert_null(w->talk);
	assert_false(window_talk_is_named(w, "lab"));
	assert_false(window_talk_refuses(w));
	assert_string_equal(why(w), "");
	assert_false(window_is_talk("lab"));
	assert_false(window_is_talk(""));
	window_free(w);
}

static void
a_key_without_a_name_is_called_by_its_fingerprint(void **state)
{
	struct window *w = new_talk(KEY);
	struct record r = told(RECORD_TALKER, 0, "bob");

	(void)state;
	assert_true(window_talk_has_key(w));
	assert_string_equal(window_name(w), "@key-gyxyGpOX");
	assert_false(window_talk_is_named(w, ""));
	window_talk_told(w, &r);
	assert_string_equal(window_name(w), "@bob");
	assert_true(window_talk_is_named(w, "BOB"));
	/* A room's name is not taken. */
	window_call(w, "lab", 3);
	assert_string_equal(window_name(w), "@bob");
	r = told(RECORD_TALKER, 0, "not a name");
	window_talk_told(w, &r);
	assert_string_equal(window_name(w), "@bob");
	window_free(w);
}

static void
a_name_without_a_key_waits_for_it(void **state)
{
	struct window *w = new_talk("@bob");

	(void)state;
	assert_false(window_talk_has_key(w));
	assert_string_equal(window_name(w), "@bob");
	assert_string_equal(why(w), "Asking who bob is: what is said waits.");
	assert_false(window_talk_refuses(w));
	assert_true(window_talk_found(w, KEY, strlen(KEY)));
	assert_true(window_talk_has_key(w));
	assert_string_equal(why(w), "");
	assert_string_equal(window_name(w), "@bob");
	window_free(w);
	/* As long as a key in bytes it is a name all the same. */
	w = new_talk("@小明小明小明小明小明小明小明ab");
	assert_false(window_talk_has_key(w));
	window_free(w);
}

static void
each_lock_says_why_and_what_helps(void **state)
{
	static const struct { unsigned why; const char *says; } nobody[] = {
		{ RECORD_TALK_ABSENT, "Nobody here is called bob." },
		{ RECORD_TALK_CLASSIC, "Nobody can say who ~bob is: there is "
		    "no key." },
		{ RECORD_TALK_NONE, "This server has no talks: bob cannot be "
		    "reached." },
		{ WINDOW_TALK_QUOTA, "Too many others have not answered you "
		    "yet: bob is one too many." },
		{ WINDOW_TALK_SOON, "Very many talks were begun from your "
		    "network today: try bob again in a minute." },
		{ WINDOW_TALK_FULL, "The server has no room for one more talk: "
		    "try bob again tomorrow." },
		{ 0, "bob takes no talk with you, or not now." },
	};
	struct window *w = new_talk("@bob");
	struct record r = told(RECORD_LOCKED, 0, "bob");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		window_talk_lock(w, TALK_NOBODY, nobody[i].why);
		assert_string_equal(why(w), nobody[i].says);
		assert_true(window_talk_refuses(w));
	}
	r.text = "SHA256:3f9aAAAAAAA";
	r.text_len = 18;
	r.entry.text = "77c1BBBBBBB";
	r.entry.text_len = 11;
	window_talk_locked(w, &r);
	assert_string_equal(why(w), "bob has another key (was 3f9aAAAA…, is "
	    "77c1BBBB…): nothing is sent. /trust bob takes it.");
	assert_true(window_talk_refuses(w));
	/* When he came who has it now does not say when he got it. */
	r.entry.time_ms = WALL;
	window_talk_locked(w, &r);
	assert_null(strstr(why(w), " since "));
	window_talk_lock(w, TALK_OLD, 0);
	assert_string_equal(window_name(w), "@bob (old key)");
	assert_false(window_talk_is_named(w, "bob"));
	r.text_len = r.entry.text_len = 0;
	window_talk_locked(w, &r);
	assert_non_null(strstr(why(w), "begun this talk anew"));
	assert_string_equal(window_name(w), "@bob");
	window_free(w);
}

static void
who_is_verified_is_so_until_that_is_said_otherwise(void **state)
{
	struct window *w = new_talk(KEY);
	struct record r = told(RECORD_TALKER, RECORD_TALK_VERIFIED, "bob");

	(void)state;
	window_talk_told(w, &r);
	assert_true(w->talk->verified);
	r.flags = RECORD_TALK_OLD;
	window_talk_told(w, &r);
	assert_false(w->talk->verified);
	assert_true(window_talk_refuses(w));
	r.flags = RECORD_TALK_SELF;
	window_talk_told(w, &r);
	assert_true(w->talk->self);
	assert_false(window_talk_refuses(w));
	window_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_room_is_no_talk),
		cmocka_unit_test(
		    a_key_without_a_name_is_called_by_its_fingerprint),
		cmocka_unit_test(a_name_without_a_key_waits_for_it),
		cmocka_unit_test(each_lock_says_why_and_what_helps),
		cmocka_unit_test(
		    who_is_verified_is_so_until_that_is_said_otherwise),
	};

	return tests_run(tests, NULL, NULL);
}
