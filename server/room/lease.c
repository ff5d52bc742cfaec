/*
 * The names' owners: the rules. Runs in the server; its file is read once, at
 * start, grows by a line a change, and is written anew where that is too much.
 */
#include "server/room/lease.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "server/room/lease_file.h"
#include "server/room/lease_state.h"

enum {
	READ_AHEAD = 64,	/* a name's line comes before its victim's */
	SLACK_BYTES = 1 << 20,	/* lines of the past, beside as many again */
	/* Who was in the room when the server ended, and its name was not to
	 * last, finds it again so many days later. */
	GRACE_DAYS = 30
};

/* The day of the last use that a lease has which runs out tomorrow. */
static int64_t
tentative(int64_t day)
{
	return day > LEASE_DAYS - 1 ? day - (LEASE_DAYS - 1) : 0;
}

/* Nothing was said under it yet, or nothing for as long as it could last. */
static bool
is_tentative(const struct lease *lease, int64_t day)
{
	return !lease->kept && lease->day <= tentative(day);
}

static bool
is_of(const struct lease *lease, const uint8_t *key)
{
	return key != NULL && memcmp(lease->key, key, NOISE_KEY) == 0;
}

/*
 * The file
 */

static void
forget(struct leases *l, struct lease *lease)
{
	lease_table_drop(&l->table, lease);
	l->forgotten++;
}

/* A line of the file. More of them than there may be: the newest are kept. */
static bool
take_line(void *arg, const char *fold, int64_t day, bool kept,
    const uint8_t *key)
{
	struct leases *l = arg;
	struct lease *lease;

	if (key == NULL) {
		if ((lease = lease_table_find(&l->table, fold)) != NULL)
			lease_table_drop(&l->table, lease);
		return true;
	}
	if (lease_table_set(&l->table, fold, day, kept, key) == NULL)
		return false;
	if (lease_table_count_of(&l->table, key) > LEASE_OLD_NAMES)
		forget(l, lease_table_oldest_of(&l->table, key));
	else if (l->table.count > LEASE_ALL + READ_AHEAD)
		forget(l, lease_table_oldest(&l->table));
	return true;
}

static void
drop_old(struct leases *l, int64_t day)
{
	struct lease *lease, *next;

	for (lease = lease_table_oldest(&l->table); lease != NULL;
	    lease = next) {
		next = lease_table_newer(lease);
		if (lease->day + LEASE_DAYS + GRACE_DAYS < day)
			lease_table_drop(&l->table, lease);
	}
}

/* Older servers told tentative names by the day alone, and kept all others. */
static void
unkeep_many(struct leases *l, int64_t day)
{
	struct lease *lease;

	while ((lease = lease_table_oldest_kept(&l->table)) != NULL &&
	    (l->table.kept > LEASE_KEPT || lease->day <= tentative(day)))
		lease_table_unkeep(&l->table, lease);
}

/* False with errno; *lost: what the file had is not safe any more. */
static bool
write_anew(struct leases *l, bool *lost)
{
	off_t size;
	int fd = lease_file_replace(l->disk, l->dir, l->path, &l->table,
	    &size, lost);

	if (fd == -1)
		return false;
	l->disk->close(l->disk->arg, l->fd);
	l->fd = fd;
	l->size = l->base = size;
	l->synced = l->written;
	return true;
}

static bool
append(struct leases *l, const char *fold, int64_t day, bool kept,
    const uint8_t *key)
{
	const struct lease_line line = { fold, day, kept, key };

	if (!lease_file_append(l->disk, l->fd, &l->size, &line))
		return false;
	l->written++;
	return true;
}

static bool
load(struct leases *l, int64_t wall_ms, struct journal_why *why)
{
	bool lost;

	if (!lease_file_read(l->disk, l->fd, take_line, l, why))
		return false;
	drop_old(l, leases_day(wall_ms));
	while (l->table.count > LEASE_ALL)
		forget(l, lease_table_oldest(&l->table));
	unkeep_many(l, leases_day(wall_ms));
	lease_table_look(&l->table, l->naming);
	if (write_anew(l, &lost))
		return true;
	why->kind = JOURNAL_SYSTEM;
	why->error = errno;
	return false;
}

static bool
open_file(struct leases *l, const char *dir)
{
	if (snprintf(l->dir, sizeof(l->dir), "%s", dir) >=
	    (int)sizeof(l->dir) || snprintf(l->path, sizeof(l->path),
	    "%s/leases", dir) >= (int)sizeof(l->path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	l->naming = naming_new();
	return l->naming != NULL &&
	    (l->fd = l->disk->open(l->disk->arg, l->path, true)) != -1;
}

struct leases *
leases_open(const struct disk *disk, const char *dir, int64_t wall_ms,
    struct journal_why *why)
{
	struct leases *l;

	memset(why, 0, sizeof(*why));
	why->kind = JOURNAL_SYSTEM;
	if ((l = calloc(1, sizeof(*l))) == NULL) {
		why->error = errno;
		return NULL;
	}
	l->disk = disk;
	l->fd = -1;
	lease_table_init(&l->table);
	snprintf(why->path, sizeof(why->path), "%s/leases", dir);
	if (!open_file(l, dir))
		why->error = errno;
	else if (load(l, wall_ms, why))
		return l;
	leases_close(l);
	return NULL;
}

void
leases_close(struct leases *l)
{
	if (l == NULL)
		return;
	lease_table_clear(&l->table);
	if (l->fd != -1)
		l->disk->close(l->disk->arg, l->fd);
	naming_free(l->naming);
	free(l);
}

/* Of one that failed there is always something that is not there. */
bool
leases_are_dirty(const struct leases *l)
{
	return l->synced != l->written || l->failed != 0;
}

static bool
is_long(const struct leases *l)
{
	return l->size > 2 * l->base + SLACK_BYTES;
}

int
leases_begin_sync(struct leases *l, uint64_t *upto)
{
	*upto = l->written;
	return !leases_are_dirty(l) || is_long(l) || l->failed != 0 ? -1 :
	    l->fd;
}

void
leases_synced(struct leases *l, uint64_t upto)
{
	if (l->synced < upto)
		l->synced = upto;
}

void
leases_fail(struct leases *l, int error)
{
	if (l->failed == 0)
		l->failed = error;
}

/* What the last sync that failed lost, the next one does not find. */
static bool
sync_file(struct leases *l)
{
	if (l->failed == 0 && l->disk->sync(l->disk->arg, l->fd) == -1)
		l->failed = errno;
	errno = l->failed;
	return l->failed == 0;
}

bool
leases_sync(struct leases *l)
{
	bool lost;

	if (!leases_are_dirty(l))
		return true;
	if (l->failed == 0 && is_long(l)) {
		if (write_anew(l, &lost))
			return true;
		if (lost) {
			l->failed = errno;
			return false;
		}
		l->base = l->size;	/* no room: later */
	}
	if (!sync_file(l))
		return false;
	l->synced = l->written;
	return true;
}

/*
 * The rules
 */

/* The key's oldest name that nobody is in the room under, but this one. */
static struct lease *
find_spare(const struct leases *l, const uint8_t key[NOISE_KEY],
    const char *but)
{
	struct lease *lease = lease_table_oldest_of(&l->table, key);

	while (lease != NULL && (strcmp(lease->fold, but) == 0 ||
	    leases_is_present(l, lease->fold)))
		lease = lease_table_newer_of(lease);
	return lease;
}

/* The same of all names that are not kept and not passed yet. Those who are in
 * the room may be many, and are passed: not to be looked at each time. */
static struct lease *
find_spare_of_some(struct leases *l, const char *but)
{
	struct lease *lease = lease_table_oldest(&l->table), *next;

	for (; lease != NULL && !lease->kept && !lease->passed; lease = next) {
		next = lease_table_newer(lease);
		if (strcmp(lease->fold, but) == 0)
			continue;
		if (!leases_is_present(l, lease->fold))
			return lease;
		lease_table_pass(&l->table, lease, true);
	}
	return NULL;
}

static void
unpass_all(struct leases *l)
{
	struct lease *lease = lease_table_oldest(&l->table), *next;

	for (; lease != NULL && !lease->kept; lease = next) {
		next = lease_table_newer(lease);
		if (lease->passed)
			lease_table_pass(&l->table, lease, false);
	}
}

/* Of all names. There are always some that are neither kept nor in use. */
static struct lease *
find_spare_of_all(struct leases *l, const char *but)
{
	struct lease *lease = find_spare_of_some(l, but);

	if (lease != NULL)
		return lease;
	unpass_all(l);
	return find_spare_of_some(l, but);
}

bool
leases_are_many(const struct leases *l, const uint8_t key[NOISE_KEY])
{
	return lease_table_count_of(&l->table, key) >= LEASE_NAMES &&
	    find_spare(l, key, "") == NULL;
}

/* A disk that has no room for that says so at the next name. */
static bool
free_one(struct leases *l, struct lease *lease, int64_t day)
{
	if (lease == NULL || !append(l, lease->fold, day, false, NULL))
		return false;
	lease_table_drop(&l->table, lease);
	return true;
}

static void
free_spares(struct leases *l, int64_t day, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	while (lease_table_count_of(&l->table, key) > LEASE_NAMES)
		if (!free_one(l, find_spare(l, key, fold), day))
			break;
	while (l->table.count > LEASE_ALL)
		if (!free_one(l, find_spare_of_all(l, fold), day))
			break;
}

static bool
set(struct leases *l, const char *fold, int64_t day, bool kept,
    const uint8_t key[NOISE_KEY])
{
	return append(l, fold, day, kept, key) &&
	    lease_table_set(&l->table, fold, day, kept, key) != NULL;
}

static uint8_t *
count_of(struct leases *l, int64_t day, uint32_t place)
{
	if (l->counted_day != day)
		memset(l->counted, 0, sizeof(l->counted));
	l->counted_day = day;
	return &l->counted[place % LEASE_PLACES];
}

/*
 * May one more name be kept, from there, today? Else it can be so another day.
 * Kept ones leave room for others: what comes never needs theirs.
 */
static bool
may_keep(struct leases *l, int64_t day, uint32_t place)
{
	struct lease *oldest;

	if (*count_of(l, day, place) >= LEASE_NEW)
		return false;
	if (l->table.kept < LEASE_KEPT)
		return true;
	oldest = lease_table_oldest_kept(&l->table);
	return leases_is_over(l, oldest, day) && free_one(l, oldest, day);
}

/* Its owner uses a name under which something was said. */
static bool
use(struct leases *l, const struct lease *lease, int64_t day, uint32_t place,
    const uint8_t key[NOISE_KEY])
{
	bool was_kept = lease->kept, kept;

	/* A clock that is behind takes no day from it. */
	if (lease->day >= day)
		return true;
	kept = was_kept || may_keep(l, day, place);
	if (!set(l, lease->fold, day, kept, key))
		return false;
	if (kept && !was_kept)
		++*count_of(l, day, place);
	return true;
}

bool
leases_take(struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY], uint32_t place)
{
	struct lease *lease = lease_table_find(&l->table, fold);
	int64_t now = leases_day(wall_ms), day = tentative(now);
	bool good;

	if (lease != NULL && !is_of(lease, key) &&
	    !leases_is_over(l, lease, now)) {
		errno = EEXIST;
		return false;
	}
	if (lease == NULL || !is_of(lease, key))
		good = set(l, fold, day, false, key);
	else if (!is_tentative(lease, now))
		good = use(l, lease, now, place, key);
	else if (lease->day != day)
		good = set(l, fold, day, false, key);
	else {
		lease_table_wear(&l->table, lease);
		return true;
	}
	if (good) {
		lease_table_wear(&l->table, lease_table_find(&l->table, fold));
		free_spares(l, now, fold, key);
	}
	return good;
}

bool
leases_call(struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY], uint32_t place)
{
	const struct lease *lease = lease_table_find(&l->table, fold);
	bool unheard = lease == NULL || !is_of(lease, key) || lease->unheard;

	if (!leases_take(l, wall_ms, fold, key, place))
		return false;
	lease_table_find(&l->table, fold)->unheard = unheard;
	return true;
}

bool
leases_keep(struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY], uint32_t place)
{
	struct lease *lease = lease_table_find(&l->table, fold);
	int64_t now = leases_day(wall_ms);

	/* Released meanwhile, it stays so. */
	if (lease == NULL || !is_of(lease, key))
		return true;
	lease_table_wear(&l->table, lease);
	return is_tentative(lease, now) ? set(l, fold, now, false, key) :
	    use(l, lease, now, place, key);
}

bool
leases_move(struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t from[NOISE_KEY], const uint8_t to[NOISE_KEY])
{
	struct lease *lease = lease_table_find(&l->table, fold);

	if (lease == NULL || !is_of(lease, from))
		return true;
	if (!set(l, fold, lease->day, lease->kept, to))
		return false;
	free_spares(l, leases_day(wall_ms), fold, to);
	return true;
}

bool
leases_release(struct leases *l, int64_t wall_ms, const char *fold)
{
	struct lease *lease = lease_table_find(&l->table, fold);

	errno = 0;
	return free_one(l, lease, leases_day(wall_ms));
}
