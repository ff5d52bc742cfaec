/*
 * Counting what waits elsewhere. Runs in the parent process.
 */
#include "tui/shared/waiting.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/disk.h"
#include "tui/shared/boxes.h"
#include "tui/shared/outbox.h"

struct waiting {
	const struct disk *disk;
	const char	*dir;		/* of what is listed */
	const char	*but;
	void		(*on_host)(void *arg, const char *host, size_t lines);
	void		(*on_room)(void *arg, const char *leaf);
	void		*arg;
	size_t		 lines;
};

static size_t
lines_in(const struct disk *d, const char *path)
{
	struct outbox *o = boxes_open(d, path);
	enum entry_kind kind;
	size_t i, n = 0;

	for (i = 0; o != NULL && i < outbox_count(o); i++) {
		kind = outbox_get(o, i).kind;
		n += kind != ENTRY_PART && kind != ENTRY_RENAME;
	}
	outbox_close(o);
	return n;
}

/* A room that has no outbox gets no file for it. */
static bool
has_boxes(const struct disk *d, const char *dir)
{
	char path[PATH_MAX];
	int fd = boxes_path(path, dir, 0) ? d->open(d->arg, path, false) : -1;

	if (fd != -1)
		d->close(d->arg, fd);
	return fd != -1 || boxes_next(d, dir, 0) != 0;
}

/* To open an outbox mends it, which only who has the window may. */
static void
count_room(void *arg, const char *leaf)
{
	struct waiting *w = arg;
	const struct disk *d = w->disk;
	char dir[PATH_MAX], path[PATH_MAX];
	unsigned n = 0;
	pid_t holder;
	int fd;

	/* With a point in front it is no name's, see store.c. */
	if (leaf[0] == '.' || snprintf(dir, sizeof(dir), "%s/%s", w->dir,
	    leaf) >= (int)sizeof(dir) || !has_boxes(d, dir) ||
	    snprintf(path, sizeof(path), "%s/window", dir) >=
	    (int)sizeof(path) ||
	    (fd = d->lock(d->arg, path, &holder)) == -1)
		return;
	do
		if (boxes_path(path, dir, n))
			w->lines += lines_in(d, path);
	while ((n = boxes_next(d, dir, n)) != 0);
	d->close(d->arg, fd);
}

/* The home room's, and those of the others in it. */
static void
count_name(void *arg, const char *leaf)
{
	struct waiting *w = arg, in = *w;
	char dir[PATH_MAX];

	count_room(w, leaf);
	if (leaf[0] == '.' || snprintf(dir, sizeof(dir), "%s/%s/room", w->dir,
	    leaf) >= (int)sizeof(dir))
		return;
	in.dir = dir;
	in.lines = 0;
	w->disk->list(w->disk->arg, dir, count_room, &in);
	w->lines += in.lines;
}

/* A directory that is called by a key has no colon. */
static void
count_host(void *arg, const char *leaf)
{
	struct waiting *w = arg, in = *w;
	char dir[PATH_MAX];

	if (leaf[0] == '.' || strchr(leaf, ':') == NULL ||
	    strcasecmp(leaf, w->but) == 0 || snprintf(dir, sizeof(dir),
	    "%s/%s", w->dir, leaf) >= (int)sizeof(dir))
		return;
	in.dir = dir;
	w->disk->list(w->disk->arg, dir, count_name, &in);
	if (in.lines > 0)
		w->on_host(w->arg, leaf, in.lines);
}

void
waiting_each(const struct disk *d, const char *rooms, const char *but,
    void (*on_host)(void *arg, const char *host, size_t lines), void *arg)
{
	struct waiting w = { .disk = d, .dir = rooms, .but = but,
	    .on_host = on_host, .arg = arg };

	d->list(d->arg, rooms, count_host, &w);
}

static void
see_room(void *arg, const char *leaf)
{
	struct waiting w = *(struct waiting *)arg;

	w.lines = 0;
	count_room(&w, leaf);
	if (w.lines > 0)
		w.on_room(w.arg, leaf);
}

void
waiting_rooms(const struct disk *d, const char *dir,
    void (*on_room)(void *arg, const char *leaf), void *arg)
{
	char rooms[PATH_MAX];
	struct waiting w = { .disk = d, .dir = rooms, .on_room = on_room,
	    .arg = arg };

	if (snprintf(rooms, sizeof(rooms), "%s/room", dir) <
	    (int)sizeof(rooms))
		d->list(d->arg, rooms, see_room, &w);
}
