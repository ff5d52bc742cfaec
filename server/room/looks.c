/*
 * The table of looks. Pure; runs in the server.
 */
#include "server/room/looks.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const struct look *a, const struct look *b)
{
	int order = memcmp(a->look, b->look, NAMING_LOOK);

	return order != 0 ? order : strcmp(a->fold, b->fold);
}

RB_PROTOTYPE(looks, look, node, compare)
RB_GENERATE(looks, look, node, compare)

void
looks_init(struct looks *l)
{
	RB_INIT(l);
}

struct look *
looks_add(struct looks *l, const struct naming_looks *looks, const char *fold)
{
	struct look *all = looks->n == 0 ? NULL :
	    calloc(looks->n, sizeof(*all));
	unsigned i;

	if (all == NULL)
		return NULL;
	for (i = 0; i < looks->n; i++) {
		memcpy(all[i].look, looks->look[i], NAMING_LOOK);
		all[i].n = (uint8_t)looks->n;
		all[i].fold = fold;
		RB_INSERT(looks, l, &all[i]);
	}
	return all;
}

void
looks_remove(struct looks *l, struct look *all)
{
	unsigned i;

	for (i = 0; all != NULL && i < all->n; i++)
		RB_REMOVE(looks, l, &all[i]);
	free(all);
}

const char *
looks_find(const struct looks *l, const struct naming_looks *looks,
    bool (*counts)(void *, const char *), void *arg)
{
	struct looks tree = *l;
	struct look key, *at;
	unsigned i;

	for (i = 0; i < looks->n; i++) {
		memcpy(key.look, looks->look[i], NAMING_LOOK);
		key.fold = "";
		for (at = RB_NFIND(looks, &tree, &key); at != NULL &&
		    memcmp(at->look, key.look, NAMING_LOOK) == 0;
		    at = RB_NEXT(looks, &tree, at))
			if (counts(arg, at->fold))
				return at->fold;
	}
	return NULL;
}
