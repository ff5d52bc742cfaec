/*
 * A piece of the scrollback: lines packed into one block of memory, from the
 * front the texts, from the back a slot a line. Lines are added, never taken
 * away: a piece goes as a whole. Pure; no line knows its serial.
 */
#ifndef TUI_CHUNK_H
#define TUI_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Just under 1 MiB, so that with malloc's own it takes no page more. */
enum { CHUNK_BYTES = 1024 * 1024 - 64 };

struct chunk;
struct history_line;

/* size: of the whole block, at most CHUNK_BYTES. NULL: no memory. */
struct chunk	*chunk_new(size_t size);
void		 chunk_free(struct chunk *);
/* Empties it. */
void		 chunk_clear(struct chunk *);
size_t		 chunk_size(const struct chunk *);
/* A size in which this line fits for sure. */
size_t		 chunk_size_for(const struct history_line *);

/* Copies a line in. False if it does not fit: nothing has changed then. */
bool		 chunk_add(struct chunk *, const struct history_line *);
/* Line i, counted from 0 as added, as views into the chunk. */
void		 chunk_get(const struct chunk *, uint32_t i,
		    struct history_line *);

unsigned	 chunk_marks(const struct chunk *, uint32_t i);
void		 chunk_set_marks(struct chunk *, uint32_t i, unsigned marks);

/* Rows of line i's text when wrapped to cols; kept until cols changes. */
int		 chunk_rows(struct chunk *, uint32_t i, int cols);

#endif
