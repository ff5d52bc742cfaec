/*
 * UDP sockets. Owns the socket options; used by the server and
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

char *
sock_addr_text(char dst[SOCK_ADDR_TEXT], const union sock_addr *a)
{
	static const union sock_addr none = { .in6.sin6_family = AF_INET6 };
	const uint8_t *v4 = sock_addr_v4(a);
	char ip[INET6_ADDRSTRLEN] = "?", name[IF_NAMESIZE];
	uint32_t scope;

	if (v4 == NULL && a->sa.sa_family != AF_INET6)
		a = &none;
	/* Both families have their port in the same place. */
	if (v4 != NULL) {
		inet_ntop(AF_INET, v4, ip, sizeof(ip));
		snprintf(dst, SOCK_ADDR_TEXT, "%s:%u", ip,
		    ntohs(a->in4.sin_port));
		return dst;
	}
	inet_ntop(AF_INET6, &a->in6.sin6_addr, ip, sizeof(ip));
	if ((scope = a->in6.sin6_scope_id) != 0) {
		/* The interface may be gone, or not ours to ask about. */
		if (if_indextoname(scope, name) == NULL)
			snprintf(name, sizeof(name), "%u", scope);
		/* Only a link-local address has a scope: 39 characters. */
		snprintf(dst, SOCK_ADDR_TEXT, "[%.39s%%%s]:%u", ip, name,
		    ntohs(a->in6.sin6_port));
	} else {
		snprintf(dst, SOCK_ADDR_TEXT, "[%s]:%u", ip,
		    ntohs(a->in6.sin6_port));
	}
	return dst;
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

/* A list has the same one twice where the hosts file has. */
static void
note_address(struct sock_addrs *addrs, const struct addrinfo *ai)
{
	union sock_addr *a = &addrs->of[addrs->n];
	unsigned i;

	memset(a, 0, sizeof(*a));
	memcpy(a, ai->ai_addr, ai->ai_addrlen);
	for (i = 0; i < addrs->n; i++)
		if (sock_addr_eq(&addrs->of[i], a))
			return;
	addrs->n++;
}

int
sock_resolve_all(int family, const char *host, uint16_t port,
    struct sock_addrs *addrs, const char **why)
{
	struct addrinfo *list, *ai;

	addrs->n = 0;
	if ((list = look_up(family, host, port, 0, why)) == NULL)
		return -1;
	for (ai = list; ai != NULL && addrs->n < SOCK_ADDRS; ai = ai->ai_next)
		note_address(addrs, ai);
	freeaddrinfo(list);
	return (int)addrs->n;
}

int
sock_resolve(int family, const char *host, uint16_t port,
    union sock_addr *addr, const char **why)
{
	struct sock_addrs addrs;

	if (sock_resolve_all(family, host, port, &addrs, why) == -1)
		return -1;
	*addr = addrs.of[0];
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
