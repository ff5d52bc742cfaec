/*
 * The networks that this machine is in: the prefixes of its interfaces. The
 * classic protocol is spoken in clear and by addresses alone, so "local" is
 * what lies inside one of them, never an address that only looks private:
 * behind a router or a proxy anybody can have one of those. Pure.
 */
#ifndef SERVER_ROOM_NETS_H
#define SERVER_ROOM_NETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock_addr.h"

enum { NETS_MAX = 64 };		/* prefixes; more are not local */

struct net_prefix {
	int		 family;	/* AF_INET or AF_INET6 */
	unsigned	 bits;
	uint8_t		 ip[16];	/* 4 of them count for AF_INET */
};

/* Zero-initialised: loopback only, and stale. */
struct nets {
	struct net_prefix of[NETS_MAX];
	size_t		 count;
	bool		 is_read;
	int64_t		 read_ms;
};

/* The address as a prefix of all its bits; v4-mapped is v4. False: it is of
 * another family. */
bool	 net_prefix_of(struct net_prefix *, const union sock_addr *);
/* Does a lie inside net? */
bool	 net_prefix_holds(const struct net_prefix *net,
	    const struct net_prefix *a);

/* Adds the network of an interface; v4-mapped is v4. False: no more room. */
bool	 nets_add(struct nets *, const union sock_addr *, unsigned bits);
/* Loopback, or inside one of them. */
bool	 nets_hold(const struct nets *, const union sock_addr *);

#endif
