/*
 * This machine's networks. Runs in the server. Asks the system for its
 * interfaces and nothing else.
 */
#include "server/interfaces.h"

#include <sys/types.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

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
interfaces_read(struct nets *n, int64_t now_ms)
{
	struct ifaddrs *list, *i;

	if (n->is_read && now_ms - n->read_ms < INTERFACES_STALE_MS)
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
