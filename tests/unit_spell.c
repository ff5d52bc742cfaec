/*
 * How far two words are apart.
 */
#include "tui/settings/spell.h"

#include <stdint.h>
#include <string.h>

#include "tests/with_cmocka.h"

/* As far from there to here as from here to there. */
static size_t
apart(const char *a, const char *b)
{
	size_t n = spell_distance(a, strlen(a), b, strlen(b));

	assert_true(spell_distance(b, strlen(b), a, strlen(a)) == n);
	return n;
}

static void
each_slip_counts_once(void **state)
{
	(void)state;
	assert_int_equal(apart("search", "search"), 0);
	assert_int_equal(apart("", ""), 0);
	assert_int_equal(apart("search", "saerch"), 1);
	assert_int_equal(apart("search", "serch"), 1);
	assert_int_equal(apart("search", "searrch"), 1);
	assert_int_equal(apart("search", "zearch"), 1);
	assert_int_equal(apart("ab", "ba"), 1);
	assert_int_equal(apart("search", "Search"), 1);
}

static void
several_slips_add_up(void **state)
{
	(void)state;
	assert_int_equal(apart("", "quit"), 4);
	assert_int_equal(apart("abc", "xyz"), 3);
	assert_int_equal(apart("kitten", "sitting"), 3);
	assert_int_equal(apart("abcd", "badc"), 2);
	/* Letters far from each other are not swapped. */
	assert_int_equal(apart("abc", "cba"), 2);
	/* What was swapped is not changed again. */
	assert_int_equal(apart("ca", "abc"), 3);
}

static void
nothing_behind_the_words_counts(void **state)
{
	(void)state;
	assert_int_equal(spell_distance("quitting", 4, "quiet", 3), 1);
	assert_int_equal(spell_distance("x", 0, "y", 0), 0);
}

static void
a_word_too_long_is_apart_for_ever(void **state)
{
	char word[SPELL_BYTES + 2];

	(void)state;
	memset(word, 'x', SPELL_BYTES + 1);
	word[SPELL_BYTES + 1] = '\0';
	assert_true(apart(word, word) == SIZE_MAX);
	assert_true(apart(word, "x") == SIZE_MAX);
	word[SPELL_BYTES] = '\0';
	assert_int_equal(apart(word, word), 0);
	assert_int_equal(apart(word, ""), SPELL_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_slip_counts_once),
		cmocka_unit_test(several_slips_add_up),
		cmocka_unit_test(nothing_behind_the_words_counts),
		cmocka_unit_test(a_word_too_long_is_apart_for_ever),
	};

	return tests_run(tests, NULL, NULL);
}
