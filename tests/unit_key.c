/*
 * Keys and what they do: the one table, and what the help makes of it.
 */
#include "tui/session/key.h"

#include <stdbool.h>
#include <string.h>

#include "tests/with_cmocka.h"

/* Those of a shell's line and of a pager, which nobody should have to learn. */
static void
the_keys_that_everybody_knows_do_what_they_do(void **state)
{
	static const struct {
		uint32_t	 code;
		enum action	 action;
	} keys[] = {
		{ KEYC_ENTER, ACTION_SEND },
		{ KEY_META_OF('\r'), ACTION_NEWLINE },
		{ KEY_CTRL_OF('a'), ACTION_LINE_START },
		{ KEY_CTRL_OF('e'), ACTION_LINE_END },
		{ KEY_CTRL_OF('b'), ACTION_LEFT },
		{ KEY_META_OF('f'), ACTION_WORD_RIGHT },
		{ KEY_CTRL_OF('k'), ACTION_KILL_END },
		{ KEY_CTRL_OF('u'), ACTION_KILL_START },
		{ KEY_CTRL_OF('w'), ACTION_KILL_SPACE },
		{ KEY_CTRL_OF('y'), ACTION_YANK },
		{ 0x7f, ACTION_BACKSPACE },
		{ '\t', ACTION_COMPLETE },
		{ KEYC_UP, ACTION_OLDER },
		{ KEYC_PAGE_UP, ACTION_PAGE_UP },
		{ KEYC_ESCAPE, ACTION_RETURN },
		{ KEY_CTRL_OF('r'), ACTION_SEARCH_BACK },
		{ KEYC_F1, ACTION_HELP },
		{ KEY_CTRL_OF('c'), ACTION_LEAVE },
		{ KEY_CTRL_OF('z'), ACTION_SUSPEND },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_int_equal(key_action(keys[i].code), keys[i].action);
}

static void
a_character_types_itself(void **state)
{
	uint32_t c;

	(void)state;
	for (c = ' '; c < 0x110000; c++)
		if (c != 0x7f)
			assert_int_equal(key_action(c), ACTION_NONE);
}

static void
what_comes_before_a_key_makes_another_of_it(void **state)
{
	(void)state;
	assert_int_equal(key_action('u'), ACTION_NONE);
	assert_int_equal(key_action(KEY_META_OF('u')), ACTION_UNREAD);
	assert_int_equal(key_action(KEY_META_OF('U')), ACTION_NONE);
	assert_int_equal(key_action(KEY_CTRL_OF('e') | KEYC_PREFIXED),
	    ACTION_EDITOR);
	assert_int_equal(key_action('e' | KEYC_PREFIXED), ACTION_NONE);
	assert_int_equal(key_action(KEY_CTRL_OF('a') | KEYC_PREFIXED),
	    ACTION_NONE);
	assert_int_equal(key_action(KEYC_OTHER), ACTION_NONE);
	assert_int_equal(key_action(KEYC_PASTE_BEGIN), ACTION_NONE);
}

static bool
is_bound(enum action action)
{
	uint32_t c;

	for (c = 0; c <= KEYC_OTHER; c++)
		if (key_action(c) == action ||
		    key_window_action(c) == action ||
		    key_window_action(c | KEYC_META) == action ||
		    key_action(c | KEYC_META) == action ||
		    key_action(c | KEYC_PREFIXED) == action)
			return true;
	return false;
}

/* What cannot be asked for is no help, and what is not told nobody finds. */
static void
all_that_is_bound_is_told_and_the_other_way_round(void **state)
{
	char keys[KEY_HELP_BYTES];
	int action;

	(void)state;
	assert_null(key_help(keys, ACTION_NONE));
	for (action = ACTION_NONE + 1; action < ACTIONS; action++) {
		assert_non_null(key_help(keys, (enum action)action));
		assert_true(*keys != '\0');
		assert_true(strlen(keys) < KEY_HELP_BYTES - 1);
		assert_true(is_bound((enum action)action));
		assert_true(key_is_bound((enum action)action, false) ||
		    key_is_bound((enum action)action, true));
	}
}

/* Of irssi, WeeChat and catgirl, and none where there is one room. */
static void
fingers_find_the_other_rooms(void **state)
{
	static const struct {
		uint32_t	 code;
		enum action	 action, alone;
	} keys[] = {
		{ KEY_META_OF('1'), ACTION_WINDOW, ACTION_NONE },
		{ KEY_META_OF('9'), ACTION_WINDOW, ACTION_NONE },
		{ KEY_META_OF('0'), ACTION_WINDOW, ACTION_NONE },
		{ KEY_META_OF('a'), ACTION_WINDOW_ACTIVE, ACTION_NONE },
		{ KEY_META_OF('/'), ACTION_WINDOW_LAST, ACTION_NONE },
		{ KEY_CTRL_OF('n'), ACTION_WINDOW_NEXT, ACTION_SENT_NEWER },
		{ KEY_CTRL_OF('p'), ACTION_WINDOW_BEFORE, ACTION_SENT_OLDER },
		{ KEY_META_OF(KEYC_RIGHT), ACTION_WINDOW_NEXT,
		    ACTION_WORD_RIGHT },
		{ KEYC_META_LEFT, ACTION_WINDOW_BEFORE, ACTION_WORD_LEFT },
		{ KEY_META_OF(KEYC_UP), ACTION_WINDOW_BEFORE, ACTION_NONE },
		{ KEYC_META_DOWN, ACTION_WINDOW_NEXT, ACTION_NONE },
		{ KEYC_CTRL_LEFT, ACTION_NONE, ACTION_WORD_LEFT },
		{ KEY_META_OF('b'), ACTION_NONE, ACTION_WORD_LEFT },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(key_window_action(keys[i].code),
		    keys[i].action);
		assert_int_equal(key_action(keys[i].code), keys[i].alone);
	}
	assert_true(key_is_bound(ACTION_SENT_OLDER, false));
	assert_false(key_is_bound(ACTION_SENT_OLDER, true));
	assert_true(key_is_bound(ACTION_WORD_LEFT, true));
	assert_false(key_is_bound(ACTION_WINDOW_LAST, false));
}

static void
keys_have_the_names_that_people_know(void **state)
{
	static const struct {
		enum action	 action;
		const char	*keys;
	} names[] = {
		{ ACTION_LINE_START, "C-a Home" },
		{ ACTION_WORD_LEFT, "M-b C-Left" },
		{ ACTION_BACKSPACE, "Backspace" },
		{ ACTION_NEWLINE, "M-Enter C-j" },
		{ ACTION_KILL_WORD_LEFT, "M-Backspace" },
		{ ACTION_COMPLETE, "Tab" },
		{ ACTION_COMPLETE_BACK, "S-Tab" },
		{ ACTION_UNDO, "C-_" },
		{ ACTION_REDO, "M-_" },
		{ ACTION_EDITOR, "C-x C-e" },
		{ ACTION_RETURN, "End Esc C-g" },
		{ ACTION_MEMBERS, "F8 M-N" },
		{ ACTION_WINDOW, "M-1..9 M-0" },
		{ ACTION_WINDOW_NEXT, "C-n M-Right M-Down" },
		{ ACTION_WINDOW_BEFORE, "C-p M-Left M-Up" },
		{ ACTION_WINDOW_LAST, "M-/" },
		{ ACTION_WINDOW_GO, "M-g" },
	};
	char keys[KEY_HELP_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		key_help(keys, names[i].action);
		assert_string_equal(keys, names[i].keys);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_keys_that_everybody_knows_do_what_they_do),
		cmocka_unit_test(a_character_types_itself),
		cmocka_unit_test(what_comes_before_a_key_makes_another_of_it),
		cmocka_unit_test(
		    all_that_is_bound_is_told_and_the_other_way_round),
		cmocka_unit_test(fingers_find_the_other_rooms),
		cmocka_unit_test(keys_have_the_names_that_people_know),
	};

	return tests_run(tests, NULL, NULL);
}
