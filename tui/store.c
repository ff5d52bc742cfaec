/*
 * The client's state directory. Parent process; only small files, replaced
 * whole, so that a crash leaves the old or the new.
 */
#include "tui/store.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "BASE/chat-tui/leaf"; base is created on demand, like each part of it. */
static bool
path_of(char dst[PATH_MAX], const char *leaf)
{
	const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (base != NULL && base[0] == '/')
		n = snprintf(dst, PATH_MAX, "%s/chat-tui/%s", base, leaf);
	else if (home != NULL && home[0] == '/')
		n = snprintf(dst, PATH_MAX, "%s/.local/state/chat-tui/%s",
		    home, leaf);
	else
		return false;
	return n > 0 && n < PATH_MAX;
}

static void
make_parents(char *path)
{
	char *slash;

	for (slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

bool
store_last_name(char dst[STORE_NAME_BYTES])
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	dst[0] = '\0';
	if (!path_of(path, "name") ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1)
		return false;
	n = read(fd, dst, TEXT_NAME_BYTES);
	close(fd);
	dst[n > 0 ? n : 0] = '\0';
	dst[strcspn(dst, "\n")] = '\0';
	if (text_name_check(dst, strlen(dst)) == TEXT_NAME_OK)
		return true;
	dst[0] = '\0';
	return false;
}

void
store_save_name(const char *name)
{
	char path[PATH_MAX], draft[PATH_MAX];
	bool written;
	int fd;

	if (!path_of(path, "name") || !path_of(draft, "name.new"))
		return;
	make_parents(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd == -1)
		return;
	written = write(fd, name, strlen(name)) == (ssize_t)strlen(name);
	if (close(fd) == 0 && written)
		rename(draft, path);
	else
		unlink(draft);
}
