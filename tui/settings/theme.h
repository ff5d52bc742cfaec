/*
 * Colours: what the themes give each kind of text, and the user's own. Pure:
 * numbers only; tui/screen/screen puts them on the terminal.
 */
#ifndef TUI_SETTINGS_THEME_H
#define TUI_SETTINGS_THEME_H

#include <stdbool.h>

/* The kinds of text on the screen. */
enum style {
	STYLE_TEXT,
	STYLE_DIM,
	STYLE_BAR,		/* title and status row */
	STYLE_BAR_BOLD,
	STYLE_BAR_GOOD,		/* the dot when all is well */
	STYLE_BAR_BAD,		/* trouble, with its word */
	STYLE_NEWS,	/* announcements, the scroll rule, the unread rule */
	STYLE_OWN,		/* this user's name */
	STYLE_MENTION,
	STYLE_PENDING,		/* the mark of a pending line */
	STYLE_ERROR,
	STYLE_MATCH,		/* what the search found; what is selected */
	STYLE_LINK,		/* a URL */
	STYLE_PRIVATE,		/* what is typed is for one alone */
	STYLE_NAME,		/* STYLE_NAME + 0 .. STYLE_NAMES - 1 */
	STYLE_NAMES = 12,	/* colours that names are told apart by */
	STYLES = STYLE_NAME + STYLE_NAMES
};

enum {
	COLOUR_DEFAULT = -1,	/* the terminal's own */
	COLOUR_THEME = -2	/* as the theme has it */
};

enum theme_name { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_MONO };

struct theme {
	enum theme_name	 name;
	short		 own[STYLES];	/* foregrounds; COLOUR_THEME: not set */
};

/* How a terminal of so many colours shows a style. */
struct theme_look {
	short		 fg, bg;	/* 0..colours - 1, or COLOUR_DEFAULT */
	bool		 bold, dim, reverse, underline;
};

/* The theme of somebody who has set nothing. */
struct theme	 theme_default(void);
/* colours: 256 or more, 8 or more, or less: none are used. An own colour that
 * the terminal lacks is not used. */
struct theme_look theme_look(const struct theme *, enum style, int colours);
/* What AUTO is on this terminal: COLORFGBG's value ("15;0"), or NULL. */
enum theme_name	 theme_guess(const char *colorfgbg);

#endif
