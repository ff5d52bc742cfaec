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

struct looks_place *
looks_add(struct looks *l, const struct naming_looks *looks, const char *fold)
{
	struct looks_place *place = calloc(1, sizeof(*place) +
	    looks->n * sizeof(place->look[0]));
	struct look *look;
	unsigned i;

	if (place == NULL)
		return NULL;
	for (i = 0; i < looks->n; i++) {
		look = &place->look[i];
		memcpy(look->look, looks->look[i], NAMING_LOOK);
		look->fold = fold;
		RB_INSERT(looks, l, look);
	}
	place->n = looks->n;
	return place;
}

void
looks_remove(struct looks *l, struct looks_place *place)
{
	while (place != NULL && place->n > 0)
		RB_REMOVE(looks, l, &place->look[--place->n]);
	free(place);
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
