/*
 * How the message pane looks: the scrollback's rows with their gutter and
 * rules. Runs in the client's parent process; draws through tui/screen/screen.
 */
#ifndef TUI_SCREEN_VIEW_DRAW_H
#define TUI_SCREEN_VIEW_DRAW_H

#include <stddef.h>

#include "tui/settings/theme.h"

struct layout;
struct scene;
struct screen;
struct view;

/* Draws the pane, in the rows that the view has been fitted to. */
void	 view_draw(struct screen *, const struct view *, const struct scene *,
	    const struct layout *);
/* A rule with a label in its middle, over cols columns of the message pane. */
void	 view_draw_rule(struct screen *, int row, int cols, enum style,
	    const char *label);
/* A stable colour for a name, whatever case it is written in. */
enum style view_draw_name_style(const char *name, size_t len);

#endif
