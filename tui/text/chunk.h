/*
 * A piece of the scrollback: lines packed into one block of memory, from the
 * front the texts, from the back a slot a line. Lines are added, and only the
 * last one may be taken away: a piece goes as a whole. Pure; no line knows its
 * serial.
 */
#ifndef TUI_TEXT_CHUNK_H
#define TUI_TEXT_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

/* Just under 1 MiB, so that with malloc's own it takes no page more, and two
 * of them and what keeps them no more than HISTORY_MIN_BYTES. */
enum { CHUNK_BYTES = 1024 * 1024 - 256 };

struct chunk;
struct history_line;
struct search;

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
/* Puts a line in the place of the last added, which there is; false if it may
 * not fit: nothing has changed then. */
bool		 chunk_amend(struct chunk *, const struct history_line *);
/* Takes the last added line away. */
void		 chunk_pop(struct chunk *);
uint32_t	 chunk_count(const struct chunk *);
/* Line i, counted from 0 as added, as views into the chunk. */
void		 chunk_get(const struct chunk *, uint32_t i,
		    struct history_line *);

enum entry_kind	 chunk_kind(const struct chunk *, uint32_t i);
unsigned	 chunk_marks(const struct chunk *, uint32_t i);
void		 chunk_set_marks(struct chunk *, uint32_t i, unsigned marks);

/*
 * The first line (the last, if down) of those in [from, to) that carries one
 * of the marks; whose text, original or shown, holds what is searched for.
 * `to` if there is none.
 */
uint32_t	 chunk_find_marks(const struct chunk *, uint32_t from,
		    uint32_t to, bool down, unsigned marks);
uint32_t	 chunk_find(const struct chunk *, uint32_t from, uint32_t to,
		    bool down, const struct search *);

/* Rows of line i's text when wrapped to cols; kept until cols changes. */
int		 chunk_rows(struct chunk *, uint32_t i, int cols);

#endif
