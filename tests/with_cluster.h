/*
 * One room on three real servers by three real etcd, on loopback, in a
 * directory of their own. They count from 0; node n + 1 is server n.
 */
#ifndef TESTS_WITH_CLUSTER_H
#define TESTS_WITH_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

#include "tests/with_etcd.h"
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
/* Where people reach server n. */
void	 cluster_host(const struct cluster *, char dst[CLUSTER_HOST], size_t n);
/* The data directory of server n. */
void	 cluster_dir(const struct cluster *, char dst[CLUSTER_PATH], size_t n);
/* Ends what runs of it; nothing, if it was never begun. */
void	 cluster_end(struct cluster *);

#endif
