/*
 * What the peers tell of the room's other servers. A client acknowledges none
 * of it: it is said again behind the next ones of its PINGs.
 */
#ifndef SERVER_PEERS_NODES_H
#define SERVER_PEERS_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/frame_nodes.h"
#include "common/wire.h"
#include "server/peer.h"

struct peers;

/* hub_nodes. */
size_t	 peers_set_nodes(struct peers *, const struct frame_node *, size_t n);
/* Who comes is to be told. */
void	 peers_begin_nodes(const struct peers *, struct peer *);
/* Into a datagram, where it is owed and there is room for all of it. */
void	 peers_put_nodes(const struct peers *, struct peer *,
	    struct wire_out *);

/* Is there some of it for now? Not for where it may not be. */
static inline bool
peers_owes_nodes(const struct peer *p)
{
	return p->at.nodes_now && p->at.proved && !p->closing;
}

#endif
