/*
 * The message pane as plain text, as it is shown while one copies.
 */
#include "tui/session/bare.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/with_cmocka.h"
#include "tui/session/scene.h"
#include "tui/text/history.h"
#include "tui/text/view.h"

enum { ROWS = 16, COLS = 40 };

static struct history *history;
static struct view view;
static struct scene scene;

static int
set_up(void **state)
{
	(void)state;
	view = (struct view){ .scrolled = false };
	history = history_new(HISTORY_MIN_BYTES);
	scene = (struct scene){ .history = history };
	return history == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	history_free(history);
	return 0;
}

static void
add(enum entry_kind kind, const char *name, const char *text)
{
	struct entry e = { .kind = kind, .time_ms = (14 * 60 + 5) * 60000,
	    .author = name, .author_len = strlen(name), .text = text,
	    .text_len = strlen(text) };

	assert_true(history_append(history, &e, 0, 1));
	view_fit(&view, history, ROWS, COLS);
}

static void
shows(int rows, int cols, const char *what)
{
	size_t len;
	char *text = bare_text(&view, &scene, rows, cols, &len);

	assert_non_null(text);
	assert_string_equal(text, what);
	assert_int_equal(len, strlen(text));
	free(text);
}

static void
a_line_is_as_it_was_said(void **state)
{
	(void)state;
	shows(ROWS, COLS, "");
	add(ENTRY_SAY, "bob", "hello");
	add(ENTRY_ACT, "eve", "eve waves");
	add(ENTRY_ANNOUNCE, "", "at five");
	shows(ROWS, COLS, "bob: hello\n* eve waves\nAdmin at five\n");
	scene.times = true;
	shows(2, COLS, "14:05 * eve waves\n14:05 Admin at five\n");
}

/* Copied as it was meant: no mark of ours, no wrapping, a tab. */
static void
a_long_line_is_one(void **state)
{
	(void)state;
	add(ENTRY_SAY, "bob", "one two three four five six seven eight nine");
	add(ENTRY_SAY, "eve", "a\xe2\x80\x81" "b\nc");
	shows(ROWS, 20, "bob: one two three four five six seven eight nine\n"
	    "eve: a\tb\nc\n");
}

static void
as_much_is_shown_as_the_screen_holds(void **state)
{
	(void)state;
	add(ENTRY_SAY, "bob", "first");
	add(ENTRY_SAY, "bob", "123456789012345678901234567890");
	add(ENTRY_SAY, "bob", "last");
	shows(3, 20, "bob: 123456789012345678901234567890\nbob: last\n");
	shows(2, 20, "bob: last\n");
	shows(2, 40, "bob: 123456789012345678901234567890\nbob: last\n");
	shows(4, 20, "bob: first\nbob: 123456789012345678901234567890\n"
	    "bob: last\n");
	/* The newest, at least. */
	add(ENTRY_SAY, "bob", "1\n2\n3\n4");
	shows(2, 40, "bob: 1\n2\n3\n4\n");
}

static void
what_is_not_seen_is_not_copied(void **state)
{
	(void)state;
	add(ENTRY_SAY, "bob", "one");
	add(ENTRY_JOIN, "eve", "");
	add(ENTRY_SAY, "bob", "two");
	history_hide(history, true);
	shows(ROWS, COLS, "bob: one\nbob: two\n");
	/* What /clear took away. */
	view.floor = HISTORY_FIRST + 2;
	shows(ROWS, COLS, "bob: two\n");
}

static void
scrolled_it_is_what_stands_there(void **state)
{
	char text[2] = "a";
	size_t len;
	char *bare;

	(void)state;
	for (; *text <= 'z'; ++*text)
		add(ENTRY_SAY, "bob", text);
	view_first(&view, history);
	bare = bare_text(&view, &scene, 3, COLS, &len);
	assert_non_null(bare);
	assert_null(strstr(bare, "bob: z\n"));
	assert_int_equal(len, 3 * strlen("bob: a\n"));
	free(bare);
}

/* Past curses nothing may reach a terminal that is no text. */
static void
nothing_else_than_text_goes_out(void **state)
{
	(void)state;
	add(ENTRY_SAY, "bob", "a\033[2Jb\x07\r\xe2\x80\xae" "c");
	shows(ROWS, COLS, "bob: a[2Jb\nc\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_as_it_was_said),
		TEST(a_long_line_is_one),
		TEST(as_much_is_shown_as_the_screen_holds),
		TEST(what_is_not_seen_is_not_copied),
		TEST(scrolled_it_is_what_stands_there),
		TEST(nothing_else_than_text_goes_out),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
