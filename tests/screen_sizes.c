/*
 * What the screen leaves out where it is small, and that every size is
 * survived with the place kept.
 */
#include <sys/socket.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"

enum {
	LINES = 60,
	WALK = 60		/* sizes of a walk */
};

static struct server server;
static struct term *t;		/* alice's */
static unsigned long drawn;	/* frames before it got its size */
static uint64_t seed;

/* splitmix64 */
static int
random_below(int n)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (int)((z ^ z >> 31) % (uint64_t)n);
}

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0", NULL };
	char line[32];
	int i;

	(void)state;
	server_start(&server, NULL, args);
	t = chat_start(&server, "alice", 24, 80);
	for (i = 1; i <= LINES; i++) {
		snprintf(line, sizeof(line), "%03d 中文 Z\n", i);
		server_type(&server, line);
	}
	return term_wait(t, "060 中文 Z") ? 0 : -1;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	server_stop(&server, SIGTERM);
	return 0;
}

/* What was drawn for another size may pass for what was waited for. */
static void
resize(int rows, int cols)
{
	drawn = rows == term_rows(t) && cols == term_cols(t) ? 0 :
	    term_frames(t);
	term_resize(t, rows, cols);
}

static bool
is_drawn(struct term *term, void *unused)
{
	return term_frames(term) > drawn && chat_is_whole(term, unused);
}

struct answer {
	char		 letter;
	unsigned long	 frames;	/* before it was typed */
};

/* It stands before the caret; in one column, in the row above it. */
static bool
is_answered(struct term *term, void *arg)
{
	const struct answer *a = arg;
	int row, col;

	if (term_frames(term) <= a->frames || !chat_is_whole(term, NULL))
		return false;
	term_cursor(term, &row, &col, NULL);
	return term_cols(term) == 1 ||
	    (col > 0 && term_cell(term, row, col - 1).text[0] == a->letter);
}

/* The size is taken, the screen is whole, and a key is answered at once. */
static void
try_size(int rows, int cols)
{
	static char letter = 'a';
	struct answer a = { .letter = letter };
	char key[2] = { letter, '\0' }, what[64];

	snprintf(what, sizeof(what), "a whole screen of %dx%d", rows, cols);
	letter = letter == 'z' ? 'a' : (char)(letter + 1);
	resize(rows, cols);
	assert_true(term_wait_for(t, is_drawn, NULL, what));
	a.frames = term_frames(t);
	term_keys(t, key);
	assert_true(term_wait_for(t, is_answered, &a, what));
	term_press(t, "Backspace");
}

static void
walk(void)
{
	static const int edges[][2] = { { 1, 1 }, { 1, 500 }, { 200, 1 },
		{ 200, 500 }, { 2, 2 }, { 3, 3 }, { 4, 2 }, { 1, 80 },
		{ 5, 40 }, { 12, 100 }, { 15, 99 }, { 24, 23 } };
	enum { EDGES = sizeof(edges) / sizeof(edges[0]) };
	int i;

	for (i = 0; i < WALK; i++) {
		if (i < EDGES)
			try_size(edges[i][0], edges[i][1]);
		else if (i % 2 == 0)	/* small ones are the hard ones */
			try_size(1 + random_below(12), 1 + random_below(45));
		else
			try_size(1 + random_below(200), 1 + random_below(500));
	}
	term_resize(t, 24, 80);
}

static void
every_size_keeps_the_place_and_answers(void **state)
{
	char before[TERM_ROW_BYTES];

	(void)state;
	seed = 20261121;
	term_press(t, "PgUp");
	assert_true(term_wait(t, "End returns"));
	term_press(t, "PgUp");
	assert_true(term_wait_row(t, 1, "008 中文 Z"));
	term_row_text(t, 1, before);
	walk();
	assert_true(term_wait_row(t, 1, before));
	assert_true(term_wait(t, "End returns"));
}

static void
every_size_stays_at_the_last_line_and_answers(void **state)
{
	(void)state;
	seed = 20261122;
	term_press(t, "F8 M-t");
	walk();
	term_press(t, "F8 M-t");
	assert_true(term_wait_row(t, -3, "060 中文 Z"));
	assert_true(term_wait_row(t, -2, "live"));
}

/* The columns of the marks and of the text; -1: there is none. */
struct gutter {
	int	cols, mark, text;
	bool	time;
};

static bool
has_gutter(struct term *term, void *arg)
{
	const struct gutter *g = arg;
	int row = term_rows(term) - 3, from = g->text;
	struct term_cell mark, text = term_cell(term, row, from);
	bool time = term_cols(term) > 5 &&
	    strcmp(term_cell(term, row, 2).text, ":") == 0;

	if (!is_drawn(term, NULL))
		return false;
	if (g->mark >= 0) {
		mark = term_cell(term, row, g->mark);
		if (strcmp(mark.text, "│") != 0)
			return false;
	}
	return strcmp(text.text, "Z") == 0 && time == g->time;
}

static void
the_gutter_gives_way_to_the_text(void **state)
{
	static const struct gutter gutters[] = {
		{ 500, 17, 19, true }, { 56, 17, 19, true },
		{ 55, 16, 18, true }, { 40, 13, 15, true },
		{ 39, 9, 11, false }, { 24, 6, 8, false },
		{ 23, 5, 7, false }, { 16, 4, 6, false },
		{ 15, 0, 2, false }, { 3, 0, 2, false }, { 2, -1, 0, false },
		{ 1, -1, 0, false }
	};
	struct gutter g;
	size_t i;

	(void)state;
	server_type(&server, "Z\n");
	assert_true(term_wait_row(t, -3, "│ Z"));
	for (i = 0; i < sizeof(gutters) / sizeof(gutters[0]); i++) {
		g = gutters[i];
		resize(24, g.cols);
		assert_true(term_wait_for(t, has_gutter, &g, "that gutter"));
	}
	term_resize(t, 24, 80);
	assert_true(term_wait_row(t, -3, "Admin │ Z"));
	term_press(t, "M-t");
	g = (struct gutter){ 80, 11, 13, false };
	assert_true(term_wait_for(t, has_gutter, &g, "no times"));
}

/* Whether the list stands at the right, and the frame is of this width. */
struct members {
	int	cols;
	bool	shown;
};

static bool
has_members(struct term *term, void *arg)
{
	const struct members *m = arg;
	char row[TERM_ROW_BYTES];
	const char *label;

	if (!is_drawn(term, NULL))
		return false;
	term_row_text(term, 1, row);
	label = strstr(row, "│ online 1");
	if (!m->shown)
		return label == NULL && term_row_has(term, -2, "live") &&
		    strcmp(term_cell(term, -2, m->cols - 2).text, "e") == 0;
	return label != NULL &&
	    strcmp(term_cell(term, 1, m->cols - 19).text, "│") == 0 &&
	    strcmp(term_cell(term, 2, m->cols - 17).text, "a") == 0;
}

static void
expect_members(int cols, bool shown)
{
	struct members m = { cols, shown };

	resize(24, cols);
	assert_true(term_wait_for(t, has_members, &m, shown ?
	    "a list of members" : "no list of members"));
}

static void
the_members_are_listed_from_100_columns(void **state)
{
	(void)state;
	expect_members(100, true);
	expect_members(99, false);
	expect_members(500, true);
	expect_members(80, false);
	term_press(t, "F8");		/* wanted: wherever there is room */
	expect_members(80, true);
	expect_members(40, true);
	expect_members(39, false);
	expect_members(120, true);
	term_press(t, "F8");		/* not wanted: nowhere */
	expect_members(120, false);
}

/* Where the panes stand that are not the messages'; -1: nowhere. */
struct panes {
	int	rows, title, status, input;	/* the input's first row */
};

static bool
has_panes(struct term *term, void *arg)
{
	const struct panes *p = arg;
	int title = term_find(term, "as alice");
	int status = term_find(term, "PgUp history");

	/* Its last row is always the tenth line that was typed. */
	if (title != p->title || status != p->status ||
	    !term_row_has(term, -1, "i9") || !is_drawn(term, NULL))
		return false;
	if (p->input == p->rows)
		return true;
	return term_row_has(term, p->input, p->rows - p->input < 10 ?
	    (char[]){ 'i', (char)('0' + 10 - p->rows + p->input), '\0' } :
	    "i0") && !term_row_has(term, p->input - 1,
	    (char[]){ 'i', (char)('0' + 9 - p->rows + p->input), '\0' });
}

static void
the_rows_are_shared_out(void **state)
{
	static const struct panes panes[] = {
		{ 24, 0, 18, 19 }, { 200, 0, 194, 195 }, { 15, 0, 9, 10 },
		{ 14, 0, 9, 10 }, { 12, 0, 7, 8 }, { 9, 0, 5, 6 },
		{ 6, 0, 3, 4 }, { 5, 0, 3, 4 }, { 4, 0, 2, 3 },
		{ 3, 0, -1, 2 }, { 2, -1, -1, 0 }, { 1, -1, -1, 0 }
	};
	struct panes p;
	size_t i;

	(void)state;
	term_keys(t, "i0\ni1\ni2\ni3\ni4\ni5\ni6\ni7\ni8\ni9");
	assert_true(term_wait_row(t, -1, "i9"));
	for (i = 0; i < sizeof(panes) / sizeof(panes[0]); i++) {
		p = panes[i];
		if (p.rows < 3)
			p.input = p.rows;	/* all of it, nothing above */
		resize(p.rows, 80);
		assert_true(term_wait_for(t, has_panes, &p, "those panes"));
	}
}

/* What cannot be whole is seen to be cut, and what matters most is left. */
static void
what_matters_most_is_on_the_smallest_screens(void **state)
{
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	resize(5, 20);
	assert_true(term_wait_row(t, 0, " chat 127.0.0.1:… ●"));
	term_press(t, "PgUp");
	assert_true(term_wait_row(t, -2, "-- scrolled --"));
	udp_send(bob, "C one more");
	assert_true(term_wait_row(t, -2, "1 new"));
	term_press(t, "End");
	term_paste(t, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	assert_true(term_wait_row(t, -3, "11 lines: Enter"));
	assert_true(term_wait_row(t, -2, "sends, Esc takes…"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -1, "alice ›"));
	close(bob);
}

static bool
has_rule_at(struct term *term, void *arg)
{
	int row = *(int *)arg;

	return is_drawn(term, NULL) && term_find(term, "End returns") == row &&
	    term_row_has(term, -1, "alice ›");
}

static void
the_last_rows_stay_live_from_12_rows_on(void **state)
{
	/* rows of the screen, and where the rule is */
	static const int places[][2] = { { 24, 18 }, { 16, 10 }, { 15, 9 },
		{ 14, 11 }, { 8, 5 }, { 5, 2 } };
	size_t i;
	int rule;

	(void)state;
	term_press(t, "PgUp");
	assert_true(term_wait(t, "End returns"));
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		rule = places[i][1];
		resize(places[i][0], 80);
		assert_true(term_wait_for(t, has_rule_at, &rule, "the rule"));
		if (places[i][0] < 15)
			continue;
		assert_true(term_row_has(t, rule + 1, "058 中文 Z"));
		assert_true(term_row_has(t, rule + 3, "060 中文 Z"));
	}
}

static bool
has_text(struct term *term, void *text)
{
	char *now = term_text(term);
	bool same = strcmp(now, text) == 0;

	free(now);
	return same;
}

/* The program mostly hears of the second size alone, which it has already; what
 * the window has lost by the first it must draw all the same. */
static void
a_size_that_is_back_at_once_is_drawn_anew(void **state)
{
	char *before = term_text(t);
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		term_resize(t, 1 + i % 3, 2);
		term_resize(t, 24, 80);
		assert_true(term_wait_for(t, has_text, before,
		    "the same screen"));
	}
	free(before);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_size_keeps_the_place_and_answers),
		TEST(every_size_stays_at_the_last_line_and_answers),
		TEST(the_gutter_gives_way_to_the_text),
		TEST(the_members_are_listed_from_100_columns),
		TEST(the_rows_are_shared_out),
		TEST(what_matters_most_is_on_the_smallest_screens),
		TEST(the_last_rows_stay_live_from_12_rows_on),
		TEST(a_size_that_is_back_at_once_is_drawn_anew),
	};

	return tests_run(tests, NULL, NULL);
}
