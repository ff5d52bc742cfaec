/*
 * Who wants to harm the simulated world: members with real session keys and
 * no manners, and strangers who flood, forge and send junk. They must neither
 * break what holds for the honest nor keep them out.
 */
#ifndef TESTS_WITH_HOSTILE_H
#define TESTS_WITH_HOSTILE_H

#include "tests/with_guest.h"
#include "tests/with_world.h"

enum { HOSTILE_MEMBERS = 3, HOSTILE_KEPT = 8 };

struct hostile {
	struct world	*world;
	struct guest	 member[HOSTILE_MEMBERS];
	struct guest	 stranger;		/* never gets further than HS3 */
	uint32_t	 index;			/* that HS2 named */
	/* Datagrams of members, to be sent again. */
	size_t		 kept;
	struct {
		size_t	 len;
		uint8_t	 data[GUEST_DATAGRAM];
	} old[HOSTILE_KEPT];
};

/* In world_config: others and others_arg. */
void	 hostile_take(void *hostile, const union sock_addr *to,
	    const void *data, size_t len);
/* The world may be set later than others_arg. */
void	 hostile_init(struct hostile *, struct world *);
/* A member does his worst. people: the honest are clients 0 to people - 1. */
void	 hostile_member_acts(struct hostile *, int people);
void	 hostile_stranger_acts(struct hostile *, int people);

#endif
