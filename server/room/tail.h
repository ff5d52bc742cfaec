/*
 * The newest entries of the log in memory, as they are encoded: what nearly
 * every datagram carries, without a look into a file. Pure; runs in the server.
 */
#ifndef SERVER_ROOM_TAIL_H
#define SERVER_ROOM_TAIL_H

#include <stddef.h>
#include <stdint.h>

enum {
	TAIL_ENTRIES = 4096,		/* at most */
	TAIL_BYTES = 512 << 10		/* more than any entry */
};

/* Zeros: it holds nothing. */
struct tail {
	uint64_t	 first, next;		/* numbers: first ..< next */
	uint64_t	 end;			/* bytes that ever came */
	uint64_t	 at[TAIL_ENTRIES];	/* of these, by number */
	uint16_t	 len[TAIL_ENTRIES];
	uint8_t		 bytes[TAIL_BYTES];
};

/* The entry of that number; the oldest go for it, and all of them where it does
 * not follow the last. */
void	 tail_put(struct tail *, uint64_t seq, const uint8_t *encoded,
	    size_t len);
/* A view until the next tail_put; NULL: not held. */
const uint8_t *tail_read(const struct tail *, uint64_t seq, size_t *len);
void	 tail_clear(struct tail *);

#endif
