/*
 * An entry as a line for programs: plain mode's output and chat-ctl log. Pure.
 *
 *   number TAB time (RFC 3339, UTC, ms) TAB kind TAB name TAB text
 *
 * In name and text \\ \n \t are escaped; who spoke the classic protocol is
 * ~name, since nobody has verified it.
 */
#ifndef COMMON_PLAIN_LINE_H
#define COMMON_PLAIN_LINE_H

#include <stddef.h>

#include "common/entry.h"
#include "common/pieces.h"

enum {
	PLAIN_LINE_BYTES = 20 + 32 + 16 + 2 * (TEXT_NAME_BYTES +
	    PIECES_TEXT_BYTES) + 16
};

/* Writes the line with its newline and a NUL; returns its length. The entry
 * may be a whole message, as pieces_take gives it. */
size_t	 plain_line(char dst[PLAIN_LINE_BYTES], const struct entry *);
/* The same, with that for its kind. */
size_t	 plain_line_of(char dst[PLAIN_LINE_BYTES], const struct entry *,
	    const char *kind);

#endif
