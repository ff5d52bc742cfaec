/*
 * The log as its parts know it: the files log*.c alone.
 */
#ifndef SERVER_ROOM_LOG_STATE_H
#define SERVER_ROOM_LOG_STATE_H

#include "common/wire.h"
#include "server/cluster/block.h"
#include "server/room/checkpoint.h"
#include "server/room/durable.h"
#include "server/room/log.h"
#include "server/room/tail.h"

struct leases;

enum { LOG_NOTES_BYTES = BLOCK_BYTES - LOG_BLOCK_BYTES - 1024 };

/* What a log gathers, of several servers: one for all logs, since each has its
 * turn, and there may be many. */
struct log_draft {
	uint8_t		 notes[LOG_NOTES_BYTES];
	uint8_t		 bytes[BLOCK_BYTES];
};

/* Of several servers: the block that is gathered, and what is the matter. */
struct log_sharing {
	uint64_t	 lives;		/* as the watch knows */
	bool		 foreign;	/* the journal is not of these blocks */
	bool		 full;		/* nor can one be written now */
	int64_t		 full_ms;	/* until then */
	uint64_t	 told;		/* blocks, when it was due last */
	bool		 is_out;	/* a block of this log is on its way, */
	uint64_t	 nonce;		/* that one */
	uint64_t	 in;		/* blocks have all up to this one */
	size_t		 names;		/* of those that it founds with */
	bool		 named;		/* all have gone out */
	uint32_t	 notes_n;
	struct wire_out	 notes;		/* of the block that is gathered */
};

struct log {
	struct log_config config;
	struct journal	*journal;
	struct leases	*leases;
	uint64_t	 told;		/* the watch knows up to here */
	struct durable	 durable;
	uint64_t	 hold, forgets;	/* of log_hold, log_wanted */
	struct checkpoint checkpoint;
	uint64_t	 marked;	/* up to here; 0: there is none */
	size_t		 mark_len;
	uint8_t		*known;		/* one that was read, until replay */
	size_t		 known_at;	/* what the room said */
	bool		 damaged;	/* the next start reads everything */
	uint64_t	 awaited, awaited_leases;	/* of log_await */
	int		 stuck;		/* an errno: of the last block */
	int64_t		 wall_ms;	/* of this turn */
	bool		 wanted;	/* there is something to gather */
	bool		 noted;		/* the block has a note */
	int		 bad_note;	/* an errno: one cannot be written */
	size_t		 entries;	/* of the block that is gathered */
	struct wire_out	 block;		/* to bytes */
	uint8_t		 bytes[LOG_BLOCK_BYTES];
	struct tail	 tail;		/* of what was told */
	struct log_sharing *sharing;	/* NULL: it is the only server */
};

/*
 * log_block.c, log_tell.c
 */

void		 log_begin_block(struct log *);
/* False with errno: it cannot be written. */
bool		 log_take_note(struct log *, const struct log_note *);
/* Into what goes out with the block. False: that has no room for it. */
bool		 log_share_note(struct log *, const struct log_note *);
/* Tells the watch what it does not know yet, which was added at that node.
 * False: it could not be read. */
bool		 log_tell(struct log *, const struct log_out *, uint32_t node,
		    bool ours);
void		 log_give_up(struct log *, int error);
/* A START that comes next has that number. */
uint64_t	 log_next_term(const struct log *, int64_t wall_ms);

/*
 * log_shared.c: of several servers
 */

/* False: no memory. */
bool		 log_sharing_begin(struct log *);
void		 log_sharing_end(struct log *);
/* Takes the blocks that are this log's turn, has one gathered. */
void		 log_sharing_turn(struct log *, int64_t now_ms,
		    const struct log_out *);
int64_t		 log_sharing_due(const struct log *, int64_t now_ms);
enum log_state	 log_sharing_state(const struct log *);

#endif
