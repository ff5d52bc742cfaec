/*
 * Pieces of long texts, until all are there. Pure; runs in the server.
 */
#include "server/stages.h"

#include <stdlib.h>
#include <string.h>

void
stages_init(struct stages *all)
{
	TAILQ_INIT(&all->list);
	all->count = 0;
}

void
stage_drop(struct stage **own)
{
	struct stage *s = *own;

	if (s == NULL)
		return;
	TAILQ_REMOVE(&s->all->list, s, by_age);
	s->all->count--;
	*own = NULL;
	free(s);
}

/* Those that nobody goes on with, and one more where a new one has no room. */
static void
make_room(struct stages *all, uint32_t place)
{
	struct stage *s, *oldest = NULL;
	unsigned n = 0;

	TAILQ_FOREACH(s, &all->list, by_age) {
		if (s->place != place)
			continue;
		if (n++ == 0)
			oldest = s;
	}
	if (n >= STAGES_PLACE)
		stage_drop(oldest->own);
	else if (all->count == STAGES_MAX)
		stage_drop(TAILQ_FIRST(&all->list)->own);
}

struct stage *
stages_get(struct stages *all, int64_t now_ms, struct stage **own,
    uint32_t place)
{
	struct stage *s;

	while ((s = TAILQ_FIRST(&all->list)) != NULL &&
	    now_ms - s->grown_ms >= STAGES_MS)
		stage_drop(s->own);
	if (*own != NULL)
		return *own;
	make_room(all, place);
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->all = all;
	s->own = own;
	s->place = place;
	s->grown_ms = now_ms;
	TAILQ_INSERT_TAIL(&all->list, s, by_age);
	all->count++;
	*own = s;
	return s;
}

static void
grow(struct stage *s, int64_t now_ms)
{
	s->grown_ms = now_ms;
	TAILQ_REMOVE(&s->all->list, s, by_age);
	TAILQ_INSERT_TAIL(&s->all->list, s, by_age);
}

bool
stage_take(struct stage *s, int64_t now_ms, uint32_t first,
    const struct frame_post *post, uint32_t *bytes)
{
	unsigned at = entry_index(post->flags), i;
	unsigned more = entry_more(post->flags), total = at + more + 1;
	struct stage_piece *piece = &s->piece[at];

	if (s->first != first) {
		memset(s->piece, 0, sizeof(s->piece));
		s->pieces = 0;
		s->first = first;
	}
	if (total > ENTRY_MORE_MAX + 1 || (s->pieces != 0 &&
	    s->pieces != total) || (more > 0) != (post->kind == ENTRY_PART) ||
	    (post->kind == ENTRY_RENAME && total != 1))
		return false;
	s->pieces = total;
	if (piece->len == 0)
		grow(s, now_ms);
	piece->kind = post->kind;
	piece->flags = post->flags;
	piece->len = post->text_len;
	memcpy(piece->text, post->text, post->text_len);
	*bytes = 0;
	for (i = 0; i < total; i++) {
		if (s->piece[i].len == 0)
			return false;
		*bytes += (uint32_t)s->piece[i].len;
	}
	return true;
}
