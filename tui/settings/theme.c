/*
 * The palettes. Pure; used by the client's parent process. Never asks the
 * terminal anything: how many colours there are is told.
 */
#include "tui/settings/theme.h"

#include <stddef.h>
#include <string.h>

enum { COLOURS_RICH = 256, COLOURS_FEW = 8 };
enum { BOLD = 1 << 0, DIM = 1 << 1, REVERSE = 1 << 2, UNDERLINE = 1 << 3 };

#define NONE	COLOUR_DEFAULT

struct ink {
	short		 fg, bg;
	unsigned	 attrs;
};

_Static_assert(STYLE_NAME == 14, "an ink for each, in each of the three, and "
    "its name: add them, then count");

/* Numbers of the 256 colours, which are the same on every terminal from 16
 * on: readable on #15161a. */
static const struct ink dark_inks[STYLE_NAME] = {
	[STYLE_TEXT] = { NONE, NONE, 0 },
	[STYLE_DIM] = { 243, NONE, 0 },
	[STYLE_BAR] = { 252, 236, 0 },
	[STYLE_BAR_BOLD] = { 255, 236, BOLD },
	[STYLE_BAR_GOOD] = { 114, 236, 0 },
	[STYLE_BAR_BAD] = { 215, 236, BOLD },
	[STYLE_NEWS] = { 215, NONE, BOLD },
	[STYLE_OWN] = { NONE, NONE, BOLD },
	[STYLE_MENTION] = { 215, NONE, BOLD },
	[STYLE_PENDING] = { 178, NONE, BOLD },
	[STYLE_ERROR] = { 203, NONE, BOLD },
	[STYLE_MATCH] = { 230, 58, 0 },
	[STYLE_LINK] = { NONE, NONE, UNDERLINE },
	[STYLE_PRIVATE] = { 176, NONE, BOLD },
};
static const short dark_names[STYLE_NAMES] = { 176, 75, 209, 113, 80, 179,
	141, 204, 110, 150, 173, 73 };

/* Readable on white. */
static const struct ink light_inks[STYLE_NAME] = {
	[STYLE_TEXT] = { NONE, NONE, 0 },
	[STYLE_DIM] = { 243, NONE, 0 },
	[STYLE_BAR] = { 236, 254, 0 },
	[STYLE_BAR_BOLD] = { 232, 254, BOLD },
	[STYLE_BAR_GOOD] = { 22, 254, 0 },
	[STYLE_BAR_BAD] = { 124, 254, BOLD },
	[STYLE_NEWS] = { 130, NONE, BOLD },
	[STYLE_OWN] = { NONE, NONE, BOLD },
	[STYLE_MENTION] = { 130, NONE, BOLD },
	[STYLE_PENDING] = { 94, NONE, BOLD },
	[STYLE_ERROR] = { 160, NONE, BOLD },
	[STYLE_MATCH] = { 16, 229, 0 },
	[STYLE_LINK] = { NONE, NONE, UNDERLINE },
	[STYLE_PRIVATE] = { 127, NONE, BOLD },
};
/* Each near the hue that it has on dark. */
static const short light_names[STYLE_NAMES] = { 127, 26, 130, 28, 24, 94, 92,
	161, 61, 58, 88, 23 };

/* What the eight are is the terminal's business: on dark and on light. */
static const struct ink few_inks[STYLE_NAME] = {
	[STYLE_TEXT] = { NONE, NONE, 0 },
	[STYLE_DIM] = { NONE, NONE, DIM },
	[STYLE_BAR] = { NONE, NONE, REVERSE },
	[STYLE_BAR_BOLD] = { NONE, NONE, REVERSE | BOLD },
	[STYLE_BAR_GOOD] = { NONE, NONE, REVERSE },
	[STYLE_BAR_BAD] = { 1, NONE, REVERSE | BOLD },
	[STYLE_NEWS] = { 3, NONE, BOLD },
	[STYLE_OWN] = { NONE, NONE, BOLD },
	[STYLE_MENTION] = { 3, NONE, BOLD },
	[STYLE_PENDING] = { 3, NONE, BOLD },
	[STYLE_ERROR] = { 1, NONE, BOLD },
	[STYLE_MATCH] = { NONE, NONE, REVERSE },
	[STYLE_LINK] = { NONE, NONE, UNDERLINE },
	[STYLE_PRIVATE] = { 5, NONE, BOLD },
};
static const short few_names[] = { 5, 4, 1, 2, 6, 3 };

struct theme
theme_default(void)
{
	struct theme t = { .name = THEME_AUTO };
	size_t i;

	for (i = 0; i < STYLES; i++)
		t.own[i] = COLOUR_THEME;
	return t;
}

static struct ink
rich_ink(bool light, enum style style)
{
	if (style < STYLE_NAME)
		return light ? light_inks[style] : dark_inks[style];
	style -= STYLE_NAME;
	return (struct ink){ light ? light_names[style] : dark_names[style],
	    NONE, 0 };
}

static struct ink
few_ink(enum style style)
{
	if (style < STYLE_NAME)
		return few_inks[style];
	return (struct ink){ few_names[(style - STYLE_NAME) %
	    (sizeof(few_names) / sizeof(few_names[0]))], NONE, 0 };
}

static struct ink
mono_ink(enum style style)
{
	struct ink ink = few_ink(style);

	ink.fg = ink.bg = NONE;
	return ink;
}

struct theme_look
theme_look(const struct theme *t, enum style style, int colours)
{
	struct ink ink;
	short own = t->own[style];

	if (t->name == THEME_MONO || colours < COLOURS_FEW)
		ink = mono_ink(style);
	else if (colours < COLOURS_RICH)
		ink = few_ink(style);
	else
		ink = rich_ink(t->name == THEME_LIGHT, style);
	if (colours >= COLOURS_FEW && own != COLOUR_THEME && own < colours)
		ink.fg = own;
	return (struct theme_look){ .fg = ink.fg, .bg = ink.bg,
	    .bold = (ink.attrs & BOLD) != 0, .dim = (ink.attrs & DIM) != 0,
	    .reverse = (ink.attrs & REVERSE) != 0,
	    .underline = (ink.attrs & UNDERLINE) != 0 };
}

enum theme_name
theme_guess(const char *colorfgbg)
{
	/* White, yellow and cyan as they are bright. */
	static const char *const light[] = { "7", "11", "14", "15" };
	const char *bg = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
	size_t i;

	if (bg != NULL)
		for (i = 0; i < sizeof(light) / sizeof(light[0]); i++)
			if (strcmp(bg + 1, light[i]) == 0)
				return THEME_LIGHT;
	return THEME_DARK;
}
