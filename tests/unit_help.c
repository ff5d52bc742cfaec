/*
 * The help: each key and each command is in it, or those that hold a word.
 */
#include "tui/session/help.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/command.h"
#include "tui/session/key.h"
#include "tui/text/pager.h"

static struct pager p;
static int cols = 80;
static bool windows;

/* The help on a word, as text. */
static const char *
help_on(const char *word)
{
	static char text[64 * 1024];

	pager_close(&p);
	pager_open(&p, "help", 24, cols);
	help_write(&p, word, strlen(word), windows, false);
	assert_false(p.failed);
	assert_true(p.len < sizeof(text));
	memcpy(text, p.text, p.len);
	text[p.len] = '\0';
	return text;
}

static int
tear_down(void **state)
{
	(void)state;
	cols = 80;
	windows = false;
	pager_close(&p);
	return 0;
}

static void
every_command_and_every_key_is_in_it(void **state)
{
	char usage[COMMAND_USAGE_BYTES], keys[KEY_HELP_BYTES];
	const char *help = help_on(""), *does;
	size_t i;
	int action;

	(void)state;
	for (i = 0; (does = command_help(usage, i, false)) != NULL; i++) {
		assert_non_null(strstr(help, usage));
		assert_non_null(strstr(help, does));
	}
	assert_true(i > 0);
	for (action = 0; action < ACTIONS; action++)
		if (key_is_bound((enum action)action, false)) {
			does = key_help(keys, (enum action)action);
			assert_non_null(strstr(help, keys));
			assert_non_null(strstr(help, does));
		}
}

/* Where there is one room there is none to go to. */
static void
keys_of_windows_are_there_where_there_are_several(void **state)
{
	(void)state;
	assert_non_null(strstr(help_on(""), "C-p"));
	assert_non_null(strstr(help_on(""), "what was sent before, always"));
	assert_null(strstr(help_on(""), "the next room"));
	windows = true;
	assert_non_null(strstr(help_on(""), "C-n M-Right M-Down"));
	assert_non_null(strstr(help_on(""), "M-1..9"));
	assert_non_null(strstr(help_on(""), "the next room"));
	assert_null(strstr(help_on(""), "what was sent before, always"));
	assert_non_null(strstr(help_on(""), "a word left"));
}

static void
a_word_leaves_what_holds_it(void **state)
{
	const char *help = help_on("emoji");

	(void)state;
	assert_non_null(strstr(help, "complete a name, a command, :emoji:"));
	assert_null(strstr(help, "C-k"));
	assert_null(strstr(help, "/quit"));
	/* Of the keys and of the commands as well as of what they do. */
	assert_non_null(strstr(help_on("C-k"), "cut to the end of the line"));
	assert_non_null(strstr(help_on("/quit"), "/quit"));
	assert_null(strstr(help_on("/quit"), "C-k"));
	assert_null(strstr(help_on("SWAP"), "swap two"));
	assert_non_null(strstr(help_on("swap"), "swap two"));
}

/* A heading stands above something. */
static void
what_is_nowhere_is_said_and_heads_nothing(void **state)
{
	const char *help = help_on("nick");

	(void)state;
	assert_non_null(strstr(help, "Commands"));
	assert_null(strstr(help, "Keys"));
	help = help_on("C-k");
	assert_null(strstr(help, "Commands"));
	assert_non_null(strstr(help, "Keys"));
	help = help_on("nowhere at all");
	assert_null(strstr(help, "Commands"));
	assert_null(strstr(help, "Keys"));
	assert_non_null(strstr(help, "No key and no command here is about "
	    "that."));
	/* /exit leaves, too. */
	assert_non_null(strstr(help_on("exit"), "leave the room"));
}

/* Two columns of it would leave the right one nothing. */
static void
a_narrow_help_goes_on_behind_the_word(void **state)
{
	(void)state;
	cols = 38;
	assert_non_null(strstr(help_on(""), "/nick NAME be called NAME"));
	cols = 80;
	assert_null(strstr(help_on(""), "/nick NAME be called NAME"));
}

/* How a line is said that looks like a command is no key and no command. */
static void
what_is_no_row_is_always_told(void **state)
{
	const char *help = help_on("nowhere at all");

	(void)state;
	assert_null(strstr(help, "C-k"));
	assert_non_null(strstr(help, "//text says /text."));
	assert_non_null(strstr(help, "is no command"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_command_and_every_key_is_in_it),
		TEST(keys_of_windows_are_there_where_there_are_several),
		TEST(a_word_leaves_what_holds_it),
		TEST(what_is_nowhere_is_said_and_heads_nothing),
		TEST(a_narrow_help_goes_on_behind_the_word),
		TEST(what_is_no_row_is_always_told),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
