/*
 * The address of a peer over UDP: told apart, hashed, taken together by the
 * network. Pure; v4-mapped v6 counts as the v4 address that it stands for.
 */
#ifndef COMMON_SOCK_ADDR_H
#define COMMON_SOCK_ADDR_H

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
/* The same as sock_addr_group in few bytes, which can be compared: the networks
 * around it are their beginnings. Zeroed: nobody's. */
struct sock_group {
	uint8_t	 version;		/* 4, 6 */
	uint8_t	 of[7];
};
void	 sock_addr_to_group(struct sock_group *, const union sock_addr *);
/* So many of its bytes are the network around it: a /24, of IPv6 a /48; wide:
 * a /16 or /32. */
size_t	 sock_group_net_bytes(const struct sock_group *, bool wide);
/* 127.0.0.0/8 or ::1. */
bool	 sock_addr_is_loopback(const union sock_addr *);
/* The four bytes of a v4 address, mapped or not, borrowed; NULL for v6. */
const uint8_t *sock_addr_v4(const union sock_addr *);

#endif
