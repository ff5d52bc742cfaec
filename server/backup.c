/*
 * Backups. Runs in chat-ctl. Must never write into the data directory.
 */
#include "server/backup.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/lang.h"

enum {
	BLOCK = 512,
	CHUNK = 64 * 1024,
	TRIES = 5	/* where the oldest of the log goes meanwhile */
};

/* POSIX.1, pax, "ustar Interchange Format"; numbers are octal texts. */
struct header {
	char	name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char	sum[8], type, link[100], magic[6], version[2];
	char	uname[32], gname[32], major[8], minor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a block");

enum result { DONE, AGAIN, FAILED };

struct backup {
	const char	*dir;
	int		 out;
	char		*why;
	size_t		 why_size;
};

static enum result
fail(struct backup *b, const char *what)
{
	snprintf(b->why, b->why_size, "%s: %s", what, strerror(errno));
	return FAILED;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, bytes, len);
		if (n == -1 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static void
octal(char *dst, size_t size, unsigned long long value)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%0*llo", (int)size - 1, value);
	strlcpy(dst, digits, size);
}

/* A long one is in two parts, at a slash that is in neither. */
static bool
set_name(struct header *h, const char *name)
{
	size_t len = strlen(name);
	const char *rest;

	if (strlcpy(h->name, name, sizeof(h->name)) < sizeof(h->name))
		return true;
	rest = strchr(name + len - sizeof(h->name), '/');
	if (rest == NULL || rest[1] == '\0' ||
	    (size_t)(rest - name) > sizeof(h->prefix)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memset(h->name, 0, sizeof(h->name));
	memcpy(h->name, rest + 1, strlen(rest + 1));
	memcpy(h->prefix, name, (size_t)(rest - name));
	return true;
}

static bool
write_header(int out, const char *name, const struct stat *st)
{
	const unsigned char *byte;
	struct header h;
	unsigned sum = 0;
	size_t i;

	memset(&h, 0, sizeof(h));
	if (!set_name(&h, name))
		return false;
	octal(h.mode, sizeof(h.mode), S_ISDIR(st->st_mode) ? 0700 : 0600);
	octal(h.uid, sizeof(h.uid), st->st_uid & 07777777);
	octal(h.gid, sizeof(h.gid), st->st_gid & 07777777);
	octal(h.size, sizeof(h.size), S_ISDIR(st->st_mode) ? 0 :
	    (unsigned long long)st->st_size);
	octal(h.mtime, sizeof(h.mtime), (unsigned long long)st->st_mtime);
	h.type = S_ISDIR(st->st_mode) ? '5' : '0';
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	/* The sum is of all bytes, its own as blanks. */
	memset(h.sum, ' ', sizeof(h.sum));
	for (byte = (const void *)&h, i = 0; i < sizeof(h); i++)
		sum += byte[i];
	octal(h.sum, sizeof(h.sum) - 1, sum);
	return write_all(out, (const char *)&h, sizeof(h));
}

/* As many bytes as the header says, then up to a whole block. */
static bool
copy_bytes(int out, int in, off_t size)
{
	char chunk[CHUNK];
	off_t left = (size + BLOCK - 1) / BLOCK * BLOCK, more = size;
	ssize_t n;
	size_t want;

	for (; left > 0; left -= n) {
		want = left > CHUNK ? CHUNK : (size_t)left;
		memset(chunk, 0, want);
		n = more == 0 ? (ssize_t)want : read(in, chunk,
		    more > (off_t)want ? want : (size_t)more);
		if (n == -1 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n == 0)	/* it was cut meanwhile */
			errno = EIO;
		if (n <= 0 || !write_all(out, chunk, (size_t)n))
			return false;
		more -= more == 0 ? 0 : n;
	}
	return true;
}

/* A file, or a directory without what is in it. */
static enum result
put_file(struct backup *b, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int fd = -1, saved;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK)) == -1)
		return errno == ENOENT ? AGAIN : fail(b, path);
	good = fstat(fd, &st) == 0 && write_header(b->out, name, &st) &&
	    (S_ISDIR(st.st_mode) || copy_bytes(b->out, fd, st.st_size));
	saved = errno;
	close(fd);
	errno = saved;
	return good ? DONE : fail(b, path);
}

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

/* Not what a running server has for itself, nor drafts. */
static int
is_kept(const struct dirent *e)
{
	return e->d_name[0] != '.' && strcmp(e->d_name, "control") != 0 &&
	    strcmp(e->d_name, "lock") != 0 &&
	    strcmp(e->d_name, "position") != 0 && !ends_with(e->d_name, ".new");
}

/* S_IFREG, S_IFDIR, 0: not there. */
static mode_t
kind_of(const struct backup *b, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/%s", b->dir, name) <
	    (int)sizeof(path) && lstat(path, &st) == 0 ?
	    st.st_mode & S_IFMT : 0;
}

static enum result put_dir(struct backup *, const char *);

/* What is in dir: directories, then files in order. */
static enum result
put_list(struct backup *b, const char *dir, struct dirent **list, int n)
{
	const char *slash = *dir == '\0' ? "" : "/";
	enum result result = DONE;
	char name[PATH_MAX];
	bool any = false;
	mode_t kind;
	int i, files;

	for (files = 0; files < 2; files++)
		for (i = 0; i < n && result == DONE; i++) {
			if (snprintf(name, sizeof(name), "%s%s%s", dir, slash,
			    list[i]->d_name) >= (int)sizeof(name)) {
				errno = ENAMETOOLONG;
				return fail(b, dir);
			}
			kind = kind_of(b, name);
			if (!files && kind == S_IFDIR)
				result = put_dir(b, name);
			if (!files || (kind != S_IFREG && kind != 0))
				continue;
			result = put_file(b, name);
			if (result == AGAIN && !any)
				result = DONE;
			else
				any = true;
		}
	return result;
}

/*
 * Of a log the oldest segment is first. Retention takes the oldest away: that
 * is no loss as long as none is copied, else there would be a gap.
 */
static enum result
put_dir(struct backup *b, const char *dir)
{
	char path[PATH_MAX], name[PATH_MAX];
	enum result result = DONE;
	struct dirent **list;
	int i, n;

	snprintf(path, sizeof(path), "%s/%s", b->dir, dir);
	if ((n = scandir(path, &list, is_kept, alphasort)) == -1)
		return errno == ENOENT && *dir != '\0' ? AGAIN :
		    fail(b, path);
	snprintf(name, sizeof(name), "%s/", dir);
	if (*dir != '\0')
		result = put_file(b, name);
	if (result == DONE)
		result = put_list(b, dir, list, n);
	for (i = 0; i < n; i++)
		free(list[i]);
	free(list);
	return result;
}

static enum result
put_all(struct backup *b)
{
	static const char end[2 * BLOCK];
	/* What is copied behind it has all that it speaks of. */
	enum result result = put_file(b, "position");

	if (result != FAILED)
		result = put_dir(b, "");
	if (result == DONE && (!write_all(b->out, end, sizeof(end)) ||
	    fsync(b->out) == -1))
		return fail(b, "fsync");
	return result;
}

bool
backup_make(const char *dir, const char *file, char *why, size_t size)
{
	struct backup b = { .dir = dir, .why = why, .why_size = size };
	enum result result = AGAIN;
	int tries;

	if (kind_of(&b, "hostkey") != S_IFREG) {
		snprintf(why, size, _("no chat-server has its data in %s"),
		    dir);
		return false;
	}
	b.out = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (b.out == -1) {
		snprintf(why, size, "%s: %s", file, errno == EEXIST ?
		    _("is there already; it was not touched") :
		    strerror(errno));
		return false;
	}
	for (tries = 0; tries < TRIES && result == AGAIN; tries++)
		if (ftruncate(b.out, 0) == 0 &&
		    lseek(b.out, 0, SEEK_SET) == 0)
			result = put_all(&b);
	if (result == AGAIN)
		snprintf(why, size, _("%s: files come and go too fast"), dir);
	close(b.out);
	if (result == DONE && disk_sync_parent(&disk_real, file))
		return true;
	if (result == DONE)
		fail(&b, file);
	unlink(file);
	return false;
}
