/*
 * Pieces of one size that many need for a moment: what a thousand seats take
 * while a line goes to them. They lie in chunks of their own, each of which
 * goes back to the system with its last piece, so that the server is as small
 * after it as before. Pure; runs in the server. With an address sanitizer each
 * piece is alone on the heap, so that it is watched.
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include <sys/queue.h>
#include <stddef.h>

enum { POOL_CHUNK = 128 * 1024 };	/* bytes; what was not used of one is
					 * not there */

struct pool_chunk;
LIST_HEAD(pool_chunks, pool_chunk);

/* Zeroed: nothing is taken. */
struct pool {
	struct pool_chunks open;	/* those with a place in them */
};

/* A zeroed piece of that size, which is the same in each call of a pool and at
 * most half of a chunk. NULL: no memory. */
void	*pool_take(struct pool *, size_t size);
/* Takes NULL too. */
void	 pool_give(struct pool *, void *);

#endif
