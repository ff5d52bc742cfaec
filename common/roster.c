/*
 * The roster. Pure; runs in the server and in the client's processes.
 */
#include "common/roster.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

static int
compare(const struct member *a, const struct member *b)
{
	return strcmp(a->fold, b->fold);
}

RB_PROTOTYPE(roster_tree, member, node, compare)
RB_GENERATE(roster_tree, member, node, compare)

void
roster_init(struct roster *r)
{
	RB_INIT(&r->tree);
	r->count = 0;
	r->spare = NULL;
}

void
roster_clear(struct roster *r)
{
	struct member *p;

	while ((p = RB_ROOT(&r->tree)) != NULL)
		roster_remove(r, p);
	free(r->spare);
	r->spare = NULL;
}

bool
roster_reserve(struct roster *r)
{
	if (r->spare == NULL)
		r->spare = calloc(1, sizeof(*r->spare) + TEXT_FOLD_BYTES +
		    TEXT_NAME_BYTES);
	return r->spare != NULL;
}

/* A new one, zeroed, for a fold and a name of size bytes. NULL: no memory. */
static struct member *
new_member(struct roster *r, size_t size)
{
	struct member *p = calloc(1, sizeof(*p) + size);

	if (p == NULL) {
		p = r->spare;
		r->spare = NULL;
	}
	return p;
}

struct member *
roster_find(const struct roster *r, const char *fold)
{
	struct member *p = RB_ROOT(&r->tree);
	int order;

	while (p != NULL && (order = strcmp(fold, p->fold)) != 0)
		p = order < 0 ? RB_LEFT(p, node) : RB_RIGHT(p, node);
	return p;
}

struct member *
roster_named(const struct roster *r, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	return text_fold(fold, name, len) == 0 ? NULL : roster_find(r, fold);
}

struct member *
roster_add(struct roster *r, const char *name, size_t len, bool classic)
{
	char fold[TEXT_FOLD_BYTES];
	struct member *p, *there;
	size_t size, name_at;

	if (len > TEXT_NAME_BYTES || text_fold(fold, name, len) == 0)
		return NULL;
	size = strlen(fold) + 1;
	/* Most are spelled as they are folded. */
	name_at = len == size - 1 && memcmp(name, fold, len) == 0 ? 0 : size;
	if ((p = new_member(r, size + (name_at == 0 ? 0 : len))) == NULL)
		return roster_find(r, fold);
	p->classic = classic;
	p->name_len = (uint8_t)len;
	memcpy(p->fold, fold, size);
	memcpy(p->fold + name_at, name, len);
	p->name = p->fold + name_at;
	/* Most are new: one way down the tree is enough. */
	if ((there = RB_INSERT(roster_tree, &r->tree, p)) != NULL) {
		free(p);
		return there;
	}
	r->count++;
	return p;
}

void
roster_remove(struct roster *r, struct member *p)
{
	RB_REMOVE(roster_tree, &r->tree, p);
	r->count--;
	free(p);
}

/* The new name is the entry's text. */
static struct member *
rename_member(struct roster *r, const struct entry *e)
{
	struct member *old = roster_named(r, e->author, e->author_len), *now;
	struct member was = { 0 };

	if (old == NULL || e->text_len > TEXT_NAME_BYTES)
		return NULL;
	was.classic = old->classic;
	was.away = old->away;
	was.servers = old->servers;
	was.since_ms = old->since_ms;
	was.spoke_ms = old->spoke_ms;
	was.session = old->session;
	roster_remove(r, old);
	now = roster_add(r, e->text, e->text_len, was.classic);
	if (now != NULL) {
		now->away = was.away;
		now->servers = was.servers;
		now->since_ms = was.since_ms;
		now->spoke_ms = was.spoke_ms;
		now->session = was.session;
	}
	return now;
}

struct member *
roster_take(struct roster *r, const struct entry *e)
{
	struct member *p;

	switch (e->kind) {
	case ENTRY_JOIN:
		p = roster_add(r, e->author, e->author_len,
		    (e->flags & ENTRY_CLASSIC) != 0);
		if (p != NULL && p->since_ms == 0)
			p->since_ms = e->time_ms;
		return p;
	case ENTRY_LEAVE:
	case ENTRY_TIMEOUT:
		p = roster_named(r, e->author, e->author_len);
		if (p != NULL)
			roster_remove(r, p);
		return NULL;
	case ENTRY_RENAME:
		return rename_member(r, e);
	case ENTRY_SAY:
	case ENTRY_ACT:
	case ENTRY_PART:
		p = roster_named(r, e->author, e->author_len);
		if (p != NULL)
			p->spoke_ms = e->time_ms;
		return p;
	default:
		return NULL;
	}
}

struct member *
roster_first(const struct roster *r)
{
	struct roster_tree tree = r->tree;

	return RB_MIN(roster_tree, &tree);
}

struct member *
roster_next(const struct member *p)
{
	struct member *at = (struct member *)(uintptr_t)p;

	return RB_NEXT(roster_tree, NULL, at);
}

struct member *
roster_after(const struct roster *r, const char *fold)
{
	struct member *p = RB_ROOT(&r->tree), *best = NULL;

	while (p != NULL) {
		if (strcmp(fold, p->fold) < 0) {
			best = p;
			p = RB_LEFT(p, node);
		} else
			p = RB_RIGHT(p, node);
	}
	return best;
}

bool
roster_changes(const struct entry *e)
{
	return e->kind == ENTRY_JOIN || e->kind == ENTRY_LEAVE ||
	    e->kind == ENTRY_TIMEOUT || e->kind == ENTRY_RENAME;
}
