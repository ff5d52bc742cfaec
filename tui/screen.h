/*
 * The terminal: panes to draw on and keys to read. The only module that
 * includes curses; it decides nothing. Owned by the client's parent process.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

/* From top to bottom. */
enum screen_pane {
	SCREEN_TITLE, SCREEN_MESSAGES, SCREEN_STATUS, SCREEN_INPUT,
	SCREEN_PANES
};

enum { SCREEN_NAMES = 12 };	/* colours that names are told apart by */

enum screen_style {
	SCREEN_TEXT,
	SCREEN_DIM,
	SCREEN_BAR,		/* title and status row */
	SCREEN_BAR_BOLD,
	SCREEN_BAR_GOOD,	/* the dot when all is well */
	SCREEN_BAR_BAD,		/* trouble, with its word */
	SCREEN_NEWS,		/* the rule when scrolled, the unread rule */
	SCREEN_OWN,		/* this user's name */
	SCREEN_MENTION,
	SCREEN_PENDING,		/* the mark of a pending line */
	SCREEN_ERROR,
	SCREEN_NAME,		/* SCREEN_NAME + 0 .. SCREEN_NAMES - 1 */
	SCREEN_STYLES = SCREEN_NAME + SCREEN_NAMES
};

struct screen;

/*
 * Takes the terminal. NULL with *why where it cannot (unknown TERM, no cursor
 * addressing); the terminal is untouched then. colour false: none are used.
 * Signals must already be caught by the caller: curses then leaves them alone.
 */
struct screen	*screen_open(bool colour, const char **why);
/* Gives the terminal back as it was, and frees. */
void		 screen_close(struct screen *);
/* For Ctrl-Z: the terminal as it was, and back, taking its new size. */
void		 screen_suspend(struct screen *);
void		 screen_resume(struct screen *);

/* Asks the terminal for its size (after SIGWINCH); at least 1 x 1. */
void		 screen_fit(struct screen *);
int		 screen_rows(const struct screen *);
int		 screen_cols(const struct screen *);

/* Heights from top to bottom; their sum is at most screen_rows. */
void		 screen_layout(struct screen *, const int rows[SCREEN_PANES]);
/* Empties a pane; the bars are filled with their style. */
void		 screen_erase(struct screen *, enum screen_pane);
/*
 * Draws display-form text at row, col of a pane, in at most cols columns,
 * whole clusters only. Returns the columns drawn.
 */
int		 screen_put(struct screen *, enum screen_pane, int row, int col,
		    int cols, enum screen_style, const char *text, size_t len);
/* A rule from col over cols columns. */
void		 screen_rule(struct screen *, enum screen_pane, int row,
		    int col, int cols, enum screen_style);
void		 screen_caret(struct screen *, int row, int col);
/* Everything drawn appears, as one frame. */
void		 screen_flush(struct screen *);
/* The next frame is painted from nothing. */
void		 screen_redraw(struct screen *);
/* The window's title, where the terminal has one; cleaned text. */
void		 screen_title(struct screen *, const char *);

/* The next key that is there; false: none (never waits). */
bool		 screen_key(struct screen *, struct key *);

#endif
