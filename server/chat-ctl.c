/*
 * chat-ctl: steers a running chat-server over the socket in its directory.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"
#include "server/control.h"
#include "server/place.h"

static const struct {
	const char	*word;
	int		 least, most;	/* words behind it */
} requests[] = {
	{ "announce", 1, 1000 }, { "names", 0, 1 }, { "whois", 1, 1 },
	{ "kick", 1, 1000 }, { "ban", 0, 2 }, { "unban", 1, 1 },
	{ "mute", 1, 1000 }, { "unmute", 1, 1 },
	{ "allow", 0, 1 }, { "disallow", 1, 1 }, { "close", 0, 0 },
	{ "open", 0, 0 }, { "release", 1, 1 }, { "stats", 0, 1 },
	{ "log", 0, 1 },
};

static void
usage(FILE *to)
{
	fputs(_("usage: chat-ctl [-d directory] announce TEXT | names [-l] |"
	    " whois NAME |\n"
	    "                kick NAME [REASON] |\n"
	    "                ban [NAME|KEY|ADDRESS|NETWORK [TIME]] |\n"
	    "                unban NAME|KEY|ADDRESS|NETWORK |\n"
	    "                mute NAME|KEY [TIME [REASON]] |"
	    " unmute NAME|KEY |\n"
	    "                allow [NAME|KEY] | disallow NAME|KEY |"
	    " close | open |\n"
	    "                release NAME | stats [--json] | log [N]\n"), to);
}

/* The words as one line; false if they are no request. */
static bool
make_request(char line[CONTROL_REQUEST], int argc, char *argv[])
{
	size_t i, len = 0;
	int word, behind = argc - 1;

	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (argc > 0 && strcmp(argv[0], requests[i].word) == 0)
			break;
	if (i == sizeof(requests) / sizeof(requests[0]) ||
	    behind < requests[i].least || behind > requests[i].most)
		return false;
	for (word = 0; word < argc; word++) {
		if (strchr(argv[word], '\n') != NULL)
			errx(2, _("a request is one line"));
		len += (size_t)snprintf(line + len, CONTROL_REQUEST - len,
		    "%s%s", word > 0 ? " " : "", argv[word]);
		if (len + 2 > CONTROL_REQUEST)
			errx(2, _("the request is too long"));
	}
	memcpy(line + len, "\n", 2);
	return true;
}

static int
connect_to(const char *dir)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/control",
	    dir) >= (int)sizeof(addr.sun_path))
		errx(1, "%s: %s", dir, strerror(ENAMETOOLONG));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		err(1, "socket");
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			errx(1, _("no chat-server is at work in %s"), dir);
		err(1, "%s", addr.sun_path);
	}
	return fd;
}

static void
finish_stdout(void)
{
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "stdout");
}

/* What a server says to a word that it has not learnt yet, in its language,
 * which is ours as a rule. */
static bool
is_unknown(const char *sentence)
{
	size_t len = strcspn(sentence, "\n");
	const char *in_ours = _("no such request");

	return (len == strlen("no such request") &&
	    memcmp(sentence, "no such request", len) == 0) ||
	    (len == strlen(in_ours) && memcmp(sentence, in_ours, len) == 0);
}

/* Says why not; the exit status. */
static int
refused(const char *first, const char *word)
{
	bool misused = strncmp(first, "usage: ", 7) == 0;
	const char *sentence = misused || strncmp(first, "error: ", 7) == 0 ?
	    first + 7 : first;

	if (is_unknown(sentence))
		fprintf(stderr, _("chat-ctl: the server is older than this "
		    "chat-ctl and does not know '%s'\n"), word);
	else
		fprintf(stderr, "chat-ctl: %s", sentence);
	return misused ? 2 : 1;
}

/* Prints what comes; the exit status that its first line says. */
static int
print_reply(int fd, const char *word)
{
	FILE *in = fdopen(fd, "r");
	char first[CONTROL_REQUEST], block[4096];
	bool cut;
	size_t n;

	if (in == NULL || fgets(first, sizeof(first), in) == NULL)
		errx(1, _("the server did not answer"));
	cut = strcmp(first, "cut\n") == 0;
	if (!cut && strcmp(first, "ok\n") != 0)
		return refused(first, word);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		fwrite(block, 1, n, stdout);
	if (ferror(in))
		err(1, _("the server's answer"));
	finish_stdout();
	fclose(in);
	if (cut)
		errx(1, _("that is not all: the server says 1 MiB at most, "
		    "and the rest is missing"));
	return 0;
}

int
main(int argc, char *argv[])
{
	char line[CONTROL_REQUEST], dir[PATH_MAX];
	const char *asked = NULL;
	int option, fd;

	lang_init();
	while ((option = getopt(argc, argv, "+d:hV")) != -1) {
		switch (option) {
		case 'd':
			asked = optarg;
			break;
		case 'h':
			usage(stdout);
			finish_stdout();
			return 0;
		case 'V':
			puts("chat-ctl " VERSION);
			finish_stdout();
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (!make_request(line, argc - optind, argv + optind)) {
		usage(stderr);
		return 2;
	}
	if (!place_find(dir, asked, NULL))
		errx(1, _("where is the server? give -d"));
	fd = connect_to(dir);
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) !=
	    (ssize_t)strlen(line))
		err(1, "%s", dir);
	return print_reply(fd, argv[optind]);
}
