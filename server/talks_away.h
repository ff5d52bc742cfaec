/*
 * Which talk goes where there are too many: never one that is open, nor one
 * that somebody shut, nor in which both said something of late; nor a line that
 * waits for who has not read it, before it is as old as what is kept. Those in
 * which nothing was said go first, then those that were read and not answered,
 * each the one longest silent first, and of whose network has more than its
 * part before the others. Pure; owned by the hub.
 */
#ifndef SERVER_TALKS_AWAY_H
#define SERVER_TALKS_AWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/talk_nets.h"

struct talk_place;
struct talks;

enum {
	TALKS_AWAY_NOTHING = 2,		/* days since it was begun; */
	TALKS_AWAY_UNANSWERED = 30,	/* since it was silent */
	TALKS_AWAY_FOUND = 32,		/* at a look */
	TALKS_AWAY_MS = 1000		/* between two looks, of either sort */
};

/* What a look found. Zeroed: nobody looked. */
struct talks_away {
	struct talk_place *of[TALKS_AWAY_FOUND];	/* the first one last */
	size_t		 n;
	bool		 of_net;	/* of this network, */
	struct talk_from at;
	/* For any, and for one network: then. */
	struct {
		bool	 is;
		int64_t	 ms;
	} looked[2];
};

/* Now, and how long entries are kept; 0: for good. */
struct talks_away_time {
	int64_t		 now_ms, wall_ms, keep_ms;
};

/* May that one go, now? */
bool	 talks_away_may(const struct talk_place *,
	    const struct talks_away_time *);
/* That one has gone otherwise. */
void	 talks_away_forget(struct talks_away *, const struct talk_place *);
/*
 * One that goes; at: of a network of there that has its part, NULL: of any. It
 * is to be put away at once. NULL: there is none; *later: all may not be looked
 * at again so soon.
 */
struct talk_place *talks_away_next(struct talks_away *, const struct talks *,
		    const struct talks_away_time *,
		    const struct talk_from *at, bool *later);

#endif
