/*
 * The servers that have these rooms together, for the operator. Pure; runs in
 * the server.
 */
#ifndef SERVER_OPERATOR_NODES_H
#define SERVER_OPERATOR_NODES_H

#include <stdbool.h>
#include <stdint.h>

struct operator;
struct reply;

/* A server, as this one knows it. */
struct operator_node {
	uint32_t	 number;
	const char	*there;		/* "host:port", for people */
	bool		 lives;
};

/* nodes: each one's number, where people find it, whether it lives, a line
 * each, with tabs between; this one has another column. As long as it does not
 * hear the others nobody knows of them. */
void	 operator_nodes(const struct operator *, const char *arg,
	    struct reply *);

#endif
