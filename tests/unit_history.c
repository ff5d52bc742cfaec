/*
 * The scrollback: what was said is shown in rows, the place one reads at
 * holds whatever comes, goes or is resized, and memory stays bounded.
 */
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tests/with_history.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"

/* All of it. */
static const char *
whole(struct history *h, int cols)
{
	return rows_from(h, (struct history_place){ .rule = 9 }, cols, 64);
}

static void
test_nothing_said_is_nothing_shown(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int moved = 99;

	assert_int_equal(history_first(h), AT(0));
	assert_int_equal(history_tail(h), AT(0));
	assert_string_equal(whole(h, 80), "");
	assert_string_equal(bottom(h, 5, 80), "");
	p = history_move(h, history_bottom(h, 5, 80), -3, 80, &moved);
	assert_int_equal(moved, 0);
	assert_int_equal(p.line, AT(0));
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
	assert_int_equal(history_first(h), AT(0));
	assert_int_equal(history_end(h), AT(5));
	for (i = 0; i < 5; i++) {
		line = history_get(h, AT(i));
		check_same(&line.entry, &said[i]);
		assert_int_equal(line.day, day[i]);
		assert_int_equal(line.marks, HISTORY_DAY |
		    (i == 2 ? HISTORY_LOCAL : HISTORY_MENTION));
	}
	line = history_get(h, AT(3));
	assert_int_equal(line.shown_len, strlen("é"));
	assert_memory_equal(line.shown, "é", strlen("é"));
	assert_int_equal(line.name_cols, 4);
	line = history_get(h, AT(4));
	assert_int_equal(line.name_len, strlen("á"));
	assert_memory_equal(line.name, "á", strlen("á"));
	assert_int_equal(line.name_cols, 1);
	line = history_get(h, AT(2));
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
		line = history_get(h, AT(i));
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
	assert_memory_equal(history_get(h, AT(0)).entry.text,
	    "a\033[2Jb\xff", 7);
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
	assert_int_equal(rows[2].line, AT(0));
	assert_int_equal(rows[2].part, 1);
	assert_int_equal(rows[2].cols, 5);
	assert_int_equal(rows[4].line, AT(2));
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
	assert_true(history_get(h, AT(2)).marks & HISTORY_DAY);
	assert_false(history_get(h, AT(1)).marks & HISTORY_DAY);
}

static void
test_a_rule_stands_above_the_unread(void **state)
{
	struct history *h = *state;

	say_on(h, "a", 1);
	say_on(h, "b", 2);
	say_on(h, "c", 2);
	history_set_unread(h, AT(1));
	assert_string_equal(whole(h, 80), "-/a/-/=/b/c");
	assert_int_equal(history_get(h, AT(1)).marks,
	    HISTORY_DAY | HISTORY_UNREAD);
	history_set_unread(h, AT(2));
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
	assert_int_equal(history_end(h), AT(2));
	assert_int_equal(history_tail(h), AT(4));
	assert_int_equal(history_pending(h, 12), AT(3));
	assert_int_equal(history_get(h, AT(2)).entry.id, 11);
	assert_int_equal(history_get(h, AT(2)).marks,
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
test_a_refused_line_stands_above_what_is_said_later(void **state)
{
	struct history *h = *state;
	struct history_line line;

	say(h, "before");
	post(h, 1, "one");
	post(h, 2, "two");
	post(h, 3, "waits");
	assert_true(history_refuse(h, 1, "too\tlong"));
	assert_true(history_refuse(h, 2, NULL));
	assert_false(history_refuse(h, 2, "why"));
	assert_false(history_refuse(h, 4, "why"));
	assert_string_equal(whole(h, 80),
	    "-/before/one (too     long)/two/waits");
	line = history_get(h, AT(1));
	assert_int_equal(line.marks, HISTORY_OWN | HISTORY_REFUSED);
	assert_int_equal(line.entry.text_len, 3);
	assert_int_equal(line.entry.id, 1);
	say(h, "a");
	assert_string_equal(whole(h, 80),
	    "-/before/one (too     long)/two/a/waits");
	/* It waits no more, so nothing settles it, and a clear takes it. */
	assert_false(history_settle(h, 1));
	assert_int_equal(history_pending(h, 2), history_tail(h));
	history_settle_all(h);
	assert_string_equal(whole(h, 80),
	    "-/before/one (too     long)/two/a");
	post(h, 5, "waits");
	history_clear(h);
	assert_string_equal(whole(h, 80), "-/waits");
}

/* The newest that he typed is in his sight. */
static void
test_a_refused_line_stays_behind_what_waits_before_it(void **state)
{
	struct history *h = *state;

	post(h, 1, "one");
	post(h, 2, "two");
	assert_true(history_refuse(h, 2, "full"));
	assert_false(history_refuse(h, 2, "full"));
	say(h, "a");
	assert_string_equal(whole(h, 80), "-/a/one/two (full)");
	post(h, 3, "three");
	assert_true(history_settle(h, 1));
	assert_string_equal(whole(h, 80), "-/a/two (full)/three");
	say(h, "b");
	assert_string_equal(whole(h, 80), "-/a/two (full)/b/three");
}

static void
test_a_line_refused_on_another_day_has_no_rule_of_its_own(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "mine");

	e.id = 1;
	assert_true(history_post(h, &e, 1));
	e.id = 0;
	assert_true(history_append(h, &e, 0, 2));
	assert_true(history_refuse(h, 1, NULL));
	assert_true(history_append(h, &e, 0, 2));
	assert_string_equal(whole(h, 80), "-/mine/mine/mine");
}

static void
test_clear_leaves_the_pending_lines(void **state)
{
	struct history *h = *state;
	uint64_t first;

	say(h, "a");
	say(h, "b");
	post(h, 1, "mine");
	history_clear(h);
	assert_string_equal(whole(h, 80), "-/mine");
	first = history_first(h);
	assert_true(first >= AT(2));
	assert_int_equal(history_end(h), first);
	say(h, "c");
	assert_string_equal(whole(h, 80), "-/c/mine");
	assert_int_equal(history_end(h), first + 1);
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
	assert_int_equal(history_tail(h), AT(1));
	assert_in_range(history_bytes(h), bytes, bytes + 256);
	/* the longest, all of it controls: three times as long when shown */
	memset(text, '\001', HISTORY_TEXT_BYTES);
	e.text_len = HISTORY_TEXT_BYTES;
	e.id = 1;
	assert_true(history_append(h, &e, 0, 1));
	assert_true(history_post(h, &e, 1));
	assert_true(history_refuse(h, 1, "no"));
	assert_int_equal(history_get(h, AT(1)).shown_len,
	    3 * HISTORY_TEXT_BYTES);
	free(text);
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
	assert_int_equal(history_end(h), AT(LINES));
	/* two full chunks and what the third has by now, 700 bytes a line */
	assert_in_range(AT(LINES) - first, 2000, 4500);
	for (; first < AT(LINES); first++) {
		snprintf(want, sizeof(want), "%d ", (int)(first - AT(0)));
		assert_memory_equal(history_get(h, first).entry.text, want,
		    strlen(want));
	}
	first = history_first(h);
	assert_int_equal(history_get(h, first).marks, HISTORY_DAY);
	assert_int_equal(history_get(h, first + 1).marks, 0);
	/* whoever read what is gone reads the oldest, from its day on */
	p = history_settle_place(h, p, 80);
	assert_int_equal(p.line, first);
	snprintf(want, sizeof(want), "-/%d", (int)(first - AT(0)));
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
	assert_int_equal(history_end(h), AT(200));
	/* beyond the bound, and still the newest lines of the room are there */
	assert_in_range(history_end(h) - history_first(h), 1, 32);
	assert_memory_equal(history_get(h, AT(199)).entry.text, text,
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
	e.kind = ENTRY_RENAME;	/* which is not folded */
	e.text = text;
	e.text_len = ROWS;
	assert_true(history_append(h, &e, 0, 1));
	say(h, "end");
	assert_int_equal(history_height(h, AT(0), 80, &rules), ROWS + 1);
	assert_int_equal(history_height(h, AT(0), 80, &rules), ROWS + 1);
	assert_int_equal(rules, 1);
	assert_string_equal(bottom(h, 4, 80), "x///end");
	p = history_move(h, history_bottom(h, 1, 80), -INT_MAX, 80, &moved);
	assert_int_equal(moved, -(ROWS + 1));
	p = history_move(h, p, ROWS - 2, 80, &moved);
	assert_string_equal(rows_from(h, p, 80, 2), "x/");
	free(text);
}

static struct entry
joining(const char *who)
{
	struct entry e = saying(who, "");

	e.kind = ENTRY_JOIN;
	return e;
}

static void
join(struct history *h, const char *who, unsigned marks)
{
	struct entry e = joining(who);

	assert_true(history_append(h, &e, marks, 1));
}

static void
older_on(struct history *h, const char *text, int32_t day)
{
	struct entry e = saying("ann", text);

	assert_true(history_prepend(h, &e, 0, day));
}

static void
test_older_lines_come_before(void **state)
{
	struct history *h = *state;
	struct entry e = saying("eve", "b");

	say(h, "d");
	older_on(h, "c", 1);
	assert_true(history_prepend(h, &e, HISTORY_MENTION | HISTORY_UNREAD |
	    HISTORY_FOLDED, 1));
	say(h, "e");
	older_on(h, "a", 1);
	assert_string_equal(whole(h, 80), "-/a/b/c/d/e");
	assert_int_equal(history_first(h), HISTORY_FIRST - 3);
	assert_int_equal(history_end(h), HISTORY_FIRST + 2);
	assert_int_equal(history_get(h, AT(-2)).marks, HISTORY_MENTION);
	assert_memory_equal(history_get(h, AT(-2)).entry.author, "eve", 3);
	assert_memory_equal(history_get(h, AT(-3)).entry.text, "a", 1);
	assert_memory_equal(history_get(h, AT(1)).entry.text, "e", 1);
}

static void
test_older_lines_may_be_the_first_to_come(void **state)
{
	struct history *h = *state;

	post(h, 1, "mine");
	older_on(h, "b", 1);
	older_on(h, "a", 0);
	assert_string_equal(whole(h, 80), "-/a/-/b/mine");
	assert_int_equal(history_end(h), AT(0));
	say(h, "c");
	assert_string_equal(whole(h, 80), "-/a/-/b/c/mine");
	assert_int_equal(history_end(h), AT(1));
}

static void
test_an_older_line_takes_the_rule_of_its_day(void **state)
{
	struct history *h = *state;

	say_on(h, "d", 3);
	older_on(h, "c", 3);
	assert_string_equal(whole(h, 80), "-/c/d");
	older_on(h, "b", 2);
	assert_string_equal(whole(h, 80), "-/b/-/c/d");
	older_on(h, "a", 2);
	assert_string_equal(whole(h, 80), "-/a/b/-/c/d");
	history_set_unread(h, AT(-1));
	assert_string_equal(whole(h, 80), "-/a/b/-/=/c/d");
}

static void
test_older_lines_stop_at_the_bound(void **state)
{
	enum { BYTES = 4 * 1024 * 1024, LINES = 40 };
	struct history *h = history_new(BYTES);
	char *text = malloc(HISTORY_TEXT_BYTES);
	struct entry e = saying("ann", "");
	uint64_t first;
	int n;

	(void)state;
	assert_non_null(h);
	assert_non_null(text);
	memset(text, 'x', HISTORY_TEXT_BYTES);
	e.text = text;
	e.text_len = HISTORY_TEXT_BYTES;
	say(h, "newest");
	for (n = 0; history_prepend(h, &e, 0, 1); n++)
		assert_true(history_bytes(h) <= BYTES);
	assert_in_range(n, 2 * 15, 3 * 16);
	assert_int_equal(history_first(h), AT(-n));
	assert_int_equal(history_end(h), AT(1));
	assert_memory_equal(history_get(h, AT(0)).entry.text, "newest", 6);
	/* the newer come, and the older ones go */
	for (n = 0; n < LINES; n++) {
		assert_true(history_append(h, &e, 0, 1));
		assert_true(history_bytes(h) <= BYTES);
	}
	first = history_first(h);
	assert_in_range(first, AT(-30), AT(10));
	assert_int_equal(history_get(h, first).marks, HISTORY_DAY);
	assert_int_equal(history_get(h, first + 1).marks, 0);
	assert_int_equal(history_end(h), AT(1 + LINES));
	free(text);
	history_free(h);
}

static void
test_older_lines_come_after_a_clear(void **state)
{
	struct history *h = *state;
	uint64_t end;

	say(h, "a");
	older_on(h, "b", 1);
	history_set_unread(h, AT(-1));
	history_clear(h);
	end = history_end(h);
	assert_true(end > AT(0));
	older_on(h, "d", 1);
	say(h, "e");
	older_on(h, "c", 1);
	assert_string_equal(whole(h, 80), "-/c/d/e");
	assert_int_equal(history_first(h), end - 2);
	assert_true(end - 2 > AT(0));	/* no serial comes again */
}

static void
test_the_last_line_is_amended(void **state)
{
	struct history *h = *state;
	struct entry e = saying("bob", "two");
	struct history_line line;

	assert_false(history_amend_last(h, &e, 0, 1));
	post(h, 1, "mine");
	assert_false(history_amend_last(h, &e, 0, 1));
	say_on(h, "a", 1);
	say_on(h, "one", 2);
	assert_true(history_amend_last(h, &e, HISTORY_KEEP, 2));
	assert_string_equal(whole(h, 80), "-/a/-/two/-/mine");
	assert_int_equal(history_end(h), AT(2));
	line = history_get(h, AT(1));
	check_same(&line.entry, &e);
	assert_int_equal(line.marks, HISTORY_KEEP | HISTORY_DAY);
	/* its day too */
	assert_true(history_amend_last(h, &e, 0, 1));
	assert_string_equal(whole(h, 80), "-/a/two/mine");
	say_on(h, "b", 1);
	assert_string_equal(whole(h, 80), "-/a/two/b/mine");
	e.text_len = HISTORY_TEXT_BYTES + 1;
	assert_false(history_amend_last(h, &e, 0, 1));
	assert_string_equal(whole(h, 80), "-/a/two/b/mine");
}

static void
test_the_first_line_is_amended(void **state)
{
	struct history *h = *state;
	struct entry e = saying("bob", "two");

	assert_false(history_amend_first(h, &e, 0, 1));
	say_on(h, "one", 1);
	say_on(h, "z", 1);
	assert_true(history_amend_first(h, &e, 0, 1));	/* it was appended */
	assert_string_equal(whole(h, 80), "-/two/z");
	assert_int_equal(history_first(h), AT(0));
	assert_true(history_amend_first(h, &e, 0, 0));
	assert_string_equal(whole(h, 80), "-/two/-/z");
	older_on(h, "a", 0);
	e.text = "b c";
	e.text_len = 3;
	assert_true(history_amend_first(h, &e, 0, 0));
	assert_string_equal(whole(h, 80), "-/b c/two/-/z");
	assert_int_equal(history_first(h), AT(-1));
	e.text_len = HISTORY_TEXT_BYTES + 1;
	assert_false(history_amend_first(h, &e, 0, 0));
	assert_string_equal(whole(h, 80), "-/b c/two/-/z");
}

static void
test_the_only_line_is_amended_from_both_sides(void **state)
{
	struct history *h = *state;
	struct entry e = saying("bob", "x");

	older_on(h, "a", 5);
	assert_true(history_amend_last(h, &e, 0, 6));
	assert_string_equal(whole(h, 80), "-/x");
	assert_true(history_amend_first(h, &e, 0, 7));
	assert_string_equal(whole(h, 80), "-/x");
	say_on(h, "b", 7);
	older_on(h, "0", 7);
	assert_string_equal(whole(h, 80), "-/0/x/b");
	assert_int_equal(history_first(h), AT(-2));
}

static void
test_hidden_notices_take_no_rows(void **state)
{
	struct history *h = *state;
	struct entry e = joining("x");
	int rules;

	say(h, "a");
	join(h, "bob", 0);
	join(h, "eve", HISTORY_KEEP);
	e.kind = ENTRY_LEAVE;
	assert_true(history_append(h, &e, 0, 2));
	e.kind = ENTRY_TIMEOUT;
	assert_true(history_append(h, &e, 0, 2));
	e.kind = ENTRY_RENAME;
	assert_true(history_append(h, &e, 0, 2));
	assert_string_equal(whole(h, 80), "-/a///-///");
	history_hide(h, true);
	/* a, eve, the rule, the rename */
	assert_string_equal(whole(h, 80), "-/a//-/");
	assert_int_equal(history_height(h, AT(1), 80, &rules), 0);
	assert_int_equal(history_height(h, AT(3), 80, &rules), 1);
	assert_int_equal(rules, 1);
	assert_string_equal(bottom(h, 2, 80), "-/");
	assert_int_equal(history_bottom(h, 1, 80).line, AT(5));
	history_set_unread(h, AT(4));
	assert_string_equal(whole(h, 80), "-/a//-/=/");
	history_hide(h, false);
	assert_string_equal(whole(h, 80), "-/a///-//=//");
}

static void
test_a_pane_of_hidden_lines_has_only_their_rules(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int i, moved;

	for (i = 0; i < 10; i++)
		join(h, "bob", 0);
	history_hide(h, true);
	assert_string_equal(whole(h, 80), "-");
	assert_string_equal(bottom(h, 5, 80), "-");
	p = history_settle_place(h, (struct history_place){ .line = AT(5) },
	    80);
	assert_int_equal(p.line, AT(0));
	assert_int_equal(p.rule, 1);
	p = history_move(h, p, 3, 80, &moved);
	assert_int_equal(moved, 0);
	p = history_move(h, p, -3, 80, &moved);
	assert_int_equal(moved, 0);
	assert_int_equal(p.line, AT(0));
}

static void
test_one_moves_past_hidden_lines(void **state)
{
	struct history *h = *state;
	struct history_place p;
	int moved;

	say(h, "a");
	join(h, "bob", 0);
	join(h, "bob", 0);
	say(h, "b");
	join(h, "bob", 0);
	say(h, "c");
	join(h, "bob", 0);
	history_hide(h, true);
	p = history_bottom(h, 1, 80);
	assert_int_equal(p.line, AT(5));
	p = history_move(h, p, -1, 80, &moved);
	assert_int_equal(p.line, AT(3));
	p = history_move(h, p, -1, 80, &moved);
	assert_int_equal(p.line, AT(0));
	p = history_move(h, p, 2, 80, &moved);
	assert_int_equal(p.line, AT(5));
	assert_int_equal(moved, 2);
	p = history_move(h, p, 2, 80, &moved);
	assert_int_equal(moved, 0);
	assert_int_equal(p.line, AT(5));
	p = history_move(h, history_bottom(h, 2, 80), 9, 80, &moved);
	assert_int_equal(moved, 1);
	assert_int_equal(p.line, AT(5));
	/* a place in what was hidden: the next row, or the last one */
	p = history_settle_place(h, (struct history_place){ .line = AT(1) },
	    80);
	assert_int_equal(p.line, AT(3));
	p = history_settle_place(h, (struct history_place){ .line = AT(6) },
	    80);
	assert_int_equal(p.line, AT(5));
	p = history_settle_place(h, (struct history_place){ .line = AT(99) },
	    80);
	assert_int_equal(p.line, AT(5));
	assert_string_equal(rows_from(h, (struct history_place){ .line =
	    AT(1) }, 80, 9), "b/c");
	/* the text is gone, the rule above is not where it stood */
	history_set_unread(h, AT(4));
	p = history_settle_place(h, (struct history_place){ .line = AT(4) },
	    80);
	assert_string_equal(rows_from(h, p, 80, 9), "c");
	p = history_settle_place(h, (struct history_place){ .line = AT(4),
	    .rule = 9 }, 80);
	assert_string_equal(rows_from(h, p, 80, 9), "=/c");
}

static void
test_a_text_of_many_lines_is_folded(void **state)
{
	struct history *h = *state;
	struct history_line line;
	struct entry e = saying("ann", "1\n2\n3\n4\n5\n6\n7");

	say(h, "1\n2\n3\n4\n5\n6");
	assert_false(history_get(h, AT(0)).marks & HISTORY_FOLDED);
	assert_string_equal(whole(h, 80), "-/1/2/3/4/5/6");
	assert_true(history_amend_last(h, &e, HISTORY_OWN, 1));
	assert_string_equal(whole(h, 80), "-/1/2/3/+4 lines");
	line = history_get(h, AT(0));
	check_same(&line.entry, &e);
	assert_int_equal(line.marks, HISTORY_OWN | HISTORY_DAY |
	    HISTORY_FOLDED);
	e.id = 1;
	assert_true(history_post(h, &e, 1));
	assert_true(history_refuse(h, 1, "no"));
	assert_string_equal(whole(h, 80),
	    "-/1/2/3/+4 lines/1/2/3/+4 lines (no)");
	assert_int_equal(history_get(h, AT(1)).marks, HISTORY_OWN |
	    HISTORY_REFUSED | HISTORY_FOLDED);
	history_unfold(h, AT(1));
	assert_string_equal(whole(h, 80),
	    "-/1/2/3/+4 lines/1/2/3/4/5/6/7 (no)");
	history_unfold(h, 0);
	e.kind = ENTRY_RENAME;
	assert_true(history_append(h, &e, 0, 1));
	assert_false(history_get(h, AT(2)).marks & HISTORY_FOLDED);
	e.kind = ENTRY_ACT;
	e.text = "\n\n\n\n\n\n\n\n\n";
	e.text_len = 9;
	assert_true(history_prepend(h, &e, 0, 1));
	assert_string_equal(rows_from(h, (struct history_place){ .rule = 9 },
	    80, 5), "-////+7 lines");
}

static void
test_a_folded_text_is_unfolded_while_it_is_asked_for(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "1\n2\n3\n4\n5\n6\n7");

	say(h, "above");
	assert_true(history_append(h, &e, 0, 1));
	assert_true(history_append(h, &e, 0, 1));
	history_unfold(h, AT(1));
	assert_string_equal(whole(h, 80),
	    "-/above/1/2/3/4/5/6/7/1/2/3/+4 lines");
	assert_false(history_get(h, AT(1)).marks & HISTORY_FOLDED);
	/* One at a time; what is not folded is none. */
	history_unfold(h, AT(2));
	assert_string_equal(whole(h, 80),
	    "-/above/1/2/3/+4 lines/1/2/3/4/5/6/7");
	e = saying("ann", "else");
	assert_true(history_amend_last(h, &e, 0, 1));
	assert_string_equal(whole(h, 80), "-/above/1/2/3/+4 lines/else");
	history_unfold(h, AT(0));
	history_unfold(h, AT(9));
	assert_string_equal(whole(h, 80), "-/above/1/2/3/+4 lines/else");
	history_unfold(h, AT(1));
	history_unfold(h, 0);
	assert_string_equal(whole(h, 80), "-/above/1/2/3/+4 lines/else");
}

static void
test_lines_are_lost_past_those_without_a_number(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "x");
	uint64_t seq;

	for (seq = 5; seq <= 8; seq++) {
		e.seq = seq;
		assert_true(history_append(h, &e, 0, 1));
		e.seq = 0;
		assert_true(history_append(h, &e, HISTORY_KEEP, 1));
	}
	e.seq = 4;
	assert_true(history_prepend(h, &e, 0, 1));
	assert_int_equal(history_lose(h, 6), 2);
	assert_int_equal(history_get(h, AT(2)).marks, 0);
	assert_int_equal(history_get(h, AT(4)).marks, HISTORY_LOST);
	assert_int_equal(history_get(h, AT(5)).marks, HISTORY_KEEP);
	assert_int_equal(history_get(h, AT(6)).marks, HISTORY_LOST);
	assert_int_equal(history_lose(h, 0), 5);
	assert_int_equal(history_get(h, AT(-1)).marks, HISTORY_LOST |
	    HISTORY_DAY);
}

/* The serial the search comes to, counted from the first appended. */
static int
found(struct history *h, const char *needle, bool back, int from)
{
	uint64_t line = AT(from);

	if (!history_find(h, needle, strlen(needle), back, &line)) {
		assert_int_equal(line, AT(from));
		return 99;
	}
	return (int)(line - AT(0));
}

static int
found_mark(struct history *h, unsigned marks, bool back, int from)
{
	uint64_t line = AT(from);

	if (!history_find_marks(h, marks, back, &line)) {
		assert_int_equal(line, AT(from));
		return 99;
	}
	return (int)(line - AT(0));
}

static void
test_text_is_found_up_and_down(void **state)
{
	struct history *h = *state;
	struct entry e = joining("ann");

	assert_int_equal(found(h, "a", true, 0), 99);
	assert_int_equal(found(h, "a", false, 0), 99);
	say(h, "some Hay");		/* 0 */
	say(h, "needle");
	say(h, "nothing");
	say(h, "tab\there");		/* shown with spaces */
	post(h, 1, "my needle");	/* 4 */
	post(h, 2, "my hay");
	older_on(h, "old hay", 1);	/* -1 */
	older_on(h, "old needle", 1);
	assert_int_equal(found(h, "hay", true, 5), 5);
	assert_int_equal(found(h, "hay", true, 4), 0);
	assert_int_equal(found(h, "Hay", true, 5), 0);
	assert_int_equal(found(h, "HAY", true, 5), 99);
	assert_int_equal(found(h, "hay", true, -1), -1);
	assert_int_equal(found(h, "hay", true, -2), 99);
	assert_int_equal(found(h, "needle", false, -2), -2);
	assert_int_equal(found(h, "needle", false, -1), 1);
	assert_int_equal(found(h, "needle", false, 2), 4);
	assert_int_equal(found(h, "needle", false, 5), 99);
	assert_int_equal(found(h, "tab     here", false, 0), 3);
	assert_int_equal(found(h, "tab\there", true, 9), 3);
	/* from where nothing is */
	assert_int_equal(found(h, "hay", true, 1000), 5);
	assert_int_equal(found(h, "hay", false, -1000), -1);
	assert_int_equal(found(h, "hay", false, 1000), 99);
	assert_int_equal(found(h, "hay", true, -1000), 99);
	/* authors are not text, nor is nothing */
	assert_int_equal(found(h, "ann", true, 9), 99);
	assert_int_equal(found(h, "", true, 9), 99);
	/* nor what is hidden */
	e.text = "needle";
	e.text_len = 6;
	assert_true(history_append(h, &e, 0, 1));
	assert_int_equal(found(h, "needle", true, 4), 4);
	history_hide(h, true);
	assert_int_equal(found(h, "needle", true, 4), 1);
}

static void
test_text_that_is_folded_away_is_found(void **state)
{
	struct history *h = *state;

	say(h, "1\n2\n3\n4\n5\n6\n7");
	assert_int_equal(found(h, "7", true, 0), 0);
	assert_int_equal(found(h, "+4 l", true, 0), 0);
}

static void
test_text_that_was_amended_is_found_no_more(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "new");

	say(h, "old");
	say(h, "old");
	say(h, "-");
	assert_true(history_amend_first(h, &e, 0, 1));
	assert_int_equal(found(h, "old", false, 0), 1);
	assert_int_equal(found(h, "old", true, 2), 1);
	older_on(h, "-", 1);
	older_on(h, "old", 1);
	assert_true(history_amend_first(h, &e, 0, 1));
	assert_int_equal(found(h, "old", true, 0), 99);
	assert_int_equal(found(h, "new", true, -1), -2);
}

static void
test_marks_are_found_up_and_down(void **state)
{
	struct history *h = *state;
	struct entry e = saying("ann", "x");

	say(h, "a");			/* 0 */
	assert_true(history_append(h, &e, HISTORY_MENTION, 1));
	join(h, "bob", HISTORY_MENTION);
	say_on(h, "b", 2);		/* 3 */
	post(h, 1, "mine");		/* 4: of another day */
	assert_int_equal(found_mark(h, HISTORY_MENTION, true, 4), 2);
	assert_int_equal(found_mark(h, HISTORY_MENTION, false, 0), 1);
	assert_int_equal(found_mark(h, HISTORY_MENTION, true, 0), 99);
	assert_int_equal(found_mark(h, HISTORY_PENDING, false, 0), 4);
	assert_int_equal(found_mark(h, HISTORY_PENDING | HISTORY_MENTION,
	    false, 0), 1);
	assert_int_equal(found_mark(h, HISTORY_DAY, true, 9), 4);
	assert_int_equal(found_mark(h, HISTORY_DAY, true, 3), 3);
	assert_int_equal(found_mark(h, HISTORY_DAY, true, 2), 0);
	assert_int_equal(found_mark(h, HISTORY_UNREAD, false, 0), 99);
	history_set_unread(h, AT(2));
	assert_int_equal(found_mark(h, HISTORY_UNREAD, false, 0), 2);
	assert_int_equal(found_mark(h, HISTORY_UNREAD, false, 2), 2);
	assert_int_equal(found_mark(h, HISTORY_UNREAD, false, 3), 99);
	assert_int_equal(found_mark(h, HISTORY_UNREAD, true, 4), 2);
	assert_int_equal(found_mark(h, HISTORY_UNREAD | HISTORY_DAY, true, 4),
	    4);
	assert_int_equal(found_mark(h, HISTORY_UNREAD | HISTORY_DAY, false,
	    1), 2);
	history_hide(h, true);
	assert_int_equal(found_mark(h, HISTORY_UNREAD, false, 0), 99);
	assert_int_equal(found_mark(h, HISTORY_MENTION, true, 4), 1);
	assert_int_equal(found_mark(h, 0, true, 4), 99);
}

/* A generator of our own: a failing seed can be run again anywhere. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* What the random walk knows of the lines: what they say, room first. */
enum { MODEL_LINES = 400, MODEL_MIDDLE = 200, MODEL_TEXT = 120 };

struct model_line {
	char		 text[MODEL_TEXT];
	int32_t		 day;
	uint64_t	 id;		/* of a pending one */
	bool		 notice, keep;
};

struct model {
	struct model_line room[MODEL_LINES];	/* first to end; MIDDLE: the
						 * first serial */
	struct model_line pending[MODEL_LINES];
	uint64_t	 next_id;
	int		 first, end, npending;
	int		 unread;	/* index; -1: none */
	bool		 hide;
};

static void
random_text(char text[MODEL_TEXT], uint32_t *r)
{
	static const char *const piece[] = { "word", "a", " ", "  ", "\n", "中",
	    "文字，", "https://x.y/z", "👍", "é", "(", ")", "Word" };
	int i;

	snprintf(text, MODEL_TEXT, "%u ", next_random(r) % 1000);
	for (i = (int)(next_random(r) % 20); i > 0; i--)
		if (strlen(text) + 16 < MODEL_TEXT)
			strlcat(text, piece[next_random(r) %
			    (sizeof(piece) / sizeof(piece[0]))], MODEL_TEXT);
}

static const struct model_line *
model_line(const struct model *m, uint64_t line)
{
	int i = (int)(line - AT(-MODEL_MIDDLE));

	return i < m->end ? &m->room[i] : &m->pending[i - m->end];
}

static bool
model_hides(const struct model *m, const struct model_line *line)
{
	return m->hide && line->notice && !line->keep;
}

static unsigned
model_marks(const struct model *m, uint64_t line)
{
	const struct model_line *l = model_line(m, line);
	int i = (int)(line - AT(-MODEL_MIDDLE));

	return (i == m->first || model_line(m, line - 1)->day != l->day ?
	    HISTORY_DAY : 0U) | (i == m->unread ? HISTORY_UNREAD : 0U) |
	    (l->keep ? HISTORY_KEEP : 0U);
}

/* A random line for the room, in the model and as an entry of it. */
static struct entry
random_line(struct model_line *line, int32_t day, uint32_t *r)
{
	struct entry e;

	*line = (struct model_line){ .day = day };
	line->notice = next_random(r) % 3 == 0;
	line->keep = next_random(r) % 4 == 0;
	random_text(line->text, r);
	e = saying(next_random(r) % 2 == 0 ? "ann" : "a\xcc\x81nn",
	    line->text);
	if (line->notice)
		e.kind = ENTRY_JOIN + next_random(r) % 3;
	return e;
}

static void
random_pending(struct history *h, struct model *m, uint32_t *r)
{
	struct model_line *line;
	int i;

	if (m->npending == 0 || next_random(r) % 2 == 0) {
		line = &m->pending[m->npending++];
		*line = (struct model_line){ .day = 1, .id = ++m->next_id };
		random_text(line->text, r);
		post(h, line->id, line->text);
		return;
	}
	i = (int)(next_random(r) % (uint32_t)m->npending);
	line = &m->pending[i];
	settle(h, line->id, line->text);
	m->room[m->end++] = *line;
	memmove(line, line + 1, (size_t)(--m->npending - i) * sizeof(*line));
}

static void
random_room(struct history *h, struct model *m, uint32_t *r)
{
	bool old = next_random(r) % 2 == 0, amend = next_random(r) % 4 == 0;
	int32_t day = (int32_t)(m->next_id / 2 + next_random(r) % 2);
	struct model_line line;
	struct entry e = random_line(&line, day, r);
	unsigned marks = line.keep ? HISTORY_KEEP : 0;

	if (amend) {
		assert_int_equal((old ? history_amend_first :
		    history_amend_last)(h, &e, marks, day), m->first < m->end);
		if (m->first < m->end)
			m->room[old ? m->first : m->end - 1] = line;
	} else if (old) {
		assert_true(history_prepend(h, &e, marks, day));
		m->room[--m->first] = line;
	} else {
		assert_true(history_append(h, &e, marks, day));
		m->room[m->end++] = line;
	}
}

static void
random_event(struct history *h, struct model *m, uint32_t *r)
{
	switch (next_random(r) % 8) {
	case 0:
	case 1:
		random_pending(h, m, r);
		break;
	case 2:
		if (next_random(r) % 4 != 0)
			break;
		m->unread = m->first + (int)(next_random(r) %
		    (uint32_t)(m->end - m->first + 1));
		history_set_unread(h, AT(m->unread - MODEL_MIDDLE));
		if (m->unread == m->end)
			m->unread = -1;
		break;
	case 3:
		m->hide = next_random(r) % 2 == 0;
		history_hide(h, m->hide);
		break;
	default:
		random_room(h, m, r);
		break;
	}
}

/* What lies between two rows was not to be seen. */
static void
check_gap(const char *from, const char *to)
{
	for (; from < to; from++)
		assert_true(*from == ' ' || *from == '\n');
}

static void
check_line(struct history *h, const struct model *m, uint64_t i)
{
	const unsigned all = HISTORY_DAY | HISTORY_UNREAD | HISTORY_KEEP;
	const struct model_line *want = model_line(m, i);
	struct history_line line = history_get(h, i);

	assert_int_equal(line.entry.text_len, strlen(want->text));
	assert_memory_equal(line.entry.text, want->text, line.entry.text_len);
	assert_int_equal(line.marks & all, model_marks(m, i));
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
	assert_int_equal(history_first(h), AT(m->first - MODEL_MIDDLE));
	assert_int_equal(history_end(h), AT(m->end - MODEL_MIDDLE));
	assert_int_equal(history_tail(h), history_end(h) +
	    (uint64_t)m->npending);
	for (i = history_first(h); i < history_tail(h); i++) {
		line = history_get(h, i);
		check_line(h, m, i);
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
		assert_int_equal(part == 0, model_hides(m, model_line(m, i)));
		if (part > 0)
			check_gap(at, line.shown + line.shown_len);
	}
	assert_ptr_equal(row, rows + n);
	return n;
}

static bool
slowly_holds(const char *s, size_t len, const char *needle)
{
	char *copy = strndup(s, len);
	bool capital = false, held;
	size_t i;

	assert_non_null(copy);
	for (i = 0; needle[i] != '\0'; i++)
		capital |= needle[i] >= 'A' && needle[i] <= 'Z';
	held = (capital ? strstr(copy, needle) : strcasestr(copy, needle)) !=
	    NULL;
	free(copy);
	return held;
}

/* The lines one by one, as they are given back. */
static bool
slowly_find(struct history *h, const struct model *m, const char *needle,
    unsigned marks, bool back, uint64_t *at)
{
	struct history_line line;
	uint64_t i = *at;

	for (; i >= history_first(h) && i < history_tail(h);
	    i += back ? UINT64_MAX : 1) {
		line = history_get(h, i);
		if (model_hides(m, model_line(m, i)))
			continue;
		if (needle != NULL ? slowly_holds(line.shown, line.shown_len,
		    needle) || slowly_holds(line.entry.text,
		    line.entry.text_len, needle) : (line.marks & marks) != 0) {
			*at = i;
			return true;
		}
	}
	return false;
}

static void
check_finds(struct history *h, const struct model *m, uint32_t *r)
{
	static const char *const needles[] = { "word", "Word", "7", " a",
	    "文字", "é", "👍中", "lines", "z(", "ann", "WORD" };
	const char *needle = needles[next_random(r) %
	    (sizeof(needles) / sizeof(needles[0]))];
	unsigned marks = 1U << next_random(r) % 10 | 1U << next_random(r) % 10;
	uint64_t from, want, got;
	bool back = next_random(r) % 2 == 0, ok;

	from = history_first(h) + next_random(r) %
	    (uint32_t)(history_tail(h) - history_first(h) + 1);
	if (back)
		from--;
	want = got = from;
	ok = slowly_find(h, m, needle, 0, back, &want);
	assert_int_equal(history_find(h, needle, strlen(needle), back, &got),
	    ok);
	assert_int_equal(got, want);
	want = got = from;
	ok = slowly_find(h, m, NULL, marks, back, &want);
	assert_int_equal(history_find_marks(h, marks, back, &got), ok);
	assert_int_equal(got, want);
}

static void
check_moves(struct history *h, int total, int cols, uint32_t *r)
{
	uint64_t last = history_tail(h) - 1;
	struct history_place p, q, first = { .rule = 9 };
	struct history_row rows[16];
	int height = 1 + (int)(next_random(r) % 12), n, moved, back;

	p = history_bottom(h, height, cols);
	n = history_rows(h, p, cols, rows, 16);
	assert_int_equal(n, total < height ? total : height);
	if (n == 0)
		return;
	while (history_height(h, last, cols, &moved) == 0)
		last--;
	assert_int_equal(rows[n - 1].line, last);
	q = history_move(h, p, height - 1, cols, &moved);
	assert_int_equal(moved, n - 1);

	first = history_settle_place(h, first, cols);
	p = history_move(h, first, (int)(next_random(r) % (uint32_t)total),
	    cols, &moved);
	n = (int)(next_random(r) % 20);
	q = history_move(h, p, n, cols, &back);
	assert_int_equal(history_rows(h, q, cols, rows, 1), 1);
	assert_int_equal(rows[0].line, q.line);
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

/*
 * Looks whether the place still shows what is held; false if that is no more
 * to be seen.
 */
static bool
check_held(struct history *h, const struct model *m, struct history_place *p,
    int cols, const char *held)
{
	const struct model_line *line;
	struct history_place was = *p;
	struct history_row row[1];

	*p = history_settle_place(h, *p, cols);
	assert_int_equal(history_rows(h, *p, cols, row, 1), 1);
	assert_int_equal(row[0].line, p->line);
	line = was.pending == 0 ? model_line(m, was.line) : NULL;
	if (line != NULL && model_hides(m, line)) {
		assert_true(p->line != was.line || p->rule > 0);
		return false;
	}
	if (line != NULL && strcmp(line->text, held) != 0)
		return false;	/* amended */
	assert_true(p->rule > 0 || p->at == was.at);
	check_place(h, *p, cols, held);
	return true;
}

static void
random_walk(struct history *h, struct model *m, uint32_t r)
{
	struct history_place p = { .line = 0 };
	char held[MODEL_TEXT] = "";
	int i, cols, total;

	for (i = 0; i < 120; i++) {
		random_event(h, m, &r);
		cols = 1 + (int)(next_random(&r) % 30);
		total = check_rows(h, m, cols);
		check_moves(h, total, cols, &r);
		check_finds(h, m, &r);
		if (held[0] != '\0' && !check_held(h, m, &p, cols, held))
			held[0] = '\0';
		if (total > 0 && next_random(&r) % 8 == 0) {
			p = history_move(h, history_bottom(h, 1, cols),
			    -(int)(next_random(&r) % 30), cols, NULL);
			strcpy(held, model_line(m, p.line)->text);
		}
	}
}

static void
test_whatever_happens_rows_are_right_and_the_place_holds(void **state)
{
	enum { BYTES = 8 * 1024 * 1024, SEEDS = 60 };
	struct model *m = malloc(sizeof(*m));
	struct history *h;
	uint32_t seed;

	(void)state;
	assert_non_null(m);
	for (seed = 1; seed <= SEEDS; seed++) {
		*m = (struct model){ .first = MODEL_MIDDLE,
		    .end = MODEL_MIDDLE, .unread = -1 };
		h = history_new(BYTES);
		assert_non_null(h);
		random_walk(h, m, seed);
		history_free(h);
	}
	free(m);
}

/* Lines so long that each few begin a chunk: what each says, by a number. */
enum { LONG_LINES = 3000, LONG_MIDDLE = LONG_LINES / 2 };

struct longs {
	uint32_t	 number[LONG_LINES];
	int		 first, end;
};

static struct entry
long_line(char *text, uint32_t number)
{
	struct entry e = saying("ann", "");

	e.text = text;
	e.text_len = 1000 + number % 7 * 9000;
	memset(text, 'x', e.text_len);
	text[snprintf(text, 20, "<%u>", number)] = 'x';
	return e;
}

static void
random_long(struct history *h, struct longs *l, char *text, uint32_t *r)
{
	uint32_t number = next_random(r) % 1000000, what = next_random(r) % 8;
	struct entry e = long_line(text, number);

	if (what < 2 && history_prepend(h, &e, 0, 1)) {
		l->number[--l->first] = number;
	} else if (what < 4 && history_amend_first(h, &e, 0, 1)) {
		l->number[l->first] = number;
	} else if (what < 6) {
		assert_true(history_append(h, &e, 0, 1));
		l->number[l->end++] = number;
	} else if (history_amend_last(h, &e, 0, 1)) {
		l->number[l->end - 1] = number;
	}
	/* the oldest may have gone */
	assert_true(history_first(h) >= AT(l->first - LONG_MIDDLE));
	l->first = (int)(history_first(h) - AT(-LONG_MIDDLE));
	assert_true(l->first < l->end || history_end(h) == history_first(h));
	assert_int_equal(history_end(h), AT(l->end - LONG_MIDDLE));
}

static void
check_longs(struct history *h, const struct longs *l, char *text)
{
	struct history_line line;
	struct entry e;
	uint64_t at;
	char needle[20];
	int i;

	for (i = l->first; i < l->end; i++) {
		e = long_line(text, l->number[i]);
		line = history_get(h, AT(i - LONG_MIDDLE));
		check_same(&line.entry, &e);
		assert_int_equal(line.marks, i == l->first ? HISTORY_DAY : 0);
		if (i % 16 != 0 && i != l->first && i + 1 != l->end)
			continue;
		snprintf(needle, sizeof(needle), "<%u>", l->number[i]);
		at = history_first(h);
		assert_true(history_find(h, needle, strlen(needle), false,
		    &at));
		assert_int_equal(l->number[at - AT(-LONG_MIDDLE)],
		    l->number[i]);
		at = history_tail(h);
		assert_true(history_find(h, needle, strlen(needle), true,
		    &at));
		assert_int_equal(l->number[at - AT(-LONG_MIDDLE)],
		    l->number[i]);
	}
}

static void
test_whatever_happens_lines_are_found_across_chunks(void **state)
{
	enum { BYTES = 5 * 1024 * 1024, SEEDS = 3, EVENTS = 700 };
	struct longs *l = malloc(sizeof(*l));
	char *text = malloc(HISTORY_TEXT_BYTES);
	struct history *h;
	uint32_t seed, r;
	int i;

	(void)state;
	assert_non_null(l);
	assert_non_null(text);
	for (seed = 1; seed <= SEEDS; seed++) {
		r = seed;
		l->first = l->end = LONG_MIDDLE;
		h = history_new(BYTES);
		assert_non_null(h);
		for (i = 0; i < EVENTS; i++) {
			random_long(h, l, text, &r);
			assert_true(history_bytes(h) <= BYTES);
			if (i % 70 == 0)
				check_longs(h, l, text);
		}
		check_longs(h, l, text);
		history_free(h);
	}
	free(text);
	free(l);
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
		T(test_a_refused_line_stands_above_what_is_said_later),
		T(test_a_refused_line_stays_behind_what_waits_before_it),
		T(test_a_line_refused_on_another_day_has_no_rule_of_its_own),
		T(test_clear_leaves_the_pending_lines),
		T(test_what_is_too_long_is_not_taken),
		T(test_the_oldest_go_when_memory_is_used_up),
		T(test_pending_lines_never_make_way),
		T(test_a_line_of_very_many_rows),
		T(test_older_lines_come_before),
		T(test_older_lines_may_be_the_first_to_come),
		T(test_an_older_line_takes_the_rule_of_its_day),
		T(test_older_lines_stop_at_the_bound),
		T(test_older_lines_come_after_a_clear),
		T(test_the_last_line_is_amended),
		T(test_the_first_line_is_amended),
		T(test_the_only_line_is_amended_from_both_sides),
		T(test_hidden_notices_take_no_rows),
		T(test_a_pane_of_hidden_lines_has_only_their_rules),
		T(test_one_moves_past_hidden_lines),
		T(test_a_text_of_many_lines_is_folded),
		T(test_a_folded_text_is_unfolded_while_it_is_asked_for),
		T(test_lines_are_lost_past_those_without_a_number),
		T(test_text_is_found_up_and_down),
		T(test_text_that_is_folded_away_is_found),
		T(test_text_that_was_amended_is_found_no_more),
		T(test_marks_are_found_up_and_down),
		T(test_whatever_happens_lines_are_found_across_chunks),
		T(test_whatever_happens_rows_are_right_and_the_place_holds),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
