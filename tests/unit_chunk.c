/*
 * A piece of the scrollback: what is packed comes out again, and what does
 * not fit changes nothing.
 */
#include "tui/text/chunk.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/history.h"
#include "tui/text/search.h"

static struct chunk *c;

static int
set_up(void **state)
{
	(void)state;
	return (c = chunk_new(CHUNK_BYTES)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	chunk_free(c);
	return 0;
}

/* As text and name are displayed: as they are. */
static struct history_line
line_of(uint64_t seq, const char *name, const char *text)
{
	struct history_line l = { .entry = { .seq = seq,
	    .time_ms = (int64_t)seq * 1000, .kind = ENTRY_SAY, .author = name,
	    .author_len = strlen(name), .text = text,
	    .text_len = strlen(text) }, .day = 3 };

	l.shown = l.entry.text;
	l.shown_len = l.entry.text_len;
	l.name = l.entry.author;
	l.name_len = l.entry.author_len;
	return l;
}

static bool
add(uint64_t seq, const char *name, const char *text)
{
	struct history_line l = line_of(seq, name, text);

	return chunk_add(c, &l);
}

static void
is_text(const char *text, size_t len, const char *what)
{
	assert_int_equal(len, strlen(what));
	assert_memory_equal(text, what, len);
}

static void
holds(uint32_t i, uint64_t seq, const char *name, const char *text)
{
	struct history_line l;

	chunk_get(c, i, &l);
	assert_true(l.entry.seq == seq);
	assert_true(l.entry.time_ms == (int64_t)seq * 1000);
	assert_int_equal(l.day, 3);
	is_text(l.entry.author, l.entry.author_len, name);
	is_text(l.name, l.name_len, name);
	is_text(l.entry.text, l.entry.text_len, text);
	is_text(l.shown, l.shown_len, text);
}

static void
lines_come_out_as_they_went_in(void **state)
{
	(void)state;
	assert_int_equal(chunk_count(c), 0);
	assert_true(add(100, "bob", "hello"));
	assert_true(add(90, "eve", ""));	/* numbers may go down */
	assert_true(add(UINT32_MAX, "", "from the server"));
	assert_true(add(101, "bob", "again"));
	assert_int_equal(chunk_count(c), 4);
	holds(0, 100, "bob", "hello");
	holds(1, 90, "eve", "");
	holds(2, UINT32_MAX, "", "from the server");
	holds(3, 101, "bob", "again");
}

static void
each_part_of_a_line_is_kept(void **state)
{
	struct history_line l = line_of(7, "a\tb", "x\ty"), got;

	(void)state;
	l.shown = "x       y";
	l.shown_len = 9;
	l.name = "a?b中";
	l.name_len = 6;
	l.marks = HISTORY_OWN | HISTORY_FOLDED;
	l.day = -5;
	l.entry.id = UINT64_MAX;
	l.entry.flags = UINT32_MAX;
	l.entry.kind = ENTRY_KIND_MAX;
	l.entry.time_ms = ENTRY_TIME_MS_MAX;
	add(9, "bob", "hello");
	assert_true(chunk_add(c, &l));
	chunk_get(c, 1, &got);
	assert_int_equal(got.marks, l.marks);
	assert_int_equal(got.day, -5);
	assert_true(got.entry.id == UINT64_MAX);
	assert_true(got.entry.flags == UINT32_MAX);
	assert_int_equal(got.entry.kind, ENTRY_KIND_MAX);
	assert_true(got.entry.time_ms == ENTRY_TIME_MS_MAX);
	is_text(got.entry.author, got.entry.author_len, "a\tb");
	is_text(got.name, got.name_len, "a?b中");
	assert_int_equal(got.name_cols, 5);
	is_text(got.entry.text, got.entry.text_len, "x\ty");
	is_text(got.shown, got.shown_len, "x       y");
	assert_int_equal(chunk_kind(c, 0), ENTRY_SAY);
	assert_int_equal(chunk_kind(c, 1), ENTRY_KIND_MAX);
	chunk_get(c, 0, &got);
	assert_int_equal(got.entry.id, 0);
	assert_int_equal(got.entry.flags, 0);
}

static void
what_does_not_fit_changes_nothing(void **state)
{
	struct history_line l = line_of(1, "bob", "a line of some length");
	uint32_t n = 0;

	(void)state;
	chunk_free(c);
	c = chunk_new(chunk_size_for(&l) + 100);
	assert_non_null(c);
	assert_true(chunk_size(c) <= chunk_size_for(&l) + 100);
	while (add(1 + n, "bob", "a line of some length"))
		n++;
	assert_true(n >= 1);
	assert_int_equal(chunk_count(c), n);
	assert_false(add(99, "eve", "a line of some length"));
	assert_int_equal(chunk_count(c), n);
	holds(n - 1, n, "bob", "a line of some length");
	l = line_of(n, "bob", "a line that is longer by far than what was "
	    "there, so that there is no place for it, nor for any like it, "
	    "wherever one may put it; and some more");
	assert_false(chunk_amend(c, &l));
	assert_int_equal(chunk_count(c), n);
	holds(n - 1, n, "bob", "a line of some length");
}

/* Who says much says it under one name. */
static void
a_name_takes_its_bytes_once(void **state)
{
	static const char name[] = "a name of forty bytes, which is longer";
	uint32_t n;

	(void)state;
	chunk_free(c);
	c = chunk_new(4096);
	assert_non_null(c);
	for (n = 0; add(n, name, "x"); n++)
		;
	assert_true(n > 2 * 4096 / sizeof(name));
	holds(n - 1, n - 1, name, "x");
	holds(0, 0, name, "x");
}

static void
the_size_for_a_line_is_enough(void **state)
{
	static char text[HISTORY_TEXT_BYTES + 1];
	struct history_line l = line_of(UINT64_MAX, "bob", "");
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	l.entry.id = UINT64_MAX;
	l.entry.flags = UINT32_MAX;
	l.name = "other";
	l.name_len = 5;
	l.entry.text = text;
	l.shown = text + 1;
	for (len = 0; len < sizeof(text) - 1; len = len * 2 + 1) {
		l.entry.text_len = l.shown_len = len;
		chunk_free(c);
		c = chunk_new(chunk_size_for(&l));
		assert_non_null(c);
		assert_true(chunk_add(c, &l));
	}
}

static void
the_last_line_may_go_or_change(void **state)
{
	struct history_line l = line_of(3, "ann", "three");

	(void)state;
	add(1, "bob", "one");
	add(2, "eve", "two");
	assert_true(chunk_amend(c, &l));
	assert_int_equal(chunk_count(c), 2);
	holds(0, 1, "bob", "one");
	holds(1, 3, "ann", "three");
	chunk_pop(c);
	assert_int_equal(chunk_count(c), 1);
	holds(0, 1, "bob", "one");
	assert_true(add(4, "eve", "four"));
	holds(1, 4, "eve", "four");
	chunk_clear(c);
	assert_int_equal(chunk_count(c), 0);
	assert_true(add(5, "eve", "five"));
	holds(0, 5, "eve", "five");
}

static void
marks_are_set_and_found(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 10; i++)
		add(i + 1, "bob", "x");
	chunk_set_marks(c, 3, HISTORY_MENTION);
	chunk_set_marks(c, 6, HISTORY_MENTION | HISTORY_FOLDED);
	assert_int_equal(chunk_marks(c, 6), HISTORY_MENTION | HISTORY_FOLDED);
	assert_int_equal(chunk_marks(c, 5), 0);
	holds(6, 7, "bob", "x");
	assert_int_equal(chunk_find_marks(c, 0, 10, false, HISTORY_MENTION), 3);
	assert_int_equal(chunk_find_marks(c, 0, 10, true, HISTORY_MENTION), 6);
	assert_int_equal(chunk_find_marks(c, 0, 10, false, HISTORY_FOLDED), 6);
	assert_int_equal(chunk_find_marks(c, 4, 6, false, HISTORY_MENTION), 6);
	assert_int_equal(chunk_find_marks(c, 4, 6, true, HISTORY_MENTION), 6);
	assert_int_equal(chunk_find_marks(c, 3, 6, true, HISTORY_MENTION), 3);
	assert_int_equal(chunk_find_marks(c, 0, 10, true, HISTORY_OWN), 10);
	chunk_set_marks(c, 0, HISTORY_OWN);
	assert_int_equal(chunk_find_marks(c, 0, 10, true, HISTORY_OWN), 0);
	assert_int_equal(chunk_find_marks(c, 0, 10, false, HISTORY_OWN), 0);
}

static uint32_t
find(uint32_t from, uint32_t to, bool down, const char *what)
{
	struct search s = search_ready(what, strlen(what));

	return chunk_find(c, from, to, down, &s);
}

static void
a_text_is_found_and_never_a_name(void **state)
{
	struct history_line l = line_of(4, "eve", "tab\tbed");

	(void)state;
	add(1, "needle", "hay");
	add(2, "bob", "a Needle here");
	add(3, "needle", "straw");
	l.shown = "tab     bed";
	l.shown_len = 11;
	chunk_add(c, &l);
	add(5, "bob", "needle");
	assert_int_equal(find(0, 5, false, "needle"), 1);
	assert_int_equal(find(0, 5, true, "needle"), 4);
	assert_int_equal(find(2, 4, false, "needle"), 4);
	assert_int_equal(find(2, 4, true, "needle"), 4);
	assert_int_equal(find(0, 4, true, "needle"), 1);
	assert_int_equal(find(2, 5, false, "Needle"), 5);
	/* As it was said, and as it is shown. */
	assert_int_equal(find(0, 5, false, "b\tb"), 3);
	assert_int_equal(find(0, 5, false, "b     b"), 3);
	/* Nothing goes from one line to the next. */
	assert_int_equal(find(0, 5, false, "hay "), 5);
	assert_int_equal(find(2, 2, false, "straw"), 2);
}

static void
rows_follow_the_width(void **state)
{
	(void)state;
	add(1, "bob", "one two three");
	add(2, "bob", "");
	assert_int_equal(chunk_rows(c, 0, 80), 1);
	assert_int_equal(chunk_rows(c, 0, 80), 1);
	assert_int_equal(chunk_rows(c, 0, 5), 3);
	assert_int_equal(chunk_rows(c, 1, 5), 1);
	assert_int_equal(chunk_rows(c, 0, 7), 2);
	assert_int_equal(chunk_rows(c, 0, 80), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(lines_come_out_as_they_went_in),
		TEST(each_part_of_a_line_is_kept),
		TEST(what_does_not_fit_changes_nothing),
		TEST(a_name_takes_its_bytes_once),
		TEST(the_size_for_a_line_is_enough),
		TEST(the_last_line_may_go_or_change),
		TEST(marks_are_set_and_found),
		TEST(a_text_is_found_and_never_a_name),
		TEST(rows_follow_the_width),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
