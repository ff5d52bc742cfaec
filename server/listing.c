/*
 * How far somebody has read the list of members. Pure; runs in the server.
 */
#include "server/listing.h"

#include <stdlib.h>
#include <string.h>

struct listing_piece {
	uint32_t	 at[2];		/* where it began and ended; */
	char		*behind[2];	/* the names before, folded, or NULL */
};

/* The name before the piece from there on; NULL: not known. */
static const char *
behind(const struct listing *l, uint32_t from)
{
	const struct listing_piece *p = l->last;

	/* It may be asked for again: the answer was lost. */
	return p == NULL ? NULL : p->at[1] == from && p->behind[1] != NULL ?
	    p->behind[1] : p->at[0] == from ? p->behind[0] : NULL;
}

bool
listing_knows(const struct listing *l, uint32_t from)
{
	return from == 0 || behind(l, from) != NULL;
}

const struct member *
listing_first(const struct listing *l, const struct roster *r)
{
	const char *fold = l->from == 0 ? NULL : behind(l, l->from);
	const struct member *p;
	uint32_t n;

	if (fold != NULL)
		return roster_after(r, fold);
	p = roster_first(r);
	for (n = l->from; p != NULL && n > 0; n--)
		p = roster_next(p);
	return p;
}

static void
forget(struct listing_piece *p, unsigned i)
{
	free(p->behind[i]);
	p->behind[i] = NULL;
}

void
listing_read(struct listing *l, uint32_t n, const char *fold)
{
	struct listing_piece *p = l->last;

	if (p == NULL && (p = l->last = calloc(1, sizeof(*p))) == NULL)
		return;
	if (p->at[1] == l->from && p->behind[1] != NULL) {
		forget(p, 0);
		p->behind[0] = p->behind[1];
		p->behind[1] = NULL;
	} else if (p->at[0] != l->from)
		forget(p, 0);
	p->at[0] = l->from;
	p->at[1] = l->from + n;
	forget(p, 1);
	if (fold != NULL)
		p->behind[1] = strdup(fold);
}

void
listing_clear(struct listing *l)
{
	if (l->last == NULL)
		return;
	forget(l->last, 0);
	forget(l->last, 1);
	free(l->last);
	l->last = NULL;
}
