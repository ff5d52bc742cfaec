/*
 * The message pane: how the scrollback's rows are drawn, and the one thing
 * that outlives a frame, where the pane stands. Runs in the client's parent
 * process.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/history.h"

struct screen;

/* Where the message pane stands. Zeroed: live, not drawn yet. */
struct view {
	bool		 scrolled;
	struct history_place top;	/* first row shown, when scrolled */
	int		 rows;		/* of the message pane */
	int		 upper;		/* rows above the scroll rule */
	int		 cols;		/* columns of text */
};

/* Draws the pane, rows high. */
void	 view_draw(struct view *, struct screen *, struct history *, int rows);
/* How many lines are newer than the last one above the scroll rule; 0: live. */
uint64_t view_newer(const struct view *, struct history *);

/* Scrolling. Each keeps to what there is, and comes back to live by itself at
 * the bottom. Nothing before the first view_draw. */
void	 view_page(struct view *, struct history *, int pages);
void	 view_move(struct view *, struct history *, int rows);
void	 view_first(struct view *, struct history *);
void	 view_live(struct view *);

#endif
