/*
 * From which networks talks are begun: keys cost nothing, addresses do. One
 * network begins so many in a day, and where there are many has its part of
 * them and no more. Pure; owned by the talks. A network is a number here that
 * says nothing of its address to who reads it on the disk.
 */
#ifndef SERVER_TALK_NETS_H
#define SERVER_TALK_NETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock_addr.h"
#include "server/limit.h"

enum {
	TALK_NETS = 2,		/* a /24, of IPv6 a /48; a /16 or /32 */
	TALK_NETS_SLOTS = 4096,	/* of each; some share one */
	TALK_NETS_SECRET = 32,
	/* Begun in a day by a network, as many as a class of 40 begins who all
	 * talk with each other, and more; and by the one around it. */
	TALK_NETS_DAY = 2048,
	TALK_NETS_WIDE = 4,	/* times as many */
	/* Of all that there may be a network has one part of so many, as of
	 * sessions. */
	TALK_NETS_PART = 16,
	TALK_NETS_WIDE_PART = 4
};

/* Where somebody is: from 1 on; 0, both: in no network. */
struct talk_from {
	uint16_t	 net[TALK_NETS];
};

/* Zeroed but for these: nothing was begun. */
struct talk_nets {
	size_t		 max;		/* talks that there may be */
	uint32_t	 day;		/* TALK_NETS_DAY, or another number */
	struct limit	 begun[TALK_NETS][TALK_NETS_SLOTS];
	uint32_t	 kept[TALK_NETS][TALK_NETS_SLOTS];
};

/* secret: so that nobody can choose whose number he has. Loopback is none:
 * who is on this machine is its operator's business. */
struct talk_from talk_nets_from(const uint8_t secret[TALK_NETS_SECRET],
		    const union sock_addr *);

/* How long until one more may be begun from there, ms; 0: now. */
int64_t	 talk_nets_wait(const struct talk_nets *, int64_t now_ms,
	    const struct talk_from *);
void	 talk_nets_spend(struct talk_nets *, int64_t now_ms,
	    const struct talk_from *);

/* There is one of there, or there is none any more. */
void	 talk_nets_keep(struct talk_nets *, const struct talk_from *);
void	 talk_nets_let(struct talk_nets *, const struct talk_from *);
/* Has it its part, or the network around it? */
bool	 talk_nets_has_part(const struct talk_nets *,
	    const struct talk_from *);
/* Is one of a as well of a network of b that has its part? */
bool	 talk_nets_share(const struct talk_nets *, const struct talk_from *a,
	    const struct talk_from *b);

#endif
