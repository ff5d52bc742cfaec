/*
 * The table of persons. Runs in the server. Knows no file and no session.
 */
#include "server/room/persons.h"

#include <stdlib.h>
#include <string.h>

RB_HEAD(person_tree, person);

struct persons {
	struct person_tree by_key;
	TAILQ_HEAD(, person) idle;	/* who was let go first is the first */
	size_t		 count, idle_n, idle_max;
};

static int
compare(const struct person *a, const struct person *b)
{
	return memcmp(a->key, b->key, NOISE_KEY);
}

RB_PROTOTYPE(person_tree, person, by_key, compare)
RB_GENERATE(person_tree, person, by_key, compare)

struct persons *
persons_new(size_t idle_max)
{
	struct persons *ps = calloc(1, sizeof(*ps));

	if (ps == NULL)
		return NULL;
	RB_INIT(&ps->by_key);
	TAILQ_INIT(&ps->idle);
	ps->idle_max = idle_max == 0 ? PERSONS_IDLE : idle_max;
	return ps;
}

static void
drop(struct persons *ps, struct person *p)
{
	struct mark *m;

	RB_REMOVE(person_tree, &ps->by_key, p);
	ps->count--;
	while ((m = TAILQ_FIRST(&p->marks)) != NULL) {
		TAILQ_REMOVE(&p->marks, m, of_person);
		free(m);
	}
	free(p);
}

void
persons_free(struct persons *ps)
{
	struct person *p;

	if (ps == NULL)
		return;
	while ((p = RB_ROOT(&ps->by_key)) != NULL)
		drop(ps, p);
	free(ps);
}

struct person *
persons_find(const struct persons *ps, const uint8_t key[NOISE_KEY])
{
	struct person *p = RB_ROOT(&ps->by_key);
	int order;

	while (p != NULL && (order = memcmp(key, p->key, NOISE_KEY)) != 0)
		p = order < 0 ? RB_LEFT(p, by_key) : RB_RIGHT(p, by_key);
	return p;
}

static struct person *
add(struct persons *ps, const uint8_t key[NOISE_KEY])
{
	struct person *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	memcpy(p->key, key, NOISE_KEY);
	TAILQ_INIT(&p->marks);
	LIST_INIT(&p->talks);
	RB_INSERT(person_tree, &ps->by_key, p);
	ps->count++;
	return p;
}

struct person *
persons_hold(struct persons *ps, const uint8_t key[NOISE_KEY])
{
	struct person *p = persons_find(ps, key);

	if (p == NULL) {
		if ((p = add(ps, key)) == NULL)
			return NULL;
	} else if (p->held == 0) {
		TAILQ_REMOVE(&ps->idle, p, by_idle);
		ps->idle_n--;
	}
	p->held++;
	return p;
}

void
persons_let(struct persons *ps, struct person *p)
{
	if (--p->held > 0)
		return;
	if (TAILQ_EMPTY(&p->marks)) {
		drop(ps, p);
		return;
	}
	TAILQ_INSERT_TAIL(&ps->idle, p, by_idle);
	if (ps->idle_n < ps->idle_max) {
		ps->idle_n++;
		return;
	}
	p = TAILQ_FIRST(&ps->idle);
	TAILQ_REMOVE(&ps->idle, p, by_idle);
	drop(ps, p);
}

/* The first that is held from there on. */
static struct person *
held_from(struct person *p)
{
	while (p != NULL && p->held == 0)
		p = RB_NEXT(person_tree, NULL, p);
	return p;
}

struct person *
persons_next(const struct persons *ps, struct person *p)
{
	struct person_tree all = ps->by_key;
	struct person *next;

	if (p != NULL && p->held > 0)
		return held_from(RB_NEXT(person_tree, &all, p));
	next = p == NULL ? TAILQ_FIRST(&ps->idle) : TAILQ_NEXT(p, by_idle);
	return next != NULL ? next : held_from(RB_MIN(person_tree, &all));
}

size_t
persons_count(const struct persons *ps)
{
	return ps->count;
}
