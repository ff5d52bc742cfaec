/*
 * Chunks lie at multiples of their size, so that a piece knows its own. Pure
 * but for mmap; runs in the server.
 */
#include "server/pool.h"

#include <sys/mman.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct pool_chunk {
	LIST_ENTRY(pool_chunk) by_pool;
	struct piece	*given;		/* back, and free; NULL: none */
	size_t		 used, fresh;	/* pieces; the first that never was */
	size_t		 size, room;	/* of each; how many */
	alignas(max_align_t) uint8_t pieces[];
};

struct piece {
	struct piece	*next;
};

static struct pool_chunk *
chunk_of(void *piece)
{
	return (struct pool_chunk *)((uintptr_t)piece &
	    ~(uintptr_t)(POOL_CHUNK - 1));
}

static struct pool_chunk *
chunk_new(size_t size)
{
	const size_t align = alignof(max_align_t);
	uint8_t *at, *base = mmap(NULL, 2 * POOL_CHUNK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pool_chunk *c;
	size_t before;

	if (base == MAP_FAILED)
		return NULL;
	before = POOL_CHUNK - (uintptr_t)base % POOL_CHUNK;
	at = base + before;
	munmap(base, before);
	if (before < POOL_CHUNK)
		munmap(at + POOL_CHUNK, POOL_CHUNK - before);
	c = (struct pool_chunk *)at;
	c->size = (size + align - 1) / align * align;
	c->room = (POOL_CHUNK - sizeof(*c)) / c->size;
	return c;
}

static void *
take(struct pool *pool, size_t size)
{
	struct pool_chunk *c = LIST_FIRST(&pool->open);
	struct piece *piece;

	if (c == NULL) {
		if ((c = chunk_new(size)) == NULL)
			return NULL;
		LIST_INSERT_HEAD(&pool->open, c, by_pool);
	}
	if ((piece = c->given) != NULL)
		c->given = piece->next;
	else
		piece = (struct piece *)(c->pieces + c->size * c->fresh++);
	if (++c->used == c->room)
		LIST_REMOVE(c, by_pool);
	return memset(piece, 0, size);
}

static void
give(struct pool *pool, void *at)
{
	struct pool_chunk *c = chunk_of(at);
	struct piece *piece = at;

	if (c->used-- == c->room)
		LIST_INSERT_HEAD(&pool->open, c, by_pool);
	if (c->used == 0) {
		LIST_REMOVE(c, by_pool);
		munmap(c, POOL_CHUNK);
		return;
	}
	piece->next = c->given;
	c->given = piece;
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
