/*
 * The names in a directory. Runs in both processes.
 */
#include "tui/shared/leaves.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"

static void
note(void *arg, const char *name)
{
	struct leaves *list = arg;
	char **more;

	if (list->n == list->room) {
		more = reallocarray(list->leaf, 2 * list->room + 8,
		    sizeof(*more));
		if (more == NULL) {
			list->full = true;
			return;
		}
		list->leaf = more;
		list->room = 2 * list->room + 8;
	}
	if ((list->leaf[list->n] = strdup(name)) == NULL)
		list->full = true;
	else
		list->n++;
}

bool
leaves_list(struct leaves *list, const struct disk *d, const char *dir)
{
	memset(list, 0, sizeof(*list));
	return d->list(d->arg, dir, note, list) == 0;
}

void
leaves_forget(struct leaves *list)
{
	while (list->n > 0)
		free(list->leaf[--list->n]);
	free(list->leaf);
}

bool
leaves_path(char dst[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(dst, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

bool
leaves_move(const struct disk *d, const char *from, const char *to)
{
	return d->rename(d->arg, from, to) == 0 && disk_sync_parent(d, to) &&
	    disk_sync_parent(d, from);
}
