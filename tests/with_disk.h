/*
 * A disk in memory for tests, which fills up, dies and loses what was not
 * synced. One thread; a journal or the like works on it as on the real one.
 */
#ifndef TESTS_WITH_DISK_H
#define TESTS_WITH_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/disk.h"

struct memdisk;

/* Empty but for the root: files need their directory, as on a real disk. */
struct memdisk	*memdisk_new(void);
/* A file that is not empty has so much memory, before it needs more. */
void		 memdisk_first_room(struct memdisk *, size_t bytes);
void		 memdisk_free(struct memdisk *);
/* Another one with the same files in it, all of them synced. */
struct memdisk	*memdisk_copy(const struct memdisk *);
/* The table, whose arg is the disk; its copies are good as long as that is. */
struct disk	 memdisk_disk(struct memdisk *);

/* From now on a crash also takes back what happened to names in a directory
 * since that was synced: all of it, or the newest part. */
void		 memdisk_lose_names(struct memdisk *);

/*
 * How many bytes all files together may have from now on (UINT64_MAX: any).
 * A write beyond writes what fits and fails with ENOSPC.
 */
void		 memdisk_limit(struct memdisk *, uint64_t bytes);
/* The same for those below that directory, of which there is one. */
void		 memdisk_limit_in(struct memdisk *, const char *dir,
		    uint64_t bytes);
/*
 * The n-th sync of a file from now on fails with EIO, as Linux does it: what it
 * should have written is read back all the same, later syncs succeed without
 * it, and a crash brings it to light.
 */
void		 memdisk_fail_sync(struct memdisk *, unsigned n);
/*
 * The process dies after n more changes: all others fail with EIO, until
 * memdisk_kill or memdisk_crash says that it is gone.
 */
void		 memdisk_die(struct memdisk *, unsigned n);
bool		 memdisk_died(const struct memdisk *);
/* Is that somewhere in one of the files? */
bool		 memdisk_has(const struct memdisk *, const void *bytes,
		    size_t len);
/* Bytes of all files; of those below a directory. */
uint64_t	 memdisk_bytes(const struct memdisk *);
uint64_t	 memdisk_bytes_in(const struct memdisk *, const char *dir);

/*
 * The process died: descriptors and locks are gone, all bytes stay. What it
 * had open may still be closed (that fails and does nothing) to free memory.
 */
void		 memdisk_kill(struct memdisk *);
/*
 * The machine died too: of what was written to a file and cut from it since
 * its last sync only a beginning is left, up to a random byte. Names stay,
 * unless memdisk_lose_names was called.
 */
void		 memdisk_crash(struct memdisk *, uint64_t random);
/* Flips a bit of the byte there; false if there is none. */
bool		 memdisk_flip(struct memdisk *, const char *path, off_t offset);

#endif
