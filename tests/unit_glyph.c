/*
 * One character at a time: how it is decoded, and what it is to its
 * neighbours.
 */
#include "common/glyph.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"

static void
decodes(const char *s, size_t len, int32_t to, size_t used)
{
	int32_t c = -2;

	assert_int_equal(glyph_decode(s, len, &c), used);
	assert_int_equal(c, to);
}

static void
a_character_has_its_length(void **state)
{
	(void)state;
	decodes("ab", 2, 'a', 1);
	decodes("\0b", 2, 0, 1);
	decodes("é", 2, 0xe9, 2);
	decodes("中x", 4, 0x4e2d, 3);
	decodes("👍", 4, 0x1f44d, 4);
}

static void
an_ill_formed_byte_is_one_by_itself(void **state)
{
	(void)state;
	decodes("\xff", 1, GLYPH_BAD, 1);
	decodes("\x80", 1, GLYPH_BAD, 1);
	decodes("\xc0\x80", 2, GLYPH_BAD, 1);		/* overlong */
	decodes("\xed\xa0\x80", 3, GLYPH_BAD, 1);	/* surrogate */
	decodes("\xf4\x90\x80\x80", 4, GLYPH_BAD, 1);	/* beyond the last */
	/* What stands behind len is not looked at. */
	decodes("é", 1, GLYPH_BAD, 1);
	decodes("中", 2, GLYPH_BAD, 1);
	decodes("👍", 3, GLYPH_BAD, 1);
}

/* All that are of a class, and the neighbours of each that are not. */
static void
classes_are_what_they_are(bool (*is)(int32_t), const int32_t *yes,
    const int32_t *no)
{
	for (; *yes != 0; yes++)
		if (!is(*yes))
			fail_msg("U+%04X is not", (unsigned)*yes);
	for (; *no != 0; no++)
		if (is(*no))
			fail_msg("U+%04X is", (unsigned)*no);
}

static void
what_turns_the_text_around_is_known(void **state)
{
	static const int32_t yes[] = { 0x61c, 0x200e, 0x200f, 0x202a, 0x202b,
	    0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0 };
	static const int32_t no[] = { 'a', 0x5d0, 0x61b, 0x61d, 0x200d, 0x2010,
	    0x2029, 0x202f, 0x2065, 0x206a, 0 };

	(void)state;
	classes_are_what_they_are(glyph_is_bidi, yes, no);
}

static void
what_takes_no_ink_is_blank(void **state)
{
	static const int32_t yes[] = { ' ', 0xa0, 0x2001, 0x3000, 0x2800,
	    0xad, 0x200b, 0x3164, 0xfe0f, 0 };
	static const int32_t no[] = { 'a', '.', '_', 0x2801, 0x301, 0x4e2d,
	    '\n', 0 };

	(void)state;
	classes_are_what_they_are(glyph_is_blank, yes, no);
}

static void
what_terminals_disagree_about_is_dropped(void **state)
{
	static const int32_t yes[] = { 0xad, 0x200b, 0x200d, 0x202e, 0x2066,
	    0xfe0f, 0xfeff, 0x20e3, 0x1f3fb, 0x1f3ff, 0xe0067, 0x3164, 0xfff9,
	    0 };
	static const int32_t no[] = { ' ', 'a', 0x301, 0x600, 0x20e2, 0x1f3fa,
	    0x1f400, 0x4e2d, 0x1f44d, 0 };

	(void)state;
	classes_are_what_they_are(glyph_is_dropped, yes, no);
}

static void
a_flag_is_made_of_halves(void **state)
{
	static const int32_t yes[] = { 0x1f1e6, 0x1f1ff, 0 };
	static const int32_t no[] = { 0x1f1e5, 0x1f200, 'A', 0x1f3f4, 0 };

	(void)state;
	classes_are_what_they_are(glyph_is_flag, yes, no);
}

static void
a_mark_belongs_to_what_stands_before(void **state)
{
	/* Above, around, beside; a vowel and a final of Hangul. */
	static const int32_t stacks[] = { 0x301, 0x20dd, 0x64b, 0x1161, 0x11a8,
	    0 };
	static const int32_t beside[] = { 0x93e, 0x903, 0 };
	static const int32_t no[] = { 'a', 0x1100, 0xac00, 0x200d, 0x5e,
	    0xb4, 0x4e2d, 0 };

	(void)state;
	classes_are_what_they_are(glyph_stacks, stacks, no);
	classes_are_what_they_are(glyph_is_mark, stacks, no);
	classes_are_what_they_are(glyph_is_mark, beside, no);
	classes_are_what_they_are(glyph_stacks, no + 7, beside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_has_its_length),
		cmocka_unit_test(an_ill_formed_byte_is_one_by_itself),
		cmocka_unit_test(what_turns_the_text_around_is_known),
		cmocka_unit_test(what_takes_no_ink_is_blank),
		cmocka_unit_test(what_terminals_disagree_about_is_dropped),
		cmocka_unit_test(a_flag_is_made_of_halves),
		cmocka_unit_test(a_mark_belongs_to_what_stands_before),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
