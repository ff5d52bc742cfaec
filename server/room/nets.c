/*
 * Networks, and what lies inside one. Runs in the server; whom to hear is the
 * hub's to decide.
 */
#include "server/room/nets.h"

#include <string.h>

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

bool
net_prefix_of(struct net_prefix *p, const union sock_addr *a)
{
	memset(p, 0, sizeof(*p));
	p->family = a->sa.sa_family;
	if (p->family == AF_INET) {
		p->bits = 32;
		memcpy(p->ip, &a->in4.sin_addr, 4);
		return true;
	}
	if (p->family != AF_INET6)
		return false;
	p->bits = 128;
	memcpy(p->ip, &a->in6.sin6_addr, 16);
	if (memcmp(p->ip, mapped, sizeof(mapped)) == 0) {
		p->family = AF_INET;
		p->bits = 32;
		memmove(p->ip, p->ip + sizeof(mapped), 4);
	}
	return true;
}

bool
net_prefix_holds(const struct net_prefix *net, const struct net_prefix *a)
{
	size_t bytes = net->bits / 8;
	unsigned rest = net->bits % 8;

	return net->family == a->family &&
	    memcmp(net->ip, a->ip, bytes) == 0 && (rest == 0 ||
	    (net->ip[bytes] ^ a->ip[bytes]) >> (8 - rest) == 0);
}

bool
nets_add(struct nets *n, const union sock_addr *a, unsigned bits)
{
	struct net_prefix p;

	if (n->count == NETS_MAX || !net_prefix_of(&p, a))
		return false;
	if (a->sa.sa_family == AF_INET6 && p.family == AF_INET)
		bits = bits > 96 ? bits - 96 : 0;
	if (bits < p.bits)
		p.bits = bits;
	n->of[n->count++] = p;
	return true;
}

bool
nets_hold(const struct nets *n, const union sock_addr *a)
{
	struct net_prefix p;
	size_t i;

	if (sock_addr_is_loopback(a))
		return true;
	if (n == NULL || !net_prefix_of(&p, a))
		return false;
	for (i = 0; i < n->count; i++)
		if (net_prefix_holds(&n->of[i], &p))
			return true;
	return false;
}
