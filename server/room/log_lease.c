/*
 * Whose the names are, asked of a log: of its own leases, or of those that it
 * shares with another one. Runs in the server.
 */
#include "server/room/log_lease.h"

#include <string.h>

#include "server/room/lease.h"
#include "server/room/log_state.h"

enum log_lease
log_lease_check(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t *key)
{
	const uint8_t *owner = leases_owner(l->leases, wall_ms, fold);

	if (owner == NULL)
		return LOG_LEASE_FREE;
	return key != NULL && memcmp(owner, key, NOISE_KEY) == 0 ?
	    LOG_LEASE_OWN : LOG_LEASE_OTHER;
}

bool
log_lease_is_kept(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	return leases_is_kept(l->leases, wall_ms, fold, key);
}

bool
log_lease_is_unheard(const struct log *l, const char *fold)
{
	return leases_is_unheard(l->leases, fold);
}

const char *
log_lease_alike(const struct log *l, int64_t wall_ms,
    const struct naming_looks *looks, const uint8_t *key)
{
	return leases_alike(l->leases, wall_ms, looks, key);
}

bool
log_lease_are_many(const struct log *l, const uint8_t key[NOISE_KEY])
{
	return leases_are_many(l->leases, key);
}

void
log_lease_watch(struct log *l, bool (*is_present)(void *, const char *),
    void *arg)
{
	leases_watch(l->leases, is_present, arg);
}

size_t
log_lease_forgotten(const struct log *l)
{
	return leases_forgotten(l->leases);
}

const uint8_t *
log_lease_owner(const struct log *l, int64_t wall_ms, const char *fold)
{
	return leases_owner(l->leases, wall_ms, fold);
}

void
log_lease_each(const struct log *l, int64_t wall_ms, void (*each)(void *,
    const char *, const uint8_t[NOISE_KEY]), void *arg)
{
	leases_each(l->leases, wall_ms, each, arg);
}

void
log_lease_each_of(const struct log *l, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], void (*each)(void *, const char *,
    const uint8_t[NOISE_KEY]), void *arg)
{
	leases_each_of(l->leases, wall_ms, key, each, arg);
}

uint64_t
log_lease_written(const struct log *l)
{
	return leases_written(l->leases);
}

uint64_t
log_lease_durable(const struct log *l)
{
	return leases_durable(l->leases);
}
