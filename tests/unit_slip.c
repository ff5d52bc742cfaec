/*
 * What was meant for one person alone is known by how it is mistyped; what is
 * said to all every day is not held up.
 */
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/slip.h"

/* bob is here, and so is 小明. */
static bool
has(void *arg, const char *name, size_t len)
{
	(void)arg;
	return (len == 3 && memcmp(name, "bob", 3) == 0) ||
	    (len == strlen("小明") && memcmp(name, "小明", len) == 0);
}

static bool wrote;

static bool
is_slip(const char *text)
{
	const struct slip_names names = { has, NULL, wrote };

	return slip_is_private(text, strlen(text), &names);
}

static void
a_word_for_one_alone_is_known_whatever_stands_before_it(void **state)
{
	static const char *const slips[] = { "msg bob 4711", "msg bob",
		" /msg bob 4711",
		".msg bob 4711", "\\msg bob 4711", "-msg bob x", "7msg bob x",
		"?msg carol x", "  .tell carol x", "／msg 小明 你好",
		"、msg 小明 你好", "\xe3\x80\x80/msg bob x", "//msg bob x",
		"/ msg bob x", "Msg bob x", "MSG bob: x", "w bob x",
		"m bob x", "r bob x", "tell bob, the code is 4711",
		"query bob x", "dm bob x", "reply bob x", "msg @carol x",
		"/msg bob one\ntwo", "\n/msg bob one\ntwo",
		" /w carol x", "\t/m carol x", "\xe3\x80\x80/r x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		if (!is_slip(slips[i]))
			fprintf(stderr, "no slip: %s\n", slips[i]);
		assert_true(is_slip(slips[i]));
	}
}

static void
a_letter_too_many_or_in_the_wrong_place_is_known(void **state)
{
	(void)state;
	assert_true(is_slip("mgs bob x"));
	assert_true(is_slip("mssg bob x"));
	assert_true(is_slip("sg bob x"));
	assert_true(is_slip("mg 小明 x"));
	assert_false(is_slip("mgs carol x"));
}

/* A key beside the slash, or before it, was hit as well. */
static void
a_stray_letter_before_the_slash_hides_nothing(void **state)
{
	(void)state;
	assert_true(is_slip("`/msg bob x"));
	assert_true(is_slip("\xc3\x9f/msg bob x"));
	assert_true(is_slip(" d/m bob x"));
	assert_false(is_slip("and/or msg bob"));
	assert_false(is_slip("\xc3\x9f"));
}

/* Where there is somebody to be answered. */
static void
an_answer_without_its_slash_is_known(void **state)
{
	(void)state;
	assert_false(is_slip("reply at seven"));
	wrote = true;
	assert_true(is_slip("reply at seven"));
	assert_true(is_slip("Reply yes"));
	assert_false(is_slip("replying now"));
	assert_false(is_slip("reply"));
	wrote = false;
}

static void
what_is_said_every_day_is_not_held_up(void **state)
{
	static const char *const said[] = { "", " ", "/", "...", "hello bob",
		"bob: hello", "msg", "msg me when you are there",
		"tell me more", "tell carol", "w", "m", "we bob", "-m 5",
		".", ". bob", "@bob hello", "what did bob say",
		"a message to bob", "message bob about it", "/w carol x",
		" / w carol x", " w carol x", " /we carol x", " /w" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		if (is_slip(said[i]))
			fprintf(stderr, "a slip: %s\n", said[i]);
		assert_false(is_slip(said[i]));
	}
}

/* As the line may hold anything. */
static void
no_bytes_are_read_behind_the_text(void **state)
{
	static const char text[] = "／msg 小明 你好";
	char part[sizeof(text)];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text); n++) {
		const struct slip_names names = { has, NULL, false };

		memset(part, '/', sizeof(part));
		memcpy(part, text, n);
		assert_int_equal(slip_is_private(part, n, &names),
		    n > strlen("／msg "));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_word_for_one_alone_is_known_whatever_stands_before_it),
		cmocka_unit_test(
		    a_letter_too_many_or_in_the_wrong_place_is_known),
		cmocka_unit_test(a_stray_letter_before_the_slash_hides_nothing),
		cmocka_unit_test(an_answer_without_its_slash_is_known),
		cmocka_unit_test(what_is_said_every_day_is_not_held_up),
		cmocka_unit_test(no_bytes_are_read_behind_the_text),
	};

	return tests_run(tests, NULL, NULL);
}
