/*
 * Inviting others to where one is. Parent process; decides by what is known of
 * the server, and asks nobody.
 */
#include "tui/invitation.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/invite.h"
#include "common/keys.h"
#include "common/reach.h"
#include "common/sock.h"
#include "tui/settings/options.h"
#include "tui/shared/store.h"

/* Does somebody listen at this machine's address? A server that was bound to
 * loopback alone is reached at no other one. Where that cannot be found out, as
 * for a port that is not for everybody, it may be. */
static bool
is_served(const char *host, uint16_t port)
{
	union sock_addr bound;
	const char *why;
	int fd;

	if ((fd = sock_listen(AF_UNSPEC, host, port, &bound, &why)) == -1)
		return true;
	close(fd);
	return false;
}

/* "" where nothing is kept of it. */
static void
find_key(char dst[FINGERPRINT_SHORT], const struct options *o,
    const char *label)
{
	char path[PATH_MAX];
	uint8_t key[NOISE_KEY];

	if (store_config(path, "known_hosts") && keys_host_key(path, label,
	    key))
		fingerprint_short(dst, key);
	else if (fingerprint_is_short(o->key))
		strlcpy(dst, o->key, FINGERPRINT_SHORT);
}

static void
add(char *dst, size_t size, const struct options *o,
    const struct invite *invite)
{
	char command[INVITE_COMMAND + 32];	/* as long with options */

	/* It knows no keys, and a line of its own would be taken without. */
	if (o->classic)
		snprintf(command, sizeof(command), "chat-tui --classic -p %u "
		    "%s", invite->port == 0 ? OPTIONS_PORT : invite->port,
		    invite->host);
	else
		invite_command(command, invite);
	if (*dst != '\0')
		strlcat(dst, "\n", size);
	strlcat(dst, command, size);
}

/* The server that this client is at: a setting may be another's by now. */
static uint16_t
find_host(char host[KEYS_HOST_BYTES], const struct options *o,
    const char *label)
{
	const char *colon = strrchr(label, ':');
	size_t len;

	if (colon == NULL) {
		strlcpy(host, o->server, KEYS_HOST_BYTES);
		return o->port;
	}
	len = (size_t)(colon - label);
	if (len > 2 && *label == '[') {
		label++;
		len -= 2;
	}
	snprintf(host, KEYS_HOST_BYTES, "%.*s", (int)len, label);
	return (uint16_t)strtoul(colon + 1, NULL, 10);
}

void
invitation_write(char *dst, size_t size, const struct options *o,
    const char *label, const char *room)
{
	char hosts[REACH_HOSTS][REACH_BYTES], host[KEYS_HOST_BYTES];
	uint16_t port = find_host(host, o, label);
	struct invite invite = { .port = port == OPTIONS_PORT ? 0 : port };
	size_t n, i;

	dst[0] = '\0';
	strlcpy(invite.room, room, sizeof(invite.room));
	find_key(invite.key, o, label);
	n = options_is_here(host) ? reach_find(hosts, o->family) : 0;
	for (i = 0; i < n; i++)
		if (is_served(hosts[i], port)) {
			strlcpy(invite.host, hosts[i], sizeof(invite.host));
			add(dst, size, o, &invite);
		}
	if (dst[0] == '\0') {
		strlcpy(invite.host, host, sizeof(invite.host));
		add(dst, size, o, &invite);
	}
}
