/*
 * What is asked of the names' owners, and changes nothing. Pure; runs in the
 * server.
 */
#include "server/room/lease.h"

#include <string.h>

#include "server/room/lease_state.h"

static const int64_t day_ms = INT64_C(86400) * 1000;

int64_t
leases_day(int64_t wall_ms)
{
	return wall_ms / day_ms;
}

void
leases_watch(struct leases *l, bool (*present)(void *, const char *),
    void *arg)
{
	l->is_present = present;
	l->arg = arg;
}

bool
leases_is_present(const struct leases *l, const char *fold)
{
	return l->is_present != NULL && l->is_present(l->arg, fold);
}

bool
leases_is_over(const struct leases *l, const struct lease *lease, int64_t day)
{
	return lease->day + LEASE_DAYS < day &&
	    !leases_is_present(l, lease->fold);
}

size_t
leases_forgotten(const struct leases *l)
{
	return l->forgotten;
}

int
leases_failed(const struct leases *l)
{
	return l->failed;
}

uint64_t
leases_written(const struct leases *l)
{
	return l->written;
}

uint64_t
leases_durable(const struct leases *l)
{
	return l->synced;
}

const uint8_t *
leases_owner(const struct leases *l, int64_t wall_ms, const char *fold)
{
	const struct lease *lease = lease_table_find(&l->table, fold);

	return lease == NULL || leases_is_over(l, lease,
	    leases_day(wall_ms)) ? NULL : lease->key;
}

bool
leases_is_kept(const struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	const struct lease *lease = lease_table_find(&l->table, fold);

	return lease != NULL && lease->kept &&
	    memcmp(lease->key, key, NOISE_KEY) == 0 &&
	    !leases_is_over(l, lease, leases_day(wall_ms));
}

bool
leases_is_unheard(const struct leases *l, const char *fold)
{
	const struct lease *lease = lease_table_find(&l->table, fold);

	return lease != NULL && lease->unheard;
}

/* Whom a list is for, and when. */
struct reader {
	const struct leases *leases;
	int64_t		 day;
	void		(*each)(void *arg, const char *fold,
			    const uint8_t key[NOISE_KEY]);
	void		*arg;
};

static void
read_one(void *arg, const struct lease *lease)
{
	const struct reader *r = arg;

	if (!leases_is_over(r->leases, lease, r->day))
		r->each(r->arg, lease->fold, lease->key);
}

void
leases_each(const struct leases *l, int64_t wall_ms, void (*each)(void *,
    const char *, const uint8_t[NOISE_KEY]), void *arg)
{
	struct reader r = { l, leases_day(wall_ms), each, arg };

	lease_table_each(&l->table, read_one, &r);
}

void
leases_each_of(const struct leases *l, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], void (*each)(void *, const char *,
    const uint8_t[NOISE_KEY]), void *arg)
{
	struct reader r = { l, leases_day(wall_ms), each, arg };
	struct lease *lease = lease_table_oldest_of(&l->table, key);

	for (; lease != NULL; lease = lease_table_newer_of(lease))
		read_one(&r, lease);
}

/* For whom names are looked at, and when. */
struct asker {
	const struct leases *leases;
	int64_t		 wall_ms;
	const uint8_t	*key;
};

static bool
is_anothers(void *arg, const char *fold)
{
	const struct asker *a = arg;
	const uint8_t *owner = leases_owner(a->leases, a->wall_ms, fold);

	return owner != NULL && (a->key == NULL ||
	    memcmp(owner, a->key, NOISE_KEY) != 0);
}

const char *
leases_alike(const struct leases *l, int64_t wall_ms,
    const struct naming_looks *looks, const uint8_t *key)
{
	struct asker asker = { l, wall_ms, key };

	return looks_find(&l->table.looks, looks, is_anothers, &asker);
}
