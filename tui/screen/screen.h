/*
 * The terminal: panes to draw on and keys to read. The only module that
 * includes curses; it decides nothing. Owned by the client's parent process.
 */
#ifndef TUI_SCREEN_SCREEN_H
#define TUI_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/session/key.h"
#include "tui/settings/theme.h"

/* From top to bottom; the side is right of the messages, as high as they. */
enum screen_pane {
	SCREEN_TITLE, SCREEN_MESSAGES, SCREEN_SIDE, SCREEN_STATUS,
	SCREEN_INPUT, SCREEN_PANES
};

/* Where in a pane, and in at most how many columns. */
struct screen_at {
	enum screen_pane pane;
	int		 row, col, cols;
};

struct layout;
struct screen;
struct terminal;

/*
 * Takes the terminal. NULL with *why where it cannot (unknown TERM, no cursor
 * addressing); the terminal is untouched then. colour false: none are used.
 * Signals must already be caught by the caller: curses then leaves them alone.
 */
struct screen	*screen_open(const struct theme *, bool colour,
		    const char **why);
/* Gives the terminal back as it was, and frees. */
void		 screen_close(struct screen *);
/* For Ctrl-Z: the terminal as it was, and back, taking its new size. */
void		 screen_suspend(struct screen *);
void		 screen_resume(struct screen *);

/* Asks the terminal for its size (after SIGWINCH); at least 1 x 1. */
void		 screen_fit(struct screen *);
int		 screen_rows(const struct screen *);
int		 screen_cols(const struct screen *);

/* Makes the panes; what is of no size is not there, and takes no drawing. */
void		 screen_layout(struct screen *, const struct layout *);
/* Empties a pane; the bars are filled with their style. */
void		 screen_erase(struct screen *, enum screen_pane);
/* Draws display-form text there, whole clusters only. Returns the columns
 * drawn. */
int		 screen_put(struct screen *, struct screen_at, enum style,
		    const char *text, size_t len);
/* A rule over those columns. */
void		 screen_rule(struct screen *, struct screen_at, enum style);
void		 screen_caret(struct screen *, int row, int col);
/* Everything drawn appears, as one frame. */
void		 screen_flush(struct screen *);
/* The next frame is painted from nothing. */
void		 screen_redraw(struct screen *);
/* Other colours, from the next frame on. */
void		 screen_theme(struct screen *, const struct theme *);
/*
 * In place of the frame: lines as they are, wrapped by the terminal itself, so
 * that it can select and click them whole. The next flush paints all anew.
 */
void		 screen_bare(struct screen *, const char *text, size_t len);
/* To tell it things past curses; nothing of a frame. */
struct terminal	*screen_terminal(struct screen *);

/* The next key that is there; false: none (never waits). */
bool		 screen_key(struct screen *, struct key *);

#endif
