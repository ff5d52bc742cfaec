/*
 * One character at a time: decoding, and the classes that the parts of text
 * must agree on. For those alone; everybody else takes text.h.
 */
#ifndef COMMON_GLYPH_H
#define COMMON_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <utf8proc.h>

enum {
	GLYPH_BAD = -1,		/* decoded from an ill-formed byte */
	GLYPH_MARKS = 4		/* zero-width characters on one base: an
				 * ncurses cell holds five characters */
};

/*
 * Decodes the character at s (len > 0). Returns its length in bytes; an
 * ill-formed byte is GLYPH_BAD and 1.
 */
size_t	 glyph_decode(const char *s, size_t len, int32_t *c);

/* Moves the reader's cursor or the direction of the text: no one's business. */
bool	 glyph_is_control(int32_t c);
/* Changes the direction of the text around it. */
bool	 glyph_is_bidi(int32_t c);
/* Takes no ink: a space, or ignored by default. */
bool	 glyph_is_blank(int32_t c);
/* Has no place in the display form, terminals disagree about its columns. */
bool	 glyph_is_dropped(int32_t c);
/* Half of a flag: a regional indicator. */
bool	 glyph_is_flag(int32_t c);
/* Belongs to the character before it. */
bool	 glyph_is_mark(int32_t c);
/* Such a one that also takes no column, or may be reordered. */
bool	 glyph_stacks(int32_t c);

#endif
