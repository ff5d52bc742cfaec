/*
 * chat-tui: options, name, fork, run, exit status.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"
#include "common/sock.h"
#include "common/text.h"
#include "tui/app.h"
#include "tui/host.h"
#include "tui/options.h"
#include "tui/plain.h"
#include "tui/receiver.h"
#include "tui/signals.h"

enum { EXIT_USAGE = 2, EXIT_REFUSED = 3, LEAVE_MS = 1000 };
_Static_assert((int)APP_WHY_BYTES == (int)PLAIN_WHY_BYTES, "one buffer for both");

static int
complain(int status, const char *what, const char *why)
{
	if (what != NULL)
		fprintf(stderr, "chat-tui: %s: %s\n", what, why);
	else
		fprintf(stderr, "chat-tui: %s\n", why);
	return status;
}

/* Plain mode where there is no terminal to draw on. */
static void
choose_mode(struct options *o)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		o->plain = true;
}

static int
check_plain(const struct options *o)
{
	if (!o->plain)
		return -1;
	if (o->name == NULL)
		return complain(EXIT_USAGE, NULL, _("plain mode needs a name: "
		    "chat-tui -P -n NAME [HOST]"));
	if (text_name_check(o->name, strlen(o->name)) != TEXT_NAME_OK)
		return complain(EXIT_REFUSED, o->name, _("not a name: at most "
		    "20 columns, no spaces, not starting with ~ @ # /"));
	return -1;
}

/* -H: a room of our own first; a taken port gives way to a free one unless
 * it was asked for. */
static int
host_room(struct options *o, struct host *host)
{
	char why[HOST_WHY_BYTES];

	if (!host_start(host, o->family, o->port, why) &&
	    (o->port_given || !host_start(host, o->family, 0, why)))
		return complain(EXIT_FAILURE, _("cannot host a room"), why);
	o->port = host->port;
	return -1;
}

static int
run(const struct options *o, struct host *host, const sigset_t *outside)
{
	union sock_addr addr;
	struct receiver receiver;
	char why[APP_WHY_BYTES];
	const char *reason;
	int status;

	if (sock_resolve(o->family, o->server, o->port, &addr, &reason) == -1)
		return complain(EXIT_FAILURE, o->server, reason);
	if (receiver_start(&receiver, &addr) == -1)
		return complain(EXIT_FAILURE, NULL, strerror(errno));
	if (o->plain)
		status = plain_run(o, &receiver, outside, why);
	else
		status = app_run(o, &receiver, host, outside, why);
	receiver_stop(&receiver, LEAVE_MS);
	if (*why != '\0')
		complain(status, NULL, why);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct host host = { 0 };
	sigset_t outside;
	int status;

	if (!lang_init())
		complain(0, NULL, _("no UTF-8 locale found: wide text may be "
		    "drawn wrong"));
	if ((status = options_parse(&options, argc, argv)) != -1)
		return status;
	choose_mode(&options);
	if ((status = check_plain(&options)) != -1)
		return status;
	unsetenv("LINES");	/* the terminal knows its size better */
	unsetenv("COLUMNS");
	signals_catch(&outside);
	if (options.host_here)
		status = host_room(&options, &host);
	if (status == -1)
		status = run(&options, &host, &outside);
	host_stop(&host);
	return status;
}
