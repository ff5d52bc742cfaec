/*
 * The file of a server's other places. Written by the receiver process, read by
 * its parent; what a server said is checked on both ways.
 */
#include "tui/shared/store_nodes.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "tui/shared/store.h"

enum { FILE_BYTES = FINGERPRINT_SHORT + HOSTS_LIST_BYTES + 1 };

/* With a point in front it is nobody's directory. */
static bool
find_file(char path[PATH_MAX], const char *server)
{
	return store_server_path(path, server) &&
	    strlcat(path, "/.nodes", PATH_MAX) < PATH_MAX;
}

bool
store_nodes(const char *server, const uint8_t key[NOISE_KEY],
    char list[HOSTS_LIST_BYTES])
{
	char path[PATH_MAX], whose[FINGERPRINT_SHORT], *text, *at;
	size_t len, n;

	*list = '\0';
	if (!find_file(path, server) || (text = store_load(path, &len)) == NULL)
		return false;
	fingerprint_short(whose, key);
	n = strlen(whose);
	at = text + n + 1;
	if (len < FILE_BYTES && len > n && strlen(text) == len &&
	    memcmp(text, whose, n) == 0 && text[n] == ' ') {
		at[strcspn(at, "\n")] = '\0';
		if (hosts_flaw(at) == NULL)
			strlcpy(list, at, HOSTS_LIST_BYTES);
	}
	free(text);
	return *list != '\0';
}

bool
store_keep_nodes(const char *server, const uint8_t key[NOISE_KEY],
    const char *list)
{
	char path[PATH_MAX], whose[FINGERPRINT_SHORT], text[FILE_BYTES];
	char last[HOSTS_LIST_BYTES];
	int n;

	if ((store_nodes(server, key, last) || *list == '\0') &&
	    strcmp(last, list) == 0)
		return true;
	n = snprintf(text, sizeof(text), "%s %s\n",
	    fingerprint_short(whose, key), list);
	return n > 0 && n < (int)sizeof(text) && find_file(path, server) &&
	    store_replace(path, text, (size_t)n);
}
