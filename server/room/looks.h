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
	uint8_t		 n;			/* looks that its name has */
};
RB_HEAD(looks, look);

void	 looks_init(struct looks *);
/*
 * The looks of one name, an array; fold is borrowed until looks_remove, which
 * frees it and takes NULL too. NULL: no memory, and the name is not in the
 * table, or it has no look.
 */
struct look *looks_add(struct looks *, const struct naming_looks *,
	    const char *fold);
void	 looks_remove(struct looks *, struct look *);
/*
 * The first name that looks like one of these and of which counts says yes;
 * NULL: none.
 */
const char *looks_find(const struct looks *, const struct naming_looks *,
	    bool (*counts)(void *arg, const char *fold), void *arg);

#endif
