/*
 * Text: what travels, what may be a name, what is drawn and how wide.
 * Sources are copied to heap blocks of their exact size, so that a checker of
 * memory sees the first byte read past the end.
 */
#include "common/text.h"

#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <utf8proc.h>

#include "tests/with_cmocka.h"
#include "tests/with_hard.h"

#define X256(s)	HARD_X16(HARD_X16(s))
#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

static uint32_t
random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static char *
exact_copy(const char *s, size_t len)
{
	char	*copy;

	copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	memcpy(copy, s, len);
	return copy;
}

/* The next character of valid UTF-8, its columns in *w. */
static size_t
step(const char *s, size_t len, int32_t *c, int *w)
{
	utf8proc_ssize_t n;

	n = utf8proc_iterate((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)len, c);
	assert_true(n > 0);
	*w = wcwidth((wchar_t)*c);
	return (size_t)n;
}

/* What the drawing code relies on, for any display form. */
static void
check_characters(const char *s, size_t len)
{
	size_t	pos;
	int32_t	c;
	int	w, cols = 0, stacked = 0;
	bool	based = false;

	for (pos = 0; pos < len; ) {
		pos += step(s + pos, len - pos, &c, &w);
		if (c == '\n') {
			based = false;
			continue;
		}
		assert_true(w >= 0);
		assert_true(c >= ' ');
		assert_false(c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f));
		assert_false(c >= 0x202a && c <= 0x202e);
		cols += w;
		stacked = w > 0 ? 0 : stacked + 1;
		assert_true(stacked <= 4);
		assert_true(w > 0 || based);
		based = c != ' ';
	}
	assert_int_equal(text_cols(s, len), cols);
}

/* Forwards and backwards, cluster ends are the same, and so are columns. */
static void
check_clusters(const char *s, size_t len)
{
	size_t	pos, next;
	int	w, cols = 0;

	for (pos = 0; pos < len; pos = next) {
		next = text_next(s, len, pos, &w);
		assert_true(next > pos && next <= len);
		assert_true(w >= 0 && w <= 8);
		assert_int_equal(text_cols(s + pos, next - pos), w);
		assert_int_equal(text_prev(s, len, next), pos);
		cols += w;
	}
	assert_int_equal(text_cols(s, len), cols);
}

static void
check_fit(const char *s, size_t len, int cols)
{
	size_t	n;
	int32_t	c;
	int	w, used;

	n = text_fit(s, len, cols, &used);
	assert_true(n <= len && used <= cols);
	assert_int_equal(text_cols(s, n), used);
	if (n == len)
		return;
	text_next(s, len, n, &w);
	assert_true(used + w > cols);
	step(s + n, len - n, &c, &w);
	assert_true(w > 0);
}

static void
check_display(const char *src, size_t len)
{
	char	*copy, *once, *twice;
	size_t	 once_len, twice_len;
	bool	 same;

	copy = exact_copy(src, len);
	once = text_display(copy, len, &once_len);
	assert_non_null(once);
	assert_int_equal(strlen(once), once_len);
	assert_true(text_valid(once, once_len));
	check_characters(once, once_len);
	check_clusters(once, once_len);
	check_fit(once, once_len, 1);
	check_fit(once, once_len, 7);

	twice = text_display(once, once_len, &twice_len);
	assert_non_null(twice);
	assert_string_equal(once, twice);

	same = len == once_len && memcmp(copy, once, len) == 0;
	if (text_is_display(copy, len))
		assert_true(same && strchr(once, '\n') == NULL);
	free(twice);
	free(once);
	free(copy);
}

static void
hard_text_is_drawn_as_expected(void **state)
{
	size_t	 i, len;
	char	*s;

	(void)state;
	for (i = 0; i < LEN(hard); i++) {
		check_display(hard[i].src, strlen(hard[i].src));
		s = text_display(hard[i].src, strlen(hard[i].src), &len);
		assert_non_null(s);
		assert_string_equal(s, hard[i].display);
		assert_int_equal(text_cols(s, len), hard[i].cols);
		free(s);
	}
}

static void
nul_is_drawn_as_a_picture(void **state)
{
	size_t	 len;
	char	*s;

	(void)state;
	s = text_display("a\0b", 3, &len);
	assert_non_null(s);
	assert_string_equal(s, "a\u2400b");
	free(s);
}

/* Large alike ranges are sampled, or this would be the slowest unit. */
static bool
is_sampled(int32_t c)
{
	return !(c >= 0x3500 && c < 0x9f00) && !(c >= 0xac80 && c < 0xd700) &&
	    !(c >= 0x17100 && c < 0x1af00) &&
	    !(c >= 0x20100 && c < 0xe0000) && !(c >= 0xe0200);
}

static void
every_character_has_a_width_everywhere(void **state)
{
	char	buf[16];
	int32_t	c;
	size_t	n;

	(void)state;
	for (c = 0; c < 0x110000; c += is_sampled(c) ? 1 : 61) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		buf[0] = 'a';
		n = (size_t)utf8proc_encode_char(c,
		    (utf8proc_uint8_t *)buf + 1);
		memcpy(buf + 1 + n, buf + 1, n);
		check_display(buf + 1, n);
		check_display(buf, 1 + 2 * n);
	}
}

static void
random_bytes_are_drawn(void **state)
{
	char	buf[48];
	size_t	i, len;
	int	round;

	(void)state;
	for (round = 0; round < 5000; round++) {
		len = random_below(sizeof(buf));
		for (i = 0; i < len; i++)
			buf[i] = (char)random_below(256);
		check_display(buf, len);
	}
}

/* Characters that act on each other, in any order. */
static const int32_t nasty[] = {
	'a', ' ', '\n', '\r', '\t', 0, 0x85, 0x300, 0x301, 0x323, 0x344, 0x345,
	0x34f, 0x5bc, 0x5c1, 0x600, 0x600, 0x915, 0x93f, 0x94d, 0x9c7, 0x9be,
	0xcc6, 0xcc2, 0xcd5, 0xdd9, 0xdcf, 0xdca, 0xfb2c, 0x1025, 0x102e,
	0x1100, 0x1112, 0x1161, 0x11a8, 0x11ff, 0x115f, 0x1b05, 0x1b35, 0x1b44,
	0x200b, 0x200d, 0x200d, 0x202e, 0x20dd, 0x20e3, 0x212b, 0x302e, 0x302f,
	0x4e2d, 0xac00, 0xfe0f, 0xfeff, 0xff76, 0xff9e, 0xfffd, 0x1d15e,
	0x1d160, 0x1d165, 0x1f1e9, 0x1f1ea, 0x1f1ea, 0x1f3fd, 0x1f3f3, 0x1f468,
	0x1fae8, 0xe0062, 0x3099, 0x304b
};

static size_t
random_nasty(char *buf, int count)
{
	size_t	len = 0;

	while (count-- > 0)
		len += (size_t)utf8proc_encode_char(
		    nasty[random_below(LEN(nasty))],
		    (utf8proc_uint8_t *)buf + len);
	return len;
}

static void
nasty_sequences_are_drawn(void **state)
{
	char	buf[4 * 24];
	int	round;

	(void)state;
	for (round = 0; round < 10000; round++)
		check_display(buf, random_nasty(buf, 1 + (int)random_below(23)));
}

/* A cell holds few marks, and ordering many takes their square. */
static void
a_flood_of_marks_is_cut(void **state)
{
	static const char flood[] = "a" X256("\u0301\u0323\u0308");
	/* Were all of them put in order, the last would come first. */
	static const char late[] = "a" HARD_X16("\u0301\u0301") "\u0323";
	size_t	 len;
	char	*s;

	(void)state;
	s = text_display(flood, sizeof(flood) - 1, &len);
	assert_non_null(s);
	assert_true(len <= 1 + 4 * 3);
	assert_int_equal(text_cols(s, len), 1);
	free(s);
	s = text_display(late, sizeof(late) - 1, &len);
	assert_non_null(s);
	assert_string_equal(s, "á\u0301\u0301\u0301");
	free(s);
}

static void
plain_text_needs_no_display_form(void **state)
{
	static const char *const yes[] = { "", "hello, world ~", "中文，消息。",
	    "ひらがな カタカナ", "한국어", "Größe – “naïve” …", "Привет" };
	static const char *const no[] = { "a\tb", "a\nb", "\x7f", "e\u0301",
	    "\u0410\u0301", "co\u00adop", "\u202eabc", "\xff", "中\xe4\xb8",
	    "か\u3099", "👍🏽", "\xc2\x85" };
	size_t	i;

	(void)state;
	for (i = 0; i < LEN(yes); i++)
		assert_true(text_is_display(yes[i], strlen(yes[i])));
	for (i = 0; i < LEN(no); i++)
		assert_false(text_is_display(no[i], strlen(no[i])));
}

/* The fast path looks at eight bytes at once: any of them may be the odd. */
static void
one_odd_byte_is_found_anywhere(void **state)
{
	char	*s;
	size_t	 len, i;
	int	 byte;

	(void)state;
	for (len = 1; len < 20; len++) {
		s = exact_copy("abcdefghijklmnopqrstuvwxyz", len);
		for (i = 0; i < len; i++) {
			for (byte = 0; byte < 256; byte++) {
				s[i] = (char)byte;
				assert_int_equal(text_is_display(s, len),
				    byte >= ' ' && byte <= '~');
			}
			s[i] = 'x';
		}
		free(s);
	}
}

static void
only_well_formed_utf8_is_valid(void **state)
{
	static const char *const no[] = { "\x80", "\xc3", "\xc0\xaf",
	    "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
	    "\xe4\xb8", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
	    "\xf5\x80\x80\x80", "\xfe", "\xff", "ab\xe4\xb8z" };
	static const char yes[] = "a\0\xc2\x80\u07ff\u0800\ud7ff\ue000\uffff"
	    "\U00010000\U0010ffff";
	char	*copy;
	size_t	 i;

	(void)state;
	assert_true(text_valid("", 0));
	assert_true(text_valid(yes, sizeof(yes) - 1));
	for (i = 0; i < LEN(no); i++) {
		copy = exact_copy(no[i], strlen(no[i]));
		assert_false(text_valid(copy, strlen(no[i])));
		free(copy);
	}
}

static void
tabs_are_kept_where_something_is_said(void **state)
{
	static const char src[] = "\ta\t\tb\r\n\x07\t";
	static const char travels[] = "\u2001a\u2001\u2001b\n\u2001";
	char	 buf[3 * sizeof(src)], *shown;
	size_t	 len;

	(void)state;
	len = text_said(buf, src, sizeof(src) - 1, true);
	assert_int_equal(len, strlen(travels));
	assert_memory_equal(buf, travels, len);
	assert_true(text_is_clean(buf, len));
	shown = text_display(buf, len, &len);
	assert_string_equal(shown, "        a               b\n        ");
	free(shown);
	len = text_tabs(buf, buf, strlen(travels), '\t');
	assert_int_equal(len, 7);
	assert_memory_equal(buf, "\ta\t\tb\n\t", len);
	assert_int_equal(text_said(buf, "\t \t", 3, true), 0);
	/* Columns, not characters; each line begins anew. */
	shown = text_display("中文\tx\n1234567\ty\n12345678\tz", 29, &len);
	assert_string_equal(shown,
	    "中文    x\n1234567 y\n12345678        z");
	free(shown);
}

static void
assert_cleaned(const char *src, const char *lines, const char *line)
{
	char	*buf;
	size_t	 len = strlen(src);

	buf = exact_copy(src, len);
	assert_int_equal(text_clean(buf, src, len, true), strlen(lines));
	assert_memory_equal(buf, lines, strlen(lines));
	free(buf);
	buf = exact_copy(src, len);	/* in its own place */
	assert_int_equal(text_clean(buf, buf, len, false), strlen(line));
	assert_memory_equal(buf, line, strlen(line));
	free(buf);
}

static void
what_travels_is_clean(void **state)
{
	(void)state;
	assert_cleaned("hello", "hello", "hello");
	assert_cleaned("a\tb", "a b", "a b");
	assert_cleaned("a\r\nb\rc\n\nd", "a\nb\nc\n\nd", "a b c d");
	assert_cleaned("a\u2028b\u2029", "a\nb", "a b");
	assert_cleaned("\r\n\n a \n\r", " a ", " a ");
	assert_cleaned("\x1b[31mred\x07\x7f", "[31mred", "[31mred");
	assert_cleaned("a\xc2\x85\xc2\x9b" "b", "ab", "ab");
	assert_cleaned("\ufeffa\u202eb\u2066\u200f\u061c", "ab", "ab");
	assert_cleaned("a\uffff\ufdd0\U0010ffff", "a", "a");
	assert_cleaned("\x01\n\x02" "a\x03\n\x04", "a", "a");
	assert_cleaned("👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️");
	assert_cleaned("\U0001fae8", "\U0001fae8", "\U0001fae8");
}

static void
text_that_shows_nothing_is_empty(void **state)
{
	(void)state;
	assert_cleaned("", "", "");
	assert_cleaned("   ", "", "");
	assert_cleaned(" \t\n \r\n", "", "");
	assert_cleaned("\u3000\u00a0\u200b\u3164\u2800", "", "");
	assert_cleaned("\x07\u202e", "", "");
}

static void
cleaning_twice_is_cleaning_once(void **state)
{
	char	src[4 * 24], once[4 * 24], twice[4 * 24];
	size_t	src_len, n, m;
	int	round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		src_len = random_nasty(src, 1 + (int)random_below(23));
		n = text_clean(once, src, src_len, round % 2);
		assert_true(n <= src_len && text_valid(once, n));
		m = text_clean(twice, once, n, round % 2);
		assert_int_equal(m, n);
		assert_memory_equal(once, twice, n);
	}
}

static const struct {
	const char		*name;
	enum text_name_error	 error;
} names[] = {
	{ "alice", TEXT_NAME_OK }, { "O'Brien-2", TEXT_NAME_OK },
	{ "小明", TEXT_NAME_OK }, { "Ольга", TEXT_NAME_OK },
	{ "محمد", TEXT_NAME_OK }, { "राम", TEXT_NAME_OK },
	{ "한국", TEXT_NAME_OK }, { "👍", TEXT_NAME_OK },
	{ "🇩🇪", TEXT_NAME_OK }, { "Ze\u0301", TEXT_NAME_OK },
	{ "管理员", TEXT_NAME_OK }, { "Administrator", TEXT_NAME_OK },
	{ "a~@#/", TEXT_NAME_OK }, { "ɐ", TEXT_NAME_OK },
	{ "", TEXT_NAME_EMPTY },
	{ "12345678901234567890", TEXT_NAME_OK },
	{ "123456789012345678901", TEXT_NAME_LONG },
	{ "一二三四五六七八九十", TEXT_NAME_OK },
	{ "一二三四五六七八九十x", TEXT_NAME_LONG },
	{ "\u00e9" HARD_X16("\u00e9") "\u00e9", TEXT_NAME_LONG },
	{ HARD_X4("\ufdfa") "\ufdfa\ufdfa\ufdfa", TEXT_NAME_OK },
	{ HARD_X4("\ufdfa\ufdfa"), TEXT_NAME_LONG },		/* folded */
	{ "a\xff", TEXT_NAME_UTF8 }, { "\xe4\xb8", TEXT_NAME_UTF8 },
	{ "a b", TEXT_NAME_CHARACTER }, { "a\u3000", TEXT_NAME_CHARACTER },
	{ "a\u00a0", TEXT_NAME_CHARACTER }, { "a\n", TEXT_NAME_CHARACTER },
	{ "a\x1b", TEXT_NAME_CHARACTER }, { "a\xc2\x85", TEXT_NAME_CHARACTER },
	{ "a\u2028", TEXT_NAME_CHARACTER }, { "a\u202e", TEXT_NAME_CHARACTER },
	{ "a\u200b", TEXT_NAME_CHARACTER }, { "a\u200d", TEXT_NAME_CHARACTER },
	{ "a\u00ad", TEXT_NAME_CHARACTER }, { "a\u3164", TEXT_NAME_CHARACTER },
	{ "a\u2800", TEXT_NAME_CHARACTER }, { "a\ue000", TEXT_NAME_CHARACTER },
	/* What is none yet may be a letter elsewhere; what never will be, not. */
	{ "a\u0378", TEXT_NAME_OK }, { "\U0002ebf0", TEXT_NAME_OK },
	{ "a\uffff", TEXT_NAME_CHARACTER }, { "a\ufdd0", TEXT_NAME_CHARACTER },
	{ "a\U0003fffe", TEXT_NAME_CHARACTER },
	{ "a\u2065", TEXT_NAME_CHARACTER }, { "a\ufff0", TEXT_NAME_CHARACTER },
	{ "a\U000e0080", TEXT_NAME_CHARACTER },
	{ "a\U000e0fff", TEXT_NAME_CHARACTER },
	{ "❤\ufe0f", TEXT_NAME_CHARACTER }, { "👍🏽", TEXT_NAME_CHARACTER },
	{ "1\u20e3", TEXT_NAME_CHARACTER }, { "🇦", TEXT_NAME_CHARACTER },
	{ "🇩🇪🇫x", TEXT_NAME_CHARACTER }, { "\u0301a", TEXT_NAME_CHARACTER },
	{ "\u1161", TEXT_NAME_CHARACTER }, { "\u093ea", TEXT_NAME_CHARACTER },
	{ "a" HARD_X4("\u0301"), TEXT_NAME_OK },
	{ "a" HARD_X4("\u0301") "\u0301", TEXT_NAME_CHARACTER },
	{ "~alice", TEXT_NAME_START }, { "@alice", TEXT_NAME_START },
	{ "#alice", TEXT_NAME_START }, { "/quit", TEXT_NAME_START },
	{ "～alice", TEXT_NAME_START },
	{ "Admin", TEXT_NAME_RESERVED }, { "ADMIN", TEXT_NAME_RESERVED },
	{ "Ａdmin", TEXT_NAME_RESERVED }, { "admin:", TEXT_NAME_RESERVED },
	{ "管理员消息", TEXT_NAME_RESERVED },
	{ "管理员消息：x", TEXT_NAME_RESERVED }
};

static void
names_follow_the_rules_of_the_room(void **state)
{
	size_t	 i, len;
	char	*copy;

	(void)state;
	for (i = 0; i < LEN(names); i++) {
		len = strlen(names[i].name);
		copy = exact_copy(names[i].name, len);
		if (text_name_check(copy, len) != names[i].error)
			fail_msg("%s: %d, not %d", names[i].name,
			    text_name_check(copy, len), names[i].error);
		free(copy);
	}
	assert_int_equal(text_name_check("a\0b", 3), TEXT_NAME_CHARACTER);
	assert_int_equal(text_name_check(X256("x"), 256), TEXT_NAME_LONG);
}

static void
names_are_the_same_in_every_locale(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C");
	names_follow_the_rules_of_the_room(state);
	setlocale(LC_CTYPE, "C.UTF-8");
}

static void
names_that_look_alike_are_one(void **state)
{
	static const char *const pair[][2] = { { "Alice", "aLICE" },
	    { "Ａｌｉｃｅ", "alice" }, { "Ze\u0301", "z\u00e9" },
	    { "STRASSE", "straße" }, { "한", "\u1112\u1161\u11ab" },
	    { "ΣΊΣΥΦΟΣ", "σίσυφος" }, { "ﬁ", "FI" } };
	char	a[TEXT_FOLD_BYTES], b[TEXT_FOLD_BYTES];
	size_t	i, len;

	(void)state;
	for (i = 0; i < LEN(pair); i++) {
		len = text_fold(a, pair[i][0], strlen(pair[i][0]));
		assert_true(len > 0 && len == strlen(a));
		text_fold(b, pair[i][1], strlen(pair[i][1]));
		assert_string_equal(a, b);
	}
	text_fold(a, "alice", 5);
	text_fold(b, "alicf", 5);
	assert_string_not_equal(a, b);
	assert_int_equal(text_fold(a, HARD_X4(HARD_X4("\ufdfa")), 48), 0);
	assert_string_equal(a, "");
}

/* Characters too new for the C library, or for utf8proc. */
static bool
has_new(const char *s, size_t len)
{
	utf8proc_int32_t c;
	size_t pos;

	for (pos = 0; pos < len; ) {
		pos += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)s +
		    pos, (utf8proc_ssize_t)(len - pos), &c);
		if (wcwidth((wchar_t)c) < 0 ||
		    utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
			return true;
	}
	return false;
}

/* Otherwise two names with different folds could be drawn as one. */
static void
a_valid_name_is_drawn_unchanged(void **state)
{
	char	 name[4 * 8], *nfc, *drawn;
	size_t	 len, drawn_len;
	int	 round, valid = 0;

	(void)state;
	for (round = 0; round < 50000; round++) {
		len = random_nasty(name, 1 + (int)random_below(6));
		name[len] = '\0';
		if (memchr(name, 0, len) != NULL || has_new(name, len) ||
		    text_name_check(name, len) != TEXT_NAME_OK)
			continue;
		valid++;
		drawn = text_display(name, len, &drawn_len);
		nfc = (char *)utf8proc_NFC((utf8proc_uint8_t *)name);
		assert_non_null(drawn);
		assert_string_equal(drawn, nfc);
		assert_true(text_cols(drawn, drawn_len) > 0);
		free(nfc);
		free(drawn);
	}
	assert_true(valid > 1000);
}

static void
clusters_are_what_people_call_characters(void **state)
{
	static const char s[] = "e\u0301👨‍👩‍👧🇩🇪🇫🇷\r\n한x\u1161.";
	static const size_t ends[] = { 3, 21, 29, 37, 39, 42, 46, 47 };
	size_t	i, pos = 0, len = sizeof(s) - 1;

	(void)state;
	for (i = 0; i < LEN(ends); i++) {
		assert_int_equal(text_prev(s, len, ends[i]), pos);
		assert_int_equal(text_next(s, len, pos, NULL), ends[i]);
		pos = ends[i];
	}
	assert_int_equal(pos, len);
	assert_int_equal(text_prev("ab", 2, 1), 0);
}

static void
a_cluster_is_never_wider_than_a_row(void **state)
{
	static const char hangul[] = X256("\u1100"), arabic[] = X256("\u0600");

	(void)state;
	check_clusters(hangul, sizeof(hangul) - 1);
	check_clusters(arabic, sizeof(arabic) - 1);
}

static void
rows_hold_whole_clusters(void **state)
{
	int	used;

	(void)state;
	assert_int_equal(text_fit("hello", 5, 3, &used), 3);
	assert_int_equal(used, 3);
	assert_int_equal(text_fit("hello", 5, 80, NULL), 5);
	assert_int_equal(text_fit("中文", 6, 3, &used), 3);
	assert_int_equal(used, 2);
	assert_int_equal(text_fit("中文", 6, 1, &used), 0);
	assert_int_equal(used, 0);
	assert_int_equal(text_fit("xe\u0301y", 5, 2, &used), 4);
	assert_int_equal(text_fit("🇩🇪🇫🇷", 16, 3, &used), 8);
	assert_int_equal(text_fit("", 0, 3, &used), 0);
	assert_int_equal(text_fit("abc", 3, 0, &used), 0);
}

static void
ill_formed_text_does_not_stop_the_walk(void **state)
{
	char	 buf[32], *copy;
	size_t	 i, len, pos;
	int	 round;

	(void)state;
	for (round = 0; round < 5000; round++) {
		len = 1 + random_below(sizeof(buf) - 1);
		for (i = 0; i < len; i++)
			buf[i] = (char)random_below(256);
		copy = exact_copy(buf, len);
		for (pos = 0; pos < len; )
			pos = text_next(copy, len, pos, NULL);
		for (pos = len; pos > 0; ) {
			i = pos;
			pos = text_prev(copy, len, pos);
			assert_true(pos < i);
		}
		text_cols(copy, len);
		text_fit(copy, len, 5, NULL);
		text_name_check(copy, len);
		assert_true(text_clean(copy, copy, len, false) <= len);
		free(copy);
	}
}

static void
logs_show_what_is_hidden(void **state)
{
	char	buf[64];

	(void)state;
	assert_string_equal(text_escape(buf, sizeof(buf), "a\n\t\\é", 6),
	    "a\\n\\t\\\\é");
	assert_string_equal(text_escape(buf, sizeof(buf), "\0\x1b\x7f\xff", 4),
	    "\\x00\\x1B\\x7F\\xFF");
	assert_string_equal(text_escape(buf, sizeof(buf), "\u202ex", 4),
	    "\\xE2\\x80\\xAEx");
	assert_string_equal(text_escape(buf, sizeof(buf), "中\xe4\xb8", 5),
	    "中\\xE4\\xB8");
	assert_string_equal(text_escape(buf, sizeof(buf), "", 0), "");
}

static void
logs_are_cut_at_a_whole_character(void **state)
{
	static const char *const cut[] = { "", "", "", "中", "中", "中\\n",
	    "中\\n", "中\\n", "中\\n", "中\\n\\x1B", "中\\n\\x1B ",
	    "中\\n\\x1B " };
	char	*dst;
	size_t	 size;

	(void)state;
	for (size = 1; size <= LEN(cut); size++) {
		dst = malloc(size);
		assert_non_null(dst);
		assert_string_equal(text_escape(dst, size, "中\n\x1b é", 8),
		    cut[size - 1]);
		free(dst);
	}
	text_escape(NULL, 0, "x", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hard_text_is_drawn_as_expected),
		cmocka_unit_test(nul_is_drawn_as_a_picture),
		cmocka_unit_test(every_character_has_a_width_everywhere),
		cmocka_unit_test(random_bytes_are_drawn),
		cmocka_unit_test(nasty_sequences_are_drawn),
		cmocka_unit_test(a_flood_of_marks_is_cut),
		cmocka_unit_test(plain_text_needs_no_display_form),
		cmocka_unit_test(one_odd_byte_is_found_anywhere),
		cmocka_unit_test(only_well_formed_utf8_is_valid),
		cmocka_unit_test(tabs_are_kept_where_something_is_said),
		cmocka_unit_test(what_travels_is_clean),
		cmocka_unit_test(text_that_shows_nothing_is_empty),
		cmocka_unit_test(cleaning_twice_is_cleaning_once),
		cmocka_unit_test(names_follow_the_rules_of_the_room),
		cmocka_unit_test(names_are_the_same_in_every_locale),
		cmocka_unit_test(names_that_look_alike_are_one),
		cmocka_unit_test(a_valid_name_is_drawn_unchanged),
		cmocka_unit_test(clusters_are_what_people_call_characters),
		cmocka_unit_test(a_cluster_is_never_wider_than_a_row),
		cmocka_unit_test(rows_hold_whole_clusters),
		cmocka_unit_test(ill_formed_text_does_not_stop_the_walk),
		cmocka_unit_test(logs_show_what_is_hidden),
		cmocka_unit_test(logs_are_cut_at_a_whole_character)
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
		fprintf(stderr, "no C.UTF-8 locale\n");
		return 1;
	}
	return tests_run(tests, NULL, NULL);
}
