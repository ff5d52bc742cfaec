/*
 * Who was muted and has no key is known by where he was: his name is soon
 * another one. No log has it, so it lasts as long as the server. Pure.
 */
#ifndef SERVER_HUSHED_H
#define SERVER_HUSHED_H

#include "server/room/room.h"

enum { HUSHED_MAX = 64 };	/* the oldest goes */

/* Zeroed: nobody. */
struct hushed {
	size_t		 n;		/* ever */
	struct {
		union sock_addr	 place;
		char		 fold[TEXT_FOLD_BYTES];
	} at[HUSHED_MAX];		/* a ring */
};

void	 hushed_note(struct hushed *, const union sock_addr *,
	    const char *fold);
/* Is who is called so muted, or who was called otherwise there? */
bool	 hushed_is(const struct hushed *, const struct room *,
	    const union sock_addr *, const char *fold);

#endif
