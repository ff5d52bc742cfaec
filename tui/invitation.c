/*
 * Inviting others to where one is. Parent process; decides by what is known of
 * the server, and asks nobody.
 */
#include "tui/invitation.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/invite.h"
#include "common/keys.h"
#include "common/reach.h"
#include "tui/options.h"
#include "tui/store.h"

static bool
is_here(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    strncmp(host, "127.", 4) == 0;
}

/* "" where nothing is kept of it. */
static void
find_key(char dst[KEYS_SHORT], const struct options *o, const char *label)
{
	char path[PATH_MAX];
	uint8_t key[NOISE_KEY];

	if (store_config(path, "known_hosts") && keys_host_key(path, label,
	    key))
		keys_short(dst, key);
	else if (keys_is_short(o->key))
		strlcpy(dst, o->key, KEYS_SHORT);
}

static void
add(char *dst, size_t size, const struct options *o,
    const struct invite *invite)
{
	char command[INVITE_COMMAND + 32];	/* as long with options */

	/* It knows no keys, and a line of its own would be taken without. */
	if (o->classic)
		snprintf(command, sizeof(command), "chat-tui --classic -p %u "
		    "%s", o->port, invite->host);
	else
		invite_command(command, invite);
	if (*dst != '\0')
		strlcat(dst, "\n", size);
	strlcat(dst, command, size);
}

void
invitation_write(char *dst, size_t size, const struct options *o,
    const char *label)
{
	char hosts[REACH_HOSTS][REACH_BYTES];
	struct invite invite = { .port = o->port == OPTIONS_PORT ? 0 :
	    o->port };
	size_t n, i;

	dst[0] = '\0';
	find_key(invite.key, o, label);
	if (!is_here(o->server)) {
		strlcpy(invite.host, o->server, sizeof(invite.host));
		add(dst, size, o, &invite);
		return;
	}
	n = reach_find(hosts, o->family);
	for (i = 0; i < n; i++) {
		strlcpy(invite.host, hosts[i], sizeof(invite.host));
		add(dst, size, o, &invite);
	}
}
