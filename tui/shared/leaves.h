/*
 * What lies in a directory, noted before anything there changes.
 */
#ifndef TUI_SHARED_LEAVES_H
#define TUI_SHARED_LEAVES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct disk;

struct leaves {
	char	**leaf;
	size_t	  n, room;
	bool	  full;		/* there was no memory for all */
};

/* False with errno: it cannot be listed. */
bool	 leaves_list(struct leaves *, const struct disk *, const char *dir);
void	 leaves_forget(struct leaves *);
/* Of what is called so in it; false with errno: that is too long. */
bool	 leaves_path(char dst[PATH_MAX], const char *dir, const char *name);
/* For good: also where it was is on the disk. */
bool	 leaves_move(const struct disk *, const char *from, const char *to);

#endif
