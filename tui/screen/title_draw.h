/*
 * Draws the title: the room and the server, or whom a talk is with; the state.
 */
#ifndef TUI_SCREEN_TITLE_DRAW_H
#define TUI_SCREEN_TITLE_DRAW_H

struct scene;
struct screen;

void	 title_draw(struct screen *, const struct scene *, int cols);

#endif
