/*
 * Settings by their words: setting one and getting it. Pure; used by the
 * client's parent process. Never takes half a value: a setting is as it was, or
 * as it was told.
 */
#include "tui/settings/config_state.h"

#include <sys/socket.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/fingerprint.h"
#include "common/invite.h"
#include "common/lang.h"
#include "common/since.h"
#include "common/text.h"
#include "tui/settings/options.h"
#include "tui/settings/spell.h"

enum {
	COLOUR_MAX = 255,
	COLOUR_NONE = COLOUR_THEME - 1,
	SHOWN_BYTES = 100,	/* of what was typed, in an answer */
	REASON_BYTES = 300
};

static const char *const colours[] = { "black", "red", "green", "yellow",
	"blue", "magenta", "cyan", "white" };
enum { COLOURS_NAMED = sizeof(colours) / sizeof(colours[0]) };

static void
refuse_word(const char *word, char why[CONFIG_WHY_BYTES])
{
	char shown[SHOWN_BYTES];
	/* As far as this there is nothing in common. */
	size_t best = strlen(word), d, i;
	const struct config_word *known;
	const char *nearest = NULL;

	for (i = 0; (known = config_word(i)) != NULL; i++)
		if ((d = spell_distance(word, strlen(word),
		    known->word, strlen(known->word))) < best) {
			best = d;
			nearest = known->word;
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
field(struct options *o, const struct config_row *r)
{
	return (char *)o + r->at;
}

static const void *
const_field(const struct options *o, const struct config_row *r)
{
	return (const char *)o + r->at;
}

/* Bytes of a text with its NUL. */
static size_t
text_room(const struct config_row *r)
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
set_family(struct options *o, const struct config_row *r, const char *value)
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
set_choice(struct options *o, const struct config_row *r, const char *value)
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
set_number(struct options *o, const struct config_row *r, const char *value)
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
set_span(struct options *o, const struct config_row *r, const char *value)
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
	enum invite_error error;

	if (hosts_is_list(value))
		return hosts_flaw(value);
	error = invite_read_host(&invite, value);
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
set_since(struct options *o, const struct config_row *r, const char *value)
{
	struct since since;

	if (strlen(value) >= r->size || !since_parse(&since, value, 0))
		return false;
	memmove(field(o, r), value, strlen(value) + 1);
	return true;
}

/* Each is a name. */
static bool
are_rooms(const char *value)
{
	const char *at = value + strspn(value, " ");
	size_t len;

	if (*at == '\0')
		return false;
	for (; (len = strcspn(at, " ")) > 0; at += len, at += strspn(at, " "))
		if (strcspn(at, "/") < len ||
		    text_name_check(at, len) != TEXT_NAME_OK)
			return false;
	return true;
}

/* NULL, or what is wrong with it. */
static const char *
text_flaw(const struct config_row *r, const char *value)
{
	char clean[OPTIONS_TEXT_BYTES];
	size_t len = strlen(value);

	if (len == 0)
		return _("must not be empty");
	if (len >= text_room(r))
		return _("too long");
	if (!text_valid(value, len))
		return _("not UTF-8");
	if (r->kind == CONFIG_NAME && text_name_check(value, len) !=
	    TEXT_NAME_OK)
		return _("not a name: at most 20 columns, no spaces, nothing "
		    "invisible, not starting with ~ @ # /, and not the "
		    "administrator's");
	if (r->kind == CONFIG_ROOMS && !are_rooms(value))
		return _("not the names of rooms, which are as those of "
		    "people, and have no /");
	if (text_clean(clean, value, len, false) != len ||
	    memcmp(clean, value, len) != 0)
		return _("nothing but blanks, or with control characters");
	if (r->kind == CONFIG_KEY)
		return key_flaw(value);
	return r->kind == CONFIG_HOST ? host_flaw(value) : NULL;
}

static bool
set_text(struct options *o, const struct config_row *r, const char *value)
{
	if (text_flaw(r, value) != NULL)
		return false;
	/* May be the field itself. */
	memmove(field(o, r), value, strlen(value) + 1);
	return true;
}

static bool
set_colour(struct options *o, const struct config_row *r, const char *value)
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
unset(struct options *o, const struct config_row *r)
{
	struct options none;

	config_defaults(&none);
	if (r->kind == CONFIG_FAMILY)
		set_family(o, r, "off");
	else
		memcpy(field(o, r), const_field(&none, r), r->size);
	/* A section is the host that it is called as. */
	if (r->kind == CONFIG_HOST && o->section[0] != '\0')
		strlcpy(o->server, o->section, sizeof(o->server));
}

static bool
set_value(struct options *o, const struct config_row *r, const char *value)
{
	bool on;

	switch (r->kind) {
	case CONFIG_FLAG:
		if (!read_flag(value, &on))
			return false;
		memcpy(field(o, r), &on, sizeof(on));
		return true;
	case CONFIG_FAMILY:
		return set_family(o, r, value);
	case CONFIG_CHOICE:
		return set_choice(o, r, value);
	case CONFIG_NUMBER:
		return set_number(o, r, value);
	case CONFIG_SPAN:
		return set_span(o, r, value);
	case CONFIG_SINCE:
		return set_since(o, r, value);
	case CONFIG_TEXT:
	case CONFIG_NAME:
	case CONFIG_ROOMS:
	case CONFIG_HOST:
	case CONFIG_KEY:
		return set_text(o, r, value);
	case CONFIG_COLOUR:
		return set_colour(o, r, value);
	}
	return false;
}

static bool
is_text(const struct config_row *r)
{
	return r->kind == CONFIG_TEXT || r->kind == CONFIG_NAME ||
	    r->kind == CONFIG_ROOMS ||
	    r->kind == CONFIG_HOST || r->kind == CONFIG_KEY;
}

/* A word without a value; what has none as long as it is not set may stand
 * alone. */
static bool
set_alone(struct options *o, const struct config_row *r)
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
set(struct options *o, const struct config_row *r, const char *value)
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
refuse_value(const struct config_row *r, const char *as, const char *value,
    char why[CONFIG_WHY_BYTES])
{
	char shown[SHOWN_BYTES], reason[REASON_BYTES];
	const char *flaw;

	if (r->kind == CONFIG_NUMBER)
		snprintf(reason, sizeof(reason), _("not a number from %lld to "
		    "%lld"), (long long)r->min, (long long)r->max);
	else if (r->kind == CONFIG_SINCE)
		strlcpy(reason, _("neither a time such as 2h or "
		    "2026-11-20T14:02:11Z nor a number"), sizeof(reason));
	else if (r->kind == CONFIG_SPAN)
		strlcpy(reason, _("not a time such as 45s, 30m, 12h or 2d"),
		    sizeof(reason));
	else if (is_text(r)) {
		flaw = text_flaw(r, value);
		strlcpy(reason, flaw != NULL ? flaw : "", sizeof(reason));
	} else
		snprintf(reason, sizeof(reason), _("not one of %s"),
		    r->shown.value);
	text_escape(shown, sizeof(shown), value, strlen(value));
	snprintf(why, CONFIG_WHY_BYTES, _("%s \"%s\": %s"), as, shown, reason);
}

bool
config_set(struct options *o, const char *word, const char *value,
    char why[CONFIG_WHY_BYTES])
{
	const struct config_row *r = config_find(word);

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
	const struct config_row *r = config_find("server");

	if (text_flaw(r, host) == NULL)
		return true;
	refuse_value(r, as, host, why);
	return false;
}

static void
get_choice(const struct options *o, const struct config_row *r,
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
get_number(const struct options *o, const struct config_row *r,
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
get_span(const struct options *o, const struct config_row *r,
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
get_colour(const struct options *o, const struct config_row *r,
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
	const struct config_row *r = config_find(word);
	bool given = true;

	if (r != NULL && r->given != 0)
		memcpy(&given, (const char *)o + r->given, sizeof(given));
	return given;
}

bool
config_get(const struct options *o, const char *word,
    char value[CONFIG_VALUE_BYTES])
{
	const struct config_row *r = config_find(word);
	bool on;

	if (r == NULL)
		return false;
	switch (r->kind) {
	case CONFIG_FLAG:
		memcpy(&on, const_field(o, r), sizeof(on));
		strlcpy(value, on ? "on" : "off", CONFIG_VALUE_BYTES);
		break;
	case CONFIG_FAMILY:
		strlcpy(value, o->family == (int)r->min ? "on" : "off",
		    CONFIG_VALUE_BYTES);
		break;
	case CONFIG_CHOICE:
		get_choice(o, r, value);
		break;
	case CONFIG_NUMBER:
		get_number(o, r, value);
		break;
	case CONFIG_SPAN:
		get_span(o, r, value);
		break;
	case CONFIG_TEXT:
	case CONFIG_NAME:
	case CONFIG_ROOMS:
	case CONFIG_HOST:
	case CONFIG_KEY:
	case CONFIG_SINCE:
		strlcpy(value, const_field(o, r), CONFIG_VALUE_BYTES);
		break;
	case CONFIG_COLOUR:
		get_colour(o, r, value);
		break;
	}
	return true;
}
