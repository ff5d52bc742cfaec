/*
 * Addresses of peers. Runs in the server and in the client's receiver process;
 * never asks the system.
 */
#include "common/sock_addr.h"

#include <string.h>

enum { V6_GROUP_BYTES = 7 };	/* a /56: what one household is given */

/* One form for v4, v4-mapped and v6, so that they compare and hash alike. */
struct plain {
	uint8_t		ip[16];
	uint32_t	scope;
	uint32_t	port;
};

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static struct plain
plain(const union sock_addr *a)
{
	struct plain p = { .scope = 0 };

	if (a->sa.sa_family == AF_INET) {
		memcpy(p.ip, mapped, sizeof(mapped));
		memcpy(p.ip + sizeof(mapped), &a->in4.sin_addr, 4);
		p.port = ntohs(a->in4.sin_port);
	} else if (a->sa.sa_family == AF_INET6) {
		memcpy(p.ip, &a->in6.sin6_addr, sizeof(p.ip));
		p.scope = a->in6.sin6_scope_id;
		p.port = ntohs(a->in6.sin6_port);
	}
	return p;
}

socklen_t
sock_addr_len(const union sock_addr *a)
{
	switch (a->sa.sa_family) {
	case AF_INET:
		return sizeof(a->in4);
	case AF_INET6:
		return sizeof(a->in6);
	default:
		return 0;
	}
}

bool
sock_addr_eq(const union sock_addr *a, const union sock_addr *b)
{
	struct plain x = plain(a), y = plain(b);

	return memcmp(&x, &y, sizeof(x)) == 0;
}

uint32_t
sock_addr_hash(const union sock_addr *a, uint32_t seed)
{
	struct plain p = plain(a);
	uint32_t words[sizeof(p) / 4], h = seed;
	size_t i;

	/* MurmurHash3's body; the seed keeps strangers from choosing slots. */
	memcpy(words, &p, sizeof(words));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		uint32_t k = words[i] * 0xcc9e2d51;

		h ^= (k << 15 | k >> 17) * 0x1b873593;
		h = (h << 13 | h >> 19) * 5 + 0xe6546b64;
	}
	h = (h ^ h >> 16) * 0x85ebca6b;
	h = (h ^ h >> 13) * 0xc2b2ae35;
	return h ^ h >> 16;
}

void
sock_addr_net(union sock_addr *net, const union sock_addr *a, size_t v4_bytes,
    size_t v6_bytes)
{
	bool v4 = sock_addr_v4(a) != NULL;
	struct plain p = plain(a);

	memset(net, 0, sizeof(*net));
	if (v4) {
		net->in4.sin_family = AF_INET;
		memcpy(&net->in4.sin_addr, p.ip + sizeof(mapped), v4_bytes);
	} else {
		net->in6.sin6_family = AF_INET6;
		memcpy(&net->in6.sin6_addr, p.ip, v6_bytes);
	}
}

void
sock_addr_group(union sock_addr *group, const union sock_addr *a)
{
	sock_addr_net(group, a, 4, V6_GROUP_BYTES);
}

void
sock_addr_to_group(struct sock_group *group, const union sock_addr *a)
{
	const uint8_t *v4 = sock_addr_v4(a);
	struct plain p = plain(a);

	memset(group, 0, sizeof(*group));
	group->version = v4 != NULL ? 4 : 6;
	if (v4 != NULL)
		memcpy(group->of, v4, 4);
	else
		memcpy(group->of, p.ip, V6_GROUP_BYTES);
}
_Static_assert(sizeof(((struct sock_group *)0)->of) == V6_GROUP_BYTES,
    "it is all there");

size_t
sock_group_net_bytes(const struct sock_group *group, bool wide)
{
	static const size_t bytes[2][2] = { { 3, 6 }, { 2, 4 } };

	return offsetof(struct sock_group, of) +
	    bytes[wide][group->version == 6];
}

bool
sock_addr_is_loopback(const union sock_addr *a)
{
	const uint8_t *v4 = sock_addr_v4(a);

	if (v4 != NULL)
		return v4[0] == 127;
	return a->sa.sa_family == AF_INET6 && memcmp(&a->in6.sin6_addr,
	    &in6addr_loopback, sizeof(in6addr_loopback)) == 0;
}

const uint8_t *
sock_addr_v4(const union sock_addr *a)
{
	const uint8_t *v6 = a->in6.sin6_addr.s6_addr;

	if (a->sa.sa_family == AF_INET)
		return (const uint8_t *)&a->in4.sin_addr;
	if (a->sa.sa_family == AF_INET6 &&
	    memcmp(v6, mapped, sizeof(mapped)) == 0)
		return v6 + sizeof(mapped);
	return NULL;
}
