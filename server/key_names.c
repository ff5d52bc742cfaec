/*
 * The names of keys, sorted once and then looked up. Runs in the server.
 */
#include "server/key_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "server/hub.h"

struct key_name {
	char		 fingerprint[FINGERPRINT_TEXT];
	size_t		 order;		/* of two, the later one counts */
	char		 name[TEXT_FOLD_BYTES];
};

struct key_names {
	struct key_name	*of;
	size_t		 count, size;
};

static void
add(void *arg, const char *name, size_t len, const uint8_t key[NOISE_KEY])
{
	struct key_names *names = arg;
	size_t size = names->size == 0 ? 64 : 2 * names->size;
	struct key_name *more;

	if (len >= sizeof(more->name))
		return;
	if (names->count == names->size) {
		more = reallocarray(names->of, size, sizeof(*more));
		if (more == NULL)
			return;
		names->of = more;
		names->size = size;
	}
	more = &names->of[names->count];
	fingerprint_text(more->fingerprint, key);
	more->order = names->count++;
	memcpy(more->name, name, len);
	more->name[len] = '\0';
}

static int
compare(const void *a, const void *b)
{
	const struct key_name *x = a, *y = b;
	int order = strcmp(x->fingerprint, y->fingerprint);

	return order != 0 ? order : (x->order > y->order) -
	    (x->order < y->order);
}

struct key_names *
key_names_new(const struct hub *hub, int64_t wall_ms)
{
	struct key_names *names = calloc(1, sizeof(*names));

	if (names == NULL)
		return NULL;
	hub_keys(hub, wall_ms, add, names);
	if (names->count > 0)
		qsort(names->of, names->count, sizeof(*names->of), compare);
	return names;
}

void
key_names_free(struct key_names *names)
{
	if (names == NULL)
		return;
	free(names->of);
	free(names);
}

const char *
key_names_find(const struct key_names *names, const char *fingerprint)
{
	size_t low = 0, high = names == NULL ? 0 : names->count, at;

	/* The first one behind those of this key. */
	while (low < high) {
		at = low + (high - low) / 2;
		if (strcmp(names->of[at].fingerprint, fingerprint) <= 0)
			low = at + 1;
		else
			high = at;
	}
	return low > 0 && strcmp(names->of[low - 1].fingerprint,
	    fingerprint) == 0 ? names->of[low - 1].name : NULL;
}
