/*
 * Which key owns which name: a table, and the file in the data directory that
 * keeps it. A name not used for 90 days is free again.
 *
 *   leases   "DAY KEY FOLD" a line: days since 1970 of the last use, base64 of
 *            the key ("-": released), the folded name. The last line counts.
 */
#ifndef SERVER_LEASE_H
#define SERVER_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"
#include "common/text.h"
#include "server/naming.h"

enum { LEASE_DAYS = 90 };

struct disk;
struct leases;

/* Reads DIR/leases, rewrites it short. NULL with *why. disk is borrowed. */
struct leases	*leases_open(const struct disk *, const char *dir,
		    int64_t wall_ms, struct journal_why *why);
void		 leases_close(struct leases *);

/* The owner's key; NULL: nobody, or not used for LEASE_DAYS. */
const uint8_t	*leases_owner(const struct leases *, int64_t wall_ms,
		    const char *fold);
/*
 * The fold of a name that looks like one of these and belongs to another key
 * than this one, NULL: somebody who has none. NULL: there is no such name.
 */
const char	*leases_alike(const struct leases *, int64_t wall_ms,
		    const struct naming_looks *, const uint8_t *key);
/*
 * Gives the name to key, or notes that it is used today. False with errno: it
 * cannot be written; nothing has changed.
 */
bool		 leases_take(struct leases *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY]);
/* Frees the name. False: nobody had it (errno 0), or it cannot be written. */
bool		 leases_release(struct leases *, int64_t wall_ms,
		    const char *fold);

#endif
