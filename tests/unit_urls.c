/*
 * URLs in text: found whole, and without what stands around them.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/urls.h"

/* All URLs of the text, with a blank between them. */
static void
expect(const char *text, const char *want)
{
	char got[512] = "";
	size_t at, len, from = 0, end = strlen(text);

	while (urls_next(text, end, from, &at, &len)) {
		assert_true(at >= from && len > 0 && at + len <= end);
		if (*got != '\0')
			strlcat(got, " ", sizeof(got));
		strncat(got, text + at, len);
		from = at + len;
	}
	assert_string_equal(got, want);
}

static void
a_url_is_found_wherever_it_stands(void **state)
{
	(void)state;
	expect("https://example.org", "https://example.org");
	expect("see https://example.org/a?b=c#d now",
	    "https://example.org/a?b=c#d");
	expect("two: http://a and\nftp://b/c", "http://a ftp://b/c");
	expect("git+ssh://host/repo", "git+ssh://host/repo");
	expect("http://a/://b", "http://a/://b");
}

static void
what_only_looks_like_one_is_none(void **state)
{
	(void)state;
	expect("", "");
	expect("://", "");
	expect("://a", "");
	expect("a: //b", "");
	expect("http://", "");
	expect("http:// a", "");
	expect("http://...", "");
	expect("http://)", "");
	expect("1://a", "");
	expect("mailto:x@example.org", "");
	expect(":// http://a", "http://a");
	expect("SHA256://WHYmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1f http://a",
	    "http://a");
}

static void
a_scheme_begins_with_a_letter(void **state)
{
	(void)state;
	expect("12http://a", "http://a");
	expect("(http://a", "http://a");
	expect("--http://a", "http://a");
	expect("\xe4\xb8\xadhttp://a", "http://a");
}

static void
punctuation_behind_is_not_of_it(void **state)
{
	(void)state;
	expect("http://a/b.", "http://a/b");
	expect("http://a/b?!...", "http://a/b");
	expect("http://a/b.c", "http://a/b.c");
	expect("*http://a*", "http://a");
	expect("'http://a',", "http://a");
	expect("<http://a>", "http://a");
	expect("\"http://a\"", "http://a");
	expect("http://a|b", "http://a");
}

static void
brackets_that_it_opened_are_its_own(void **state)
{
	(void)state;
	expect("(http://a/b)", "http://a/b");
	expect("http://a/C_(language)", "http://a/C_(language)");
	expect("(http://a/C_(language))", "http://a/C_(language)");
	expect("(http://a/C_(language).)", "http://a/C_(language)");
	expect("http://[::1]:80/", "http://[::1]:80/");
	expect("[http://[::1]]", "http://[::1]");
	expect("http://a/(b", "http://a/(b");
	expect("http://a/)b", "http://a/)b");
	expect("http://a/([)])", "http://a/([)]");
}

static void
it_ends_at_cjk_punctuation_but_not_at_other_letters(void **state)
{
	(void)state;
	/* U+3002 and U+FF0C end one, U+4E2D does not. */
	expect("http://a/b\xe3\x80\x82", "http://a/b");
	expect("http://a/b\xef\xbc\x8c" "c", "http://a/b");
	expect("http://a/\xe4\xb8\xad", "http://a/\xe4\xb8\xad");
	/* Cut in the middle of a character. */
	expect("http://a/\xe3\x80", "http://a/\xe3\x80");
	expect("http://a/\xef", "http://a/\xef");
}

static void
looking_from_inside_of_one_finds_no_part_of_its_scheme(void **state)
{
	const char *text = "http://a https://b";
	size_t at, len;

	(void)state;
	assert_true(urls_next(text, strlen(text), 5, &at, &len));
	assert_int_equal(at, 9);
	assert_int_equal(len, 9);
	assert_false(urls_next(text, strlen(text), 15, &at, &len));
	assert_false(urls_next(text, strlen(text), strlen(text), &at, &len));
	assert_false(urls_next(text, strlen(text), 999, &at, &len));
}

/* What stands behind the end of the text is never looked at: random texts of
 * the bytes that matter, each in a block of just its size. */
static void
any_text_is_read_within_its_bounds(void **state)
{
	static const char bytes[] = "ab:/. ()[]\xe3\x80\xef\xbc-1\n";
	char text[64];
	uint32_t seed = 1;
	size_t at, len, from, n, i;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		seed = seed * 1664525U + 1013904223U;
		n = (seed >> 8) % sizeof(text);
		for (i = 0; i < n; i++) {
			seed = seed * 1664525U + 1013904223U;
			text[i] = (seed >> 8) % 4 == 0 ? "://"[i % 3] :
			    bytes[(seed >> 12) % (sizeof(bytes) - 1)];
		}
		for (from = 0; urls_next(text, n, from, &at, &len);
		    from = at + len) {
			assert_true(at >= from && at + len <= n && len >= 5);
			assert_non_null(memmem(text + at, len, "://", 3));
			assert_null(memchr(text + at, ' ', len));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_found_wherever_it_stands),
		cmocka_unit_test(what_only_looks_like_one_is_none),
		cmocka_unit_test(a_scheme_begins_with_a_letter),
		cmocka_unit_test(punctuation_behind_is_not_of_it),
		cmocka_unit_test(brackets_that_it_opened_are_its_own),
		cmocka_unit_test(
		    it_ends_at_cjk_punctuation_but_not_at_other_letters),
		cmocka_unit_test(
		    looking_from_inside_of_one_finds_no_part_of_its_scheme),
		cmocka_unit_test(any_text_is_read_within_its_bounds),
	};

	return tests_run(tests, NULL, NULL);
}
