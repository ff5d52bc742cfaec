/*
 * How far somebody has read the list of members. He asks for pieces by number,
 * in the order of names; who comes and goes meanwhile moves the numbers, so
 * each piece goes on behind the name that the one before ended with: nobody is
 * left out, and it costs as little at the end of a long list as at its
 * beginning. Pure; part of a seat.
 */
#ifndef SERVER_LISTING_H
#define SERVER_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/roster.h"

/* Zeroed: nothing was read. */
struct listing {
	uint32_t	 from;		/* the piece that is asked for */
	struct listing_piece *last;	/* NULL: none was, as for most */
};

/* Is it told without counting? */
bool		 listing_knows(const struct listing *, uint32_t from);
/* The first of the piece; NULL: there is none. */
const struct member *listing_first(const struct listing *,
		    const struct roster *);
/* The piece had so many, n > 0, the last of whom folds so; NULL: it was the
 * last piece. */
void		 listing_read(struct listing *, uint32_t n, const char *fold);
void		 listing_clear(struct listing *);

#endif
