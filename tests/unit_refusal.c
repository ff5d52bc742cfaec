/*
 * Why a name is not allowed, as a word before the text of an error.
 */
#include "common/refusal.h"

#include <string.h>

#include "tests/with_cmocka.h"

static enum refusal
reads(const char *text, const char *behind)
{
	const char *rest;
	size_t len;
	enum refusal why = refusal_read(text, strlen(text), &rest, &len);

	assert_int_equal(len, strlen(behind));
	assert_memory_equal(rest, behind, len);
	return why;
}

/* Both ends are of different ages: the words never change. */
static void
the_words_are_those_of_the_protocol(void **state)
{
	(void)state;
	assert_int_equal(reads("letter", ""), REFUSAL_LETTER);
	assert_int_equal(reads("start", ""), REFUSAL_START);
	assert_int_equal(reads("reserved", ""), REFUSAL_RESERVED);
	assert_int_equal(reads("mixed", ""), REFUSAL_MIXED);
	assert_int_equal(reads("alike bob", "bob"), REFUSAL_ALIKE);
	assert_int_equal(reads("many", ""), REFUSAL_MANY);
	assert_int_equal(reads("sign", ""), REFUSAL_SIGN);
}

static void
each_word_is_read_as_what_it_was_written_for(void **state)
{
	int why;

	(void)state;
	for (why = 1; why <= REFUSAL_LAST; why++) {
		assert_true(*refusal_word((enum refusal)why) != '\0');
		assert_int_equal(reads(refusal_word((enum refusal)why), ""),
		    why);
	}
	assert_string_equal(refusal_word(REFUSAL_NONE), "");
	assert_string_equal(refusal_word((enum refusal)(REFUSAL_LAST + 1)), "");
}

static void
what_is_no_word_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(reads("", ""), REFUSAL_NONE);
	assert_int_equal(reads("lette", ""), REFUSAL_NONE);
	assert_int_equal(reads("letters", ""), REFUSAL_NONE);
	assert_int_equal(reads("Letter", ""), REFUSAL_NONE);
	assert_int_equal(reads(" letter", "letter"), REFUSAL_NONE);
	assert_int_equal(reads("taken bob", "bob"), REFUSAL_NONE);
}

static void
what_stands_behind_the_first_space_is_the_rest(void **state)
{
	const char *rest;
	size_t len;

	(void)state;
	assert_int_equal(reads("alike bob the second", "bob the second"),
	    REFUSAL_ALIKE);
	assert_int_equal(reads("alike ", ""), REFUSAL_ALIKE);
	/* It is no string: nothing behind len is looked at. */
	assert_int_equal(refusal_read("many more", 4, &rest, &len),
	    REFUSAL_MANY);
	assert_int_equal(len, 0);
	assert_int_equal(refusal_read("alike bobby", 9, &rest, &len),
	    REFUSAL_ALIKE);
	assert_int_equal(len, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_those_of_the_protocol),
		cmocka_unit_test(each_word_is_read_as_what_it_was_written_for),
		cmocka_unit_test(what_is_no_word_says_nothing),
		cmocka_unit_test(
		    what_stands_behind_the_first_space_is_the_rest),
	};

	return tests_run(tests, NULL, NULL);
}
