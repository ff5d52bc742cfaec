/*
 * The replica, the client's own copy of the room: a beginning, everything after
 * it, and where it ends. In the journal's format on the disk, or in memory only
 * the place. Runs in the receiver process.
 */
#ifndef TUI_RECEIVER_REPLICA_H
#define TUI_RECEIVER_REPLICA_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

struct disk;
struct journal;

/* How much of what is stored is set aside in one run. Two are kept: so a server
 * cannot push out what was there before. What it takes back of that, ever more,
 * is in one of them; what came since and is taken back again is in the other,
 * the last of it, and what is little goes without. At all else nothing on the
 * disk is touched any more, and the copy goes on in memory. */
enum {
	REPLICA_ASIDES = 2,
	REPLICA_FEW = 1024,	/* entries */
	REPLICA_BYTES = 1 << 30	/* stored, at most; then the oldest goes */
};

struct replica {
	const struct disk *disk;	/* NULL: nothing is stored */
	const char	*dir;
	struct journal	*journal;	/* NULL: none yet, or nothing stored */
	bool		 has_base;	/* term and chain are known */
	uint64_t	 first;		/* oldest entry held */
	struct frame_position at;	/* where it ends */
	uint8_t		 chain[FRAME_CHAIN];	/* see replica_chain */
	uint64_t	 bytes_max;	/* REPLICA_BYTES */
	unsigned	 asides;
	uint64_t	 cut;		/* what is above came since the first */
	bool		 spare;		/* and nothing else is in the newest */
	bool		 emptied;	/* nothing is in what is stored */
	bool		 is_aside;	/* aside is news, for the person */
	char		 aside[PATH_MAX];	/* where the last one is */
};

/*
 * Opens what is stored in dir; disk NULL: nothing is. A copy that cannot be
 * read or is somebody else's now is gone without: *why, unless NULL, gets the
 * reason (errno). dir is borrowed.
 */
void	 replica_open(struct replica *, const struct disk *, const char *dir,
	    int *why);
void	 replica_close(struct replica *);

/* Starts anew after `have` of this log; the base follows by replica_base, and
 * with it what is stored is set aside. */
void	 replica_restart(struct replica *, const uint8_t log_id[FRAME_LOG_ID],
	    uint64_t have);
/* The term and the chain where it begins are known: entries may follow. */
void	 replica_base(struct replica *, uint64_t term,
	    const uint8_t chain[FRAME_CHAIN]);
/* Takes the next n entries, encoded one behind the other; the last one's
 * number, and the term after it. */
void	 replica_append(struct replica *, const uint8_t *encoded, size_t len,
	    size_t n, uint64_t seq, uint64_t term);
/* The chain where it ends. */
const uint8_t *replica_chain(struct replica *);
/* What it holds is on the disk, as far as it is stored. */
void	 replica_sync(struct replica *);
/* Forgets the entries above seq; those that are stored are set aside. */
void	 replica_rewind(struct replica *, uint64_t seq);
/* Where what it has of terms up to that one ends; where it begins, if that is
 * not known. */
uint64_t replica_term_end(const struct replica *, uint64_t term);
/* A stored entry, a view until the next call; NULL: not held. */
const uint8_t *replica_read(struct replica *, uint64_t seq, size_t *len);

#endif
