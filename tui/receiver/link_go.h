/*
 * Where the room has other servers, the link goes on at one of them when it
 * hears nothing at its own. It asks for that here; which it is, and where, it
 * does not know.
 */
#ifndef TUI_RECEIVER_LINK_GO_H
#define TUI_RECEIVER_LINK_GO_H

#include <stdbool.h>

#include "common/frame.h"
#include "common/noise.h"
#include "tui/receiver/nodes.h"

struct link;

enum { LINK_KEEPALIVE_SEVERAL_MS = 5 * 1000 };	/* then silence is noticed */

/* Called with arg; what is sent from then on goes there. */
struct link_go_out {
	enum nodes_way (*go)(void *arg);	/* nodes_go */
	enum nodes_way (*strike)(void *arg);	/* nodes_strike */
	void	(*heard)(void *arg);		/* nodes_heard */
	/* NODES of the server that has that key. */
	void	(*told)(void *arg, const uint8_t key[NOISE_KEY],
		    struct frame *);
	void	*arg;
};

/* Copied. A link that never hears of it stays where it is. */
void	 link_go_by(struct link *, const struct link_go_out *);
/* Is there another address, and another server, as nodes has it? */
void	 link_go_places(struct link *, bool others, bool several);

#endif
