/*
 * The table of classic peers. Pure; used by classic alone. Knows who is
 * there, not what they may do.
 */
#include "server/classic_peer.h"

#include <stdlib.h>
#include <string.h>

static struct classic_peer_slot *
addr_slot(struct classic_peers *ps, const union sock_addr *addr)
{
	return &ps->addrs[sock_addr_hash(addr, ps->seed) % CLASSIC_PEERS_SLOTS];
}

static struct classic_peer_slot *
fold_slot(struct classic_peers *ps, const char *fold)
{
	uint32_t h = ps->seed;

	/* FNV-1a from a secret start. */
	for (; *fold != '\0'; fold++)
		h = (h ^ (uint8_t)*fold) * 16777619;
	return &ps->names[(h ^ h >> 16) % CLASSIC_PEERS_SLOTS];
}

void
classic_peers_init(struct classic_peers *ps, uint32_t seed)
{
	memset(ps, 0, sizeof(*ps));
	TAILQ_INIT(&ps->list);
	ps->seed = seed;
}

/* All are looked through, so only where there may be so many. */
bool
classic_peers_room(const struct classic_peers *ps,
    const union sock_addr *addr, struct classic_peer **out)
{
	struct classic_peer *p, *any = NULL, *near = NULL;
	union sock_addr group, other;
	size_t all = 0, share = 0;
	bool is_near;

	*out = NULL;
	if (ps->count < CLASSIC_PEERS_SHARE)
		return true;
	sock_addr_group(&group, addr);
	TAILQ_FOREACH(p, &ps->list, by_silence) {
		if (p->state == CLASSIC_PEER_GOES)
			continue;
		sock_addr_group(&other, &p->addr);
		is_near = sock_addr_eq(&group, &other);
		all++;
		share += is_near;
		if (p->again || p->state != CLASSIC_PEER_HERE)
			continue;
		if (any == NULL)
			any = p;
		if (near == NULL && is_near)
			near = p;
	}
	*out = share >= CLASSIC_PEERS_SHARE ? near : any;
	return all < CLASSIC_PEERS_MAX && share < CLASSIC_PEERS_SHARE;
}

struct classic_peer *
classic_peers_add(struct classic_peers *ps, const union sock_addr *addr,
    const char *name, size_t len, int64_t now_ms)
{
	struct classic_peer *p;

	if (ps->count == CLASSIC_PEERS_MAX + CLASSIC_PEERS_GOING ||
	    len > sizeof(p->name))
		return NULL;
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	if (text_fold(p->fold, name, len) == 0) {
		free(p);
		return NULL;
	}
	p->addr = *addr;
	p->heard_ms = now_ms;
	memcpy(p->name, name, len);
	p->name_len = len;
	LIST_INSERT_HEAD(addr_slot(ps, addr), p, by_addr);
	LIST_INSERT_HEAD(fold_slot(ps, p->fold), p, by_name);
	TAILQ_INSERT_TAIL(&ps->list, p, by_silence);
	ps->count++;
	return p;
}

void
classic_peers_remove(struct classic_peers *ps, struct classic_peer *p)
{
	LIST_REMOVE(p, by_addr);
	LIST_REMOVE(p, by_name);
	TAILQ_REMOVE(&ps->list, p, by_silence);
	ps->count--;
	free(p);
}

void
classic_peers_heard(struct classic_peers *ps, struct classic_peer *p,
    int64_t now_ms)
{
	p->heard_ms = now_ms;
	p->again = true;
	TAILQ_REMOVE(&ps->list, p, by_silence);
	TAILQ_INSERT_TAIL(&ps->list, p, by_silence);
}

struct classic_peer *
classic_peers_at(struct classic_peers *ps, const union sock_addr *addr)
{
	struct classic_peer *p;

	LIST_FOREACH(p, addr_slot(ps, addr), by_addr) {
		if (sock_addr_eq(&p->addr, addr))
			return p;
	}
	return NULL;
}

struct classic_peer *
classic_peers_named(struct classic_peers *ps, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	struct classic_peer *p;

	if (text_fold(fold, name, len) == 0)
		return NULL;
	LIST_FOREACH(p, fold_slot(ps, fold), by_name) {
		if (p->state != CLASSIC_PEER_COMES &&
		    strcmp(p->fold, fold) == 0)
			return p;
	}
	return NULL;
}
