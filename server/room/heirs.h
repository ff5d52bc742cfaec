/*
 * Keys that another one came after, of the same person: they are out for good.
 * What was theirs is the other one's. Pure but for the disk.
 *
 *   DIR/persons  "OLD NEW MS" a line: both in base64, since when in ms since
 *                1970
 */
#ifndef SERVER_ROOM_HEIRS_H
#define SERVER_ROOM_HEIRS_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fingerprint.h"
#include "common/journal.h"
#include "common/noise.h"

enum { HEIRS_MAX = 1 << 16 };	/* then the one of longest ago goes */

struct heir {
	RB_ENTRY(heir)	 by_key, by_fingerprint;
	TAILQ_ENTRY(heir) by_time;
	uint8_t		 key[NOISE_KEY], heir[NOISE_KEY];
	struct heir	*later;		/* of whose heir that one is the heir,
					 * or a later one; NULL: not looked */
	char		 fingerprint[FINGERPRINT_TEXT];	/* of key */
	int64_t		 since_ms;
};

struct disk;
struct heirs;

/* Reads DIR/persons. NULL with *why. disk and dir are borrowed. max 0:
 * HEIRS_MAX. */
struct heirs	*heirs_open(const struct disk *, const char *dir, size_t max,
		    struct journal_why *why);
void		 heirs_close(struct heirs *);	/* takes NULL too */

/* Is that key out? NULL: it is not, or there are none. The key that counts is
 * the last one's. */
const struct heir *heirs_find(const struct heirs *,
		    const uint8_t key[NOISE_KEY]);
const struct heir *heirs_find_fingerprint(const struct heirs *,
		    const char *fingerprint);
const uint8_t	*heirs_last(const struct heirs *,
		    const uint8_t key[NOISE_KEY]);
/* Each, the one of longest ago first, from NULL on. */
const struct heir *heirs_each(const struct heirs *, const struct heir *);

/* Did it come after another one since then? */
bool		 heirs_came_since(const struct heirs *, int64_t wall_ms,
		    const uint8_t key[NOISE_KEY]);

/* On the disk. False with errno, and nothing has changed: it is out already
 * (EEXIST), the other one is, or is the same (ELOOP), it cannot be written. */
bool		 heirs_add(struct heirs *, int64_t wall_ms,
		    const uint8_t key[NOISE_KEY],
		    const uint8_t heir[NOISE_KEY]);

#endif
