/*
 * The seam to the room's log. The hub asks to be asked (log_want); when the log
 * can take a block it calls gather, and the hub decides then, on all that was
 * told, and adds. A block goes in whole, behind exactly what was told, or not
 * at all: then gather is called again, after what came first was told. Only the
 * watch brings anything about. It tells each entry once and in order; numbers
 * are dense; (author, id) makes a repeat harmless.
 *
 * Behind it here: the journal in the data directory. A block is in at once, and
 * told before log_turn returns. Something replicated could stand there as well:
 * then it is in when most members have it, and told when that is known.
 */
#ifndef SERVER_ROOM_LOG_H
#define SERVER_ROOM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/journal.h"
#include "common/noise.h"
#include "server/room/log_config.h"
#include "server/room/log_lease.h"
#include "server/room/log_note.h"

struct pollfd;

enum {
	LOG_BLOCK_ENTRIES = 128,
	LOG_BLOCK_BYTES = 64 << 10,	/* any message and more */
	LOG_FDS = 4		/* that a log may have polled */
};

enum log_state {
	LOG_CATCHING_UP,	/* not all was told: nothing is decided */
	LOG_READY,
	LOG_CUT_OFF		/* no block can get in, nobody knows how long */
};

/* Is there a log that a block is of? */
enum log_other {
	LOG_OTHER_NONE,		/* this server misses it: it ends */
	LOG_OTHER_HERE,		/* its turn will come */
	LOG_OTHER_GONE		/* it is no more: passed over */
};

/* All of it is called from log_turn; some of it from log_replay. */
struct log_out {
	/* The watch: the log's next entry, and at which node it was added;
	 * ours: in the block that was gathered last. */
	void	(*entry)(void *arg, const struct entry *, uint32_t node,
		    bool ours);
	/* LOG_NOTE_AT, _AWAY, before its block's entries; AWAY from node 0:
	 * from all. NEWS, likewise: false with errno: once more, later. */
	void	(*at)(void *arg, const struct log_note *, uint32_t node);
	bool	(*news)(void *arg, const uint8_t *, size_t len, bool ours);
	/* Of the home log: a block is of that one. */
	enum log_other (*other)(void *arg, const uint8_t id[JOURNAL_ID]);
	/* A block begins: log_add now. What the last one had is told, or is
	 * not in and never will be. */
	void	(*gather)(void *arg);
	/* The block cannot be written now, log_stuck says why: nothing of it
	 * has happened. */
	void	(*refused)(void *arg);
	/* What follows from what was told, for a later start, and that back;
	 * false: it is not that, and all is told. Or both are NULL. */
	void	(*save)(void *arg, struct wire_out *);
	bool	(*load)(void *arg, struct wire_in *);
	/* Another node lives, or is gone. */
	void	(*node)(void *arg, uint32_t node, bool lives);
	void	*arg;
};

struct log;
/* Opens the log or begins one (id: random, used then), begins a new term and
 * has it on the disk. NULL with *why. */
struct log	*log_open(const struct log_config *, int64_t wall_ms,
		    const uint8_t id[JOURNAL_ID], struct journal_why *why);
/* Syncs, closes; 0, or what kept it from the disk. Takes NULL too. */
int		 log_close(struct log *);

/* Tells every entry from first on to out.entry, as far as the log goes, but for
 * what out.load takes. Once, before the watch begins. */
bool		 log_replay(struct log *, const struct log_out *);

/* The log's name, its current term, its newest entry. */
struct frame_position log_head(const struct log *);
uint64_t	 log_first(const struct log *);
uint64_t	 log_bytes(const struct log *);
uint64_t	 log_term(const struct log *, uint64_t seq);
uint64_t	 log_term_end(const struct log *, uint64_t term);
bool		 log_chain(struct log *, uint64_t seq,
		    uint8_t chain[FRAME_CHAIN]);

enum log_state	 log_state(const struct log *);
/* Which node this is; 0: the only one. Else others may know more of the log. */
uint32_t	 log_node(const struct log *);
void		 log_want(struct log *);	/* gather, from log_turn */
/* In gather only: all of these or none; false: the block has no room for them.
 * Their seq is the log's to fill. */
bool		 log_add(struct log *, struct entry *, size_t n,
		    const struct log_note *, size_t notes);
/* An entry's encoding; a view until the next call. NULL: not held. */
const uint8_t	*log_read(struct log *, uint64_t seq, size_t *len);

/* For ppoll, at most LOG_FDS; log_turn sees to what came. How many; any? */
size_t		 log_fds(const struct log *, struct pollfd *);
bool		 log_is_syncing(const struct log *);
/* Has blocks gathered, tells what is in, syncs what is due. Returns when it has
 * something to do again, monotonic ms. */
int64_t		 log_turn(struct log *, int64_t now_ms, int64_t wall_ms,
		    const struct log_out *);
/*
 * Entries from seq on still count: retention takes none of them. UINT64_MAX,
 * as at the beginning: it takes what it likes.
 */
void		 log_hold(struct log *, uint64_t seq);
/* It would take what is below this number, but for log_hold; 0: nothing. */
uint64_t	 log_wanted(const struct log *);
/* All entries up to here are on the disk, as --sync has it. */
uint64_t	 log_durable(const struct log *);
/*
 * What ended the log, an errno: nobody can know what of what was added is on
 * the disk. What was not durable is taken out of the file, nothing is added any
 * more; only another log_open can go on. 0: nothing did. ESTALE: what the other
 * servers have is another log, or of one that is not here, or of a later
 * version.
 */
int		 log_failed(const struct log *);
/* Why the last block was refused, an errno; it may be tried again. EEXIST: a
 * name in it is another's by now, which is decided then. 0: it was not. */
int		 log_stuck(const struct log *);

#endif
