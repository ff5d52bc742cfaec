/*
 * One of the talks of a server, as the table knows it: server/talks.h, whose
 * functions these are.
 */
#ifndef SERVER_TALK_PLACE_H
#define SERVER_TALK_PLACE_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"
#include "server/talk_nets.h"

struct person;
struct place;

enum talk_flags {
	TALK_LOWER_SPOKE = 1 << 0,
	TALK_HIGHER_SPOKE = 1 << 1,
	TALK_OPENED = 1 << 2,	/* and not closed: more may have been said */
	TALK_RULED = 1 << 3,	/* one shut it, or may have: it is kept */
	TALK_FILE_FLAGS = 15,
	TALK_BY_HIGHER = 1 << 4,	/* who began it */
	TALK_CHANGED = 1 << 5,	/* the file does not say so */
	TALK_UNREAD = 1 << 6,	/* its log could not be opened lately */
	TALK_FOUNDED = 1 << 7	/* its log is other servers', too */
};

struct talk_end {
	LIST_ENTRY(talk_end) by_person;	/* where something was said last first;
					 * with oneself, of the first alone */
	struct person	*person;
	/* Beside each other's, since there may be many. */
	uint8_t		 side;		/* which one it is: 0, 1 */
	uint16_t	 day;		/* he said something last; 0: never */
	uint16_t	 net;		/* where it was begun; of side 1 the
					 * network around that */
};

/* A talk, closed or open. */
struct talk_place {
	RB_ENTRY(talk_place) by_pair;
	uint8_t		 id[JOURNAL_ID];	/* of its log */
	struct talk_end	 end[2];	/* sides 1 and 2, the lower key first */
	uint32_t	 said;		/* an entry of one of them; 0: none */
	uint16_t	 day;
	uint8_t		 flags;
	struct place	*open;		/* NULL: it is closed */
};
_Static_assert(sizeof(struct talk_place) <= 128, "there may be many");

static inline struct talk_place *
talk_of_end(const struct talk_end *e)
{
	return (struct talk_place *)((char *)(uintptr_t)(e - e->side) -
	    offsetof(struct talk_place, end));
}

/* 1: of the lower key, or of both; 2: of the higher; 0: it is not his. */
unsigned	 talks_side(const struct talk_place *,
		    const uint8_t key[NOISE_KEY]);
/* From where it was begun. */
struct talk_from talks_from(const struct talk_place *);
/* Who began it. */
struct person	*talks_beginner(const struct talk_place *);
/* Whom he has it with, who may be himself. */
struct person	*talks_other(const struct talk_place *, const struct person *);
/* Has who did not begin it said something? Oneself always has. */
bool		 talks_is_answered(const struct talk_place *);
/* The day on which something was said there last; 0: never. */
uint16_t	 talks_last(const struct talk_place *);
/* Is it sure that no more was said than it says here? */
bool		 talks_is_known(const struct talk_place *);

#endif
