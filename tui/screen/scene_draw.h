/*
 * How a frame looks: title, messages, status row, input. Draws through
 * tui/screen/screen. Runs in the client's parent process.
 */
#ifndef TUI_SCREEN_SCENE_DRAW_H
#define TUI_SCREEN_SCENE_DRAW_H

struct layout;
struct scene;
struct screen;
struct view;

/* Draws the frame, laid out, the message pane as view stands; it appears at
 * once. */
void	 scene_draw(struct screen *, const struct view *, const struct scene *,
	    const struct layout *);

#endif
