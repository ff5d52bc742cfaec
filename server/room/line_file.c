/*
 * Files of lines. Runs in the server. Knows no line.
 */
#include "server/room/line_file.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"

enum { CHUNK_BYTES = 16 * 1024 };
_Static_assert((int)CHUNK_BYTES >= (int)LINE_FILE_BYTES, "a line fits");
_Static_assert((int)LINE_KEY == sodium_base64_ENCODED_LEN(NOISE_KEY,
    sodium_base64_VARIANT_ORIGINAL), "a key in base64");

/* False: it does not fit; then errno says so. */
static bool
path_of(char path[PATH_MAX], const struct line_file *f, const char *ending)
{
	if (snprintf(path, PATH_MAX, "%s/%s%s", f->dir, f->name, ending) <
	    PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* Where it is being read. */
struct chunk {
	char	 bytes[CHUNK_BYTES];
	size_t	 len;
	off_t	 at;		/* of its first byte in the file */
	bool	 torn;		/* the line goes on from before it */
};

/* Takes the whole lines out of the chunk. False: the first one left is bad. */
static bool
take_lines(struct line_file *f, struct chunk *c, line_file_tell *tell,
    void *arg)
{
	char *line = c->bytes, *stop = c->bytes + c->len, *end;
	bool good = true;

	while (good && (end = memchr(line, '\n', (size_t)(stop - line))) !=
	    NULL) {
		*end = '\0';
		if (c->torn || strlen(line) != (size_t)(end - line))
			f->unsaved = true;
		else {
			errno = 0;
			good = (size_t)(end - line) < LINE_FILE_BYTES &&
			    tell(arg, line);
		}
		c->torn = false;
		if (good)
			line = end + 1;
	}
	c->at += line - c->bytes;
	c->len = (size_t)(stop - line);
	memmove(c->bytes, line, c->len);
	return good;
}

static bool
read_lines(struct line_file *f, struct chunk *c, line_file_tell *tell,
    void *arg, struct journal_why *why)
{
	const struct disk *d = f->disk;
	ssize_t n;

	while ((n = d->read(d->arg, f->fd, c->bytes + c->len,
	    CHUNK_BYTES - c->len, c->at + (off_t)c->len)) > 0) {
		c->len += (size_t)n;
		if (!take_lines(f, c, tell, arg))
			return false;
		if (c->len < CHUNK_BYTES)
			continue;
		/* Longer than any line: the hole that a crash left, or not. */
		errno = 0;
		if (!c->torn && memchr(c->bytes, '\0', c->len) == NULL)
			return false;
		c->torn = true;
		c->at += (off_t)c->len;
		c->len = 0;
	}
	if (n == -1) {
		why->kind = JOURNAL_SYSTEM;
		return false;
	}
	if (c->len > 0 || c->torn)
		f->unsaved = true;
	f->size = f->whole = c->at + (off_t)c->len;
	return true;
}

static bool
read_file(struct line_file *f, line_file_tell *tell, void *arg,
    struct journal_why *why)
{
	struct chunk *c = malloc(sizeof(*c));
	bool good;

	if (c == NULL)
		return false;
	c->len = 0;
	c->at = 0;
	c->torn = false;
	why->kind = JOURNAL_CORRUPT;
	good = read_lines(f, c, tell, arg, why);
	if (!good && errno == ENOMEM)
		why->kind = JOURNAL_SYSTEM;
	why->offset = c->at;
	free(c);
	return good;
}

bool
line_file_open(struct line_file *f, const struct disk *d, const char *dir,
    const char *name, line_file_tell *tell, void *arg,
    struct journal_why *why)
{
	bool good;

	memset(f, 0, sizeof(*f));
	f->disk = d;
	f->dir = dir;
	f->name = name;
	f->fd = -1;
	memset(why, 0, sizeof(*why));
	why->kind = JOURNAL_SYSTEM;
	if (!path_of(why->path, f, "") ||
	    (f->fd = d->open(d->arg, why->path, false)) == -1) {
		why->error = errno;
		return f->unsaved = errno == ENOENT;
	}
	good = read_file(f, tell, arg, why);
	why->error = errno;
	d->close(d->arg, f->fd);
	f->fd = -1;
	return good;
}

bool
line_file_is_large(const struct line_file *f)
{
	return f->unsaved || f->size > 2 * f->whole + LINE_FILE_MORE;
}

static void
fail(struct line_file *f)
{
	if (!f->failed)
		f->error = errno;
	f->failed = true;
}

void
line_file_begin(struct line_file *f, bool anew)
{
	const struct disk *d = f->disk;
	char path[PATH_MAX];

	f->fd = -1;
	f->anew = anew;
	f->failed = false;
	f->len = 0;
	f->at = 0;
	if ((f->bytes = malloc(CHUNK_BYTES)) == NULL ||
	    !path_of(path, f, anew ? ".new" : "")) {
		fail(f);
		return;
	}
	/* One that was left there may have another mode, and be longer. */
	if (anew)
		d->remove(d->arg, path);
	f->fd = d->open(d->arg, path, anew);
	if (f->fd == -1 && !anew)
		f->unsaved |= errno == ENOENT;
	else if (!anew && (f->at = d->size(d->arg, f->fd)) != -1)
		f->size = f->at;
	if (f->fd == -1 || f->at == -1)
		fail(f);
}

static void
flush(struct line_file *f)
{
	const struct disk *d = f->disk;

	if (!f->failed && f->len > 0 && d->write(d->arg, f->fd, f->bytes,
	    f->len, f->at) == -1)
		fail(f);
	f->at += (off_t)f->len;
	f->len = 0;
}

void
line_file_put(struct line_file *f, const char *line, size_t len)
{
	if (f->failed)
		return;
	if (f->len + len > CHUNK_BYTES)
		flush(f);
	memcpy(f->bytes + f->len, line, len);
	f->len += len;
}

/* What was begun is as if it had not been. */
static void
take_back(struct line_file *f)
{
	const struct disk *d = f->disk;
	char path[PATH_MAX];

	if (f->anew) {
		if (path_of(path, f, ".new"))
			d->remove(d->arg, path);
	} else if (f->fd != -1 && f->at != -1 &&
	    d->truncate(d->arg, f->fd, f->size) == -1)
		f->unsaved = true;
}

static void
put_in_place(struct line_file *f)
{
	const struct disk *d = f->disk;
	char path[PATH_MAX], draft[PATH_MAX];

	if (!path_of(path, f, "") || !path_of(draft, f, ".new") ||
	    d->rename(d->arg, draft, path) == -1)
		fail(f);
}

bool
line_file_end(struct line_file *f, bool sync)
{
	const struct disk *d = f->disk;
	bool placed = false;

	flush(f);
	if (!f->failed && (sync || f->anew) && d->sync(d->arg, f->fd) == -1)
		fail(f);
	if (!f->failed && f->anew) {
		put_in_place(f);
		placed = !f->failed;
	}
	if (f->failed)
		take_back(f);
	if (placed && d->sync_dir(d->arg, f->dir) == -1)
		fail(f);
	if (f->fd != -1)
		d->close(d->arg, f->fd);
	free(f->bytes);
	f->bytes = NULL;
	f->fd = -1;
	if (f->failed) {
		/* A name that may be lost: once more. */
		f->unsaved |= placed;
		errno = f->error;
		return false;
	}
	f->size = f->at;
	if (f->anew) {
		f->whole = f->size;
		f->unsaved = false;
	}
	return true;
}

char *
line_word(char **rest)
{
	char *word = *rest, *blank = strchr(word, ' ');

	if (blank == NULL || blank == word)
		return NULL;
	*blank = '\0';
	*rest = blank + 1;
	return word;
}

bool
line_get_number(const char *word, uint64_t max, uint64_t *n)
{
	if (*word == '\0' || strspn(word, "0123456789") != strlen(word))
		return false;
	errno = 0;
	*n = strtoull(word, NULL, 10);
	return errno == 0 && *n <= max;
}

bool
line_get_id(const char *word, uint8_t id[JOURNAL_ID])
{
	return strlen(word) == LINE_ID - 1 &&
	    strspn(word, "0123456789abcdef") == LINE_ID - 1 &&
	    sodium_hex2bin(id, JOURNAL_ID, word, LINE_ID - 1, NULL, NULL,
	    NULL) == 0;
}

bool
line_get_key(const char *word, uint8_t key[NOISE_KEY])
{
	size_t len;

	return sodium_base642bin(key, NOISE_KEY, word, strlen(word), NULL,
	    &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	    len == NOISE_KEY;
}

char *
line_id(char dst[LINE_ID], const uint8_t id[JOURNAL_ID])
{
	return sodium_bin2hex(dst, LINE_ID, id, JOURNAL_ID);
}

char *
line_key(char dst[LINE_KEY], const uint8_t key[NOISE_KEY])
{
	return sodium_bin2base64(dst, LINE_KEY, key, NOISE_KEY,
	    sodium_base64_VARIANT_ORIGINAL);
}
