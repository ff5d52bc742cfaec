/*
 * The names' owners. Runs in the server; its file is read whole at start and
 * grows by a line a change, at most one a name and day.
 */
#include "server/lease.h"

#include <sys/tree.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "server/looks.h"

enum {
	KEY64 = sodium_base64_ENCODED_LEN(NOISE_KEY,
	    sodium_base64_VARIANT_ORIGINAL),
	LINE_BYTES = 24 + KEY64 + TEXT_FOLD_BYTES,
	FILE_BYTES = 256 << 20
};
static const int64_t day_ms = INT64_C(86400) * 1000;

struct lease {
	RB_ENTRY(lease)	 node;
	struct looks_place place;
	int64_t		 day;
	uint8_t		 key[NOISE_KEY];
	char		 fold[];
};
RB_HEAD(lease_tree, lease);

struct leases {
	const struct disk *disk;
	int		 fd;
	off_t		 size;
	struct lease_tree tree;
	struct looks	 looks;
	struct naming	*naming;
};

static int
compare(const struct lease *a, const struct lease *b)
{
	return strcmp(a->fold, b->fold);
}

RB_PROTOTYPE(lease_tree, lease, node, compare)
RB_GENERATE(lease_tree, lease, node, compare)

static struct lease *
find(const struct leases *l, const char *fold)
{
	struct lease *at = RB_ROOT(&l->tree);
	int order;

	while (at != NULL && (order = strcmp(fold, at->fold)) != 0)
		at = order < 0 ? RB_LEFT(at, node) : RB_RIGHT(at, node);
	return at;
}

static void
drop(struct leases *l, struct lease *lease)
{
	RB_REMOVE(lease_tree, &l->tree, lease);
	looks_remove(&l->looks, &lease->place);
	free(lease);
}

/* key NULL: released. False: no memory. */
static bool
set(struct leases *l, const char *fold, int64_t day, const uint8_t *key)
{
	struct lease *lease = find(l, fold);
	size_t len = strlen(fold) + 1;
	struct naming_looks looks;

	if (key == NULL) {
		if (lease != NULL)
			drop(l, lease);
		return true;
	}
	if (lease == NULL) {
		if ((lease = malloc(sizeof(*lease) + len)) == NULL)
			return false;
		memcpy(lease->fold, fold, len);
		RB_INSERT(lease_tree, &l->tree, lease);
		naming_look(l->naming, lease->fold, len - 1, &looks);
		looks_add(&l->looks, &lease->place, &looks, lease->fold);
	}
	lease->day = day;
	memcpy(lease->key, key, NOISE_KEY);
	return true;
}

static size_t
format(char line[LINE_BYTES], const char *fold, int64_t day,
    const uint8_t *key)
{
	char key64[KEY64] = "-";

	if (key != NULL)
		sodium_bin2base64(key64, sizeof(key64), key, NOISE_KEY,
		    sodium_base64_VARIANT_ORIGINAL);
	return (size_t)snprintf(line, LINE_BYTES, "%lld %s %s\n",
	    (long long)day, key64, fold);
}

/* Takes one line; false if it is none of ours. */
static bool
parse(struct leases *l, char *line)
{
	uint8_t key[NOISE_KEY];
	char *key64, *fold, *end;
	size_t len;
	long long day;

	errno = 0;
	day = strtoll(line, &end, 10);
	if (end == line || *end != ' ' || errno != 0 || day < 0)
		return false;
	key64 = end + 1;
	if ((fold = strchr(key64, ' ')) == NULL)
		return false;
	*fold++ = '\0';
	if (*fold == '\0' || strlen(fold) >= TEXT_FOLD_BYTES)
		return false;
	if (strcmp(key64, "-") == 0)
		return set(l, fold, day, NULL);
	if (sodium_base642bin(key, sizeof(key), key64, strlen(key64), NULL,
	    &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != NOISE_KEY)
		return false;
	return set(l, fold, day, key);
}

/* A last line without its end was torn by a crash: it does not count. */
static bool
parse_all(struct leases *l, char *text, size_t len, off_t *bad)
{
	char *line = text, *end;

	while ((end = memchr(line, '\n', (size_t)(text + len - line))) !=
	    NULL) {
		*end = '\0';
		if (!parse(l, line)) {
			*bad = line - text;
			return false;
		}
		line = end + 1;
	}
	return true;
}

static bool
load(struct leases *l, struct journal_why *why)
{
	const struct disk *d = l->disk;
	off_t size = d->size(d->arg, l->fd);
	char *text;
	bool good;

	why->kind = JOURNAL_SYSTEM;
	if (size == -1 || size > FILE_BYTES) {
		why->error = size == -1 ? errno : EFBIG;
		return false;
	}
	if ((text = malloc((size_t)size + 1)) == NULL ||
	    d->read(d->arg, l->fd, text, (size_t)size, 0) != size) {
		why->error = errno;
		free(text);
		return false;
	}
	good = parse_all(l, text, (size_t)size, &why->offset);
	if (!good)
		why->kind = JOURNAL_CORRUPT;
	free(text);
	return good;
}

static bool
append(struct leases *l, const char *fold, int64_t day, const uint8_t *key)
{
	const struct disk *d = l->disk;
	char line[LINE_BYTES];
	size_t len = format(line, fold, day, key);
	int saved;

	if (d->write(d->arg, l->fd, line, len, l->size) == -1) {
		saved = errno;
		d->truncate(d->arg, l->fd, l->size);
		errno = saved;
		return false;
	}
	l->size += (off_t)len;
	return true;
}

/* A file with a line a name; then it takes the old one's place. */
static bool
rewrite(struct leases *l, const char *path, int64_t today)
{
	const struct disk *d = l->disk;
	char draft[PATH_MAX];
	struct lease *lease, *next;
	int old = l->fd;

	if (snprintf(draft, sizeof(draft), "%s.new", path) >=
	    (int)sizeof(draft)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if ((l->fd = d->open(d->arg, draft, true)) == -1) {
		l->fd = old;
		return false;
	}
	d->close(d->arg, old);
	l->size = 0;
	if (d->truncate(d->arg, l->fd, 0) == -1)
		return false;
	for (lease = RB_MIN(lease_tree, &l->tree); lease != NULL;
	    lease = next) {
		next = RB_NEXT(lease_tree, &l->tree, lease);
		if (lease->day + LEASE_DAYS < today)
			drop(l, lease);
		else if (!append(l, lease->fold, lease->day, lease->key))
			return false;
	}
	return d->sync(d->arg, l->fd) == 0 &&
	    d->rename(d->arg, draft, path) == 0;
}

struct leases *
leases_open(const struct disk *disk, const char *dir, int64_t wall_ms,
    struct journal_why *why)
{
	struct leases *l;

	memset(why, 0, sizeof(*why));
	why->kind = JOURNAL_SYSTEM;
	if ((l = calloc(1, sizeof(*l))) == NULL) {
		why->error = errno;
		return NULL;
	}
	l->disk = disk;
	RB_INIT(&l->tree);
	looks_init(&l->looks);
	l->fd = -1;
	if ((l->naming = naming_new()) == NULL) {
		why->error = errno;
		leases_close(l);
		return NULL;
	}
	snprintf(why->path, sizeof(why->path), "%s/leases", dir);
	l->fd = disk->open(disk->arg, why->path, true);
	if (l->fd == -1)
		why->error = errno;
	else if (load(l, why)) {
		if (rewrite(l, why->path, wall_ms / day_ms))
			return l;
		why->error = errno;
	}
	leases_close(l);
	return NULL;
}

void
leases_close(struct leases *l)
{
	struct lease *lease;

	if (l == NULL)
		return;
	while ((lease = RB_ROOT(&l->tree)) != NULL)
		drop(l, lease);
	if (l->fd != -1)
		l->disk->close(l->disk->arg, l->fd);
	naming_free(l->naming);
	free(l);
}

const uint8_t *
leases_owner(const struct leases *l, int64_t wall_ms, const char *fold)
{
	const struct lease *lease = find(l, fold);

	if (lease == NULL || lease->day + LEASE_DAYS < wall_ms / day_ms)
		return NULL;
	return lease->key;
}

/* For whom names are looked at, and when. */
struct asker {
	const struct leases *leases;
	int64_t		 wall_ms;
	const uint8_t	*key;
};

static bool
is_anothers(void *arg, const char *fold)
{
	const struct asker *a = arg;
	const uint8_t *owner = leases_owner(a->leases, a->wall_ms, fold);

	return owner != NULL && (a->key == NULL ||
	    memcmp(owner, a->key, NOISE_KEY) != 0);
}

const char *
leases_alike(const struct leases *l, int64_t wall_ms,
    const struct naming_looks *looks, const uint8_t *key)
{
	struct asker asker = { l, wall_ms, key };

	return looks_find(&l->looks, looks, is_anothers, &asker);
}

bool
leases_take(struct leases *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	const struct lease *lease = find(l, fold);
	int64_t today = wall_ms / day_ms;

	if (lease != NULL && lease->day == today &&
	    memcmp(lease->key, key, NOISE_KEY) == 0)
		return true;
	/* On the disk before the room hears of it: else a crash could leave
	 * somebody in the room whose name is free. */
	return append(l, fold, today, key) &&
	    l->disk->sync(l->disk->arg, l->fd) == 0 &&
	    set(l, fold, today, key);
}

bool
leases_release(struct leases *l, int64_t wall_ms, const char *fold)
{
	errno = 0;
	return find(l, fold) != NULL &&
	    append(l, fold, wall_ms / day_ms, NULL) &&
	    set(l, fold, 0, NULL);
}
