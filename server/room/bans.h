/*
 * Who may not come in: names, keys, addresses and networks, each for a while
 * or for ever, and the file in the data directory that keeps them.
 *
 *   bans   "UNTIL KIND WHAT" a line: ms since 1970, 0 for ever; "name" and the
 *          folded name, "key" and its fingerprint, "address" and the address,
 *          "network" and its address, a slash, the bits of its prefix
 */
#ifndef SERVER_ROOM_BANS_H
#define SERVER_ROOM_BANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"
#include "common/sock.h"
#include "server/room/ban.h"

enum {
	BANS_MAX = 4096,	/* at once; */
	BANS_AGREED = 2 * BANS_MAX	/* of what others agreed on */
};

struct disk;
struct bans;

/* Reads DIR/bans. NULL with *why. disk and dir are borrowed. */
struct bans	*bans_open(const struct disk *, const char *dir,
		    struct journal_why *why);
void		 bans_close(struct bans *);

/* Adds a ban, or changes how long it lasts. False with errno: it cannot be
 * written, or there are too many (ENOSPC); nothing has changed. */
bool		 bans_set(struct bans *, int64_t wall_ms, const struct ban *);
bool		 bans_are_full(const struct bans *);
/* The same, of what several servers agreed on: where it was decided there was
 * room; here some may last that were over there. ENOBUFS: too many even so. */
bool		 bans_agree(struct bans *, int64_t wall_ms,
		    const struct ban *);
/* False: there was none (errno 0), or it cannot be written. */
bool		 bans_lift(struct bans *, int64_t wall_ms,
		    const struct ban *);
/* Is any of them banned? Each may be NULL. bans NULL: nobody is. */
bool		 bans_match(const struct bans *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    const union sock_addr *);
/* Until when he who is there is: UTC, 0 for ever. False: he is not banned. */
bool		 bans_until(const struct bans *, int64_t wall_ms,
		    const union sock_addr *, int64_t *until_ms);
/* The same one, until the same time, lasts. */
bool		 bans_has(const struct bans *, int64_t wall_ms,
		    const struct ban *);
/* The same, until whenever. */
bool		 bans_find(const struct bans *, int64_t wall_ms,
		    const struct ban *);
/* The same, until then or later. */
bool		 bans_cover(const struct bans *, int64_t wall_ms,
		    const struct ban *);
/* Each ban that lasts, the oldest first. */
void		 bans_list(const struct bans *, int64_t wall_ms,
		    void (*each)(void *arg, const struct ban *), void *arg);

#endif
