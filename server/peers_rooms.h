/*
 * Sessions that are of several rooms, and what goes to any, for the peers'
 * files: peers_put.c is before peers_send.c there, peers_enter.c before
 * peers_arrive.c.
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

/* peers_table.c */
/* It has no seat of that slot: why, or 0 and it has left. */
void	 peers_stray(struct peers *, struct peer *, uint32_t slot,
	    unsigned code, unsigned wait_ms);

/* peers_put.c */
/* What the session is owed, and of the first seat what is among that. */
void	 peers_put_owed(struct peers *, struct peer *, struct wire_out *);
/* Then what else that is to get, or one of the others all: as much as fits. */
void	 peers_put_first(struct peers *, struct seat *, struct wire_out *);
void	 peers_put_seat(struct peers *, struct seat *, struct wire_out *,
	    bool fresh);
/* What comes next for it is kept no more: it goes on from there. */
void	 peers_skip_forgotten(struct seat *);

/* peers_enter.c */
/* Where it goes on in its room, which it comes into now. */
void	 peers_begin(struct peers *, struct seat *,
	    const struct hello_visitor *);
/* An ENTER. */
void	 peers_take_enter(struct peers *, struct peer *,
	    const struct frame *);

#endif
