/*
 * Several rooms on a terminal: what the status row and the prompt say of them.
 * The program on it is this one again, a session without a network.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"
#include "tests/with_windows.h"

/* ---- What is played ---- */

/* Five rooms, where something goes on in three. */
static void
fill(struct session *s)
{
	static const char *const names[] = { "lab", "ops", "class", "music",
	    "games" };

	windows_enter(s, names, 5);
	windows_say(s, 0, "bob", "does the timer start again?");
	windows_say(s, 1, "carol", "one");
	windows_say(s, 3, "bob", "ada: 4711");
	windows_say(s, 2, "dave", "are you there, ada?");
	windows_say(s, 3, "bob", "changed today");
	windows_say(s, 1, "carol", "two");
	windows_say(s, 1, "carol", "three");
}

static int
play(bool one, bool mono)
{
	static const char *const name[] = { "lab" };
	struct session *s = windows_session(256 * 1024);
	struct screen *screen = s == NULL ? NULL : windows_screen(s, mono);

	if (screen == NULL)
		return EXIT_FAILURE;
	session_start(s, 0);
	if (one)
		windows_enter(s, name, 1);
	else
		fill(s);
	return windows_play(s, screen);
}

/* ---- What is seen of it ---- */

static struct term *
start(int rows, int cols, const char *what)
{
	const char *const argv[] = { "/proc/self/exe", what, NULL };

	return term_start(rows, cols, NULL, argv);
}

static void
row_is(struct term *t, int row, const char *text)
{
	char now[TERM_ROW_BYTES];

	assert_string_equal(term_row_text(t, row, now), text);
}

static void
the_rooms_are_listed_in_the_status_row(void **state)
{
	struct term *t = start(24, 80, "several");
	struct term_cell lab, ops, class, games;

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	row_is(t, -2, " 1 lab  2 ops:3  3 class!1  4 music!2  5 games"
	    "                       M-a: music");
	row_is(t, -1, "lab ›");
	lab = term_cell(t, 22, 1);
	ops = term_cell(t, 22, 8);
	class = term_cell(t, 22, 17);
	games = term_cell(t, 22, 39);
	assert_string_equal(lab.text, "1");
	assert_string_equal(ops.text, "2");
	assert_string_equal(class.text, "3");
	assert_string_equal(games.text, "5");
	assert_int_equal(lab.bg, TERM_DEFAULT);
	assert_int_not_equal(games.bg, TERM_DEFAULT);
	assert_int_equal(ops.bg, games.bg);
	assert_true(ops.bold && !games.bold);
	assert_int_not_equal(class.fg, ops.fg);
	term_free(t);
}

static void
without_colours_the_one_that_is_looked_at_stands_out(void **state)
{
	struct term *t = start(24, 80, "mono");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	assert_false(term_cell(t, 22, 1).reverse);
	assert_true(term_cell(t, 22, 8).reverse);
	assert_true(term_cell(t, 22, 60).reverse);
	term_press(t, "C-n");
	assert_true(term_wait(t, "ops ›"));
	assert_true(term_cell(t, 22, 1).reverse);
	assert_false(term_cell(t, 22, 8).reverse);
	assert_true(term_cell(t, 22, 60).reverse);
	term_free(t);
}

static void
one_goes_to_where_one_is_meant_and_back(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_keys(t, "yes");
	assert_true(term_wait(t, "lab › yes"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "music ›"));
	assert_true(term_find(t, "4711") > 0);
	assert_int_equal(term_find(t, "the timer"), -1);
	assert_true(term_find(t, "2 new") > 0);
	row_is(t, -1, "music ›");
	assert_true(term_row_has(t, -2, "4 music  5 games"));
	assert_true(term_row_has(t, -2, "M-a: class"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "class ›"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "ops ›"));
	assert_true(term_wait(t, "live"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "lab › yes"));
	assert_true(term_find(t, "the timer") > 0);
	term_free(t);
}

static void
arrows_with_alt_go_beside(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-Right");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-Down");
	assert_true(term_wait(t, "class ›"));
	term_press(t, "M-Left");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-Up");
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "C-p");
	assert_true(term_wait(t, "games ›"));
	term_press(t, "M-2");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-/");
	assert_true(term_wait(t, "games ›"));
	term_free(t);
}

static void
a_narrow_screen_lists_those_that_matter(void **state)
{
	struct term *t = start(12, 40, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	row_is(t, -2, " 1 lab  3 class!1  +3        M-a: music");
	term_press(t, "M-4");
	assert_true(term_wait(t, "music ›"));
	row_is(t, -2, " 3 class!1  4 music  +3      M-a: class");
	term_resize(t, 7, 40);
	assert_true(term_wait(t, "PgUp"));
	assert_true(term_find(t, "music ›") > 0);
	term_free(t);
}

/* What is said there has the list's place; what is asked, its hints. */
static void
a_notice_and_a_search_go_before_the_list(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-9");
	assert_true(term_wait(t, "No room has the number 9."));
	assert_false(term_row_has(t, -2, "2 ops"));
	term_press(t, "C-r");
	assert_true(term_wait(t, "search ›"));
	assert_true(term_row_has(t, -2, "C-r older"));
	term_press(t, "Esc");
	assert_true(term_wait(t, "2 ops:3"));
	term_free(t);
}

static void
a_name_is_typed_to_go_there(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-g");
	assert_true(term_wait(t, "go to ›"));
	row_is(t, -2, " 2 ops:3  3 class!1  4 music!2  5 games"
	    "                                    live");
	term_keys(t, "as");
	assert_true(term_wait(t, "go to › as"));
	assert_true(term_row_has(t, -2, " 3 class!1"));
	assert_false(term_row_has(t, -2, "ops"));
	term_keys(t, "x");
	assert_true(term_wait(t, "Enter goes there"));
	term_press(t, "Backspace Enter");
	assert_true(term_wait(t, "class ›"));
	term_free(t);
}

static void
one_room_has_no_list(void **state)
{
	struct term *t = start(24, 80, "one");

	(void)state;
	assert_true(term_wait(t, "ada ›"));
	assert_true(term_row_has(t, -2, " PgUp history"));
	assert_true(term_row_has(t, -2, "live"));
	assert_false(term_row_has(t, -2, "lab"));
	term_free(t);
}

int
main(int argc, char *argv[])
{
#define TEST(name) cmocka_unit_test_teardown(name, term_free_all)
	const struct CMUnitTest tests[] = {
		TEST(the_rooms_are_listed_in_the_status_row),
		TEST(without_colours_the_one_that_is_looked_at_stands_out),
		TEST(one_goes_to_where_one_is_meant_and_back),
		TEST(arrows_with_alt_go_beside),
		TEST(a_narrow_screen_lists_those_that_matter),
		TEST(a_notice_and_a_search_go_before_the_list),
		TEST(a_name_is_typed_to_go_there),
		TEST(one_room_has_no_list),
	};

	setlocale(LC_ALL, "");
	if (argc > 1)
		return play(strcmp(argv[1], "one") == 0,
		    strcmp(argv[1], "mono") == 0);
	return tests_run(tests, NULL, NULL);
}
