/*
 * The table of settings: what each is called, what it takes and where in the
 * options it goes. Pure; used by the client's parent process. Never takes half
 * a value: a setting is as it was, or as it was told.
 */
#include "tui/config.h"

#include <sys/socket.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/invite.h"
#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/since.h"
#include "common/text.h"
#include "tui/options.h"
#include "tui/spell.h"

enum {
	LOSS_MAX = 95,		/* percent; more is a cut cable */
	SCROLLBACK_MIN_MB = 2,
	SCROLLBACK_MAX_MB = 4096,
	COLOUR_MAX = 255,
	COLOUR_NONE = COLOUR_THEME - 1,
	WORD_MAX = 24,		/* longer ones are near to none */
	SHOWN_BYTES = 100,	/* of what was typed, in an answer */
	REASON_BYTES = 300
};

enum kind {
	KIND_FLAG,		/* bool */
	KIND_FAMILY,		/* the family is min, or none */
	KIND_CHOICE,		/* an enum: its place among the words of value */
	KIND_NUMBER,		/* min to max */
	KIND_SPAN,		/* int64_t, ms */
	KIND_SINCE,		/* a text that common/since reads */
	KIND_TEXT,
	KIND_NAME,		/* a text that is a name in a room */
	KIND_HOST,		/* a text: a host, or an invitation */
	KIND_KEY,		/* a text: a key's fingerprint */
	KIND_COLOUR		/* short */
};

struct row {
	struct config_word shown;
	enum kind	 kind;
	size_t		 at, size;	/* of the field in struct options */
	int64_t		 min, max;
	bool		 blank;		/* not set it has no value: "" */
	size_t		 given;		/* the bool that says it is set, or 0 */
};

#define ON_OFF		"on|off"
#define COLOURS		"0..255|black|red|green|yellow|blue|magenta|cyan|" \
			"white|default|theme"
#define FIELD(f)	.at = offsetof(struct options, f), \
			.size = sizeof(((struct options *)NULL)->f)
#define GIVEN(f)	.given = offsetof(struct options, f)
#define RANGE(a, b)	.min = (a), .max = (b)
/* On the command line it takes no value. */
#define SWITCH(word, letter, does) \
	{ word, ON_OFF, does, letter, true, false }, KIND_FLAG
#define FAMILY(word, letter, does, family) \
	{ { word, ON_OFF, does, letter, true, false }, KIND_FAMILY, \
	    .min = (family) }
/* Of the screen: it takes effect at once. */
#define LIVE(word, value, does)	{ word, value, does, 0, false, true }
#define COLOUR(name, style, does) \
	{ LIVE("color-" name, COLOURS, does), KIND_COLOUR, \
	    FIELD(screen.theme.own[style]) }
#define COLOUR_NAME(n) \
	COLOUR("name-" #n, STYLE_NAME + n - 1, N_("colour of some names"))

/* What people change comes first: so it is listed, and completed. */
static const struct row table[] = {
	{ LIVE("theme", "auto|dark|light|mono", N_("the colours")),
	    KIND_CHOICE, FIELD(screen.theme.name) },
	{ LIVE("times", ON_OFF, N_("when each line was said")), KIND_FLAG,
	    FIELD(screen.times) },
	{ LIVE("members", "auto|on|off", N_("the list of members")),
	    KIND_CHOICE, FIELD(screen.members) },
	{ LIVE("notices", "fold|hide", N_("who joins and leaves")),
	    KIND_CHOICE, FIELD(screen.notices) },
	{ LIVE("mouse", ON_OFF, N_("take the mouse")), KIND_FLAG,
	    FIELD(screen.mouse) },
	{ LIVE("alert", "none|bell|osc9|osc777",
	    N_("what a mention does while you look elsewhere")), KIND_CHOICE,
	    FIELD(screen.alert) },
	{ LIVE("emoji", ON_OFF, N_("a :name: that is typed becomes the "
	    "emoji")), KIND_FLAG, FIELD(screen.emoji) },
	{ LIVE("title", ON_OFF, N_("count the mentions in the window's "
	    "title")),
	    KIND_FLAG, FIELD(screen.title) },
	{ LIVE("notify", "COMMAND", N_("run for such a mention")), KIND_TEXT,
	    FIELD(screen.notify) },
	{ LIVE("opener", "COMMAND", N_("opens a link")), KIND_TEXT,
	    FIELD(screen.opener) },
	{ LIVE("highlight", "WORDS", N_("words that count as mentions")),
	    KIND_TEXT, FIELD(screen.highlight) },
	{ LIVE("ignore", "NAMES", N_("whose lines are not shown")), KIND_TEXT,
	    FIELD(screen.ignore) },
	{ { "name", "NAME", N_("the name the room knows you by"), 'n', false,
	    false }, KIND_NAME, FIELD(name) },
	{ { "server", "HOST", N_("the server"), 0, false, false }, KIND_HOST,
	    FIELD(server), GIVEN(server_given) },
	{ { "port", "PORT", N_("the server's UDP port; 8888 if not given"),
	    'p', false, false },
	    KIND_NUMBER, FIELD(port), RANGE(1, UINT16_MAX), GIVEN(port_given) },
	{ { "key", "KEY", N_("the key that the server must have"), 0, false,
	    false }, KIND_KEY, FIELD(key) },
	{ { "passphrase-file", "FILE",
	    N_("the room's passphrase is its first line"), 'k', false, false },
	    KIND_TEXT, FIELD(passphrase) },
	{ SWITCH("host-here", 'H', N_("host a room here and join it")),
	    FIELD(host_here) },
	FAMILY("ipv4", '4', N_("IPv4 only"), AF_INET),
	FAMILY("ipv6", '6', N_("IPv6 only"), AF_INET6),
	{ SWITCH("classic", 0, N_("speak the classic text protocol")),
	    FIELD(classic) },
	{ SWITCH("no-store", 0, N_("keep nothing on disk")), FIELD(no_store) },
	{ { "scrollback", "MB", N_("memory for the lines that were said"), 0,
	    false, false }, KIND_NUMBER, FIELD(scrollback_mb),
	    RANGE(SCROLLBACK_MIN_MB, SCROLLBACK_MAX_MB) },
	{ { "loss", "PERCENT", N_("drop so many of the datagrams on purpose"),
	    0, false, false }, KIND_NUMBER, FIELD(loss_percent),
	    RANGE(0, LOSS_MAX) },
	{ SWITCH("plain", 'P', N_("lines in, lines out, no screen")),
	    FIELD(plain.on) },
	{ SWITCH("follow", 0, N_("plain mode: stay when the input has ended")),
	    FIELD(plain.follow) },
	{ { "wait", "TIME", N_("plain mode: so long for the server; 20s if "
	    "not given"), 0, false, false }, KIND_SPAN, FIELD(plain.wait_ms) },
	{ { "after", "N", N_("plain mode: begin after entry number N"), 0,
	    false, false }, KIND_NUMBER, FIELD(plain.after), RANGE(0, INT64_MAX),
	    GIVEN(plain.has_after), .blank = true },
	{ { "since", "TIME|N", N_("plain mode: begin then (RFC 3339, 2h ago) "
	    "or after entry N"), 0, false, false }, KIND_SINCE, FIELD(plain.since) },
	{ SWITCH("not-mine", 0, N_("plain mode: leave out what we said")),
	    FIELD(plain.not_mine) },
	{ SWITCH("json", 0, N_("plain mode: an object a line, both ways")),
	    FIELD(plain.json) },
	{ SWITCH("one-message", 0, N_("plain mode: all of the input is one "
	    "message")), FIELD(plain.one_message) },
	{ { "count", "N", N_("plain mode: leave after N entries"), 0, false,
	    false }, KIND_NUMBER, FIELD(plain.count), RANGE(1, INT64_MAX),
	    GIVEN(plain.has_count), .blank = true },
	{ { "timeout", "TIME", N_("plain mode: leave then at the latest"), 0,
	    false, false }, KIND_SPAN, FIELD(plain.timeout_ms) },
	{ SWITCH("quiet", 0, N_("plain mode: no states on standard error")),
	    FIELD(plain.quiet) },
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

static const char *const colours[] = { "black", "red", "green", "yellow",
	"blue", "magenta", "cyan", "white" };
enum { COLOURS_NAMED = sizeof(colours) / sizeof(colours[0]) };

_Static_assert(sizeof(enum options_members) == sizeof(unsigned) &&
    sizeof(enum options_notices) == sizeof(unsigned) &&
    sizeof(enum options_alert) == sizeof(unsigned) &&
    sizeof(enum theme_name) == sizeof(unsigned), "a choice is an unsigned");

const struct config_word *
config_word(size_t i)
{
	return i < ROWS ? &table[i].shown : NULL;
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

static const struct row *
find(const char *word)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcmp(table[i].shown.word, word) == 0)
			return &table[i];
	return NULL;
}

static void
refuse_word(const char *word, char why[CONFIG_WHY_BYTES])
{
	char shown[SHOWN_BYTES];
	/* As far as this there is nothing in common. */
	size_t best = strlen(word), d, i;
	const char *nearest = NULL;

	for (i = 0; i < ROWS; i++)
		if ((d = spell_distance(word, strlen(word),
		    table[i].shown.word, strlen(table[i].shown.word))) < best) {
			best = d;
			nearest = table[i].shown.word;
		}
	text_escape(shown, sizeof(shown), word, strlen(word));
	if (nearest != NULL)
		snprintf(why, CONFIG_WHY_BYTES, _("there is no setting \"%s\"; "
		    "did you mean \"%s\"?"), shown, nearest);
	else
		snprintf(why, CONFIG_WHY_BYTES, _("there is no setting "
		    "\"%s\""), shown);
}

static void *
field(struct options *o, const struct row *r)
{
	return (char *)o + r->at;
}

static const void *
const_field(const struct options *o, const struct row *r)
{
	return (const char *)o + r->at;
}

/* Bytes of a text with its NUL. */
static size_t
text_room(const struct row *r)
{
	return r->size < OPTIONS_TEXT_BYTES ? r->size : OPTIONS_TEXT_BYTES;
}

/* Other words for the two. */
static const char *
on_or_off(const char *value)
{
	if (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0)
		return "on";
	if (strcmp(value, "no") == 0 || strcmp(value, "false") == 0)
		return "off";
	return value;
}

static bool
read_flag(const char *value, bool *on)
{
	value = on_or_off(value);
	*on = strcmp(value, "on") == 0;
	return *on || strcmp(value, "off") == 0;
}

static bool
set_family(struct options *o, const struct row *r, const char *value)
{
	bool on;

	if (!read_flag(value, &on))
		return false;
	if (on)
		o->family = (int)r->min;
	else if (o->family == (int)r->min)
		o->family = AF_UNSPEC;
	return true;
}

static bool
set_choice(struct options *o, const struct row *r, const char *value)
{
	const char *words = r->shown.value;
	size_t len, value_len;
	unsigned i;

	value = on_or_off(value);
	value_len = strlen(value);
	for (i = 0; *words != '\0'; i++) {
		len = strcspn(words, "|");
		if (len == value_len && memcmp(words, value, len) == 0) {
			memcpy(field(o, r), &i, sizeof(i));
			return true;
		}
		words += len + (words[len] == '|');
	}
	return false;
}

/* strtonum takes blanks and signs as well. */
static bool
read_number(const char *value, int64_t min, int64_t max, int64_t *n)
{
	const char *error;

	if (value[strspn(value, "0123456789")] != '\0')
		return false;
	*n = strtonum(value, min, max, &error);
	return error == NULL;
}

static bool
set_number(struct options *o, const struct row *r, const char *value)
{
	int64_t n;
	uint64_t wide;
	unsigned middle;
	uint16_t narrow;

	if (!read_number(value, r->min, r->max, &n))
		return false;
	wide = (uint64_t)n;
	middle = (unsigned)n;
	narrow = (uint16_t)n;
	memcpy(field(o, r), r->size == sizeof(wide) ? (void *)&wide :
	    r->size == sizeof(middle) ? (void *)&middle : (void *)&narrow,
	    r->size);
	return true;
}

static bool
set_span(struct options *o, const struct row *r, const char *value)
{
	int64_t ms;

	if (duration_parse(value, &ms) != DURATION_OK)
		return false;
	memcpy(field(o, r), &ms, sizeof(ms));
	return true;
}

/* NULL, or what is wrong with where a host or an invitation says it is. */
static const char *
host_flaw(const char *value)
{
	struct invite invite;
	enum invite_error error = invite_read_host(&invite, value);

	return error != INVITE_OK && error != INVITE_HOST ?
	    invite_reason(error) : NULL;
}

/* NULL, or what is wrong with it. */
static const char *
key_flaw(const char *value)
{
	size_t len = strlen(value);

	if (fingerprint_is(value))
		return NULL;
	if (len == FINGERPRINT_SHORT - 1 || (len == FINGERPRINT_TEXT - 1 &&
	    memcmp(value, "SHA256:", 7) == 0))
		return _("as long as a key, but a character of it is wrong");
	return _("not a key: 22 characters, or SHA256: and 43");
}

static bool
set_since(struct options *o, const struct row *r, const char *value)
{
	struct since since;

	if (strlen(value) >= r->size || !since_parse(&since, value, 0))
		return false;
	memmove(field(o, r), value, strlen(value) + 1);
	return true;
}

/* NULL, or what is wrong with it. */
static const char *
text_flaw(const struct row *r, const char *value)
{
	char clean[OPTIONS_TEXT_BYTES];
	size_t len = strlen(value);

	if (len == 0)
		return _("must not be empty");
	if (len >= text_room(r))
		return _("too long");
	if (!text_valid(value, len))
		return _("not UTF-8");
	if (r->kind == KIND_NAME && text_name_check(value, len) !=
	    TEXT_NAME_OK)
		return _("not a name: at most 20 columns, no spaces, not "
		    "starting with ~ @ # /");
	if (text_clean(clean, value, len, false) != len ||
	    memcmp(clean, value, len) != 0)
		return _("nothing but blanks, or with control characters");
	if (r->kind == KIND_KEY)
		return key_flaw(value);
	return r->kind == KIND_HOST ? host_flaw(value) : NULL;
}

static bool
set_text(struct options *o, const struct row *r, const char *value)
{
	if (text_flaw(r, value) != NULL)
		return false;
	/* May be the field itself. */
	memmove(field(o, r), value, strlen(value) + 1);
	return true;
}

static bool
set_colour(struct options *o, const struct row *r, const char *value)
{
	short colour = COLOUR_NONE, i;
	int64_t n;

	if (strcmp(value, "default") == 0)
		colour = COLOUR_DEFAULT;
	else if (strcmp(value, "theme") == 0)
		colour = COLOUR_THEME;
	else if (read_number(value, 0, COLOUR_MAX, &n))
		colour = (short)n;
	for (i = 0; i < COLOURS_NAMED; i++)
		if (strcmp(value, colours[i]) == 0)
			colour = i;
	if (colour == COLOUR_NONE)
		return false;
	memcpy(field(o, r), &colour, sizeof(colour));
	return true;
}

/* As it is without a line of it. */
static void
unset(struct options *o, const struct row *r)
{
	struct options none;

	config_defaults(&none);
	if (r->kind == KIND_FAMILY)
		set_family(o, r, "off");
	else
		memcpy(field(o, r), const_field(&none, r), r->size);
	/* A section is the host that it is called as. */
	if (r->kind == KIND_HOST && o->section[0] != '\0')
		strlcpy(o->server, o->section, sizeof(o->server));
}

static bool
set_value(struct options *o, const struct row *r, const char *value)
{
	bool on;

	switch (r->kind) {
	case KIND_FLAG:
		if (!read_flag(value, &on))
			return false;
		memcpy(field(o, r), &on, sizeof(on));
		return true;
	case KIND_FAMILY:
		return set_family(o, r, value);
	case KIND_CHOICE:
		return set_choice(o, r, value);
	case KIND_NUMBER:
		return set_number(o, r, value);
	case KIND_SPAN:
		return set_span(o, r, value);
	case KIND_SINCE:
		return set_since(o, r, value);
	case KIND_TEXT:
	case KIND_NAME:
	case KIND_HOST:
	case KIND_KEY:
		return set_text(o, r, value);
	case KIND_COLOUR:
		return set_colour(o, r, value);
	}
	return false;
}

static bool
is_text(const struct row *r)
{
	return r->kind == KIND_TEXT || r->kind == KIND_NAME ||
	    r->kind == KIND_HOST || r->kind == KIND_KEY;
}

/* A word without a value; what has none as long as it is not set may stand
 * alone. */
static bool
set_alone(struct options *o, const struct row *r)
{
	char value[CONFIG_VALUE_BYTES];
	struct options none;

	if (r->shown.is_switch)
		return set_value(o, r, "on");
	config_defaults(&none);
	if (!config_get(&none, r->shown.word, value) || *value != '\0')
		return false;
	unset(o, r);
	return true;
}

static bool
set(struct options *o, const struct row *r, const char *value)
{
	bool given = value != NULL && *value != '\0';

	if (value == NULL ? !set_alone(o, r) :
	    given && !set_value(o, r, value))
		return false;
	if (!given && value != NULL)
		unset(o, r);
	if (r->given != 0)
		memcpy((char *)o + r->given, &given, sizeof(given));
	return true;
}

static void
refuse_value(const struct row *r, const char *as, const char *value,
    char why[CONFIG_WHY_BYTES])
{
	char shown[SHOWN_BYTES], reason[REASON_BYTES];
	const char *flaw;

	if (r->kind == KIND_NUMBER)
		snprintf(reason, sizeof(reason), _("not a number from %lld to "
		    "%lld"), (long long)r->min, (long long)r->max);
	else if (r->kind == KIND_SINCE)
		strlcpy(reason, _("neither a time such as 2h or "
		    "2026-11-20T14:02:11Z nor a number"), sizeof(reason));
	else if (r->kind == KIND_SPAN)
		strlcpy(reason, _("not a time such as 45s, 30m, 12h or 2d"),
		    sizeof(reason));
	else if (is_text(r)) {
		flaw = text_flaw(r, value);
		strlcpy(reason, flaw != NULL ? flaw : "", sizeof(reason));
	} else
		snprintf(reason, sizeof(reason), _("not one of %s"),
		    r->shown.value);
	text_escape(shown, sizeof(shown), value, strlen(value));
	snprintf(why, CONFIG_WHY_BYTES, "%s \"%s\": %s", as, shown, reason);
}

bool
config_set(struct options *o, const char *word, const char *value,
    char why[CONFIG_WHY_BYTES])
{
	const struct row *r = find(word);

	if (r == NULL) {
		refuse_word(word, why);
		return false;
	}
	if (set(o, r, value))
		return true;
	refuse_value(r, r->shown.word, value != NULL ? value : "", why);
	return false;
}

bool
config_check_host(const char *as, const char *host,
    char why[CONFIG_WHY_BYTES])
{
	const struct row *r = find("server");

	if (text_flaw(r, host) == NULL)
		return true;
	refuse_value(r, as, host, why);
	return false;
}

bool
config_choice(const char *word, size_t i, char choice[CONFIG_CHOICE_BYTES])
{
	const struct row *r = find(word);
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
	const struct row *r = find(word);

	takes[0] = '\0';
	if (r == NULL)
		return;
	if (r->kind == KIND_NUMBER && r->max == INT64_MAX)
		snprintf(takes, CONFIG_WHY_BYTES, _("a number from %lld on"),
		    (long long)r->min);
	else if (r->kind == KIND_NUMBER)
		snprintf(takes, CONFIG_WHY_BYTES, _("%lld to %lld"),
		    (long long)r->min, (long long)r->max);
	else
		strlcpy(takes, r->shown.value, CONFIG_WHY_BYTES);
}

static void
get_choice(const struct options *o, const struct row *r,
    char value[CONFIG_VALUE_BYTES])
{
	const char *words = r->shown.value;
	unsigned i;

	memcpy(&i, const_field(o, r), sizeof(i));
	while (i-- > 0)
		words += strcspn(words, "|") + 1;
	snprintf(value, CONFIG_VALUE_BYTES, "%.*s", (int)strcspn(words, "|"),
	    words);
}

static void
get_number(const struct options *o, const struct row *r,
    char value[CONFIG_VALUE_BYTES])
{
	bool given = true;
	uint64_t wide;
	unsigned middle;
	uint16_t narrow;

	if (r->blank)
		memcpy(&given, (const char *)o + r->given, sizeof(given));
	if (r->size == sizeof(wide)) {
		memcpy(&wide, const_field(o, r), sizeof(wide));
	} else if (r->size == sizeof(middle)) {
		memcpy(&middle, const_field(o, r), sizeof(middle));
		wide = middle;
	} else {
		memcpy(&narrow, const_field(o, r), sizeof(narrow));
		wide = narrow;
	}
	if (given)
		snprintf(value, CONFIG_VALUE_BYTES, "%llu",
		    (unsigned long long)wide);
	else
		value[0] = '\0';
}

/* In the largest unit that says it whole. */
static void
get_span(const struct options *o, const struct row *r,
    char value[CONFIG_VALUE_BYTES])
{
	static const char units[] = "dhms";
	static const int64_t unit_s[] = { 86400, 3600, 60, 1 };
	int64_t s;
	size_t i = 0;

	memcpy(&s, const_field(o, r), sizeof(s));
	s /= 1000;
	while (s % unit_s[i] != 0 || (s == 0 && unit_s[i] > 1))
		i++;
	snprintf(value, CONFIG_VALUE_BYTES, "%lld%c",
	    (long long)(s / unit_s[i]), units[i]);
}

static void
get_colour(const struct options *o, const struct row *r,
    char value[CONFIG_VALUE_BYTES])
{
	short colour;

	memcpy(&colour, const_field(o, r), sizeof(colour));
	if (colour == COLOUR_THEME)
		strlcpy(value, "theme", CONFIG_VALUE_BYTES);
	else if (colour == COLOUR_DEFAULT)
		strlcpy(value, "default", CONFIG_VALUE_BYTES);
	else if (colour < COLOURS_NAMED)
		strlcpy(value, colours[colour], CONFIG_VALUE_BYTES);
	else
		snprintf(value, CONFIG_VALUE_BYTES, "%d", colour);
}

bool
config_is_given(const struct options *o, const char *word)
{
	const struct row *r = find(word);
	bool given = true;

	if (r != NULL && r->given != 0)
		memcpy(&given, (const char *)o + r->given, sizeof(given));
	return given;
}

bool
config_get(const struct options *o, const char *word,
    char value[CONFIG_VALUE_BYTES])
{
	const struct row *r = find(word);
	bool on;

	if (r == NULL)
		return false;
	switch (r->kind) {
	case KIND_FLAG:
		memcpy(&on, const_field(o, r), sizeof(on));
		strlcpy(value, on ? "on" : "off", CONFIG_VALUE_BYTES);
		break;
	case KIND_FAMILY:
		strlcpy(value, o->family == (int)r->min ? "on" : "off",
		    CONFIG_VALUE_BYTES);
		break;
	case KIND_CHOICE:
		get_choice(o, r, value);
		break;
	case KIND_NUMBER:
		get_number(o, r, value);
		break;
	case KIND_SPAN:
		get_span(o, r, value);
		break;
	case KIND_TEXT:
	case KIND_NAME:
	case KIND_HOST:
	case KIND_KEY:
	case KIND_SINCE:
		strlcpy(value, const_field(o, r), CONFIG_VALUE_BYTES);
		break;
	case KIND_COLOUR:
		get_colour(o, r, value);
		break;
	}
	return true;
}
