/*
 * By which of this machine's addresses others reach it, as far as it can tell
 * by itself: no packet is sent. What is chosen is pure; finding asks the
 * kernel.
 */
#ifndef COMMON_REACH_H
#define COMMON_REACH_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/sock.h"

enum {
	REACH_HOSTS = 3,		/* as many are told */
	REACH_BYTES = INET6_ADDRSTRLEN + IF_NAMESIZE
};

/* An address of an interface that is up. */
struct reach_found {
	char		 interface[IF_NAMESIZE];
	union sock_addr	 addr;
	bool		 usual;		/* what it sends from to the Internet */
};

/*
 * The addresses to hand out, the best first: that of the default route, then
 * one of each other interface. IPv6 where family is AF_INET6, or there is
 * nothing else, and so are those that a bare cable has. Never loopback.
 * Returns how many, 0 to REACH_HOSTS.
 */
size_t	 reach_choose(char hosts[REACH_HOSTS][REACH_BYTES],
	    const struct reach_found *, size_t n, int family);
/* Those of this machine; "localhost" where there are none: at least one. */
size_t	 reach_find(char hosts[REACH_HOSTS][REACH_BYTES], int family);

#endif
