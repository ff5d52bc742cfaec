/*
 * The scrollback: what was said is shown in rows, the place one reads at
 * holds whatever comes, goes or is resized, and memory stays bounded.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tui/history.h"

static int
setup(void **state)
{
	*state = history_new(0);
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	history_free(*state);
	return 0;
}

static struct entry
saying(const char *author, const char *text)
{
	return (struct entry){ .seq = 7, .time_ms = 1795000000000,
	    .kind = ENTRY_SAY, .author = author, .author_len = strlen(author),
	    .text = text, .text_len = strlen(text) };
}

static void
say_on(struct history *h, const char *text, int32_t day)
{
	struct entry e = saying("ann", text);

	assert_true(history_append(h, &e, 0, day));
}

static void
say(struct history *h, const char *text)
{
	say_on(h, text, 1);
}

static void
post(struct history *h, uint64_t id, const char *text)
{
	struct entry e = saying("me", text);

	e.id = id;
	assert_true(history_post(h, &e, 1));
}

/* What the room makes of a pending line. */
static void
settle(struct history *h, uint64_t id, const char *text)
{
	struct entry e = saying("me", text);

	e.id = id;
	assert_true(history_settle(h, id));
	assert_true(history_append(h, &e, HISTORY_OWN, 1));
}

/* Up to max rows from place, joined by '/'; rules are - and =. */
static const char *
rows_from(struct history *h, struct history_place place, int cols, int max)
{
	static char got[4096];
	struct history_row rows[64];
	int i, n;

	assert_in_range(max, 0, 64);
	n = history_rows(h, place, cols, rows, max);
	assert_in_range(n, 0, max);
	got[0] = '\0';
	for (i = 0; i < n; i++) {
		if (i > 0)
			strlcat(got, "/", sizeof(got));
		if (rows[i].what == HISTORY_ROW_DAY)
			strlcat(got, "-", sizeof(got));
		else if (rows[i].what == HISTORY_ROW_UNREAD)
			strlcat(got, "=", sizeof(got));
		else
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "%.*s", (int)rows[i].len, rows[i].text);
	}
	return got;
}

/* All of it. */
static const char *
whole(struct history *h, int cols)
{
	return rows_from(h, (struct history_place){ .rule = 9 }, cols, 64);
}

/* The last rows. */
static const char *
bottom(struct history *h, int rows, int cols)
{
	return rows_from(h, history_bottom(h, rows, cols), cols, rows);
}

static void
test_nothing_said_is_nothing_shown(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int moved = 99;

	assert_int_equal(history_first(h), 0);
	assert_int_equal(history_tail(h), 0);
	assert_string_equal(whole(h, 80), "");
	assert_string_equal(bottom(h, 5, 80), "");
	p = history_move(h, history_bottom(h, 5, 80), -3, 80, &moved);
	assert_int_equal(moved, 0);
	assert_int_equal(p.line, 0);
	assert_false(history_settle(h, 1));
	assert_false(history_refuse(h, 1, "why"));
}

static void
check_same(const struct entry *got, const struct entry *want)
{
	assert_int_equal(got->seq, want->seq);
	assert_int_equal(got->time_ms, want->time_ms);
	assert_int_equal(got->id, want->id);
	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->flags, want->flags);
	assert_int_equal(got->author_len, want->author_len);
	assert_memory_equal(got->author, want->author, want->author_len);
	assert_int_equal(got->text_len, want->text_len);
	assert_memory_equal(got->text, want->text, want->text_len);
}

static void
test_lines_come_back_as_they_were(void **state)
{
	static const struct entry said[] = {
		{ 1, 1795000000000, 0, ENTRY_JOIN, 0, "ann", 3, "", 0 },
		{ UINT64_MAX, INT64_MAX, UINT64_MAX, ENTRY_PART, UINT32_MAX,
		    "bob", 3, "hello", 5 },
		{ 0, INT64_MIN, 3, ENTRY_SAY, 0, "", 0, "no name", 7 },
		{ 2, -1, 0, ENTRY_ANNOUNCE, 1, "小明", 6, "e\xcc\x81", 3 },
		{ 3, 0, 9, ENTRY_ACT, 0, "a\xcc\x81", 3, "waves", 5 },
	};
	static const int32_t day[] = { 0, INT32_MAX, INT32_MIN, -1, 1 };
	struct history *h = *state;
	struct history_line line;
	uint64_t i;

	for (i = 0; i < 5; i++)
		assert_true(history_append(h, &said[i],
		    i == 2 ? HISTORY_LOCAL : HISTORY_MENTION, day[i]));
	assert_int_equal(history_first(h), 0);
	assert_int_equal(history_end(h), 5);
	for (i = 0; i < 5; i++) {
		line = history_get(h, i);
		check_same(&line.entry, &said[i]);
		assert_int_equal(line.day, day[i]);
		assert_int_equal(line.marks, HISTORY_DAY |
		    (i == 2 ? HISTORY_LOCAL : HISTORY_MENTION));
	}
	line = history_get(h, 3);
	assert_int_equal(line.shown_len, strlen("é"));
	assert_memory_equal(line.shown, "é", strlen("é"));
	assert_int_equal(line.name_cols, 4);
	line = history_get(h, 4);
	assert_int_equal(line.name_len, strlen("á"));
	assert_memory_equal(line.name, "á", strlen("á"));
	assert_int_equal(line.name_cols, 1);
	line = history_get(h, 2);
	assert_int_equal(line.name_len, 0);
}

static void
test_many_names_do_not_get_mixed_up(void **state)
{
	struct history *h = *state;
	struct history_line line;
	char name[32];
	int i;

	for (i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "name%d", i * 7 % 500);
		assert_true(history_append(h, &(struct entry){ .kind =
		    ENTRY_SAY, .author = name, .author_len = strlen(name),
		    .text = name, .text_len = strlen(name) }, 0, 1));
	}
	for (i = 0; i < 3000; i++) {
		line = history_get(h, (uint64_t)i);
		snprintf(name, sizeof(name), "name%d", i * 7 % 500);
		assert_int_equal(line.entry.author_len, strlen(name));
		assert_memory_equal(line.entry.author, name, strlen(name));
		assert_memory_equal(line.shown, name, strlen(name));
	}
}

static void
test_hostile_text_is_shown_harmless(void **state)
{
	struct history *h = *state;

	say(h, "a\033[2Jb\xff");
	assert_string_equal(whole(h, 80), "-/a␛[2Jb\xef\xbf\xbd");
	assert_memory_equal(history_get(h, 0).entry.text, "a\033[2Jb\xff", 7);
}

static void
test_rows_wrap_and_an_empty_text_has_one(void **state)
{
	struct history *h = *state;
	struct history_row rows[8];

	say(h, "one two three");
	say(h, "");
	say(h, "a\nb");
	assert_string_equal(whole(h, 7), "-/one two/three//a/b");
	assert_string_equal(whole(h, 80), "-/one two three//a/b");
	assert_int_equal(history_rows(h, (struct history_place){ .rule = 1 }, 7,
	    rows, 8), 6);
	assert_int_equal(rows[2].line, 0);
	assert_int_equal(rows[2].part, 1);
	assert_int_equal(rows[2].cols, 5);
	assert_int_equal(rows[4].line, 2);
	assert_int_equal(rows[4].part, 0);
}

static void
test_a_rule_stands_above_the_first_of_a_day(void **state)
{
	struct history *h = *state;

	say_on(h, "a", 5);
	say_on(h, "b", 5);
	say_on(h, "c", 6);
	say_on(h, "d", 5);
	assert_string_equal(whole(h, 80), "-/a/b/-/c/-/d");
	assert_true(history_get(h, 2).marks & HISTORY_DAY);
	assert_false(history_get(h, 1).marks & HISTORY_DAY);
}

static void
test_a_rule_stands_above_the_unread(void **state)
{
	struct history *h = *state;

	say_on(h, "a", 1);
	say_on(h, "b", 2);
	say_on(h, "c", 2);
	history_set_unread(h, 1);
	assert_string_equal(whole(h, 80), "-/a/-/=/b/c");
	assert_int_equal(history_get(h, 1).marks,
	    HISTORY_DAY | HISTORY_UNREAD);
	history_set_unread(h, 2);
	assert_string_equal(whole(h, 80), "-/a/-/b/=/c");
	history_set_unread(h, history_end(h));
	assert_string_equal(whole(h, 80), "-/a/-/b/c");
	say_on(h, "d", 2);
	assert_string_equal(whole(h, 80), "-/a/-/b/c/d");
}

static void
test_pending_lines_stand_below_the_room(void **state)
{
	struct history *h = *state;

	say(h, "a");
	post(h, 11, "mine");
	post(h, 12, "too");
	say(h, "b");
	assert_string_equal(whole(h, 80), "-/a/b/mine/too");
	assert_int_equal(history_end(h), 2);
	assert_int_equal(history_tail(h), 4);
	assert_int_equal(history_pending(h, 12), 3);
	assert_int_equal(history_get(h, 2).entry.id, 11);
	assert_int_equal(history_get(h, 2).marks,
	    HISTORY_PENDING | HISTORY_OWN);
	settle(h, 12, "too");
	assert_string_equal(whole(h, 80), "-/a/b/too/mine");
	settle(h, 11, "mine");
	assert_string_equal(whole(h, 80), "-/a/b/too/mine");
	assert_int_equal(history_tail(h), history_end(h));
	assert_false(history_settle(h, 11));
	assert_int_equal(history_pending(h, 11), history_tail(h));
}

static void
test_many_pending_lines_keep_their_order(void **state)
{
	struct history *h = *state;
	char text[16];
	uint64_t i;

	for (i = 1; i <= 40; i++) {
		snprintf(text, sizeof(text), "p%d", (int)i);
		post(h, i, text);
	}
	for (i = 1; i <= 39; i++)
		assert_true(history_settle(h, i * 2 % 41));
	assert_string_equal(whole(h, 80), "-/p39");
}

static void
test_a_pending_line_of_a_new_day_has_its_rule(void **state)
{
	struct history *h = *state;
	struct entry e = saying("me", "p");

	e.id = 1;
	assert_true(history_post(h, &e, 2));
	assert_string_equal(whole(h, 80), "-/p");
	say_on(h, "a", 1);
	assert_string_equal(whole(h, 80), "-/a/-/p");
	e.id = 2;
	assert_true(history_post(h, &e, 2));
	assert_string_equal(whole(h, 80), "-/a/-/p/p");
	say_on(h, "b", 2);
	assert_string_equal(whole(h, 80), "-/a/-/b/p/p");
}

static void
test_a_refused_line_stays_and_says_why(void **state)
{
	struct history *h = *state;
	struct history_line line;

	post(h, 1, "one");
	post(h, 2, "two");
	assert_true(history_refuse(h, 1, "too\tlong"));
	assert_true(history_refuse(h, 2, NULL));
	assert_false(history_refuse(h, 3, "why"));
	assert_string_equal(whole(h, 80), "-/one (too long)/two");
	line = history_get(h, 0);
	assert_int_equal(line.marks & ~(unsigned)HISTORY_DAY,
	    HISTORY_OWN | HISTORY_REFUSED);
	assert_int_equal(line.entry.text_len, 3);
	assert_int_equal(line.entry.id, 1);
	say(h, "a");
	assert_string_equal(whole(h, 80), "-/a/one (too long)/two");
	assert_true(history_settle(h, 1));
	assert_string_equal(whole(h, 80), "-/a/two");
}

static void
test_clear_leaves_the_pending_lines(void **state)
{
	struct history *h = *state;

	say(h, "a");
	say(h, "b");
	post(h, 1, "mine");
	history_clear(h);
	assert_string_equal(whole(h, 80), "-/mine");
	assert_int_equal(history_first(h), 2);
	say(h, "c");
	assert_string_equal(whole(h, 80), "-/c/mine");
	assert_int_equal(history_end(h), 3);
	history_clear(h);
	history_clear(h);
	assert_true(history_settle(h, 1));
	assert_string_equal(whole(h, 80), "");
}

static void
test_what_is_too_long_is_not_taken(void **state)
{
	struct history *h = *state;
	char *text = calloc(1, HISTORY_TEXT_BYTES + 1);
	struct entry e = saying("ann", "");
	size_t bytes;

	assert_non_null(text);
	say(h, "a");
	bytes = history_bytes(h);
	e.text = text;
	e.text_len = HISTORY_TEXT_BYTES + 1;
	assert_false(history_append(h, &e, 0, 1));
	e.id = 1;
	assert_false(history_post(h, &e, 1));
	e.text_len = 1;
	e.author_len = TEXT_NAME_BYTES + 2;	/* one more than ~name */
	assert_false(history_append(h, &e, 0, 1));
	e.author_len = 1;
	e.id = 0;
	assert_false(history_post(h, &e, 1));
	assert_int_equal(history_tail(h), 1);
	assert_in_range(history_bytes(h), bytes, bytes + 256);
	/* the longest, all of it controls: three times as long when shown */
	memset(text, '\001', HISTORY_TEXT_BYTES);
	e.text_len = HISTORY_TEXT_BYTES;
	e.id = 1;
	assert_true(history_append(h, &e, 0, 1));
	assert_true(history_post(h, &e, 1));
	assert_true(history_refuse(h, 1, "no"));
	assert_int_equal(history_get(h, 1).shown_len, 3 * HISTORY_TEXT_BYTES);
	free(text);
}

static void
test_the_bottom_shows_the_last_rows(void **state)
{
	struct history *h = *state;
	struct history_place p;

	say(h, "one two three");
	say(h, "four five");
	assert_string_equal(bottom(h, 1, 5), "five");
	assert_string_equal(bottom(h, 3, 5), "three/four/five");
	assert_string_equal(bottom(h, 6, 5), "-/one/two/three/four/five");
	assert_string_equal(bottom(h, 60, 5), "-/one/two/three/four/five");
	assert_string_equal(bottom(h, 0, 5), "");
	assert_string_equal(bottom(h, 2, 0), "v/e");
	p = history_bottom(h, 60, 5);
	assert_int_equal(p.line, 0);
	assert_int_equal(p.rule, 1);
	post(h, 1, "mine");
	assert_string_equal(bottom(h, 2, 5), "five/mine");
}

static void
test_moving_stops_at_both_ends(void **state)
{
	struct history *h = *state;
	struct history_place p = history_bottom(h, 1, 5);
	int moved;

	say(h, "one two three");
	say(h, "four five");
	p = history_bottom(h, 1, 5);
	p = history_move(h, p, 1, 5, &moved);
	assert_int_equal(moved, 0);
	p = history_move(h, p, -2, 5, &moved);
	assert_int_equal(moved, -2);
	assert_string_equal(rows_from(h, p, 5, 2), "three/four");
	p = history_move(h, p, -99, 5, &moved);
	assert_int_equal(moved, -3);
	assert_string_equal(rows_from(h, p, 5, 2), "-/one");
	p = history_move(h, p, INT_MIN, 5, &moved);
	assert_int_equal(moved, 0);
	p = history_move(h, p, 4, 5, &moved);
	assert_int_equal(moved, 4);
	assert_string_equal(rows_from(h, p, 5, 2), "four/five");
	p = history_move(h, p, INT_MAX, 5, NULL);
	assert_string_equal(rows_from(h, p, 5, 2), "five");
}

static void
test_places_are_in_order(void **state)
{
	struct history *h = *state;
	struct history_place p, q;
	int i;

	say_on(h, "one two three", 1);
	say_on(h, "four five", 2);
	history_set_unread(h, 1);
	p = history_settle_place(h, (struct history_place){ .rule = 9 }, 5);
	for (i = 0; i < 7; i++) {
		q = history_move(h, p, 1, 5, NULL);
		assert_true(history_compare(&p, &q) < 0);
		assert_true(history_compare(&q, &p) > 0);
		assert_true(history_compare(&q, &q) == 0);
		p = q;
	}
	assert_string_equal(rows_from(h, p, 5, 2), "five");
}

static void
test_the_place_holds_while_lines_come(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int i;

	say(h, "one two three");
	say(h, "four five");
	p = history_bottom(h, 3, 5);
	for (i = 0; i < 1000; i++)
		say(h, "more");
	p = history_settle_place(h, p, 5);
	assert_string_equal(rows_from(h, p, 5, 3), "three/four/five");
}

static void
test_the_place_holds_through_every_resize(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int cols;

	say(h, "one two three four five six seven eight nine ten");
	say(h, "end");
	p = history_bottom(h, 3, 9);
	assert_string_equal(rows_from(h, p, 9, 3), "eight/nine ten/end");
	for (cols = 80; cols > 0; cols--)
		p = history_settle_place(h, p, cols);
	assert_string_equal(rows_from(h, p, 14, 2), "seven eight/nine ten");
	p = history_settle_place(h, p, 14);
	assert_string_equal(rows_from(h, p, 9, 3), "eight/nine ten/end");
	/* moving goes by the rows of the new width */
	p = history_move(h, p, 1, 14, NULL);
	assert_string_equal(rows_from(h, p, 14, 2), "nine ten/end");
	/* but not where it cannot */
	p = history_move(h, (struct history_place){ .line = 1, .at = 2 }, 1, 14,
	    NULL);
	assert_int_equal(p.at, 2);
}

static void
test_the_place_holds_while_pending_lines_shift(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "more");
	struct history_place p;
	int i;

	for (i = 0; i < 5000; i++)
		say(h, "a");
	post(h, 1, "mine");
	post(h, 2, "here and there");
	p = history_bottom(h, 1, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	say(h, "b");
	say(h, "c");
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	assert_true(history_refuse(h, 1, "why"));
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there");
	/* taken into the room: the place goes with it, to nobody else's 2 */
	settle(h, 2, "here and there");
	e.id = 2;
	assert_true(history_append(h, &e, 0, 1));
	for (i = 0; i < 100; i++)
		say(h, "more");
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "there/more");
	assert_true(history_settle(h, 1));
	assert_string_equal(rows_from(h, p, 8, 2), "there/more");
}

static void
test_a_place_whose_line_is_gone_is_near(void **state)
{
	struct history *h = *state;
	struct history_place p;

	say(h, "a");
	post(h, 1, "mine");
	p = history_bottom(h, 1, 8);
	assert_true(history_settle(h, 1));
	p = history_settle_place(h, p, 8);
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = (struct history_place){ .line = 99, .rule = -3, .at = 99 };
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = (struct history_place){ .line = 0, .at = 99 };
	assert_string_equal(rows_from(h, p, 8, 2), "a");
	p = history_settle_place(h, p, 8);
	assert_int_equal(p.at, 1);
	p.rule = 3;
	p = history_settle_place(h, p, 8);
	assert_int_equal(p.rule, 1);
	assert_int_equal(p.at, 0);
}

static void
test_the_oldest_go_when_memory_is_used_up(void **state)
{
	enum { BYTES = 3 * 1024 * 1024, LINES = 6000 };
	struct history *h = history_new(BYTES);
	struct history_place p;
	char *text = malloc(1500), want[32];
	uint64_t first;
	int i;

	(void)state;
	assert_non_null(h);
	assert_non_null(text);
	for (i = 0; i < LINES; i++) {
		snprintf(text, 1500, "%d %0*d", i, i % 1400, 0);
		say(h, text);
		assert_true(history_bytes(h) <= BYTES);
		if (i == 0)
			p = history_bottom(h, 1, 80);
	}
	first = history_first(h);
	assert_int_equal(history_end(h), LINES);
	/* two full chunks and what the third has by now, 700 bytes a line */
	assert_in_range(LINES - first, 2000, 4500);
	for (; first < LINES; first++) {
		snprintf(want, sizeof(want), "%d ", (int)first);
		assert_memory_equal(history_get(h, first).entry.text, want,
		    strlen(want));
	}
	first = history_first(h);
	assert_int_equal(history_get(h, first).marks, HISTORY_DAY);
	assert_int_equal(history_get(h, first + 1).marks, 0);
	/* whoever read what is gone reads the oldest, from its day on */
	p = history_settle_place(h, p, 80);
	assert_int_equal(p.line, first);
	snprintf(want, sizeof(want), "-/%d", (int)first);
	assert_string_equal(rows_from(h, p, 5, 2), want);
	free(text);
	history_free(h);
}

static void
test_pending_lines_never_make_way(void **state)
{
	struct history *h;
	char *text = malloc(HISTORY_TEXT_BYTES);
	struct entry e = saying("me", "");
	uint64_t i;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', HISTORY_TEXT_BYTES);
	e.text = text;
	e.text_len = HISTORY_TEXT_BYTES;
	h = history_new(4 * 1024 * 1024);
	assert_non_null(h);
	for (i = 0; i < 100; i++)
		assert_true(history_append(h, &e, 0, 1));
	for (i = 1; i <= 60; i++) {
		e.id = i;
		assert_true(history_post(h, &e, 1));
	}
	e.id = 0;
	for (i = 0; i < 100; i++)
		assert_true(history_append(h, &e, 0, 1));
	assert_int_equal(history_tail(h) - history_end(h), 60);
	assert_int_equal(history_end(h), 200);
	/* beyond the bound, and still the newest lines of the room are there */
	assert_in_range(history_end(h) - history_first(h), 1, 32);
	assert_memory_equal(history_get(h, 199).entry.text, text,
	    HISTORY_TEXT_BYTES);
	history_free(h);
	free(text);
}

static void
test_a_line_of_very_many_rows(void **state)
{
	enum { ROWS = HISTORY_TEXT_BYTES - 1000 };
	struct history *h = *state;
	char *text = malloc(ROWS);
	struct entry e = saying("ann", "");
	struct history_place p;
	int moved, rules;

	assert_non_null(text);
	memset(text, '\n', ROWS);
	text[ROWS - 3] = 'x';
	e.text = text;
	e.text_len = ROWS;
	assert_true(history_append(h, &e, 0, 1));
	say(h, "end");
	assert_int_equal(history_height(h, 0, 80, &rules), ROWS + 1);
	assert_int_equal(history_height(h, 0, 80, &rules), ROWS + 1);
	assert_int_equal(rules, 1);
	assert_string_equal(bottom(h, 4, 80), "x///end");
	p = history_move(h, history_bottom(h, 1, 80), -INT_MAX, 80, &moved);
	assert_int_equal(moved, -(ROWS + 1));
	p = history_move(h, p, ROWS - 2, 80, &moved);
	assert_string_equal(rows_from(h, p, 80, 2), "x/");
	free(text);
}

/* A generator of our own: a failing seed can be run again anywhere. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* What the random walk knows of the lines: their texts, room first. */
enum { MODEL_LINES = 400, MODEL_TEXT = 120 };

struct model {
	char		 room[MODEL_LINES][MODEL_TEXT];
	char		 pending[MODEL_LINES][MODEL_TEXT];
	uint64_t	 id[MODEL_LINES];	/* of the pending */
	uint64_t	 next_id;
	int		 nroom, npending;
};

static void
random_text(char text[MODEL_TEXT], uint32_t *r)
{
	static const char *const piece[] = { "word", "a", " ", "  ", "\n", "中",
	    "文字，", "https://x.y/z", "👍", "é", "(", ")" };
	int i;

	snprintf(text, MODEL_TEXT, "%u ", next_random(r) % 1000);
	for (i = (int)(next_random(r) % 20); i > 0; i--)
		if (strlen(text) + 16 < MODEL_TEXT)
			strlcat(text, piece[next_random(r) %
			    (sizeof(piece) / sizeof(piece[0]))], MODEL_TEXT);
}

static void
take_pending(struct model *m, int i)
{
	m->npending--;
	memmove(m->pending[i], m->pending[i + 1],
	    (size_t)(m->npending - i) * sizeof(m->pending[0]));
	memmove(&m->id[i], &m->id[i + 1],
	    (size_t)(m->npending - i) * sizeof(m->id[0]));
}

static void
random_event(struct history *h, struct model *m, uint32_t *r)
{
	struct entry e;
	char text[MODEL_TEXT];
	int i;

	random_text(text, r);
	switch (next_random(r) % 6) {
	case 0:
		e = saying("me", text);
		e.id = m->id[m->npending] = ++m->next_id;
		strcpy(m->pending[m->npending++], text);
		assert_true(history_post(h, &e, 1));
		break;
	case 1:
		if (m->npending == 0)
			break;
		i = (int)(next_random(r) % (uint32_t)m->npending);
		strcpy(m->room[m->nroom++], m->pending[i]);
		settle(h, m->id[i], m->pending[i]);
		take_pending(m, i);
		break;
	case 2:
		if (next_random(r) % 4 == 0)
			history_set_unread(h, next_random(r) %
			    (uint32_t)(m->nroom + 1));
		break;
	default:
		e = saying("ann", text);
		strcpy(m->room[m->nroom++], text);
		assert_true(history_append(h, &e, 0,
		    m->nroom / 10));
		break;
	}
}

static const char *
model_text(const struct model *m, uint64_t line)
{
	int i = (int)line;

	return i < m->nroom ? m->room[i] : m->pending[i - m->nroom];
}

/* What lies between two rows was not to be seen. */
static void
check_gap(const char *from, const char *to)
{
	for (; from < to; from++)
		assert_true(*from == ' ' || *from == '\n');
}

/* All rows: rules as marked, each text whole, in order, within the edge. */
static int
check_rows(struct history *h, const struct model *m, int cols)
{
	static struct history_row rows[MODEL_LINES * MODEL_TEXT];
	const struct history_row *row = rows;
	struct history_line line;
	const char *at;
	uint64_t i;
	int n, part;

	n = history_rows(h, (struct history_place){ .rule = 9 }, cols, rows,
	    MODEL_LINES * MODEL_TEXT);
	assert_int_equal(history_tail(h), m->nroom + m->npending);
	for (i = 0; i < history_tail(h); i++) {
		line = history_get(h, i);
		assert_int_equal(line.entry.text_len,
		    strlen(model_text(m, i)));
		assert_memory_equal(line.entry.text, model_text(m, i),
		    line.entry.text_len);
		if (line.marks & HISTORY_DAY)
			assert_int_equal((row++)->what, HISTORY_ROW_DAY);
		if (line.marks & HISTORY_UNREAD)
			assert_int_equal((row++)->what, HISTORY_ROW_UNREAD);
		at = line.shown;
		for (part = 0; row < rows + n && row->line == i; row++) {
			assert_int_equal(row->what, HISTORY_ROW_TEXT);
			assert_int_equal(row->part, part++);
			assert_int_equal(row->cols,
			    text_cols(row->text, row->len));
			assert_true(row->cols <= cols ||
			    text_next(row->text, row->len, 0, NULL) ==
			    row->len);
			check_gap(at, row->text);
			at = row->text + row->len;
		}
		assert_true(part > 0);
		check_gap(at, line.shown + line.shown_len);
	}
	assert_ptr_equal(row, rows + n);
	return n;
}

static void
check_moves(struct history *h, int total, int cols, uint32_t *r)
{
	struct history_place p, q, first = { .rule = 9 };
	struct history_row rows[16];
	int height = 1 + (int)(next_random(r) % 12), n, moved, back;

	p = history_bottom(h, height, cols);
	n = history_rows(h, p, cols, rows, 16);
	assert_int_equal(n, total < height ? total : height);
	if (n == 0)
		return;
	assert_int_equal(rows[n - 1].line, history_tail(h) - 1);
	q = history_move(h, p, height - 1, cols, &moved);
	assert_int_equal(moved, n - 1);

	first = history_settle_place(h, first, cols);
	p = history_move(h, first, (int)(next_random(r) % (uint32_t)total),
	    cols, &moved);
	n = (int)(next_random(r) % 20);
	q = history_move(h, p, n, cols, &back);
	q = history_move(h, q, -back, cols, NULL);
	assert_int_equal(history_compare(&p, &q), 0);
	q = history_move(h, p, -n, cols, &back);
	assert_true(back <= 0 && back >= -n && (back == -n || back == -moved));
	q = history_move(h, q, -back, cols, NULL);
	assert_int_equal(history_compare(&p, &q), 0);
	q = history_move(h, p, INT_MIN, cols, &back);
	assert_int_equal(back, -moved);
	assert_int_equal(history_compare(&first, &q), 0);
}

/* The row at the place shows the byte it was taken for. */
static void
check_place(struct history *h, struct history_place p, int cols,
    const char *text)
{
	struct history_line line = history_get(h, p.line);
	struct history_row rows[2];

	assert_int_equal(line.entry.text_len, strlen(text));
	assert_memory_equal(line.entry.text, text, strlen(text));
	assert_true(history_rows(h, p, cols, rows, 2) >= 1);
	assert_int_equal(rows[0].line, p.line);
	if (p.rule > 0)
		return;
	assert_true(rows[0].text <= line.shown + p.at ||
	    line.shown[p.at] == ' ');
	assert_true(line.shown + p.at <= rows[0].text + rows[0].len ||
	    line.shown[p.at] == ' ' || line.shown[p.at] == '\n');
}

static void
test_whatever_happens_rows_are_right_and_the_place_holds(void **state)
{
	struct model *m = malloc(sizeof(*m));
	struct history_place p = { .line = 0 };
	char held[MODEL_TEXT];
	struct history *h;
	uint32_t seed, r;
	size_t at;
	int i, cols, total;

	(void)state;
	assert_non_null(m);
	for (seed = 1; seed <= 12; seed++) {
		r = seed;
		memset(m, 0, sizeof(*m));
		h = history_new(0);
		assert_non_null(h);
		held[0] = '\0';
		for (i = 0; i < 120; i++) {
			random_event(h, m, &r);
			cols = 1 + (int)(next_random(&r) % 30);
			total = check_rows(h, m, cols);
			check_moves(h, total, cols, &r);
			if (held[0] != '\0') {
				at = p.at;
				p = history_settle_place(h, p, cols);
				assert_true(p.rule > 0 || p.at == at);
				check_place(h, p, cols, held);
			}
			if (total > 0 && next_random(&r) % 8 == 0) {
				p = history_move(h, history_bottom(h, 1, cols),
				    -(int)(next_random(&r) % 30), cols, NULL);
				strcpy(held, model_text(m, p.line));
			}
		}
		history_free(h);
	}
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_nothing_said_is_nothing_shown),
		T(test_lines_come_back_as_they_were),
		T(test_many_names_do_not_get_mixed_up),
		T(test_hostile_text_is_shown_harmless),
		T(test_rows_wrap_and_an_empty_text_has_one),
		T(test_a_rule_stands_above_the_first_of_a_day),
		T(test_a_rule_stands_above_the_unread),
		T(test_pending_lines_stand_below_the_room),
		T(test_many_pending_lines_keep_their_order),
		T(test_a_pending_line_of_a_new_day_has_its_rule),
		T(test_a_refused_line_stays_and_says_why),
		T(test_clear_leaves_the_pending_lines),
		T(test_what_is_too_long_is_not_taken),
		T(test_the_bottom_shows_the_last_rows),
		T(test_moving_stops_at_both_ends),
		T(test_places_are_in_order),
		T(test_the_place_holds_while_lines_come),
		T(test_the_place_holds_through_every_resize),
		T(test_the_place_holds_while_pending_lines_shift),
		T(test_a_place_whose_line_is_gone_is_near),
		T(test_the_oldest_go_when_memory_is_used_up),
		T(test_pending_lines_never_make_way),
		T(test_a_line_of_very_many_rows),
		T(test_whatever_happens_rows_are_right_and_the_place_holds),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
