/*
 * Where the room's servers are, as somebody outside knows. Pure; runs in the
 * server.
 */
#include "server/hub_nodes.h"

#include "server/hub_parts.h"
#include "server/peers_nodes.h"

size_t
hub_nodes(struct hub *h, const struct frame_node *nodes, size_t n)
{
	return peers_set_nodes(h->peers, nodes, n);
}
