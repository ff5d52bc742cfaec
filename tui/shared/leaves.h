/*
 * What lies in a directory, noted before anything there changes.
 */
#ifndef TUI_SHARED_LEAVES_H
#define TUI_SHARED_LEAVES_H

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

#endif
