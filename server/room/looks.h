/*
 * Names by how they look: which others a name could be taken for. Pure; runs
 * in the server, once for the owners and once for who is in the room.
 */
#ifndef SERVER_ROOM_LOOKS_H
#define SERVER_ROOM_LOOKS_H

#include <sys/tree.h>
#include <stdbool.h>

#include "server/room/naming.h"

struct look {
	RB_ENTRY(look)	 node;
	const char	*fold;			/* whose */
	uint8_t		 look[NAMING_LOOK];
};
RB_HEAD(looks, look);

/* One name's places in the table. */
struct looks_place {
	unsigned	 n;
	struct look	 look[];
};

void	 looks_init(struct looks *);
/*
 * fold is borrowed until looks_remove, which frees the place and takes NULL
 * too. NULL: no memory, and the name is not in the table.
 */
struct looks_place *looks_add(struct looks *, const struct naming_looks *,
	    const char *fold);
void	 looks_remove(struct looks *, struct looks_place *);
/*
 * The first name that looks like one of these and of which counts says yes;
 * NULL: none.
 */
const char *looks_find(const struct looks *, const struct naming_looks *,
	    bool (*counts)(void *arg, const char *fold), void *arg);

#endif
