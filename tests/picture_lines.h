/*
 * Line-drawing and block characters as shapes, so that they join from cell to
 * cell, which no font's glyphs do at every size.
 */
#ifndef TESTS_PICTURE_LINES_H
#define TESTS_PICTURE_LINES_H

#include <stdbool.h>
#include <cairo.h>

/*
 * Draws the one character text in the current colour into the cell of size
 * w and h at x, y. Returns false, drawing nothing, if it is none of them.
 */
bool	 picture_lines_draw(cairo_t *, const char *text, double x, double y,
	    double w, double h);

#endif
