/*
 * Who asks that another key of his comes after the one he is here by. It is
 * noted, and decided by the hub, which then ends sessions. Pure.
 */
#ifndef SERVER_PEERS_REKEY_H
#define SERVER_PEERS_REKEY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"

struct frame;
struct peer;
struct peers;

struct peers_rekey {
	uint32_t	 index;		/* his session; 0: nobody asks */
	uint8_t		 key[NOISE_KEY], heir[NOISE_KEY];
};

/* A REKEY; one that comes too soon is not heard, he asks again. */
void	 peers_take_rekey(struct peers *, const struct peer *,
	    const struct frame *);
/* Who asked since this was asked last; false: nobody. */
bool	 peers_next_rekey(struct peers *, struct peers_rekey *);
/* He is told that it may not be. */
void	 peers_refuse_rekey(struct peers *, const struct peers_rekey *);
/* Has that key a session? */
bool	 peers_have_key(struct peers *, const uint8_t key[NOISE_KEY]);

#endif
