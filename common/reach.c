/*
 * The machine's own addresses. Run by the server at its start, and by the
 * client's parent process.
 */
#include "common/reach.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FOUND_MAX = 64 };

/* How far an address carries; the better the higher. */
enum worth { NOTHING, CABLE, OTHER_FAMILY, NETWORK, USUAL };

static enum worth
worth_of(const struct reach_found *f, int family)
{
	const struct in6_addr *six = &f->addr.in6.sin6_addr;
	uint32_t four;

	if (f->addr.sa.sa_family == AF_INET6) {
		/* A link-local one is of no use without the name of the
		 * other's interface. */
		if (family == AF_INET || IN6_IS_ADDR_LOOPBACK(six) ||
		    IN6_IS_ADDR_LINKLOCAL(six) || IN6_IS_ADDR_MULTICAST(six) ||
		    IN6_IS_ADDR_UNSPECIFIED(six) || IN6_IS_ADDR_V4MAPPED(six))
			return NOTHING;
		if (family == AF_UNSPEC)
			return OTHER_FAMILY;
	} else {
		if (f->addr.sa.sa_family != AF_INET || family == AF_INET6)
			return NOTHING;
		four = ntohl(f->addr.in4.sin_addr.s_addr);
		if (four >> 16 == 0xa9fe)
			return CABLE;
		if (four >> 24 == 127 || four >> 24 == 0 || four >> 28 >= 0xe)
			return NOTHING;
	}
	return f->usual ? USUAL : NETWORK;
}

static void
print(char host[REACH_BYTES], const union sock_addr *a)
{
	if (a->sa.sa_family == AF_INET)
		inet_ntop(AF_INET, &a->in4.sin_addr, host, REACH_BYTES);
	else
		inet_ntop(AF_INET6, &a->in6.sin6_addr, host, REACH_BYTES);
}

/* An interface is told once, by its best address. */
static bool
is_told(const struct reach_found *f, const size_t told[], size_t ntold,
    size_t i)
{
	size_t j;

	for (j = 0; j < ntold; j++)
		if (strcmp(f[told[j]].interface, f[i].interface) == 0)
			return true;
	return false;
}

size_t
reach_choose(char hosts[REACH_HOSTS][REACH_BYTES],
    const struct reach_found *found, size_t n, int family)
{
	size_t told[REACH_HOSTS], ntold = 0, i;
	enum worth best = NOTHING, worth, wanted;

	for (i = 0; i < n; i++)
		if ((worth = worth_of(&found[i], family)) > best)
			best = worth;
	/* Nothing of a lesser kind beside those that carry. */
	for (wanted = USUAL; wanted > NOTHING; wanted--) {
		if (wanted < NETWORK && wanted < best)
			break;
		for (i = 0; i < n && ntold < REACH_HOSTS; i++) {
			if (worth_of(&found[i], family) != wanted ||
			    is_told(found, told, ntold, i))
				continue;
			print(hosts[ntold], &found[i].addr);
			told[ntold++] = i;
		}
	}
	return ntold;
}

/* The address that would be sent from to anywhere: connecting a datagram
 * socket looks up the route and sends nothing. */
static bool
usual_address(int family, union sock_addr *own)
{
	/* For documentation (RFC 5737, RFC 3849), so never in a table. */
	const char *nowhere = family == AF_INET ? "192.0.2.1" :
	    "2001:db8::1";
	union sock_addr to = { .sa.sa_family = (sa_family_t)family };
	socklen_t len = sizeof(*own);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool known;

	if (fd == -1)
		return false;
	if (family == AF_INET) {
		inet_pton(AF_INET, nowhere, &to.in4.sin_addr);
		to.in4.sin_port = htons(9);
	} else {
		inet_pton(AF_INET6, nowhere, &to.in6.sin6_addr);
		to.in6.sin6_port = htons(9);
	}
	known = connect(fd, &to.sa, sock_addr_len(&to)) == 0 &&
	    getsockname(fd, &own->sa, &len) == 0;
	close(fd);
	return known;
}

static bool
same_host(const union sock_addr *a, const union sock_addr *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	if (a->sa.sa_family == AF_INET)
		return a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;
	return memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr,
	    sizeof(a->in6.sin6_addr)) == 0;
}

/* The addresses of all interfaces that are connected to something. */
static size_t
gather(struct reach_found found[FOUND_MAX])
{
	struct ifaddrs *list, *i;
	size_t n = 0, len;

	if (getifaddrs(&list) == -1)
		return 0;
	for (i = list; i != NULL && n < FOUND_MAX; i = i->ifa_next) {
		if (i->ifa_addr == NULL || (i->ifa_flags & (IFF_UP |
		    IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
			continue;
		len = i->ifa_addr->sa_family == AF_INET ?
		    sizeof(found->addr.in4) :
		    i->ifa_addr->sa_family == AF_INET6 ?
		    sizeof(found->addr.in6) : 0;
		if (len == 0)
			continue;
		memset(&found[n], 0, sizeof(found[n]));
		strlcpy(found[n].interface, i->ifa_name, IF_NAMESIZE);
		memcpy(&found[n++].addr, i->ifa_addr, len);
	}
	freeifaddrs(list);
	return n;
}

size_t
reach_find(char hosts[REACH_HOSTS][REACH_BYTES], int family)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct reach_found found[FOUND_MAX];
	union sock_addr usual;
	size_t n = gather(found), i, j;

	for (i = 0; i < 2; i++)
		if (usual_address(families[i], &usual))
			for (j = 0; j < n; j++)
				found[j].usual |= same_host(&found[j].addr,
				    &usual);
	n = reach_choose(hosts, found, n, family);
	if (n > 0)
		return n;
	strlcpy(hosts[0], "localhost", REACH_BYTES);
	return 1;
}
