/*
 * UDP sockets and addresses. Thin shell: system calls and nothing decided.
 * Used by the server and by the client's receiver process.
 */
#ifndef COMMON_SOCK_H
#define COMMON_SOCK_H

#include <sys/socket.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A peer's address; v4-mapped v6 addresses are kept as they come. */
union sock_addr {
	struct sockaddr		sa;
	struct sockaddr_in	in4;
	struct sockaddr_in6	in6;
};

enum { SOCK_ADDR_TEXT = 64 };	/* "[addr%if]:port" with its NUL */

/* Bytes of the address that count for sa_family, for bind(2) and sendto(2). */
socklen_t sock_addr_len(const union sock_addr *);
/* Same host and port (v4-mapped and plain v4 are equal). */
bool	 sock_addr_eq(const union sock_addr *, const union sock_addr *);
/* A hash for tables keyed by address: equal addresses hash equal. */
uint32_t sock_addr_hash(const union sock_addr *, uint32_t seed);
/*
 * Who shares a limit: the address without its port, of IPv6 the /56 that one
 * household has. v4-mapped becomes plain v4.
 */
void	 sock_addr_group(union sock_addr *group, const union sock_addr *);
/* The same of so many bytes: the network that the address is in. */
void	 sock_addr_net(union sock_addr *net, const union sock_addr *,
	    size_t v4_bytes, size_t v6_bytes);
/* "1.2.3.4:88" or "[::1]:88"; v4-mapped prints as v4. Returns dst. */
char	*sock_addr_text(char dst[SOCK_ADDR_TEXT], const union sock_addr *);
/* 127.0.0.0/8 or ::1. */
bool	 sock_addr_is_loopback(const union sock_addr *);

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

/* A connected, non-blocking, close-on-exec UDP socket, or -1 with errno. */
int	 sock_connect(const union sock_addr *);

/*
 * Takes one ICMP error off the queue of a sock_listen socket: true with the
 * destination that the error speaks of and its errno (ECONNREFUSED, ...).
 */
bool	 sock_next_error(int fd, union sock_addr *about, int *error);

#endif
