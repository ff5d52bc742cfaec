/*
 * Paths as a person types them, for /save and its Tab. Parent process, which
 * alone may look around in directories.
 */
#ifndef TUI_FILES_H
#define TUI_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* What was found in one directory. Zeroed: nothing yet. */
struct files {
	char		 begun[PATH_MAX];
	struct timespec	 changed;	/* the directory, when it was read */
	char		**paths;	/* sorted */
	size_t		 n;
};

/* "~/x" below HOME, others as they are. False, with errno: too long. */
bool	 files_expand(char full[PATH_MAX], const char *path);
/*
 * The i-th path that begins so, as it was begun ("~/" stays), a directory with
 * / behind; NULL: no more. Names that begin with a dot only where one was
 * typed, and none that cannot be typed. A view until the next call.
 */
const char *files_nth(struct files *, const char *begun, size_t i);
void	 files_clear(struct files *);

#endif
