/*
 * Rooms of a server beside each other, DIR/NAME/: the file "called" in one says
 * what who was there is called, where that is not NAME any more. That goes for
 * his other rooms, DIR/NAME/room/ROOM/, as well.
 */
#include "tui/shared/kin.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/text.h"
#include "tui/shared/boxes.h"
#include "tui/shared/copies.h"
#include "tui/shared/rooms.h"
#include "tui/shared/store.h"

struct kin {
	const char	*dir;			/* ours, to which it goes, */
	const char	*own;			/* in that name's */
	const char	*room;			/* and its room */
	char		 beside[PATH_MAX];	/* what that is in, */
	char		 fold[TEXT_FOLD_BYTES];	/* and whose it is */
};

static bool
join(char dst[PATH_MAX], const char *dir, const char *leaf)
{
	return snprintf(dst, PATH_MAX, "%s/%s", dir, leaf) < PATH_MAX;
}

static bool
called_path(char dst[PATH_MAX], const char *dir)
{
	return join(dst, dir, "called");
}

static bool
is_room_of(const char *dir, const char *name, size_t len)
{
	const char *slash = strrchr(dir, '/');
	char own[TEXT_NAME_BYTES];

	return slash != NULL && store_room_name(own, slash + 1) == len &&
	    memcmp(own, name, len) == 0;
}

void
kin_note(const char *dir, const char *name, size_t len)
{
	char path[PATH_MAX], *before;
	size_t before_len = 0;
	bool same;

	/* Where nothing was kept there is no room any more. */
	if (!called_path(path, dir) || access(dir, F_OK) == -1)
		return;
	before = store_load(path, &before_len);
	same = before == NULL ? is_room_of(dir, name, len) :
	    before_len == len && memcmp(before, name, len) == 0;
	free(before);
	if (!same)
		store_replace(path, name, len);
}

static bool
is_same(const struct kin *k, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	return text_name_check(name, len) == TEXT_NAME_OK &&
	    text_fold(fold, name, len) > 0 && strcmp(fold, k->fold) == 0;
}

static bool
is_called(const struct kin *k, const char *dir)
{
	char path[PATH_MAX], *name = NULL;
	size_t len;
	bool is = called_path(path, dir) &&
	    (name = store_load(path, &len)) != NULL && is_same(k, name, len);

	free(name);
	return is;
}

static void
take_boxes(const struct kin *k, const char *from)
{
	const struct disk *d = &disk_real;
	char path[PATH_MAX];
	unsigned n = 0;

	do
		if (!boxes_path(path, from, n) || (boxes_wait(d, path) &&
		    !boxes_take(d, k->dir, path)))
			return;
	while ((n = boxes_next(d, from, n)) != 0);
}

/* As the window that has it open; where nothing can be locked there is nothing
 * to be kept apart. */
static void
take_locked(const struct kin *k, const char *from)
{
	char path[PATH_MAX];
	pid_t holder;
	int fd;

	if (!join(path, from, "window"))
		return;
	fd = disk_real.lock(disk_real.arg, path, &holder);
	if (fd == -1 && (errno == EWOULDBLOCK || errno == ENOENT))
		return;
	take_boxes(k, from);
	rooms_take_typed(&disk_real, from, k->dir);
	copies_take(&disk_real, from, k->dir);
	if (fd != -1)
		disk_real.close(disk_real.arg, fd);
}

/* By their names alone: to open one mends it, which only who has the lock may.
 * A room that has nothing gets no file for it. */
static bool
has_any(const char *dir)
{
	char path[PATH_MAX];

	return (boxes_path(path, dir, 0) && access(path, F_OK) == 0) ||
	    (join(path, dir, "draft") && access(path, F_OK) == 0) ||
	    boxes_next(&disk_real, dir, 0) != 0 || copies_lie(&disk_real, dir);
}

static void
see(void *arg, const char *leaf)
{
	const struct kin *k = arg;
	const char *room = rooms_name(leaf);
	char from[PATH_MAX], whose[PATH_MAX], name[TEXT_NAME_BYTES];
	size_t len;

	if (room == NULL || !join(from, k->beside, leaf) ||
	    !join(whose, k->beside, room) || strcmp(from, k->dir) == 0)
		return;
	len = store_room_name(name, room);
	if ((is_same(k, name, len) || is_called(k, whose)) && has_any(from))
		take_locked(k, from);
}

/* The one of that room, and those that are beside it. */
static void
see_room(void *arg, const char *leaf)
{
	const struct kin *k = arg;
	char whose[PATH_MAX], rooms[PATH_MAX], room[PATH_MAX], from[PATH_MAX];
	char name[TEXT_NAME_BYTES];
	unsigned n;

	if (leaf[0] == '.' || !join(whose, k->beside, leaf) ||
	    strcmp(whose, k->own) == 0 || (!is_same(k, name,
	    store_room_name(name, leaf)) && !is_called(k, whose)) ||
	    !join(rooms, whose, "room") || !join(room, rooms, k->room))
		return;
	if (has_any(room))
		take_locked(k, room);
	for (n = 2; n <= ROOMS_WINDOWS; n++)
		if (rooms_beside(from, room, n) && has_any(from))
			take_locked(k, from);
}

/* Whoever is called so, and what his room is beside. */
static bool
is_whose(struct kin *k, const char *name, size_t len)
{
	char *slash;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(k->fold, name, len) == 0 ||
	    strlcpy(k->beside, k->own, sizeof(k->beside)) >=
	    sizeof(k->beside) || (slash = strrchr(k->beside, '/')) == NULL)
		return false;
	*slash = '\0';
	return true;
}

void
kin_take(const char *dir, const char *name, size_t len)
{
	struct kin k = { .dir = dir, .own = dir };

	if (is_whose(&k, name, len))
		disk_real.list(disk_real.arg, k.beside, see, &k);
}

void
kin_take_room(const char *dir, const char *leaf, const char *name, size_t len)
{
	struct kin k = { .own = dir, .room = leaf };
	char rooms[PATH_MAX], room[PATH_MAX];

	if (!join(rooms, dir, "room") || !join(room, rooms, leaf) ||
	    !is_whose(&k, name, len))
		return;
	k.dir = room;
	disk_real.list(disk_real.arg, k.beside, see_room, &k);
}
