/*
 * Which key owns which name: a table, and the file in the data directory that
 * keeps it. A name is tentative, for a day, until something was said under it;
 * then it is its owner's until it was not used for 90 days. A key has
 * LEASE_NAMES names, all keys together LEASE_ALL: beyond that the one falls
 * free that was used longest ago, but none that somebody is in the room under,
 * and none that is kept. That is one which was used on a second day. From one
 * place LEASE_NEW come to that a day, so that a stranger with many keys needs
 * years for what he would have in minutes; at most LEASE_KEPT are kept, so that
 * new names always find room among the others. What is written is on the disk
 * after leases_sync.
 *
 *   leases   "DAY KEY FOLD" a line: days since 1970 of the last use, base64 of
 *            the key ("-": released), the folded name. The last line of a name
 *            counts. Before the DAY of one that is not kept is a "+". A
 *            tentative one has a DAY so long ago that it runs out tomorrow,
 *            also for a server that knows nothing of that.
 */
#ifndef SERVER_ROOM_LEASE_H
#define SERVER_ROOM_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"
#include "common/text.h"
#include "server/room/naming.h"

enum {
	LEASE_DAYS = 90,
	LEASE_NAMES = 4,	/* of one key */
	LEASE_OLD_NAMES = 16,	/* of one key, in a file of before that rule */
	LEASE_ALL = 65536,
	LEASE_KEPT = LEASE_ALL / 2,
	LEASE_NEW = 4		/* kept from now on, a place and day */
};

struct disk;
struct leases;

/* Reads DIR/leases, rewrites it short. NULL with *why. disk is borrowed. */
struct leases	*leases_open(const struct disk *, const char *dir,
		    int64_t wall_ms, struct journal_why *why);
void		 leases_close(struct leases *);
/* How many of the file's names were too many, and are free now. */
size_t		 leases_forgotten(const struct leases *);

/* Whom to ask whether somebody is in the room under a name; NULL: nobody is. */
void		 leases_watch(struct leases *,
		    bool (*is_present)(void *arg, const char *fold),
		    void *arg);

/* The owner's key; NULL: nobody, or it has run out. */
const uint8_t	*leases_owner(const struct leases *, int64_t wall_ms,
		    const char *fold);
/* It is this key's, and kept. */
bool		 leases_is_kept(const struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY]);
/* Somebody owns it who was never called so yet; as far as this start knows. */
bool		 leases_is_unheard(const struct leases *, const char *fold);
/* Each name that somebody owns, all of one key in a row, the one behind the
 * others that its owner went by last. */
void		 leases_each(const struct leases *, int64_t wall_ms,
		    void (*each)(void *arg, const char *fold,
		    const uint8_t key[NOISE_KEY]), void *arg);
/* The same of one key, the one that was used longest ago first. */
void		 leases_each_of(const struct leases *, int64_t wall_ms,
		    const uint8_t key[NOISE_KEY], void (*each)(void *arg,
		    const char *fold, const uint8_t key[NOISE_KEY]), void *arg);
/*
 * The fold of a name that looks like one of these and belongs to another key
 * than this one, NULL: somebody who has none. NULL: there is no such name.
 */
const char	*leases_alike(const struct leases *, int64_t wall_ms,
		    const struct naming_looks *, const uint8_t *key);
/* True if the key has all the names it may, and is in the room under each. */
bool		 leases_are_many(const struct leases *,
		    const uint8_t key[NOISE_KEY]);
/*
 * Gives the name to key, for now, or notes that it is used. place: a number for
 * where that is. False with errno, and nothing has changed: it cannot be
 * written, or, EEXIST, another key owns it.
 */
bool		 leases_take(struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    uint32_t place);
/* The same, by who is nowhere, so that nobody hears of it. */
bool		 leases_call(struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    uint32_t place);
/* Something is said under it: it is tentative no more. False: as above. */
bool		 leases_keep(struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    uint32_t place);
/*
 * What from owns of that name is to's, tentative or kept as it was: both are
 * one person's keys. Has to more names by that than it may, others of its fall
 * free. False with errno: it cannot be written. Of another key's: nothing.
 */
bool		 leases_move(struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t from[NOISE_KEY],
		    const uint8_t to[NOISE_KEY]);
/* Frees the name. False: nobody had it (errno 0), or it cannot be written. */
bool		 leases_release(struct leases *, int64_t wall_ms,
		    const char *fold);

/* What was written of all that, counted, and how much of it is on the disk. */
uint64_t	 leases_written(const struct leases *);
uint64_t	 leases_durable(const struct leases *);
/* Is there something that leases_sync has not put on the disk? */
bool		 leases_are_dirty(const struct leases *);
/* False with errno: what was written may be lost, and that is for good. */
bool		 leases_sync(struct leases *);
/*
 * For who syncs elsewhere, several of them at a time: the file; -1: there is
 * nothing to sync, or more is to be done than that. Then that it is done, or
 * failed; upto: how far it went, as it was told at its beginning.
 */
int		 leases_begin_sync(struct leases *, uint64_t *upto);
void		 leases_synced(struct leases *, uint64_t upto);
void		 leases_fail(struct leases *, int error);
/* The errno of that, also where another log had it; 0: none. */
int		 leases_failed(const struct leases *);

#endif
