/*
 * One room on three real servers by three real etcd, on loopback, in a
 * directory of their own. They count from 0; node n + 1 is server n.
 */
#ifndef TESTS_WITH_CLUSTER_H
#define TESTS_WITH_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

#include "tests/with_etcd.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { CLUSTER_NODES = 3, CLUSTER_PATH = 512, CLUSTER_HOST = 16 };

struct cluster {
	struct etcds	 etcds;
	struct server	 server[CLUSTER_NODES];
	uint16_t	 port[CLUSTER_NODES];
	const char	*option, *other;	/* more of each; NULL: none */
};

/* All of etcd and all servers; returns when they listen. The options and
 * etcds.wired are the caller's and are there already, all else zero; wired, of
 * six machines the last are the servers'. */
void	 cluster_begin(struct cluster *);
/* Begins server n, which does not listen yet. */
void	 cluster_spawn(struct cluster *, size_t n);
/* Begins s as server n, with more words, NULL ends; the options are the
 * caller's then. */
void	 cluster_spawn_as(const struct cluster *, struct server *s, size_t n,
	    const char *const more[]);
/* Server n gets the key of the first one, and a directory for it. */
void	 cluster_copy_key(const struct cluster *, size_t n);
/* chat-ctl at server n with these words, NULL ends, until it has ended: its
 * status. What it said stays until plain_clear. */
int	 cluster_ask(const struct cluster *, struct plain *, size_t n,
	    const char *const words[]);
/* Where people reach server n. */
void	 cluster_host(const struct cluster *, char dst[CLUSTER_HOST], size_t n);
/* The data directory of server n. */
void	 cluster_dir(const struct cluster *, char dst[CLUSTER_PATH], size_t n);
/* Ends what runs of it; nothing, if it was never begun. */
void	 cluster_end(struct cluster *);

#endif
