/*
 * A chunk is so large that the C library has it from the system, and gives it
 * back there: see mallopt in chat-server.c. Pure; runs in the server.
 */
#include "server/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Before each piece: whose it is; and where the next is that was given, if it
 * is. */
union place {
	struct {
		struct pool_chunk *chunk;
		union place	*next;
	};
	max_align_t	 align;
};

struct pool_chunk {
	LIST_ENTRY(pool_chunk) by_pool;
	union place	*given;		/* back, and free; NULL: none */
	size_t		 used, fresh;	/* pieces; the first that never was */
	size_t		 size, room;	/* places of each; how many pieces */
	union place	 places[];
};

static struct pool_chunk *
chunk_new(struct pool *pool, size_t size)
{
	struct pool_chunk *c = malloc(POOL_CHUNK);

	if (c == NULL)
		return NULL;
	memset(c, 0, sizeof(*c));
	c->size = 1 + (size + sizeof(c->places[0]) - 1) / sizeof(c->places[0]);
	c->room = (POOL_CHUNK - sizeof(*c)) /
	    (c->size * sizeof(c->places[0]));
	LIST_INSERT_HEAD(&pool->open, c, by_pool);
	return c;
}

static void *
take(struct pool *pool, size_t size)
{
	struct pool_chunk *c = LIST_FIRST(&pool->open);
	union place *at;

	if (c == NULL && (c = chunk_new(pool, size)) == NULL)
		return NULL;
	if ((at = c->given) != NULL)
		c->given = at->next;
	else
		at = &c->places[c->size * c->fresh++];
	at->chunk = c;
	if (++c->used == c->room)
		LIST_REMOVE(c, by_pool);
	return memset(at + 1, 0, size);
}

static void
give(struct pool *pool, void *piece)
{
	union place *at = (union place *)piece - 1;
	struct pool_chunk *c = at->chunk;

	if (c->used-- == c->room)
		LIST_INSERT_HEAD(&pool->open, c, by_pool);
	at->next = c->given;
	c->given = at;
	if (c->used > 0)
		return;
	LIST_REMOVE(c, by_pool);
	free(c);
}

/* gcc says it so, clang so. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif

#ifdef WATCHED
enum { IS_WATCHED = 1 };
#else
enum { IS_WATCHED = 0 };
#endif

void *
pool_take(struct pool *pool, size_t size)
{
	return IS_WATCHED ? calloc(1, size) : take(pool, size);
}

void
pool_give(struct pool *pool, void *at)
{
	if (IS_WATCHED)
		free(at);
	else if (at != NULL)
		give(pool, at);
}
