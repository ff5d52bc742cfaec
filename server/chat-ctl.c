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

#include "common/help_line.h"
#include "common/lang.h"
#include "common/text.h"
#include "server/backup.h"
#include "server/control.h"
#include "server/state_dir.h"

/* What may be asked for; of the server, but for backup. */
static const struct {
	const char	*word;
	int		 least, most;	/* words behind it */
	const char	*takes;
	const char	*does;
} requests[] = {
	{ "announce", 1, 1000, N_("TEXT"), N_("tell everybody") },
	{ "names", 0, 1, "[-l]", N_("who is here; -l: key, address, since") },
	{ "whois", 1, 1, N_("NAME"), N_("the same for one person") },
	{ "kick", 1, 1000, N_("NAME [REASON]"),
	    N_("put somebody out; they may come again") },
	{ "ban", 0, 2, N_("[NAME|KEY|ADDRESS|NETWORK [TIME]]"),
	    N_("keep somebody out; alone: who is banned") },
	{ "unban", 1, 1, N_("NAME|KEY|ADDRESS|NETWORK"), N_("lift a ban") },
	{ "mute", 1, 1000, N_("NAME|KEY [TIME [REASON]]"),
	    N_("stop somebody from speaking") },
	{ "unmute", 1, 1, N_("NAME|KEY"), N_("let them speak again") },
	{ "allow", 0, 1, N_("[NAME|KEY]"),
	    N_("let into the closed room; alone: who is allowed") },
	{ "disallow", 1, 1, N_("NAME|KEY"), N_("no longer let in") },
	{ "close", 0, 0, "", N_("only who is allowed may enter") },
	{ "open", 0, 0, "", N_("everybody may enter again") },
	{ "rekey", 2, 2, N_("NAME|KEY NAME|KEY"),
	    N_("the second one is the key of the first from now on") },
	{ "release", 1, 1, N_("NAME"),
	    N_("free a name from the key that owns it") },
	{ "nodes", 0, 0, "", N_("which of several servers live") },
	{ "rooms", 0, 0, "", N_("what rooms there are") },
	{ "room", 2, 3, N_("ACT NAME [NEW]"),
	    N_("open, rename or put-away one of them") },
	{ "stats", 0, 1, "[--json|--prometheus]", N_("the server's figures") },
	{ "log", 0, 4, N_("[--json] [--since TIME] [N]"),
	    N_("the last N entries; 20 if not given") },
	{ "backup", 1, 1, N_("FILE"),
	    N_("copy all of the server's data into a new tar file") },
};
enum { REQUESTS = sizeof(requests) / sizeof(requests[0]), HELP_COLS = 30,
	SHOWN_BYTES = 100 };

static void
usage(FILE *to)
{
	fputs(_("usage: chat-ctl [-hV] [-d directory] [-R room] REQUEST "
	    "[WORD ...]\n"
	    "       chat-ctl -h explains each request\n"), to);
}

/* In the reader's language; that of nothing is the catalogue's head. */
static const char *
takes(size_t i)
{
	return *requests[i].takes == '\0' ? "" : _(requests[i].takes);
}

static void
help(void)
{
	char left[128];
	size_t i;

	usage(stdout);
	putchar('\n');
	snprintf(left, sizeof(left), "-d %s", _("DIRECTORY"));
	help_line(HELP_COLS, left, _("the server's data, if not in "
	    "the usual place"));
	snprintf(left, sizeof(left), "-R %s", _("ROOM"));
	help_line(HELP_COLS, left, _("only about this room"));
	help_line(HELP_COLS, "-h, --help", _("this help"));
	help_line(HELP_COLS, "-V, --version", _("the version"));
	putchar('\n');
	for (i = 0; i < REQUESTS; i++) {
		snprintf(left, sizeof(left), "%s %s", requests[i].word,
		    takes(i));
		help_line(HELP_COLS, left, _(requests[i].does));
	}
	puts(_("\nA TIME is like 45s, 30m, 12h or 2d, or for --since a moment; "
	    "see chat-ctl(8)."));
}

/* Whether the words are a request; if not, what is wrong is said. */
static bool
is_request(int argc, char *argv[])
{
	char shown[SHOWN_BYTES];
	size_t i;

	if (argc == 0)
		return false;
	for (i = 0; i < REQUESTS; i++)
		if (strcmp(argv[0], requests[i].word) == 0)
			break;
	if (i == REQUESTS)
		warnx(_("there is no request \"%s\""), text_escape(shown,
		    sizeof(shown), argv[0], strlen(argv[0])));
	else if (argc - 1 >= requests[i].least && argc - 1 <= requests[i].most)
		return true;
	else if (requests[i].most == 0)
		warnx(_("%s takes nothing"), requests[i].word);
	else
		warnx(_("%s takes %s"), requests[i].word, takes(i));
	return false;
}

static void
add_word(char line[CONTROL_REQUEST], const char *word)
{
	size_t len = strlen(line);

	if (strchr(word, '\n') != NULL)
		errx(2, _("a request is one line"));
	len += (size_t)snprintf(line + len, CONTROL_REQUEST - len, "%s%s",
	    len > 0 ? " " : "", word);
	if (len + 2 > CONTROL_REQUEST)
		errx(2, _("the request is too long"));
}

/* The words as one line. */
static void
make_request(char line[CONTROL_REQUEST], const char *room, int argc,
    char *argv[])
{
	int word;

	line[0] = '\0';
	if (room != NULL) {
		add_word(line, "-R");
		add_word(line, room);
	}
	for (word = 0; word < argc; word++)
		add_word(line, argv[word]);
	strlcat(line, "\n", CONTROL_REQUEST);
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

static int
back_up(const char *dir, const char *room, const char *file)
{
	char why[PATH_MAX + 256];

	if (room != NULL)
		errx(2, _("%s is about the whole server: leave out -R"),
		    "backup");
	if (backup_make(dir, file, why, sizeof(why)))
		return 0;
	errx(1, "%s", why);
}

/* Where, and which room; a NULL is not said. */
static void
take_options(int argc, char *argv[], const char **dir, const char **room)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "+d:hR:V", longs, NULL)) !=
	    -1)
		switch (option) {
		case 'd':
		case 'R':
			if (*optarg == '\0') {
				warnx(_("-%c: %s"), option,
				    _("must not be empty"));
				usage(stderr);
				exit(2);
			}
			*(option == 'd' ? dir : room) = optarg;
			break;
		case 'h':
			help();
			finish_stdout();
			exit(0);
		case 'V':
			puts("chat-ctl " VERSION);
			finish_stdout();
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
}

int
main(int argc, char *argv[])
{
	char line[CONTROL_REQUEST], dir[PATH_MAX];
	const char *asked = NULL, *room = NULL;
	int fd;

	lang_init();
	take_options(argc, argv, &asked, &room);
	if (!is_request(argc - optind, argv + optind)) {
		usage(stderr);
		return 2;
	}
	make_request(line, room, argc - optind, argv + optind);
	if (!state_dir_find(dir, asked, NULL))
		errx(1, _("where is the server? give -d"));
	if (strcmp(argv[optind], "backup") == 0)
		return back_up(dir, room, argv[optind + 1]);
	fd = connect_to(dir);
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) !=
	    (ssize_t)strlen(line))
		err(1, "%s", dir);
	return print_reply(fd, room != NULL ? "-R" : argv[optind]);
}
