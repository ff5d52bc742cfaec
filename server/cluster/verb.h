/*
 * What the server and chat-engine say to each other, one datagram each, on a
 * socket that keeps their bounds. Any of it may get lost. Pure.
 *
 *   kind u8 | number u64 | bytes: all that follow
 *
 * The first ones go to the engine, the others come from it:
 *   APPEND   that block under that number, if it is free
 *   FETCH    the blocks from that number on
 *   LOOK     which is the newest, that one being there?
 *   TURN     this member of the engine is silent: another one
 *   BEGIN    the bytes are what the log is (of struct verb_log), if there is
 *            none yet; without bytes: is there one?
 *   FORGET   all blocks before that number go
 *   LIVE     that node lives, and the bytes are where
 *   HEARD    most members are there
 *   NEWEST   the number of the newest block; 0: there is none
 *   OLDEST   from what was known then on, that one is the first that is kept;
 *            0: there is nothing any more
 *   BLOCK    a block
 *   IN, TAKEN, UNKNOWN   what became of the block under that number
 *   LOG      what the log is; no bytes: there is none
 *   NODE     that node is there, at the address in the bytes
 *   NODES    and those are all: bits by number
 *   REFUSED  that node lives elsewhere: there
 */
#ifndef SERVER_CLUSTER_VERB_H
#define SERVER_CLUSTER_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/noise.h"
#include "server/cluster/block.h"

enum verb_kind {
	VERB_NONE,
	VERB_APPEND, VERB_FETCH, VERB_LOOK, VERB_TURN, VERB_BEGIN, VERB_LIVE,
	VERB_HEARD, VERB_NEWEST, VERB_BLOCK, VERB_IN, VERB_TAKEN, VERB_UNKNOWN,
	VERB_LOG, VERB_NODE, VERB_NODES, VERB_REFUSED, VERB_OLDEST,
	VERB_FORGET
};

enum {
	VERB_HEAD = 1 + 8,
	VERB_BYTES = VERB_HEAD + BLOCK_BYTES,	/* the longest */
	VERB_LOG_BYTES = FRAME_LOG_ID + NOISE_KEY,
	VERB_HERE = 255 + 1 + 5		/* host:port, the longest */
};

struct verb {
	enum verb_kind	 kind;
	uint64_t	 number;
	const uint8_t	*bytes;		/* a view; NULL where there are none */
	size_t		 len;
};

/* The bytes of it, into that buffer; 0: they are too many. */
size_t	 verb_put(uint8_t bytes[VERB_BYTES], const struct verb *);
/* False: it is none, or has bytes that its kind has not. */
bool	 verb_get(struct verb *, const uint8_t *, size_t);

/* What a log is: its name, and the host key of all its nodes. */
struct verb_log {
	uint8_t		 id[FRAME_LOG_ID];
	uint8_t		 key[NOISE_KEY];
};

#endif
