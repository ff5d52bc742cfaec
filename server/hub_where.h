/*
 * Where people are, of several servers, and how much those logs have: for the
 * position of server/cluster/position.h, and back.
 *
 *   n varint | n * (log id 16 | last entry varint | m varint | m * (fold
 *   string | servers u32, a bit of each))
 */
#ifndef SERVER_HUB_WHERE_H
#define SERVER_HUB_WHERE_H

#include <stdbool.h>

#include "common/wire.h"

struct hub;

/* At a moment at which no block is told in part. */
void	 hub_put_where(const struct hub *, struct wire_out *);
/* Of a hub whose log has told nothing but what it had. False: it has less, or a
 * room of those is not there. */
bool	 hub_get_where(struct hub *, struct wire_in *);

#endif
