/*
 * Where a caret may go in a text: clusters, words, lines. Pure functions of
 * the text (valid UTF-8 without CR) and a position, an offset in bytes; each
 * returns the new position, which is the old one at the edge of the text.
 */
#ifndef TUI_TEXT_MOTION_H
#define TUI_TEXT_MOTION_H

#include <stdbool.h>
#include <stddef.h>

/* One cluster. */
size_t	 motion_left(const char *s, size_t len, size_t pos);
size_t	 motion_right(const char *s, size_t len, size_t pos);

/* Over what is no word, then over a word: letters, marks and digits. */
size_t	 motion_word_left(const char *s, size_t len, size_t pos);
size_t	 motion_word_right(const char *s, size_t len, size_t pos);

/* Back over spaces, then to the next space. */
size_t	 motion_space_left(const char *s, size_t len, size_t pos);

/* The start and the end of the line that pos is in. */
size_t	 motion_line_start(const char *s, size_t pos);
size_t	 motion_line_end(const char *s, size_t len, size_t pos);

/* The first cluster boundary at or behind pos. */
size_t	 motion_boundary(const char *s, size_t len, size_t pos);

/* True for the separators of ASCII: space, tab, newline. */
bool	 motion_is_space(char c);

#endif
