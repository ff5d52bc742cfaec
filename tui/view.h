/*
 * What a frame looks like: title, messages, status row, input. Draws through
 * tui/screen and holds the one thing that outlives a frame: where the
 * message pane stands. Runs in the client's parent process.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/history.h"
#include "tui/record.h"

struct edit;
struct screen;

/* Where the message pane stands. Zeroed: live, not drawn yet. */
struct view {
	bool		 scrolled;
	struct history_place top;	/* first row shown, when scrolled */
	int		 rows;		/* of the message pane */
	int		 upper;		/* rows above the scroll rule */
	int		 cols;		/* columns of text */
};

/* All that a frame shows, borrowed for the call. */
struct view_scene {
	struct screen	*screen;
	struct history	*history;
	const struct edit *edit;
	bool		 prompt;	/* asking for a name */
	const char	*server;	/* host, with port when not the usual */
	const char	*name;		/* own name, "" before it is known */
	struct record_state link;
	int64_t		 phase_ms;	/* how long the link is in its phase */
	const char	*notice;	/* what the status row says; NULL: hints */
	bool		 notice_is_error;
	const char	*share;		/* what others type to join us, or NULL */
};

/* Draws the frame; it appears with screen_flush. */
void	 view_draw(struct view *, const struct view_scene *);

/* Scrolling. Each keeps to what there is, and comes back to live by itself at
 * the bottom. Nothing before the first view_draw. */
void	 view_page(struct view *, struct history *, int pages);
void	 view_move(struct view *, struct history *, int rows);
void	 view_first(struct view *, struct history *);
void	 view_live(struct view *);

#endif
