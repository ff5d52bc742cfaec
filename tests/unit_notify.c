/*
 * The command for mentions: its words, and that what others chose is none of
 * its options.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/launch.h"
#include "tui/notify.h"

static char ran[512];

static void
run(char *words[])
{
	for (; *words != NULL; words++) {
		strlcat(ran, *words, sizeof(ran));
		strlcat(ran, "|", sizeof(ran));
	}
}

static void
runs(const char *command, const char *who, const char *what, const char *want)
{
	ran[0] = '\0';
	notify_run(command, who, what, run);
	assert_string_equal(ran, want);
}

static void
who_and_what_are_a_word_each(void **state)
{
	(void)state;
	runs("say", "bob", "hi there", "say|bob|hi there|");
	runs("  say  -u now ", "bob", "", "say|-u|now|bob||");
	runs("say", "bob", "$(reboot) `x` ; y", "say|bob|$(reboot) `x` ; y|");
}

static void
what_begins_with_a_dash_is_no_option(void **state)
{
	(void)state;
	runs("say", "-x", "--version", "say| -x| --version|");
}

static void
who_speaks_is_never_the_command(void **state)
{
	(void)state;
	runs("", "reboot", "now", "");
	runs("   ", "reboot", "now", "");
}

static void
a_command_of_too_many_words_is_cut(void **state)
{
	char command[4 * LAUNCH_WORDS] = "", *words[LAUNCH_WORDS];
	int i;

	(void)state;
	for (i = 0; i < 2 * LAUNCH_WORDS - 1; i++)
		strlcat(command, "a ", sizeof(command));
	assert_int_equal(launch_split(command, words, 2), LAUNCH_WORDS - 3);
	assert_null(words[LAUNCH_WORDS - 3]);
}

static void
others_do_not_set_the_pace(void **state)
{
	int64_t due = 0;

	(void)state;
	assert_true(notify_may(&due, 5000));
	assert_false(notify_may(&due, 5000 + NOTIFY_MS - 1));
	assert_true(notify_may(&due, 5000 + NOTIFY_MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_and_what_are_a_word_each),
		cmocka_unit_test(what_begins_with_a_dash_is_no_option),
		cmocka_unit_test(who_speaks_is_never_the_command),
		cmocka_unit_test(a_command_of_too_many_words_is_cut),
		cmocka_unit_test(others_do_not_set_the_pace),
	};

	return tests_run(tests, NULL, NULL);
}
