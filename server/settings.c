/*
 * chat-server's command line. Run once by main, before anything is open.
 */
#include "server/settings.h"

#include <sys/socket.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/duration.h"
#include "common/help_line.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "server/cluster/shared.h"

enum {
	OPT_CLASSIC = 256,
	OPT_CLASSIC_REPLIES,
	OPT_CLASSIC_IDLE,
	OPT_CLOSED,
	OPT_CLUSTER,
	OPT_CLUSTER_CA,
	OPT_CLUSTER_CERT,
	OPT_CLUSTER_KEEP,
	OPT_CLUSTER_KEY,
	OPT_FOUND,
	OPT_HERE,
	OPT_KEEP,
	OPT_LANG,
	OPT_NODE,
	OPT_OPEN,
	OPT_RATE,
	OPT_SYNC,
	OPT_TALKS,
	HELP_COLS = 28
};

static const struct option long_options[] = {
	{ "classic", required_argument, NULL, OPT_CLASSIC },
	{ "classic-replies", required_argument, NULL, OPT_CLASSIC_REPLIES },
	{ "classic-idle", required_argument, NULL, OPT_CLASSIC_IDLE },
	{ "closed", no_argument, NULL, OPT_CLOSED },
	{ "cluster", required_argument, NULL, OPT_CLUSTER },
	{ "cluster-ca", required_argument, NULL, OPT_CLUSTER_CA },
	{ "cluster-cert", required_argument, NULL, OPT_CLUSTER_CERT },
	{ "cluster-keep", required_argument, NULL, OPT_CLUSTER_KEEP },
	{ "cluster-key", required_argument, NULL, OPT_CLUSTER_KEY },
	{ "found", no_argument, NULL, OPT_FOUND },
	{ "here", required_argument, NULL, OPT_HERE },
	{ "keep", required_argument, NULL, OPT_KEEP },
	{ "lang", required_argument, NULL, OPT_LANG },
	{ "node", required_argument, NULL, OPT_NODE },
	{ "open", required_argument, NULL, OPT_OPEN },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "sync", required_argument, NULL, OPT_SYNC },
	{ "talks", required_argument, NULL, OPT_TALKS },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static void
usage(FILE *to)
{
	fputs(_("usage: chat-server [-46hqVv] [-b address] [-p port]"
	    " [-d directory]\n"
	    "                   [-u user] [-r room]... [-k passphrase-file]\n"
	    "                   [--classic=off|local|any]\n"
	    "                   [--classic-replies=yn]"
	    " [--classic-idle=TIME] [--lang=en|zh]\n"
	    "                   [--closed] [--open=nobody|members] [--rate=N]\n"
	    "                   [--talks=off|ops|members]"
	    " [--sync=always|group|none]\n"
	    "                   [--keep=DAYS|SIZE]\n"
	    "                   [--cluster=LIST --node=N"
	    " --here=HOST[:PORT] [--found]]\n"), to);
}

/* A line of the help; option: up to the word for its value. */
static void
explain(const char *option, const char *value, const char *does)
{
	char given[128];

	snprintf(given, sizeof(given), "%s%s", option, value);
	help_line(HELP_COLS, given, does);
}

static void
help(void)
{
	usage(stdout);
	putchar('\n');
	explain("-b ", _("ADDRESS"), _("listen there only; all addresses if "
	    "not given"));
	explain("-p ", _("PORT"), _("the UDP port; 8888 if not given, 0 a "
	    "free one"));
	explain("-d ", _("DIRECTORY"), _("where the room is kept"));
	explain("-u ", _("USER"), _("run as this user, if started as root"));
	explain("-r ", _("ROOM"), _("the room's name; again: of one more"));
	explain("-k ", _("FILE"), _("the room's passphrase is its first line"));
	explain("--classic=off|local|any", "", _("classic protocol: nobody, "
	    "this network, all"));
	explain("--classic-replies=yn", "", _("answer Y and N, not OK and "
	    "FAIL"));
	explain("--classic-idle=", _("TIME"), _("put out its people who are "
	    "silent so long"));
	explain("--lang=en|zh", "", _("the language of what classic clients "
	    "are told"));
	explain("--closed", "", _("only keys that are allowed may enter"));
	explain("--open=nobody|members", "", _("who may open one more room by "
	    "entering it"));
	explain("--rate=N", "", _("lines a second that a person may say; 0: "
	    "any"));
	explain("--talks=off|ops|members", "", _("who may begin a private "
	    "talk with whom"));
	explain("--sync=always|group|none", "", _("force the log to disk: each "
	    "line, soon, never"));
	explain("--keep=", _("DAYS|SIZE"), _("keep so much log, as 30d or "
	    "20M; all if not given"));
	explain("--cluster=", _("LIST"), _("one room with other servers, by "
	    "this etcd"));
	explain("--cluster-ca=", _("FILE"), _("whom to believe to be of it"));
	explain("--cluster-cert=", _("FILE"), _("what to show to it"));
	explain("--cluster-keep=", _("N"), _("so many blocks stay there "
	    "(50000; 0: all)"));
	explain("--cluster-key=", _("FILE"), _("and the key of that"));
	explain("--node=", _("N"), _("which of them this one is, from 1 on"));
	explain("--here=", _("HOST[:PORT]"), _("where people reach this one"));
	explain("--found", "", _("the others are to have this one's log"));
	explain("-4, -6", "", _("IPv4 or IPv6 only"));
	explain("-q, -v", "", _("log less; more"));
	explain("-h, --help", "", _("this help"));
	explain("-V, --version", "", _("the version, and how it is locked in"));
}

static void bad(const char *, ...) __attribute__((format(printf, 1, 2),
    noreturn));

static void
bad(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
	usage(stderr);
	exit(2);
}

static void
print_and_exit(bool version)
{
	char locked[SANDBOX_TEXT];

	if (version) {
		puts("chat-server " VERSION);
		printf(_("locked in by: %s\n"), sandbox_text(locked));
	} else
		help();
	if (fflush(stdout) == EOF)
		err(1, "stdout");
	exit(0);
}

static int64_t
number(const char *option, const char *arg, int64_t max)
{
	const char *why;
	int64_t n;

	n = strtonum(arg, 0, max, &why);
	if (why != NULL)
		bad(_("%s: '%s' is not a number from 0 to %lld"), option, arg,
		    (long long)max);
	return n;
}

/* "90", "45s", "30m", "12h", "2d" to ms. */
static int64_t
duration_ms(const char *option, const char *arg)
{
	int64_t ms = 0;

	switch (duration_parse(arg, &ms)) {
	case DURATION_OK:
		break;
	case DURATION_MALFORMED:
		bad(_("%s: '%s' is no time like 45s, 30m, 12h or 2d"), option,
		    arg);
		break;
	case DURATION_LONG:
		bad(_("%s: '%s' is too long a time"), option, arg);
		break;
	}
	return ms;
}

/* "30" or "30d": days; "500k", "20M", "2G": bytes. */
static void
keep(struct settings *set, const char *arg)
{
	static const char units[] = "dkMG";
	const int64_t day_ms = INT64_C(86400) * 1000;
	char digits[24];
	const char *unit = units, *why;
	size_t len = strspn(arg, "0123456789");
	int64_t n;

	if (arg[len] != '\0')
		unit = arg[len + 1] == '\0' ? strchr(units, arg[len]) : NULL;
	if (len == 0 || len >= sizeof(digits) || unit == NULL)
		bad(_("%s: '%s' is neither days like 30 nor a size like 20M"),
		    "--keep", arg);
	memcpy(digits, arg, len);
	digits[len] = '\0';
	n = strtonum(digits, 1, 100000, &why);
	if (why != NULL)
		bad(_("%s: '%s' is not a number from 1 to %d"), "--keep", arg,
		    100000);
	if (*unit == 'd')
		set->keep_ms = n * day_ms;
	else
		set->keep_bytes = (uint64_t)n << 10 * (unit - units);
}

/* One beside the first: people write it as a word. */
static void
further_room(struct settings *set, const char *arg)
{
	size_t len = strlen(arg);

	if (len > HELLO_ROOM_NAME || strchr(arg, '/') != NULL ||
	    text_name_check(arg, len) != TEXT_NAME_OK)
		bad(_("%s: '%s' is no name for a room beside the first: a "
		    "word, as people's names are"), "-r", arg);
	if (set->rooms_n == ROOMLIST_MAX)
		bad(_("%s: there may be %d rooms"), "-r", ROOMLIST_MAX);
	set->rooms[set->rooms_n++] = arg;
}

/* The name of the room, as people see it. */
static void
first_room(struct settings *set, const char *arg)
{
	struct gate_config *gate = &set->hub.gate;
	char clean[sizeof(gate->room)];
	size_t len = strlen(arg);

	if (len == 0 || len >= sizeof(gate->room) || !text_valid(arg, len) ||
	    text_clean(clean, arg, len, false) != len ||
	    memcmp(clean, arg, len) != 0)
		bad(_("%s: '%s' is no name for a room: 1 to %d bytes of UTF-8"),
		    "-r", arg, HELLO_ROOM_NAME);
	memcpy(gate->room, arg, len + 1);
	set->rooms[set->rooms_n++] = arg;
}

/* The index of arg among the words, "one|other". */
static int
choice(const char *option, const char *arg, const char *words)
{
	const char *at = words;
	size_t len;
	int i;

	for (i = 0; *at != '\0'; i++) {
		len = strcspn(at, "|");
		if (strlen(arg) == len && memcmp(at, arg, len) == 0)
			return i;
		at += len + (at[len] == '|');
	}
	bad(_("%s: '%s' is not one of %s"), option, arg, words);
}

/* Members of the engine; a name costs a look-up at each turn. */
static const char *
members(const char *arg)
{
	const char *at;

	for (at = arg; at != NULL; at = strchr(at, ','))
		if (strncmp(at += *at == ',', "http://", 7) != 0 &&
		    strncmp(at, "https://", 8) != 0)
			bad(_("%s: '%s' is no list like http://HOST:2379,..."),
			    "--cluster", arg);
	return arg;
}

static const char *
readable(const char *option, const char *arg)
{
	if (access(arg, R_OK) == -1)
		bad("%s: %s: %s", option, arg, strerror(errno));
	return arg;
}

static const char *
here(const char *arg)
{
	static const char signs[] = ".-_:[]0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (*arg == '\0' || arg[strspn(arg, signs)] != '\0' ||
	    strlen(arg) > VERB_HERE - sizeof("[]:65535"))
		bad(_("%s: '%s' is no host or host:port"), "--here", arg);
	return arg;
}

/* Of several servers; with which it is one. */
static void
take_cluster(struct settings *set, int option, const char *arg)
{
	switch (option) {
	case OPT_CLUSTER:
		set->cluster.members = members(arg);
		break;
	case OPT_CLUSTER_CA:
		set->cluster.ca = readable("--cluster-ca", arg);
		break;
	case OPT_CLUSTER_CERT:
		set->cluster.cert = readable("--cluster-cert", arg);
		break;
	case OPT_CLUSTER_KEEP:
		set->cluster.keep = (uint64_t)number("--cluster-keep", arg,
		    INT32_MAX);
		break;
	case OPT_CLUSTER_KEY:
		set->cluster.key = readable("--cluster-key", arg);
		break;
	case OPT_FOUND:
		set->founds = true;
		break;
	case OPT_HERE:
		set->here = here(arg);
		break;
	case OPT_NODE:
		set->cluster.number = (uint32_t)number("--node", arg,
		    SHARED_NODES);
		break;
	}
}

/* How the room is run. */
static void
take_rule(struct settings *set, int option, const char *arg)
{
	switch (option) {
	case OPT_CLASSIC:
		set->hub.classic = (enum hub_policy)choice("--classic", arg,
		    "off|local|any");
		set->classic_asked = true;
		break;
	case OPT_CLASSIC_REPLIES:
		choice("--classic-replies", arg, "yn");
		set->hub.classic_yn = true;
		break;
	case OPT_CLASSIC_IDLE:
		set->hub.idle_ms = duration_ms("--classic-idle", arg);
		break;
	case OPT_CLOSED:
		set->hub.closed = true;
		break;
	case OPT_KEEP:
		keep(set, arg);
		break;
	case OPT_SYNC:
		set->sync = (enum log_sync)choice("--sync", arg,
		    "always|group|none");
		break;
	case OPT_LANG:
		set->hub.lang = (enum classic_lang)choice("--lang", arg,
		    "en|zh");
		break;
	case OPT_OPEN:
		set->hub.members_open = choice("--open", arg,
		    "nobody|members") == 1;
		break;
	case OPT_TALKS:
		set->hub.talks_for = (enum hub_talks)choice("--talks", arg,
		    "off|ops|members");
		break;
	case OPT_RATE:
		set->hub.rate = (uint32_t)number("--rate", arg, HUB_RATE_MAX);
		break;
	default:
		take_cluster(set, option, arg);
		break;
	}
}

static void
family(struct settings *set, int wanted)
{
	if (set->family != AF_UNSPEC && set->family != wanted)
		bad("%s", _("-4 and -6 exclude each other"));
	set->family = wanted;
}

/* A script's variable that is not set does not mean what is usual. */
static const char *
filled(int option, const char *arg)
{
	if (*arg == '\0')
		bad(_("-%c: %s"), option, _("must not be empty"));
	return arg;
}

static void
take(struct settings *set, int option, const char *arg)
{
	switch (option) {
	case '4':
		family(set, AF_INET);
		break;
	case '6':
		family(set, AF_INET6);
		break;
	case 'b':
		set->host = filled(option, arg);
		break;
	case 'd':
		set->dir = filled(option, arg);
		break;
	case 'k':
		set->passphrase = filled(option, arg);
		break;
	case 'r':
		if (set->rooms_n == 0)
			first_room(set, arg);
		else
			further_room(set, arg);
		break;
	case 'p':
		set->port = (uint16_t)number("-p", arg, UINT16_MAX);
		break;
	case 'q':
		set->level = REPORT_ERRORS;
		break;
	case 'u':
		set->user = filled(option, arg);
		break;
	case 'v':
		set->level = REPORT_ALL;
		break;
	default:
		take_rule(set, option, arg);
		break;
	}
}

/* What is said in clear needs no passphrase to read, nor a key. */
static void
close_classic(struct settings *set)
{
	if (set->passphrase == NULL && !set->hub.closed)
		return;
	if (set->classic_asked && set->hub.classic != HUB_CLASSIC_OFF &&
	    set->passphrase == NULL)
		bad(_("--classic: the classic protocol knows no keys, and "
		    "with --closed nobody enters without one that is "
		    "allowed"));
	if (set->classic_asked && set->hub.classic != HUB_CLASSIC_OFF)
		bad(_("--classic: the classic protocol is not encrypted, and "
		    "with -k nobody enters without the passphrase"));
	set->hub.classic = HUB_CLASSIC_OFF;
}

/* "host", "1.2.3.4:8888", "[::1]:8888"; the port is ours if not given. */
static void
settle_here(struct settings *set)
{
	const char *at = set->here, *colon = strrchr(at, ':');
	bool bare = *at != '[' && colon != NULL && strchr(at, ':') != colon;
	char port[8];

	snprintf(port, sizeof(port), ":%u", set->port);
	if (*at == '[' ? strstr(at, "]:") != NULL : colon != NULL && !bare)
		port[0] = '\0';
	snprintf(set->cluster.here, sizeof(set->cluster.here), "%s%s%s%s",
	    bare ? "[" : "", at, bare ? "]" : "", port);
}

static void
settle_cluster(struct settings *set)
{
	struct node_config *c = &set->cluster;

	if (c->members == NULL && (c->number != 0 || set->here != NULL ||
	    set->founds || c->keep != RETAIN_BLOCKS || c->cert != NULL ||
	    c->key != NULL || c->ca != NULL))
		bad("%s", _("--node, --here, --found and --cluster-* are of "
		    "--cluster"));
	if (c->members == NULL)
		return;
	if (c->number == 0 || set->here == NULL)
		bad("%s", _("--cluster: give --node and --here, too"));
	settle_here(set);
	c->room = set->rooms[0];
}

void
settings_parse(struct settings *set, int argc, char *argv[])
{
	int option;

	memset(set, 0, sizeof(*set));
	set->family = AF_UNSPEC;
	set->port = SETTINGS_PORT;
	set->level = REPORT_EVENTS;
	set->hub.classic = HUB_CLASSIC_LOCAL;
	set->hub.lang = classic_lang(getenv("LC_ALL"), getenv("LC_MESSAGES"),
	    getenv("LANG"));
	set->hub.idle_ms = INT64_C(12) * 3600 * 1000;
	set->hub.talks_for = HUB_TALKS_MEMBERS;
	set->hub.rate = HUB_RATE;
	set->hub.seed = set->hub.gate.seed = arc4random();
	set->sync = LOG_SYNC_GROUP;
	set->cluster.keep = RETAIN_BLOCKS;
	strlcpy(set->hub.gate.room, "chat", sizeof(set->hub.gate.room));

	while ((option = getopt_long(argc, argv, "46b:d:hk:p:qr:u:Vv",
	    long_options, NULL)) != -1) {
		switch (option) {
		case '?':
			usage(stderr);
			exit(2);
		case 'h':
		case 'V':
			print_and_exit(option == 'V');
			break;
		default:
			take(set, option, optarg);
		}
	}
	if (optind < argc)
		bad(_("unexpected argument: %s"), argv[optind]);
	if (set->rooms_n == 0)
		set->rooms[set->rooms_n++] = set->hub.gate.room;
	close_classic(set);
	settle_cluster(set);
}

const char *
settings_word(size_t i)
{
	return i < sizeof(long_options) / sizeof(long_options[0]) ?
	    long_options[i].name : NULL;
}
