/*
 * The seam to the room's log: append, read, watch, lease. The hub knows no
 * more of where entries live than this. Behind it here: the journal in the
 * data directory. Something replicated could stand there as well, so: what is
 * appended is not shown by append, only by the watch, which tells each entry
 * once and in order; numbers are dense; (author, id) makes a repeat harmless.
 */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/journal.h"
#include "common/noise.h"

struct disk;
struct naming_looks;

enum log_sync {
	LOG_SYNC_ALWAYS,	/* before the next thing */
	LOG_SYNC_GROUP,		/* within LOG_GROUP_MS, many at once */
	LOG_SYNC_NONE		/* when the system likes */
};

enum {
	LOG_GROUP_MS = 20,
	LOG_APPEND_MAX = ENTRY_MORE_MAX + 1	/* entries at once */
};

struct log_config {
	const struct disk *disk;
	const char	*dir;		/* exists; borrowed */
	enum log_sync	 sync;
	int64_t		 keep_ms;	/* older segments go; 0: none */
	uint64_t	 keep_bytes;	/* more than so much goes; 0: never */
	size_t		 segment_bytes;
};

struct log_out {
	/* The watch: the log's next entry and its encoding. */
	void	(*entry)(void *arg, const struct entry *,
		    const uint8_t *encoded, size_t len);
	void	*arg;
};

struct log;

/*
 * Opens the room's log or begins one (id: random bytes, used then), begins a
 * new term and has it on the disk. NULL with *why.
 */
struct log	*log_open(const struct log_config *, int64_t wall_ms,
		    const uint8_t id[JOURNAL_ID], struct journal_why *why);
/* Syncs what was appended, closes; 0, or the errno of what kept it from the
 * disk. Takes NULL too. */
int		 log_close(struct log *);

/* Tells every entry from first on to out.entry, as far as the log goes. Once,
 * before the watch begins: so what follows from entries is known. */
bool		 log_replay(struct log *, const struct log_out *);

/* The log's name, its current term, its newest entry. */
struct frame_position log_head(const struct log *);
uint64_t	 log_first(const struct log *);
uint64_t	 log_bytes(const struct log *);
uint64_t	 log_term(const struct log *, uint64_t seq);
uint64_t	 log_term_end(const struct log *, uint64_t term);
bool		 log_chain(struct log *, uint64_t seq,
		    uint8_t chain[FRAME_CHAIN]);

/*
 * Appends n entries, all or none; their seq is the log's to fill. False: there
 * is no room on the disk (errno says what), and nothing has happened.
 */
bool		 log_append(struct log *, int64_t now_ms, struct entry *,
		    size_t n);
/* The encoding of an entry; a view until the next call. NULL: not held. */
const uint8_t	*log_read(struct log *, uint64_t seq, size_t *len);

/*
 * Tells what was appended to out.entry, and syncs what is due. Returns when
 * it has something to do again, monotonic ms.
 */
int64_t		 log_turn(struct log *, int64_t now_ms, int64_t wall_ms,
		    const struct log_out *);
/*
 * Entries from seq on still count: retention takes none of them. UINT64_MAX,
 * as at the beginning: it takes what it likes.
 */
void		 log_hold(struct log *, uint64_t seq);
/* It would take what is below this number, but for log_hold; 0: nothing. */
uint64_t	 log_wanted(const struct log *);
/* All entries up to this one are on the disk, as --sync has it. */
uint64_t	 log_durable(const struct log *);
/*
 * What ended the log, an errno: the disk did not take what was appended, and
 * nobody can know what of it is there. What was not durable is taken out of
 * the file, nothing is appended any more and nothing becomes durable; only
 * another log_open can go on. 0: nothing did.
 */
int		 log_failed(const struct log *);
/* Why the last append did not happen, an errno; it may be tried again. 0: it
 * did. */
int		 log_stuck(const struct log *);

/* Leases: who owns a name. fold: of text_fold. */
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
/* The fold of a name of another key that looks like one of these, or NULL. */
const char	*log_lease_alike(const struct log *, int64_t wall_ms,
		    const struct naming_looks *, const uint8_t *key);
/*
 * Whom to ask whether somebody is in the room under a name, which then is not
 * taken from its owner. NULL: nobody is in it.
 */
void		 log_lease_watch(struct log *, bool (*is_present)(void *arg,
		    const char *fold), void *arg);
/* True if the key has as many names as it may, and each is in the room. */
bool		 log_lease_are_many(const struct log *,
		    const uint8_t key[NOISE_KEY]);
/* How many names there were too many at the start: they are free. */
size_t		 log_lease_forgotten(const struct log *);
/*
 * The key takes the name, for a day, or renews its lease, from that place (a
 * number for it). On the disk with what is appended next. False: no room on the
 * disk.
 */
bool		 log_lease_take(struct log *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    uint32_t place);
/* Something is said under the name: for longer. False: as above. */
bool		 log_lease_keep(struct log *, int64_t wall_ms,
		    const char *fold, const uint8_t key[NOISE_KEY],
		    uint32_t place);
/* Frees the name now; false if nobody owned it. */
bool		 log_lease_release(struct log *, int64_t wall_ms,
		    const char *fold);
/* Each name that somebody owns, the one used longest ago first. */
void		 log_lease_each(const struct log *, int64_t wall_ms,
		    void (*each)(void *arg, const char *fold,
		    const uint8_t key[NOISE_KEY]), void *arg);
/* The owner's key; NULL: nobody. */
const uint8_t	*log_lease_owner(const struct log *, int64_t wall_ms,
		    const char *fold);

#endif
