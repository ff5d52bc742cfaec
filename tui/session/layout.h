/*
 * How a frame shares out the screen, from what it shows: the panes' sizes,
 * known before anything is drawn. Pure.
 */
#ifndef TUI_SESSION_LAYOUT_H
#define TUI_SESSION_LAYOUT_H

#include <stdbool.h>

struct edit_layout;
struct scene;

/* The columns of the message pane. */
struct layout_gutter {
	int	 name, name_cols;	/* where, and how wide; 0: none */
	int	 mark;			/* where; -1: none */
	int	 text;			/* what is said begins there */
	bool	 time;			/* it begins with the time */
};

struct layout {
	int	 rows, cols;		/* of the screen */
	/* From top to bottom, rows; 0: it is not there. */
	int	 title, messages, status, input;
	int	 width;			/* columns of the messages */
	int	 side;			/* and of the member list, right of
					 * them and as high; 0: none */
	int	 prompt;		/* columns before the input */
	struct layout_gutter gutter;
};

/* On a screen of at least 1 x 1. */
void	 layout_scene(struct layout *, const struct scene *, int rows,
	    int cols);
/* The input as it stands in its pane, a passphrase as dots. False: no memory;
 * else the caller clears it. */
bool	 layout_input(const struct layout *, const struct scene *,
	    struct edit_layout *);

#endif
