/*
 * An append-only file of entries: the server's log and each client's own copy
 * of it. Entries are dense: each number one above the last.
 *
 *   DIR/lock                           held while open, with the pid
 *   DIR/<log id, 32 hex>/<first seq, 20 digits>.log       a segment
 *   segment  "chatlog1" | log id 16 | first seq u64 | term u64 | chain 32 |
 *            crc32c u32 of all that         the term and the chain before first
 *   record   length u32 | crc32c u32 of the entry | entry (common/entry.h)
 *
 * A log that is being created is DIR/<log id>.new until it is complete and
 * what was there before is gone. What is set aside is DIR/<log id>.old1, and
 * .old2 the one before it, in the same format: such a log, renamed without that
 * ending, is a journal again.
 *
 * Integers are big-endian. A torn tail, which a crash leaves in the last
 * segment, is cut when it is opened; anything else that is wrong refuses to
 * open, with the place. The chain is BLAKE2b-256 over chain | entry's bytes;
 * before entry 1 it is 32 zeros. A term begins with an entry of kind
 * ENTRY_START, whose id is the term's number; they only grow.
 */
#ifndef COMMON_JOURNAL_H
#define COMMON_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/entry.h"

enum {
	JOURNAL_ID = 16,	/* bytes */
	JOURNAL_CHAIN = 32,
	JOURNAL_SEGMENT_BYTES = 4 << 20		/* the usual size */
};

struct disk;
struct journal;

enum journal_error {
	JOURNAL_OK,
	JOURNAL_NONE,		/* no journal in this directory */
	JOURNAL_SYSTEM,		/* error is an errno, path its file */
	JOURNAL_LOCKED,		/* pid holds it (0: not known) */
	JOURNAL_CORRUPT		/* in path at offset */
};

/* Why opening failed. */
struct journal_why {
	enum journal_error kind;
	int		 error;
	pid_t		 pid;
	off_t		 offset;
	char		 path[PATH_MAX];
};

/*
 * Opens the journal in dir and checks all of it. NULL with *why. dir and disk
 * are borrowed for the journal's life. segment_bytes: when a segment is full.
 */
struct journal	*journal_open(const struct disk *disk, const char *dir,
		    size_t segment_bytes, struct journal_why *why);
/* Where a new one begins: its first entry, behind term and chain. Borrowed. */
struct journal_base {
	const uint8_t	*id;		/* JOURNAL_ID bytes */
	uint64_t	 first, term;
	const uint8_t	*chain;		/* JOURNAL_CHAIN bytes */
};
/*
 * Makes a new one in dir (made, if its parent is there). An older log in the
 * directory is removed once the new one is there.
 */
struct journal	*journal_create(const struct disk *disk, const char *dir,
		    size_t segment_bytes, const struct journal_base *,
		    struct journal_why *why);
/* Closes and unlocks; does not sync. Takes NULL too. */
void		 journal_close(struct journal *);

const uint8_t	*journal_id(const struct journal *);
/* The oldest entry held (first == last + 1: none); the newest, 0: none ever. */
uint64_t	 journal_first(const struct journal *);
uint64_t	 journal_last(const struct journal *);
/* Bytes of all segments. */
uint64_t	 journal_bytes(const struct journal *);
/* The term in which seq was written; of last: the current one. first - 1 <=
 * seq <= last; 0 if it is not known. */
uint64_t	 journal_term(const struct journal *, uint64_t seq);
/* The last entry of that term or of an earlier one: up to there, a copy that
 * ends in `term` is the same as this. 0: before what is held. */
uint64_t	 journal_term_end(const struct journal *, uint64_t term);
/* The chain up to seq, first - 1 <= seq <= last. False: could not be read. */
bool		 journal_chain(struct journal *, uint64_t seq,
		    uint8_t chain[JOURNAL_CHAIN]);

/*
 * Writes n encoded entries, one behind the other as entry_encode makes them,
 * numbered from journal_last + 1 on: all or none. False with errno if they
 * cannot be written (the file is put back), EINVAL if they are not those.
 */
bool		 journal_append(struct journal *, const uint8_t *entries,
		    size_t len, size_t n);
/* What was appended is on the disk. False with errno; then nothing that was
 * appended since the last sync may be counted on, and appending, syncing and
 * truncating fail until the journal is opened anew. */
bool		 journal_sync(struct journal *);

/*
 * For who syncs elsewhere: the file, -1 with errno 0: nothing is to be synced.
 * Then that all up to seq is on the disk, or that it is not, as if journal_sync
 * had failed.
 */
int		 journal_begin_sync(struct journal *);
void		 journal_synced(struct journal *, uint64_t seq);
void		 journal_fail(struct journal *, int error);

/* Why nothing can be appended any more, an errno; 0: it can. */
int		 journal_failed(const struct journal *);
/*
 * Then: takes what is above seq out of the file, as far as that is in the last
 * segment. It may be nowhere but in the system's memory, where whoever opens
 * the journal next would take it for what is on the disk. Here it stays.
 */
void		 journal_abandon(struct journal *, uint64_t seq);

/*
 * The encoding of entry seq, a view valid until the next call with this
 * journal; NULL if it is not held (errno 0) or could not be read (errno).
 * Entries in order are read in large pieces.
 */
const uint8_t	*journal_read(struct journal *, uint64_t seq, size_t *len);

/* Forgets the entries above seq (seq >= first - 1), on the disk too, and
 * syncs. False with errno: perhaps not all of them, see journal_last. */
bool		 journal_truncate(struct journal *, uint64_t seq);
/* What journal_first would be after that journal_keep. */
uint64_t	 journal_keep_from(const struct journal *, int64_t before_ms,
		    uint64_t max_bytes);
/*
 * Removes whole segments from the oldest on, never the last, while all its
 * entries are older than before_ms (UTC; 0: no matter) or all segments take
 * more than max_bytes (0: no matter). Returns how many were removed.
 */
unsigned	 journal_keep(struct journal *, int64_t before_ms,
		    uint64_t max_bytes);

#endif
