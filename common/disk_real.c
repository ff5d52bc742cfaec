/*
 * The disk's table over the real system calls. Runs in every process that
 * keeps files. Never follows a link in the last place of a path, and never
 * takes an interrupted or a short call for a whole one.
 */
#include "common/disk.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PID_TEXT = 24 };		/* digits, newline and NUL of any pid */

static int
real_open(void *arg, const char *path, bool make)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0);
	int fd;

	(void)arg;
	do
		fd = open(path, flags, 0600);
	while (fd == -1 && errno == EINTR);
	return fd;
}

static int
real_close(void *arg, int fd)
{
	(void)arg;
	/* Interrupted, it is closed all the same. */
	return close(fd) == -1 && errno != EINTR ? -1 : 0;
}

static ssize_t
real_read(void *arg, int fd, void *dst, size_t len, off_t at)
{
	size_t done = 0;
	ssize_t n;

	(void)arg;
	while (done < len) {
		n = pread(fd, (char *)dst + done, len - done,
		    at + (off_t)done);
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)done;
}

static int
real_write(void *arg, int fd, const void *src, size_t len, off_t at)
{
	size_t done = 0;
	ssize_t n;

	(void)arg;
	while (done < len) {
		n = pwrite(fd, (const char *)src + done, len - done,
		    at + (off_t)done);
		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0) {
			errno = ENOSPC;
			return -1;
		} else if (errno != EINTR)
			return -1;
	}
	return 0;
}

static off_t
real_size(void *arg, int fd)
{
	struct stat st;

	(void)arg;
	return fstat(fd, &st) == -1 ? -1 : st.st_size;
}

static int
real_truncate(void *arg, int fd, off_t size)
{
	int result;

	(void)arg;
	do
		result = ftruncate(fd, size);
	while (result == -1 && errno == EINTR);
	return result;
}

static int
real_sync(void *arg, int fd)
{
	int result;

	(void)arg;
	do
		result = fdatasync(fd);
	while (result == -1 && errno == EINTR);
	return result;
}

static int
real_make_dir(void *arg, const char *path)
{
	struct stat st;

	(void)arg;
	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno != EEXIST || stat(path, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode))
		return 0;
	errno = ENOTDIR;
	return -1;
}

static int
real_sync_dir(void *arg, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result, saved;

	(void)arg;
	if (fd == -1)
		return -1;
	do
		result = fsync(fd);
	while (result == -1 && errno == EINTR);
	/* A file system that cannot do this has nothing to be waited for. */
	if (result == -1 && errno == EINVAL)
		result = 0;
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

static int
real_remove(void *arg, const char *path)
{
	(void)arg;
	return remove(path);
}

static int
real_rename(void *arg, const char *from, const char *to)
{
	(void)arg;
	return rename(from, to);
}

static int
real_list(void *arg, const char *path, void (*name)(void *to, const char *),
    void *to)
{
	DIR *dir = opendir(path);
	const struct dirent *d;
	int saved;

	(void)arg;
	if (dir == NULL)
		return -1;
	while (errno = 0, (d = readdir(dir)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			name(to, d->d_name);
	saved = errno;
	closedir(dir);
	errno = saved;
	return saved == 0 ? 0 : -1;
}

static pid_t
read_pid(int fd)
{
	char text[PID_TEXT];
	ssize_t n = real_read(NULL, fd, text, sizeof(text) - 1, 0);
	const char *error;
	pid_t pid;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	pid = (pid_t)strtonum(text, 1, INT_MAX, &error);
	return error == NULL ? pid : 0;
}

/* Only for people to read: the lock holds without it, on a full disk too. */
static void
write_pid(int fd)
{
	char text[PID_TEXT];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (real_truncate(NULL, fd, 0) == 0)
		real_write(NULL, fd, text, (size_t)n, 0);
}

/* Whoever had it may have moved or removed it before he unlocked it. */
static bool
is_at(int fd, const char *path)
{
	struct stat own, there;

	return fstat(fd, &own) == 0 && stat(path, &there) == 0 &&
	    own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

static int
real_lock(void *arg, const char *path, pid_t *holder)
{
	int fd, result, saved;

	*holder = 0;
	for (;;) {
		if ((fd = real_open(arg, path, true)) == -1)
			return -1;
		do
			result = flock(fd, LOCK_EX | LOCK_NB);
		while (result == -1 && errno == EINTR);
		if (result == -1 || is_at(fd, path))
			break;
		close(fd);
	}
	if (result == 0) {
		write_pid(fd);
		return fd;
	}
	saved = errno;
	if (saved == EWOULDBLOCK)
		*holder = read_pid(fd);
	close(fd);
	errno = saved;
	return -1;
}

const struct disk disk_real = {
	.open = real_open,
	.close = real_close,
	.read = real_read,
	.write = real_write,
	.size = real_size,
	.truncate = real_truncate,
	.sync = real_sync,
	.make_dir = real_make_dir,
	.sync_dir = real_sync_dir,
	.remove = real_remove,
	.rename = real_rename,
	.list = real_list,
	.lock = real_lock,
};
