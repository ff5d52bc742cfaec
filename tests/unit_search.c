/*
 * Finding text in text: all that is there is found, where it begins, and case
 * counts as one who types a needle expects.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/search.h"

static size_t
find(const char *hay, size_t from, const char *needle)
{
	return search_find(hay, strlen(hay), from, needle, strlen(needle));
}

static void
test_a_needle_is_found_from_where_one_looks(void **state)
{
	(void)state;
	assert_int_equal(find("hay and hay", 0, "hay"), 0);
	assert_int_equal(find("hay and hay", 1, "hay"), 8);
	assert_int_equal(find("hay and hay", 8, "hay"), 8);
	assert_int_equal(find("hay and hay", 9, "hay"), 11);
	assert_int_equal(find("hay", 0, "hay"), 0);
	assert_int_equal(find("hay", 3, "y"), 3);
	assert_int_equal(find("hay", 99, "y"), 3);
	assert_int_equal(find("hay", 0, "hay!"), 3);
	assert_int_equal(find("aaab", 0, "aab"), 1);
}

static void
test_nothing_is_nowhere(void **state)
{
	(void)state;
	assert_int_equal(find("hay", 0, ""), 3);
	assert_int_equal(find("", 0, ""), 0);
	assert_int_equal(find("", 0, "a"), 0);
}

static void
test_case_counts_where_the_needle_has_a_capital(void **state)
{
	(void)state;
	assert_int_equal(find("Some HAY", 0, "hay"), 5);
	assert_int_equal(find("Some HAY", 0, "HAY"), 5);
	assert_int_equal(find("Some HAY", 0, "Hay"), 8);
	assert_int_equal(find("some hay", 0, "Hay"), 8);
	/* what only looks like a letter of another case */
	assert_int_equal(find("@[\\]^ `{|}~", 0, "`{|}~"), 6);
	assert_int_equal(find("`{|}~", 0, "@[\\]^"), 5);
	assert_int_equal(find("\x10\x0d", 0, "0-"), 2);
}

static void
test_what_is_not_ascii_is_bytes(void **state)
{
	(void)state;
	assert_int_equal(find("你好，世界", 0, "世"), strlen("你好，"));
	assert_int_equal(find("École", 0, "é"), strlen("École"));
	assert_int_equal(find("École", 0, "École"), 0);
	assert_int_equal(find("ÉCOLE école", 0, "école"), strlen("ÉCOLE "));
	assert_int_equal(search_find("a\0b", 3, 0, "\0B", 2), 3);
	assert_int_equal(search_find("a\0b", 3, 0, "\0b", 2), 1);
}

/* A needle at every place of a long hay, up to its very end. */
static void
test_a_needle_is_found_wherever_it_lies(void **state)
{
	enum { LEN = 300 };
	char *hay = malloc(LEN);	/* that a look behind its end is seen */
	const char *const needles[] = { "q", "Qx", "needle", "zee zee zee" };
	struct search s;
	size_t i, at, len;

	(void)state;
	assert_non_null(hay);
	for (i = 0; i < sizeof(needles) / sizeof(needles[0]); i++) {
		len = strlen(needles[i]);
		s = search_ready(needles[i], len);
		for (at = 0; at + len <= LEN; at++) {
			memset(hay, 'e', LEN);
			memcpy(hay + at, needles[i], len);
			assert_int_equal(search_first(&s, hay, LEN), at);
			assert_int_equal(search_last(&s, hay, LEN), at);
			assert_int_equal(search_first(&s, hay, at + len - 1),
			    at + len - 1);
			assert_int_equal(search_last(&s, hay, at + len - 1),
			    at + len - 1);
		}
	}
	free(hay);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int
slowly_at(const char *hay, const char *needle, size_t len)
{
	size_t i;
	int exact = 0;

	for (i = 0; i < len; i++)
		exact |= needle[i] >= 'A' && needle[i] <= 'Z';
	for (i = 0; i < len; i++)
		if ((exact ? hay[i] : lower(hay[i])) != needle[i])
			return 0;
	return 1;
}

static void
random_bytes(char *s, size_t len, uint32_t *r)
{
	static const char some[] = "abAB@`\x80";

	for (; len > 0; len--)
		*s++ = some[next_random(r) % sizeof(some)];
}

static void
test_any_needle_in_any_hay_is_found_as_slowly(void **state)
{
	char *hay, needle[8];
	size_t len, needle_len, i, first, last;
	struct search s;
	uint32_t seed, r;

	(void)state;
	for (seed = 1; seed <= 4000; seed++) {
		r = seed;
		len = next_random(&r) % 400;
		needle_len = 1 + next_random(&r) % 6;
		hay = malloc(len > 0 ? len : 1);
		assert_non_null(hay);
		random_bytes(hay, len, &r);
		random_bytes(needle, needle_len, &r);
		s = search_ready(needle, needle_len);
		first = last = len;
		for (i = 0; i + needle_len <= len; i++)
			if (slowly_at(hay + i, needle, needle_len)) {
				first = first == len ? i : first;
				last = i;
			}
		assert_int_equal(search_first(&s, hay, len), first);
		assert_int_equal(search_last(&s, hay, len), last);
		assert_int_equal(search_find(hay, len, last, needle,
		    needle_len), last);
		free(hay);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_needle_is_found_from_where_one_looks),
		cmocka_unit_test(test_nothing_is_nowhere),
		cmocka_unit_test(
		    test_case_counts_where_the_needle_has_a_capital),
		cmocka_unit_test(test_what_is_not_ascii_is_bytes),
		cmocka_unit_test(test_a_needle_is_found_wherever_it_lies),
		cmocka_unit_test(test_any_needle_in_any_hay_is_found_as_slowly),
	};

	return tests_run(tests, NULL, NULL);
}
