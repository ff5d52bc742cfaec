/*
 * Where a room on several servers can be reached: handed in from outside, told
 * to those whose clients shook hands here. Who never hands anything in tells
 * nobody anything.
 */
#ifndef SERVER_HUB_NODES_H
#define SERVER_HUB_NODES_H

#include <stddef.h>

#include "common/frame_nodes.h"

struct hub;

/*
 * The room's servers from now on, this one among them; what is not sound is
 * left out, and so is what no datagram has room for, at the end. Copied. All
 * who are here are told where that is news, and who comes behind his handshake.
 * Returns how many are told; 0: it is not spoken of.
 */
size_t	 hub_nodes(struct hub *, const struct frame_node *, size_t n);

#endif
