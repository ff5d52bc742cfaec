/*
 * The list of windows as one row: what is said of each, and which have room.
 * Pure.
 */
#ifndef TUI_SESSION_WINDOW_ROW_H
#define TUI_SESSION_WINDOW_ROW_H

#include <stdbool.h>
#include <stddef.h>

struct scene;
struct scene_window;
struct scene_windows;

enum {
	WINDOW_LABEL_BYTES = 128,
	WINDOW_ROWS_MIN = 8	/* a screen of fewer has no list */
};

/* Is there a list, on a screen of so many rows? */
bool	 window_row_is_there(const struct scene *, int rows);
/* "2 ops:3", with a blank before and behind; returns its columns. */
int	 window_row_label(char dst[WINDOW_LABEL_BYTES],
	    const struct scene_window *);
/*
 * Which have room in so many columns, in fits[], one each: the one that is
 * looked at, then those where something goes on. How many are left out, for
 * which there is room to say so; 0: none.
 */
size_t	 window_row_fit(const struct scene_windows *, int cols, bool fits[]);

#endif
