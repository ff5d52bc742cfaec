/*
 * Which rooms have something to do: those are awake, and looked at in each
 * turn, so that the very many in which nothing happens cost nothing. Pure.
 */
#ifndef SERVER_ROOM_ROOM_WAKE_H
#define SERVER_ROOM_ROOM_WAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/room/room.h"

/* Those that are awake: which is waked meanwhile comes last. */
#define HOUSE_EACH_AWAKE(r, house) \
	TAILQ_FOREACH(r, &(house)->awake, rest.by_awake)

/*
 * Something is to be done there, or may be: whatever that is, from outside of
 * the turns of its log. A new one is awake.
 */
void	 room_wake(struct room *);
/*
 * In this turn nobody else had anything to do there. True: nor had its log, for
 * a few turns, and it may sleep; home never does.
 */
bool	 room_may_sleep(struct room *);
/* Nothing is to be done before; INT64_MAX: nobody knows when. */
void	 room_sleep(struct room *, int64_t until_ms);
/* Wakes those whose time has come. */
void	 room_wake_due(struct house *);
/* room_settle of those that are awake. */
static inline void
room_settle_all(struct house *h)
{
	struct room *r;

	HOUSE_EACH_AWAKE(r, h)
		room_settle(r);
}

#endif
