/*
 * The input of plain mode, cut into messages. Pure.
 */
#ifndef TUI_PLAIN_IN_H
#define TUI_PLAIN_IN_H

#include <stdbool.h>
#include <stddef.h>

enum { PLAIN_IN_BYTES = 64 * 1024 };	/* longest line that is looked at */

struct plain_in {
	bool		 whole;		/* all of it is one message */
	bool		 ended;		/* nothing more is read */
	bool		 skipping;	/* the rest of an over-long line */
	unsigned long	 line;		/* of what came last, from 1 */
	size_t		 at, len;	/* bytes taken; bytes in all */
	char		 bytes[PLAIN_IN_BYTES];
};

/* Where the next bytes are to be read to, and how many there is room for.
 * Whoever reads adds them to len, or sets ended. */
char	*plain_in_room(struct plain_in *, size_t *size);
bool	 plain_in_has_room(const struct plain_in *);
/* Nothing more is read. Half of what was to be a message is none: false if that
 * takes something away. */
bool	 plain_in_cut(struct plain_in *);
/* All was read and all of it was taken. */
bool	 plain_in_is_done(const struct plain_in *);

enum plain_in_found {
	PLAIN_IN_NOTHING,	/* more must be read first */
	PLAIN_IN_TEXT,		/* a view, until the next call of any kind */
	PLAIN_IN_WRONG	/* *why: a sentence; what was wrong is skipped */
};
enum plain_in_found plain_in_next(struct plain_in *, const char **text,
	    size_t *len, const char **why);

#endif
