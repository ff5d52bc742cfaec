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
	LOG_TEXT = sodium_base64_ENCODED_LEN(PINS_LOG, BASE64)
};
_Static_assert(KEY_TEXT + 20 + 4 + LOG_TEXT + 5 +
    (1 + PINS_FORMER) * (TEXT_NAME_BYTES + 1) <= PINS_LINE, "all of it fits");

void
pins_init(struct pins *p)
{
	memset(p, 0, sizeof(*p));
}

void
pins_clear(struct pins *p)
{
	free(p->pin);
	pins_init(p);
}

struct pin *
pins_of_key(const struct pins *p, const uint8_t key[NOISE_KEY])
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (memcmp(p->pin[i].key, key, NOISE_KEY) == 0)
			return &p->pin[i];
	return NULL;
}

static bool
is_fold_of(const char *fold, const char *name, size_t len)
{
	char own[TEXT_FOLD_BYTES];

	return len > 0 && text_fold(own, name, len) > 0 &&
	    strcmp(own, fold) == 0;
}

/* Which of those that he had; former_n: none. */
static size_t
former_of(const struct pin *pin, const char *fold)
{
	size_t i = 0;

	while (i < pin->former_n && !is_fold_of(fold, pin->former[i],
	    strlen(pin->former[i])))
		i++;
	return i;
}

static bool
is_called(const struct pin *pin, const char *fold)
{
	return (pin->flags & (PIN_OLD | PIN_STRANGER)) == 0 &&
	    (is_fold_of(fold, pin->name, pin->len) ||
	    former_of(pin, fold) < pin->former_n);
}

struct pin *
pins_of_name(const struct pins *p, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	size_t i;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return NULL;
	for (i = 0; i < p->n; i++)
		if (is_called(&p->pin[i], fold))
			return &p->pin[i];
	return NULL;
}

static size_t
count_strangers(const struct pins *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += (p->pin[i].flags & PIN_STRANGER) != 0;
	return n;
}

/* The oldest of which, of these flags, it has those. */
static size_t
oldest(const struct pins *p, unsigned flags, unsigned has)
{
	size_t i = 0;

	while (i < p->n && (p->pin[i].flags & flags) != has)
		i++;
	return i;
}

/* A stranger; else one that is not verified; else the oldest of all. */
static void
drop_one(struct pins *p)
{
	size_t i = oldest(p, PIN_STRANGER, PIN_STRANGER);

	if (i == p->n)
		i = oldest(p, PIN_VERIFIED, 0);
	if (i == p->n)
		i = 0;
	memmove(&p->pin[i], &p->pin[i + 1],
	    (--p->n - i) * sizeof(p->pin[0]));
}

struct pin *
pins_add(struct pins *p, const uint8_t key[NOISE_KEY], int64_t now_ms,
    unsigned flags)
{
	size_t room = p->room == 0 ? 16 : 2 * p->room;
	struct pin *more;

	if (p->n == PINS_MAX || ((flags & PIN_STRANGER) != 0 &&
	    count_strangers(p) == PINS_STRANGERS))
		drop_one(p);
	if (p->n == p->room) {
		if ((more = reallocarray(p->pin, room, sizeof(*more))) == NULL)
			return NULL;
		p->pin = more;
		p->room = room;
	}
	more = &p->pin[p->n++];
	memset(more, 0, sizeof(*more));
	memcpy(more->key, key, NOISE_KEY);
	more->since_ms = now_ms;
	more->flags = flags;
	return more;
}

static void
forget_former(struct pin *pin, const char *fold)
{
	size_t i = former_of(pin, fold);

	if (i == pin->former_n)
		return;
	memmove(pin->former[i], pin->former[i + 1], (--pin->former_n - i) *
	    sizeof(pin->former[0]));
}

/* False: there is no room for it. */
static bool
keep_former(struct pin *pin, const char *fold)
{
	if (pin->len == 0 || is_fold_of(fold, pin->name, pin->len) ||
	    (pin->flags & (PIN_OLD | PIN_STRANGER)) != 0)
		return true;
	if (pin->former_n == PINS_FORMER)
		return false;
	memcpy(pin->former[pin->former_n], pin->name, pin->len);
	pin->former[pin->former_n++][pin->len] = '\0';
	return true;
}

void
pins_call(struct pins *p, struct pin *pin, const char *name, size_t len)
{
	struct pin *other = pins_of_name(p, name, len);
	char fold[TEXT_FOLD_BYTES];

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return;
	forget_former(pin, fold);
	if (!keep_former(pin, fold))
		return;
	if (other != NULL && other != pin && (pin->flags & PIN_STRANGER) == 0) {
		if (is_fold_of(fold, other->name, other->len))
			other->flags |= PIN_OLD;
		forget_former(other, fold);
	}
	memmove(pin->name, name, len);
	pin->len = len;
	pin->flags &= ~(unsigned)PIN_OLD;
}

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

static bool
read_former(const char *at, const char *end, struct pin *pin)
{
	const char *word;
	size_t len;

	while (at < end && pin->former_n < PINS_FORMER) {
		if (!next_word(&at, end, &word, &len) ||
		    text_name_check(word, len) != TEXT_NAME_OK)
			return false;
		memcpy(pin->former[pin->former_n], word, len);
		pin->former[pin->former_n++][len] = '\0';
	}
	return at == end;
}

static bool
read_line(const char *at, const char *end, struct pin *pin)
{
	const char *word;
	int64_t flags;
	size_t len;

	memset(pin, 0, sizeof(*pin));
	if (!next_word(&at, end, &word, &len) || !base64_decode(pin->key,
	    NOISE_KEY, word, len, BASE64) ||
	    !next_number(&at, end, ENTRY_TIME_MS_MAX, &pin->since_ms) ||
	    !next_number(&at, end, PIN_FLAGS, &flags) ||
	    !next_word(&at, end, &word, &len))
		return false;
	pin->flags = (unsigned)flags;
	pin->has_log = !is_none(word, len);
	if (pin->has_log && !base64_decode(pin->log, PINS_LOG, word, len,
	    BASE64))
		return false;
	if (!next_word(&at, end, &word, &len) || end[-1] == ' ')
		return false;
	if (is_none(word, len))
		return at == end;
	if (text_name_check(word, len) != TEXT_NAME_OK)
		return false;
	memcpy(pin->name, word, len);
	pin->len = len;
	return read_former(at, end, pin);
}

/* One that is there already says more than a later line. */
static bool
take_line(struct pins *p, const char *line, const char *end)
{
	struct pin read, *pin;

	if (!read_line(line, end, &read) ||
	    pins_of_key(p, read.key) != NULL)
		return true;
	if (read.len > 0 && (read.flags & PIN_STRANGER) == 0 &&
	    pins_of_name(p, read.name, read.len) != NULL)
		read.flags |= PIN_OLD;
	if ((pin = pins_add(p, read.key, read.since_ms, read.flags)) == NULL)
		return false;
	*pin = read;
	return true;
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

static size_t
write_line(char line[PINS_LINE], const struct pin *pin)
{
	char key[KEY_TEXT], log[LOG_TEXT] = "-";
	size_t i, at;
	int n;

	sodium_bin2base64(key, sizeof(key), pin->key, NOISE_KEY, BASE64);
	if (pin->has_log)
		sodium_bin2base64(log, sizeof(log), pin->log, PINS_LOG,
		    BASE64);
	n = snprintf(line, PINS_LINE, "%s %lld %u %s %.*s", key,
	    (long long)pin->since_ms, pin->flags, log,
	    pin->len == 0 ? 1 : (int)pin->len,
	    pin->len == 0 ? "-" : pin->name);
	at = n > 0 ? (size_t)n : 0;
	for (i = 0; i < pin->former_n && at < PINS_LINE && pin->len > 0; i++)
		at += (size_t)snprintf(line + at, PINS_LINE - at, " %s",
		    pin->former[i]);
	if (at == 0 || at + 1 >= PINS_LINE)
		return 0;
	line[at++] = '\n';
	return at;
}

char *
pins_write(const struct pins *p, size_t *len)
{
	char *text = calloc(p->n + 1, PINS_LINE);
	size_t i;

	*len = 0;
	for (i = 0; text != NULL && i < p->n; i++)
		*len += write_line(text + *len, &p->pin[i]);
	return text;
}
