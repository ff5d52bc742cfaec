/*
 * The first words of chat-server, on standard output. Run once by main.
 */
#include "server/greeting.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "common/keys.h"
#include "common/lang.h"
#include "server/settings.h"

static bool
is_any(const union sock_addr *a)
{
	if (a->sa.sa_family == AF_INET)
		return a->in4.sin_addr.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr);
}

/* Whether others may reach the machine by this address of an interface. */
static bool
is_reachable(const struct ifaddrs *i, int family)
{
	const struct sockaddr_in6 *in6;

	if (i->ifa_addr == NULL || i->ifa_addr->sa_family != family ||
	    !(i->ifa_flags & IFF_UP) || (i->ifa_flags & IFF_LOOPBACK))
		return false;
	in6 = (const struct sockaddr_in6 *)(const void *)i->ifa_addr;
	return family != AF_INET6 || !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

/* The first of the machine's addresses for others, or localhost. */
static void
machine_host(char host[NI_MAXHOST], int family)
{
	struct ifaddrs *list, *i;
	socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) :
	    sizeof(struct sockaddr_in);

	strlcpy(host, "localhost", NI_MAXHOST);
	if (getifaddrs(&list) == -1)
		return;
	for (i = list; i != NULL; i = i->ifa_next) {
		if (is_reachable(i, family) && getnameinfo(i->ifa_addr, len,
		    host, NI_MAXHOST, NULL, 0, NI_NUMERICHOST) == 0)
			break;
	}
	freeifaddrs(list);
}

void
greeting_print(const union sock_addr *bound, int family,
    const struct hub_config *hub)
{
	const struct gate_config *gate = &hub->gate;
	char fingerprint[KEYS_FINGERPRINT];
	char text[SOCK_ADDR_TEXT], host[NI_MAXHOST];
	uint16_t port;

	port = ntohs(bound->sa.sa_family == AF_INET ? bound->in4.sin_port :
	    bound->in6.sin6_port);
	if (is_any(bound) || getnameinfo(&bound->sa, sock_addr_len(bound),
	    host, sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
		machine_host(host, family == AF_INET6 ? AF_INET6 : AF_INET);
	printf("listening on %s\n", sock_addr_text(text, bound));
	printf(_("room %s%s, key %s\n"), gate->room,
	    gate->has_psk ? _(" with a passphrase") : "",
	    keys_fingerprint(fingerprint, gate->key.public));
	if (port == SETTINGS_PORT)
		printf("chat-tui %s\n", host);
	else
		printf("chat-tui -p %u %s\n", port, host);
	if (hub->closed)
		puts(_("the room is closed: only keys that chat-ctl allows "
		    "may enter"));
	else if (hub->classic != HUB_CLASSIC_OFF)
		puts(hub->classic == HUB_CLASSIC_LOCAL ?
		    _("the classic protocol is open to this machine and its "
		    "networks, in clear (--classic=off closes it)") :
		    _("the classic protocol is open to everybody, in clear "
		    "(--classic=off closes it)"));
	fflush(stdout);
}
