/*
 * Sessions that are of several rooms, for the peers' files: peers_enter.c is
 * between peers_post.c and peers_arrive.c there.
 */
#ifndef SERVER_PEERS_ROOMS_H
#define SERVER_PEERS_ROOMS_H

#include "common/frame.h"

enum { PEERS_STRAYS = 8 };

struct hello_visitor;
struct peer;
struct peers;
struct seat;
struct wire_out;

/* What a datagram says of seats that there are not: its sender is told, so much
 * of it as there is room for here. */
struct stray {
	uint32_t	 slot, wait_ms;
	unsigned	 code;		/* enum frame_code; 0: LEAVE */
};
struct strays {
	struct stray	 of[PEERS_STRAYS];
	unsigned	 n;
};

/* Where it goes on in its room, which it comes into now. */
void	 peers_begin(struct peers *, struct seat *,
	    const struct hello_visitor *);
/* An ENTER. */
void	 peers_take_enter(struct peers *, struct peer *,
	    const struct frame *);

#endif
