/*
 * The pager: what it shows of its text and how it scrolls, and the help that
 * is read in it.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/help.h"
#include "tui/text/pager.h"

static struct pager pager;

static int
set_up(void **state)
{
	(void)state;
	pager_open(&pager, "Title", 3, 10);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pager_close(&pager);
	assert_false(pager.open);
	return 0;
}

static void
add(const char *text)
{
	pager_add(&pager, text, strlen(text));
}

/* What a pane shows, its rows with | between them. */
static void
shows(int rows, int cols, const char *want)
{
	struct pager_row row[64];
	char got[1024] = "";
	int n, i;

	pager_fit(&pager, rows, cols);
	n = pager_rows(&pager, row);
	assert_true(n >= 0 && n <= rows);
	for (i = 0; i < n; i++) {
		strlcat(got, i > 0 ? "|" : "", sizeof(got));
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%*s",
		    row[i].indent, "");
		strncat(got, row[i].text, row[i].len);
	}
	assert_string_equal(got, want);
}

static void
it_opens_empty_in_place_of_what_was_there(void **state)
{
	(void)state;
	assert_true(pager.open);
	assert_string_equal(pager.title, "Title");
	shows(3, 10, "");
	assert_int_equal(pager_percent(&pager), 100);
	add("one\ntwo\n");
	shows(3, 10, "one|two");
	pager_open(&pager, "Other", 3, 10);
	assert_string_equal(pager.title, "Other");
	shows(3, 10, "");
	pager_move(&pager, 5);
	pager_move(&pager, -5);
	pager_last(&pager);
	pager_first(&pager);
	shows(3, 10, "");
}

static void
it_scrolls_as_far_as_there_is_text(void **state)
{
	(void)state;
	add("1\n2\n3\n4\n5\n");
	shows(3, 10, "1|2|3");
	assert_true(pager_percent(&pager) < 100);
	pager_move(&pager, 1);
	shows(3, 10, "2|3|4");
	pager_move(&pager, 99);
	shows(3, 10, "3|4|5");
	assert_int_equal(pager_percent(&pager), 100);
	pager_move(&pager, -1);
	shows(3, 10, "2|3|4");
	pager_move(&pager, -99);
	shows(3, 10, "1|2|3");
	pager_last(&pager);
	shows(3, 10, "3|4|5");
	pager_first(&pager);
	shows(3, 10, "1|2|3");
}

static void
what_fits_does_not_scroll(void **state)
{
	(void)state;
	add("1\n2\n3\n");
	shows(3, 10, "1|2|3");
	pager_move(&pager, 1);
	pager_last(&pager);
	shows(3, 10, "1|2|3");
	shows(9, 10, "1|2|3");
	pager_last(&pager);
	shows(9, 10, "1|2|3");
	assert_int_equal(pager_percent(&pager), 100);
}

/* A right column goes on below itself, where it is not too narrow for that. */
static void
two_columns_stay_two(void **state)
{
	(void)state;
	pager_open(&pager, "Title", 9, 26);
	add("a heading that has no columns\n");
	pager_add_row(&pager, "port 8888", 10, "the server's port (1 to "
	    "65535)");
	pager_add_row(&pager, "name", 10, "who");
	shows(9, 26, "a heading that has no|columns|"
	    "port 8888 the server's|          port (1 to|"
	    "          65535)|name      who");
	/* All the same from wherever it is looked at. */
	shows(2, 26, "a heading that has no|columns");
	pager_move(&pager, 3);
	shows(2, 26, "          port (1 to|          65535)");
	pager_move(&pager, -1);
	shows(2, 26, "port 8888 the server's|          port (1 to");
	pager_last(&pager);
	shows(2, 26, "          65535)|name      who");
	assert_int_equal(pager_percent(&pager), 100);
	shows(2, 22, "65535)|name      who");
	pager_first(&pager);
	shows(9, 22, "a heading that has no|columns|"
	    "port 8888 the server's|port (1 to 65535)|name      who");
}

static void
it_can_be_scrolled_before_it_is_drawn(void **state)
{
	(void)state;
	add("1\n2\n3\n4\n5\n");
	pager_move(&pager, 1);
	shows(3, 10, "2|3|4");
	pager_open(&pager, "t", -1, -2);
	add("1\n2\n3\n4\n5\n");
	pager_move(&pager, 1);
	pager_last(&pager);
	pager_first(&pager);
	pager_percent(&pager);
	shows(3, 10, "1|2|3");
}

static void
empty_lines_and_long_ones_are_rows_too(void **state)
{
	(void)state;
	add("\n\nabcdefghij12345\n\nend\n");
	shows(3, 10, "||abcdefghij");
	pager_move(&pager, 1);
	shows(3, 10, "|abcdefghij|12345");
	pager_last(&pager);
	shows(3, 10, "12345||end");
	pager_move(&pager, -1);
	shows(3, 10, "abcdefghij|12345|");
	pager_move(&pager, -9);
	shows(3, 10, "||abcdefghij");
}

static void
rows_are_two_columns_that_keep_apart(void **state)
{
	(void)state;
	pager_add_row(&pager, "ab", 4, "x");
	pager_add_row(&pager, "\xe4\xb8\xad", 4, "y");
	pager_add_row(&pager, "abcd", 4, "z");
	pager_add_row(&pager, "", 2, "");
	pager_add_row(&pager, "abcdef", 4, "w");
	shows(9, 20, "ab  x|\xe4\xb8\xad  y|abcd z||abcdef w");
}

static void
what_is_added_is_made_displayable(void **state)
{
	(void)state;
	add("a\x1b[31mb\tc\xff");
	shows(3, 20, "a\xe2\x90\x9b[31mb c\xef\xbf\xbd");
	pager_open(&pager, "t\x1b", 3, 10);
	assert_string_equal(pager.title, "t\xe2\x90\x9b");
}

static void
a_pane_of_any_size_shows_what_fits(void **state)
{
	(void)state;
	add("ab \xe4\xb8\xad\nc\n");
	shows(0, 0, "");
	pager_move(&pager, 3);
	pager_percent(&pager);
	pager_last(&pager);
	shows(1, 10, "");
	pager_first(&pager);
	shows(1, 1, "a");
	pager_last(&pager);
	shows(1, 1, "c");
	pager_move(&pager, -1);
	shows(1, 1, "\xe4\xb8\xad");
	pager_first(&pager);
	shows(9, 10, "ab \xe4\xb8\xad|c");
}

/* Down and up again by random steps ends where a plain count says. */
static void
any_way_down_and_up_agrees_with_a_count(void **state)
{
	enum { LINES = 200, ROWS = 7 };
	char line[16], want[128] = "";
	uint32_t seed = 3;
	int top = 0, i, by;

	(void)state;
	for (i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "%d\n", i);
		add(line);
	}
	shows(ROWS, 10, "0|1|2|3|4|5|6");
	for (i = 0; i < 3000; i++) {
		seed = seed * 1664525U + 1013904223U;
		by = (int)((seed >> 8) % 41) - 20;
		pager_move(&pager, by);
		top += by;
		top = top < 0 ? 0 : top > LINES - ROWS ? LINES - ROWS : top;
		snprintf(want, sizeof(want), "%d|%d|%d|%d|%d|%d|%d", top,
		    top + 1, top + 2, top + 3, top + 4, top + 5, top + 6);
		shows(ROWS, 10, want);
	}
}

static void
help_shows_all_or_the_lines_with_a_word(void **state)
{
	size_t all;

	(void)state;
	help_write(&pager, "", 0, false, false);
	assert_non_null(strstr(pager.text, "/whois NAME"));
	assert_non_null(strstr(pager.text, "C-r"));
	all = pager.len;
	pager_open(&pager, "Help", 3, 80);
	help_write(&pager, "whois", 5, false, false);
	assert_non_null(strstr(pager.text, "/whois NAME"));
	assert_null(strstr(pager.text, "/nick NAME"));
	assert_true(pager.len < all);
	pager_open(&pager, "Help", 3, 80);
	help_write(&pager, "no such word", 12, false, false);
	assert_null(strstr(pager.text, "/whois"));
	assert_true(pager.len > 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_opens_empty_in_place_of_what_was_there),
		TEST(it_scrolls_as_far_as_there_is_text),
		TEST(what_fits_does_not_scroll),
		TEST(two_columns_stay_two),
		TEST(it_can_be_scrolled_before_it_is_drawn),
		TEST(empty_lines_and_long_ones_are_rows_too),
		TEST(rows_are_two_columns_that_keep_apart),
		TEST(what_is_added_is_made_displayable),
		TEST(a_pane_of_any_size_shows_what_fits),
		TEST(any_way_down_and_up_agrees_with_a_count),
		TEST(help_shows_all_or_the_lines_with_a_word),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
