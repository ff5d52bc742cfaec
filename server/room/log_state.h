/*
 * The embedded log as its parts know it: log.c and log_lease.c alone.
 */
#ifndef SERVER_ROOM_LOG_STATE_H
#define SERVER_ROOM_LOG_STATE_H

#include "common/wire.h"
#include "server/room/checkpoint.h"
#include "server/room/durable.h"
#include "server/room/log.h"
#include "server/room/tail.h"

struct leases;

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
	int		 stuck;		/* an errno: of the last block */
	int64_t		 wall_ms;	/* of this turn */
	bool		 wanted;	/* there is something to gather */
	bool		 noted;		/* the block has a note */
	int		 bad_note;	/* an errno: one cannot be written */
	size_t		 entries;	/* of the block that is gathered */
	struct wire_out	 block;		/* to bytes */
	uint8_t		 bytes[LOG_BLOCK_BYTES];
	struct tail	 tail;		/* of what was told */
};

#endif
