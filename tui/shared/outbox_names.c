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

/* Is it one of those? How many there are. */
static bool
has(const char *names, const char *name, size_t len, unsigned *n)
{
	for (*n = 0; *names != '\0'; names = behind_first(names), ++*n)
		if (strcspn(names, " ") == len &&
		    memcmp(names, name, len) == 0)
			return true;
	return false;
}

/* Behind the n others; the oldest go where there are too many. */
static void
add(char names[OUTBOX_NAMES_BYTES], unsigned n, const char *name, size_t len)
{
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
	unsigned n;

	strlcpy(all, former->names, sizeof(all));
	for (names = o->names; *names != '\0'; names = behind_first(names))
		if (!has(all, names, strcspn(names, " "), &n))
			add(all, n, names, strcspn(names, " "));
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
	unsigned n;

	return has(o->names, name, len, &n);
}

bool
outbox_say_as(struct outbox *o, const char *name, size_t len)
{
	char names[OUTBOX_NAMES_BYTES];
	uint8_t record[OUTBOX_RECORD];
	unsigned n;

	if (len > TEXT_NAME_BYTES || has(o->names, name, len, &n))
		return true;
	strlcpy(names, o->names, sizeof(names));
	add(names, n, name, len);
	if (!outbox_write_end(o, record, outbox_put_record(record,
	    outbox_first(o), OUTBOX_ACKNOWLEDGED, OUTBOX_SAID_AS, names,
	    strlen(names))) || !outbox_sync_end(o))
		return false;
	memcpy(o->names, names, sizeof(names));
	return true;
}
