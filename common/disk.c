/*
 * What every table of a disk's functions can do with them.
 */
#include "common/disk.h"

#include <errno.h>
#include <limits.h>
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
