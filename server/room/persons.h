/*
 * Who is known: keys, and what is kept of one beside its sessions. Whoever has
 * to do with a person holds him; he is kept as long as somebody does, and while
 * he has a mark: of those that nobody holds the one who was let go first goes
 * where there are too many. Pure; of all rooms of a server.
 */
#ifndef SERVER_ROOM_PERSONS_H
#define SERVER_ROOM_PERSONS_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"

/* How far somebody has read a log: server/room/marks.h, which alone sets it. */
struct mark {
	TAILQ_ENTRY(mark) of_person;
	uint8_t		 log[JOURNAL_ID];
	uint64_t	 seq;		/* 0: nothing yet */
	uint32_t	 missed;	/* day since when there is no such log,
					 * or he left it; 0: there is */
	bool		 changed;	/* the file does not have it so, */
	bool		 begun;		/* nor that it began, or ended */
	bool		 gone;		/* nor that it is no more */
	bool		 left;		/* it is none, but known so */
};
TAILQ_HEAD(mark_list, mark);

struct person {
	RB_ENTRY(person) by_key;
	TAILQ_ENTRY(person) by_idle;	/* if nobody holds him */
	SLIST_ENTRY(person) by_change;	/* if a mark of his is changed */
	uint8_t		 key[NOISE_KEY];
	uint32_t	 held;		/* by so many */
	uint32_t	 unanswered;	/* talks: server/talks.h */
	uint32_t	 sits;		/* in talks, as was counted last */
	int64_t		 opened_ms;	/* one, last */
	struct mark_list marks;		/* the one used last is the last */
	LIST_HEAD(, talk_end) talks;
	bool		 changed;
};

enum { PERSONS_IDLE = 1 << 16 };	/* that nobody holds */

struct persons;

/* idle_max 0: PERSONS_IDLE. NULL: no memory. */
struct persons	*persons_new(size_t idle_max);
/* All of them, held or not. Takes NULL too. */
void		 persons_free(struct persons *);

/* Who has the key; NULL: he is not known. */
struct person	*persons_find(const struct persons *,
		    const uint8_t key[NOISE_KEY]);
/* The same, known from now on, and held once more; NULL: no memory. */
struct person	*persons_hold(struct persons *,
		    const uint8_t key[NOISE_KEY]);
/* Once less. Held by nobody and without a mark, he is gone. */
void		 persons_let(struct persons *, struct person *);
/*
 * Each, from NULL on: those whom nobody holds in the order they will go, then
 * the others. Who was told may be held once the next one is known, and is told
 * again; none may be let meanwhile.
 */
struct person	*persons_next(const struct persons *, struct person *);
/* How many there are. */
size_t		 persons_count(const struct persons *);

#endif
