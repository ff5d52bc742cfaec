/*
 * The lines of the file of leases: of lease.c alone. Reads any length with a
 * fixed amount of memory, writes in pieces.
 */
#ifndef SERVER_ROOM_LEASE_FILE_H
#define SERVER_ROOM_LEASE_FILE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "common/noise.h"

struct disk;
struct lease_table;

/* Takes a name; key NULL: it was released. False: no memory. */
typedef bool lease_line(void *arg, const char *fold, int64_t day, bool kept,
	    const uint8_t *key);

struct lease_line {
	const char	*fold;
	int64_t		 day;
	bool		 kept;
	const uint8_t	*key;		/* NULL: it was released */
};
/* Appends a line at *size, which grows. False with errno: nothing is there. */
bool	 lease_file_append(const struct disk *, int fd, off_t *size,
	    const struct lease_line *);
/*
 * Tells each line in order. What a crash tore does not count: the last line if
 * it has no end, and one with a zero byte in it. False with *why.
 */
bool	 lease_file_read(const struct disk *, int fd, lease_line *, void *arg,
	    struct journal_why *why);
/*
 * Writes the table, oldest first, to a new file and puts it, synced, in the
 * place of path. Returns its descriptor, or -1 with errno: then the old one is
 * still there, unless *replaced.
 */
int	 lease_file_replace(const struct disk *, const char *dir,
	    const char *path, const struct lease_table *, off_t *size,
	    bool *replaced);

#endif
