/*
 * How the list of windows looks, in the status row. Draws through
 * tui/screen/screen. Runs in the client's parent process.
 */
#ifndef TUI_SCREEN_WINDOWS_DRAW_H
#define TUI_SCREEN_WINDOWS_DRAW_H

#include <stdbool.h>

struct scene_windows;
struct screen;

/* In so many columns of a screen that is narrow, or is not. */
void	 windows_draw(struct screen *, const struct scene_windows *, int cols,
	    bool narrow);

#endif
