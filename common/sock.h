/*
 * UDP sockets. Thin shell: system calls and nothing decided.
 * Used by the server and by the client's receiver process.
 */
#ifndef COMMON_SOCK_H
#define COMMON_SOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/sock_addr.h"

/* "1.2.3.4:88" or "[::1]:88"; v4-mapped prints as v4, a scope by the
 * interface's name. Returns dst. */
char	*sock_addr_text(char dst[SOCK_ADDR_TEXT], const union sock_addr *);

/*
 * A bound, non-blocking, close-on-exec UDP socket that reports ICMP errors on
 * its error queue (IP_RECVERR). family: AF_INET, AF_INET6 or AF_UNSPEC: both
 * on one port where host is NULL. host: numeric address or name, NULL: any.
 * The bound address goes to *bound. Returns the descriptor, or -1 with *why
 * a static or strerror text and errno set.
 */
int	 sock_listen(int family, const char *host, uint16_t port,
	    union sock_addr *bound, const char **why);

/*
 * Resolves host (a name or number) for UDP into *addr; "localhost" needs no
 * resolver and is 127.0.0.1, with AF_INET6 ::1. Returns 0, or -1 with
 * *why the reason. May block in the resolver.
 */
int	 sock_resolve(int family, const char *host, uint16_t port,
	    union sock_addr *addr, const char **why);

/* The same of all its addresses, each once, the resolver's first one first; of
 * more than SOCK_ADDRS the first ones. Returns how many, or -1. */
enum { SOCK_ADDRS = 8 };
struct sock_addrs {
	union sock_addr	 of[SOCK_ADDRS];
	unsigned	 n;
};
int	 sock_resolve_all(int family, const char *host, uint16_t port,
	    struct sock_addrs *, const char **why);

/* A connected, non-blocking, close-on-exec UDP socket, or -1 with errno. */
int	 sock_connect(const union sock_addr *);

/*
 * Takes one ICMP error off the queue of a sock_listen socket: true with the
 * destination that the error speaks of and its errno (ECONNREFUSED, ...).
 */
bool	 sock_next_error(int fd, union sock_addr *about, int *error);

#endif
