/*
 * The table of leases. Pure; runs in the server. Knows no file and no rule.
 */
#include "server/room/lease_table.h"

#include <stdlib.h>
#include <string.h>

static int
compare_folds(const struct lease *a, const struct lease *b)
{
	return strcmp(a->fold, b->fold);
}

static int
compare_uses(const struct lease *a, const struct lease *b)
{
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return a->serial < b->serial ? -1 : a->serial > b->serial;
}

static int
rank(const struct lease *lease)
{
	return lease->kept ? 2 : lease->passed;
}

static int
compare_ages(const struct lease *a, const struct lease *b)
{
	return rank(a) != rank(b) ? rank(a) - rank(b) : compare_uses(a, b);
}

static int
compare_keys(const struct lease *a, const struct lease *b)
{
	int order = memcmp(a->key, b->key, NOISE_KEY);

	return order != 0 ? order : compare_uses(a, b);
}

RB_PROTOTYPE(lease_folds, lease, by_fold, compare_folds)
RB_GENERATE(lease_folds, lease, by_fold, compare_folds)
RB_PROTOTYPE(lease_keys, lease, by_key, compare_keys)
RB_GENERATE(lease_keys, lease, by_key, compare_keys)
RB_PROTOTYPE(lease_ages, lease, by_age, compare_ages)
RB_GENERATE(lease_ages, lease, by_age, compare_ages)

void
lease_table_init(struct lease_table *t)
{
	memset(t, 0, sizeof(*t));
	RB_INIT(&t->folds);
	RB_INIT(&t->keys);
	RB_INIT(&t->ages);
	looks_init(&t->looks);
}

void
lease_table_clear(struct lease_table *t)
{
	struct lease *lease;

	while ((lease = RB_ROOT(&t->folds)) != NULL)
		lease_table_drop(t, lease);
}

static void
look_at(struct lease_table *t, struct lease *lease)
{
	struct naming_looks looks;

	if (t->naming == NULL || lease->place != NULL)
		return;
	naming_look(t->naming, lease->fold, strlen(lease->fold), &looks);
	lease->place = looks_add(&t->looks, &looks, lease->fold);
}

void
lease_table_look(struct lease_table *t, const struct naming *naming)
{
	struct lease *lease;

	t->naming = naming;
	RB_FOREACH(lease, lease_folds, &t->folds)
		look_at(t, lease);
}

struct lease *
lease_table_find(const struct lease_table *t, const char *fold)
{
	struct lease *at = RB_ROOT(&t->folds);
	int order;

	while (at != NULL && (order = strcmp(fold, at->fold)) != 0)
		at = order < 0 ? RB_LEFT(at, by_fold) : RB_RIGHT(at, by_fold);
	return at;
}

static struct lease *
add(struct lease_table *t, const char *fold)
{
	size_t len = strlen(fold) + 1, size = offsetof(struct lease, fold) +
	    len;
	struct lease *lease = calloc(1, size < sizeof(*lease) ?
	    sizeof(*lease) : size);

	if (lease == NULL)
		return NULL;
	memcpy(lease->fold, fold, len);
	RB_INSERT(lease_folds, &t->folds, lease);
	look_at(t, lease);
	t->count++;
	return lease;
}

struct lease *
lease_table_set(struct lease_table *t, const char *fold, int64_t day,
    bool kept, const uint8_t key[NOISE_KEY])
{
	struct lease *lease = lease_table_find(t, fold);

	if (lease != NULL) {
		RB_REMOVE(lease_keys, &t->keys, lease);
		RB_REMOVE(lease_ages, &t->ages, lease);
		t->kept -= lease->kept;
	} else if ((lease = add(t, fold)) == NULL)
		return NULL;
	lease->day = (int32_t)day;
	lease->kept = kept;
	lease->passed = false;
	t->kept += kept;
	lease->serial = ++t->serial;
	memcpy(lease->key, key, NOISE_KEY);
	RB_INSERT(lease_keys, &t->keys, lease);
	RB_INSERT(lease_ages, &t->ages, lease);
	return lease;
}

void
lease_table_unkeep(struct lease_table *t, struct lease *lease)
{
	RB_REMOVE(lease_ages, &t->ages, lease);
	t->kept -= lease->kept;
	lease->kept = false;
	RB_INSERT(lease_ages, &t->ages, lease);
}

void
lease_table_pass(struct lease_table *t, struct lease *lease, bool passed)
{
	RB_REMOVE(lease_ages, &t->ages, lease);
	lease->passed = passed;
	RB_INSERT(lease_ages, &t->ages, lease);
}

void
lease_table_drop(struct lease_table *t, struct lease *lease)
{
	RB_REMOVE(lease_folds, &t->folds, lease);
	RB_REMOVE(lease_keys, &t->keys, lease);
	RB_REMOVE(lease_ages, &t->ages, lease);
	looks_remove(&t->looks, lease->place);
	t->count--;
	t->kept -= lease->kept;
	free(lease);
}

struct lease *
lease_table_oldest(const struct lease_table *t)
{
	struct lease_ages ages = t->ages;

	return RB_MIN(lease_ages, &ages);
}

struct lease *
lease_table_oldest_kept(const struct lease_table *t)
{
	struct lease_ages ages = t->ages;
	struct lease first = { .kept = true, .day = INT32_MIN };

	return RB_NFIND(lease_ages, &ages, &first);
}

struct lease *
lease_table_newer(struct lease *lease)
{
	return RB_NEXT(lease_ages, NULL, lease);
}

struct lease *
lease_table_oldest_of(const struct lease_table *t,
    const uint8_t key[NOISE_KEY])
{
	struct lease *at = RB_ROOT(&t->keys), *best = NULL;
	int order;

	while (at != NULL) {
		order = memcmp(key, at->key, NOISE_KEY);
		if (order == 0)
			best = at;
		at = order <= 0 ? RB_LEFT(at, by_key) : RB_RIGHT(at, by_key);
	}
	return best;
}

struct lease *
lease_table_newer_of(struct lease *lease)
{
	struct lease *next = RB_NEXT(lease_keys, NULL, lease);

	return next != NULL && memcmp(next->key, lease->key, NOISE_KEY) == 0 ?
	    next : NULL;
}

size_t
lease_table_count_of(const struct lease_table *t, const uint8_t key[NOISE_KEY])
{
	struct lease *lease = lease_table_oldest_of(t, key);
	size_t n = 0;

	for (; lease != NULL; lease = lease_table_newer_of(lease))
		n++;
	return n;
}

void
lease_table_wear(struct lease_table *t, struct lease *lease)
{
	lease->worn = ++t->worn;
	lease->unheard = false;
}

static struct lease *
last_worn(struct lease *lease)
{
	struct lease *last = lease;

	for (; lease != NULL; lease = lease_table_newer_of(lease))
		if (lease->worn >= last->worn)
			last = lease;
	return last;
}

void
lease_table_each(const struct lease_table *t, void (*each)(void *arg,
    const struct lease *), void *arg)
{
	struct lease_keys keys = t->keys;
	struct lease *at = RB_MIN(lease_keys, &keys), *last, *end;

	while (at != NULL) {
		last = last_worn(at);
		for (end = at; at != NULL; at = lease_table_newer_of(at)) {
			if (at != last)
				each(arg, at);
			end = at;
		}
		each(arg, last);
		at = RB_NEXT(lease_keys, NULL, end);
	}
}
