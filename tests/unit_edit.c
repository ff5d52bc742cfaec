/*
 * The line editor: every key that edits, with text as people write it, and
 * how it stands in its pane.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/text/edit.h"

static int
setup(void **state)
{
	*state = edit_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	edit_free(*state);
	return 0;
}

/* Where the caret stands is written '|'. */
static void
shows(const struct edit *e, const char *want)
{
	char got[1024];
	size_t len, caret = edit_caret(e);
	const char *text = edit_text(e, &len);

	assert_int_equal(strlen(text), len);
	assert_true(caret <= len && len + 2 <= sizeof(got));
	snprintf(got, sizeof(got), "%.*s|%s", (int)caret, text, text + caret);
	assert_string_equal(got, want);
}

/* Puts a text with its caret ('|') in, with nothing to undo. */
static void
start(struct edit *e, const char *text)
{
	size_t before = strcspn(text, "|");

	edit_reset(e);
	assert_true(edit_set(e, text + before + 1, strlen(text) - before - 1));
	while (edit_caret(e) > 0)
		assert_true(edit_do(e, edit_text(e, NULL)[edit_caret(e) - 1] ==
		    '\n' ? EDIT_LEFT : EDIT_HOME));
	assert_true(edit_insert(e, text, before));
	shows(e, text);
}

/* op makes `want` of `text`; where they are equal it must do nothing. */
static void
does(struct edit *e, enum edit_op op, const char *text, const char *want)
{
	start(e, text);
	assert_int_equal(edit_do(e, op), strcmp(text, want) != 0);
	shows(e, want);
}

static void
type(struct edit *e, const char *text)
{
	size_t len = strlen(text), pos, next;

	for (pos = 0; pos < len; pos = next) {
		next = text_next(text, len, pos, NULL);
		assert_true(edit_insert(e, text + pos, next - pos));
	}
}

static void
test_the_caret_moves_by_cluster(void **state)
{
	does(*state, EDIT_LEFT, "ab|c", "a|bc");
	does(*state, EDIT_LEFT, "|abc", "|abc");
	does(*state, EDIT_RIGHT, "a|bc", "ab|c");
	does(*state, EDIT_RIGHT, "abc|", "abc|");
	does(*state, EDIT_LEFT, "中文|", "中|文");
	does(*state, EDIT_LEFT, "ae\xcc\x81|", "a|e\xcc\x81");
	does(*state, EDIT_RIGHT, "|👨‍👩‍👧x", "👨‍👩‍👧|x");
	does(*state, EDIT_LEFT, "🇨🇳🇫🇷|", "🇨🇳|🇫🇷");
	does(*state, EDIT_RIGHT, "a|\nb", "a\n|b");
}

static void
test_the_caret_moves_by_word(void **state)
{
	does(*state, EDIT_WORD_LEFT, "one two, |", "one |two, ");
	does(*state, EDIT_WORD_LEFT, "one tw|o", "one |two");
	does(*state, EDIT_WORD_LEFT, "  one|", "  |one");
	does(*state, EDIT_WORD_LEFT, "  |one", "|  one");
	does(*state, EDIT_WORD_LEFT, "|one", "|one");
	does(*state, EDIT_WORD_RIGHT, "on|e two", "one| two");
	does(*state, EDIT_WORD_RIGHT, "one|, two!", "one, two|!");
	does(*state, EDIT_WORD_RIGHT, "one|", "one|");
	does(*state, EDIT_WORD_RIGHT, "|中文，好", "中文|，好");
	does(*state, EDIT_WORD_LEFT, "über 3x|", "über |3x");
}

static void
test_home_and_end_keep_to_the_line(void **state)
{
	does(*state, EDIT_HOME, "one\ntw|o", "one\n|two");
	does(*state, EDIT_HOME, "one\n|two", "one\n|two");
	does(*state, EDIT_END, "o|ne\ntwo", "one|\ntwo");
	does(*state, EDIT_END, "one|\ntwo", "one|\ntwo");
	does(*state, EDIT_END, "tw|o", "two|");
}

static void
test_up_and_down_keep_the_column(void **state)
{
	struct edit *e = *state;

	does(e, EDIT_UP, "one|", "one|");
	does(e, EDIT_DOWN, "one|", "one|");
	does(e, EDIT_UP, "one\n|two", "|one\ntwo");
	does(e, EDIT_DOWN, "one|\n", "one\n|");
	does(e, EDIT_DOWN, "中文|\nabcdef", "中文\nabcd|ef");
	does(e, EDIT_UP, "中文\nabc|def", "中|文\nabcdef");

	start(e, "long line|\nx\nanother one");
	assert_true(edit_do(e, EDIT_DOWN));
	shows(e, "long line\nx|\nanother one");
	assert_true(edit_do(e, EDIT_DOWN));
	shows(e, "long line\nx\nanother o|ne");
	assert_false(edit_do(e, EDIT_DOWN));
	assert_true(edit_do(e, EDIT_UP));
	assert_true(edit_do(e, EDIT_LEFT) && edit_do(e, EDIT_UP));
	shows(e, "|long line\nx\nanother one");
}

static void
test_deletion_takes_whole_clusters(void **state)
{
	does(*state, EDIT_BACKSPACE, "ab|c", "a|c");
	does(*state, EDIT_BACKSPACE, "|abc", "|abc");
	does(*state, EDIT_DELETE, "a|bc", "a|c");
	does(*state, EDIT_DELETE, "abc|", "abc|");
	does(*state, EDIT_BACKSPACE, "中文|", "中|");
	does(*state, EDIT_BACKSPACE, "xe\xcc\x81|", "x|");
	does(*state, EDIT_BACKSPACE, "x👨‍👩‍👧|", "x|");
	does(*state, EDIT_DELETE, "|🇨🇳🇫🇷", "|🇫🇷");
	does(*state, EDIT_BACKSPACE, "a\n|b", "a|b");
}

static void
test_deletion_may_join_what_it_parted(void **state)
{
	/* the two halves become one flag: the caret may not stand inside */
	does(*state, EDIT_BACKSPACE, "🇨x|🇳y", "🇨🇳|y");
	does(*state, EDIT_DELETE, "e|x\xcc\x81", "e|");
}

static void
test_kills(void **state)
{
	does(*state, EDIT_KILL_SPACE, "see a/b.c  |now", "see |now");
	does(*state, EDIT_KILL_SPACE, "|now", "|now");
	does(*state, EDIT_KILL_SPACE, "中文\xe3\x80\x80好吗|",
	    "中文\xe3\x80\x80|");
	does(*state, EDIT_KILL_WORD_LEFT, "see a/b.c, |", "see a/b.|");
	does(*state, EDIT_KILL_WORD_RIGHT, "see| a/b", "see|/b");
	does(*state, EDIT_KILL_END, "a|bc\nd", "a|\nd");
	does(*state, EDIT_KILL_END, "abc|\nd", "abc|d");
	does(*state, EDIT_KILL_END, "abc|", "abc|");
	does(*state, EDIT_KILL_ALL, "a\nb|c\nd", "|");
	does(*state, EDIT_KILL_ALL, "|", "|");
	does(*state, EDIT_KILL_HOME, "a\nbc|d", "a\n|d");
	does(*state, EDIT_KILL_HOME, "a\n|d", "a|d");
	does(*state, EDIT_KILL_HOME, "|d", "|d");
}

static void
test_yank_gives_back_what_was_killed(void **state)
{
	struct edit *e = *state;

	assert_false(edit_do(e, EDIT_YANK));
	start(e, "one two |three");
	assert_true(edit_do(e, EDIT_KILL_SPACE));
	shows(e, "one |three");
	assert_true(edit_do(e, EDIT_END) && edit_do(e, EDIT_YANK));
	shows(e, "one threetwo |");
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "one threetwo two |");
}

static void
test_kills_in_a_row_are_one_yank(void **state)
{
	struct edit *e = *state;

	start(e, "one two |three four");
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	assert_true(edit_do(e, EDIT_KILL_WORD_RIGHT));
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	shows(e, "| four");
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "one two three| four");

	/* a movement in between begins anew */
	assert_true(edit_do(e, EDIT_KILL_END));
	assert_true(edit_do(e, EDIT_LEFT));
	assert_true(edit_do(e, EDIT_KILL_END));
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "one two three|");
}

static void
test_the_yank_outlives_sending(void **state)
{
	struct edit *e = *state;

	start(e, "kept|");
	assert_true(edit_do(e, EDIT_KILL_HOME));
	edit_reset(e);
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "kept|");
}

static void
test_transpose(void **state)
{
	does(*state, EDIT_TRANSPOSE, "a|b", "ba|");
	does(*state, EDIT_TRANSPOSE, "teh|", "the|");
	does(*state, EDIT_TRANSPOSE, "中|文x", "文中|x");
	does(*state, EDIT_TRANSPOSE, "|ab", "|ab");
	does(*state, EDIT_TRANSPOSE, "a|", "a|");
	does(*state, EDIT_TRANSPOSE, "|", "|");
	does(*state, EDIT_TRANSPOSE, "ab\nc|\nd", "ab\nc|\nd");
	does(*state, EDIT_TRANSPOSE, "ab|\nc", "ba|\nc");
	does(*state, EDIT_TRANSPOSE, "👨‍👩‍👧|e\xcc\x81", "e\xcc\x81👨‍👩‍👧|");
}

static void
test_typed_words_are_undone_one_by_one(void **state)
{
	struct edit *e = *state;

	type(e, "one  two 三 ");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "one  two |");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "one  |");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|");
	assert_false(edit_do(e, EDIT_UNDO));
	assert_true(edit_do(e, EDIT_REDO));
	assert_true(edit_do(e, EDIT_REDO));
	shows(e, "one  two |");
	type(e, "x");
	assert_false(edit_do(e, EDIT_REDO));
	shows(e, "one  two x|");
}

static void
test_typing_elsewhere_is_another_step(void **state)
{
	struct edit *e = *state;

	type(e, "ab");
	assert_true(edit_do(e, EDIT_LEFT));
	type(e, "x");
	shows(e, "ax|b");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "a|b");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|");
}

static void
test_a_paste_is_one_step(void **state)
{
	struct edit *e = *state;

	type(e, "ab");
	assert_true(edit_insert(e, "one two three", 13));
	type(e, "c");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "abone two three|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "ab|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|");
}

static void
test_undo_brings_the_caret_back(void **state)
{
	struct edit *e = *state;

	start(e, "one two| three");
	assert_true(edit_do(e, EDIT_KILL_HOME));
	assert_true(edit_do(e, EDIT_END));
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "one two| three");
	assert_true(edit_do(e, EDIT_REDO));
	shows(e, "| three");
}

static void
test_a_recalled_line_replaces_all_in_one_step(void **state)
{
	struct edit *e = *state;

	start(e, "dra|ft");
	assert_true(edit_set(e, "older line", 10));
	shows(e, "older line|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "dra|ft");
	assert_true(edit_set(e, "", 0));
	shows(e, "|");
}

static void
test_sending_forgets_the_steps(void **state)
{
	struct edit *e = *state;

	type(e, "secret");
	edit_reset(e);
	shows(e, "|");
	assert_false(edit_do(e, EDIT_UNDO));
	assert_false(edit_do(e, EDIT_REDO));
}

static void
test_each_change_has_another_number(void **state)
{
	static const enum edit_op ops[] = { EDIT_TRANSPOSE, EDIT_UNDO,
		EDIT_REDO };
	struct edit *e = *state;
	size_t i, before;

	type(e, "ab");
	before = edit_changes(e);
	assert_true(edit_do(e, EDIT_LEFT));
	assert_true(edit_do(e, EDIT_END));
	assert_int_equal(edit_changes(e), before);
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		assert_true(edit_do(e, ops[i]));
		assert_true(edit_changes(e) > before);
		before = edit_changes(e);
	}
	edit_reset(e);
	assert_true(edit_changes(e) > before);
}

static void
test_only_good_text_gets_in(void **state)
{
	struct edit *e = *state;

	assert_true(edit_insert(e, "a\r\nb\rc\nd", 8));
	shows(e, "a\nb\nc\nd|");
	edit_reset(e);
	assert_true(edit_insert(e, "a\0b", 3));
	shows(e, "ab|");
	edit_reset(e);
	assert_true(edit_insert(e, "a\xff\xe4\xb8z\xc0\xaf", 7));
	shows(e, "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"
	    "\xef\xbf\xbd\xef\xbf\xbd|");
	edit_reset(e);
	assert_true(edit_insert(e, "\xed\xa0\x80 \t\x01", 6));
	shows(e, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \t\x01|");
	assert_true(edit_insert(e, "\0", 1));
	assert_true(edit_insert(e, "", 0));
	assert_true(edit_do(e, EDIT_UNDO));
	assert_false(edit_do(e, EDIT_UNDO));
}

static void
test_an_insertion_may_join_its_neighbours(void **state)
{
	struct edit *e = *state;

	assert_true(edit_insert(e, "\xcc\x81x", 3));
	assert_true(edit_do(e, EDIT_HOME));
	assert_true(edit_insert(e, "e", 1));
	shows(e, "e\xcc\x81|x");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|\xcc\x81x");
}

static void
test_what_does_not_fit_changes_nothing(void **state)
{
	struct edit *e = *state;
	char *big = malloc(3 * EDIT_BYTES);
	size_t len;

	assert_non_null(big);
	memset(big, 'x', 3 * EDIT_BYTES);
	assert_true(edit_insert(e, "ab", 2));
	assert_false(edit_insert(e, big, EDIT_BYTES - 1));
	assert_false(edit_set(e, big, EDIT_BYTES + 1));
	assert_false(edit_insert(e, big, 3 * EDIT_BYTES));
	shows(e, "ab|");
	assert_true(edit_set(e, big, EDIT_BYTES));
	assert_false(edit_insert(e, "y", 1));
	edit_text(e, &len);
	assert_int_equal(len, EDIT_BYTES);
	assert_true(edit_do(e, EDIT_KILL_HOME));
	assert_true(edit_do(e, EDIT_YANK));
	assert_false(edit_do(e, EDIT_YANK));
	edit_text(e, &len);
	assert_int_equal(len, EDIT_BYTES);
	/* the oldest steps make room for these, but the last is there */
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|");
	free(big);
}

static void
test_undo_keeps_the_newest_steps(void **state)
{
	struct edit *e = *state;
	char *big = malloc(EDIT_BYTES);
	int i, n;

	assert_non_null(big);
	memset(big, 'x', EDIT_BYTES);
	for (i = 0; i < 100; i++) {
		big[0] = (char)('A' + i % 26);
		assert_true(edit_set(e, big, EDIT_BYTES));
	}
	for (n = 0; edit_do(e, EDIT_UNDO); n++)
		continue;
	assert_in_range(n, 5, 50);
	assert_int_equal(edit_text(e, NULL)[0], 'A' + (99 - n) % 26);
	free(big);
}

/* e with acute of two characters; the flags are of two each, too. */
#define E	"e\xcc\x81"

/* What the tests above have not, so that each has met every kind of text. */
static void
test_movement_meets_every_kind_of_text(void **state)
{
	does(*state, EDIT_LEFT, "one\n|two", "one|\ntwo");
	does(*state, EDIT_RIGHT, "|中文", "中|文");
	does(*state, EDIT_RIGHT, "|" E "x", E "|x");
	does(*state, EDIT_RIGHT, "🇨🇳|🇫🇷🇩🇪", "🇨🇳🇫🇷|🇩🇪");
	does(*state, EDIT_WORD_LEFT, "中文，好|", "中文，|好");
	does(*state, EDIT_WORD_LEFT, "x " E E "|", "x |" E E);
	does(*state, EDIT_WORD_LEFT, "one 🇨🇳🇫🇷|", "|one 🇨🇳🇫🇷");
	does(*state, EDIT_WORD_LEFT, "one\n\n|two", "|one\n\ntwo");
	does(*state, EDIT_WORD_RIGHT, "| " E E "x y", " " E E "x| y");
	does(*state, EDIT_WORD_RIGHT, "|🇨🇳🇫🇷one", "🇨🇳🇫🇷one|");
	does(*state, EDIT_WORD_RIGHT, "one|\n\ntwo", "one\n\ntwo|");
	does(*state, EDIT_HOME, "一\n中文|字", "一\n|中文字");
	does(*state, EDIT_HOME, "x\n" E "🇨🇳|", "x\n|" E "🇨🇳");
	does(*state, EDIT_END, "中|文\n字", "中文|\n字");
	does(*state, EDIT_END, "|" E "🇨🇳\nx", E "🇨🇳|\nx");
}

static void
test_up_and_down_count_columns_not_bytes(void **state)
{
	does(*state, EDIT_UP, E E "x\nab|", E E "|x\nab");
	does(*state, EDIT_DOWN, E "|\nabc", E "\na|bc");
	does(*state, EDIT_UP, "🇨🇳🇫🇷\nab|cd", "🇨🇳|🇫🇷\nabcd");
	does(*state, EDIT_UP, "🇨🇳🇫🇷\nabc|d", "🇨🇳|🇫🇷\nabcd");
	does(*state, EDIT_DOWN, "🇨🇳|\n中文", "🇨🇳\n中|文");
	does(*state, EDIT_DOWN, "one|\n\ntwo", "one\n|\ntwo");
	does(*state, EDIT_UP, "one\n\n|two", "one\n|\ntwo");
}

static void
test_deletion_meets_every_kind_of_text(void **state)
{
	does(*state, EDIT_DELETE, "中|文字", "中|字");
	does(*state, EDIT_DELETE, "|" E "x", "|x");
	does(*state, EDIT_DELETE, "a|\nb", "a|b");
	does(*state, EDIT_BACKSPACE, "🇨🇳🇫🇷|", "🇨🇳|");
	does(*state, EDIT_BACKSPACE, "\n\n|", "\n|");
}

static void
test_kills_meet_every_kind_of_text(void **state)
{
	does(*state, EDIT_KILL_SPACE, "x " E "🇨🇳中|y", "x |y");
	does(*state, EDIT_KILL_SPACE, "one\ntwo|", "one\n|");
	does(*state, EDIT_KILL_SPACE, "one\n|two", "|two");
	does(*state, EDIT_KILL_WORD_LEFT, "好，中文|", "好，|");
	does(*state, EDIT_KILL_WORD_LEFT, "x " E E "|y", "x |y");
	does(*state, EDIT_KILL_WORD_LEFT, "one🇨🇳|", "|");
	does(*state, EDIT_KILL_WORD_LEFT, "one\n|two", "|two");
	does(*state, EDIT_KILL_WORD_RIGHT, "|中文，好", "|，好");
	does(*state, EDIT_KILL_WORD_RIGHT, "|" E E " x", "| x");
	does(*state, EDIT_KILL_WORD_RIGHT, "|🇨🇳one two", "| two");
	does(*state, EDIT_KILL_WORD_RIGHT, "one|\ntwo", "one|");
	does(*state, EDIT_KILL_END, "中|文" E "🇨🇳\n字", "中|\n字");
	does(*state, EDIT_KILL_END, "中|\n" E, "中|" E);
	does(*state, EDIT_KILL_HOME, "字\n文" E "🇨🇳|中", "字\n|中");
	does(*state, EDIT_KILL_HOME, E "\n|中", E "|中");
}

/* What is killed of `text` and yanked in front of the rest of it. */
static void
yanks(struct edit *e, enum edit_op kill, const char *text, const char *want)
{
	start(e, text);
	assert_true(edit_do(e, kill));
	edit_caret_to(e, 0);
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, want);
	assert_true(edit_do(e, EDIT_UNDO));
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, text);
	assert_true(edit_do(e, EDIT_REDO));
	assert_true(edit_do(e, EDIT_REDO));
	assert_false(edit_do(e, EDIT_REDO));
	shows(e, want);
}

static void
test_yanks_and_undoes_every_kind_of_text(void **state)
{
	yanks(*state, EDIT_KILL_SPACE, "x 中文|", "中文|x ");
	yanks(*state, EDIT_KILL_WORD_LEFT, "x " E E "|", E E "|x ");
	yanks(*state, EDIT_KILL_END, "x|🇨🇳🇫🇷", "🇨🇳🇫🇷|x");
	yanks(*state, EDIT_KILL_END, "a\n中|\nb", "\n|a\n中b");
	yanks(*state, EDIT_KILL_HOME, "a\n" E "中|b", E "中|a\nb");
	yanks(*state, EDIT_KILL_WORD_RIGHT, "a|\n\n中", "\n\n中|a");
}

/* What is yanked may join what stands there: no caret inside a cluster. */
static void
test_a_yank_may_join_its_neighbours(void **state)
{
	struct edit *e = *state;

	start(e, "\xf0\x9f\x87\xa8x|\xf0\x9f\x87\xb3y");
	assert_true(edit_do(e, EDIT_LEFT));
	assert_true(edit_do(e, EDIT_KILL_HOME));
	assert_true(edit_do(e, EDIT_DELETE));
	shows(e, "|\xf0\x9f\x87\xb3y");
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "🇨🇳|y");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "|\xf0\x9f\x87\xb3y");
	assert_true(edit_do(e, EDIT_REDO));
	shows(e, "🇨🇳|y");
}

/* Swapped, undone and done again. */
static void
swaps(struct edit *e, const char *text, const char *want)
{
	does(e, EDIT_TRANSPOSE, text, want);
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, text);
	assert_true(edit_do(e, EDIT_REDO));
	shows(e, want);
}

static void
test_transposing_wide_clusters(void **state)
{
	swaps(*state, "🇨🇳|🇫🇷", "🇫🇷🇨🇳|");
	swaps(*state, "a🇨🇳|🇫🇷b", "a🇫🇷🇨🇳|b");
	swaps(*state, "🇨🇳🇫🇷|", "🇫🇷🇨🇳|");
	swaps(*state, "x\n中🇨🇳|\ny", "x\n🇨🇳中|\ny");
	swaps(*state, E "|中", "中" E "|");
	swaps(*state, "x" E "|", E "x|");
	swaps(*state, "👨‍👩‍👧|👍🏽", "👍🏽👨‍👩‍👧|");
	swaps(*state, "한|\xe1\x84\x92\xe1\x85\xa1",
	    "\xe1\x84\x92\xe1\x85\xa1한|");
	does(*state, EDIT_TRANSPOSE, "中\n|文字", "中\n|文字");
	does(*state, EDIT_TRANSPOSE, "中\n🇨🇳|", "中\n🇨🇳|");
}

/* A cluster that is swapped to where it joins another: caret behind both. */
static void
test_transposing_may_join(void **state)
{
	does(*state, EDIT_TRANSPOSE, "\xcc\x81|ax", "a\xcc\x81|x");
	does(*state, EDIT_TRANSPOSE, "\xf0\x9f\x87\xa8|x\xf0\x9f\x87\xb3",
	    "x🇨🇳|");
}

/* Bytes [from, to) of text are replaced by put: want, in one step. */
static void
replaces(struct edit *e, const char *text, size_t from, size_t to,
    const char *put, const char *want)
{
	start(e, text);
	assert_true(edit_replace(e, from, to, put, strlen(put)));
	shows(e, want);
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, text);
	assert_true(edit_do(e, EDIT_REDO));
	shows(e, want);
}

static void
test_a_part_is_replaced_in_one_step(void **state)
{
	struct edit *e = *state;

	replaces(e, "ask al| now", 4, 6, "alice ", "ask alice | now");
	replaces(e, "|one two", 4, 7, "three", "one three|");
	replaces(e, "one two|", 0, 3, "", "| two");
	replaces(e, "one|", 1, 1, "x", "ox|ne");
	replaces(e, "中文|字", 3, 6, "🇨🇳", "中🇨🇳|字");
	replaces(e, "a\nb|\nc", 1, 4, "\r\n", "a\n|c");
	replaces(e, "ab|", 0, 1, "\xff", "\xef\xbf\xbd|b");
	/* of a cluster, which is the caller's business */
	replaces(e, E "x|", 1, 3, "y", "ey|x");
	replaces(e, "🇨🇳|", 4, 4, "x", "\xf0\x9f\x87\xa8x|\xf0\x9f\x87\xb3");
	/* joins what is behind it */
	replaces(e, "x\xcc\x81y|", 0, 1, "e", E "|y");
	/* nothing new: no step, but the caret goes there */
	start(e, "one two|");
	assert_true(edit_replace(e, 0, 3, "one", 3));
	shows(e, "one| two");
	assert_true(edit_replace(e, 0, 1, "o\0", 2));
	shows(e, "o|ne two");
}

static void
test_a_replacement_is_a_step_of_its_own(void **state)
{
	struct edit *e = *state;

	type(e, "go :x");
	assert_true(edit_replace(e, 3, 5, "❌", strlen("❌")));
	type(e, "yes");
	shows(e, "go ❌yes|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "go ❌|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "go :x|");
	/* an insertion, too, does not join what was typed */
	edit_reset(e);
	type(e, "ab");
	assert_true(edit_replace(e, 2, 2, "c", 1));
	type(e, "d");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "abc|");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "ab|");
}

static void
test_undo_over_kill_yank_and_replace(void **state)
{
	struct edit *e = *state;

	start(e, "中文 one|\n🇨🇳");
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	assert_true(edit_do(e, EDIT_DOWN) && edit_do(e, EDIT_YANK));
	shows(e, "\n中文 one|🇨🇳");
	assert_true(edit_replace(e, 1, 7, E, strlen(E)));
	shows(e, "\n" E "| one🇨🇳");
	assert_true(edit_do(e, EDIT_KILL_END));
	assert_true(edit_do(e, EDIT_UNDO) && edit_do(e, EDIT_UNDO));
	shows(e, "\n中文 one|🇨🇳");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "\n|🇨🇳");
	assert_true(edit_do(e, EDIT_UNDO) && edit_do(e, EDIT_UNDO));
	shows(e, "中文 one|\n🇨🇳");
	assert_true(edit_do(e, EDIT_REDO) && edit_do(e, EDIT_REDO));
	assert_true(edit_do(e, EDIT_REDO) && edit_do(e, EDIT_REDO));
	shows(e, "\n" E "| one🇨🇳");
	/* the yank is what was killed last, whatever was undone */
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "\n" E " one🇨🇳| one🇨🇳");
	assert_false(edit_do(e, EDIT_REDO));
}

static void
test_a_kill_after_a_replacement_begins_anew(void **state)
{
	struct edit *e = *state;

	start(e, "one two| three");
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	/* changes nothing but the caret */
	assert_true(edit_replace(e, 0, 3, "one", 3));
	assert_true(edit_do(e, EDIT_KILL_END));
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "one  three|");
}

static void
test_what_cannot_be_replaced_stays(void **state)
{
	struct edit *e = *state;
	char *big = malloc(EDIT_BYTES);

	assert_non_null(big);
	memset(big, 'x', EDIT_BYTES);
	assert_true(edit_insert(e, "中文", 6));
	assert_false(edit_replace(e, 1, 3, "x", 1));
	assert_false(edit_replace(e, 0, 5, "x", 1));
	assert_false(edit_replace(e, 3, 7, "x", 1));
	assert_false(edit_replace(e, 7, 7, "x", 1));
	assert_false(edit_replace(e, 3, 0, "x", 1));
	assert_false(edit_replace(e, 0, (size_t)-1, "x", 1));
	assert_false(edit_replace(e, 0, 3, big, EDIT_BYTES - 2));
	shows(e, "中文|");
	assert_true(edit_do(e, EDIT_UNDO));
	assert_false(edit_do(e, EDIT_UNDO));
	assert_true(edit_do(e, EDIT_REDO));
	assert_true(edit_replace(e, 0, 3, big, EDIT_BYTES - 3));
	assert_int_equal(edit_caret(e), EDIT_BYTES - 3);
	free(big);
}

static void
puts_caret(struct edit *e, const char *text, size_t at, const char *want)
{
	start(e, text);
	assert_int_equal(edit_caret_to(e, at), strcmp(text, want) != 0);
	shows(e, want);
}

static void
test_the_caret_is_put_on_a_cluster(void **state)
{
	size_t at;

	puts_caret(*state, "abc|", 1, "a|bc");
	puts_caret(*state, "|abc", 3, "abc|");
	puts_caret(*state, "|abc", 4, "|abc");
	puts_caret(*state, "|abc", (size_t)-1, "|abc");
	puts_caret(*state, "a|bc", 1, "a|bc");
	puts_caret(*state, "|", 0, "|");
	puts_caret(*state, "a\n|b", 1, "a|\nb");
	puts_caret(*state, "中|文", 4, "中|文");
	puts_caret(*state, "中文|", 5, "中|文");
	puts_caret(*state, "a" E "x|", 2, "a|" E "x");
	puts_caret(*state, "a" E "x|", 4, "a" E "|x");
	for (at = 8; at < 16; at++)
		puts_caret(*state, "🇨🇳🇫🇷|", at, "🇨🇳|🇫🇷");
	for (at = 1; at < 1 + strlen("👨‍👩‍👧"); at++)
		puts_caret(*state, "x👨‍👩‍👧y|", at, "x|👨‍👩‍👧y");
}

static void
test_putting_the_caret_ends_what_was_done_in_a_row(void **state)
{
	struct edit *e = *state;

	type(e, "ab");
	assert_true(edit_caret_to(e, 1) && edit_caret_to(e, 2));
	type(e, "c");
	assert_true(edit_do(e, EDIT_UNDO));
	shows(e, "ab|");
	start(e, "one two|");
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	assert_true(edit_caret_to(e, 3));
	assert_true(edit_do(e, EDIT_KILL_WORD_LEFT));
	assert_true(edit_do(e, EDIT_YANK));
	shows(e, "one| ");
}

/* The rows, each from `[` to `]`, and the caret as `row,col`. */
static void
laid_out(const struct edit *e, int cols, const char *want)
{
	struct edit_layout l;
	char got[1024] = "", place[32];
	int i;

	assert_true(edit_layout(e, cols, &l));
	for (i = 0; i < l.nrows; i++) {
		assert_int_equal(strlen(l.rows[i].text), l.rows[i].len);
		strlcat(got, "[", sizeof(got));
		strlcat(got, l.rows[i].text, sizeof(got));
		strlcat(got, "]", sizeof(got));
	}
	snprintf(place, sizeof(place), " %d,%d", l.caret_row, l.caret_col);
	strlcat(got, place, sizeof(got));
	assert_string_equal(got, want);
	edit_layout_clear(&l);
}

static void
test_the_pane_shows_the_text_in_rows(void **state)
{
	struct edit *e = *state;

	laid_out(e, 4, "[] 0,0");
	start(e, "abcdef|");
	laid_out(e, 4, "[abcd][ef] 1,2");
	laid_out(e, 7, "[abcdef] 0,6");
	start(e, "ab|cdef");
	laid_out(e, 2, "[ab][cd][ef] 1,0");
	start(e, "ab\n\ncd|");
	laid_out(e, 4, "[ab][][cd] 2,2");
	start(e, "ab\n|");
	laid_out(e, 4, "[ab][] 1,0");
}

static void
test_a_caret_behind_a_full_row_has_a_row(void **state)
{
	struct edit *e = *state;

	start(e, "abcd|");
	laid_out(e, 4, "[abcd][] 1,0");
	start(e, "|abcd");
	laid_out(e, 4, "[abcd] 0,0");
	start(e, "abcd|\nef");
	laid_out(e, 4, "[abcd][][ef] 1,0");
	start(e, "|abcd\nef");
	laid_out(e, 4, "[abcd][ef] 0,0");
}

static void
test_wide_text_keeps_off_the_edge(void **state)
{
	struct edit *e = *state;

	start(e, "a中文|");
	laid_out(e, 4, "[a中][文] 1,2");
	laid_out(e, 5, "[a中文][] 1,0");
	start(e, "a中|文");
	laid_out(e, 4, "[a中][文] 1,0");
	laid_out(e, 3, "[a中][文] 1,0");
	laid_out(e, 2, "[a][中][文] 2,0");
	start(e, "a中|");
	laid_out(e, 1, "[a][?][] 2,0");
}

static void
test_the_pane_shows_the_display_form(void **state)
{
	struct edit *e = *state;

	start(e, "a\tb\x01|");
	laid_out(e, 11, "[a       b␁] 0,10");
	/* to the stops of the line, not of the row; never wider than it */
	start(e, "\tx\n中\t|y");
	laid_out(e, 10, "[        x][中      y] 1,8");
	start(e, "abcdef\tx|");
	laid_out(e, 7, "[abcdef][  x] 1,3");
	start(e, "\t|x");
	laid_out(e, 4, "[    ][x] 1,0");
	start(e, "e\xcc\x81|x");
	laid_out(e, 9, "[éx] 0,1");
	/* dropped, and yet the caret can stand before it, in its own cell */
	start(e, "ab|\xe2\x80\x8b");
	laid_out(e, 2, "[ab][] 1,0");
	/* family and skin tone, as all terminals agree on them */
	start(e, "👨‍👩‍👧👍🏽|");
	laid_out(e, 9, "[👨👩👧👍] 0,8");
	laid_out(e, 5, "[?👍] 0,3");
}

static void
test_the_longest_paste_is_laid_out(void **state)
{
	struct edit *e = *state;
	struct edit_layout l;
	char *big = malloc(EDIT_BYTES);
	int i;

	assert_non_null(big);
	memset(big, 'x', EDIT_BYTES);
	assert_true(edit_insert(e, big, EDIT_BYTES));
	assert_true(edit_layout(e, 64, &l));
	assert_int_equal(l.nrows, EDIT_BYTES / 64 + 1);
	assert_int_equal(l.caret_row, l.nrows - 1);
	for (i = 0; i < l.nrows - 1; i++)
		assert_memory_equal(l.rows[i].text, big, 64);
	edit_layout_clear(&l);
	/* a pane without a column is taken as one */
	edit_reset(e);
	assert_true(edit_insert(e, "ab", 2));
	laid_out(e, 0, "[a][b][] 2,0");
	free(big);
}

static size_t
boundary_at_or_after(const char *text, size_t len, size_t pos)
{
	size_t at = 0;

	while (at < pos)
		at = text_next(text, len, at, NULL);
	return at;
}

static void
check_layout(const struct edit *e, int cols)
{
	struct edit_layout l;
	const struct edit_row *row;
	const char *text;
	size_t len, pos = 0;
	int i;

	text = edit_text(e, &len);
	assert_true(edit_layout(e, cols, &l));
	assert_true(l.nrows >= 1);
	for (i = 0; i < l.nrows; i++) {
		row = &l.rows[i];
		assert_true(row->cols <= cols);
		assert_true(text_valid(row->text, row->len));
		assert_int_equal(text_cols(row->text, row->len), row->cols);
		if (row->from != pos) {
			assert_int_equal(row->from, pos + 1);
			assert_int_equal(text[pos], '\n');
		}
		assert_null(memchr(text + row->from, '\n',
		    row->to - row->from));
		pos = row->to;
	}
	assert_int_equal(pos, len);
	assert_in_range(l.caret_row, 0, l.nrows - 1);
	assert_in_range(l.caret_col, 0, cols - 1);
	row = &l.rows[l.caret_row];
	assert_true(edit_caret(e) >= row->from && edit_caret(e) <= row->to);
	assert_true(l.caret_col <= row->cols);
	assert_true(edit_caret(e) > row->from || l.caret_col == 0);
	assert_true(edit_caret(e) < row->to || l.caret_col == row->cols);
	edit_layout_clear(&l);
}

static void
check_state(const struct edit *e, int cols)
{
	size_t len;
	const char *text = edit_text(e, &len);

	assert_true(len <= EDIT_BYTES);
	assert_int_equal(text[len], '\0');
	assert_true(text_valid(text, len));
	assert_null(memchr(text, '\0', len));
	assert_null(memchr(text, '\r', len));
	assert_int_equal(boundary_at_or_after(text, len, edit_caret(e)),
	    edit_caret(e));
	check_layout(e, cols);
}

/* A generator of our own: a failing seed can be run again anywhere. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static const char *const pieces[] = { "a", "b ", " ", "word", "\n", "\r\n",
    "中", "文字，", "\xcc\x81", "\xe2\x80\x8d", "👍", "\xf0\x9f\x8f\xbd", "👨‍👩‍👧",
    "\xf0\x9f\x87\xa8", "\xf0\x9f\x87\xb3", "🇫🇷", "\t", "\x01", "\xff",
    "\xe4\xb8", "\xef\xb8\x8f", "\xe1\x84\x80", "\xe1\x85\xa1", "한",
    "\xd8\x80", "\xe0\xa4\x95\xe0\xa4\xbf", "\xc2\xad", "one two\nthree" };
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

/* It is refused just where a character would be cut. */
static bool
random_replace(struct edit *e, uint32_t *r, const char *piece)
{
	size_t len, from, to;
	const char *text = edit_text(e, &len);
	bool good;

	from = next_random(r) % (len + 1);
	to = from + next_random(r) % 9;
	good = to <= len && text_valid(text, from) &&
	    text_valid(text + from, to - from);
	assert_int_equal(edit_replace(e, from, to, piece, strlen(piece)),
	    good);
	return good;
}

/* Something is done; where it says false, nothing may have changed. */
static void
random_step(struct edit *e, uint32_t *r)
{
	uint32_t what = next_random(r) % 100;
	const char *piece = pieces[next_random(r) % PIECES];
	size_t len, caret = edit_caret(e);
	char *before = strdup(edit_text(e, &len));
	bool changed = true;

	assert_non_null(before);
	if (what < 45)
		assert_true(edit_insert(e, piece, strlen(piece)));
	else if (what < 47)
		assert_true(edit_set(e, piece, strlen(piece)));
	else if (what < 55)
		changed = random_replace(e, r, piece);
	else if (what < 60)
		changed = edit_caret_to(e, next_random(r) % (len + 2));
	else
		changed = edit_do(e, (enum edit_op)(next_random(r) %
		    (EDIT_REDO + 1)));
	if (!changed) {
		assert_string_equal(edit_text(e, NULL), before);
		assert_int_equal(edit_caret(e), caret);
	}
	free(before);
}

static void
test_whatever_is_done_the_text_stays_sound(void **state)
{
	struct edit *e = *state;
	uint32_t seed, r;
	char *last;
	int i;

	for (seed = 1; seed <= 60; seed++) {
		r = seed;
		edit_reset(e);
		for (i = 0; i < 150; i++) {
			random_step(e, &r);
			check_state(e, 1 + (int)(next_random(&r) % 12));
		}
		while (edit_do(e, EDIT_REDO))
			continue;
		last = strdup(edit_text(e, NULL));
		assert_non_null(last);
		while (edit_do(e, EDIT_UNDO))
			check_state(e, 5);
		shows(e, "|");
		while (edit_do(e, EDIT_REDO))
			check_state(e, 5);
		assert_string_equal(edit_text(e, NULL), last);
		free(last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_the_caret_moves_by_cluster),
		T(test_the_caret_moves_by_word),
		T(test_home_and_end_keep_to_the_line),
		T(test_up_and_down_keep_the_column),
		T(test_deletion_takes_whole_clusters),
		T(test_deletion_may_join_what_it_parted),
		T(test_kills),
		T(test_yank_gives_back_what_was_killed),
		T(test_kills_in_a_row_are_one_yank),
		T(test_the_yank_outlives_sending),
		T(test_transpose),
		T(test_typed_words_are_undone_one_by_one),
		T(test_typing_elsewhere_is_another_step),
		T(test_a_paste_is_one_step),
		T(test_undo_brings_the_caret_back),
		T(test_a_recalled_line_replaces_all_in_one_step),
		T(test_sending_forgets_the_steps),
		T(test_each_change_has_another_number),
		T(test_only_good_text_gets_in),
		T(test_an_insertion_may_join_its_neighbours),
		T(test_what_does_not_fit_changes_nothing),
		T(test_undo_keeps_the_newest_steps),
		T(test_movement_meets_every_kind_of_text),
		T(test_up_and_down_count_columns_not_bytes),
		T(test_deletion_meets_every_kind_of_text),
		T(test_kills_meet_every_kind_of_text),
		T(test_yanks_and_undoes_every_kind_of_text),
		T(test_a_yank_may_join_its_neighbours),
		T(test_transposing_wide_clusters),
		T(test_transposing_may_join),
		T(test_a_part_is_replaced_in_one_step),
		T(test_a_replacement_is_a_step_of_its_own),
		T(test_undo_over_kill_yank_and_replace),
		T(test_a_kill_after_a_replacement_begins_anew),
		T(test_what_cannot_be_replaced_stays),
		T(test_the_caret_is_put_on_a_cluster),
		T(test_putting_the_caret_ends_what_was_done_in_a_row),
		T(test_the_pane_shows_the_text_in_rows),
		T(test_a_caret_behind_a_full_row_has_a_row),
		T(test_wide_text_keeps_off_the_edge),
		T(test_the_pane_shows_the_display_form),
		T(test_the_longest_paste_is_laid_out),
		T(test_whatever_is_done_the_text_stays_sound),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
