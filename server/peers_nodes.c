/*
 * NODES: where the room's other servers are. Pure; runs in the server. One
 * frame for all, written once.
 */
#include "server/peers_nodes.h"

#include <string.h>

#include "common/frame_put.h"
#include "server/peers_state.h"

enum { NODES_TIMES = 3 };	/* it is told to one, in all */

/* Owed now, and behind the next PINGs. */
static void
owe(struct peer *p)
{
	p->at.nodes_now = true;
	p->at.nodes_times = NODES_TIMES;
}

size_t
peers_set_nodes(struct peers *ps, const struct frame_node *nodes, size_t n)
{
	struct frame_node sound[FRAME_NODES_MAX];
	uint8_t frame[PEER_NODES_BYTES];
	struct wire_out out;
	struct peer *p;
	size_t i, told = 0;

	for (i = 0; i < n && told < FRAME_NODES_MAX; i++)
		if (frame_node_is_sound(&nodes[i]))
			sound[told++] = nodes[i];
	do {
		out = wire_out(frame, sizeof(frame));
		if (told > 0)
			frame_put_nodes(&out, sound, told);
	} while (out.failed && told-- > 0);
	if (out.len == ps->nodes.len &&
	    memcmp(frame, ps->nodes.frame, out.len) == 0)
		return told;
	ps->nodes.len = out.len;
	memcpy(ps->nodes.frame, frame, out.len);
	LIST_FOREACH(p, &ps->all, by_all)
		if (told > 0 && !p->closing) {
			owe(p);
			peers_hurry(ps, p);
		}
	return told;
}

void
peers_begin_nodes(const struct peers *ps, struct peer *p)
{
	if (ps->nodes.len > 0)
		owe(p);
}

void
peers_put_nodes(const struct peers *ps, struct peer *p, struct wire_out *out)
{
	/* Its PING shows that it hears, and is of its own size. */
	if (p->at.nodes_times > 0 && (p->owes & PEER_OWES_PONG) != 0)
		p->at.nodes_now = true;
	if (!peers_owes_nodes(p) || out->failed)
		return;
	if (ps->nodes.len > 0 && out->size - out->len >= ps->nodes.len)
		wire_put_bytes(out, ps->nodes.frame, ps->nodes.len);
	/* An empty datagram that has no room never has. */
	else if (ps->nodes.len > 0 && out->len > 0)
		return;
	p->at.nodes_now = false;
	p->at.nodes_times -= p->at.nodes_times > 0;
}
