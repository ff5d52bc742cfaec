/*
 * Who is in the room and who spoke when, as the screen's process knows it: for
 * the member list, completion and the notices that are worth showing. Pure.
 */
#ifndef TUI_SESSION_PEOPLE_H
#define TUI_SESSION_PEOPLE_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

enum { PEOPLE_MAX = 8192 };	/* who is here and who spoke, together */

struct person {
	RB_ENTRY(person)	 by_name;
	TAILQ_ENTRY(person)	 by_speech;
	bool			 here, away, classic;
	int64_t			 spoke_ms; /* of the entry; 0: never heard */
	char			 name[TEXT_NAME_BYTES + 1];
	char			 fold[TEXT_FOLD_BYTES];
};

RB_HEAD(people_tree, person);
TAILQ_HEAD(people_list, person);

struct people {
	struct people_tree	 tree;	/* in the order of folded names */
	struct people_list	 list;		/* the latest speaker first */
	size_t			 count, here;
};

void	 people_init(struct people *);
void	 people_clear(struct people *);

/* What an entry of the room says of who is here and who speaks. */
void	 people_take(struct people *, const struct entry *);
/* A member as the server lists them. first: the list begins here, nobody
 * else is known to be in. */
void	 people_list(struct people *, const char *name, size_t len, bool first,
	    bool away, bool classic);

/* NULL: nobody here is called so. */
const struct person *people_named(const struct people *, const char *name,
	    size_t len);
/* When somebody of that name spoke last, ms since 1970; 0: never. */
int64_t	 people_spoke(const struct people *, const char *name, size_t len);

/* Who is here, in the order of names. NULL behind the last. */
const struct person *people_first(const struct people *);
const struct person *people_next(const struct person *);
/* Who is here, the latest speaker first. NULL behind the last. */
const struct person *people_recent(const struct people *);
const struct person *people_before(const struct person *);
/* Who has spoken, here or not, the latest first. NULL behind the last. */
const struct person *people_speaker(const struct people *);
const struct person *people_speaker_before(const struct person *);

#endif
