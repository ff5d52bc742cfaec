/*
 * Where members are, of several servers. Pure; runs in the server.
 */
#include "server/room/room.h"

#include "server/room/room_state.h"

unsigned
room_bit_of(uint32_t node)
{
	return 1U << node % 16;
}

/* Of whom it is known that he is nowhere: he may be where it is not known. */
static bool
is_at_one_of(const struct member *p, uint64_t nodes)
{
	return ((p->servers == 0 ? 1U : p->servers) & nodes) != 0;
}

void
room_take_at(void *arg, const struct log_note *n, uint32_t node)
{
	struct room *r = arg;
	struct member *p = roster_find(&r->roster, n->fold);
	size_t i;

	if (p == NULL)
		return;
	if (n->kind == LOG_NOTE_AWAY) {
		p->servers &= node == 0 ? 0 : ~room_bit_of(node);
		r->has_ghosts |= !is_at_one_of(p, ~r->gone);
		return;
	}
	/* That he was somewhere nobody knows is over. */
	p->servers = room_bit_of(node) | (n->place == 0 ? 0 : p->servers & ~1U);
	for (i = 0; i < r->watches && node != log_node(r->log); i++)
		if (r->watch[i].moved != NULL)
			r->watch[i].moved(r->watch[i].arg, p, n->place);
}

void
room_take_node(void *arg, uint32_t node, bool lives)
{
	struct room *r = arg;
	uint64_t bit = room_bit_of(node);

	if (lives)
		r->gone &= ~bit;
	else {
		r->gone |= bit;
		r->has_ghosts = true;
	}
}

bool
room_is_here(const struct room *r, const struct member *p)
{
	return is_at_one_of(p, room_bit_of(log_node(r->log)));
}

bool
room_is_elsewhere(const struct room *r, const struct member *p)
{
	return is_at_one_of(p, ~(r->gone | room_bit_of(log_node(r->log))));
}

bool
room_is_ghost(const struct room *r, const struct member *p)
{
	return room_is_left(r, p) && !room_is_elsewhere(r, p);
}

bool
room_is_left(const struct room *r, const struct member *p)
{
	if (p->session != NULL || r->sort == ROOM_TALK)
		return false;
	return room_is_here(r, p) ? !p->classic : !room_is_elsewhere(r, p);
}
