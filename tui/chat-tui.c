/*
 * chat-tui: options, name, fork, run, exit status.
 */
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "common/since.h"
#include "common/sock.h"
#include "common/text.h"
#include "tui/app.h"
#include "tui/forget.h"
#include "tui/host.h"
#include "tui/identity.h"
#include "tui/new_key.h"
#include "tui/plain.h"
#include "tui/plain_out.h"
#include "tui/receiver/receiver.h"
#include "tui/session/denial.h"
#include "tui/settings/options.h"
#include "tui/shared/store.h"
#include "tui/signals.h"

enum { EXIT_USAGE = 2, EXIT_REFUSED = 3 };
_Static_assert((int)OPTIONS_ROOM_BYTES == (int)RECEIVER_ROOM_BYTES,
    "one name");
_Static_assert((int)APP_WHY_BYTES == (int)PLAIN_WHY_BYTES,
    "one buffer for both");

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
		o->plain.on = true;
}

static int
check_plain(const struct options *o)
{
	if (!o->plain.on)
		return -1;
	if (o->name[0] == '\0')
		return complain(EXIT_USAGE, NULL, _("plain mode needs a name: "
		    "chat-tui -P -n NAME [HOST]"));
	if (text_name_check(o->name, strlen(o->name)) != TEXT_NAME_OK)
		return complain(EXIT_REFUSED, o->name, _("not a name: at most "
		    "20 columns, no spaces, nothing invisible, not starting "
		    "with ~ @ # /, and not the administrator's"));
	return -1;
}

/* It would be left out, and what is said travel in clear, to anybody. */
static int
check_classic(const struct options *o)
{
	if (o->classic && o->passphrase[0] != '\0')
		return complain(EXIT_USAGE, NULL, _("the classic protocol "
		    "knows no passphrase: leave out one of the two"));
	if (o->classic && o->key[0] != '\0')
		return complain(EXIT_USAGE, NULL, _("the classic protocol "
		    "knows no keys: leave out --classic or the server's key"));
	if (o->classic && o->others[0] != '\0')
		return complain(EXIT_USAGE, NULL, _("the classic protocol "
		    "knows one server: leave out --classic or the others"));
	return -1;
}

/* Nor of more rooms than one does the classic protocol; and whose lines would
 * they be that are not told apart? */
static int
check_rooms(const struct options *o)
{
	char room[OPTIONS_ROOM_BYTES];

	if (o->classic && options_room(o, 0, room))
		return complain(EXIT_USAGE, room, _("the classic protocol "
		    "knows one room"));
	if (o->plain.on && o->plain.json)
		return -1;
	if (o->plain.on && o->plain.to[0] != '\0' && o->room[0] != '\0')
		return complain(EXIT_USAGE, o->plain.to, _("plain mode talks "
		    "with one and in rooms with --json only"));
	if (o->plain.on && options_room(o, 1, room))
		return complain(EXIT_USAGE, room, _("plain mode is in several "
		    "rooms with --json only"));
	if (strcmp(o->room, "*") == 0)
		return complain(EXIT_USAGE, o->room, _("all rooms are for "
		    "plain mode with --json"));
	return -1;
}

/* -H: a room of our own first; a taken port gives way to a free one unless
 * it was asked for. */
static int
host_room(struct options *o, struct host *host)
{
	char why[HOST_WHY_BYTES];

	if (!host_start(host, o->family, o->port, o->passphrase, o->no_store,
	    why) && (o->port_given || !host_start(host, o->family, 0,
	    o->passphrase, o->no_store, why)))
		return complain(EXIT_FAILURE, _("cannot host a room"), why);
	o->port = host->port;
	return -1;
}

/* The server as known_hosts and the stored rooms have it. */
static void
label_server(char dst[KEYS_HOST_BYTES], const struct options *o)
{
	/* Our own: its port may be another each time, its key is not. */
	if (o->host_here)
		strlcpy(dst, "hosted-here", KEYS_HOST_BYTES);
	else
		options_label(dst, o->server, o->port);
}

/* Two keys for one server: one of them is wrong, and neither gets a word. */
static int
check_key(const struct options *o, const char *label)
{
	char path[PATH_MAX], known[FINGERPRINT_TEXT], why[2 * PATH_MAX];
	uint8_t key[NOISE_KEY];

	if (o->key[0] == '\0' || !store_config(path, "known_hosts") ||
	    !keys_host_key(path, label, key) || fingerprint_match(o->key, key))
		return -1;
	snprintf(why, sizeof(why), _("%s is known with the key %s, but %s was "
	    "given: one of them is wrong. Nothing was said to it. If the "
	    "server was made anew, chat-tui --forget %s takes it out of %s."),
	    label,
	    fingerprint_is_short(o->key) ? fingerprint_short(known, key) :
	    fingerprint_text(known, key), o->key, label, path);
	return complain(EXIT_REFUSED, NULL, why);
}

static int
forget(const struct options *o)
{
	char label[KEYS_HOST_BYTES];

	label_server(label, o);
	return forget_host(o->forget, label);
}

static int
read_passphrase(const struct options *o, struct receiver_config *c)
{
	enum keys_error error;

	if (o->passphrase[0] == '\0')
		return -1;
	error = passphrase_read(o->passphrase, c->passphrase);
	if (error == KEYS_OK)
		return -1;
	return complain(EXIT_FAILURE, o->passphrase, error == KEYS_SYSTEM ?
	    strerror(errno) : keys_reason(error));
}

/* Where the server was when it last had us in; false: it never had. */
static bool
last_address(const char *label, union sock_addr *addr)
{
	char text[SOCK_ADDR_TEXT];
	const char *why;
	uint16_t port;

	memset(addr, 0, sizeof(*addr));
	if (!store_address(label, text, sizeof(text), &port))
		return false;
	if (text[0] == '\0' || sock_resolve(AF_UNSPEC, text, port, addr,
	    &why) == -1)
		memset(addr, 0, sizeof(*addr));
	return true;
}

/*
 * The host's name cannot be looked up. A room that is known opens all the
 * same, with the last address, or until there is one; and plain mode keeps what
 * is said to any.
 */
static bool
does_without(const struct options *o, const char *label,
    struct sock_addrs *addrs, const char *reason)
{
	bool is_known;

	if (o->classic || o->no_store)
		return false;
	is_known = last_address(label, &addrs->of[0]);
	addrs->n = addrs->of[0].sa.sa_family != AF_UNSPEC;
	if (o->plain.on && addrs->n == 0)
		plain_out_state(o, "lost", NULL, reason);
	return is_known || o->plain.on;
}

/* The first of its names that can be looked up; of the others the receiver
 * sees to it. False with the reason of the first one. */
static bool
find_server(const struct options *o, struct receiver_config *c,
    const char **reason)
{
	const char *at = o->others, *why;
	struct hosts_one one;

	c->addrs_of = 0;
	if (sock_resolve_all(o->family, o->server, o->port, &c->addrs,
	    reason) != -1)
		return true;
	while (hosts_next(&at, &one)) {
		c->addrs_of++;
		if (sock_resolve_all(o->family, one.host, one.port, &c->addrs,
		    &why) != -1)
			return true;
	}
	c->addrs_of = 0;
	return false;
}

/* A moment is looked for from the beginning on, by plain_out. */
static void
begin_where(const struct options *o, struct receiver_config *c)
{
	struct since since;

	c->has_after = o->plain.has_after;
	c->after = o->plain.after;
	if (!o->plain.on || o->plain.since[0] == '\0' ||
	    !since_parse(&since, o->plain.since, clock_wall_ms()))
		return;
	c->has_after = true;
	c->after = since.number;
}

/* change: of --new-key, or NULL. */
static int
start(const struct options *o, const char *label, struct receiver *receiver,
    const struct identity_change *change)
{
	struct receiver_config c = { .server = label, .key = o->key,
	    .classic = o->classic,
	    .hosted = o->host_here,
	    .no_store = o->no_store, .only_new = o->plain.on,
	    .people = true,
	    .loss_percent = o->loss_percent,
	    .passphrase_file = o->passphrase,
	    .family = o->family, .host = o->server, .port = o->port,
	    .others = o->others };
	char why[RECEIVER_WHY_BYTES];
	const char *reason;
	int status;

	if (strcmp(o->room, "*") != 0)
		options_room(o, 0, c.room);
	begin_where(o, &c);
	if (change != NULL) {
		c.identity = change->former;
		c.heir = change->heir;
	}
	if (!find_server(o, &c, &reason) &&
	    !does_without(o, label, &c.addrs, reason))
		return complain(EXIT_FAILURE, o->server, reason);
	if ((status = read_passphrase(o, &c)) != -1)
		return status;
	if (receiver_start(receiver, &c, why) == -1)
		return complain(EXIT_FAILURE, NULL, why);
	return -1;
}

/* By no key yet: what waits for it does so under this spelling alone. */
static bool
is_unknown(const struct options *o, const char *label)
{
	char path[PATH_MAX];
	uint8_t key[NOISE_KEY];

	return !o->host_here && !(store_config(path, "known_hosts") &&
	    keys_host_key(path, label, key));
}

/* Whoever leaves with lines that wait is told what becomes of them. A room that
 * does not take him gets them from no other run. */
static void
tell_waiting(const struct options *o, const char *label, uint64_t n, bool kept,
    bool refused)
{
	char text[512];

	if (kept && !refused && is_unknown(o, label))
		snprintf(text, sizeof(text), n == 1 ? _("%llu line waits; it "
		    "is said when chat-tui joins %s again.") :
		    _("%llu lines wait; they are said when chat-tui joins %s "
		    "again."), (unsigned long long)n, label);
	else if (!kept)
		snprintf(text, sizeof(text), _("lines that were not said: "
		    "%llu; they are kept nowhere"), (unsigned long long)n);
	else if (n == 1)
		strlcpy(text, refused ? _("1 line waits; it is said when that "
		    "room lets you in.") : _("1 line waits; it is said when "
		    "chat-tui runs again."), sizeof(text));
	else
		snprintf(text, sizeof(text), refused ? _("%llu lines wait; "
		    "they are said when that room lets you in.") :
		    _("%llu lines wait; they are said when chat-tui runs "
		    "again."), (unsigned long long)n);
	plain_out_error(o, 0, text);
}

static int
run(struct options *o, struct host *host, const sigset_t *outside)
{
	struct receiver receiver = { .died_at = INT64_MIN };
	const struct receiver_left *left = &receiver.left;
	char why[APP_WHY_BYTES], label[KEYS_HOST_BYTES];
	int status;

	label_server(label, o);
	if ((status = check_key(o, label)) != -1 ||
	    (status = start(o, label, &receiver, NULL)) != -1)
		return status;
	if (o->plain.on)
		status = plain_run(o, &receiver, host, outside, why);
	else
		status = app_run(o, label, &receiver, host, outside,
		    why);
	receiver_stop(&receiver);
	/* Where it is not refused, plain mode says so itself. */
	if (left->waits > 0 && (!o->plain.on || status == DENIAL_REFUSED))
		tell_waiting(o, label, left->waits, left->kept,
		    status == DENIAL_REFUSED);
	/* The server knew of it before we did. */
	if (status == DENIAL_REKEYED && identity_replace(why))
		strlcpy(why, _("your new key is in force: start chat-tui "
		    "again"), sizeof(why));
	if (*why != '\0' && o->plain.on)
		plain_out_error(o, 0, why);
	else if (*why != '\0')
		complain(status, NULL, why);
	return status == DENIAL_REKEYED ? DENIAL_REFUSED : status;
}

/* What has come of it, for people. */
static int
tell_change(const struct options *o, const struct identity_change *c,
    int status, const char *why)
{
	char server[OPTIONS_SHOWN], key[IDENTITY_TEXT], shown[FINGERPRINT_TEXT];

	options_show(server, o->server, o->port);
	/* The one is for who types it, the other what all see. */
	identity_text(key, c->heir);
	fingerprint_text(shown, c->heir);
	/* Somebody else may have been first. */
	if (status == DENIAL_REKEYED && !identity_is_in(why, c->heir))
		return complain(DENIAL_REFUSED, NULL, why);
	if (status == DENIAL_REKEYED && c->is_new && !identity_replace(why))
		return EXIT_FAILURE;
	if (status == DENIAL_REKEYED) {
		printf(_("At %s your key is %s now; the former one is out for "
		    "good.\n"), server, shown);
		puts(_("It is kept in identity.old, for servers that know no "
		    "other: chat-tui --new-key HOST tells one more."));
		return EXIT_SUCCESS;
	}
	if (*why != '\0')
		complain(status, NULL, why);
	if (status == DENIAL_REFUSED)
		fprintf(stderr, _("chat-tui: the server's operator can do it: "
		    "chat-ctl rekey %s %s\nThen chat-tui --new-key "
		    "again.\n"), o->name, key);
	return status;
}

/* --new-key. */
static int
change_key(struct options *o, const sigset_t *outside)
{
	struct receiver receiver = { .died_at = INT64_MIN };
	char why[PLAIN_WHY_BYTES], label[KEYS_HOST_BYTES];
	struct identity_change change;
	int status;

	label_server(label, o);
	if ((status = check_key(o, label)) != -1 ||
	    (status = identity_begin(&change)) != -1 ||
	    (status = start(o, label, &receiver, &change)) != -1)
		return status;
	status = new_key_run(o, &receiver, outside, why);
	receiver_stop(&receiver);
	return tell_change(o, &change, status, why);
}

/* A service may have none; its user has. */
static void
find_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if ((home == NULL || *home != '/') &&
	    (pw = getpwuid(getuid())) != NULL &&
	    access(pw->pw_dir, W_OK | X_OK) == 0)
		setenv("HOME", pw->pw_dir, 1);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct host host = { 0 };
	sigset_t outside;
	int status;

	sandbox_hide();
	find_home();
	if (!lang_init())
		complain(0, NULL, _("no UTF-8 locale found: wide text may be "
		    "drawn wrong"));
	if ((status = options_parse(&options, argc, argv)) != -1)
		return status;
	if (options.forget[0] != '\0')
		return forget(&options);
	if (options.act == ACT_EXPORT_KEY)
		return identity_export(options.passphrase);
	if (options.act == ACT_IMPORT_KEY)
		return identity_import(options.passphrase);
	choose_mode(&options);
	if (options.act == ACT_NEW_KEY) {
		options.plain.on = true;
		options.plain.json = false;
		if (options.name[0] == '\0' &&
		    !store_last_name(options.name))
			return complain(EXIT_USAGE, NULL, _("by which name? "
			    "chat-tui --new-key -n NAME [HOST]"));
	}
	if ((status = check_plain(&options)) != -1 ||
	    (status = check_classic(&options)) != -1 ||
	    (status = check_rooms(&options)) != -1)
		return status;
	unsetenv("LINES");	/* the terminal knows its size better */
	unsetenv("COLUMNS");
	signals_catch(&outside);
	if (options.act == ACT_NEW_KEY)
		return change_key(&options, &outside);
	if (options.host_here)
		status = host_room(&options, &host);
	if (status == -1)
		status = run(&options, &host, &outside);
	host_stop(&host);
	return status;
}
