/*
 * The past of an outbox: the numbers that it had, and which of its posts went
 * on under another id. By that a line is known that a room lost, or that it
 * has under the id of before. Bounded: the oldest goes. Pure.
 */
#ifndef TUI_SHARED_PAST_H
#define TUI_SHARED_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

enum {
	PAST_NUMBERS = 16,
	PAST_MOVES = 32,
	PAST_CHAIN = 32			/* bytes */
};

/* What of ours a copy of the room has above `keep`, whose end has this chain,
 * is in the outbox. */
struct past_mark {
	uint64_t	 keep;		/* UINT64_MAX: nothing */
	uint8_t		 chain[PAST_CHAIN];
};

struct past_number {
	uint32_t	 number;
	struct past_mark mark;
};

/* n posts, from that id on. */
struct past_move {
	uint64_t	 from, to;
	uint32_t	 n;
};

/* Oldest first. */
struct past {
	size_t		 numbers, moves;
	struct past_number number[PAST_NUMBERS];	/* the last: its own */
	struct past_move move[PAST_MOVES];
};

/* It has this number from now on, and the mark that it had. */
void	 past_number(struct past *, uint32_t number);
/* Its own, a view; keep is UINT64_MAX where there is no number yet. */
const struct past_mark *past_mark(const struct past *);
void	 past_set_mark(struct past *, const struct past_mark *);
/* What another one knows that ends in this one. */
void	 past_join(struct past *, const struct past *other);
/* This post goes on under an id that is new. */
void	 past_move(struct past *, uint64_t from, uint64_t to);
/* The ids from this one on, of its outbox, are nothing's any more. */
void	 past_trim(struct past *, uint64_t id);

bool	 past_has(const struct past *, uint32_t number);
/* Under which id that was said first, as far as is known. */
uint64_t past_origin(const struct past *, uint64_t id);
/* Did what was said under that id go on under another one? */
bool	 past_moved(const struct past *, uint64_t id);
/* A copy ends at `end`, with that chain: up to where what it has under that
 * number is not in the outbox. */
uint64_t past_end(const struct past *, uint32_t number,
	    const uint8_t chain[PAST_CHAIN], uint64_t end);

/* As bytes, at most TEXT_LINE_BYTES; read again they replace what was there,
 * and what is malformed changes nothing. */
void	 past_put_numbers(const struct past *, struct wire_out *);
void	 past_put_moves(const struct past *, struct wire_out *);
void	 past_get_numbers(struct past *, struct wire_in *);
void	 past_get_moves(struct past *, struct wire_in *);

#endif
