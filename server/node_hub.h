/*
 * What this server, as one of several, has from chat-engine for its room, and
 * what the others are to have of it.
 */
#ifndef SERVER_NODE_HUB_H
#define SERVER_NODE_HUB_H

#include <poll.h>
#include <stdint.h>

struct hub;
struct node;

/* Takes what came, and tells people where the servers are. When to come again.
 * NULL: it is alone. */
int64_t	 node_hub_turn(struct node *, struct hub *, int64_t now_ms);
/* For poll; nothing where it is alone. */
struct pollfd node_hub_fd(const struct node *);

#endif
