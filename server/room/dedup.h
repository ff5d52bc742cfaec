/*
 * How far each author's posts have come into the log: (author, outbox) to the
 * id expected next. It follows from the log's entries alone, so a repeat is
 * known also after a restart. Pure.
 *
 * A message id is the outbox, a random number, and a counter in it.
 */
#ifndef SERVER_ROOM_DEDUP_H
#define SERVER_ROOM_DEDUP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/entry.h"

/* Of each the one that was used longest ago goes: that one who has many drives
 * out nothing of others. */
enum {
	DEDUP_MAX = 1 << 16,	/* outboxes of all names */
	DEDUP_OUTBOXES = 64,	/* of one name, on all his devices */
	DEDUP_NAMES = 16	/* that one outbox led to */
};

struct dedup;
struct wire_in;
struct wire_out;

struct dedup *dedup_new(void);		/* NULL: no memory */
void	 dedup_free(struct dedup *);

/* Sees to it that the next entry needs no memory. False: there is none. */
bool	 dedup_reserve(struct dedup *);
/* Notes an entry of the log: lines, and renames asked for by their author, here
 * or, id 0, for all rooms. */
void	 dedup_take(struct dedup *, const struct entry *);
/* All of it, for a later start; and back into one that is new. False: that is
 * nothing that dedup_put writes, and it may be half in. */
void	 dedup_put(struct dedup *, struct wire_out *);
bool	 dedup_get(struct dedup *, struct wire_in *);

/* The counter expected next of this author's outbox, under whatever names it
 * went on; 0: not known. */
uint32_t dedup_next(const struct dedup *, const char *fold,
	    uint32_t outbox);

/*
 * What the author is called now who says that he is called so and has not
 * heard of his posts from `from` on; NULL: as he says. A view until the next
 * dedup_take.
 */
const char *dedup_name(const struct dedup *, const char *fold,
	    uint32_t outbox, uint32_t from);

/* Is one of the names so under which the author's outbox went on, his or one
 * that he had? False: it is not known. */
bool	 dedup_any(const struct dedup *, const char *fold, uint32_t outbox,
	    bool (*is)(void *arg, const char *fold), void *arg);

static inline uint64_t
dedup_id(uint32_t outbox, uint32_t counter)
{
	return (uint64_t)outbox << 32 | counter;
}

#endif
