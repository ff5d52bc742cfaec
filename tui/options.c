/*
 * Reading the client's command line; prints usage and its errors, before
 * curses starts.
 */
#include "tui/options.h"

#include <sys/socket.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

enum {
	EXIT_USAGE = 2,
	LOSS_MAX = 95,		/* percent; more is a cut cable */
	OPT_AFTER = 256,
	OPT_CLASSIC,
	OPT_FOLLOW,
	OPT_LOSS,
	OPT_NO_STORE
};

static const struct option longs[] = {
	{ "after", required_argument, NULL, OPT_AFTER },
	{ "classic", no_argument, NULL, OPT_CLASSIC },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "loss", required_argument, NULL, OPT_LOSS },
	{ "no-store", no_argument, NULL, OPT_NO_STORE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static void
usage(FILE *to)
{
	fputs(_("usage: chat-tui [-46hHPV] [-n name] [-p port] "
	    "[-k passphrase-file] [--classic]\n"
	    "                [--follow] [--after N] [--no-store] "
	    "[--loss PERCENT] [HOST]\n"), to);
}

static void
help(void)
{
	usage(stdout);
	fputs(_("\n"
	    "  HOST        the server; localhost if not given\n"
	    "  -n name     the name the room knows you by\n"
	    "  -p port     the server's UDP port (8888)\n"
	    "  -k file     the room's passphrase is its first line\n"
	    "  -H          host a room here and join it\n"
	    "  -P          plain mode: lines in, lines out, no screen\n"
	    "  --follow    plain mode: stay when the input has ended\n"
	    "  --after N   plain mode: begin after entry number N\n"
	    "  --classic   speak the classic text protocol\n"
	    "  --no-store  keep nothing on disk\n"
	    "  --loss N    drop N percent of the datagrams on purpose\n"
	    "  -4, -6      IPv4 or IPv6 only\n"
	    "  -h, -V      this help; the version\n"), stdout);
}

static int
bad_usage(const char *format, const char *what)
{
	fputs("chat-tui: ", stderr);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(stderr, format, what);
#pragma GCC diagnostic pop
	fputc('\n', stderr);
	usage(stderr);
	return EXIT_USAGE;
}

static int
take(struct options *o, int c)
{
	const char *why;

	switch (c) {
	case '4':
		o->family = AF_INET;
		break;
	case '6':
		o->family = AF_INET6;
		break;
	case 'H':
		o->host_here = true;
		break;
	case 'P':
		o->plain = true;
		break;
	case 'n':
		o->name = optarg;
		break;
	case 'p':
		o->port = (uint16_t)strtonum(optarg, 1, 65535, &why);
		if (why != NULL)
			return bad_usage(_("-p %s: not a port "
			    "(1 to 65535)"), optarg);
		o->port_given = true;
		break;
	case 'k':
		o->passphrase = optarg;
		break;
	case OPT_AFTER:
		o->after = (uint64_t)strtonum(optarg, 0, INT64_MAX, &why);
		if (why != NULL)
			return bad_usage(_("--after %s: not a number"),
			    optarg);
		o->has_after = true;
		break;
	case OPT_LOSS:
		o->loss_percent = (unsigned)strtonum(optarg, 0, LOSS_MAX,
		    &why);
		if (why != NULL)
			return bad_usage(_("--loss %s: not a percentage "
			    "(0 to 95)"), optarg);
		break;
	case OPT_CLASSIC:
		o->classic = true;
		break;
	case OPT_FOLLOW:
		o->follow = true;
		break;
	case OPT_NO_STORE:
		o->no_store = true;
		break;
	case 'h':
		help();
		return 0;
	case 'V':
		printf("chat-tui %s\n", VERSION);
		return 0;
	default:
		usage(stderr);	/* getopt has said what is wrong */
		return EXIT_USAGE;
	}
	return -1;
}

int
options_parse(struct options *o, int argc, char **argv)
{
	int c, status;

	memset(o, 0, sizeof(*o));
	o->family = AF_UNSPEC;
	o->port = OPTIONS_PORT;
	o->server = "localhost";
	while ((c = getopt_long(argc, argv, "46hHPVk:n:p:", longs, NULL)) != -1)
		if ((status = take(o, c)) != -1)
			return status;
	if (argc - optind > 1)
		return bad_usage(_("%s: one HOST is enough"),
		    argv[optind + 1]);
	if (optind < argc)
		o->server = argv[optind];
	if (o->host_here && optind < argc)
		return bad_usage(_("-H hosts here: it takes no HOST (%s)"),
		    o->server);
	return -1;
}
