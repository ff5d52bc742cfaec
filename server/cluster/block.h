/*
 * A block of the log that several servers share: what one of them has decided,
 * behind all that was told to it, as bytes under a number. Pure.
 *
 *   version u8 1 | node varint | nonce u64 | log id 16 | first seq varint |
 *   term varint | chain 32 | n varint | entries string | n varint | n * note
 *   note  kind u8 | fold string | key string | former string | place u32,
 *         or LOG_NOTE_NEWS u8 | string, as server/room/house_news.h has it,
 *         or a later kind u8 | string
 *
 * Kinds of notes and of news that are not known here are passed over, so that
 * servers can be renewed one by one.
 *
 * term and chain are of the entry before the first, so that who has another
 * log, or another history of this one, sees it. Integers are big-endian.
 */
#ifndef SERVER_CLUSTER_BLOCK_H
#define SERVER_CLUSTER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/wire.h"
#include "server/room/log.h"

enum {
	BLOCK_NOTES = 2 * LOG_BLOCK_ENTRIES,
	BLOCK_BYTES = LOG_BLOCK_BYTES + (64 << 10)	/* the longest */
};

struct block {
	uint32_t	 node;
	uint64_t	 nonce;		/* no other one has it */
	const uint8_t	*log_id;	/* FRAME_LOG_ID bytes */
	uint64_t	 first, term;
	const uint8_t	*chain;		/* FRAME_CHAIN bytes */
	uint32_t	 entries_n, notes_n;
	const uint8_t	*entries;	/* as entry_encode has them */
	size_t		 len;		/* of entries */
	const uint8_t	*notes;		/* as they are there */
	size_t		 notes_len;
};

/* All but the notes, of which so many follow. */
void	 block_begin(struct wire_out *, const struct block *);
void	 block_put_note(struct wire_out *, const struct log_note *);

/* Views into the bytes. False: it is none, or of a newer version, or holds what
 * is no entry or no note; then nothing of it counts. */
bool	 block_get(struct block *, const uint8_t *, size_t);
/* The next of its notes, from *in = block_notes on; false: no more. fold is
 * ended by a NUL in the array. Of a later kind: news, which nobody reads. */
struct wire_in block_notes(const struct block *);
bool	 block_next_note(struct wire_in *in, struct log_note *,
	    char fold[TEXT_FOLD_BYTES]);

#endif
