/*
 * The bans. Runs in the server; its file is read whole at start and written
 * whole at each change, beside the old one, so that one of the two is there.
 */
#include "server/room/bans.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/fingerprint.h"

enum { LINE_BYTES = 40 + TEXT_FOLD_BYTES };

struct bans {
	const struct disk *disk;
	const char	*dir;
	struct ban	*of;		/* in the order they were made */
	size_t		 count;
};

static bool
lasts(const struct ban *b, int64_t wall_ms)
{
	return b->until_ms == 0 || b->until_ms > wall_ms;
}

static struct ban *
find(const struct bans *l, enum ban_kind kind, const char *what)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->of[i].kind == kind && strcmp(l->of[i].what, what) == 0)
			return &l->of[i];
	return NULL;
}

static bool
push(struct bans *l, const struct ban *b)
{
	struct ban *more;

	more = recallocarray(l->of, l->count, l->count + 1, sizeof(*more));
	if (more == NULL)
		return false;
	l->of = more;
	l->of[l->count++] = *b;
	return true;
}

bool
bans_are_full(const struct bans *l)
{
	return l->count >= BANS_MAX;
}

/* Takes one line; false if it is none of ours. */
static bool
parse(struct bans *l, char *line)
{
	struct ban b = { .until_ms = 0 };
	char *kind, *what, *end;
	int i;

	errno = 0;
	b.until_ms = strtoll(line, &end, 10);
	if (end == line || *end != ' ' || errno != 0 || b.until_ms < 0)
		return false;
	kind = end + 1;
	if ((what = strchr(kind, ' ')) == NULL)
		return false;
	*what++ = '\0';
	for (i = 0; i < BAN_KINDS; i++)
		if (strcmp(kind, ban_word((enum ban_kind)i)) == 0)
			break;
	if (i == BAN_KINDS || strlen(what) >= sizeof(b.what))
		return false;
	b.kind = (enum ban_kind)i;
	strlcpy(b.what, what, sizeof(b.what));
	return ban_reads_back(&b) && l->count < BANS_AGREED && push(l, &b);
}

static bool
parse_all(struct bans *l, char *text, size_t len, off_t *bad)
{
	char *line = text, *end;

	for (; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		*bad = line - text;
		if (end == NULL)
			return false;
		*end = '\0';
		if (strlen(line) != (size_t)(end - line) || !parse(l, line))
			return false;
	}
	return true;
}

static bool
load(struct bans *l, int fd, struct journal_why *why)
{
	const struct disk *d = l->disk;
	off_t size = d->size(d->arg, fd);
	char *text;
	bool good;

	why->kind = JOURNAL_SYSTEM;
	if (size == -1 || size > BANS_AGREED * LINE_BYTES) {
		why->error = size == -1 ? errno : EFBIG;
		return false;
	}
	if ((text = malloc((size_t)size + 1)) == NULL ||
	    d->read(d->arg, fd, text, (size_t)size, 0) != size) {
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

struct bans *
bans_open(const struct disk *disk, const char *dir, struct journal_why *why)
{
	struct bans *l;
	bool good;
	int fd;

	memset(why, 0, sizeof(*why));
	why->kind = JOURNAL_SYSTEM;
	if ((l = calloc(1, sizeof(*l))) == NULL) {
		why->error = errno;
		return NULL;
	}
	l->disk = disk;
	l->dir = dir;
	snprintf(why->path, sizeof(why->path), "%s/bans", dir);
	if ((fd = disk->open(disk->arg, why->path, false)) == -1) {
		if (errno == ENOENT)
			return l;	/* nobody was ever banned */
		why->error = errno;
		bans_close(l);
		return NULL;
	}
	good = load(l, fd, why);
	disk->close(disk->arg, fd);
	if (good)
		return l;
	bans_close(l);
	return NULL;
}

void
bans_close(struct bans *l)
{
	if (l == NULL)
		return;
	free(l->of);
	free(l);
}

static bool
write_to(const struct bans *l, int fd, int64_t wall_ms)
{
	const struct disk *d = l->disk;
	char line[LINE_BYTES];
	off_t at = 0;
	size_t i;
	int len;

	if (d->truncate(d->arg, fd, 0) == -1)
		return false;
	for (i = 0; i < l->count; i++) {
		if (!lasts(&l->of[i], wall_ms))
			continue;
		len = snprintf(line, sizeof(line), "%lld %s %s\n",
		    (long long)l->of[i].until_ms, ban_word(l->of[i].kind),
		    l->of[i].what);
		if (d->write(d->arg, fd, line, (size_t)len, at) == -1)
			return false;
		at += len;
	}
	return d->sync(d->arg, fd) == 0;
}

/* A new file; then it takes the old one's place. */
static bool
save(const struct bans *l, int64_t wall_ms)
{
	const struct disk *d = l->disk;
	char path[PATH_MAX], draft[PATH_MAX];
	bool good;
	int fd, saved;

	if (snprintf(path, sizeof(path), "%s/bans", l->dir) >=
	    (int)sizeof(path) || snprintf(draft, sizeof(draft),
	    "%s/bans.new", l->dir) >= (int)sizeof(draft)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if ((fd = d->open(d->arg, draft, true)) == -1)
		return false;
	good = write_to(l, fd, wall_ms);
	saved = errno;
	d->close(d->arg, fd);
	errno = saved;
	if (!good || d->rename(d->arg, draft, path) == -1)
		return false;
	return d->sync_dir(d->arg, l->dir) == 0;
}

/* Those whose time is over go. */
static void
sweep(struct bans *l, int64_t wall_ms)
{
	size_t i, kept = 0;

	for (i = 0; i < l->count; i++)
		if (lasts(&l->of[i], wall_ms))
			l->of[kept++] = l->of[i];
	l->count = kept;
}

/* Where there are that many, full is why not. */
static bool
set(struct bans *l, int64_t wall_ms, const struct ban *b, size_t max, int full)
{
	struct ban *old, was;

	sweep(l, wall_ms);
	if ((old = find(l, b->kind, b->what)) != NULL) {
		was = *old;
		*old = *b;
		if (save(l, wall_ms))
			return true;
		*old = was;
		return false;
	}
	if (l->count >= max) {
		errno = full;
		return false;
	}
	if (!push(l, b))
		return false;
	if (save(l, wall_ms))
		return true;
	l->count--;
	return false;
}

bool
bans_set(struct bans *l, int64_t wall_ms, const struct ban *b)
{
	return set(l, wall_ms, b, BANS_MAX, ENOSPC);
}

bool
bans_agree(struct bans *l, int64_t wall_ms, const struct ban *b)
{
	return set(l, wall_ms, b, BANS_AGREED, ENOBUFS);
}

bool
bans_lift(struct bans *l, int64_t wall_ms, const struct ban *b)
{
	struct ban *old, was;

	sweep(l, wall_ms);
	errno = 0;
	if ((old = find(l, b->kind, b->what)) == NULL)
		return false;
	was = *old;
	old->until_ms = wall_ms;
	if (!save(l, wall_ms)) {
		*old = was;
		return false;
	}
	sweep(l, wall_ms);
	return true;
}

static bool
lasts_on(const struct bans *l, int64_t wall_ms, enum ban_kind kind,
    const char *what)
{
	const struct ban *b = find(l, kind, what);

	return b != NULL && lasts(b, wall_ms);
}

bool
bans_until(const struct bans *l, int64_t wall_ms, const union sock_addr *addr,
    int64_t *until_ms)
{
	const struct ban *b;
	struct net_prefix p;
	bool found = false;
	size_t i;

	*until_ms = 1;
	if (l == NULL || l->count == 0 || !net_prefix_of(&p, addr))
		return false;
	for (i = 0; i < l->count && *until_ms != 0; i++) {
		b = &l->of[i];
		if (b->net.family == 0 || !lasts(b, wall_ms) ||
		    !net_prefix_holds(&b->net, &p))
			continue;
		if (b->until_ms == 0 || b->until_ms > *until_ms)
			*until_ms = b->until_ms;
		found = true;
	}
	return found;
}

bool
bans_has(const struct bans *l, int64_t wall_ms, const struct ban *b)
{
	const struct ban *old = find(l, b->kind, b->what);

	return old != NULL && lasts(old, wall_ms) &&
	    old->until_ms == b->until_ms;
}

bool
bans_find(const struct bans *l, int64_t wall_ms, const struct ban *b)
{
	return lasts_on(l, wall_ms, b->kind, b->what);
}

bool
bans_cover(const struct bans *l, int64_t wall_ms, const struct ban *b)
{
	const struct ban *old = find(l, b->kind, b->what);

	return old != NULL && lasts(old, wall_ms) && (old->until_ms == 0 ||
	    (b->until_ms != 0 && old->until_ms >= b->until_ms));
}

bool
bans_match(const struct bans *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY], const union sock_addr *addr)
{
	char fingerprint[FINGERPRINT_TEXT];
	int64_t until_ms;

	if (l == NULL || l->count == 0)
		return false;
	if (fold != NULL && lasts_on(l, wall_ms, BAN_NAME, fold))
		return true;
	if (key != NULL && lasts_on(l, wall_ms, BAN_KEY,
	    fingerprint_text(fingerprint, key)))
		return true;
	return addr != NULL && bans_until(l, wall_ms, addr, &until_ms);
}

void
bans_list(const struct bans *l, int64_t wall_ms,
    void (*each)(void *, const struct ban *), void *arg)
{
	size_t i;

	for (i = 0; l != NULL && i < l->count; i++)
		if (lasts(&l->of[i], wall_ms))
			each(arg, &l->of[i]);
}
