/*
 * Forgetting a server's key. The file is replaced whole, so that no other
 * window ever reads half of it.
 */
#include "tui/forget.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/keys.h"
#include "common/lang.h"
#include "tui/shared/room_place.h"
#include "tui/shared/store.h"

enum { CLOSE_MS = 1500 };	/* so long who was killed may still leave */

static void
see_room(void *arg, const char *name)
{
	/* With a point in front it is no name's. */
	if (name[0] != '.')
		*(bool *)arg = true;
}

static void
tell_host(void *arg, const char *dir)
{
	const char **host = arg;
	bool holds = false;

	if (disk_real.list(disk_real.arg, dir, see_room, &holds) == 0 && holds)
		printf(_("What is kept of its rooms stays in %s; lines that "
		    "wait in an outbox there are said to the next server "
		    "that is joined as %s.\n"), dir, *host);
}

/* What stays: it is not ours to throw away, and may be wanted. */
static void
tell(const char *host, const char *place, const struct forgotten *f)
{
	char dir[PATH_MAX];

	printf(_("%s is forgotten, key %s; the next server there is a new "
	    "one.\n"), host, f->key[0] != '\0' ? f->key : "?");
	if (f->psk)
		puts(_("That its room wants a passphrase is forgotten, too."));
	if (strcmp(place, host) != 0 && store_find_server(dir, place))
		printf(_("What is kept of its rooms stays in %s; lines that "
		    "wait there are said when a server with that key is "
		    "joined again.\n"), dir);
	/* A window has it open. */
	store_each_server(host, tell_host, &host);
}

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "chat-tui: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* False: it does not know that host, and is as it was. */
static bool
forget_in(const char *path, const char *text, size_t len, const char *host,
    int *status)
{
	char *rest = malloc(len + 1), place[KEYS_HOST_BYTES];
	struct forgotten f;
	size_t n;

	if (rest == NULL) {
		*status = complain(path, strerror(errno));
		return true;
	}
	n = forget_lines(rest, text, len, host, &f);
	if (f.known || f.psk) {
		/* The key's, before nobody knows any more that it was here. */
		room_place_find(place, host, CLOSE_MS);
		if (store_replace(path, rest, n)) {
			tell(host, place, &f);
			*status = EXIT_SUCCESS;
		} else
			*status = complain(path, strerror(errno));
	}
	free(rest);
	return f.known || f.psk;
}

int
forget_host(const char *typed, const char *label)
{
	char path[PATH_MAX], target[PATH_MAX], *text = NULL;
	int status = EXIT_FAILURE;
	bool found;
	size_t len;

	if (!store_config(path, "known_hosts"))
		return complain("known_hosts", strerror(errno));
	/* A link stays: what it leads to is meant. */
	if (realpath(path, target) != NULL)
		text = store_load(target, &len);
	if (text == NULL && access(path, F_OK) == 0)
		return complain(path, errno != 0 ? strerror(errno) :
		    keys_reason(KEYS_KIND));
	found = text != NULL && (forget_in(target, text, len, typed,
	    &status) || forget_in(target, text, len, label, &status));
	free(text);
	if (!found)
		fprintf(stderr, _("chat-tui: %s is not known in %s\n"), label,
		    path);
	return status;
}
