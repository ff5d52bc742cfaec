/*
 * Making one room of two. What is moved is moved by a rename, so that it is
 * there once, whatever happens; nothing is removed that is not elsewhere, too.
 */
#include "tui/shared/rooms.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "tui/shared/boxes.h"
#include "tui/shared/copies.h"
#include "tui/shared/leaves.h"
#include "tui/shared/outbox.h"
#include "tui/shared/store.h"

enum { SMALL_BYTES = 1 << 20 };	/* what is being typed, at most */

/* What the other rooms of a name are in. */
static const char inner[] = "room";

static bool
is_dir(const struct disk *d, const char *path)
{
	struct leaves list;
	bool is = leaves_list(&list, d, path);

	leaves_forget(&list);
	return is;
}

/*
 * What is being typed, and how far was read
 */

/* NULL where there is none, or with errno it cannot be read. */
static char *
load(const struct disk *d, const char *path, size_t *len)
{
	int fd = d->open(d->arg, path, false);
	char *text = NULL;
	off_t size;

	if (fd == -1) {
		if (errno == ENOENT)
			errno = 0;
		return NULL;
	}
	size = d->size(d->arg, fd);
	errno = EFBIG;
	if (size >= 0 && size <= SMALL_BYTES &&
	    (text = calloc(1, (size_t)size + 1)) != NULL &&
	    d->read(d->arg, fd, text, (size_t)size, 0) != size) {
		free(text);
		text = NULL;
	}
	d->close(d->arg, fd);
	*len = (size_t)size;
	return text;
}

static bool
replace(const struct disk *d, const char *path, const char *text, size_t len)
{
	char draft[PATH_MAX + 8];
	int fd;
	bool good;

	snprintf(draft, sizeof(draft), "%s.new", path);
	if ((fd = d->open(d->arg, draft, true)) == -1)
		return false;
	good = d->truncate(d->arg, fd, 0) == 0 &&
	    d->write(d->arg, fd, text, len, 0) == 0 &&
	    d->sync(d->arg, fd) == 0;
	d->close(d->arg, fd);
	return good && d->rename(d->arg, draft, path) == 0 &&
	    disk_sync_parent(d, path);
}

/* Two drafts become one, a line for each, unless that was done already. */
static bool
join_drafts(const struct disk *d, const char *path, const char *old,
    size_t old_len, const char *more, size_t len)
{
	char *text;
	bool good;

	if (old_len >= len && memcmp(old + old_len - len, more, len) == 0)
		return true;
	if ((text = malloc(old_len + 1 + len)) == NULL)
		return false;
	memcpy(text, old, old_len);
	text[old_len] = '\n';
	memcpy(text + old_len + 1, more, len);
	good = replace(d, path, text, old_len + 1 + len);
	free(text);
	return good;
}

static bool
join_numbers(const struct disk *d, const char *path, const char *old,
    size_t old_len, const char *more, size_t len)
{
	(void)old_len;
	return strtoull(more, NULL, 10) <= strtoull(old, NULL, 10) ||
	    replace(d, path, more, len);
}

/* What he is called since, see tui/shared/kin.h. */
static bool
replace_name(const struct disk *d, const char *path, const char *old,
    size_t old_len, const char *more, size_t len)
{
	(void)old;
	(void)old_len;
	return replace(d, path, more, len);
}

/* Which windows there are. */
static bool
keep_there(const struct disk *d, const char *path, const char *old,
    size_t old_len, const char *more, size_t len)
{
	(void)d;
	(void)path;
	(void)old;
	(void)old_len;
	(void)more;
	(void)len;
	return true;
}

static bool
take_small(const struct disk *d, const char *from, const char *to,
    const char *name, bool (*both)(const struct disk *, const char *path,
    const char *old, size_t old_len, const char *more, size_t len))
{
	char here[PATH_MAX], there[PATH_MAX];
	char *more, *old = NULL;
	size_t len, old_len;
	bool good = false;

	if (!leaves_path(here, from, name) || !leaves_path(there, to, name))
		return false;
	if ((more = load(d, here, &len)) == NULL)
		return errno == 0;
	if ((old = load(d, there, &old_len)) != NULL)
		good = both(d, there, old, old_len, more, len) &&
		    d->remove(d->arg, here) == 0;
	else if (errno == 0)
		good = leaves_move(d, here, there);
	free(old);
	free(more);
	return good;
}

/*
 * A room under one name
 */

bool
rooms_take_typed(const struct disk *d, const char *from, const char *to)
{
	return take_small(d, from, to, "draft", join_drafts) &&
	    take_small(d, from, to, "read", join_numbers);
}

static bool
take_all(const struct disk *d, const char *from, const char *to)
{
	return boxes_take_all(d, to, from) && rooms_take_typed(d, from, to) &&
	    take_small(d, from, to, "called", replace_name) &&
	    take_small(d, from, to, "windows", keep_there) &&
	    copies_take(d, from, to);
}

/* As the window that has the room open; -1 with EWOULDBLOCK: another one has.
 * Where nothing can be locked there is nothing to be kept apart. */
static int
lock(const struct disk *d, const char *dir)
{
	char path[PATH_MAX];
	pid_t holder;

	return leaves_path(path, dir, "window") ?
	    d->lock(d->arg, path, &holder) : -1;
}

static void
unlock(const struct disk *d, int fd)
{
	int saved = errno;

	if (fd != -1)
		d->close(d->arg, fd);
	errno = saved;
}

/* What holds nothing of the room. */
static const char *const rest[] = { "lock", "window", "outbox.new",
	"called", "renamed", "windows" };
enum { RESTS = sizeof(rest) / sizeof(rest[0]) };

static bool
is_rest(const char *name)
{
	size_t i;

	for (i = 0; i < RESTS; i++)
		if (strcmp(name, rest[i]) == 0)
			return true;
	return false;
}

/* What is left is nothing, or was set aside. */
static void
clear(const struct disk *d, const char *dir)
{
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < RESTS; i++)
		if (leaves_path(path, dir, rest[i]))
			d->remove(d->arg, path);
	d->remove(d->arg, dir);
}

/* The outbox has no lines. */
static bool
waits_nothing(const struct disk *d, const char *dir)
{
	char path[PATH_MAX];
	struct outbox *o;
	bool nothing;

	if (!boxes_path(path, dir, 0) || (o = outbox_open(d, path, 1)) == NULL)
		return false;
	nothing = outbox_count(o) == 0;
	outbox_close(o);
	return nothing;
}

void
rooms_leave(const struct disk *d, const char *dir)
{
	struct leaves list;
	char outbox[PATH_MAX], rooms[PATH_MAX];
	size_t i;
	bool bare;

	/* Where it is not empty it stays, and counts. */
	if (leaves_path(rooms, dir, inner))
		d->remove(d->arg, rooms);
	bare = leaves_list(&list, d, dir) && !list.full;
	for (i = 0; i < list.n; i++)
		bare &= strcmp(list.leaf[i], "outbox") == 0 ||
		    is_rest(list.leaf[i]);
	leaves_forget(&list);
	if (!bare || !waits_nothing(d, dir) || !boxes_path(outbox, dir, 0))
		return;
	d->remove(d->arg, outbox);
	clear(d, dir);
}

/* ours: the window of `to` is. */
static bool
take_one(const struct disk *d, const char *from, const char *to, bool ours)
{
	int here = lock(d, from), there = -1;
	bool good;

	if (here == -1 && (errno == EWOULDBLOCK || errno == ENOENT))
		return errno == ENOENT;
	if (!is_dir(d, to))
		good = leaves_move(d, from, to);
	else if (!ours && (there = lock(d, to)) == -1 && errno == EWOULDBLOCK)
		good = false;
	else if ((good = take_all(d, from, to)))
		clear(d, from);
	unlock(d, there);
	unlock(d, here);
	return good;
}

bool
rooms_beside(char dst[PATH_MAX], const char *dir, unsigned n)
{
	const char *leaf = strrchr(dir, '/');
	int len;

	leaf = leaf == NULL ? dir : leaf + 1;
	len = snprintf(dst, PATH_MAX, "%.*s.%u.%s", (int)(leaf - dir), dir, n,
	    leaf);
	if (len > 0 && len < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

void
rooms_take_beside(const struct disk *d, const char *dir)
{
	char from[PATH_MAX];
	unsigned n;

	for (n = 2; n <= ROOMS_WINDOWS; n++)
		if (rooms_beside(from, dir, n) && is_dir(d, from))
			take_one(d, from, dir, true);
}

/* With a point in front it is no name's, see store.c, but perhaps another
 * window's of one. */
const char *
rooms_name(const char *leaf)
{
	if (leaf[0] != '.')
		return leaf;
	return leaf[1] >= '2' && leaf[1] <= '0' + ROOMS_WINDOWS &&
	    leaf[2] == '.' ? leaf + 3 : NULL;
}

/*
 * DIR/NAME/room/ROOM/renamed: what the room is called since
 */

void
rooms_note_renamed(const struct disk *d, const char *dir, const char *name)
{
	const char *own = strrchr(dir, '/');
	char path[PATH_MAX], leaf[NAME_MAX];

	if (own == NULL || (own = rooms_name(own + 1)) == NULL ||
	    !store_room_leaf(leaf, name) || !leaves_path(path, dir, "renamed"))
		return;
	if (strcmp(leaf, own) == 0)
		d->remove(d->arg, path);
	else
		replace(d, path, leaf, strlen(leaf));
}

/* Where that goes; false: nowhere. */
static bool
is_renamed(const struct disk *d, const char *dir, char to[NAME_MAX])
{
	char path[PATH_MAX], *text;
	size_t len = 0;
	bool is;

	if (!leaves_path(path, dir, "renamed") ||
	    (text = load(d, path, &len)) == NULL)
		return false;
	is = len > 0 && len < NAME_MAX && memchr(text, '/', len) == NULL &&
	    *text != '.';
	if (is)
		strlcpy(to, text, NAME_MAX);
	free(text);
	return is;
}

void
rooms_take_renamed(const struct disk *d, const char *rooms, const char *to)
{
	struct leaves list;
	char from[PATH_MAX], there[PATH_MAX], path[PATH_MAX], leaf[NAME_MAX];
	size_t i;

	leaves_list(&list, d, rooms);
	for (i = 0; i < list.n; i++)
		if (rooms_name(list.leaf[i]) != NULL &&
		    leaves_path(from, rooms, list.leaf[i]) &&
		    is_renamed(d, from, leaf) &&
		    (to == NULL || strcmp(leaf, to) == 0) &&
		    strcmp(leaf, list.leaf[i]) != 0 &&
		    leaves_path(there, rooms, leaf) &&
		    take_one(d, from, there, false) &&
		    leaves_path(path, there, "renamed"))
			d->remove(d->arg, path);
	leaves_forget(&list);
}

/* Those in a directory, each as that does it. */
static bool
take_each(const struct disk *d, const char *from, const char *to,
    bool (*take)(const struct disk *, const char *from, const char *to))
{
	struct leaves list;
	char here[PATH_MAX], there[PATH_MAX];
	bool good = true;
	int error = 0;
	size_t i;

	if (!leaves_list(&list, d, from))
		return errno == ENOENT;
	for (i = 0; i < list.n; i++) {
		if (rooms_name(list.leaf[i]) == NULL || !leaves_path(here, from,
		    list.leaf[i]) || !is_dir(d, here))
			continue;
		if (leaves_path(there, to, list.leaf[i]) &&
		    d->make_dir(d->arg, to) == 0 && disk_sync_parent(d, to) &&
		    take(d, here, there))
			continue;
		if (good || errno == EWOULDBLOCK)
			error = errno;
		good = false;
	}
	if (list.full) {
		good = false;
		error = ENOMEM;
	}
	leaves_forget(&list);
	errno = error;
	return good;
}

static bool
take_inner(const struct disk *d, const char *from, const char *to)
{
	return take_one(d, from, to, false);
}

/* The other rooms of that name, of which a window may have one open and not
 * the others: so they are not moved with what they are in. */
static bool
take_others(const struct disk *d, const char *from, const char *to)
{
	char here[PATH_MAX], there[PATH_MAX];
	bool good;

	if (!leaves_path(here, from, inner) || !leaves_path(there, to, inner))
		return false;
	if (!is_dir(d, here) || d->remove(d->arg, here) == 0)
		return true;
	good = d->make_dir(d->arg, to) == 0 && disk_sync_parent(d, to) &&
	    take_each(d, here, there, take_inner);
	if (good)
		d->remove(d->arg, here);
	return good;
}

bool
rooms_take_one(const struct disk *d, const char *from, const char *to)
{
	bool good = take_others(d, from, to);
	int error = errno;

	if (!take_one(d, from, to, false))
		return false;
	errno = error;
	return good;
}

void
rooms_take_home(const struct disk *d, const char *dir, const char *leaf)
{
	char rooms[PATH_MAX], from[PATH_MAX];

	if (!leaves_path(rooms, dir, inner) ||
	    !leaves_path(from, rooms, leaf) ||
	    !is_dir(d, from))
		return;
	rooms_take_beside(d, from);
	if (take_one(d, from, dir, true))
		d->remove(d->arg, rooms);
}

/* Would it be moved into itself? */
static bool
is_around(const char *from, const char *to)
{
	size_t n = strlen(from);

	while (n > 0 && from[n - 1] == '/')
		n--;
	return strncmp(from, to, n) == 0 && (to[n] == '\0' || to[n] == '/');
}

bool
rooms_take(const struct disk *d, const char *from, const char *to)
{
	bool good;
	int error;

	if (is_around(from, to)) {
		errno = EINVAL;
		return false;
	}
	good = take_each(d, from, to, rooms_take_one);
	error = errno;
	/* What the home room is called, which can be known again; and whose
	 * keys names are: of two of a name the first counts. */
	if (is_dir(d, to)) {
		take_small(d, from, to, ".home", keep_there);
		take_small(d, from, to, ".people", join_drafts);
	}
	errno = error;
	return good;
}
