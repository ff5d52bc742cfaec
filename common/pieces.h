/*
 * Long messages: cut into pieces that an entry holds, and put together again
 * from the entries. Pure; runs in the client's parent process, and in
 * the server for the operator.
 */
#ifndef COMMON_PIECES_H
#define COMMON_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/entry.h"

/* The longest message, bytes. */
enum { PIECES_TEXT_BYTES = 16 * 1024 };

/*
 * How long the piece of clean text at `at` is: at most that, TEXT_LINE_BYTES
 * or less, cut behind a line, else a space, else a cluster, so that each piece
 * is clean by itself and all of them together are the text.
 */
size_t	 pieces_cut(const char *text, size_t len, size_t at, size_t most);
/* How many pieces that makes; more than ENTRY_MORE_MAX + 1: it is too long, or
 * more blanks stand in a row than a piece can hold. */
unsigned pieces_count(const char *text, size_t len, size_t most);

struct pieces {
	char		 author[TEXT_NAME_BYTES];
	size_t		 author_len;
	unsigned	 next;		/* index of the piece expected */
	size_t		 len;
	struct entry	 last;		/* older ones: the piece that ends it */
	char		 text[PIECES_TEXT_BYTES];
};

/*
 * Takes the room's entries in order. True: *e is to be shown, and where it was
 * the last piece its text is the whole message (a view, until the next call).
 * False: it is a piece, and more follow.
 */
bool	 pieces_take(struct pieces *, struct entry *e);
/* The same for entries that come newest first; not both with one struct. */
bool	 pieces_take_older(struct pieces *, struct entry *e);

#endif
