/*
 * What every table of a disk's functions can do with them.
 */
#include "common/disk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
disk_sync_parent(const struct disk *disk, const char *path)
{
	char dir[PATH_MAX], *slash;

	if (strlcpy(dir, path, sizeof(dir)) >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return false;
	}
	slash = strrchr(dir, '/');
	if (slash == NULL)
		strlcpy(dir, ".", sizeof(dir));
	else
		slash[slash == dir] = '\0';
	return disk->sync_dir(disk->arg, dir) == 0;
}

/* What a directory has, each name with its NUL. */
struct names {
	char		*bytes;
	size_t		 len;
	bool		 failed;
};

static void
add_name(void *arg, const char *name)
{
	struct names *all = arg;
	size_t len = strlen(name) + 1;
	char *bytes = realloc(all->bytes, all->len + len);

	if (bytes == NULL) {
		all->failed = true;
		return;
	}
	all->bytes = bytes;
	memcpy(all->bytes + all->len, name, len);
	all->len += len;
}

static bool
is_gone(const struct disk *d, const char *path)
{
	return d->remove(d->arg, path) == 0 || errno == ENOENT;
}

/* Up to DISK_DEEP of them lie in each other. */
static bool
remove_below(const struct disk *d, const char *path, int deep)
{
	struct names all = { NULL, 0, false };
	char below[PATH_MAX];
	const char *name;
	bool good;

	if (is_gone(d, path))
		return true;
	if ((errno != ENOTEMPTY && errno != EEXIST) || deep == DISK_DEEP)
		return false;
	good = d->list(d->arg, path, add_name, &all) == 0 && !all.failed;
	for (name = all.bytes; good && name < all.bytes + all.len;
	    name += strlen(name) + 1) {
		errno = ENAMETOOLONG;
		good = snprintf(below, sizeof(below), "%s/%s", path, name) <
		    (int)sizeof(below) && remove_below(d, below, deep + 1);
	}
	free(all.bytes);
	return good && is_gone(d, path);
}

bool
disk_remove_all(const struct disk *d, const char *path)
{
	return remove_below(d, path, 0);
}
