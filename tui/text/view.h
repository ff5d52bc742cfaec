/*
 * Where the message pane stands in the scrollback: the one thing of it that
 * outlives a frame. Pure.
 */
#ifndef TUI_TEXT_VIEW_H
#define TUI_TEXT_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/text/history.h"
#include "tui/text/history_place.h"

/* Where the message pane stands. Zeroed: live, without a size. */
struct view {
	bool		 scrolled;
	struct history_place top;	/* first row shown, when scrolled */
	uint64_t	 floor;		/* live, no line before this is shown */
	int		 rows;		/* of the message pane */
	int		 upper;		/* rows above the scroll rule */
	int		 cols;		/* columns of text */
};

/* The pane is of that size now, or lines came: before a frame is drawn. */
void	 view_fit(struct view *, struct history *, int rows, int cols);

/* How many lines are newer than the last one above the scroll rule; 0: live. */
uint64_t view_newer(const struct view *, struct history *);
/* The line of the lowest row above the rule, or of all when live. */
uint64_t view_last(const struct view *, struct history *);
/* The top place of a live pane of so many rows; of an empty one, the lowest row
 * that there is. */
struct history_place view_live_top(const struct view *, struct history *,
	    int rows);

/* A live pane in which own lines wait: what has been said has a part of it. */
struct view_cut {
	struct history_place room;	/* the top of so many rows of it ... */
	int		 room_rows;
	uint64_t	 more;		/* ... so many that wait, hidden, */
	struct history_place own;	/* and the newest */
	int		 own_rows;
};
/* They may have half of the rows, and what is not needed of the others. False:
 * as many as there are have that. */
bool	 view_cuts(const struct view *, struct history *, struct view_cut *);

/* Scrolling. Each keeps to what there is, and comes back to live by itself at
 * the bottom. Nothing before the first view_fit. */
void	 view_page(struct view *, struct history *, int pages);
void	 view_move(struct view *, struct history *, int rows);
void	 view_first(struct view *, struct history *);
/* Brings a line in sight, by the row that shows byte `at` of it, with some of
 * what stands above that. */
void	 view_show(struct view *, struct history *, uint64_t line, size_t at);
void	 view_live(struct view *);
/* True if scrolled so far up that older lines are wanted. */
bool	 view_nears_top(const struct view *, const struct history *);

#endif
