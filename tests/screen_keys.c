/*
 * Every key of the table in F1, as xterm sends it: a real client on a terminal
 * model, a real room. Each key is waited for by what it does.
 */
#include <sys/socket.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_screens.h"

/* The administrator says "line 001" and so on. */
static void
fill(struct term *t, int from, int to)
{
	char line[32];
	int i;

	for (i = from; i <= to; i++) {
		snprintf(line, sizeof(line), "line %03d\n", i);
		server_type(&server, line);
	}
	snprintf(line, sizeof(line), "line %03d", to);
	assert_true(term_wait(t, line));
}

/* ---- The input line ---- */

/* Columns up to the input's text: behind the prompt's sign and a space. */
static int
prompt_cols(struct term *t, int row)
{
	int col;

	for (col = 0; col < term_cols(t); col++)
		if (strcmp(term_cell(t, row, col).text, "›") == 0)
			return col + 2;
	return 0;
}

/* The last rows as text, "|" where the caret is; at most rows of them. */
static void
read_input(struct term *t, int rows, char dst[TERM_ROW_BYTES])
{
	int row, col, caret_row, caret_col, from;
	size_t len = 0, end = 0;
	const char *text;

	from = prompt_cols(t, term_rows(t) - rows);
	term_cursor(t, &caret_row, &caret_col, NULL);
	for (row = term_rows(t) - rows; row < term_rows(t); row++) {
		for (col = from; col < term_cols(t); col++) {
			struct term_cell cell = term_cell(t, row, col);

			if (row == caret_row && col == caret_col)
				dst[end = len++] = '|';
			if (row == caret_row && col == caret_col)
				end = len;
			if (cell.width == 0)
				continue;
			text = cell.text[0] != '\0' ? cell.text : " ";
			memcpy(dst + len, text, strlen(text));
			len += strlen(text);
			if (*text != ' ')
				end = len;
		}
		dst[end] = '\n';
		len = ++end;
	}
	dst[len - 1] = '\0';
}

static bool
is_input(struct term *t, void *arg)
{
	const char *want = arg, *p;
	char now[TERM_ROW_BYTES];
	int rows = 1;

	for (p = want; *p != '\0'; p++)
		rows += *p == '\n';
	read_input(t, rows, now);
	return strcmp(now, want) == 0;
}

/* Until the input is this, the caret where "|" stands. */
static bool
input_is(struct term *t, const char *want)
{
	char line[256];

	strlcpy(line, want, sizeof(line));
	return term_wait_for(t, is_input, line, want);
}

/* Keys (or what is typed), and the input line that comes of it. */
struct step {
	const char	*keys;
	const char	*typed;
	const char	*line;
};

static void
walk(struct term *t, const struct step *steps, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (steps[i].keys != NULL)
			term_press(t, steps[i].keys);
		else
			term_keys(t, steps[i].typed);
		if (!input_is(t, steps[i].line))
			fail_msg("%s: not %s", steps[i].keys != NULL ?
			    steps[i].keys : steps[i].typed, steps[i].line);
	}
}
#define WALK(t, steps)	walk(t, steps, sizeof(steps) / sizeof(steps[0]))

static void
keys_that_move_and_delete(void **state)
{
	static const struct step moves[] = {
		{ NULL, "one two 三", "one two 三|" },
		{ "C-a", NULL, "|one two 三" },
		{ "C-e", NULL, "one two 三|" },
		{ "Home", NULL, "|one two 三" },
		{ "End", NULL, "one two 三|" },
		{ "C-b", NULL, "one two |三" },
		{ "C-f", NULL, "one two 三|" },
		{ "Left", NULL, "one two |三" },
		{ "Right", NULL, "one two 三|" },
		{ "M-b", NULL, "one two |三" },
		{ "C-Left", NULL, "one |two 三" },
		{ "Home", NULL, "|one two 三" },
		{ "M-f", NULL, "one| two 三" },
		{ "C-Right", NULL, "one two| 三" },
	};
	static const struct step deletes[] = {
		{ "C-a", NULL, "|one two 三" },
		{ "C-d", NULL, "|ne two 三" },
		{ "Del", NULL, "|e two 三" },
		{ "C-e", NULL, "e two 三|" },
		{ "Backspace", NULL, "e two |" },
		{ NULL, "x-y", "e two x-y|" },
		{ "M-Backspace", NULL, "e two x-|" },
		{ "C-w", NULL, "e two |" },
		{ "C-u", NULL, "|" },
		{ NULL, "one two three", "one two three|" },
		{ "C-a", NULL, "|one two three" },
		{ "M-d", NULL, "| two three" },
		{ "C-e", NULL, " two three|" },
		{ "M-b", NULL, " two |three" },
		{ "C-k", NULL, " two |" },
		{ "C-u", NULL, "|" },
		/* Cuts in a row are one. */
		{ "C-y", NULL, " two three|" },
		{ NULL, "ab", " two threeab|" },
		{ "C-t", NULL, " two threeba|" },
		{ "C-_", NULL, " two threeab|" },
		{ "C-_", NULL, " two three|" },
		{ "M-_", NULL, " two threeab|" },
		{ "M-_", NULL, " two threeba|" },
		{ "C-u", NULL, "|" },
		/* A cluster is one character. */
		{ NULL, "n\xcc\x82.", "n\xcc\x82.|" },
		{ "Left", NULL, "n\xcc\x82|." },
		{ "Backspace", NULL, "|." },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	WALK(t, moves);
	term_resize(t, 20, 60);
	WALK(t, deletes);
}

static void
up_and_down_walk_what_was_sent_and_rows(void **state)
{
	static const struct step lines[] = {
		{ NULL, "second", "second|" },
		{ "M-Enter", NULL, "second\n|" },
		{ NULL, "line", "second\nline|" },
		{ "C-j", NULL, "second\nline\n|" },
		{ NULL, "end", "second\nline\nend|" },
		{ "Up", NULL, "second\nlin|e\nend" },
		{ "Up", NULL, "sec|ond\nline\nend" },
		{ "Down", NULL, "second\nlin|e\nend" },
		{ "Enter", NULL, "|" },
	};
	static const struct step sent[] = {
		{ NULL, "draft", "draft|" },
		{ "Up", NULL, "second\nline\nend|" },
		{ "Up", NULL, "second\nlin|e\nend" },
		{ "Up", NULL, "sec|ond\nline\nend" },
		{ "Up", NULL, "first|" },
		{ "Down", NULL, "second\nline\nend|" },
		{ "Down", NULL, "draft|" },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "first");
	term_press(t, "Enter");
	assert_true(term_wait(t, "alice │ first"));
	WALK(t, lines);
	assert_true(term_wait(t, "alice │ second"));
	assert_true(term_wait_row(t, -4, "│ line"));
	assert_true(term_wait_row(t, -3, "│ end"));
	term_resize(t, 24, 40);
	WALK(t, sent);
}

static void
keys_of_the_shell(void **state)
{
	static const struct step steps[] = {
		{ NULL, "a", "a|" },
		{ "C-u", NULL, "|" },
		{ NULL, "b", "b|" },
		{ "C-u", NULL, "|" },
		{ "C-y", NULL, "b|" },
		{ "M-y", NULL, "a|" },
		{ "C-p", NULL, "one two|" },
		{ "C-n", NULL, "a|" },
		{ "M-.", NULL, "atwo|" },
		{ "C-u", NULL, "|" },
		{ "C-r", NULL, "|" },
		{ "C-g", NULL, "|" },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "one two");
	term_press(t, "Enter");
	assert_true(term_wait(t, "alice │ one two"));
	WALK(t, steps);
	assert_true(term_wait_row(t, -1, "alice ›"));
}

static void
tab_completes(void **state)
{
	static const struct step steps[] = {
		/* Who spoke last comes first. */
		{ NULL, "@", "@|" },
		{ "Tab", NULL, "@carol |" },
		{ "Tab", NULL, "@bob |" },
		{ "S-Tab", NULL, "@carol |" },
		{ "C-u", NULL, "|" },
		{ NULL, "b", "b|" },
		{ "Tab", NULL, "bob: |" },
		{ NULL, "and c", "bob: and c|" },
		{ "Tab", NULL, "bob: and carol |" },
		{ "C-u", NULL, "|" },
		{ NULL, "/wh", "/wh|" },
		{ "Tab", NULL, "/whois |" },
		{ "C-u", NULL, "|" },
		{ NULL, "/set mem", "/set mem|" },
		{ "Tab", NULL, "/set members |" },
		{ "C-u", NULL, "|" },
		{ NULL, "ok :smil", "ok :smil|" },
		{ "Tab", NULL, "ok 😄|" },
		{ "Tab", NULL, "ok 😃|" },
		{ "S-Tab", NULL, "ok 😄|" },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET), carol;

	(void)state;
	carol = udp_open(&server, AF_INET);
	udp_ask(bob, "L bob", "OK");
	udp_ask(carol, "L carol", "OK");
	udp_send(bob, "C early");
	assert_true(term_wait(t, "│ early"));
	udp_send(carol, "C late");
	assert_true(term_wait(t, "│ late"));
	WALK(t, steps);
	close(bob);
	close(carol);
}

/* ---- Where the chat stands ---- */

/* The number of the line in a row; -1: none. */
static int
line_in(struct term *t, int row)
{
	char text[TERM_ROW_BYTES];
	const char *at = strstr(term_row_text(t, row, text), "│ line ");

	return at == NULL ? -1 : atoi(at + strlen("│ line "));
}

static bool
is_top(struct term *t, void *arg)
{
	return line_in(t, 1) == *(int *)arg;
}

/* Presses keys until the first row of the chat shows line n. */
static void
goes_to(struct term *t, const char *keys, int n)
{
	char what[64];

	term_press(t, keys);
	snprintf(what, sizeof(what), "line %d on top, by %s", n, keys);
	assert_true(term_wait_for(t, is_top, &n, what));
}

/* A burst of arrows that a wheel sends. */
#define WHEEL_UP	"Up Up Up Up Up"
#define WHEEL_DOWN	"Down Down Down Down Down"

static void
keys_that_scroll(void **state)
{
	/* 21 rows of chat, 17 of them above the rule, a page is 16. */
	static const struct { const char *up, *down; int rows; } pairs[] = {
		{ "PgUp", "PgDn", 16 }, { "M-v", "C-v", 16 },
		{ "M-PgUp", "M-PgDn", 3 }, { "S-Up", "S-Down", 3 },
		{ WHEEL_UP, WHEEL_DOWN, 3 },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);
	size_t i;

	(void)state;
	fill(t, 1, 80);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		int top = 60 - pairs[i].rows;

		goes_to(t, pairs[i].up, top);
		assert_true(term_row_has(t, 18, "End returns"));
		assert_true(term_row_has(t, 21, "line 080"));
		goes_to(t, pairs[i].up, top - pairs[i].rows);
		goes_to(t, pairs[i].down, top);
		goes_to(t, pairs[i].down, 60);
		assert_true(term_wait_row(t, -2, "live"));
		assert_true(input_is(t, "|"));
	}
}

static void
first_and_last_and_back(void **state)
{
	static const struct { const char *first, *last; } pairs[] = {
		{ "C-Home", "C-End" }, { "M-<", "M->" }, { "C-Home", "Esc" },
		{ "C-Home", "End" },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);
	size_t i;

	(void)state;
	fill(t, 1, 60);
	term_keys(t, "half");
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		term_press(t, pairs[i].first);
		assert_true(term_wait(t, "You are alice"));
		assert_true(term_wait_row(t, -2, "scrolled"));
		if (i == 1)
			term_resize(t, 24, 60);
		goes_to(t, pairs[i].last, 40);
		assert_true(term_wait_row(t, -2, "live"));
		/* The caret stayed where it was. */
		assert_true(input_is(t, "half|"));
	}
	/* Not scrolled, End is the line's. */
	term_press(t, "C-a");
	assert_true(input_is(t, "|half"));
	term_press(t, "End");
	assert_true(input_is(t, "half|"));
}

static void
unread_lines_and_mentions(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	udp_send(bob, "C alice: one");
	assert_true(term_wait(t, "▌ alice: one"));
	term_press(t, "M-u");
	assert_true(term_wait(t, "Nothing is unread."));
	fill(t, 1, 30);
	udp_send(bob, "C look here, Alice");
	fill(t, 31, 60);
	term_press(t, "M-p");
	assert_true(term_wait_row(t, 6, "▌ look here, Alice"));
	term_press(t, "M-p");
	assert_true(term_wait(t, "▌ alice: one"));
	term_press(t, "M-p");
	assert_true(term_wait(t, "No mention above."));
	term_press(t, "M-n");
	assert_true(term_wait_row(t, 6, "▌ look here, Alice"));
	term_press(t, "M-n");
	assert_true(term_wait(t, "No mention below."));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -3, "line 060"));
	/* The x tells that what stands before it has been taken. */
	term_keys(t, "\033[Ox");
	assert_true(input_is(t, "x|"));
	fill(t, 61, 100);
	term_keys(t, "\033[Iy");
	assert_true(input_is(t, "xy|"));
	term_press(t, "M-u");
	assert_true(term_wait_row(t, 5, "40 new since"));
	assert_true(term_row_has(t, 6, "line 061"));
	term_resize(t, 24, 50);
	assert_true(term_wait_row(t, 5, "40 new since"));
	assert_true(term_wait_row(t, 6, "line 061"));
	goes_to(t, "Esc", 80);
	/* Once more: it has been read. */
	term_resize(t, 60, 50);
	assert_true(term_wait(t, "40 new since"));
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "40 new since"));
	term_press(t, "M-u");
	assert_true(term_wait(t, "Nothing is unread."));
	close(bob);
}

static void
what_came_since_one_scrolled_up_is_new(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 60);
	term_press(t, "PgUp PgUp");
	assert_true(term_wait_row(t, -2, "-- scrolled --"));
	server_type(&server, "line 061\nline 062\n");
	assert_true(term_wait_row(t, -2, "-- scrolled, 2 new --"));
	/* Seen, however much there is below. */
	term_press(t, "End");
	assert_true(term_wait_row(t, -2, "live"));
	term_press(t, "PgUp PgUp");
	assert_true(term_wait_row(t, -2, "-- scrolled --"));
	server_type(&server, "line 063\n");
	assert_true(term_wait_row(t, -2, "-- scrolled, 1 new --"));
	assert_true(term_wait(t, "1 new since"));
}

static void
searching_as_it_is_typed(void **state)
{
	static const struct step keys[] = {
		{ "C-r", NULL, "▸ line 028" },
		{ "Up", NULL, "▸ line 027" },
		{ "C-s", NULL, "▸ line 028" },
		{ "Down", NULL, "▸ line 029" },
	};
	struct term *t = chat_start(&server, "alice", 24, 80);
	size_t i;

	(void)state;
	fill(t, 1, 60);
	term_keys(t, "half");
	assert_true(input_is(t, "half|"));
	/* What stands on the line is looked for first. */
	term_press(t, "C-r");
	assert_true(term_wait_row(t, -1, "search › half"));
	assert_true(term_wait_row(t, -2, "Nowhere: half"));
	term_press(t, "C-u");
	assert_true(term_wait_row(t, -2, "Esc returns"));
	term_keys(t, "line 0");
	assert_true(term_wait(t, "▸ line 060"));
	term_keys(t, "2");
	assert_true(term_wait(t, "▸ line 029"));
	assert_true(input_is(t, "line 02|"));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		term_press(t, keys[i].keys);
		assert_true(term_wait(t, keys[i].line));
	}
	term_resize(t, 24, 60);
	term_press(t, "Enter");
	assert_true(input_is(t, "half|"));
	assert_true(term_wait(t, "▸ line 029"));
	assert_true(term_wait_row(t, -2, "match 1 of 10"));
	goes_to(t, "Esc", 40);
	assert_true(term_wait_gone(t, "▸"));
	/* On an empty line again: what was looked for last. */
	term_press(t, "C-u");
	assert_true(input_is(t, "|"));
	term_press(t, "C-r");
	assert_true(term_wait_row(t, -1, "search ›"));
	term_press(t, "C-r");
	assert_true(term_wait(t, "▸ line 029"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "live"));
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(input_is(t, "|"));
}

static void
a_match_that_is_folded_away_is_shown(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char text[1024] = "";
	int i, row;

	(void)state;
	for (i = 1; i <= 50; i++)
		snprintf(text + strlen(text), 20, "%sitem %d", i > 1 ? "\n" :
		    "", i);
	term_paste(t, text);
	assert_true(term_wait(t, "50 lines: Enter sends"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "alice │ item 1"));
	fill(t, 1, 60);
	chat_say(t, "/search item 27");
	assert_true(term_wait(t, "│ item 27"));
	row = term_find(t, "│ item 27");
	assert_int_not_equal(term_cell(t, row, 19).bg,
	    term_cell(t, row + 1, 19).bg);
	/* On a small screen too. */
	term_resize(t, 8, 40);
	assert_true(term_wait(t, "item 27"));
	term_resize(t, 24, 80);
	assert_true(term_wait(t, "item 30"));
	/* Elsewhere, and where it ends, it is folded again. */
	term_press(t, "C-r");
	assert_true(term_wait_row(t, -1, "search › item 27"));
	term_press(t, "C-u");
	term_keys(t, "line 001");
	assert_true(term_wait(t, "▸ line 001"));
	assert_true(term_wait(t, "+47 lines"));
	term_press(t, "C-u");
	term_keys(t, "item 40");
	assert_true(term_wait(t, "item 40"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -1, "alice ›"));
	term_press(t, "C-Home");
	assert_true(term_wait(t, "+47 lines"));
}

static void
a_match_stays_in_sight_when_the_window_shrinks(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 60);
	chat_say(t, "/search line 045");
	assert_true(term_wait(t, "▸ line 045"));
	assert_true(term_wait(t, "line 060"));
	term_resize(t, 10, 40);
	assert_true(term_wait_row(t, -2, "match 1 of 1"));
	assert_true(term_wait(t, "▸ line 045"));
	/* From where one went on since, nothing moves. */
	term_press(t, "PgUp PgUp");
	assert_true(term_wait(t, "line 035"));
	assert_true(term_wait_gone(t, "▸"));
	term_resize(t, 6, 40);
	assert_true(term_wait_row(t, 1, "line 03"));
	assert_true(term_wait_gone(t, "▸"));
}

static void
searching_forward(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 60);
	term_keys(t, "draft");
	term_press(t, "C-Home");
	assert_true(term_wait(t, "line 001"));
	term_press(t, "C-s");
	assert_true(term_wait_row(t, -1, "search › draft"));
	term_press(t, "C-u");
	assert_true(input_is(t, "|"));
	term_keys(t, "line 03");
	assert_true(term_wait(t, "▸ line 030"));
	term_keys(t, "7");
	assert_true(term_wait(t, "▸ line 037"));
	term_press(t, "C-s");
	assert_true(term_wait(t, "Nothing more below."));
	/* Back to where it began, with the draft. */
	term_press(t, "Esc");
	assert_true(term_wait(t, "line 001"));
	assert_true(input_is(t, "draft|"));
}

/* ---- What the screen shows ---- */

static void
the_member_list_comes_and_goes(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	assert_true(term_wait(t, "~bob joined"));
	term_press(t, "F8");
	assert_true(term_wait_row(t, 1, "│ online 2"));
	assert_true(term_wait_row(t, 2, "│ ~bob"));
	assert_true(term_wait_row(t, 3, "│ alice"));
	term_press(t, "M-N");
	assert_true(term_wait_gone(t, "│ online 2"));
	term_resize(t, 24, 120);
	term_press(t, "M-N");
	assert_true(term_wait_row(t, 1, "│ online 2"));
	term_press(t, "F8");
	assert_true(term_wait_gone(t, "│ online 2"));
	close(bob);
}

static void
times_and_notices_come_and_go(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET), dave, row;
	char text[TERM_ROW_BYTES];
	unsigned hour, minute;

	(void)state;
	dave = udp_open(&server, AF_INET);
	udp_ask(bob, "L bob", "OK");
	udp_send(bob, "C hello");
	assert_true(term_wait(t, "~bob │ hello"));
	row = term_find(t, "~bob │ hello");
	term_row_text(t, row, text);
	assert_int_equal(sscanf(text, "%2u:%2u ", &hour, &minute), 2);
	assert_string_equal(term_cell(t, row, 19).text, "h");
	text[sizeof("08:15") - 1] = '\0';
	term_press(t, "M-t");
	assert_true(term_wait_gone(t, text));
	assert_true(term_row_has(t, row, "~bob │ hello"));
	assert_string_equal(term_cell(t, row, 13).text, "h");
	term_press(t, "M-t");
	assert_true(term_wait_row(t, row, text));
	udp_ask(dave, "L dave", "OK");
	assert_true(term_wait(t, "~dave joined"));
	term_press(t, "M-=");
	assert_true(term_wait(t, "Joins and leaves are hidden."));
	assert_true(term_wait_gone(t, "joined"));
	/* Who has just spoken is not hidden. */
	udp_send(dave, "Q");
	udp_send(bob, "Q");
	assert_true(term_wait(t, "~bob left"));
	assert_int_equal(term_find(t, "dave"), -1);
	term_press(t, "M-=");
	assert_true(term_wait(t, "Joins and leaves are shown."));
	assert_true(term_wait(t, "dave"));
	close(bob);
	close(dave);
}

static bool
is_bare(struct term *t, void *arg)
{
	(void)arg;
	return term_find(t, "Admin line 080") >= 0 &&
	    term_find(t, "│") == -1 && term_find(t, "alice ›") == -1;
}

/* A burst of the wheel's button, as the terminal's mode has it. */
static void
turn_wheel(struct term *t, bool up)
{
	term_keys(t, term_mode(t, 1006) ?
	    (up ? "\033[<64;9;9M" : "\033[<65;9;9M") :
	    (up ? "\033[M`))" : "\033[Ma))"));
}

static void
the_bare_view_and_the_mouse(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int top = 57;

	(void)state;
	fill(t, 1, 80);
	assert_false(term_mouse(t));
	term_press(t, "M-l");
	assert_true(term_wait_for(t, is_bare, NULL, "the bare view"));
	term_press(t, "x");
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_row(t, -3, "│ line 080"));
	assert_true(input_is(t, "x|"));
	term_press(t, "M-m");
	assert_true(term_wait_mode(t, TERM_MOUSE_CLICK, true));
	assert_true(term_wait(t, "The wheel scrolls"));
	turn_wheel(t, true);
	assert_true(term_wait_for(t, is_top, &top, "three rows up"));
	top = 60;
	turn_wheel(t, false);
	assert_true(term_wait_for(t, is_top, &top, "three rows down"));
	term_press(t, "M-m");
	assert_true(term_wait_mode(t, TERM_MOUSE_CLICK, false));
	assert_false(term_mouse(t));
}

/* Another program writes where this one draws. */
static void
scribble(struct term *t, const char *text)
{
	char link[64], tty[64];
	ssize_t n;
	int fd;

	snprintf(link, sizeof(link), "/proc/%ld/fd/1", (long)term_pid(t));
	n = readlink(link, tty, sizeof(tty) - 1);
	assert_true(n > 0);
	tty[n] = '\0';
	fd = open(tty, O_WRONLY | O_NOCTTY);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* As a slow line brings them: each is a key, and what follows is behind the
 * second one. */
static void
escapes_that_come_together_are_one_each(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 40);
	term_press(t, "PgUp");
	assert_true(term_wait_row(t, -2, "-- scrolled --"));
	term_press(t, "F1");
	assert_true(term_wait_row(t, -2, "Esc closes"));
	term_keys(t, "\033\033");
	assert_true(term_wait_row(t, -2, "live"));
	term_press(t, "F1");
	assert_true(term_wait_row(t, -2, "Esc closes"));
	term_keys(t, "one two\033\033b!");
	assert_true(term_wait_row(t, -1, "one !two"));
}

static void
redraw_and_help(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	scribble(t, "\033[5;10HSCRIBBLE");
	assert_true(term_wait_row(t, 4, "SCRIBBLE"));
	term_press(t, "C-l");
	assert_true(term_wait_gone(t, "SCRIBBLE"));
	assert_true(term_wait(t, "You are alice"));
	term_press(t, "F1");
	assert_true(term_wait_row(t, 1, "Help"));
	assert_true(term_wait(t, "/msg NAME"));
	assert_true(term_wait_gone(t, "You are alice"));
	term_press(t, "PgDn");
	assert_true(term_wait(t, "C-a Home"));
	term_resize(t, 24, 100);
	term_press(t, "C-End");
	assert_true(term_wait(t, "leave the room"));
	assert_true(term_wait_row(t, 1, "100%"));
	term_press(t, "C-Home");
	assert_true(term_wait(t, "Commands ("));
	term_press(t, "F1");
	assert_true(term_wait(t, "You are alice"));
	term_press(t, "F1");
	assert_true(term_wait_row(t, 1, "Help"));
	term_press(t, "Esc");
	assert_true(term_wait(t, "You are alice"));
	/* What is typed closes it and is typed. */
	term_press(t, "F1");
	assert_true(term_wait_row(t, 1, "Help"));
	term_keys(t, "x");
	assert_true(term_wait(t, "You are alice"));
	assert_true(input_is(t, "x|"));
}

static void
ctrl_c_leaves_whatever_is_open(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	term_keys(t, "unfinished");
	term_press(t, "C-r");
	assert_true(term_wait_row(t, -1, "search › unfinished"));
	term_press(t, "F1");
	assert_true(term_wait_row(t, 1, "Help"));
	term_press(t, "C-c");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	udp_expect(bob, "alice left the chat room");
	close(bob);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(keys_that_move_and_delete),
		TEST(up_and_down_walk_what_was_sent_and_rows),
		TEST(keys_of_the_shell),
		TEST(tab_completes),
		TEST(keys_that_scroll),
		TEST(first_and_last_and_back),
		TEST(unread_lines_and_mentions),
		TEST(what_came_since_one_scrolled_up_is_new),
		TEST(searching_as_it_is_typed),
		TEST(a_match_that_is_folded_away_is_shown),
		TEST(a_match_stays_in_sight_when_the_window_shrinks),
		TEST(searching_forward),
		TEST(the_member_list_comes_and_goes),
		TEST(times_and_notices_come_and_go),
		TEST(the_bare_view_and_the_mouse),
		TEST(redraw_and_help),
		TEST(escapes_that_come_together_are_one_each),
		TEST(ctrl_c_leaves_whatever_is_open),
	};

	return tests_run(tests, NULL, NULL);
}
