/*
 * The servers that have these rooms together. Runs in the server.
 */
#include "server/operator_nodes.h"

#include "common/lang.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/log.h"

/* For programs, too: in any language. */
static const char *
state_of(const struct operator_node *n, bool own, bool ready)
{
	if (own)
		return ready ? "lives" : "cut-off";
	return !ready ? "unknown" : n->lives ? "lives" : "gone";
}

void
operator_nodes(const struct operator *o, const char *arg, struct reply *r)
{
	bool ready = log_state(o->log) == LOG_READY, own;
	size_t i;

	(void)arg;
	if (o->nodes_n == 0) {
		reply_refuse(r, _("this server is alone: it was started "
		    "without --cluster"));
		return;
	}
	reply_printf(r, "ok\n");
	for (i = 0; i < o->nodes_n; i++) {
		own = o->nodes[i].number == log_node(o->log);
		reply_printf(r, "%u\t%s\t%s%s\n", (unsigned)o->nodes[i].number,
		    o->nodes[i].there, state_of(&o->nodes[i], own, ready),
		    own ? "\tthis" : "");
	}
}
