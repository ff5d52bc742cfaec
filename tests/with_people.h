/*
 * People at the servers of a cluster: plain chat-tui that say numbered lines,
 * or only read, and go to another server by themselves. How long each line took
 * is kept, and at the end what everybody has read and what all servers have
 * kept has to be the same: each line once, those of an author in order, and
 * nobody was seen to go or to come again.
 */
#ifndef TESTS_WITH_PEOPLE_H
#define TESTS_WITH_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/with_cluster.h"
#include "tests/with_plain.h"

enum { PEOPLE_MAX = 9, PEOPLE_LINES = 100000 };

struct person {
	char		 name[8], home[ENV_HOME_BYTES];
	struct plain	 p;
	bool		 silent;	/* he only reads */
	size_t		 looked;	/* bytes of what he was shown */
	unsigned	 said, seen;	/* of his own lines */
	int64_t		 next;		/* when he says one */
	int64_t		*said_ms, *seen_ms;	/* of each */
	/* The longest: until he saw his own, said then; until he saw another's
	 * that its author had seen. */
	int64_t		 stall, stall_at, late;
};

struct people {
	const struct cluster *cluster;
	size_t		 n;		/* p0, p1...; at the servers by turns */
	int64_t		 say_ms;	/* between two lines, about */
	unsigned long long dice;
	struct person	 who[PEOPLE_MAX];
};

/* They come in. All but who stands above is zero, and silent. */
void	 people_enter(struct people *);
/* Each says what is his to say, if they are to talk, and looks; a moment. */
void	 people_round(struct people *, int64_t now_ms, bool talk);
/* All have seen what they have said; and what the others have. */
bool	 people_have_seen(const struct people *);
bool	 people_have_read(const struct people *);
/* What was longest begins anew. */
void	 people_forget(struct people *);
/* Fails where it is not the same at all. CHAOS_KEEP=DIR: it is kept there. */
void	 people_compare(struct people *);
void	 people_end(struct people *);

#endif
