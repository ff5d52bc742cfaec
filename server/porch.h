/*
 * The porch: how many may come in by the classic protocol in all, and from one
 * network. Whose address is on a datagram is not proved there, so a bound of
 * an address is none. Pure; owned by the hub.
 *
 * Who said something before, from that address, does not wait for those of
 * whom nothing was heard yet, for such have a purse of their own; so do all on
 * this machine, one that a class of programs does not empty, as what each says
 * fills the disk and everybody's copy.
 */
#ifndef SERVER_PORCH_H
#define SERVER_PORCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/sock.h"
#include "server/limit.h"

enum {
	PORCH_ALL = 20,		/* joins/s of all */
	PORCH_ALL_BURST = 100,
	PORCH_BACK = 40,	/* of those who were heard before */
	PORCH_BACK_BURST = 200,
	PORCH_NET = 10,		/* of a /24, of IPv6 a /48 */
	PORCH_NET_BURST = 80,
	PORCH_HERE = 200,	/* of this machine */
	PORCH_HERE_BURST = 8192,
	PORCH_NETS = 256,	/* counted; shared by chance */
	PORCH_KNOWN = 4096	/* addresses; the newest of a slot */
};

/* Zeroed but for the seed, which is secret: nobody has been there. */
struct porch {
	uint32_t	 seed;
	struct limit	 all, back, here, nets[PORCH_NETS];
	uint32_t	 known[PORCH_KNOWN];
};

/* May somebody come in from there now? Nothing is spent. */
bool	 porch_has_room(const struct porch *, int64_t now_ms,
	    const union sock_addr *);
/* He does, or his name was looked at in vain. */
void	 porch_enter(struct porch *, int64_t now_ms, const union sock_addr *);
/* Who is in from there said something. */
void	 porch_heard(struct porch *, const union sock_addr *);

#endif
