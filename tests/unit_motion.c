/*
 * Where a caret may go: never into a character as people see it.
 */
#include "tui/text/motion.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"

/* "e" and an accent, a family, a flag: one each. */
#define E_ACUTE	"e\u0301"
#define FLAG	"🇩🇪"

typedef size_t motion(const char *, size_t, size_t);

/* Goes over the whole text; where it stops is marked by |. */
static void
stops(motion *go, bool left, const char *marked)
{
	char text[256], got[256];
	size_t at[64], n = 0, len = 0, out = 0, i, pos, was;
	const char *s;

	for (s = marked; *s != '\0'; s++)
		if (*s != '|')
			text[len++] = *s;
	pos = left ? len : 0;
	do {
		at[n++] = was = pos;
		pos = go(text, len, pos);
	} while (pos != was && n < 64);
	for (i = 0; i <= len; i++) {
		for (pos = 0; pos < n && at[pos] != i; pos++)
			;
		if (pos < n)
			got[out++] = '|';
		if (i < len)
			got[out++] = text[i];
	}
	got[out] = '\0';
	assert_string_equal(got, marked);
}

static void
a_character_is_what_people_see(void **state)
{
	static const char marked[] = "|a|" E_ACUTE "|中|" FLAG "|\n|b|";

	(void)state;
	stops(motion_left, true, marked);
	stops(motion_right, false, marked);
	stops(motion_left, true, "|");
	stops(motion_right, false, "|");
}

static void
a_word_is_letters_marks_and_digits(void **state)
{
	(void)state;
	stops(motion_word_left, true, "|one, |two2 - |th" E_ACUTE "|");
	stops(motion_word_right, false, "|one|, two2| - th" E_ACUTE "|");
	stops(motion_word_left, true, "|, |one\n|two...|");
	stops(motion_word_right, false, "|, one|\ntwo|...|");
	stops(motion_word_left, true, "|/|home/|bob|");
}

static void
a_blank_ends_what_is_cut_back(void **state)
{
	(void)state;
	stops(motion_space_left, true, "|one, |two/2  |th\n|four\t|five  |");
	stops(motion_space_left, true, "|中文\u3000|再见|");
	/* Other characters of that length are none. */
	stops(motion_space_left, true, "|中、文|");
	stops(motion_space_left, true, "|  |");
}

static void
a_line_has_a_start_and_an_end(void **state)
{
	static const char text[] = "one\n\ntwo";

	(void)state;
	assert_int_equal(motion_line_start(text, 0), 0);
	assert_int_equal(motion_line_start(text, 3), 0);
	assert_int_equal(motion_line_start(text, 4), 4);
	assert_int_equal(motion_line_start(text, 5), 5);
	assert_int_equal(motion_line_start(text, 8), 5);
	assert_int_equal(motion_line_end(text, 8, 0), 3);
	assert_int_equal(motion_line_end(text, 8, 3), 3);
	assert_int_equal(motion_line_end(text, 8, 4), 4);
	assert_int_equal(motion_line_end(text, 8, 5), 8);
	assert_int_equal(motion_line_end(text, 8, 8), 8);
	assert_int_equal(motion_line_end(text, 6, 5), 6);
}

static void
a_boundary_is_never_inside_a_character(void **state)
{
	static const char text[] = "a" E_ACUTE "b" FLAG;
	static const size_t behind[] = { 0, 1, 4, 4, 4, 5, 13, 13, 13, 13, 13,
	    13, 13, 13 };
	size_t pos;

	(void)state;
	assert_int_equal(sizeof(text), 14);
	for (pos = 0; pos < sizeof(text); pos++)
		assert_int_equal(motion_boundary(text, 13, pos), behind[pos]);
	assert_int_equal(motion_boundary("", 0, 0), 0);
}

static void
three_are_spaces(void **state)
{
	int c;

	(void)state;
	for (c = 0; c < 256; c++)
		assert_int_equal(motion_is_space((char)c), c == ' ' ||
		    c == '\t' || c == '\n');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_is_what_people_see),
		cmocka_unit_test(a_word_is_letters_marks_and_digits),
		cmocka_unit_test(a_blank_ends_what_is_cut_back),
		cmocka_unit_test(a_line_has_a_start_and_an_end),
		cmocka_unit_test(a_boundary_is_never_inside_a_character),
		cmocka_unit_test(three_are_spaces),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
