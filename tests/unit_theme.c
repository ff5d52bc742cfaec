/*
 * The palettes: readable, told apart, and the user's own colours over them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/settings/theme.h"

enum { RICH = 256, FEW = 8, DARK = 0x15161a, LIGHT = 0xffffff };

static struct theme
named(enum theme_name name)
{
	struct theme t = theme_default();

	t.name = name;
	return t;
}

/* What all terminals agree on: from 16 on. */
static int
rgb_of(int colour)
{
	static const int level[] = { 0, 95, 135, 175, 215, 255 };
	int grey;

	assert_in_range(colour, 16, 255);
	if (colour >= 232) {
		grey = 8 + 10 * (colour - 232);
		return grey << 16 | grey << 8 | grey;
	}
	colour -= 16;
	return level[colour / 36] << 16 | level[colour / 6 % 6] << 8 |
	    level[colour % 6];
}

static double
linear(int channel)
{
	double v = channel / 255.0;

	return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* WCAG 2: from 1 to 21. */
static double
contrast(int a, int b)
{
	double l[2];
	int rgb[2] = { a, b }, i;

	for (i = 0; i < 2; i++)
		l[i] = 0.2126 * linear(rgb[i] >> 16) +
		    0.7152 * linear(rgb[i] >> 8 & 0xff) +
		    0.0722 * linear(rgb[i] & 0xff) + 0.05;
	return l[0] > l[1] ? l[0] / l[1] : l[1] / l[0];
}

static void
check_contrast(enum theme_name name, int ground)
{
	struct theme t = named(name);
	int style;

	for (style = 0; style < STYLES; style++) {
		struct theme_look look = theme_look(&t, style, RICH);
		double least = style == STYLE_DIM ? 3 : 4.5, is;

		if (look.fg == COLOUR_DEFAULT) {
			assert_int_equal(look.bg, COLOUR_DEFAULT);
			continue;
		}
		is = contrast(rgb_of(look.fg), look.bg == COLOUR_DEFAULT ?
		    ground : rgb_of(look.bg));
		if (is < least)
			fail_msg("style %d: colour %d has contrast %.2f",
			    style, look.fg, is);
	}
}

static void
everything_is_readable_on_dark_and_on_light(void **state)
{
	(void)state;
	assert_float_equal(contrast(0, 0xffffff), 21, 0.01);
	check_contrast(THEME_DARK, DARK);
	check_contrast(THEME_LIGHT, LIGHT);
}

static void
names_have_twelve_colours(void **state)
{
	static const enum theme_name themes[] = { THEME_DARK, THEME_LIGHT };
	size_t i;
	int a, b;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct theme t = named(themes[i]);

		for (a = 0; a < STYLE_NAMES; a++)
			for (b = 0; b < a; b++)
				assert_int_not_equal(theme_look(&t,
				    STYLE_NAME + a, RICH).fg, theme_look(&t,
				    STYLE_NAME + b, RICH).fg);
	}
}

static void
no_more_colours_are_used_than_there_are(void **state)
{
	static const int colours[] = { 0, 2, 7, FEW, 16, 88, RICH };
	enum theme_name name;
	size_t i;
	int style;

	(void)state;
	for (name = THEME_AUTO; name <= THEME_MONO; name++)
		for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
			for (style = 0; style < STYLES; style++) {
				struct theme t = named(name);
				struct theme_look look = theme_look(&t, style,
				    colours[i]);
				int most = name == THEME_MONO ||
				    colours[i] < FEW ? -1 : colours[i] - 1;

				assert_true(look.fg >= -1 && look.fg <= most);
				assert_true(look.bg >= -1 && look.bg <= most);
			}
}

static void
without_colours_what_matters_differs_from_text(void **state)
{
	struct theme t = named(THEME_MONO);
	int style;

	(void)state;
	for (style = 0; style < STYLES; style++) {
		struct theme_look look = theme_look(&t, style, RICH);
		bool marked = look.bold || look.dim || look.reverse ||
		    look.underline;

		assert_int_equal(marked, style != STYLE_TEXT &&
		    style < STYLE_NAME);
	}
	assert_true(theme_look(&t, STYLE_BAR, RICH).reverse);
	assert_true(theme_look(&t, STYLE_MATCH, RICH).reverse);
	assert_true(theme_look(&t, STYLE_LINK, RICH).underline);
}

static void
own_colours_go_before_where_the_terminal_has_them(void **state)
{
	struct theme t = named(THEME_DARK);

	(void)state;
	t.own[STYLE_DIM] = 200;
	assert_int_equal(theme_look(&t, STYLE_DIM, RICH).fg, 200);
	assert_int_equal(theme_look(&t, STYLE_DIM, FEW).fg, COLOUR_DEFAULT);
	assert_true(theme_look(&t, STYLE_DIM, FEW).dim);
	t.own[STYLE_ERROR] = 5;
	assert_int_equal(theme_look(&t, STYLE_ERROR, FEW).fg, 5);
	assert_true(theme_look(&t, STYLE_ERROR, FEW).bold);
	assert_int_equal(theme_look(&t, STYLE_ERROR, 2).fg, COLOUR_DEFAULT);
	t.own[STYLE_NAME] = COLOUR_DEFAULT;
	assert_int_equal(theme_look(&t, STYLE_NAME, RICH).fg, COLOUR_DEFAULT);
	t.own[STYLE_BAR] = 16;
	assert_int_equal(theme_look(&t, STYLE_BAR, RICH).fg, 16);
	assert_int_equal(theme_look(&t, STYLE_BAR, RICH).bg, 236);
}

static void
the_terminals_ground_is_guessed(void **state)
{
	static const struct {
		const char	*value;
		enum theme_name	 is;
	} cases[] = {
		{ NULL, THEME_DARK }, { "", THEME_DARK }, { ";", THEME_DARK },
		{ "15;0", THEME_DARK }, { "0;15", THEME_LIGHT },
		{ "0;7", THEME_LIGHT }, { "0;default;15", THEME_LIGHT },
		{ "15;default;0", THEME_DARK }, { "0;11", THEME_LIGHT },
		{ "0;14", THEME_LIGHT }, { "7;8", THEME_DARK },
		{ "default;default", THEME_DARK }, { "15", THEME_DARK },
		{ "0;15x", THEME_DARK }, { "0;-15", THEME_DARK },
		{ "0;999999999999999999999", THEME_DARK },
	};
	struct theme guessed, dark = named(THEME_DARK);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(theme_guess(cases[i].value), cases[i].is);
	guessed = theme_default();
	assert_int_equal(guessed.name, THEME_AUTO);
	assert_int_equal(theme_look(&guessed, STYLE_DIM, RICH).fg,
	    theme_look(&dark, STYLE_DIM, RICH).fg);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(everything_is_readable_on_dark_and_on_light),
		TEST(names_have_twelve_colours),
		TEST(no_more_colours_are_used_than_there_are),
		TEST(without_colours_what_matters_differs_from_text),
		TEST(own_colours_go_before_where_the_terminal_has_them),
		TEST(the_terminals_ground_is_guessed),
	};

	return tests_run(tests, NULL, NULL);
}
