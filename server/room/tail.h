/*
 * The newest entries of the log in memory, as they are encoded: what nearly
 * every datagram carries, without a look into a file. Pure; runs in the server.
 */
#ifndef SERVER_ROOM_TAIL_H
#define SERVER_ROOM_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TAIL_BYTES = 512 << 10,		/* the usual size */
	TAIL_SMALL = 64 << 10,		/* of a room where little is said */
	TAIL_TALK = 16 << 10,		/* there may be many */
	TAIL_PER_ENTRY = 128		/* there is room for one in so many */
};

struct tail {
	uint64_t	 first, next;		/* numbers: first ..< next */
	uint64_t	 end;			/* bytes that ever came */
	size_t		 size, entries;		/* powers of two */
	uint64_t	*at;			/* of those, by number */
	uint16_t	*len;
	uint8_t		*bytes;
};

/* It holds nothing. size: a power of two, more than any entry. False: no
 * memory; it may be freed. */
bool	 tail_init(struct tail *, size_t size);
void	 tail_free(struct tail *);
/* The entry of that number; the oldest go for it, and all of them where it does
 * not follow the last. */
void	 tail_put(struct tail *, uint64_t seq, const uint8_t *encoded,
	    size_t len);
/* A view until the next tail_put; NULL: not held. */
const uint8_t *tail_read(const struct tail *, uint64_t seq, size_t *len);
void	 tail_clear(struct tail *);

#endif
