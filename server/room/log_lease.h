/*
 * The seam's leases: who owns a name. What changes them is said in a block, as
 * a log_note. fold: of text_fold.
 */
#ifndef SERVER_ROOM_LOG_LEASE_H
#define SERVER_ROOM_LOG_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"

struct log;
struct naming_looks;

enum log_lease {
	LOG_LEASE_FREE,		/* nobody, or it has run out */
	LOG_LEASE_OWN,		/* this key */
	LOG_LEASE_OTHER		/* another key */
};
/* key NULL: of somebody who has none. */
enum log_lease	 log_lease_check(const struct log *, int64_t wall_ms,
		    const char *fold, const uint8_t *key);
/* It is this key's, and kept. */
bool		 log_lease_is_kept(const struct log *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY]);
/* Somebody owns it whom nobody has heard to be called so yet. */
bool		 log_lease_is_unheard(const struct log *, const char *fold);
/* The fold of a name of another key that looks like one of these, or NULL. */
const char	*log_lease_alike(const struct log *, int64_t wall_ms,
		    const struct naming_looks *, const uint8_t *key);
/*
 * Whom to ask whether somebody is in the room under a name, which then is not
 * taken from its owner. NULL: nobody is in it. One for all logs that share the
 * names.
 */
void		 log_lease_watch(struct log *, bool (*is_present)(void *arg,
		    const char *fold), void *arg);
/* True if the key has as many names as it may, and each is in the room. */
bool		 log_lease_are_many(const struct log *,
		    const uint8_t key[NOISE_KEY]);
/* How many names there were too many at the start: they are free. */
size_t		 log_lease_forgotten(const struct log *);
/* Each name that somebody owns, all of one key in a row, the one behind the
 * others that its owner went by last. */
void		 log_lease_each(const struct log *, int64_t wall_ms,
		    void (*each)(void *arg, const char *fold,
		    const uint8_t key[NOISE_KEY]), void *arg);
/* The same of one key, the one that was used longest ago first. */
void		 log_lease_each_of(const struct log *, int64_t wall_ms,
		    const uint8_t key[NOISE_KEY], void (*each)(void *arg,
		    const char *fold, const uint8_t key[NOISE_KEY]), void *arg);
/* What was written of all that, counted, and how much of it is on the disk. */
uint64_t	 log_lease_written(const struct log *);
uint64_t	 log_lease_durable(const struct log *);
/* The owner's key; NULL: nobody. */
const uint8_t	*log_lease_owner(const struct log *, int64_t wall_ms,
		    const char *fold);

#endif
