/*
 * /commands and the keys' table: what a line asks for.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/command.h"
#include "tui/session/key.h"

static void
check(const char *line, enum command_id id, const char *arg)
{
	struct command c = command_parse(line, strlen(line), false);

	assert_int_equal(c.id, id);
	if (arg != NULL) {
		assert_int_equal(c.arg_len, strlen(arg));
		assert_memory_equal(c.arg, arg, c.arg_len);
	}
}

static void
ordinary_lines_are_said(void **state)
{
	(void)state;
	check("hello", COMMAND_SAY, "hello");
	check(" / not a command", COMMAND_SAY, " / not a command");
	check("//etc/passwd", COMMAND_SAY, "/etc/passwd");
	check("//quit", COMMAND_SAY, "/quit");
	check("/quit\nnext", COMMAND_SAY, "/quit\nnext");
	check("//quit\nnext", COMMAND_SAY, "/quit\nnext");
	check("\n/quit\nnext", COMMAND_SAY, "\n/quit\nnext");
	check("  \n", COMMAND_SAY, "  \n");
	check("\n /quit", COMMAND_SAY, "\n /quit");
	check("", COMMAND_SAY, "");
}

static void
quit_alone_quits_and_a_space_before_it_says_it(void **state)
{
	(void)state;
	check("quit", COMMAND_QUIT, NULL);
	check("/quit", COMMAND_QUIT, NULL);
	check("/exit", COMMAND_QUIT, NULL);
	check(" quit", COMMAND_SAY, "quit");
	check("quit now", COMMAND_SAY, "quit now");
	check("Quit", COMMAND_SAY, "Quit");
}

static void
any_unique_prefix_will_do(void **state)
{
	(void)state;
	check("/q", COMMAND_QUIT, NULL);
	check("/e", COMMAND_QUIT, NULL);
	check("/h", COMMAND_HELP, NULL);
	check("/m  waves", COMMAND_ACT, "waves");
	check("\n \n/m  waves\n\n", COMMAND_ACT, "waves");
	check("/me waves", COMMAND_ACT, "waves");
}

/* As they are called elsewhere, too. */
static void
from_room_to_room_fingers_need_not_learn(void **state)
{
	(void)state;
	check("/j ops", COMMAND_JOIN, "ops");
	check("/join #ops", COMMAND_JOIN, "#ops");
	check("/part", COMMAND_LEAVE, "");
	check("/win 2", COMMAND_GO, "2");
	check("/window close", COMMAND_GO, "close");
	check("/wc", COMMAND_LEAVE, "");
	check("/part #ops", COMMAND_LEAVE, "#ops");
	check("/leave", COMMAND_LEAVE, "");
	check("/list", COMMAND_ROOMS, NULL);
	check("/rooms", COMMAND_ROOMS, NULL);
	check("/go la", COMMAND_GO, "la");
}

/* What a letter was enough for before there were several rooms, it is. */
static void
a_letter_stays_whose_it_was(void **state)
{
	(void)state;
	check("/l", COMMAND_LINKS, "");
	check("/li", COMMAND_LINKS, "");
	check("/le", COMMAND_LEAVE, "");
	check("/r", COMMAND_RECONNECT, "");
	check("/re", COMMAND_RECONNECT, "");
	check("/ro", COMMAND_ROOMS, "");
}

static void
an_unknown_command_is_never_said(void **state)
{
	struct command c = command_parse("/quti", 5, false);

	(void)state;
	assert_int_equal(c.id, COMMAND_UNKNOWN);
	assert_string_equal(c.suggestion, "/quit");
	check("/", COMMAND_UNKNOWN, NULL);
	check("/xyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzy", COMMAND_UNKNOWN,
	    NULL);
}

static void
what_takes_no_words_is_not_done_with_some(void **state)
{
	struct command c = command_parse("/cl all ", 8, false);

	(void)state;
	assert_int_equal(c.id, COMMAND_WORDY);
	assert_string_equal(c.suggestion, "/clear");
	check("/quit bye", COMMAND_QUIT, NULL);
	check("/names bob", COMMAND_WORDY, NULL);
	check("/names  ", COMMAND_NAMES, NULL);
	check("/help x", COMMAND_HELP, "x");
}

static const char *
suggested(const char *line)
{
	static struct command c;

	c = command_parse(line, strlen(line), false);
	assert_int_equal(c.id, COMMAND_UNKNOWN);
	return c.suggestion;
}

static void
suggestions_are_near_or_not_made(void **state)
{
	(void)state;
	assert_string_equal(suggested("/hlep"), "/help");
	assert_string_equal(suggested("/qiut"), "/quit");
	assert_string_equal(suggested("/serch x"), "/search");
	assert_string_equal(suggested("/nmaes"), "/names");
	assert_string_equal(suggested("/HELP"), "/help");
	assert_string_equal(suggested("/Serch x"), "/search");
	assert_string_equal(suggested("/lcik"), "");
	assert_string_equal(suggested("/quitclear"), "");
	assert_string_equal(suggested("/xyzzy"), "");
	assert_string_equal(suggested("/"), "");
}

/* Who follows it must not say in public what was meant for one. */
static void
nothing_private_becomes_public(void **state)
{
	static const char *const words[] = { "msg", "query", "w", "tell", "dm",
		"pm", "whisper", "privmsg" };
	char line[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "/%s bob hi", words[i]);
		check(line, COMMAND_PRIVATE, NULL);
	}
	assert_string_equal(suggested("/ms bob hi"), "");
	assert_string_equal(suggested("/msgs bob hi"), "");
	assert_string_equal(suggested("/ne bob hi"), "");
}

static enum command_id
with_talks(const char *line)
{
	return command_parse(line, strlen(line), true).id;
}

static void
with_talks_the_words_for_one_alone_are_msg(void **state)
{
	static const char *const words[] = { "msg", "query", "w", "tell", "dm",
		"pm", "whisper", "privmsg", "ms" };
	struct command c = command_parse("/msg bob hi", 11, true);
	char line[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "/%s bob hi", words[i]);
		assert_int_equal(with_talks(line), COMMAND_MSG);
	}
	assert_int_equal(c.arg_len, 6);
	assert_int_equal(with_talks("/reply hi"), COMMAND_REPLY);
	assert_int_equal(with_talks("/rep hi"), COMMAND_REPLY);
	assert_int_equal(with_talks("/trust bob"), COMMAND_TRUST);
	assert_int_equal(with_talks("/talks"), COMMAND_TALKS);
	assert_int_equal(with_talks("/talks bob"), COMMAND_WORDY);
	assert_int_equal(with_talks("/verify bob yes"), COMMAND_VERIFY);
	assert_int_equal(with_talks("/verify"), COMMAND_VERIFY);
}

/* What a beginning with words behind it may be, since there are more. */
static void
with_talks_what_may_be_for_one_alone_is_asked(void **state)
{
	struct command c = command_parse("/m see you", 10, true);

	(void)state;
	assert_int_equal(c.id, COMMAND_AMBIGUOUS);
	assert_true(c.whispers);
	assert_string_equal(c.suggestion, "/me /msg");
	c = command_parse("/q see you", 10, true);
	assert_int_equal(c.id, COMMAND_AMBIGUOUS);
	assert_true(c.whispers);
	assert_string_equal(c.suggestion, "/quit /query");
	c = command_parse("/MSG bob hi", 11, true);
	assert_int_equal(c.id, COMMAND_UNKNOWN);
	assert_string_equal(c.suggestion, "/msg");
	assert_int_equal(with_talks("/r see you"), COMMAND_AMBIGUOUS);
	c = command_parse("/n see", 6, true);
	assert_int_equal(c.id, COMMAND_AMBIGUOUS);
	assert_false(c.whispers);
	assert_false(command_parse("/n see", 6, false).whispers);
	assert_int_equal(with_talks("/t see you"), COMMAND_AMBIGUOUS);
	assert_int_equal(with_talks("/me see you"), COMMAND_ACT);
	assert_int_equal(with_talks("/quit see you"), COMMAND_QUIT);
}

/* Fingers have learned them. */
static void
with_talks_beginnings_alone_are_what_they_were(void **state)
{
	(void)state;
	assert_int_equal(with_talks("/q"), COMMAND_QUIT);
	assert_int_equal(with_talks("/q "), COMMAND_QUIT);
	assert_int_equal(with_talks("/m"), COMMAND_ACT);
	assert_int_equal(with_talks("/r"), COMMAND_RECONNECT);
	assert_int_equal(with_talks("/re"), COMMAND_RECONNECT);
	assert_int_equal(with_talks("/v"), COMMAND_VERIFY);
	assert_int_equal(with_talks("/ta"), COMMAND_TALKS);
}

static void
each_word_is_there_with_talks_or_without(void **state)
{
	char usage[COMMAND_USAGE_BYTES];
	size_t i, without = 0, with = 0;

	(void)state;
	for (i = 0; command_help(usage, i, false) != NULL; i++) {
		without++;
		assert_null(strstr(usage, "/msg"));
		assert_null(strstr(usage, "yes"));
	}
	for (i = 0; command_help(usage, i, true) != NULL; i++)
		with++;
	assert_int_equal(with, without + 5);
}

static void
what_an_operator_does_is_no_misspelling(void **state)
{
	(void)state;
	check("/kick bob", COMMAND_OPERATOR, NULL);
	check("/ban bob 1h", COMMAND_OPERATOR, NULL);
	check("/mute bob", COMMAND_OPERATOR, NULL);
}

static void
help_names_every_command_once(void **state)
{
	char usage[COMMAND_USAGE_BYTES], word[32];
	const char *does;
	size_t i, j;

	(void)state;
	for (i = 0; (does = command_help(usage, i, false)) != NULL; i++) {
		assert_true(sscanf(usage, "/%31s", word) == 1);
		assert_true(strlen(does) > 4);
		for (j = 0; command_name(j, false) != NULL &&
		    strcmp(command_name(j, false), word) != 0; j++)
			;
		assert_non_null(command_name(j, false));
	}
	/* Two words for leaving. */
	for (j = 0; command_name(j, false) != NULL; j++)
		;
	assert_int_equal(i + 1, j);
}

static void
help_names_the_keys_of_every_action(void **state)
{
	char keys[KEY_HELP_BYTES];
	int action;

	(void)state;
	assert_null(key_help(keys, ACTION_NONE));
	for (action = ACTION_NONE + 1; action < ACTIONS; action++) {
		assert_non_null(key_help(keys, (enum action)action));
		assert_true(keys[0] > ' ');
		assert_true(strlen(keys) < KEY_HELP_BYTES - 1);
	}
	key_help(keys, ACTION_LINE_START);
	assert_string_equal(keys, "C-a Home");
	key_help(keys, ACTION_NEWLINE);
	assert_string_equal(keys, "M-Enter C-j");
	key_help(keys, ACTION_REDO);
	assert_string_equal(keys, "M-_");
}

static bool
speaks(const char *line)
{
	return command_speaks(line, strlen(line));
}

static void
what_speaks_is_a_line_or_an_act(void **state)
{
	(void)state;
	assert_true(speaks(""));
	assert_true(speaks("hello"));
	assert_true(speaks("//me"));
	assert_true(speaks("/me waves"));
	assert_true(speaks("/m waves"));
	assert_true(speaks("/save\nis what to type"));
	assert_false(speaks("/"));
	assert_false(speaks("/search me"));
	assert_true(speaks("/msg bob"));
	assert_false(speaks("/verify bob"));
	assert_false(speaks("/mee waves"));
	assert_false(speaks("quit"));
}

static void
keys_do_what_fingers_expect(void **state)
{
	(void)state;
	assert_int_equal(key_action('\r'), ACTION_SEND);
	assert_int_equal(key_action(KEY_META_OF('\r')), ACTION_NEWLINE);
	assert_int_equal(key_action(KEY_CTRL_OF('w')), ACTION_KILL_SPACE);
	assert_int_equal(key_action(KEY_META_OF('f')), ACTION_WORD_RIGHT);
	assert_int_equal(key_action(KEYC_PAGE_UP), ACTION_PAGE_UP);
	assert_int_equal(key_action('x'), ACTION_NONE);
	assert_int_equal(key_action(0x4e2d), ACTION_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_lines_are_said),
		cmocka_unit_test(quit_alone_quits_and_a_space_before_it_says_it),
		cmocka_unit_test(any_unique_prefix_will_do),
		cmocka_unit_test(from_room_to_room_fingers_need_not_learn),
		cmocka_unit_test(a_letter_stays_whose_it_was),
		cmocka_unit_test(an_unknown_command_is_never_said),
		cmocka_unit_test(what_takes_no_words_is_not_done_with_some),
		cmocka_unit_test(suggestions_are_near_or_not_made),
		cmocka_unit_test(nothing_private_becomes_public),
		cmocka_unit_test(with_talks_the_words_for_one_alone_are_msg),
		cmocka_unit_test(with_talks_what_may_be_for_one_alone_is_asked),
		cmocka_unit_test(
		    with_talks_beginnings_alone_are_what_they_were),
		cmocka_unit_test(each_word_is_there_with_talks_or_without),
		cmocka_unit_test(what_an_operator_does_is_no_misspelling),
		cmocka_unit_test(help_names_every_command_once),
		cmocka_unit_test(help_names_the_keys_of_every_action),
		cmocka_unit_test(what_speaks_is_a_line_or_an_act),
		cmocka_unit_test(keys_do_what_fingers_expect),
	};

	return tests_run(tests, NULL, NULL);
}
