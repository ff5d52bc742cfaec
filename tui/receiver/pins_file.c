/*
 * The keys of people, as they are kept. Runs in the receiver process. What is
 * read may be by hand, or by a program of later.
 */
#include "tui/receiver/pins.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/entry.h"

enum {
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	KEY_TEXT = sodium_base64_ENCODED_LEN(NOISE_KEY, BASE64),
	LOG_TEXT = sodium_base64_ENCODED_LEN(PINS_LOG, BASE64),
	FLAGS_TEXT = 4,			/* with a blank, as the others */
	FIRST_NAMES = 1 + 4,		/* of a key's first line, */
	MORE_NAMES = 6,			/* and of each behind it */
	MORE = PIN_FLAGS + 1,		/* such a line's flags */
	LOG = 2 * MORE
};
/* A line with a log is shorter. */
_Static_assert(KEY_TEXT + 20 + FLAGS_TEXT + LOG_TEXT +
    MORE_NAMES * (TEXT_NAME_BYTES + 1) + 1 <= PINS_LINE &&
    FIRST_NAMES <= MORE_NAMES, "all of it fits");

struct line {
	struct pin	 pin;			/* but its names, */
	bool		 has_log;		/* and: */
	struct pin_log	 log;
	size_t		 n;
	struct {
		const char	*text;
		size_t		 len;
	} name[MORE_NAMES];
};

/* The next word of a line; false: there is none. */
static bool
next_word(const char **at, const char *end, const char **word, size_t *len)
{
	const char *stop = *at == end ? NULL :
	    memchr(*at, ' ', (size_t)(end - *at));

	*word = *at;
	if (stop == NULL)
		stop = end;
	*len = (size_t)(stop - *at);
	*at = stop == end ? end : stop + 1;
	return *len > 0;
}

static bool
next_number(const char **at, const char *end, int64_t most, int64_t *n)
{
	const char *word;
	size_t len;

	if (!next_word(at, end, &word, &len))
		return false;
	for (*n = 0; len > 0; word++, len--) {
		if (*word < '0' || *word > '9' || *n > most / 10)
			return false;
		*n = *n * 10 + (*word - '0');
	}
	return *n <= most;
}

static bool
is_none(const char *word, size_t len)
{
	return len == 1 && *word == '-';
}

/* True: all that is left are names. */
static bool
read_names(const char *at, const char *end, struct line *l)
{
	const char *word;
	size_t len;

	if (end[-1] == ' ')
		return false;
	for (; at < end; l->n++) {
		if (l->n == MORE_NAMES || !next_word(&at, end, &word, &len) ||
		    text_name_check(word, len) != TEXT_NAME_OK)
			return false;
		l->name[l->n].text = word;
		l->name[l->n].len = len;
	}
	return l->n > 0;
}

/* What is behind the log. */
static bool
read_rest(const char *at, const char *end, struct line *l)
{
	size_t len = (size_t)(end - at);

	if (l->pin.flags == LOG)
		return l->has_log && (l->log.owned = base64_decode(l->log.own,
		    NOISE_KEY, at, len, BASE64));
	if (l->pin.flags <= PIN_FLAGS && is_none(at, len))
		return true;
	if (len == 0 || !read_names(at, end, l))
		return false;
	return l->pin.flags == MORE ? !l->has_log :
	    l->pin.flags <= PIN_FLAGS && l->n <= FIRST_NAMES &&
	    !is_none(l->name[0].text, l->name[0].len);
}

static bool
read_line(const char *at, const char *end, struct line *l)
{
	struct pin *pin = &l->pin;
	const char *word;
	int64_t flags;
	size_t len;

	memset(l, 0, sizeof(*l));
	if (!next_word(&at, end, &word, &len) || !base64_decode(pin->key,
	    NOISE_KEY, word, len, BASE64) ||
	    !next_number(&at, end, ENTRY_TIME_MS_MAX, &pin->since_ms) ||
	    !next_number(&at, end, LOG, &flags) ||
	    !next_word(&at, end, &word, &len))
		return false;
	pin->flags = (unsigned)flags;
	l->has_log = !is_none(word, len);
	if (l->has_log && !base64_decode(l->log.id, PINS_LOG, word, len,
	    BASE64))
		return false;
	return read_rest(at, end, l);
}

static bool
take_names(const struct pins *p, struct pin *pin, const struct line *l,
    size_t i)
{
	while (i < l->n && pins_was_called(p, pin, l->name[i].text,
	    l->name[i].len))
		i++;
	return i == l->n;
}

/* One that is there already says more than a later line. */
static bool
take_pin(struct pins *p, struct line *l)
{
	struct pin *read = &l->pin, *pin;

	if (l->n > 0 && (read->flags & PIN_STRANGER) == 0 &&
	    pins_of_name(p, l->name[0].text, l->name[0].len) != NULL)
		read->flags |= PIN_OLD;
	if ((pin = pins_add(p, read->key, read->since_ms, read->flags)) == NULL)
		return false;
	*pin = *read;
	pin->logs_n = l->has_log;
	pin->log[0] = l->log;
	if (l->n == 0)
		return true;
	pin->len = l->name[0].len;
	memcpy(pin->name, l->name[0].text, pin->len);
	return take_names(p, pin, l, 1);
}

/*
 * Two files that were put together: who is a stranger in the one is not where
 * the user has written to him by the other, and who is verified in one is.
 */
static bool
take_again(struct pins *p, struct pin *pin, const struct line *l)
{
	const struct pin *other;

	if ((l->pin.flags & PIN_STRANGER) != 0)
		return true;
	pin->flags |= l->pin.flags & PIN_VERIFIED;
	if ((pin->flags & PIN_STRANGER) == 0 || l->n == 0)
		return true;
	other = pins_of_name(p, l->name[0].text, l->name[0].len);
	pin->flags |= l->pin.flags | (other != NULL ? PIN_OLD : 0);
	pin->flags &= ~(unsigned)PIN_STRANGER;
	pin->len = l->name[0].len;
	memcpy(pin->name, l->name[0].text, pin->len);
	return take_names(p, pin, l, 1);
}

/* Of a line before, or one more. */
static void
take_log(struct pin *pin, const struct pin_log *log)
{
	const struct pin_log *same = pins_log(pin, log->own);

	if (pin->logs_n > 0 && !pin->log[0].owned &&
	    memcmp(pin->log[0].id, log->id, PINS_LOG) == 0)
		pin->log[0] = *log;
	else if ((same == NULL || !same->owned) && pin->logs_n < PINS_LOGS)
		pin->log[pin->logs_n++] = *log;
}

static bool
take_line(struct pins *p, const char *line, const char *end)
{
	struct pin *pin;
	struct line l;

	if (!read_line(line, end, &l))
		return true;
	pin = pins_of_key(p, l.pin.key);
	if (l.pin.flags == MORE)
		return pin == NULL || take_names(p, pin, &l, 0);
	if (l.pin.flags == LOG && pin != NULL)
		take_log(pin, &l.log);
	if (l.pin.flags == LOG)
		return true;
	return pin != NULL ? take_again(p, pin, &l) : take_pin(p, &l);
}

bool
pins_read(struct pins *p, const char *text, size_t len)
{
	const char *end = text + len, *stop;

	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		/* What a crash tore. */
		if (stop == NULL)
			break;
		if (!take_line(p, text, stop))
			return false;
	}
	return true;
}

/* A line begins; returns how long it is. of: NULL for no log. */
static size_t
put_start(char line[PINS_LINE], const struct pin *pin, unsigned flags,
    const struct pin_log *of)
{
	char key[KEY_TEXT], log[LOG_TEXT] = "-";

	sodium_bin2base64(key, sizeof(key), pin->key, NOISE_KEY, BASE64);
	if (of != NULL)
		sodium_bin2base64(log, sizeof(log), of->id, PINS_LOG, BASE64);
	return (size_t)snprintf(line, PINS_LINE, "%s %lld %u %s", key,
	    (long long)pin->since_ms, flags, log);
}

static size_t
put_names(char line[PINS_LINE], size_t at, const struct pin *pin,
    size_t *next, size_t most)
{
	for (; most > 0 && *next < pin->former_n; most--)
		at += (size_t)snprintf(line + at, PINS_LINE - at, " %s",
		    pin->former[(*next)++]);
	line[at] = '\n';
	return at + 1;
}

static size_t
put_log(char line[PINS_LINE], const struct pin *pin, const struct pin_log *log)
{
	char own[KEY_TEXT];
	size_t at = put_start(line, pin, LOG, log);

	sodium_bin2base64(own, sizeof(own), log->own, NOISE_KEY, BASE64);
	return at + (size_t)snprintf(line + at, PINS_LINE - at, " %s\n", own);
}

static size_t
put_pin(char *text, const struct pin *pin)
{
	size_t i, len, next = 0, at = put_start(text, pin, pin->flags,
	    pin->logs_n == 0 ? NULL : pin->log);

	at += (size_t)snprintf(text + at, PINS_LINE - at, " %.*s",
	    pin->len == 0 ? 1 : (int)pin->len,
	    pin->len == 0 ? "-" : pin->name);
	len = put_names(text, at, pin, &next, pin->len == 0 ? 0 :
	    FIRST_NAMES - 1);
	while (next < pin->former_n) {
		at = put_start(text + len, pin, MORE, NULL);
		len += put_names(text + len, at, pin, &next, MORE_NAMES);
	}
	for (i = 0; i < pin->logs_n; i++)
		if (pin->log[i].owned)
			len += put_log(text + len, pin, &pin->log[i]);
	return len;
}

char *
pins_write(const struct pins *p, size_t *len)
{
	size_t i, lines = 1;
	char *text;

	*len = 0;
	for (i = 0; i < p->n; i++)
		lines += 1 + p->pin[i].logs_n + (p->pin[i].former_n +
		    MORE_NAMES - 1) / MORE_NAMES;
	text = calloc(lines, PINS_LINE);
	for (i = 0; text != NULL && i < p->n; i++)
		*len += put_pin(text + *len, &p->pin[i]);
	return text;
}
