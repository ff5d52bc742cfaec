/*
 * This machine's networks. Runs in the server. Asks the system for its
 * interfaces and nothing else; whom to hear is the hub's to decide.
 */
#include "server/nets.h"

#include <sys/types.h>
#include <ifaddrs.h>
#include <net/if.h>
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

/* How many leading ones a netmask has. */
static unsigned
mask_bits(const struct sockaddr *mask, int family)
{
	const struct sockaddr_in *in4;
	const struct sockaddr_in6 *in6;
	const uint8_t *bytes;
	unsigned bits = 0, most = family == AF_INET ? 32 : 128;

	in4 = (const struct sockaddr_in *)(const void *)mask;
	in6 = (const struct sockaddr_in6 *)(const void *)mask;
	bytes = family == AF_INET ? (const uint8_t *)&in4->sin_addr :
	    in6->sin6_addr.s6_addr;
	while (bits < most && bytes[bits / 8] & 0x80 >> bits % 8)
		bits++;
	return bits;
}

static void
take_interface(struct nets *n, const struct ifaddrs *i)
{
	union sock_addr a;
	unsigned bits;
	int family;

	if (i->ifa_addr == NULL || i->ifa_netmask == NULL ||
	    !(i->ifa_flags & IFF_UP))
		return;
	family = i->ifa_addr->sa_family;
	if (family != AF_INET && family != AF_INET6)
		return;
	memset(&a, 0, sizeof(a));
	memcpy(&a, i->ifa_addr, family == AF_INET ? sizeof(a.in4) :
	    sizeof(a.in6));
	bits = mask_bits(i->ifa_netmask, family);
	/* A tunnel to everywhere makes nobody local. */
	if (bits > 0)
		nets_add(n, &a, bits);
}

void
nets_read(struct nets *n, int64_t now_ms)
{
	struct ifaddrs *list, *i;

	if (n->is_read && now_ms - n->read_ms < NETS_STALE_MS)
		return;
	n->is_read = true;
	n->read_ms = now_ms;
	if (getifaddrs(&list) == -1)
		return;
	n->count = 0;
	for (i = list; i != NULL; i = i->ifa_next)
		take_interface(n, i);
	freeifaddrs(list);
}
