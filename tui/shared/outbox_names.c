/*
 * The names that an outbox was said under. A room knows a line again by its id
 * and its author's name: where that is another one by now, it must be told.
 * Runs in the receiver process.
 */
#include "tui/shared/outbox_state.h"

#include <string.h>

/* What follows the first of them. */
static const char *
behind_first(const char *names)
{
	names += strcspn(names, " ");
	return names + (*names == ' ');
}

static bool
is_first(const char *names, const char *name, size_t len)
{
	return strcspn(names, " ") == len && memcmp(names, name, len) == 0;
}

static bool
is_last(const char *names, const char *name, size_t len)
{
	const char *last = strrchr(names, ' ');

	return is_first(last == NULL ? names : last + 1, name, len);
}

/* Takes it out, if it is there. How many are left. */
static unsigned
take_out(char *names, const char *name, size_t len)
{
	const char *rest;
	unsigned n = 0;
	char *at = names;

	while (*at != '\0') {
		rest = behind_first(at);
		if (is_first(at, name, len)) {
			memmove(at, rest, strlen(rest) + 1);
			continue;
		}
		at += rest - at;
		n++;
	}
	if (at > names && at[-1] == ' ')
		at[-1] = '\0';
	return n;
}

/* It is the newest now; the oldest go where there are too many. */
static void
add(char names[OUTBOX_NAMES_BYTES], const char *name, size_t len)
{
	unsigned n = take_out(names, name, len);
	size_t used;
	const char *rest;

	while ((used = strlen(names)) > 0 && (n >= OUTBOX_NAMES ||
	    used + 1 + len + 1 > OUTBOX_NAMES_BYTES)) {
		rest = behind_first(names);
		memmove(names, rest, strlen(rest) + 1);
		n--;
	}
	if (used > 0)
		names[used++] = ' ';
	memcpy(names + used, name, len);
	names[used + len] = '\0';
}

void
outbox_join_names(struct outbox *o, const struct outbox *former)
{
	char all[OUTBOX_NAMES_BYTES];
	const char *names;

	strlcpy(all, former->names, sizeof(all));
	for (names = o->names; *names != '\0'; names = behind_first(names))
		add(all, names, strcspn(names, " "));
	memcpy(o->names, all, sizeof(all));
}

const char *
outbox_names(const struct outbox *o)
{
	return o->names;
}

bool
outbox_was_said_as(const struct outbox *o, const char *name, size_t len)
{
	const char *names = o->names;

	for (; *names != '\0'; names = behind_first(names))
		if (is_first(names, name, len))
			return true;
	return false;
}

bool
outbox_say_as(struct outbox *o, const char *name, size_t len)
{
	char names[OUTBOX_NAMES_BYTES];
	uint8_t record[OUTBOX_RECORD];

	if (len == 0 || len > TEXT_NAME_BYTES || is_last(o->names, name, len))
		return true;
	strlcpy(names, o->names, sizeof(names));
	add(names, name, len);
	if (!outbox_write_end(o, record, outbox_put_record(record,
	    outbox_first(o), OUTBOX_ACKNOWLEDGED, OUTBOX_SAID_AS, names,
	    strlen(names))) || !outbox_sync_end(o))
		return false;
	memcpy(o->names, names, sizeof(names));
	return true;
}
