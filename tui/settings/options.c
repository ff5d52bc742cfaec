/*
 * Reading the client's command line, over the config file; prints usage and
 * the errors of both, before curses starts. The long options are the words of
 * tui/settings/config's table.
 */
#include "tui/settings/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/help_line.h"
#include "common/invite.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "tui/settings/config.h"
#include "tui/shared/store.h"

enum {
	EXIT_USAGE = 2,
	WORDS_MAX = 96,		/* of the table, more than there are */
	HELP_COLS = 28,		/* of the options in the help */
	OPT_FORGET = 252,	/* no letter's */
	OPT_EXPORT,
	OPT_IMPORT,
	OPT_NEW,
	OPT_WORD = 256		/* + the place of the word in the table */
};

/* What getopt_long is told, and what is known after the first look. */
struct line {
	struct option	 longs[WORDS_MAX + 8];
	char		 shorts[2 * WORDS_MAX + 8];
	const char	*config;	/* -c; NULL: not given */
	const char	*host;		/* HOST or --server; NULL: not given */
	char		 name[OPTIONS_TEXT_BYTES];	/* of it, without the
					 * room; and that */
	const char	*room;		/* NULL: not given */
	const char	*others;	/* behind the first of a list; NULL */
	bool		 rooms;		/* --room was, too */
	const char	*host_as;	/* which of the two */
	bool		 host_here;	/* -H */
	bool		 ipv4, ipv6;	/* -4, -6 */
	bool		 port;		/* -p */
	bool		 passphrase;	/* -k */
	int		 act;		/* OPT_FORGET, say; 0: none */
};

static void
usage(FILE *to)
{
	fputs(_("usage: chat-tui [-46hHPV] [-n name] [-p port] "
	    "[-k passphrase-file] [-c config]\n"
	    "                [--setting[=value] ...] [HOST]\n"), to);
}

/* option: with the space before its value, which is a word for one. */
static void
help_option(const char *option, const char *value, const char *does)
{
	char given[128];

	snprintf(given, sizeof(given), "%s%s", option, *value == '\0' ? "" :
	    _(value));
	help_line(HELP_COLS, given, does);
}

static void
help_word(const struct config_word *w)
{
	char option[64], letter[8] = "    ";
	const char *value = w->is_switch ? "" : w->value;

	if (w->letter != 0)
		snprintf(letter, sizeof(letter), "-%c, ", w->letter);
	snprintf(option, sizeof(option), "%s--%s%s", letter, w->word,
	    *value == '\0' ? "" : " ");
	help_option(option, value, _(w->does));
}

static void
help(void)
{
	const struct config_word *w;
	size_t i;

	usage(stdout);
	putchar('\n');
	help_option("", N_("HOST"), _("the server, or an invitation; "
	    "localhost if not given"));
	help_option("-c, --config ", N_("FILE"), _("the settings, instead of "
	    "~/.config/chat-tui/config"));
	for (i = 0; (w = config_word(i)) != NULL; i++)
		if (!w->live)
			help_word(w);
	help_option("    --forget ", N_("HOST"), _("take the key of HOST out "
	    "of known_hosts"));
	help_option("    --export-key", "", _("print your key as a line, for "
	    "another machine"));
	help_option("    --import-key", "", _("read that line from standard "
	    "input"));
	help_option("    --new-key", "", _("have another key from now on; it "
	    "may be stolen"));
	help_option("-h, --help", "", _("this help"));
	help_option("-V, --version", "", _("the version"));
	fputs(_("\nEvery setting of the config file is an option too, like "
	    "--theme light; see\nchat-tui(1).\n"), stdout);
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
complain(int status, const char *why)
{
	fprintf(stderr, "chat-tui: %s\n", why);
	return status;
}

/* The table as getopt_long takes it. */
static void
make_options(struct line *l)
{
	const struct config_word *w;
	char *shorts = l->shorts;
	struct option *next = l->longs;
	size_t i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < WORDS_MAX && (w = config_word(i)) != NULL; i++) {
		*next++ = (struct option){ w->word, w->is_switch ?
		    no_argument : required_argument, NULL, OPT_WORD + (int)i };
		if (w->letter == 0)
			continue;
		*shorts++ = (char)w->letter;
		if (!w->is_switch)
			*shorts++ = ':';
	}
	*next++ = (struct option){ "config", required_argument, NULL, 'c' };
	*next++ = (struct option){ "forget", no_argument, NULL, OPT_FORGET };
	*next++ = (struct option){ "export-key", no_argument, NULL,
	    OPT_EXPORT };
	*next++ = (struct option){ "import-key", no_argument, NULL,
	    OPT_IMPORT };
	*next++ = (struct option){ "new-key", no_argument, NULL, OPT_NEW };
	*next++ = (struct option){ "help", no_argument, NULL, 'h' };
	*next++ = (struct option){ "version", no_argument, NULL, 'V' };
	strlcpy(shorts, "c:hV", 5);
}

/* The word of what getopt_long found; NULL: none of the table. */
static const struct config_word *
word_of(int c)
{
	const struct config_word *w = NULL;
	size_t i;

	if (c >= OPT_WORD)
		return config_word((size_t)c - OPT_WORD);
	for (i = 0; (w = config_word(i)) != NULL; i++)
		if (w->letter == c)
			break;
	return w;
}

static void
print_version(void)
{
	char locked[SANDBOX_TEXT];

	printf("chat-tui %s\n", VERSION);
	printf(_("the process that reads the network is locked in by: %s\n"),
	    sandbox_text(locked));
}

/* HOST/ROOM; an invitation has a reader of its own. */
static bool
split_room(struct line *l)
{
	const char *slash;

	if (l->host == NULL || invite_is(l->host) ||
	    (slash = strchr(l->host, '/')) == NULL)
		return true;
	if ((size_t)(slash - l->host) >= sizeof(l->name))
		return false;
	memcpy(l->name, l->host, (size_t)(slash - l->host));
	l->name[slash - l->host] = '\0';
	l->host = l->name;
	l->room = slash[1] != '\0' ? slash + 1 : NULL;
	return true;
}

/* HOST,HOST: all of it is checked, whatever counts of it. */
static int
split_list(struct line *l)
{
	char why[CONFIG_WHY_BYTES];

	if (l->host == NULL || !hosts_is_list(l->host))
		return -1;
	if (!config_check_host(l->host_as, l->host, why))
		return complain(EXIT_USAGE, why);
	if (l->host != l->name)
		strlcpy(l->name, l->host, sizeof(l->name));
	l->others = l->name + strcspn(l->name, ",") + 1;
	l->name[strcspn(l->name, ",")] = '\0';
	l->host = l->name;
	return -1;
}

/* What that found, together. */
static int
check_look(struct line *l)
{
	int status;

	if (!split_room(l))
		return bad_usage(_("%s: not a host"), l->host);
	if ((status = split_list(l)) != -1)
		return status;
	if (l->ipv4 && l->ipv6)
		return bad_usage("%s", _("-4 and -6 exclude each other"));
	if (l->host_here && l->host != NULL)
		return bad_usage(_("-H hosts here: it takes no HOST (%s)"),
		    l->host);
	if (l->act == OPT_EXPORT && l->host != NULL)
		return bad_usage(_("--export-key takes no HOST (%s)"),
		    l->host);
	if (l->act == OPT_IMPORT && l->host != NULL)
		return bad_usage(_("--import-key takes no HOST (%s)"),
		    l->host);
	if (l->act == OPT_NEW && l->host_here)
		return bad_usage("%s", _("--new-key is said to a server that "
		    "runs: not with -H"));
	if (l->act == OPT_FORGET && l->host == NULL)
		return bad_usage("%s", _("--forget needs the HOST to "
		    "forget"));
	return -1;
}

/* The first look: what comes before the config file, and getopt's errors. */
static int
look(struct line *l, int argc, char **argv)
{
	const struct config_word *w;
	int c;

	optind = 0;	/* anew, whoever has parsed before */
	while ((c = getopt_long(argc, argv, l->shorts, l->longs, NULL)) !=
	    -1) {
		if (c == 'c') {
			l->config = optarg;
		} else if (c == 'h') {
			help();
			return 0;
		} else if (c == 'V') {
			print_version();
			return 0;
		} else if (c >= OPT_FORGET && c < OPT_WORD) {
			if (l->act != 0 && l->act != c)
				return bad_usage("%s", _("--forget, "
				    "--export-key, --import-key and --new-key "
				    "exclude each other"));
			l->act = c;
		} else if ((w = word_of(c)) == NULL) {
			usage(stderr);	/* getopt has said what is wrong */
			return EXIT_USAGE;
		} else if (strcmp(w->word, "server") == 0) {
			l->host = optarg;
			l->host_as = "--server";
		} else if (strcmp(w->word, "host-here") == 0) {
			l->host_here = true;
		} else if (strcmp(w->word, "ipv4") == 0) {
			l->ipv4 = true;
		} else if (strcmp(w->word, "ipv6") == 0) {
			l->ipv6 = true;
		} else if (strcmp(w->word, "passphrase-file") == 0) {
			l->passphrase = true;
		} else if (strcmp(w->word, "port") == 0)
			l->port = *optarg != '\0';
	}
	if (argc - optind > 1)
		return bad_usage(_("%s: one HOST is enough"),
		    argv[optind + 1]);
	if (optind < argc) {
		l->host = argv[optind];
		l->host_as = _("HOST");
	}
	return check_look(l);
}

static int
read_config(struct options *o, const struct line *l)
{
	char why[CONFIG_WHY_BYTES];

	if (l->config != NULL && *l->config == '\0')
		return bad_usage(_("-c: %s"), _("must not be empty"));
	if (l->config == NULL) {
		if (!store_config(o->config, "config")) {
			o->config[0] = '\0';
			return -1;
		}
	} else if (strlcpy(o->config, l->config, sizeof(o->config)) >=
	    sizeof(o->config)) {
		snprintf(why, sizeof(why), "-c %.100s: %s", l->config,
		    strerror(ENAMETOOLONG));
		return complain(EXIT_FAILURE, why);
	}
	if (config_read(o, o->config, l->host_here ? "" : l->host,
	    l->config != NULL, why))
		return -1;
	return complain(errno == 0 ? EXIT_USAGE : EXIT_FAILURE, why);
}

static int
take(struct options *o, const char *word, const char *value)
{
	char why[CONFIG_WHY_BYTES];

	/* A bad name is refused as a taken one is: on the name prompt, or with
	 * the status of that. */
	if (strcmp(word, "name") == 0 && strlen(value) < sizeof(o->name)) {
		strlcpy(o->name, value, sizeof(o->name));
		return -1;
	}
	/* A variable of a script that is not set: no room open to all, and
	 * nothing that is said to all. */
	if (strcmp(word, "passphrase-file") == 0 && *value == '\0')
		return bad_usage(_("-k: %s"), _("must not be empty"));
	if (strcmp(word, "to") == 0 && *value == '\0')
		return bad_usage("--to: %s", _("must not be empty"));
	return config_set(o, word, value, why) ? -1 : bad_usage("--%s", why);
}

/* One more; the first goes before what the file says. */
static int
take_room(struct options *o, struct line *l, const char *room)
{
	char rooms[sizeof(o->room)];
	int n = snprintf(rooms, sizeof(rooms), "%s%s%s", l->rooms ? o->room :
	    "", l->rooms ? " " : "", room);

	l->rooms = true;
	if (strchr(room, ' ') != NULL || n >= (int)sizeof(rooms))
		return bad_usage(_("--room %s: not one room"), room);
	return take(o, "room", rooms);
}

static int
take_option(struct options *o, struct line *l, const struct config_word *w,
    const char *value)
{
	if (strcmp(w->word, "room") == 0)
		return take_room(o, l, value);
	return take(o, w->word, w->is_switch ? NULL : value);
}

/* The second look: what overrides the config file. */
static int
override(struct options *o, struct line *l, int argc, char **argv)
{
	const struct config_word *w;
	int c, status;

	if (l->room != NULL && (status = take_room(o, l, l->room)) != -1)
		return status;

	/* Another server than that of the file, as a rule; but a section is
	 * one, and has said where it is. */
	if (l->host != NULL && o->section[0] == '\0') {
		if (!hosts_begin_with(o->server, l->host))
			o->key[0] = '\0';
		o->host_here = false;
	}
	optind = 0;
	while ((c = getopt_long(argc, argv, l->shorts, l->longs, NULL)) != -1)
		if ((w = word_of(c)) != NULL && strcmp(w->word, "server") !=
		    0 && (status = take_option(o, l, w, optarg)) != -1)
			return status;
	return -1;
}

/* HOST, where no section of the file is called so. */
static int
take_host(struct options *o, const struct line *l)
{
	char why[CONFIG_WHY_BYTES];

	if (l->host == NULL || o->section[0] != '\0')
		return -1;
	if (!config_check_host(l->host_as, l->host, why))
		return complain(EXIT_USAGE, why);
	return take(o, "server", l->host);
}

/* Two keys for one server: one of them is wrong, or they are said in the two
 * forms that cannot be compared. */
static int
refuse_keys(const char *invited, const char *given)
{
	char why[CONFIG_WHY_BYTES];

	snprintf(why, sizeof(why), _("the invitation has the key %s, and the "
	    "option key %s: leave out one of them"), invited, given);
	return complain(EXIT_USAGE, why);
}

/* What an invitation says goes before what the file does, and -p before it:
 * its server is another one than that of the file. */
static int
take_invite(struct options *o, const struct line *l)
{
	struct invite invite;

	if (invite_read_host(&invite, o->server) != INVITE_OK)
		return -1;
	if (invite.key[0] != '\0' && o->key[0] != '\0' &&
	    strcmp(invite.key, o->key) != 0)
		return refuse_keys(invite.key, o->key);
	strlcpy(o->server, invite.host, sizeof(o->server));
	if (invite.key[0] != '\0')
		strlcpy(o->key, invite.key, sizeof(o->key));
	if (invite.room[0] != '\0' && !l->rooms)
		strlcpy(o->room, invite.room, sizeof(o->room));
	if (!l->port)
		o->port = invite.port != 0 ? invite.port : OPTIONS_PORT;
	return -1;
}

/* Those behind the first: a port of -p goes before theirs, that of the file
 * does not. */
static int
take_others(struct options *o, const struct line *l)
{
	char *rest = strchr(o->server, ',');
	const char *at = l->others != NULL ? l->others : rest != NULL ?
	    rest + 1 : "";
	struct hosts_one one;

	while (hosts_next(&at, &one))
		hosts_add(o->others, sizeof(o->others), one.host,
		    one.port != 0 && !l->port ? one.port : o->port);
	if (rest != NULL)
		*rest = '\0';
	return take_invite(o, l);
}

int
options_parse(struct options *o, int argc, char **argv)
{
	struct line l;
	int status;

	config_defaults(o);
	make_options(&l);
	if ((status = look(&l, argc, argv)) != -1 ||
	    (status = read_config(o, &l)) != -1 ||
	    (status = override(o, &l, argc, argv)) != -1 ||
	    (status = take_host(o, &l)) != -1)
		return status;
	if (o->host_here) {
		strlcpy(o->server, "localhost", sizeof(o->server));
		o->key[0] = '\0';
	} else if ((status = take_others(o, &l)) != -1)
		return status;
	if (l.act == OPT_FORGET)
		strlcpy(o->forget, l.host, sizeof(o->forget));
	o->act = l.act == OPT_EXPORT ? ACT_EXPORT_KEY : l.act == OPT_IMPORT ?
	    ACT_IMPORT_KEY : l.act == OPT_NEW ? ACT_NEW_KEY : ACT_JOIN;
	/* A room's passphrase, of the file, is no key's. */
	if ((o->act == ACT_EXPORT_KEY || o->act == ACT_IMPORT_KEY) &&
	    !l.passphrase)
		o->passphrase[0] = '\0';
	return -1;
}
