/*
 * UDP sockets and addresses. Owns the socket options; used by the server and
 * by the client's receiver process. Decides nothing and never logs.
 */
#include "common/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <time.h>		/* which the next one needs and forgets */
#include <linux/errqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Asked for in either direction; the kernel gives what net.core.rmem_max and
 * wmem_max allow. A room of 200 that all speak at once fits.
 */
enum { SOCK_BUFFER_BYTES = 4 << 20 };

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

/* The four bytes of a v4 address, mapped or not; NULL for v6. */
static const uint8_t *
plain_v4(const struct plain *p)
{
	if (memcmp(p->ip, mapped, sizeof(mapped)) != 0)
		return NULL;
	return p->ip + sizeof(mapped);
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
	struct plain p = plain(a);
	const uint8_t *v4 = plain_v4(&p);

	memset(net, 0, sizeof(*net));
	if (v4 != NULL) {
		net->in4.sin_family = AF_INET;
		memcpy(&net->in4.sin_addr, v4, v4_bytes);
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

char *
sock_addr_text(char dst[SOCK_ADDR_TEXT], const union sock_addr *a)
{
	struct plain p = plain(a);
	const uint8_t *v4 = plain_v4(&p);
	char ip[INET6_ADDRSTRLEN] = "?", name[IF_NAMESIZE];

	if (v4 != NULL) {
		inet_ntop(AF_INET, v4, ip, sizeof(ip));
		snprintf(dst, SOCK_ADDR_TEXT, "%s:%u", ip, p.port);
		return dst;
	}
	inet_ntop(AF_INET6, p.ip, ip, sizeof(ip));
	if (p.scope != 0) {
		/* The interface may be gone, or not ours to ask about. */
		if (if_indextoname(p.scope, name) == NULL)
			snprintf(name, sizeof(name), "%u", p.scope);
		/* Only a link-local address has a scope: 39 characters. */
		snprintf(dst, SOCK_ADDR_TEXT, "[%.39s%%%s]:%u", ip, name,
		    p.port);
	} else {
		snprintf(dst, SOCK_ADDR_TEXT, "[%s]:%u", ip, p.port);
	}
	return dst;
}

bool
sock_addr_is_loopback(const union sock_addr *a)
{
	struct plain p = plain(a);
	const uint8_t *v4 = plain_v4(&p);

	if (v4 != NULL)
		return v4[0] == 127;
	return memcmp(p.ip, &in6addr_loopback, sizeof(p.ip)) == 0;
}

static int
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

/* A non-blocking UDP socket that lets routers fragment; -1 with errno. */
static int
udp_socket(int family)
{
	int fd;

	fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* Wishes: without them it is slower, not wrong. */
	set_option(fd, SOL_SOCKET, SO_RCVBUF, SOCK_BUFFER_BYTES);
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCK_BUFFER_BYTES);
	set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
	if (family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
		    IPV6_PMTUDISC_DONT);
	return fd;
}

static void
close_keeping_errno(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

/* Binds one address; v6only as named. Returns the descriptor or -1, errno. */
static int
listen_at(const union sock_addr *a, bool v6only, union sock_addr *bound)
{
	socklen_t len = sizeof(*bound);
	int fd, family = a->sa.sa_family;

	if ((fd = udp_socket(family)) == -1)
		return -1;
	/* A v6 socket that also takes v4 reports errors of both. */
	if ((family == AF_INET6 &&
	    (set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only) == -1 ||
	    set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) == -1)) ||
	    ((family == AF_INET || !v6only) &&
	    set_option(fd, IPPROTO_IP, IP_RECVERR, 1) == -1) ||
	    bind(fd, &a->sa, sock_addr_len(a)) == -1 ||
	    getsockname(fd, &bound->sa, &len) == -1) {
		close_keeping_errno(fd);
		return -1;
	}
	return fd;
}

/*
 * getaddrinfo(3) for UDP. Returns the list, which the caller frees, or NULL
 * with errno and *why.
 */
static struct addrinfo *
look_up(int family, const char *host, uint16_t port, int flags,
    const char **why)
{
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_DGRAM,
		.ai_flags = flags | AI_NUMERICSERV
	}, *list;
	char service[8];
	int error;

	/* This machine, whatever its hosts file says (RFC 6761, 6.3), and the
	 * same address for server and client: IPv4, which also reaches a
	 * server that listens on both. */
	if (host != NULL && strcmp(host, "localhost") == 0)
		host = family == AF_INET6 ? "::1" : "127.0.0.1";
	snprintf(service, sizeof(service), "%u", port);
	error = getaddrinfo(host, service, &hints, &list);
	if (error == 0)
		return list;
	if (error == EAI_SYSTEM) {
		*why = strerror(errno);
	} else {
		*why = gai_strerror(error);
		errno = EADDRNOTAVAIL;
	}
	return NULL;
}

static int
listen_any(int family, uint16_t port, union sock_addr *bound)
{
	union sock_addr any = { .in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port) } };
	int fd;

	if (family != AF_INET) {
		fd = listen_at(&any, family == AF_INET6, bound);
		/* A machine without IPv6 has the one family only. */
		if (fd != -1 || family == AF_INET6 ||
		    (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
			return fd;
	}
	memset(&any, 0, sizeof(any));
	any.in4.sin_family = AF_INET;
	any.in4.sin_port = htons(port);
	return listen_at(&any, false, bound);
}

int
sock_listen(int family, const char *host, uint16_t port,
    union sock_addr *bound, const char **why)
{
	struct addrinfo *list, *ai;
	union sock_addr a;
	int fd = -1;

	if (host == NULL) {
		fd = listen_any(family, port, bound);
	} else {
		list = look_up(family, host, port, AI_PASSIVE, why);
		if (list == NULL)
			return -1;
		for (ai = list; ai != NULL && fd == -1; ai = ai->ai_next) {
			memcpy(&a, ai->ai_addr, ai->ai_addrlen);
			fd = listen_at(&a, family == AF_INET6, bound);
		}
		freeaddrinfo(list);
	}
	if (fd == -1)
		*why = strerror(errno);
	return fd;
}

int
sock_resolve(int family, const char *host, uint16_t port,
    union sock_addr *addr, const char **why)
{
	struct addrinfo *list;

	if ((list = look_up(family, host, port, 0, why)) == NULL)
		return -1;
	memset(addr, 0, sizeof(*addr));
	memcpy(addr, list->ai_addr, list->ai_addrlen);
	freeaddrinfo(list);
	return 0;
}

int
sock_connect(const union sock_addr *addr)
{
	int fd;

	if ((fd = udp_socket(addr->sa.sa_family)) == -1)
		return -1;
	if (connect(fd, &addr->sa, sock_addr_len(addr)) == -1) {
		close_keeping_errno(fd);
		return -1;
	}
	return fd;
}

bool
sock_next_error(int fd, union sock_addr *about, int *error)
{
	union {
		char		bytes[512];
		struct cmsghdr	align;
	} control;
	struct sock_extended_err ee;
	struct msghdr msg = {
		.msg_name = about,
		.msg_namelen = sizeof(*about),
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)
	};
	struct cmsghdr *c;

	memset(about, 0, sizeof(*about));
	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) == -1)
		return false;
	*error = 0;
	for (c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c)) {
		if ((c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_RECVERR)) {
			memcpy(&ee, CMSG_DATA(c), sizeof(ee));
			*error = (int)ee.ee_errno;
		}
	}
	return true;
}
