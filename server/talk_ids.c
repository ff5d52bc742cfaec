/*
 * Logs of talks by their ids, in places that follow from these; who finds his
 * taken has the next that is free. Pure; runs in the server.
 */
#include "server/talk_ids.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE_MIN = 64 };		/* a power of two, as all */

static bool
is_free(const struct talk_id *e)
{
	return e->talk == NULL && !e->gone;
}

static size_t
place_of(const struct talk_ids *t, const uint8_t id[JOURNAL_ID])
{
	uint32_t hash;

	memcpy(&hash, id, sizeof(hash));
	return hash & (t->size - 1);
}

static size_t
seek(const struct talk_ids *t, const uint8_t id[JOURNAL_ID])
{
	size_t i = place_of(t, id);

	while (!is_free(&t->of[i]) && memcmp(t->of[i].id, id, JOURNAL_ID) != 0)
		i = (i + 1) & (t->size - 1);
	return i;
}

struct talk_id *
talk_ids_find(const struct talk_ids *t, const uint8_t id[JOURNAL_ID])
{
	struct talk_id *e = t->size == 0 ? NULL : &t->of[seek(t, id)];

	return e == NULL || is_free(e) ? NULL : e;
}

/* So that half of them are free. */
static bool
grow(struct talk_ids *t)
{
	struct talk_ids more = { .size = t->size == 0 ? SIZE_MIN :
	    2 * t->size, .n = t->n };
	size_t i;

	if ((more.of = calloc(more.size, sizeof(*more.of))) == NULL)
		return false;
	for (i = 0; i < t->size; i++)
		if (!is_free(&t->of[i]))
			more.of[seek(&more, t->of[i].id)] = t->of[i];
	free(t->of);
	*t = more;
	return true;
}

struct talk_id *
talk_ids_put(struct talk_ids *t, const uint8_t id[JOURNAL_ID])
{
	struct talk_id *e = talk_ids_find(t, id);

	if (e != NULL)
		return e;
	if (2 * (t->n + 1) > t->size && !grow(t))
		return NULL;
	t->n++;
	e = &t->of[seek(t, id)];
	memset(e, 0, sizeof(*e));
	memcpy(e->id, id, JOURNAL_ID);
	return e;
}

/* Those behind it who have the next place only since theirs was taken. */
void
talk_ids_drop(struct talk_ids *t, struct talk_id *e)
{
	size_t mask = t->size - 1, hole = (size_t)(e - t->of), i = hole, own;

	t->n--;
	for (;;) {
		i = (i + 1) & mask;
		if (is_free(&t->of[i]))
			break;
		own = place_of(t, t->of[i].id);
		if (((i - own) & mask) < ((i - hole) & mask))
			continue;
		t->of[hole] = t->of[i];
		hole = i;
	}
	memset(&t->of[hole], 0, sizeof(t->of[hole]));
}

void
talk_ids_free(struct talk_ids *t)
{
	free(t->of);
	memset(t, 0, sizeof(*t));
}
