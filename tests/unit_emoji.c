/*
 * The table of emoji: in order, and each as wide as it is believed to be.
 */
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/session/complete.h"
#include "tui/session/emoji.h"

static const struct emoji *
row(size_t i)
{
	return emoji_find("", 0, i);
}

static void
test_names_are_in_order_and_unique(void **state)
{
	static const char known[] = "+-0123456789_abcdefghijklmnopqrstuvwxyz";
	size_t i;

	(void)state;
	for (i = 0; row(i) != NULL; i++) {
		assert_int_not_equal(row(i)->name[0], '\0');
		assert_int_equal(strspn(row(i)->name, known),
		    strlen(row(i)->name));
		/* ":name" is a word to complete */
		assert_true(strlen(row(i)->name) + 1 < COMPLETE_BYTES);
		if (i > 0)
			assert_true(strcmp(row(i - 1)->name,
			    row(i)->name) < 0);
	}
	assert_in_range(i, 300, 400);
}

/* The first of its characters, all of which must be assigned. */
static utf8proc_int32_t
first_character(const char *s)
{
	utf8proc_int32_t c, first = -1;
	utf8proc_ssize_t n;

	for (; *s != '\0'; s += n) {
		n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
		assert_true(n > 0);
		assert_int_not_equal(utf8proc_category(c),
		    UTF8PROC_CATEGORY_CN);
		if (first == -1)
			first = c;
	}
	return first;
}

static void
test_each_is_one_cluster_of_two_columns(void **state)
{
	const char *text;
	char *display;
	size_t i, len, display_len;

	(void)state;
	for (i = 0; row(i) != NULL; i++) {
		text = row(i)->text;
		len = strlen(text);
		assert_true(text_valid(text, len));
		display = text_display(text, len, &display_len);
		assert_non_null(display);
		assert_string_equal(display, text);
		assert_int_equal(text_cols(display, display_len), 2);
		free(display);
		assert_int_equal(text_next(text, len, 0, NULL), len);
		assert_true(first_character(text) > 0x2000);
	}
}

static void
test_no_emoji_has_two_names_that_begin_alike(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; row(i) != NULL; i++)
		for (j = 0; j < i; j++)
			assert_true(strcmp(row(i)->text, row(j)->text) != 0 ||
			    row(i)->name[0] != row(j)->name[0]);
}

static void
is(const char *name, const char *text)
{
	const struct emoji *e = emoji_find(name, strlen(name), 0);

	assert_non_null(e);
	assert_string_equal(e->name, name);
	assert_string_equal(e->text, text);
}

static void
test_the_names_people_know_are_there(void **state)
{
	(void)state;
	is("+1", "👍");
	is("-1", "👎");
	is("100", "💯");
	is("bug", "🐛");
	is("check", "✅");
	is("coffee", "☕");
	is("eyes", "👀");
	is("fire", "🔥");
	is("flag-cn", "🇨🇳");
	is("heart", "💗");
	is("joy", "😂");
	is("rocket", "🚀");
	is("smile", "😄");
	is("tada", "🎉");
	is("thumbsup", "👍");
	is("warning", "🚨");
	is("wave", "👋");
	is("x", "❌");
}

/* As a walk through the whole table finds them. */
static void
finds_what_a_walk_finds(const char *prefix, size_t len)
{
	size_t i, n = 0;

	for (i = 0; row(i) != NULL; i++)
		if (strncmp(row(i)->name, prefix, len) == 0)
			assert_ptr_equal(emoji_find(prefix, len, n++), row(i));
	assert_null(emoji_find(prefix, len, n));
	assert_null(emoji_find(prefix, len, (size_t)-1));
}

static void
test_a_prefix_finds_its_names_in_order(void **state)
{
	const char *name;
	size_t i, len;

	(void)state;
	for (i = 0; row(i) != NULL; i++) {
		name = row(i)->name;
		for (len = 0; len <= strlen(name); len++)
			finds_what_a_walk_finds(name, len);
	}
	finds_what_a_walk_finds("smilex", 6);
	finds_what_a_walk_finds("~", 1);
	finds_what_a_walk_finds("!", 1);
	finds_what_a_walk_finds("\xff\xfe", 2);
	finds_what_a_walk_finds("中", 3);
}

/* What it becomes, typed to its end; NULL: it stays. */
static void
becomes(const char *text, const char *emoji)
{
	size_t from = 0, len = strlen(text);
	const struct emoji *e = emoji_typed(text, len, &from);

	if (emoji == NULL) {
		assert_null(e);
		return;
	}
	assert_non_null(e);
	assert_string_equal(e->text, emoji);
	assert_int_equal(text[from], ':');
}

static void
test_a_whole_name_typed_is_found(void **state)
{
	(void)state;
	becomes(":tada:", "🎉");
	becomes("well :tada:", "🎉");
	becomes("a\n:+1:", "👍");
	becomes("/me is :tada:", "🎉");
	becomes("/msg bob :tada:", "🎉");
	becomes("/w bob it is :tada:", "🎉");
	becomes("/reply :tada:", "🎉");
	becomes("//x :tada:", "🎉");
	becomes("`x` :tada:", "🎉");
	becomes(":tad:", NULL);
	becomes(":tada", NULL);
	becomes(":Tada:", NULL);
	becomes("::", NULL);
	becomes(":", NULL);
	becomes("", NULL);
	becomes("a:tada:", NULL);
	becomes("a:b:", NULL);
	becomes("std::art:", NULL);
	becomes("std::art::", NULL);
	becomes("http://x/:art:", NULL);
	becomes("12:100:", NULL);
	becomes("`f(x, :art:", NULL);
	becomes("```\nf( :art:", NULL);
	becomes("/save :art:", NULL);
	becomes(": art:", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_in_order_and_unique),
		cmocka_unit_test(test_each_is_one_cluster_of_two_columns),
		cmocka_unit_test(test_no_emoji_has_two_names_that_begin_alike),
		cmocka_unit_test(test_the_names_people_know_are_there),
		cmocka_unit_test(test_a_prefix_finds_its_names_in_order),
		cmocka_unit_test(test_a_whole_name_typed_is_found),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
