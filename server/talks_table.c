/*
 * The table of talks, and what is known of each. Runs in the server. Knows no
 * file, no log and no room.
 */
#include "server/talks_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
compare(const struct talk_place *a, const struct talk_place *b)
{
	int order = memcmp(a->end[0].person->key, b->end[0].person->key,
	    NOISE_KEY);

	return order != 0 ? order : memcmp(a->end[1].person->key,
	    b->end[1].person->key, NOISE_KEY);
}

RB_PROTOTYPE(talk_pairs, talk_place, by_pair, compare)
RB_GENERATE(talk_pairs, talk_place, by_pair, compare)

bool
talks_is_alone(const struct talk_place *t)
{
	return t->end[0].person == t->end[1].person;
}

struct person *
talks_beginner(const struct talk_place *t)
{
	return t->end[(t->flags & TALK_BY_HIGHER) != 0].person;
}

struct talk_from
talks_from(const struct talk_place *t)
{
	return (struct talk_from){ { t->end[0].net, t->end[1].net } };
}

const struct talk_nets *
talks_nets(const struct talks *ts)
{
	return &ts->nets;
}

/*
 * The table.
 */

struct talk_place *
talks_find(const struct talks *ts, const uint8_t one[NOISE_KEY],
    const uint8_t two[NOISE_KEY])
{
	bool swap = memcmp(one, two, NOISE_KEY) > 0;
	struct talk_pairs all = ts->by_pair;
	struct talk_place want;

	want.end[swap].person = persons_find(ts->config.persons, one);
	want.end[!swap].person = persons_find(ts->config.persons, two);
	return want.end[0].person == NULL || want.end[1].person == NULL ?
	    NULL : RB_FIND(talk_pairs, &all, &want);
}

struct talk_place *
talks_add(struct talks *ts, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	struct talk_place *t = calloc(1, sizeof(*t));
	struct person *one, *two = NULL;
	bool swap = memcmp(from, to, NOISE_KEY) > 0;
	int i;

	if (t == NULL)
		return NULL;
	if ((one = persons_hold(ts->config.persons, from)) == NULL ||
	    (two = persons_hold(ts->config.persons, to)) == NULL) {
		if (one != NULL)
			persons_let(ts->config.persons, one);
		free(t);
		errno = ENOMEM;
		return NULL;
	}
	t->flags = swap ? TALK_BY_HIGHER : 0;
	t->end[swap].person = one;
	t->end[!swap].person = two;
	for (i = 0; i < 2; i++) {
		t->end[i].side = (uint8_t)i;
		if (i == 0 || one != two)
			LIST_INSERT_HEAD(&t->end[i].person->talks, &t->end[i],
			    by_person);
	}
	RB_INSERT(talk_pairs, &ts->by_pair, t);
	ts->count++;
	return t;
}

struct talk_place *
talks_next(const struct talks *ts, struct talk_place *t)
{
	struct talk_pairs all = ts->by_pair;

	return t == NULL ? RB_MIN(talk_pairs, &all) :
	    RB_NEXT(talk_pairs, &all, t);
}

size_t
talks_count(const struct talks *ts)
{
	return ts->count;
}

unsigned
talks_side(const struct talk_place *t, const uint8_t key[NOISE_KEY])
{
	if (memcmp(t->end[0].person->key, key, NOISE_KEY) == 0)
		return 1;
	return memcmp(t->end[1].person->key, key, NOISE_KEY) == 0 ? 2 : 0;
}

struct person *
talks_other(const struct talk_place *t, const struct person *p)
{
	return t->end[t->end[0].person == p].person;
}

bool
talks_is_answered(const struct talk_place *t)
{
	return talks_is_alone(t) || (t->flags & (t->flags & TALK_BY_HIGHER ?
	    TALK_LOWER_SPOKE : TALK_HIGHER_SPOKE)) != 0;
}

uint16_t
talks_last(const struct talk_place *t)
{
	return t->end[0].day > t->end[1].day ? t->end[0].day : t->end[1].day;
}

bool
talks_is_known(const struct talk_place *t)
{
	return t->open != NULL || (t->flags & TALK_OPENED) == 0;
}

/*
 * Logs
 */

static bool
note_id(struct talks *ts, struct talk_place *t)
{
	struct talk_id *e = talk_ids_put(&ts->ids, t->id);

	if (e != NULL)
		e->talk = t;
	return e != NULL;
}

/* Without memory they are sought one by one. */
static void
have_ids(struct talks *ts)
{
	struct talk_place *t = NULL;

	if (ts->has_ids)
		return;
	while ((t = talks_next(ts, t)) != NULL)
		if (!note_id(ts, t))
			return;
	ts->has_ids = true;
}

static void
forget_id(struct talks *ts, const struct talk_place *t)
{
	struct talk_id *e = talk_ids_find(&ts->ids, t->id);

	if (e == NULL || e->talk != t)
		return;
	e->talk = NULL;
	if (e->gone)
		return;
	e->gone = true;		/* it is not free before it is dropped */
	talk_ids_drop(&ts->ids, e);
}

struct talk_place *
talks_of_log(struct talks *ts, const uint8_t id[JOURNAL_ID])
{
	const struct talk_id *e;
	struct talk_place *t = NULL;

	have_ids(ts);
	if (ts->has_ids) {
		e = talk_ids_find(&ts->ids, id);
		return e == NULL ? NULL : e->talk;
	}
	while ((t = talks_next(ts, t)) != NULL)
		if (memcmp(t->id, id, JOURNAL_ID) == 0)
			break;
	return t;
}

static struct talk_id *
add_gone(struct talks *ts, const uint8_t id[JOURNAL_ID])
{
	struct talk_id *e = talk_ids_put(&ts->ids, id);

	if (e != NULL && !e->gone) {
		e->gone = true;
		ts->passed_n++;
	}
	return e;
}

bool
talks_note_gone(struct talks *ts, const uint8_t id[JOURNAL_ID])
{
	struct talk_id *e = add_gone(ts, id);

	if (e == NULL)
		return false;
	ts->passed_n -= !e->told;
	e->told = true;
	return true;
}

bool
talks_is_gone(const struct talks *ts, const uint8_t id[JOURNAL_ID])
{
	const struct talk_id *e = talk_ids_find(&ts->ids, id);

	return e != NULL && e->gone;
}

bool
talks_pass(struct talks *ts, const uint8_t id[JOURNAL_ID])
{
	return add_gone(ts, id) != NULL;
}

bool
talks_miss(const struct talks *ts)
{
	return ts->passed_n > 0;
}

void
talks_begin(struct talks *ts, struct talk_place *t,
    const uint8_t id[JOURNAL_ID], uint16_t day, const struct talk_from *from)
{
	memcpy(t->id, id, JOURNAL_ID);
	t->day = day;
	t->end[0].net = from->net[0];
	t->end[1].net = from->net[1];
	talk_nets_keep(&ts->nets, from);
	if (ts->has_ids)
		ts->has_ids = note_id(ts, t);
}

void
talks_drop(struct talks *ts, struct talk_place *t)
{
	const struct talk_from from = talks_from(t);
	bool alone = talks_is_alone(t);
	int i;

	forget_id(ts, t);
	talk_nets_let(&ts->nets, &from);
	RB_REMOVE(talk_pairs, &ts->by_pair, t);
	ts->count--;
	for (i = 0; i < 2; i++) {
		if (i == 0 || !alone)
			LIST_REMOVE(&t->end[i], by_person);
		persons_let(ts->config.persons, t->end[i].person);
	}
	free(t);
}
