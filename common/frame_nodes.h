/*
 * The frame of a room on several servers. Read by common/frame, written by
 * common/frame_put.
 *
 *   NODES    n varint, n * (host string, port u16)
 *
 * The server tells it after WELCOME and when it changes, in seat 0: where the
 * room can be reached, itself among them. All have the same key. host is a name
 * or an address, of IPv6 without brackets.
 */
#ifndef COMMON_FRAME_NODES_H
#define COMMON_FRAME_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

enum {
	FRAME_NODES_MAX = 16,		/* in one frame */
	FRAME_HOST_BYTES = 253		/* longest name of a host */
};

struct frame_node {
	const char	*host;		/* a view, of letters, digits, -._:% */
	size_t		 host_len;	/* not 0 */
	uint16_t	 port;		/* not 0 */
};

/* Whether a NODES may name it. */
bool	 frame_node_is_sound(const struct frame_node *);
/* The next of a NODES that was read; false at its end. */
bool	 frame_next_node(struct frame *, struct frame_node *);

#endif
