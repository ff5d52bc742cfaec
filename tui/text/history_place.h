/*
 * The scrollback's rows, and places in it that survive what comes and goes.
 * Pure. Owned by the client's parent process.
 */
#ifndef TUI_TEXT_HISTORY_PLACE_H
#define TUI_TEXT_HISTORY_PLACE_H

#include <stddef.h>
#include <stdint.h>

struct history;

/*
 * Rows. A line takes one row per rule that stands above it, then its text
 * wrapped to `cols` columns as wrap.h says. An empty text takes a row, a
 * hidden one none.
 * Heights are cached per width; nothing is ever re-wrapped as a whole.
 */
enum history_what { HISTORY_ROW_DAY, HISTORY_ROW_UNREAD, HISTORY_ROW_TEXT };
struct history_row {
	uint64_t	 line;
	enum history_what what;
	int		 part;		/* 0: the text's first row */
	const char	*text;	/* a view into shown; no trailing space */
	size_t		 len;
	int		 cols;		/* columns of text; more than the pane's
					 * only where one cluster is wider */
};

/* How many rows line takes, of those the rules in *rules. */
int		 history_height(struct history *, uint64_t line, int cols,
		    int *rules);

/*
 * A place in the text that survives a change of width: the row that shows
 * byte `at` of line's shown text, or, with rule > 0, a rule above the line.
 * In a hidden text it settles to the next row, or the last one before.
 */
struct history_place {
	uint64_t	 line;
	int		 rule;	/* > 0: so many rows above the text's first */
	size_t		 at;
	uint64_t	 pending; /* id of a pending line: those shift; or 0 */
};

/*
 * The top place when the last row of the history stands at the bottom of a
 * pane of `rows` rows (the first place if all fits).
 */
struct history_place history_bottom(struct history *, int rows, int cols);
/*
 * delta rows further down (or up when negative) than place, stopping at the
 * first row and at the last one. *moved, unless NULL, gets the rows really
 * moved, negative upwards.
 */
struct history_place history_move(struct history *, struct history_place,
		    int delta, int cols, int *moved);
/*
 * place made valid again after lines came, were dropped, or were settled
 * (a place in a settled line goes to its own in the room, so append first).
 * `at` is left where it is, inside a row too: what stands there comes back
 * when the width does. With a rule beyond the line's rules it is the topmost.
 */
struct history_place history_settle_place(struct history *,
		    struct history_place, int cols);
/* Fills up to max rows from the row of place downwards; returns how many. */
int		 history_rows(struct history *, struct history_place, int cols,
		    struct history_row *rows, int max);
/* a before b: <0, same place: 0, behind: >0. Both settled; b at the start of
 * its row, as history_bottom and history_move give it, tells rows apart. */
int		 history_compare(const struct history_place *,
		    const struct history_place *);

#endif
