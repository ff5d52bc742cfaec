/*
 * The table of what was posted. Pure; runs in the server.
 */
#include "server/posted.h"

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

struct posted {
	RB_ENTRY(posted) node;
	TAILQ_ENTRY(posted) by_age;
	uint32_t	 outbox;
	uint32_t	 next;
	char		 fold[];
};
RB_HEAD(posted_tree, posted);
TAILQ_HEAD(posted_list, posted);

struct posted_table {
	struct posted_tree tree;
	struct posted_list list;	/* oldest first */
	size_t		 count;
};

static int
order(uint32_t outbox, const char *fold, const struct posted *b)
{
	if (outbox != b->outbox)
		return outbox < b->outbox ? -1 : 1;
	return strcmp(fold, b->fold);
}

static int
compare(const struct posted *a, const struct posted *b)
{
	return order(a->outbox, a->fold, b);
}

RB_PROTOTYPE(posted_tree, posted, node, compare)
RB_GENERATE(posted_tree, posted, node, compare)

static struct posted *
find(const struct posted_table *t, const char *fold, uint32_t outbox)
{
	struct posted *p = RB_ROOT(&t->tree);
	int way;

	while (p != NULL && (way = order(outbox, fold, p)) != 0)
		p = way < 0 ? RB_LEFT(p, node) : RB_RIGHT(p, node);
	return p;
}

struct posted_table *
posted_new(void)
{
	struct posted_table *t = calloc(1, sizeof(*t));

	if (t != NULL) {
		RB_INIT(&t->tree);
		TAILQ_INIT(&t->list);
	}
	return t;
}

static void
drop(struct posted_table *t, struct posted *p)
{
	RB_REMOVE(posted_tree, &t->tree, p);
	TAILQ_REMOVE(&t->list, p, by_age);
	t->count--;
	free(p);
}

void
posted_free(struct posted_table *t)
{
	struct posted *p;

	if (t == NULL)
		return;
	while ((p = TAILQ_FIRST(&t->list)) != NULL)
		drop(t, p);
	free(t);
}

static struct posted *
add(struct posted_table *t, const char *fold, uint32_t outbox)
{
	size_t size = strlen(fold) + 1;
	struct posted *p;

	if (t->count == POSTED_MAX)
		drop(t, TAILQ_FIRST(&t->list));
	if ((p = calloc(1, sizeof(*p) + size)) == NULL)
		return NULL;
	p->outbox = outbox;
	memcpy(p->fold, fold, size);
	RB_INSERT(posted_tree, &t->tree, p);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	t->count++;
	return p;
}

void
posted_take(struct posted_table *t, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES];
	uint32_t outbox = (uint32_t)(e->id >> 32);
	struct posted *p;

	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART) || outbox == 0 ||
	    text_fold(fold, e->author, e->author_len) == 0)
		return;
	if ((p = find(t, fold, outbox)) == NULL &&
	    (p = add(t, fold, outbox)) == NULL)
		return;
	if ((uint32_t)e->id >= p->next)
		p->next = (uint32_t)e->id + 1;
	TAILQ_REMOVE(&t->list, p, by_age);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
}

uint32_t
posted_next(const struct posted_table *t, const char *fold, uint32_t outbox)
{
	const struct posted *p = find(t, fold, outbox);

	return p == NULL ? 0 : p->next;
}
