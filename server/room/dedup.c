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
#include "common/wire.h"

/* How far an outbox is; all names share it that its posts led to. */
struct progress {
	LIST_HEAD(, dedup_row) names;
	unsigned	 count;		/* of them */
	uint32_t	 number;	/* for dedup_put */
	uint32_t	 next;
	uint32_t	 renamed;	/* by this post, the last; 0: never */
	char		*to;		/* so; NULL: never */
};

struct dedup_row {
	RB_ENTRY(dedup_row) node;
	TAILQ_ENTRY(dedup_row) by_age;
	LIST_ENTRY(dedup_row) by_progress;
	uint64_t	 used;		/* the later, the newer */
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
	uint64_t	 uses;
	/* For when there is no memory. */
	struct dedup_row	*spare;		/* with room for any fold */
	struct progress	*spare_progress;
	char		*spare_name;
};

/* The outboxes of one name are side by side. */
static int
order(uint32_t outbox, const char *fold, const struct dedup_row *b)
{
	int way = strcmp(fold, b->fold);

	if (way != 0 || outbox == b->outbox)
		return way;
	return outbox < b->outbox ? -1 : 1;
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
share(struct dedup_row *p, struct progress *g)
{
	LIST_INSERT_HEAD(&g->names, p, by_progress);
	g->count++;
	p->progress = g;
}

static void
leave(struct dedup_row *p)
{
	struct progress *g = p->progress;

	LIST_REMOVE(p, by_progress);
	if (--g->count > 0)
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
	leave(p);
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

static struct dedup_row *
new_row(struct dedup *t, size_t fold_size)
{
	struct dedup_row *p = calloc(1, sizeof(*p) + fold_size);

	if (p == NULL) {
		p = t->spare;
		t->spare = NULL;
	}
	return p;
}

static struct progress *
new_progress(struct dedup *t)
{
	struct progress *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		g = t->spare_progress;
		t->spare_progress = NULL;
	}
	return g;
}

/*
 * Limits: what is too much of one name, or of one outbox, goes before anything
 * of others does.
 */

/* Of all outboxes of that name: how many, and the one used longest ago. */
static unsigned
count_outboxes(struct dedup_row *p, struct dedup_row **oldest)
{
	struct dedup_row *q = p, *before;
	unsigned n = 0;

	while ((before = RB_PREV(dedup_tree, , q)) != NULL &&
	    strcmp(before->fold, p->fold) == 0)
		q = before;
	for (*oldest = q; q != NULL && strcmp(q->fold, p->fold) == 0;
	    q = RB_NEXT(dedup_tree, , q), n++)
		if (q->used < (*oldest)->used)
			*oldest = q;
	return n;
}

/* p is a new one. */
static void
limit_outboxes(struct dedup *t, struct dedup_row *p)
{
	struct dedup_row *oldest;

	if (count_outboxes(p, &oldest) > DEDUP_OUTBOXES)
		drop(t, oldest);
}

static void
limit_names(struct dedup *t, struct progress *g)
{
	struct dedup_row *oldest, *q;

	if (g->count <= DEDUP_NAMES)
		return;
	oldest = LIST_FIRST(&g->names);
	LIST_FOREACH(q, &g->names, by_progress)
		if (q->used < oldest->used)
			oldest = q;
	drop(t, oldest);
}

/* The state of an earlier program may have more: no way through it is longer
 * than the limits, so the tree is made anew, the newest first. */
static void
limit_all(struct dedup *t)
{
	struct dedup_row *p, *other;

	RB_INIT(&t->tree);
	TAILQ_FOREACH_REVERSE_SAFE(p, &t->list, dedup_list, by_age, other) {
		RB_INSERT(dedup_tree, &t->tree, p);
		limit_outboxes(t, p);
	}
	TAILQ_FOREACH_SAFE(p, &t->list, by_age, other)
		if (p->progress->count > DEDUP_NAMES)
			drop(t, p);
}

static void
touch(struct dedup *t, struct dedup_row *p)
{
	TAILQ_REMOVE(&t->list, p, by_age);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	p->used = ++t->uses;
}

/* g NULL: a new one. */
static struct dedup_row *
add(struct dedup *t, const char *fold, uint32_t outbox, struct progress *g)
{
	size_t size = strlen(fold) + 1;
	struct dedup_row *p = new_row(t, size);

	if (p == NULL || (g == NULL && (g = new_progress(t)) == NULL)) {
		free(p);
		return NULL;
	}
	share(p, g);
	p->outbox = outbox;
	memcpy(p->fold, fold, size);
	if (t->count == DEDUP_MAX)
		drop(t, TAILQ_FIRST(&t->list));
	RB_INSERT(dedup_tree, &t->tree, p);
	TAILQ_INSERT_TAIL(&t->list, p, by_age);
	p->used = ++t->uses;
	t->count++;
	return p;
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

/* What goes on there does so under that name, too. */
static void
lead_to(struct dedup *t, struct dedup_row *p, const char *fold)
{
	struct dedup_row *q;

	if ((q = find(t, fold, p->outbox)) == NULL) {
		if ((q = add(t, fold, p->outbox, p->progress)) != NULL)
			limit_outboxes(t, q);
	} else {
		/* Only that name: the others it led to may be another's. */
		if (q->progress != p->progress) {
			leave(q);
			share(q, p->progress);
		}
		touch(t, q);
	}
	limit_names(t, p->progress);
}

/* Its author asked for it by this post. */
static void
note_rename(struct dedup *t, struct dedup_row *p, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES], *to;

	if (text_name_check(e->text, e->text_len) != TEXT_NAME_OK ||
	    text_fold(fold, e->text, e->text_len) == 0 ||
	    (to = copy_name(t, e->text, e->text_len)) == NULL)
		return;
	free(p->progress->to);
	p->progress->to = to;
	p->progress->renamed = (uint32_t)e->id;
	lead_to(t, p, fold);
}

/* All rows of that name, the one used longest ago first. */
static unsigned
rows_of(const struct dedup *t, const char *fold,
    struct dedup_row *of[DEDUP_OUTBOXES])
{
	struct dedup_row *p = RB_ROOT(&t->tree), *first = NULL;
	unsigned n = 0, i;

	while (p != NULL)
		if (order(0, fold, p) <= 0) {
			first = p;
			p = RB_LEFT(p, node);
		} else
			p = RB_RIGHT(p, node);
	for (p = first; p != NULL && n < DEDUP_OUTBOXES &&
	    strcmp(p->fold, fold) == 0; p = RB_NEXT(dedup_tree, , p)) {
		for (i = n++; i > 0 && of[i - 1]->used > p->used; i--)
			of[i] = of[i - 1];
		of[i] = p;
	}
	return n;
}

/* A rename that was posted for led to the name that is another one now. */
static void
follow(struct dedup *t, struct progress *g, const char *fold,
    const struct entry *e)
{
	char his[TEXT_FOLD_BYTES], *to;

	if (g->to == NULL || text_fold(his, g->to, strlen(g->to)) == 0 ||
	    strcmp(his, fold) != 0 ||
	    (to = copy_name(t, e->text, e->text_len)) == NULL)
		return;
	free(g->to);
	g->to = to;
}

/*
 * It was asked for in all rooms: no post of this one tells of it, and each
 * outbox goes on. All are used just now; where there is no memory, the one that
 * was used last goes before the others.
 */
static void
note_naming(struct dedup *t, const struct entry *e)
{
	struct dedup_row *of[DEDUP_OUTBOXES], *p;
	char from[TEXT_FOLD_BYTES], to[TEXT_FOLD_BYTES];
	unsigned n, i;

	if (text_name_check(e->text, e->text_len) != TEXT_NAME_OK ||
	    text_fold(to, e->text, e->text_len) == 0 ||
	    text_fold(from, e->author, e->author_len) == 0)
		return;
	n = rows_of(t, from, of);
	for (i = 0; i < n; i++)
		touch(t, of[i]);
	for (i = n; i-- > 0;) {
		follow(t, of[i]->progress, from, e);
		lead_to(t, of[i], to);
	}
	for (i = 0; i < n; i++)
		if ((p = find(t, to, of[i]->outbox)) != NULL)
			touch(t, p);
}

void
dedup_take(struct dedup *t, const struct entry *e)
{
	uint32_t outbox = (uint32_t)(e->id >> 32);
	char fold[TEXT_FOLD_BYTES];
	struct dedup_row *p;

	if (e->kind == ENTRY_RENAME && e->id == 0 &&
	    (e->flags & ENTRY_QUIET) == 0)
		note_naming(t, e);
	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART && e->kind != ENTRY_RENAME) ||
	    outbox == 0 || text_fold(fold, e->author, e->author_len) == 0)
		return;
	if ((p = find(t, fold, outbox)) == NULL) {
		if ((p = add(t, fold, outbox, NULL)) == NULL)
			return;
		limit_outboxes(t, p);
	}
	if ((uint32_t)e->id >= p->progress->next)
		p->progress->next = (uint32_t)e->id + 1;
	touch(t, p);
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

bool
dedup_any(const struct dedup *t, const char *fold, uint32_t outbox,
    bool (*is)(void *arg, const char *fold), void *arg)
{
	const struct dedup_row *p = find(t, fold, outbox), *q;

	if (p == NULL)
		return false;
	LIST_FOREACH(q, &p->progress->names, by_progress)
		if (is(arg, q->fold))
			return true;
	return false;
}

/*
 * To bytes and back: n, and of each row, the oldest first, outbox, fold, and
 * the number of its progress; of one that was not there yet, all of that.
 */

static void
put_progress(struct wire_out *out, const struct progress *g)
{
	wire_put_u32(out, g->next);
	wire_put_u32(out, g->renamed);
	wire_put_string(out, g->to, g->to == NULL ? 0 : strlen(g->to));
}

void
dedup_put(struct dedup *t, struct wire_out *out)
{
	struct dedup_row *p;
	uint32_t n = 0;

	TAILQ_FOREACH(p, &t->list, by_age)
		p->progress->number = UINT32_MAX;
	wire_put_varint(out, t->count);
	TAILQ_FOREACH(p, &t->list, by_age) {
		wire_put_u32(out, p->outbox);
		wire_put_string(out, p->fold, strlen(p->fold));
		if (p->progress->number != UINT32_MAX) {
			wire_put_varint(out, p->progress->number);
			continue;
		}
		p->progress->number = n++;
		wire_put_varint(out, p->progress->number);
		put_progress(out, p->progress);
	}
}

static bool
get_progress(struct wire_in *in, struct progress *g)
{
	size_t len;
	const char *to;

	g->next = wire_get_u32(in);
	g->renamed = wire_get_u32(in);
	to = wire_get_string(in, &len);
	if (in->failed)
		return false;
	if (len == 0)
		return true;
	if (text_name_check(to, len) != TEXT_NAME_OK ||
	    (g->to = malloc(len + 1)) == NULL)
		return false;
	memcpy(g->to, to, len);
	g->to[len] = '\0';
	return true;
}

/* A row whose fold is what text_fold makes of it still. */
static bool
get_row(struct dedup *t, struct wire_in *in, struct progress **all,
    uint32_t *n)
{
	uint32_t outbox = wire_get_u32(in);
	char fold[TEXT_FOLD_BYTES], again[TEXT_FOLD_BYTES];
	const char *name;
	struct dedup_row *p;
	uint64_t number;
	size_t len;

	name = wire_get_string(in, &len);
	number = wire_get_varint(in);
	if (in->failed || outbox == 0 || len >= sizeof(fold) ||
	    memchr(name, '\0', len) != NULL || number > *n)
		return false;
	memcpy(fold, name, len);
	fold[len] = '\0';
	if (text_fold(again, fold, len) == 0 || strcmp(fold, again) != 0 ||
	    find(t, fold, outbox) != NULL)
		return false;
	p = add(t, fold, outbox, number < *n ? all[number] : NULL);
	if (p == NULL || number < *n)
		return p != NULL;
	all[(*n)++] = p->progress;
	return get_progress(in, p->progress);
}

bool
dedup_get(struct dedup *t, struct wire_in *in)
{
	uint64_t rows = wire_get_varint(in), i;
	struct progress **all;
	uint32_t n = 0;
	bool good = true;

	if (rows > DEDUP_MAX || rows > in->len)
		return false;
	if ((all = calloc((size_t)rows + 1, sizeof(struct progress *))) == NULL)
		return false;
	for (i = 0; good && i < rows; i++)
		good = get_row(t, in, all, &n);
	free(all);
	if (good)
		limit_all(t);
	return good && !in->failed;
}
