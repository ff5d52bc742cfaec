/*
 * The outboxes of a room, in order. Runs in the receiver process, and before
 * there is one in its parent.
 */
#include "tui/shared/boxes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "tui/shared/outbox.h"

static const char behind[] = "outbox.";

enum { BOXES_MAX = 1 << 20 };

struct sought {
	unsigned	 above, least, most;	/* 0: none */
};

bool
boxes_path(char dst[PATH_MAX], const char *dir, unsigned n)
{
	int len = n == 0 ? snprintf(dst, PATH_MAX, "%s/outbox", dir) :
	    snprintf(dst, PATH_MAX, "%s/%s%u", dir, behind, n);

	if (len > 0 && len < OUTBOX_NAME_BYTES && len < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

static void
see(void *arg, const char *name)
{
	struct sought *s = arg;
	const char *error = "";
	unsigned n = 0;

	if (strncmp(name, behind, sizeof(behind) - 1) == 0)
		n = (unsigned)strtonum(name + sizeof(behind) - 1, 1,
		    BOXES_MAX, &error);
	if (error != NULL)
		return;
	if (n > s->above && (s->least == 0 || n < s->least))
		s->least = n;
	if (n > s->most)
		s->most = n;
}

unsigned
boxes_next(const struct disk *d, const char *dir, unsigned n)
{
	struct sought s = { .above = n };

	return d->list(d->arg, dir, see, &s) == -1 ? 0 : s.least;
}

struct outbox *
boxes_open(const struct disk *d, const char *path)
{
	int fd = d->open(d->arg, path, false);

	if (fd == -1) {
		if (errno == ENOENT)
			errno = 0;
		return NULL;
	}
	d->close(d->arg, fd);
	return outbox_open(d, path, 1);
}

struct outbox *
boxes_open_next(const struct disk *d, const char *dir, unsigned *n)
{
	char path[PATH_MAX];
	struct outbox *o;

	while ((*n = boxes_next(d, dir, *n)) != 0)
		if (boxes_path(path, dir, *n) &&
		    (o = boxes_open(d, path)) != NULL)
			return o;
	return NULL;
}

/* The outbox at path, which has no lines: what it had said goes on to be known
 * as that of the one at `to`, or it is that one. */
static bool
take_empty(const struct disk *d, const char *path, const char *to)
{
	struct outbox *from = boxes_open(d, path), *o = boxes_open(d, to);
	/* One that cannot be read is not nothing. */
	bool good = o != NULL || errno == 0;
	bool is_one = o == NULL && from != NULL &&
	    (outbox_first(from) > 1 || outbox_past(from)->numbers > 1);

	if (from != NULL && o != NULL)
		good = outbox_follow(o, from);
	outbox_close(from);
	outbox_close(o);
	if (good && is_one)
		return d->rename(d->arg, path, to) == 0 &&
		    disk_sync_parent(d, to);
	return good && (d->remove(d->arg, path) == 0 || errno == ENOENT);
}

/* The one at `to` has no lines and is about to be replaced by that at path. */
static bool
take_over(const struct disk *d, const char *path, const char *to)
{
	struct outbox *from = boxes_open(d, path), *o = boxes_open(d, to);
	bool good = from != NULL && (o == NULL || outbox_follow(from, o));

	outbox_close(from);
	outbox_close(o);
	return good;
}

/* How many lines; 0 where there is none; -1 with errno. */
static int
count(const struct disk *d, const char *path)
{
	struct outbox *o = boxes_open(d, path);
	int n;

	if (o == NULL)
		return errno == 0 ? 0 : -1;
	n = (int)outbox_count(o);
	outbox_close(o);
	return n;
}

bool
boxes_wait(const struct disk *d, const char *path)
{
	return count(d, path) > 0;
}

bool
boxes_take(const struct disk *d, const char *dir, const char *path)
{
	struct sought s = { 0 };
	char to[PATH_MAX];
	int lines = count(d, path);

	if (lines == -1 || !boxes_path(to, dir, 0))
		return false;
	if (lines == 0)
		return take_empty(d, path, to);
	if (d->list(d->arg, dir, see, &s) == -1)
		return false;
	if ((s.most > 0 || count(d, to) != 0) ?
	    !boxes_path(to, dir, s.most + 1) : !take_over(d, path, to))
		return false;
	return d->rename(d->arg, path, to) == 0 && disk_sync_parent(d, to) &&
	    disk_sync_parent(d, path);
}

bool
boxes_take_all(const struct disk *d, const char *dir, const char *from)
{
	char path[PATH_MAX];
	unsigned n = 0;

	do
		if (!boxes_path(path, from, n) || !boxes_take(d, dir, path))
			return false;
	while ((n = boxes_next(d, from, n)) != 0);
	return true;
}
