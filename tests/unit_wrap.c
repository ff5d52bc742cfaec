/*
 * Rows of the message pane: words stay whole, CJK breaks where it may, URLs
 * can be copied, and nothing is lost or goes over the edge.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/text/wrap.h"

/*
 * The text, cols wide, makes these rows: separated by '|'. What is not seen
 * must be spaces, or the newline that ends a row.
 */
static void
check(const char *text, int cols, const char *want)
{
	size_t len = strlen(text), i;
	struct wrap_row row = { .next = 0 };
	char got[4096] = "";
	int n = 0;

	while (!row.last) {
		size_t start = row.next;

		row = wrap_row(text, len, cols, start);
		assert_true(row.from >= start && row.to >= row.from);
		assert_true(row.next >= row.to && row.next <= len);
		assert_true(row.last || row.next > start);
		for (i = start; i < row.from; i++)
			assert_int_equal(text[i], ' ');
		for (i = row.to; i < row.next; i++)
			assert_true(text[i] == ' ' ||
			    (text[i] == '\n' && i + 1 == row.next));
		assert_int_equal(row.cols,
		    text_cols(text + row.from, row.to - row.from));
		if (n > 0)
			strlcat(got, "|", sizeof(got));
		i = strlen(got);
		assert_true(i + row.to - row.from < sizeof(got));
		memcpy(got + i, text + row.from, row.to - row.from);
		got[i + row.to - row.from] = '\0';

		assert_int_equal(wrap_start(text, len, cols, n), start);
		assert_int_equal(wrap_find(text, len, cols, start), n);
		n++;
	}
	assert_string_equal(got, want);
	assert_int_equal(wrap_count(text, len, cols), n);
	assert_int_equal(wrap_find(text, len, cols, len), n - 1);
	assert_int_equal(wrap_find(text, len, cols, SIZE_MAX), n - 1);
	assert_int_equal(wrap_start(text, len, cols, n + 5),
	    wrap_start(text, len, cols, n - 1));
}

static void
test_words_stay_whole(void **state)
{
	(void)state;
	check("", 10, "");
	check("hello", 10, "hello");
	check("hello", 5, "hello");
	check("hello world", 11, "hello world");
	check("hello world", 10, "hello|world");
	check("hello world", 5, "hello|world");
	check("a bc def ghij", 4, "a bc|def|ghij");
	check("don't stop, now.", 6, "don't|stop,|now.");
}

static void
test_spaces_hang_at_the_end_of_a_row(void **state)
{
	(void)state;
	check("hello     world", 5, "hello|world");
	check("hello     world", 7, "hello|world");
	check("hello     ", 5, "hello");
	check("hello     ", 20, "hello");
	check("     ", 3, "");
	check("     ", 10, "");
	check("a  b", 10, "a  b");
}

static void
test_indentation_is_kept_where_there_is_room(void **state)
{
	(void)state;
	check("    return x;", 20, "    return x;");
	check("    return x;", 10, "    return|x;");
	/* no room: rather no indentation than a broken word or an empty row */
	check("    return x;", 8, "return|x;");
	check("     abc", 3, "abc");
	check("     abcdef", 3, "abc|def");
}

static void
test_a_long_word_breaks_by_cluster(void **state)
{
	(void)state;
	check("abcdefghij", 4, "abcd|efgh|ij");
	check("see abcdefghij now", 4, "see|abcd|efgh|ij|now");
	check("abcdefgh ij", 4, "abcd|efgh|ij");
	/* o with two marks that NFC leaves: never away from its base */
	check("ooo\xcc\x8d\xcc\x8eoo", 3, "ooo\xcc\x8d\xcc\x8e|oo");
	/* a mark that takes a column */
	check("aa\xe0\xa4\x83" "b", 2, "a|a\xe0\xa4\x83|b");
}

static void
test_newlines_always_break(void **state)
{
	(void)state;
	check("a\nb", 10, "a|b");
	check("a\n\nb", 10, "a||b");
	check("a  \nb", 10, "a|b");
	check("a\n  b", 10, "a|  b");
	check("a\n", 10, "a|");
	check("\n", 10, "|");
	check("abc\ndef", 3, "abc|def");
	check("abc   \n   def", 3, "abc|def");
}

static void
test_cjk_breaks_between_any_two(void **state)
{
	(void)state;
	check("中文排版测试", 4, "中文|排版|测试");
	check("中文排版测试", 5, "中文|排版|测试");
	check("中文abc排版", 5, "中文|abc排|版");
	check("ab中文", 5, "ab中|文");
	check("x abc中", 6, "x abc|中");
	check("x 中abc", 6, "x 中|abc");
	check("カタカナ", 6, "カタカ|ナ");
	check("한국어 말", 4, "한국|어|말");
	check("👍👍👍", 4, "👍👍|👍");
}

static void
test_closing_punctuation_does_not_begin_a_row(void **state)
{
	(void)state;
	check("中文排版，测试", 8, "中文排|版，测试");
	check("中文。", 4, "中|文。");
	check("中文！？", 4, "中|文！|？");
	check("中文ab, 好", 6, "中文|ab, 好");
	check("（中文）排版", 8, "（中文）|排版");
	check("他说“好”了", 7, "他说|“好”了");
	check("中文, abc", 4, "中|文,|abc");
}

static void
test_opening_punctuation_does_not_end_a_row(void **state)
{
	(void)state;
	check("中文（测试）", 6, "中文|（测|试）");
	check("看《红楼梦》", 4, "看|《红|楼|梦》");
}

static void
test_a_url_that_fits_stays_whole(void **state)
{
	(void)state;
	check("see https://a.example/b now", 19, "see|https://a.example/b|now");
	check("看https://a.example/b吧", 19, "看|https://a.example/b|吧");
	check("(https://a.example/b)", 19, "(|https://a.example/b|)");
	check("https://a.example/b", 19, "https://a.example/b");
	check("at https://a.example/b, or", 19, "at|https://a.example/b|, or");
	check("看h2://中文", 9, "看|h2://中文");
	/* with CJK in its path it is one, too */
	check("见 https://a.example/中文", 22, "见|https://a.example/中文");
	check("见https://a.example/b，好", 19, "见|https://a.example/b|，好");
}

static void
test_a_longer_url_fills_its_rows(void **state)
{
	(void)state;
	check("see https://a.example/bcd", 10, "see|https://a.|example/bc|d");
	check("https://a.example/中文", 19, "https://a.example/|中文");
	check("a://", 3, "a:/|/");
	check("://x ://y", 4, "://x|://y");
}

static void
test_a_cluster_wider_than_the_row_stands_alone(void **state)
{
	(void)state;
	check("中文", 1, "中|文");
	check("a中b", 1, "a|中|b");
	check("abc", 1, "a|b|c");
	check(" 中 ", 1, "中");
}

static void
test_ten_thousand_bytes_without_a_space(void **state)
{
	enum { BYTES = 10 * 1024, COLS = 64 };
	char *text = malloc(BYTES);
	struct wrap_row row = { .next = 0 };
	int n = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', BYTES);
	while (!row.last) {
		row = wrap_row(text, BYTES, COLS, row.next);
		assert_int_equal(row.to - row.from, COLS);
		n++;
	}
	assert_int_equal(n, BYTES / COLS);
	assert_int_equal(wrap_count(text, BYTES, COLS), n);
	free(text);
}

/* A generator of our own: a failing seed can be run again anywhere. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void
test_random_text_is_all_there_within_the_edge(void **state)
{
	static const char *const piece[] = { "a", "bc", " ", "  ", "\n", "中",
	    "。", "（", "é", "o\xcc\x8d", "👍", "🇨🇳", "https://", "://", "/", ",",
	    ")", "한", "-", "x\xcc\x8e\xcc\x8f" };
	uint32_t seed;
	char text[256];
	struct wrap_row row;
	size_t len, i, start;
	int cols, clusters;

	(void)state;
	for (seed = 1; seed <= 3000; seed++) {
		uint32_t r = seed;

		text[0] = '\0';
		for (i = next_random(&r) % 40; i > 0; i--)
			strlcat(text, piece[next_random(&r) %
			    (sizeof(piece) / sizeof(piece[0]))], sizeof(text));
		len = strlen(text);
		cols = 1 + (int)(next_random(&r) % 12);
		row = (struct wrap_row){ .next = 0 };
		while (!row.last) {
			start = row.next;
			row = wrap_row(text, len, cols, start);
			for (i = start; i < row.from; i++)
				assert_int_equal(text[i], ' ');
			for (i = row.to; i < row.next; i++)
				assert_true(text[i] == ' ' || text[i] == '\n');
			assert_true(row.to == row.from ||
			    text[row.to - 1] != ' ');
			clusters = 0;
			for (i = row.from; i < row.to; clusters++)
				i = text_next(text, len, i, NULL);
			assert_int_equal(i, row.to);
			assert_true(row.cols <= cols || clusters == 1);
			assert_true(row.last || row.next > start);
		}
		assert_int_equal(row.next, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_stay_whole),
		cmocka_unit_test(test_spaces_hang_at_the_end_of_a_row),
		cmocka_unit_test(test_indentation_is_kept_where_there_is_room),
		cmocka_unit_test(test_a_long_word_breaks_by_cluster),
		cmocka_unit_test(test_newlines_always_break),
		cmocka_unit_test(test_cjk_breaks_between_any_two),
		cmocka_unit_test(test_closing_punctuation_does_not_begin_a_row),
		cmocka_unit_test(test_opening_punctuation_does_not_end_a_row),
		cmocka_unit_test(test_a_url_that_fits_stays_whole),
		cmocka_unit_test(test_a_longer_url_fills_its_rows),
		cmocka_unit_test(test_a_cluster_wider_than_the_row_stands_alone),
		cmocka_unit_test(test_ten_thousand_bytes_without_a_space),
		cmocka_unit_test(test_random_text_is_all_there_within_the_edge),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
