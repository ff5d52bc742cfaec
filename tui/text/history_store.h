/*
 * How the scrollback keeps its lines: between history.c, which changes them,
 * history_fold.c, which shortens them, history_find.c, which looks them up, and
 * history_bound.c, which lets the oldest go. Nobody else includes this.
 */
#ifndef TUI_TEXT_HISTORY_STORE_H
#define TUI_TEXT_HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/text/chunk.h"

/*
 * Lines that follow on each other: the last ones added to the chunk, as many
 * as the next piece's first tells; what was added before them is no more.
 */
struct piece {
	struct chunk	*chunk;
	uint64_t	 first;		/* serial of its oldest line */
	bool		 reversed;	/* its oldest line was added last */
};

struct history {
	struct piece	*pieces;	/* oldest first; room for max_pieces */
	size_t		 npieces, max_pieces;
	struct chunk	**pending;
	size_t		 npending, max_pending;
	size_t		 bytes, max_bytes;
	uint64_t	 end;
	uint64_t	 unread;	/* serial; UINT64_MAX: none */
	int32_t		 day;		/* of the newest of the room */
	uint64_t	 unfolded; /* serial, while there is its text ... */
	char		*unfolded_text;	/* ... whole, in display form */
	size_t		 unfolded_len;
	bool		 hide;		/* notices take no rows */
};

struct history_where {
	struct chunk	*chunk;
	uint32_t	 i;
};

/* Where a line that is held lies. */
struct history_where history_where(const struct history *, uint64_t line);
int32_t		 history_day(const struct history *, uint64_t line);
/* Shows only the beginning of very many lines. False: no memory. */
bool		 history_fold(struct history_line *);
/* Sets whether a day's rule stands above a line of the room. */
void		 history_set_day(struct history *, uint64_t line, bool rule);
/* How many lines of the room piece i has. */
uint32_t	 history_piece_lines(const struct history *, size_t i);

#endif
