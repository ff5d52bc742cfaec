/*
 * How far somebody has read the list of members. Pure; runs in the server.
 */
#include "server/listing.h"

#include <stdlib.h>
#include <string.h>

/* The name before the piece from there on; NULL: not known. */
static const char *
behind(const struct listing *l, uint32_t from)
{
	/* It may be asked for again: the answer was lost. */
	return l->at[1] == from && l->behind[1] != NULL ? l->behind[1] :
	    l->at[0] == from ? l->behind[0] : NULL;
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
forget(struct listing *l, unsigned i)
{
	free(l->behind[i]);
	l->behind[i] = NULL;
}

void
listing_read(struct listing *l, uint32_t n, const char *fold)
{
	if (l->at[1] == l->from && l->behind[1] != NULL) {
		forget(l, 0);
		l->behind[0] = l->behind[1];
		l->behind[1] = NULL;
	} else if (l->at[0] != l->from)
		forget(l, 0);
	l->at[0] = l->from;
	l->at[1] = l->from + n;
	forget(l, 1);
	if (fold != NULL)
		l->behind[1] = strdup(fold);
}

void
listing_clear(struct listing *l)
{
	forget(l, 0);
	forget(l, 1);
}
