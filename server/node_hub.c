/*
 * Between chat-engine and the hub. Runs in the server.
 */
#include "server/node_hub.h"

#include "server/hub.h"
#include "server/hub_nodes.h"
#include "server/node.h"

/* Others have this one's log: they hear what it has beside it, and then may
 * begin. */
static void
found(struct node *n, struct hub *h)
{
	if (!hub_is_open(h))
		return;
	if (node_tells_rest(n))
		hub_found(h);
	else if (!hub_is_busy(h))
		node_opens(n);
}

int64_t
node_hub_turn(struct node *n, struct hub *h, int64_t now_ms)
{
	struct frame_node nodes[FRAME_NODES_MAX];
	int64_t due;
	size_t listed;

	if (n == NULL)
		return INT64_MAX;
	due = node_turn(n, now_ms);
	if (node_has_all(n))
		found(n, h);
	listed = node_list(n, nodes, FRAME_NODES_MAX);
	if (listed > 0)
		hub_nodes(h, nodes, listed);
	return due;
}

struct pollfd
node_hub_fd(const struct node *n)
{
	return (struct pollfd){ .fd = n == NULL ? -1 : node_fd(n),
	    .events = POLLIN };
}
