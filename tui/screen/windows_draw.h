/*
 * How the list of windows looks, in the status row. Draws through
 * tui/screen/screen. Runs in the client's parent process.
 */
#ifndef TUI_SCREEN_WINDOWS_DRAW_H
#define TUI_SCREEN_WINDOWS_DRAW_H

struct scene_windows;
struct screen;

void	 windows_draw(struct screen *, const struct scene_windows *, int cols);

#endif
