/*
 * How a log is opened.
 */
#ifndef SERVER_ROOM_LOG_CONFIG_H
#define SERVER_ROOM_LOG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/room/log_sync.h"

struct disk;
struct journal_base;
struct log;
struct shared;

struct log_config {
	const struct disk *disk;
	const char	*dir;		/* exists; borrowed */
	enum log_sync	 sync;
	int64_t		 keep_ms;	/* older segments go; 0: none */
	uint64_t	 keep_bytes;	/* more than so much goes; 0: never */
	size_t		 segment_bytes;
	size_t		 tail_bytes;	/* of memory: of tail_init; 0: usual */
	const struct log_syncer *syncer;	/* of GROUP, or NULL */
	/* Whose the names are is kept there, for both; it is closed later.
	 * NULL: here. */
	struct log	*home;
	/* Of several servers: what is there of their blocks, borrowed. The
	 * journal has what was told. NULL: it is the log. */
	struct shared	*shared;
	/* Then: where a new one begins, and which log it is. NULL: at 1. */
	const struct journal_base *base;
	/* And there are no blocks yet, or not all of them: the others have it
	 * from this one, the home log with whose the names are. Another one
	 * catches up until they have. */
	bool		 founds;
};

#endif
