/*
 * The table of settings: what each is called, what it takes and where in the
 * options it goes. Pure; used by the client's parent process.
 */
#include "tui/settings/config_state.h"

#include <sys/socket.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "tui/settings/options.h"

enum {
	LOSS_MAX = 95,		/* percent; more is a cut cable */
	SCROLLBACK_MIN_MB = 2,
	SCROLLBACK_MAX_MB = 4096
};

#define ON_OFF		"on|off"
#define COLOURS		"0..255|black|red|green|yellow|blue|magenta|cyan|" \
			"white|default|theme"
#define FIELD(f)	.at = offsetof(struct options, f), \
			.size = sizeof(((struct options *)NULL)->f)
#define GIVEN(f)	.given = offsetof(struct options, f)
#define RANGE(a, b)	.min = (a), .max = (b)
/* What it is called, and which values it takes. */
#define VALUE(w, l, v, d) .shown = { .word = (w), .letter = (l), \
			.value = (v), .does = (d) }
/* On the command line it takes no value. */
#define SWITCH(w, l, d)	.shown = { .word = (w), .letter = (l), \
			.value = ON_OFF, .does = (d), .is_switch = true }
/* Of the screen: it takes effect at once. */
#define LIVE(w, v, d)	.shown = { .word = (w), .value = (v), .does = (d), \
			.live = true }
/* Of plain mode, which the screen knows nothing of. */
#define PLAIN(w, v, d)	.shown = { .word = (w), .value = (v), .does = (d), \
			.plain = true }
#define PLAIN_SWITCH(w, d) .shown = { .word = (w), .value = ON_OFF, \
			.does = (d), .is_switch = true, .plain = true }
#define COLOUR(name, style, does) \
	{ LIVE("color-" name, COLOURS, does), .kind = CONFIG_COLOUR, \
	    FIELD(screen.theme.own[style]) }
#define COLOUR_NAME(n) \
	COLOUR("name-" #n, STYLE_NAME + n - 1, N_("colour of some names"))

/* What people change comes first: so it is listed, and completed. */
static const struct config_row table[] = {
	{ LIVE("theme", "auto|dark|light|mono", N_("the colours")),
	    .kind = CONFIG_CHOICE, FIELD(screen.theme.name) },
	{ LIVE("times", ON_OFF, N_("when each line was said")),
	    .kind = CONFIG_FLAG, FIELD(screen.times) },
	{ LIVE("members", "auto|on|off", N_("the list of members")),
	    .kind = CONFIG_CHOICE, FIELD(screen.members) },
	{ LIVE("notices", "fold|hide", N_("who joins and leaves")),
	    .kind = CONFIG_CHOICE, FIELD(screen.notices) },
	{ LIVE("mouse", ON_OFF, N_("take the mouse")), .kind = CONFIG_FLAG,
	    FIELD(screen.mouse) },
	{ LIVE("alert", "none|bell|osc9|osc777", N_("what a mention does while "
	    "you look elsewhere")), .kind = CONFIG_CHOICE,
	    FIELD(screen.alert) },
	{ LIVE("emoji", ON_OFF, N_("a :name: that is typed becomes the emoji")),
	    .kind = CONFIG_FLAG, FIELD(screen.emoji) },
	{ LIVE("title", ON_OFF, N_("count the mentions in the window's title")),
	    .kind = CONFIG_FLAG, FIELD(screen.title) },
	{ LIVE("notify", N_("COMMAND"), N_("run for such a mention")),
	    .kind = CONFIG_TEXT, FIELD(screen.notify) },
	{ LIVE("opener", N_("COMMAND"), N_("opens a link")),
	    .kind = CONFIG_TEXT, FIELD(screen.opener) },
	{ LIVE("highlight", N_("WORDS"), N_("words that count as mentions")),
	    .kind = CONFIG_TEXT, FIELD(screen.highlight) },
	{ LIVE("ignore", N_("NAMES"), N_("whose lines are not shown")),
	    .kind = CONFIG_TEXT, FIELD(screen.ignore) },
	{ VALUE("name", 'n', N_("NAME"), N_("the name the room knows you by")),
	    .kind = CONFIG_NAME, FIELD(name) },
	{ VALUE("server", 0, N_("HOST"), N_("the server")), .kind = CONFIG_HOST,
	    FIELD(server), GIVEN(server_given) },
	{ VALUE("port", 'p', N_("PORT"), N_("the server's UDP port; 8888 if "
	    "not given")), .kind = CONFIG_NUMBER, FIELD(port),
	    RANGE(1, UINT16_MAX), GIVEN(port_given) },
	{ VALUE("room", 0, N_("ROOM"), N_("the server's room; again: one "
	    "more")), .kind = CONFIG_ROOMS, FIELD(room) },
	{ VALUE("key", 0, N_("KEY"), N_("the key that the server must have")),
	    .kind = CONFIG_KEY, FIELD(key) },
	{ VALUE("passphrase-file", 'k', N_("FILE"), N_("the room's passphrase "
	    "is its first line")), .kind = CONFIG_TEXT, FIELD(passphrase) },
	{ SWITCH("host-here", 'H', N_("host a room here and join it")),
	    .kind = CONFIG_FLAG, FIELD(host_here) },
	{ SWITCH("ipv4", '4', N_("IPv4 only")), .kind = CONFIG_FAMILY,
	    .min = AF_INET },
	{ SWITCH("ipv6", '6', N_("IPv6 only")), .kind = CONFIG_FAMILY,
	    .min = AF_INET6 },
	{ SWITCH("classic", 0, N_("speak the classic text protocol")),
	    .kind = CONFIG_FLAG, FIELD(classic) },
	{ SWITCH("no-store", 0, N_("keep nothing on disk")),
	    .kind = CONFIG_FLAG, FIELD(no_store) },
	{ VALUE("scrollback", 0, "MB", N_("memory for the lines that were "
	    "said")), .kind = CONFIG_NUMBER, FIELD(scrollback_mb),
	    RANGE(SCROLLBACK_MIN_MB, SCROLLBACK_MAX_MB) },
	{ VALUE("loss", 0, N_("PERCENT"), N_("drop so many of the datagrams on "
	    "purpose")), .kind = CONFIG_NUMBER, FIELD(loss_percent),
	    RANGE(0, LOSS_MAX) },
	{ SWITCH("plain", 'P', N_("lines in, lines out, no screen")),
	    .kind = CONFIG_FLAG, FIELD(plain.on) },
	{ PLAIN_SWITCH("follow", N_("plain mode: stay when the input has "
	    "ended")), .kind = CONFIG_FLAG, FIELD(plain.follow) },
	{ PLAIN("wait", N_("TIME"), N_("plain mode: wait for the server; 20s "
	    "if not given")), .kind = CONFIG_SPAN, FIELD(plain.wait_ms) },
	{ PLAIN("after", "N", N_("plain mode: begin after entry number N")),
	    .kind = CONFIG_NUMBER, FIELD(plain.after), RANGE(0, INT64_MAX),
	    GIVEN(plain.has_after), .blank = true },
	{ PLAIN("since", N_("TIME|N"), N_("plain mode: begin at that time or "
	    "after entry N")), .kind = CONFIG_SINCE, FIELD(plain.since) },
	{ PLAIN_SWITCH("not-mine", N_("plain mode: leave out what we said")),
	    .kind = CONFIG_FLAG, FIELD(plain.not_mine) },
	{ PLAIN("to", N_("NAME"), N_("plain mode: talk with NAME alone")),
	    .kind = CONFIG_NAME, FIELD(plain.to) },
	{ PLAIN_SWITCH("json", N_("plain mode: a JSON object a line, both "
	    "ways")), .kind = CONFIG_FLAG, FIELD(plain.json) },
	{ PLAIN_SWITCH("one-message", N_("plain mode: all input up to its end "
	    "is one message")), .kind = CONFIG_FLAG, FIELD(plain.one_message) },
	{ PLAIN("count", "N", N_("plain mode: leave after N entries")),
	    .kind = CONFIG_NUMBER, FIELD(plain.count), RANGE(1, INT64_MAX),
	    GIVEN(plain.has_count), .blank = true },
	{ PLAIN("timeout", N_("TIME"), N_("plain mode: leave after so long at "
	    "the latest")), .kind = CONFIG_SPAN, FIELD(plain.timeout_ms) },
	{ PLAIN_SWITCH("quiet", N_("plain mode: no states on standard error")),
	    .kind = CONFIG_FLAG, FIELD(plain.quiet) },
	COLOUR("text", STYLE_TEXT, N_("colour of the text")),
	COLOUR("dim", STYLE_DIM, N_("colour of times and notices")),
	COLOUR("bar", STYLE_BAR, N_("colour of the title and status row")),
	COLOUR("bar-bold", STYLE_BAR_BOLD, N_("colour of the room's name")),
	COLOUR("bar-good", STYLE_BAR_GOOD, N_("colour of the dot: all well")),
	COLOUR("bar-bad", STYLE_BAR_BAD, N_("colour of the dot: trouble")),
	COLOUR("news", STYLE_NEWS, N_("colour of announcements and rules")),
	COLOUR("own", STYLE_OWN, N_("colour of your own name")),
	COLOUR("mention", STYLE_MENTION, N_("colour of the bar of a mention")),
	COLOUR("pending", STYLE_PENDING, N_("colour of the mark of a line on "
	    "its way")),
	COLOUR("error", STYLE_ERROR, N_("colour of the mark of a refused "
	    "line")),
	COLOUR("match", STYLE_MATCH, N_("colour of what a search found")),
	COLOUR("link", STYLE_LINK, N_("colour of a link")),
	COLOUR("private", STYLE_PRIVATE, N_("colour of whom a talk is with")),
	COLOUR_NAME(1),
	COLOUR_NAME(2),
	COLOUR_NAME(3),
	COLOUR_NAME(4),
	COLOUR_NAME(5),
	COLOUR_NAME(6),
	COLOUR_NAME(7),
	COLOUR_NAME(8),
	COLOUR_NAME(9),
	COLOUR_NAME(10),
	COLOUR_NAME(11),
	COLOUR_NAME(12),
};
enum { ROWS = sizeof(table) / sizeof(table[0]) };

_Static_assert(sizeof(enum options_members) == sizeof(unsigned) &&
    sizeof(enum options_notices) == sizeof(unsigned) &&
    sizeof(enum options_alert) == sizeof(unsigned) &&
    sizeof(enum theme_name) == sizeof(unsigned), "a choice is an unsigned");

const struct config_word *
config_word(size_t i)
{
	return i < ROWS ? &table[i].shown : NULL;
}

const struct config_row *
config_find(const char *word)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcmp(table[i].shown.word, word) == 0)
			return &table[i];
	return NULL;
}

void
config_defaults(struct options *o)
{
	memset(o, 0, sizeof(*o));
	o->family = AF_UNSPEC;
	o->port = OPTIONS_PORT;
	strlcpy(o->server, "localhost", sizeof(o->server));
	o->plain.wait_ms = OPTIONS_WAIT_MS;
	o->scrollback_mb = OPTIONS_SCROLLBACK_MB;
	o->screen.theme = theme_default();
	o->screen.times = true;
	o->screen.members = MEMBERS_AUTO;
	o->screen.notices = NOTICES_FOLD;
	o->screen.alert = ALERT_BELL;
	o->screen.emoji = true;
	o->screen.title = true;
}

bool
config_choice(const char *word, size_t i, char choice[CONFIG_CHOICE_BYTES])
{
	const struct config_row *r = config_find(word);
	const char *at = r != NULL ? r->shown.value : "";
	size_t len;

	/* One alone is what stands for it: "NAME". */
	if (strchr(at, '|') == NULL)
		return false;
	for (; *at != '\0'; at += len + (at[len] == '|')) {
		len = strcspn(at, "|");
		/* A range is no word. */
		if (memmem(at, len, "..", 2) != NULL || i-- > 0)
			continue;
		snprintf(choice, CONFIG_CHOICE_BYTES, "%.*s", (int)len, at);
		return true;
	}
	return false;
}

void
config_takes(const char *word, char takes[CONFIG_WHY_BYTES])
{
	const struct config_row *r = config_find(word);

	takes[0] = '\0';
	if (r == NULL)
		return;
	if (r->kind == CONFIG_NUMBER && r->max == INT64_MAX)
		snprintf(takes, CONFIG_WHY_BYTES, _("a number from %lld on"),
		    (long long)r->min);
	else if (r->kind == CONFIG_NUMBER)
		snprintf(takes, CONFIG_WHY_BYTES, _("%lld to %lld"),
		    (long long)r->min, (long long)r->max);
	else
		strlcpy(takes, _(r->shown.value), CONFIG_WHY_BYTES);
}
