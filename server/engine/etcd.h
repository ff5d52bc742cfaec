/*
 * The server's words to etcd, and what comes of them, over HTTP: one member at
 * a time, the next one as soon as one fails or is silent. Keeps nothing that a
 * new one would miss. Of chat-engine.
 */
#ifndef SERVER_ENGINE_ETCD_H
#define SERVER_ENGINE_ETCD_H

#include <stdint.h>

#include "server/cluster/verb.h"

struct etcd;

struct etcd_config {
	char		*const *members;	/* "http://host:port" */
	size_t		 n;			/* one at least */
	const char	*room;
	const char	*cert, *key, *ca;	/* files, or NULL */
	void		(*say)(void *arg, const struct verb *);
	void		*arg;
};

/* All of it is borrowed. NULL: no memory. */
struct etcd	*etcd_new(const struct etcd_config *);
void		 etcd_free(struct etcd *);
/* A word of the server. */
void		 etcd_take(struct etcd *, int64_t now_ms, const struct verb *);
/* Sees to what came and what is due; waits for more, or for that descriptor,
 * or for what is due next. */
void		 etcd_turn(struct etcd *, int64_t now_ms, int fd);

#endif
