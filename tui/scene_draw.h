/*
 * How a frame looks: title, messages, status row, input. Draws through
 * tui/screen. Runs in the client's parent process.
 */
#ifndef TUI_SCENE_DRAW_H
#define TUI_SCENE_DRAW_H

struct scene;
struct screen;
struct view;

/* Draws the frame, the message pane as view stands; it appears at once. */
void	 scene_draw(struct screen *, struct view *, const struct scene *);

#endif
