/*
 * Keys that are out. Runs in the server.
 */
#include "server/room/heirs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/line_file.h"

enum { LINE_BYTES = 2 * LINE_KEY + 24 };
_Static_assert((int)LINE_BYTES <= (int)LINE_FILE_BYTES, "a line is one");

RB_HEAD(heir_keys, heir);
RB_HEAD(heir_prints, heir);

struct heirs {
	struct heir_keys by_key;
	struct heir_prints by_fingerprint;
	TAILQ_HEAD(heir_times, heir) by_time;
	size_t		 count, max;
	struct line_file file;
};

static int
compare_keys(const struct heir *a, const struct heir *b)
{
	return memcmp(a->key, b->key, NOISE_KEY);
}

static int
compare_fingerprints(const struct heir *a, const struct heir *b)
{
	return strcmp(a->fingerprint, b->fingerprint);
}

RB_PROTOTYPE(heir_keys, heir, by_key, compare_keys)
RB_GENERATE(heir_keys, heir, by_key, compare_keys)
RB_PROTOTYPE(heir_prints, heir, by_fingerprint, compare_fingerprints)
RB_GENERATE(heir_prints, heir, by_fingerprint, compare_fingerprints)

static void
drop(struct heirs *h, struct heir *e)
{
	RB_REMOVE(heir_keys, &h->by_key, e);
	RB_REMOVE(heir_prints, &h->by_fingerprint, e);
	TAILQ_REMOVE(&h->by_time, e, by_time);
	h->count--;
	free(e);
}

/* NULL: no memory. */
static struct heir *
add(struct heirs *h, int64_t wall_ms, const uint8_t key[NOISE_KEY],
    const uint8_t heir[NOISE_KEY])
{
	struct heir *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	memcpy(e->key, key, NOISE_KEY);
	memcpy(e->heir, heir, NOISE_KEY);
	fingerprint_text(e->fingerprint, key);
	e->since_ms = wall_ms;
	RB_INSERT(heir_keys, &h->by_key, e);
	RB_INSERT(heir_prints, &h->by_fingerprint, e);
	TAILQ_INSERT_TAIL(&h->by_time, e, by_time);
	h->count++;
	return e;
}

static int
why_not(const struct heirs *h, const uint8_t key[NOISE_KEY],
    const uint8_t heir[NOISE_KEY])
{
	if (heirs_find(h, key) != NULL)
		return EEXIST;
	return memcmp(key, heir, NOISE_KEY) == 0 || heirs_find(h, heir) !=
	    NULL ? ELOOP : 0;
}

/*
 * The file
 */

static bool
take_line(void *arg, char *text)
{
	struct heirs *h = arg;
	uint8_t key[NOISE_KEY], heir[NOISE_KEY];
	char *one, *other;
	uint64_t since;

	if ((one = line_word(&text)) == NULL ||
	    (other = line_word(&text)) == NULL || !line_get_key(one, key) ||
	    !line_get_key(other, heir) ||
	    !line_get_number(text, INT64_MAX, &since)) {
		errno = 0;
		return false;
	}
	/* Once is enough; and no circle. */
	if (why_not(h, key, heir) != 0)
		return true;
	if (add(h, (int64_t)since, key, heir) == NULL)
		return false;
	if (h->count > h->max)
		drop(h, TAILQ_FIRST(&h->by_time));
	return true;
}

struct heirs *
heirs_open(const struct disk *disk, const char *dir, size_t max,
    struct journal_why *why)
{
	struct heirs *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		memset(why, 0, sizeof(*why));
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		return NULL;
	}
	RB_INIT(&h->by_key);
	RB_INIT(&h->by_fingerprint);
	TAILQ_INIT(&h->by_time);
	h->max = max != 0 ? max : HEIRS_MAX;
	if (line_file_open(&h->file, disk, dir, "persons", take_line, h, why))
		return h;
	heirs_close(h);
	return NULL;
}

void
heirs_close(struct heirs *h)
{
	struct heir *e;

	if (h == NULL)
		return;
	while ((e = TAILQ_FIRST(&h->by_time)) != NULL)
		drop(h, e);
	free(h);
}

static void
put_line(struct heirs *h, const struct heir *e)
{
	char line[LINE_BYTES], one[LINE_KEY], other[LINE_KEY];
	int len = snprintf(line, sizeof(line), "%s %s %lld\n",
	    line_key(one, e->key), line_key(other, e->heir),
	    (long long)e->since_ms);

	line_file_put(&h->file, line, (size_t)len);
}

static bool
write_line(struct heirs *h, const struct heir *e)
{
	const struct heir *all = NULL;
	bool anew = line_file_is_large(&h->file);

	line_file_begin(&h->file, anew);
	if (!anew)
		put_line(h, e);
	while (anew && (all = heirs_each(h, all)) != NULL)
		put_line(h, all);
	return line_file_end(&h->file, true);
}

bool
heirs_add(struct heirs *h, int64_t wall_ms, const uint8_t key[NOISE_KEY],
    const uint8_t heir[NOISE_KEY])
{
	int error = why_not(h, key, heir);
	struct heir *e;

	if (error != 0) {
		errno = error;
		return false;
	}
	if ((e = add(h, wall_ms, key, heir)) == NULL)
		return false;
	if (!write_line(h, e)) {
		error = errno;
		drop(h, e);
		errno = error;
		return false;
	}
	if (h->count > h->max)
		drop(h, TAILQ_FIRST(&h->by_time));
	return true;
}

/*
 * Asked
 */

static struct heir *
find(const struct heirs *h, const uint8_t key[NOISE_KEY])
{
	struct heir *at = h == NULL ? NULL : RB_ROOT(&h->by_key);
	int order;

	while (at != NULL && (order = memcmp(key, at->key, NOISE_KEY)) != 0)
		at = order < 0 ? RB_LEFT(at, by_key) : RB_RIGHT(at, by_key);
	return at;
}

const struct heir *
heirs_find(const struct heirs *h, const uint8_t key[NOISE_KEY])
{
	return find(h, key);
}

const struct heir *
heirs_find_fingerprint(const struct heirs *h, const char *fingerprint)
{
	const struct heir *at = h == NULL ? NULL : RB_ROOT(&h->by_fingerprint);
	int order;

	while (at != NULL && (order = strcmp(fingerprint, at->fingerprint)) !=
	    0)
		at = order < 0 ? RB_LEFT(at, by_fingerprint) :
		    RB_RIGHT(at, by_fingerprint);
	return at;
}

const uint8_t *
heirs_last(const struct heirs *h, const uint8_t key[NOISE_KEY])
{
	struct heir *first = find(h, key), *last = first, *e, *next;

	if (first == NULL)
		return key;
	while ((next = last->later != NULL ? last->later :
	    find(h, last->heir)) != NULL) {
		last->later = next;
		last = next;
	}
	/* Each of very many in a row is asked for: the way is as short then,
	 * for all that were on it. Who is one's later one goes no sooner. */
	for (e = first; e != last; e = next) {
		next = e->later;
		e->later = last;
	}
	return last->heir;
}

bool
heirs_came_since(const struct heirs *h, int64_t wall_ms,
    const uint8_t key[NOISE_KEY])
{
	const struct heir *e = h == NULL ? NULL :
	    TAILQ_LAST(&h->by_time, heir_times);

	for (; e != NULL && e->since_ms >= wall_ms;
	    e = TAILQ_PREV(e, heir_times, by_time))
		if (memcmp(e->heir, key, NOISE_KEY) == 0)
			return true;
	return false;
}

const struct heir *
heirs_each(const struct heirs *h, const struct heir *e)
{
	return e != NULL ? TAILQ_NEXT(e, by_time) : h == NULL ? NULL :
	    TAILQ_FIRST(&h->by_time);
}
