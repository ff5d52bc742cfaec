/*
 * The server's socket, in batches: what came, what is to go, and what the
 * network reports about what went. Thin shell: it decides nothing.
 */
#ifndef SERVER_NET_H
#define SERVER_NET_H

#include <stddef.h>
#include <stdint.h>

#include "common/sock.h"

struct net;

struct net_figures {
	unsigned long long	 received;	/* datagrams */
	unsigned long long	 sent;
	unsigned long long	 lost;		/* queue full, or impossible */
	size_t			 queued_bytes;	/* now */
};

/* Takes over the descriptor of sock_listen. NULL when out of memory. */
struct net *net_new(int fd);
/* Closes it; what is still queued is lost. Takes NULL too. */
void	 net_free(struct net *);

/* The descriptor, and the poll(2) events to wait for on it. */
int	 net_fd(const struct net *);
short	 net_events(const struct net *);
/* When to call net_flush though nothing happens; INT64_MAX: never. */
int64_t	 net_due(const struct net *, int64_t now_ms);

/* Of a batch so many are foreseen. */
enum { NET_AHEAD = 5 };

/*
 * Hands on one batch of what came, each datagram whole. To be called when
 * poll(2) reports input; more may wait, then it reports again. soon tells,
 * before each, of those that are handed on behind it, perhaps only how they
 * begin; of the first ones before that.
 */
void	 net_receive(struct net *, void (*soon)(void *arg, const void *data,
	    size_t len, unsigned ahead), void (*got)(void *arg,
	    const union sock_addr *from, const void *data, size_t len),
	    void *arg);

/*
 * Hands on the addresses where nobody listens, or that no way leads to: error
 * is ECONNREFUSED or EHOSTUNREACH. To be called when poll(2) reports an error.
 */
void	 net_errors(struct net *, void (*unreachable)(void *arg,
	    const union sock_addr *addr, int error), void *arg);

/* Queues a copy; a full queue loses it. */
void	 net_send(struct net *, const union sock_addr *to, const void *data,
	    size_t len);
/* Sends what is queued, as far as the kernel takes it. */
void	 net_flush(struct net *);

struct net_figures net_figures(const struct net *);

#endif
