/*
 * The outbox: what this person said and the room has not acknowledged, on the
 * disk before it is sent, so that a crash of either side loses nothing. Runs
 * in the receiver process.
 *
 *   header  "chatout1" | outbox u32 | crc32c u32          outbox: random
 *   record  length u32 | crc32c u32 | counter u32 | kind u8 | flags varint |
 *           text string           kind 0: all below counter is acknowledged
 *                                 kind 255: text is keep u64 | chain; see
 *                                 outbox_mark
 */
#ifndef TUI_SHARED_OUTBOX_H
#define TUI_SHARED_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

enum {
	OUTBOX_POSTS = 4096,		/* the most that may wait */
	OUTBOX_NAME_BYTES = 4096,	/* longest path, with NUL */
	OUTBOX_CHAIN = 32		/* bytes */
};

struct disk;

struct outbox_post {
	uint32_t	 counter;
	enum entry_kind	 kind;
	uint32_t	 flags;
	uint64_t	 tag;		/* the screen's name for it; 0: none */
	bool		 sent;		/* it may be on its way, or there */
	size_t		 text_len;
	const char	*text;
};

/* What of ours a copy of the room has above `keep`, whose end has this chain,
 * is in the outbox. */
struct outbox_mark {
	uint64_t	 keep;		/* UINT64_MAX: nothing */
	uint8_t		 chain[OUTBOX_CHAIN];
};

struct outbox;

/*
 * Opens or makes path; disk NULL: keeps it in memory only. random: for a new
 * outbox's number, not 0. NULL with errno. A torn end is cut; a file that
 * is none of ours is EINVAL and left alone.
 */
struct outbox	*outbox_open(const struct disk *, const char *path,
		    uint32_t random);
void		 outbox_close(struct outbox *);

uint32_t	 outbox_number(const struct outbox *);
/* Its file; "": in memory only. */
const char	*outbox_path(const struct outbox *);
/* Begins anew under another number; what waits gets new counters. False with
 * errno: nothing has changed. */
bool		 outbox_renumber(struct outbox *, uint32_t random);
/* Its file takes the place of the one at path, for good. False with errno: it
 * is where it was. */
bool		 outbox_replace(struct outbox *, const char *path);
/* The counter of the oldest post that waits, else of the next one. */
uint32_t	 outbox_first(const struct outbox *);
size_t		 outbox_count(const struct outbox *);

/*
 * Adds the pieces of one message, all or none, and writes them; they must not
 * be sent before outbox_sync. tag goes to the last piece. False with errno:
 * nothing was added.
 */
bool		 outbox_add(struct outbox *, const struct entry *pieces,
		    size_t n, uint64_t tag);
/*
 * What was added is on the disk now: one wait for many lines. False with
 * errno: it is not, and those posts must be taken back.
 */
bool		 outbox_sync(struct outbox *);
/* How many of the newest are not synced. */
size_t		 outbox_unsynced(const struct outbox *);
/* Takes back the newest post that is not synced; text is gone. False: none. */
bool		 outbox_take_back(struct outbox *, struct outbox_post *);
/*
 * What a room lost is said again, before all that waits; `lost` holds it, in
 * memory only, and is empty then. All get counters that were never used, and
 * are on the disk together with the mark. Nothing may be unsynced. False with
 * errno: nothing has changed.
 */
bool		 outbox_put_before(struct outbox *, struct outbox *lost,
		    const struct outbox_mark *);
/* The last one; a view. */
const struct outbox_mark *outbox_mark(const struct outbox *);
/* The i-th that waits, a view until the next change. i < outbox_count. */
struct outbox_post outbox_get(const struct outbox *, size_t i);
void		 outbox_set_tag(struct outbox *, size_t i, uint64_t tag);
/* The posts from i to before end are sent now. */
void		 outbox_set_sent(struct outbox *, size_t i, size_t end);
/* Takes the n newest back, none of which was ever sent: their counters will be
 * others'. False with errno: they wait as before. */
bool		 outbox_withdraw(struct outbox *, size_t n);
/* All below counter is in the room's log, on its disk. */
void		 outbox_acknowledged(struct outbox *, uint32_t counter);
/* All below counter is not to be said any more, also after a crash. */
void		 outbox_give_up(struct outbox *, uint32_t counter);

#endif
