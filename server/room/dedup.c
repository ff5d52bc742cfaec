/*
 * Which posts the log has already, so that none is taken twice. Pure; runs in
 * the server.
 */
#include "server/room/dedup.h"

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

/* How far an outbox is; all names share it that its posts led to. */
struct progress {
	unsigned	 names;
	uint32_t	 next;
	uint32_t	 renamed;	/* by this post, the last; 0: never */
	char		*to;		/* so; NULL: never */
};

struct dedup_row {
	RB_ENTRY(dedup_row) node;
	TAILQ_ENTRY(dedup_row) by_age;
	uint32_t	 outbox;
	struct progress	*progress;
	char		 fold[];
};
RB_HEAD(dedup_tree, dedup_row);
TAILQ_HEAD(dedup_list, dedup_row);

struct dedup {
	struct dedup_tree tree;
	struct dedup_list list;	/* oldest first */
	size_t		 count;
	/* For when there is no memory. */
	struct dedup_row	*spare;		/* with room for any fold */
	struct progress	*spare_progress;
	char		*spare_name;
};

static int
order(uint32_t outbox, const char *fold, const struct dedup_row *b)
{
	if (outbox != b->outbox)
		return outbox < b->outbox ? -1 : 1;
	return strcmp(fold, b->fold);
}

static int
compare(const struct dedup_row *a, const struct dedup_row *b)
{
	return order(a->outbox, a->fold, b);
}

RB_PROTOTYPE(dedup_tree, dedup_row, node, compare)
RB_GENERATE(dedup_tree, dedup_row, node, compare)

static struct dedup_row *
find(const struct dedup *t, const char *fold, uint32_t outbox)
{
	struct dedup_row *p = RB_ROOT(&t->tree);
	int way;

	while (p != NULL && (way = order(outbox, fold, p)) != 0)
		p = way < 0 ? RB_LEFT(p, node) : RB_RIGHT(p, node);
	return p;
}

struct dedup *
dedup_new(void)
{
	struct dedup *t = calloc(1, sizeof(*t));

	if (t != NULL) {
		RB_INIT(&t->tree);
		TAILQ_INIT(&t->list);
	}
	return t;
}

static void
leave(struct progress *g)
{
	if (--g->names > 0)
		return;
	free(g->to);
	free(g);
}

static void
drop(struct dedup *t, struct dedup_row *p)
{
	RB_REMOVE(dedup_tree, &t->tree, p);
	TAILQ_REMOVE(&t->list, p, by_age);
	t->count--;
	leave(p->progress);
	free(p);
}

void
dedup_free(struct dedup *t)
{
	struct dedup_row *p;

	if (t == NULL)
		return;
	while ((p = TAILQ_FIRST(&t->list)) != NULL)
		drop(t, p);
	free(t->spare);
	free(t->spare_progress);
	free(t->spare_name);
	free(t);
}

bool
dedup_reserve(struct dedup *t)
{
	if (t->spare == NULL)
		t->spare = calloc(1, sizeof(*t->spare) + TEXT_FOLD_BYTES);
	if (t->spare_progress == NULL)
		t->spare_progress = calloc(1, sizeof(*t->spare_progress));
	if (t->spare_name == NULL)
		t->spare_name = malloc(TEXT_NAME_BYTES + 1);
	return t->spare != NULL && t->spare_progress != NULL &&
	    t->spare_name != NULL;
}

/* progress NULL: a new one. */
static struct dedup_row *
add(struct dedup *t, const char *fold, uint32_t outbox,
    struct progress *progress)
{
	size_t size = strlen(fold) + 1;
	struct dedup_row *p;

	if (progress == NULL && (progress = calloc(1, sizeof(*progress))) ==
	    NULL) {
		progress = t->spare_progress;
		t->spare_progress = NULL;
	}
	if (progress == NULL)
		return NULL;
	progress->names++;
	if ((p = calloc(1, sizeof(*p) + size)) == NULL) {
		p = t->spare;
		t->spare = NULL;
	}
	if (p == NULL) {
		leave(progress);
		return NULL;
	}
	p->progress = progress;
	p->outbox = outbox;
	memcpy(p->fold, fold, size);
	if (t->count == DEDUP_MAX)
		drop(t, TAILQ_FIRST(&t->list));
	RB_INSERT(dedup_tree, &t->tree, p);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	t->count++;
	return p;
}

static void
redirect(struct dedup_row *p, const struct progress *from, struct progress *to)
{
	if (p->progress != from)
		return;
	to->names++;
	leave(p->progress);
	p->progress = to;
}

/* Who shares q's progress shares this one from now on. */
static void
merge(struct dedup_row *q, struct progress *to)
{
	struct progress *from = q->progress;
	struct dedup_row *p;

	if (from == to)
		return;
	if (from->next > to->next)
		to->next = from->next;
	from->names++;
	for (p = q; p != NULL && p->outbox == q->outbox;
	    p = RB_PREV(dedup_tree, NULL, p))
		redirect(p, from, to);
	for (p = q; p != NULL && p->outbox == q->outbox;
	    p = RB_NEXT(dedup_tree, NULL, p))
		redirect(p, from, to);
	leave(from);
}

static char *
copy_name(struct dedup *t, const char *name, size_t len)
{
	char *copy = malloc(len + 1);

	if (copy == NULL) {
		copy = t->spare_name;
		t->spare_name = NULL;
	}
	if (copy != NULL) {
		memcpy(copy, name, len);
		copy[len] = '\0';
	}
	return copy;
}

static void
note_rename(struct dedup *t, struct dedup_row *p, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES], *to;
	struct dedup_row *q;

	if (text_name_check(e->text, e->text_len) != TEXT_NAME_OK ||
	    text_fold(fold, e->text, e->text_len) == 0 ||
	    (to = copy_name(t, e->text, e->text_len)) == NULL)
		return;
	free(p->progress->to);
	p->progress->to = to;
	p->progress->renamed = (uint32_t)e->id;
	if ((q = find(t, fold, p->outbox)) != NULL)
		merge(q, p->progress);
	else
		add(t, fold, p->outbox, p->progress);
}

void
dedup_take(struct dedup *t, const struct entry *e)
{
	uint32_t outbox = (uint32_t)(e->id >> 32);
	char fold[TEXT_FOLD_BYTES];
	struct dedup_row *p;

	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART && e->kind != ENTRY_RENAME) ||
	    outbox == 0 || text_fold(fold, e->author, e->author_len) == 0)
		return;
	if ((p = find(t, fold, outbox)) == NULL &&
	    (p = add(t, fold, outbox, NULL)) == NULL)
		return;
	if ((uint32_t)e->id >= p->progress->next)
		p->progress->next = (uint32_t)e->id + 1;
	TAILQ_REMOVE(&t->list, p, by_age);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	if (e->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) == 0)
		note_rename(t, p, e);
}

uint32_t
dedup_next(const struct dedup *t, const char *fold, uint32_t outbox)
{
	const struct dedup_row *p = find(t, fold, outbox);

	return p == NULL ? 0 : p->progress->next;
}

const char *
dedup_name(const struct dedup *t, const char *fold, uint32_t outbox,
    uint32_t from)
{
	const struct dedup_row *p = find(t, fold, outbox);

	return p == NULL || p->progress->renamed < from ? NULL :
	    p->progress->to;
}
