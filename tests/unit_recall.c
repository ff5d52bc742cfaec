/*
 * The lines sent earlier: walked with Up and Down, and nothing that was being
 * typed is lost on the way.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/recall.h"

static int
setup(void **state)
{
	*state = recall_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	recall_free(*state);
	return 0;
}

/* It was sent. */
static void
add(struct recall *r, const char *line)
{
	recall_add(r, line, strlen(line));
	recall_settle(r);
}

/* Up with `now` in the editor shows `want`; NULL: nothing older. */
static void
older(struct recall *r, const char *now, const char *want)
{
	size_t len = 9999;
	const char *got = recall_older(r, now, &len);

	if (want == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
}

static void
newer(struct recall *r, const char *now, const char *want)
{
	size_t len = 9999;
	const char *got = recall_newer(r, now, &len);

	if (want == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
}

static void
test_without_lines_there_is_nothing_to_show(void **state)
{
	older(*state, "draft", NULL);
	newer(*state, "draft", NULL);
}

static void
test_up_and_down_walk_the_lines(void **state)
{
	add(*state, "one");
	add(*state, "two");
	add(*state, "three");
	older(*state, "", "three");
	older(*state, "three", "two");
	older(*state, "two", "one");
	older(*state, "one", NULL);
	newer(*state, "one", "two");
	newer(*state, "two", "three");
	newer(*state, "three", "");
	newer(*state, "", NULL);
}

static void
test_the_draft_comes_back(void **state)
{
	add(*state, "one");
	older(*state, "half a thou", "one");
	newer(*state, "one", "half a thou");
	older(*state, "half a thought", "one");
	newer(*state, "one", "half a thought");
}

static void
test_an_edited_line_is_kept_until_something_is_sent(void **state)
{
	add(*state, "one");
	add(*state, "two");
	older(*state, "", "two");
	older(*state, "two, changed", "one");
	newer(*state, "one, too", "two, changed");
	older(*state, "two, changed", "one, too");
	/* taken back by hand: as it was sent again */
	newer(*state, "one", "two, changed");
	older(*state, "two", "one");
	newer(*state, "one", "two");
	older(*state, "two, changed", "one");
	add(*state, "one");
	older(*state, "", "one");
	older(*state, "one", "two");
	older(*state, "two", "one");
	older(*state, "one", NULL);
}

static void
test_sending_returns_to_the_bottom(void **state)
{
	add(*state, "one");
	add(*state, "two");
	older(*state, "draft", "two");
	older(*state, "two", "one");
	add(*state, "one");
	newer(*state, "", NULL);
	older(*state, "", "one");
	older(*state, "one", "two");
	add(*state, "one");
	newer(*state, "", NULL);
	older(*state, "", "one");
}

/* What comes from elsewhere while somebody walks. */
static void
test_a_line_that_comes_leaves_the_draft_and_the_place(void **state)
{
	struct recall *r = *state;
	int i;

	add(r, "one");
	add(r, "two");
	assert_null(recall_draft(r));
	older(r, "draft", "two");
	older(r, "two, changed", "one");
	assert_string_equal(recall_draft(r), "draft");
	assert_string_equal(recall_line(r), "one");
	assert_false(recall_changed(r, "one"));
	assert_true(recall_changed(r, "one, too"));
	recall_add(r, "three", 5);
	recall_forget(r, "one", 3);	/* it stands in the editor */
	assert_string_equal(recall_draft(r), "draft");
	newer(r, "one", "two, changed");
	newer(r, "two, changed", "three");
	recall_forget(r, "two", 3);
	newer(r, "three", "draft");
	assert_null(recall_draft(r));
	assert_null(recall_line(r));
	assert_false(recall_changed(r, "draft"));
	recall_add(r, "four", 4);
	newer(r, "draft", NULL);
	older(r, "draft", "four");
	/* Until there is no place for the one that stands there. */
	for (i = 0; i <= RECALL_LINES; i++)
		recall_add(r, i % 2 ? "odd" : "even", 3 + (i % 2 == 0));
	assert_string_equal(recall_draft(r), "draft");
	recall_settle(r);
	assert_null(recall_draft(r));
	newer(r, "", NULL);
}

static void
test_what_is_forgotten_was_not_sent(void **state)
{
	struct recall *r = *state;
	size_t len;
	char *text;

	recall_add(r, "one", 3);
	recall_add(r, "two", 3);
	recall_add(r, "one", 3);
	recall_forget(r, "nothing", 7);
	recall_forget(r, "one", 3);
	text = recall_text(r, &len);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
	recall_forget(r, "one", 3);
	recall_forget(r, "two", 3);
	recall_forget(r, "two", 3);
	assert_null(recall_older(r, "", &len));
}

/* What was made of it was typed, and is nowhere else. */
static void
test_what_was_made_of_a_line_that_is_forgotten_stays(void **state)
{
	struct recall *r = *state;

	add(r, "one");
	add(r, "two");
	older(r, "draft", "two");
	older(r, "two, changed", "one");
	recall_forget(r, "two", 3);
	newer(r, "one", "two, changed");
	newer(r, "two, changed", "draft");
}

static void
test_a_line_sent_twice_in_a_row_is_there_once(void **state)
{
	add(*state, "again");
	add(*state, "again");
	add(*state, "");
	add(*state, "again");
	older(*state, "", "again");
	older(*state, "again", NULL);
	add(*state, "other");
	add(*state, "again");
	older(*state, "", "again");
	older(*state, "again", "other");
	older(*state, "other", "again");
	older(*state, "again", NULL);
}

static void
test_the_oldest_lines_are_forgotten(void **state)
{
	char line[32], now[32] = "draft";
	int i;

	for (i = 0; i < RECALL_LINES + 20; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		add(*state, line);
	}
	for (i = RECALL_LINES + 19; i >= 20; i--) {
		snprintf(line, sizeof(line), "line %d", i);
		older(*state, now, line);
		snprintf(now, sizeof(now), "edited %d", i);
	}
	older(*state, now, NULL);
	for (i = 21; i < RECALL_LINES + 20; i++) {
		snprintf(line, sizeof(line), "edited %d", i);
		newer(*state, now, line);
		strcpy(now, line);
	}
	newer(*state, now, "draft");
	newer(*state, "draft", NULL);
}

/* The lines as a file has them. */
static void
writes(const struct recall *r, const char *want)
{
	size_t len = 9999;
	char *got = recall_text(r, &len);

	assert_non_null(got);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
	free(got);
}

/* From a block of its exact size: a checker sees what is read past its end. */
static void
load(struct recall *r, const char *text, size_t len)
{
	char *block = malloc(len + (len == 0));

	assert_non_null(block);
	memcpy(block, text, len);
	recall_load(r, block, len);
	free(block);
}

/* What a file of this text leaves. */
static void
leaves(const char *text, size_t len, const char *want)
{
	struct recall *r = recall_new();

	assert_non_null(r);
	load(r, text, len);
	writes(r, want);
	recall_free(r);
}
#define LEAVES(text, want) leaves(text, sizeof(text) - 1, want)

static void
test_lines_are_written_oldest_first(void **state)
{
	writes(*state, "");
	add(*state, "one");
	add(*state, "a\nb\\n\\");
	add(*state, "\n");
	add(*state, "中文");
	writes(*state, "one\na\\nb\\\\n\\\\\n\\n\n中文\n");
	/* an edited one as it was sent, and what was made of it */
	older(*state, "draft", "中文");
	older(*state, "edited", "\n");
	writes(*state, "one\na\\nb\\\\n\\\\\n\\n\n中文\nedited\n");
}

static void
test_what_a_file_leaves(void **state)
{
	(void)state;
	leaves("", 0, "");
	LEAVES("one\ntwo\n", "one\ntwo\n");
	LEAVES("one\ntwo", "one\ntwo\n");
	LEAVES("\n\none\n\n\ntwo\n\n", "one\ntwo\n");
	LEAVES("one\none\n\none\ntwo\none\n", "one\ntwo\none\n");
	LEAVES("a\\nb\\\\\n", "a\\nb\\\\\n");
	LEAVES("中\n\xff\nx\xe4\xb8\ny\n", "中\ny\n");
	LEAVES("a\0b\nc\n\0\nd\n", "c\nd\n");
	/* no such escape; none at the end */
	LEAVES("a\\x\nb\\\nc\n\\", "c\n");
	LEAVES("a\\\\\\\nb\\\0\nc", "c\n");
	LEAVES("\n", "");
	LEAVES("\\", "");
}

static void
test_a_loaded_line_is_walked_to(void **state)
{
	load(*state, "one\ntwo\\nlines\n", 15);
	newer(*state, "", NULL);
	older(*state, "draft", "two\nlines");
	older(*state, "two\nlines", "one");
	older(*state, "one", NULL);
	newer(*state, "one", "two\nlines");
	newer(*state, "two\nlines", "draft");
	add(*state, "two\nlines");
	writes(*state, "one\ntwo\\nlines\n");
}

static void
test_loaded_lines_are_older_than_those_sent(void **state)
{
	add(*state, "three");
	add(*state, "four");
	older(*state, "draft", "four");
	load(*state, "one\ntwo\nthree\n", 14);
	newer(*state, "", NULL);
	writes(*state, "one\ntwo\nthree\nfour\n");
	older(*state, "", "four");
	older(*state, "four", "three");
	older(*state, "three", "two");
}

static void
test_a_line_of_a_file_may_be_too_long(void **state)
{
	enum { SIZE = 2 * RECALL_LINE_BYTES + 3 };
	char *text = malloc(SIZE);
	size_t len;
	int i;

	assert_non_null(text);
	memset(text, 'x', SIZE);
	text[0] = 'a';
	text[1] = text[RECALL_LINE_BYTES + 3] = '\n';
	load(*state, text, RECALL_LINE_BYTES + 4);
	older(*state, "", "a");
	add(*state, "b");
	load(*state, text + 2, RECALL_LINE_BYTES);
	free(recall_text(*state, &len));
	assert_int_equal(len, RECALL_LINE_BYTES + 5);
	/* as long, all of it escaped; and one more */
	for (i = 0; i < SIZE; i++)
		text[i] = '\\';
	load(*state, text, SIZE - 1);
	load(*state, text, SIZE - 3);
	free(recall_text(*state, &len));
	assert_int_equal(len, 3 * RECALL_LINE_BYTES + 6);
	free(text);
}

static void
test_the_newest_lines_of_a_file_are_kept(void **state)
{
	enum { LINES = 3 * RECALL_LINES };
	char *text = malloc(LINES * 8), line[32];
	size_t len = 0;
	int i;

	assert_non_null(text);
	add(*state, "last");
	for (i = 0; i < LINES; i++)
		len += (size_t)sprintf(text + len, "%d\n%s", i,
		    i % 3 == 0 ? "\n" : "");
	load(*state, text, len);
	older(*state, "", "last");
	for (i = LINES - 1; i > LINES - RECALL_LINES; i--) {
		snprintf(line, sizeof(line), "%d", i);
		older(*state, "", line);
	}
	older(*state, "", NULL);
	/* full: nothing more is taken, and a sent line still is */
	load(*state, "older\n", 6);
	older(*state, "", "last");
	add(*state, "new");
	older(*state, "", "new");
	older(*state, "new", "last");
	free(text);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static const char *const pieces[] = { "a", "word ", "\n", "\\", "\\n", "中文",
    "e\xcc\x81", "🇨🇳", "\t", "\x01", "\r", "\xc2\x80" };
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static void
random_line(char *line, uint32_t *r)
{
	uint32_t n;

	line[0] = '\0';
	for (n = next_random(r) % 8; n > 0; n--)
		strcat(line, pieces[next_random(r) % PIECES]);
}

/* Both hold the same lines, which are walked until there are no more. */
static void
hold_the_same(struct recall *a, struct recall *b)
{
	const char *one;
	size_t len;

	while ((one = recall_older(a, "", &len)) != NULL)
		older(b, "", one);
	older(b, "", NULL);
}

static void
test_lines_survive_a_file(void **state)
{
	struct recall *from, *to;
	char line[128], *text, *again;
	uint32_t r, seed, n;
	size_t len, len2;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		r = seed;
		from = recall_new();
		to = recall_new();
		assert_true(from != NULL && to != NULL);
		for (n = next_random(&r) % (2 * RECALL_LINES); n > 0; n--) {
			random_line(line, &r);
			add(from, line);
		}
		text = recall_text(from, &len);
		assert_non_null(text);
		load(to, text, len);
		again = recall_text(to, &len2);
		assert_non_null(again);
		assert_string_equal(again, text);
		assert_int_equal(len2, len);
		hold_the_same(from, to);
		free(again);
		free(text);
		recall_free(from);
		recall_free(to);
	}
}

/* Any bytes leave lines that, written, leave the same. */
static void
test_any_file_is_taken(void **state)
{
	static const char bytes[] = "ab\n\n\n\\\\n\0\xff\xe4\xb8\xad";
	char text[256], *got, *again;
	struct recall *r;
	uint32_t seed, i;
	size_t len;

	(void)state;
	for (seed = 1, i = 0; i < 4000; i++) {
		len = next_random(&seed) % sizeof(text);
		for (size_t k = 0; k < len; k++)
			text[k] = bytes[next_random(&seed) %
			    (sizeof(bytes) - 1)];
		r = recall_new();
		assert_non_null(r);
		load(r, text, len);
		got = recall_text(r, &len);
		recall_free(r);
		r = recall_new();
		assert_true(r != NULL && got != NULL);
		load(r, got, len);
		again = recall_text(r, &len);
		assert_non_null(again);
		assert_string_equal(again, got);
		free(again);
		free(got);
		recall_free(r);
	}
}

static void
test_what_is_hidden_is_in_no_file(void **state)
{
	struct recall *r = *state;
	size_t len;
	char *text;

	add(r, "one");
	add(r, "/mgs bob secret");
	recall_hide(r);
	add(r, "two");
	older(r, "", "two");
	older(r, "two", "/mgs bob secret");
	older(r, "/msg bob secret", "one");
	text = recall_text(r, &len);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_without_lines_there_is_nothing_to_show),
		T(test_up_and_down_walk_the_lines),
		T(test_the_draft_comes_back),
		T(test_an_edited_line_is_kept_until_something_is_sent),
		T(test_sending_returns_to_the_bottom),
		T(test_a_line_that_comes_leaves_the_draft_and_the_place),
		T(test_what_is_hidden_is_in_no_file),
		T(test_what_is_forgotten_was_not_sent),
		T(test_what_was_made_of_a_line_that_is_forgotten_stays),
		T(test_a_line_sent_twice_in_a_row_is_there_once),
		T(test_the_oldest_lines_are_forgotten),
		T(test_lines_are_written_oldest_first),
		T(test_what_a_file_leaves),
		T(test_a_loaded_line_is_walked_to),
		T(test_loaded_lines_are_older_than_those_sent),
		T(test_a_line_of_a_file_may_be_too_long),
		T(test_the_newest_lines_of_a_file_are_kept),
		T(test_lines_survive_a_file),
		T(test_any_file_is_taken),
	};

	return tests_run(tests, NULL, NULL);
}
