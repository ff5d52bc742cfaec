/*
 * Somebody whose keys the fuzzer has: shakes hands with a hub as the client
 * does, seals what it is told to, and opens all that comes.
 */
#ifndef TESTS_FUZZ_GUEST_H
#define TESTS_FUZZ_GUEST_H

#include "common/frame.h"
#include "common/frame_room.h"
#include "common/seal.h"
#include "tests/fuzz/hall.h"
#include "tui/receiver/handshake.h"

enum { GUEST_DATAGRAM = 1200 };

struct guest {
	const char	*name;
	struct noise_keypair key;
	union sock_addr	 addr;
	struct handshake hs;
	struct seal	 seal;
	bool		 in;		/* seal counts */
	bool		 many;		/* it is of several rooms, */
	uint32_t	 slot;		/* and says something in this seat */
	/* Which rooms it asked for in which seat, a bit each. */
	uint8_t		 asked[FRAME_SLOT_MAX + 1];
	unsigned	 handshakes;
	uint32_t	 outbox, next;	/* counter of the next post */
	uint8_t		 ping[FRAME_PING_BYTES];
	/* The last sealed datagram, to be sent again. */
	uint8_t		 last[GUEST_DATAGRAM];
	size_t		 last_len;
};

void	guest_init(struct guest *, const char *name, uint8_t number);
/* Who he says he is, and what he has: himself, and all of the log. */
struct hello_visitor guest_visitor(const struct guest *, const struct hall *);
/* A handshake from HELLO to HS3, as that; what the hub sends meanwhile must
 * come to guest_hear at once. The room's name is the hub's. */
void	guest_come(struct guest *, struct hall *, struct hello_visitor);
/* Seals frames and has the hub take them, from where they come; false: it is
 * not in. */
bool	guest_say(struct guest *, struct hall *, const union sock_addr *from,
	    const void *frames, size_t len);
/*
 * A datagram to its address. What is sealed for it opens, once, and holds
 * frames that can be read; entries are those of the log, and of a room that it
 * asked for in that seat.
 */
void	guest_hear(struct guest *, struct hall *, const uint8_t *data,
	    size_t len);

#endif
