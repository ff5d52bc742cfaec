/*
 * The few file operations that the journal, the outbox and the leases need,
 * as a table of functions: the real ones, or a test's disk that fills up,
 * tears writes and loses what was not synced.
 */
#ifndef COMMON_DISK_H
#define COMMON_DISK_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All return -1 with errno set on failure. Files are named by whole paths and
 * opened for reading and writing; files are made 0600, directories 0700.
 */
struct disk {
	/* With make, a file that is not there is made empty. */
	int	(*open)(void *arg, const char *path, bool make);
	int	(*close)(void *arg, int fd);
	/* Less than len only at the end of the file. */
	ssize_t	(*read)(void *arg, int fd, void *dst, size_t len, off_t at);
	/* All of it or -1; what was written before a failure may stay. */
	int	(*write)(void *arg, int fd, const void *src, size_t len,
		    off_t at);
	off_t	(*size)(void *arg, int fd);
	int	(*truncate)(void *arg, int fd, off_t size);
	int	(*sync)(void *arg, int fd);		/* fdatasync(2) */
	int	(*make_dir)(void *arg, const char *path); /* fine if there */
	int	(*sync_dir)(void *arg, const char *path);
	int	(*remove)(void *arg, const char *path);
	int	(*rename)(void *arg, const char *from, const char *to);
	/* Each name in the directory but . and .., in no order. */
	int	(*list)(void *arg, const char *path,
		    void (*name)(void *to, const char *), void *to);
	/*
	 * Makes and locks the file that path is then; returns its
	 * descriptor, whose close unlocks. Locked by another process: -1,
	 * EWOULDBLOCK, and its pid in *holder (0: not known).
	 */
	int	(*lock)(void *arg, const char *path, pid_t *holder);
	void	*arg;
};

/* The real files. */
extern const struct disk disk_real;

/*
 * The directory that path is in: a name that is new there, or goes, lasts only
 * once that is on the disk. False with errno.
 */
bool	 disk_sync_parent(const struct disk *, const char *path);

enum { DISK_DEEP = 4 };		/* directories in one that goes */
/*
 * Removes what path is, and all that is in it; that there is nothing is fine.
 * Nothing is synced: a crash may leave some of it. False with errno.
 */
bool	 disk_remove_all(const struct disk *, const char *path);

#endif
