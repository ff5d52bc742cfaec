/*
 * Where a line's text breaks into rows. Pure: the display form and a width in,
 * one row out. A row depends on where it starts, and on nothing before it.
 *
 * Broken at newlines always; at spaces, which hang unseen at the end of the
 * row; beside CJK and other wide clusters, but not before closing nor behind
 * opening punctuation; a URL that fits in a row is kept whole; a word longer
 * than a row breaks by cluster. Indentation that leaves no room for the first
 * word goes unseen. A cluster wider than the row has it for itself, and then
 * the row is wider than cols.
 */
#ifndef TUI_TEXT_WRAP_H
#define TUI_TEXT_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrap_row {
	size_t	 from, to;	/* bytes to be seen */
	int	 cols;		/* columns they take */
	size_t	 next;		/* where the next row starts */
	bool	 last;		/* there is no next row */
};

/* The row that starts at pos, which is 0 or the next of the row above. */
struct wrap_row	 wrap_row(const char *s, size_t len, int cols, size_t pos);

/* How many rows; 1 for an empty text. */
int	 wrap_count(const char *s, size_t len, int cols);

/* The number of the row that byte `at` belongs to, from 0. */
int	 wrap_find(const char *s, size_t len, int cols, size_t at);

/* Where row number n starts; the last row's start if there are fewer. */
size_t	 wrap_start(const char *s, size_t len, int cols, int n);

#endif
