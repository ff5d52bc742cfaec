/*
 * Looking for files. Parent process; reads directories and nothing else.
 */
#include "tui/files.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { FILES_MAX = 4096 };	/* of one directory; more nobody goes through */

bool
files_expand(char full[PATH_MAX], const char *path)
{
	const char *home = getenv("HOME");
	int n;

	if (strncmp(path, "~/", 2) == 0 && home != NULL)
		n = snprintf(full, PATH_MAX, "%s%s", home, path + 1);
	else
		n = snprintf(full, PATH_MAX, "%s", path);
	if (n < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

void
files_clear(struct files *f)
{
	while (f->n > 0)
		free(f->paths[--f->n]);
	free(f->paths);
	f->paths = NULL;
	f->begun[0] = '\0';
}

/* The bytes of a path up to its last slash. */
static size_t
directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* What is typed is UTF-8 without control characters. */
static bool
can_be_typed(const char *name)
{
	char clean[NAME_MAX + 1];
	size_t len = strlen(name);

	return len <= NAME_MAX && text_valid(name, len) &&
	    text_clean(clean, name, len, false) == len &&
	    memcmp(clean, name, len) == 0;
}

static bool
is_wanted(const char *name, const char *begun)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    (name[0] == '.' && begun[0] != '.'))
		return false;
	return strncmp(name, begun, strlen(begun)) == 0 && can_be_typed(name);
}

/* Also where a link leads to one. */
static bool
is_directory(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_directory(struct files *f, DIR *dir)
{
	const char *begun = f->begun + directory_len(f->begun);
	struct dirent *e;
	char *path;

	f->paths = calloc(FILES_MAX, sizeof(*f->paths));
	while (f->paths != NULL && f->n < FILES_MAX &&
	    (e = readdir(dir)) != NULL) {
		if (!is_wanted(e->d_name, begun) || asprintf(&path, "%.*s%s%s",
		    (int)directory_len(f->begun), f->begun, e->d_name,
		    is_directory(dirfd(dir), e->d_name) ? "/" : "") == -1)
			continue;
		f->paths[f->n++] = path;
	}
	if (f->n > 0)
		qsort(f->paths, f->n, sizeof(*f->paths), by_name);
}

/* Looks again only where something has changed. */
static void
look(struct files *f, const char *begun)
{
	char full[PATH_MAX];
	struct stat st;
	DIR *dir;

	if (!files_expand(full, begun)) {
		files_clear(f);
		return;
	}
	full[directory_len(full)] = '\0';
	if ((dir = opendir(*full != '\0' ? full : ".")) == NULL ||
	    fstat(dirfd(dir), &st) == -1)
		files_clear(f);
	else if (strcmp(f->begun, begun) != 0 || f->paths == NULL ||
	    memcmp(&f->changed, &st.st_mtim, sizeof(f->changed)) != 0) {
		files_clear(f);
		strlcpy(f->begun, begun, sizeof(f->begun));
		f->changed = st.st_mtim;
		read_directory(f, dir);
	}
	if (dir != NULL)
		closedir(dir);
}

const char *
files_nth(struct files *f, const char *begun, size_t i)
{
	if (i == 0 || strcmp(f->begun, begun) != 0)
		look(f, begun);
	return i < f->n ? f->paths[i] : NULL;
}
