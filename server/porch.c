/*
 * Who comes in by the classic protocol. Pure; runs in the server.
 */
#include "server/porch.h"

static uint32_t
net_hash(const struct porch *p, const union sock_addr *addr)
{
	union sock_addr net;

	sock_addr_net(&net, addr, 3, 6);
	return sock_addr_hash(&net, p->seed);
}

/* Of the address without its port; never 0. */
static uint32_t
group_hash(const struct porch *p, const union sock_addr *addr)
{
	union sock_addr group;

	sock_addr_group(&group, addr);
	return sock_addr_hash(&group, p->seed) | 1;
}

static bool
is_known(const struct porch *p, const union sock_addr *addr)
{
	uint32_t hash = group_hash(p, addr);

	return p->known[hash / 2 % PORCH_KNOWN] == hash;
}

bool
porch_has_room(const struct porch *p, int64_t now_ms,
    const union sock_addr *addr)
{
	if (sock_addr_is_loopback(addr))
		return limit_wait_ms(&p->here, now_ms, 1, PORCH_HERE,
		    PORCH_HERE_BURST) == 0;
	if (is_known(p, addr))
		return limit_wait_ms(&p->back, now_ms, 1, PORCH_BACK,
		    PORCH_BACK_BURST) == 0;
	return limit_wait_ms(&p->all, now_ms, 1, PORCH_ALL,
	    PORCH_ALL_BURST) == 0 &&
	    limit_wait_ms(&p->nets[net_hash(p, addr) % PORCH_NETS], now_ms, 1,
	    PORCH_NET, PORCH_NET_BURST) == 0;
}

void
porch_enter(struct porch *p, int64_t now_ms, const union sock_addr *addr)
{
	if (sock_addr_is_loopback(addr)) {
		limit_take(&p->here, now_ms, 1, PORCH_HERE, PORCH_HERE_BURST);
		return;
	}
	if (is_known(p, addr)) {
		limit_take(&p->back, now_ms, 1, PORCH_BACK, PORCH_BACK_BURST);
		return;
	}
	limit_take(&p->all, now_ms, 1, PORCH_ALL, PORCH_ALL_BURST);
	limit_take(&p->nets[net_hash(p, addr) % PORCH_NETS], now_ms, 1,
	    PORCH_NET, PORCH_NET_BURST);
}

void
porch_heard(struct porch *p, const union sock_addr *addr)
{
	uint32_t hash = group_hash(p, addr);

	p->known[hash / 2 % PORCH_KNOWN] = hash;
}
