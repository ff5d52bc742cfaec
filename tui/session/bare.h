/*
 * The message pane as plain text, for a bare screen that wraps it by itself, so
 * that it can be selected and copied whole. Pure.
 */
#ifndef TUI_SESSION_BARE_H
#define TUI_SESSION_BARE_H

#include <stddef.h>

struct scene;
struct view;

/* What is shown, a line each, as a screen of rows x cols holds it. Malloc'd;
 * NULL: no memory. */
char	*bare_text(const struct view *, const struct scene *, int rows,
	    int cols, size_t *len);

#endif
