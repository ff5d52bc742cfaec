/*
 * The first words of chat-server, on standard output. Run once by main.
 */
#include "server/greeting.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/invite.h"
#include "common/lang.h"
#include "common/reach.h"
#include "server/roomlist.h"
#include "server/settings.h"

static bool
is_any(const union sock_addr *a)
{
	if (a->sa.sa_family == AF_INET)
		return a->in4.sin_addr.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr);
}

/* The addresses at which others find the server; how many. */
static size_t
find_hosts(char hosts[REACH_HOSTS][REACH_BYTES], const union sock_addr *bound,
    int family)
{
	if (!is_any(bound) && getnameinfo(&bound->sa, sock_addr_len(bound),
	    hosts[0], REACH_BYTES, NULL, 0, NI_NUMERICHOST) == 0)
		return 1;
	return reach_find(hosts, family);
}

/* The lines to hand out: whoever has one need not compare the key. */
static void
print_invitations(const union sock_addr *bound, int family,
    const uint8_t key[NOISE_KEY])
{
	char hosts[REACH_HOSTS][REACH_BYTES], command[INVITE_COMMAND];
	size_t n = find_hosts(hosts, bound, family), i;
	struct invite invite;
	uint16_t port = ntohs(bound->sa.sa_family == AF_INET ?
	    bound->in4.sin_port : bound->in6.sin6_port);

	memset(&invite, 0, sizeof(invite));
	fingerprint_short(invite.key, key);
	invite.port = port == SETTINGS_PORT ? 0 : port;
	for (i = 0; i < n; i++) {
		strlcpy(invite.host, hosts[i], sizeof(invite.host));
		/* With an interface, by -b: no line to hand out has that. */
		if (strchr(hosts[i], '%') != NULL)
			printf("chat-tui -p %u %s\n", port, hosts[i]);
		else
			printf("%s\n", invite_command(command, &invite));
	}
	puts(n == 1 ? _("others join by that line (in a clone: ./chat-tui)") :
	    _("others join by one of these lines, whichever reaches this "
	    "machine (in a clone: ./chat-tui)"));
}

/* Where there are several. */
static void
print_rooms(const struct roomlist *rooms)
{
	const struct place *p = NULL;
	size_t n = 0;

	while ((p = roomlist_next(rooms, p)) != NULL)
		n += p->line.sort != ROOMS_AWAY;
	if (n < 2)
		return;
	fputs(_("rooms"), stdout);
	while ((p = roomlist_next(rooms, p)) != NULL)
		if (p->line.sort != ROOMS_AWAY)
			printf("%s%s", p->line.sort == ROOMS_HOME ? " " : ", ",
			    p->line.name);
	putchar('\n');
}

void
greeting_print(const union sock_addr *bound, int family,
    const struct hub_config *hub)
{
	const struct gate_config *gate = &hub->gate;
	char fingerprint[FINGERPRINT_TEXT];
	char text[SOCK_ADDR_TEXT];

	printf("listening on %s\n", sock_addr_text(text, bound));
	printf(_("room %s%s, key %s\n"), gate->room,
	    gate->has_psk ? _(" with a passphrase") : "",
	    fingerprint_text(fingerprint, gate->key.public));
	print_invitations(bound, family, gate->key.public);
	print_rooms(hub->rooms);
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
