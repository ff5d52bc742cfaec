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
	uint32_t	 renamed;	/* by this post, the last; 0: never */
	char		*to;		/* so; NULL: never */
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
	free(p->to);
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

/* The author's record, the newest from now on; it has this post. */
static struct posted *
note(struct posted_table *t, const char *fold, uint64_t id)
{
	uint32_t outbox = (uint32_t)(id >> 32);
	struct posted *p;

	if ((p = find(t, fold, outbox)) == NULL &&
	    (p = add(t, fold, outbox)) == NULL)
		return NULL;
	if ((uint32_t)id >= p->next)
		p->next = (uint32_t)id + 1;
	TAILQ_REMOVE(&t->list, p, by_age);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	return p;
}

static void
note_rename(struct posted_table *t, struct posted *p, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES], *to;

	if (text_name_check(e->text, e->text_len) != TEXT_NAME_OK ||
	    text_fold(fold, e->text, e->text_len) == 0 ||
	    (to = strndup(e->text, e->text_len)) == NULL)
		return;
	free(p->to);
	p->to = to;
	p->renamed = (uint32_t)e->id;
	note(t, fold, e->id);
}

void
posted_take(struct posted_table *t, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES];
	struct posted *p;

	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART && e->kind != ENTRY_RENAME) ||
	    e->id >> 32 == 0 ||
	    text_fold(fold, e->author, e->author_len) == 0)
		return;
	p = note(t, fold, e->id);
	if (p != NULL && e->kind == ENTRY_RENAME &&
	    (e->flags & ENTRY_QUIET) == 0)
		note_rename(t, p, e);
}

/* To the name that p took by a post above *since; false: there is none. */
static bool
step(const struct posted_table *t, const struct posted **p, uint32_t *since)
{
	char fold[TEXT_FOLD_BYTES];

	if ((*p)->renamed <= *since ||
	    text_fold(fold, (*p)->to, strlen((*p)->to)) == 0)
		return false;
	*since = (*p)->renamed;		/* it grows: there is an end */
	*p = find(t, fold, (*p)->outbox);
	return *p != NULL;
}

uint32_t
posted_next(const struct posted_table *t, const char *fold, uint32_t outbox)
{
	const struct posted *p = find(t, fold, outbox);
	uint32_t next = 0, since = 0;

	if (p == NULL)
		return 0;
	do {
		if (p->next > next)
			next = p->next;
	} while (step(t, &p, &since));
	return next;
}

const char *
posted_name(const struct posted_table *t, const char *fold, uint32_t outbox,
    uint32_t from)
{
	const struct posted *p = find(t, fold, outbox), *last = NULL;
	uint32_t since = 0;

	while (p != NULL && p->renamed > since) {
		last = p;
		if (!step(t, &p, &since))
			break;
	}
	return last == NULL || last->renamed < from ? NULL : last->to;
}
