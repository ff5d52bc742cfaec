/*
 * Leases as lines. Runs in the server. Decides nothing about them.
 */
#include "server/room/lease_file.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/text.h"
#include "server/room/lease_table.h"

enum {
	KEY64 = sodium_base64_ENCODED_LEN(NOISE_KEY,
	    sodium_base64_VARIANT_ORIGINAL),
	LINE_BYTES = 24 + KEY64 + TEXT_FOLD_BYTES,
	CHUNK_BYTES = 64 * 1024
};

/* Where a file is being read, or written in pieces. */
struct chunk {
	char	*bytes;
	size_t	 len;
	off_t	 at;		/* of its first byte in the file */
	bool	 torn;		/* the line goes on from before it */
};

/* Older servers read the plus sign as a part of the number. */
static size_t
format(char line[LINE_BYTES], const char *fold, int64_t day, bool kept,
    const uint8_t *key)
{
	char key64[KEY64] = "-";

	if (key != NULL)
		sodium_bin2base64(key64, sizeof(key64), key, NOISE_KEY,
		    sodium_base64_VARIANT_ORIGINAL);
	return (size_t)snprintf(line, LINE_BYTES, "%s%lld %s %s\n",
	    kept || key == NULL ? "" : "+", (long long)day, key64, fold);
}

bool
lease_file_append(const struct disk *d, int fd, off_t *size,
    const struct lease_line *l)
{
	char line[LINE_BYTES];
	size_t len = format(line, l->fold, l->day, l->kept, l->key);
	int saved;

	if (d->write(d->arg, fd, line, len, *size) == -1) {
		saved = errno;
		d->truncate(d->arg, fd, *size);
		errno = saved;
		return false;
	}
	*size += (off_t)len;
	return true;
}

/* Tells one line; false if it is none of ours, or with errno. */
static bool
parse(char *line, lease_line *tell, void *arg)
{
	uint8_t key[NOISE_KEY];
	bool kept = *line != '+';
	char *key64, *fold, *end;
	size_t len;
	long long day;

	errno = 0;
	day = strtoll(line, &end, 10);
	if (end == line || *end != ' ' || errno != 0 || day < 0 ||
	    day > LEASE_DAY_MAX)
		return false;
	key64 = end + 1;
	if ((fold = strchr(key64, ' ')) == NULL)
		return false;
	*fold++ = '\0';
	if (*fold == '\0' || strlen(fold) >= TEXT_FOLD_BYTES)
		return false;
	if (strcmp(key64, "-") == 0)
		return tell(arg, fold, day, false, NULL);
	if (sodium_base642bin(key, sizeof(key), key64, strlen(key64), NULL,
	    &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != NOISE_KEY)
		return false;
	return tell(arg, fold, day, kept, key);
}

/* Takes the whole lines out of the chunk. False: the first one left is bad. */
static bool
parse_lines(struct chunk *c, lease_line *tell, void *arg)
{
	char *line = c->bytes, *stop = c->bytes + c->len, *end;
	bool good = true;

	while (good && (end = memchr(line, '\n', (size_t)(stop - line))) !=
	    NULL) {
		*end = '\0';
		if (!c->torn && strlen(line) == (size_t)(end - line))
			good = parse(line, tell, arg);
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
read_lines(const struct disk *d, int fd, struct chunk *c, lease_line *tell,
    void *arg, struct journal_why *why)
{
	ssize_t n;

	while ((n = d->read(d->arg, fd, c->bytes + c->len,
	    CHUNK_BYTES - c->len, c->at + (off_t)c->len)) > 0) {
		c->len += (size_t)n;
		if (!parse_lines(c, tell, arg))
			return false;
		if (c->len < CHUNK_BYTES)
			continue;
		/* Longer than any line: the hole that a crash left, or not. */
		if (!c->torn && memchr(c->bytes, '\0', c->len) == NULL)
			return false;
		c->torn = true;
		c->at += (off_t)c->len;
		c->len = 0;
	}
	if (n == 0)
		return true;
	why->kind = JOURNAL_SYSTEM;
	why->error = errno;
	return false;
}

bool
lease_file_read(const struct disk *d, int fd, lease_line *tell, void *arg,
    struct journal_why *why)
{
	struct chunk c = { .bytes = malloc(CHUNK_BYTES) };
	bool good;

	why->kind = JOURNAL_CORRUPT;
	errno = 0;
	if ((good = c.bytes != NULL))
		good = read_lines(d, fd, &c, tell, arg, why);
	if (!good && errno == ENOMEM) {
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
	}
	why->offset = c.at;
	free(c.bytes);
	return good;
}

static bool
flush(const struct disk *d, int fd, struct chunk *c)
{
	if (d->write(d->arg, fd, c->bytes, c->len, c->at) == -1)
		return false;
	c->at += (off_t)c->len;
	c->len = 0;
	return true;
}

static bool
write_lines(const struct disk *d, int fd, const struct lease_table *t,
    off_t *size)
{
	struct chunk c = { .bytes = malloc(CHUNK_BYTES) };
	struct lease *lease = lease_table_oldest(t);
	bool good = c.bytes != NULL;

	for (; good && lease != NULL; lease = lease_table_newer(lease)) {
		if (c.len + LINE_BYTES > CHUNK_BYTES)
			good = flush(d, fd, &c);
		if (good)
			c.len += format(c.bytes + c.len, lease->fold,
			    lease->day, lease->kept, lease->key);
	}
	good = good && flush(d, fd, &c);
	*size = c.at;
	free(c.bytes);
	return good;
}

int
lease_file_replace(const struct disk *d, const char *dir, const char *path,
    const struct lease_table *t, off_t *size, bool *replaced)
{
	char draft[PATH_MAX];
	int fd, saved;

	*replaced = false;
	if (snprintf(draft, sizeof(draft), "%s.new", path) >=
	    (int)sizeof(draft)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* One that was left there may have another mode. */
	d->remove(d->arg, draft);
	if ((fd = d->open(d->arg, draft, true)) == -1)
		return -1;
	if (write_lines(d, fd, t, size) && d->sync(d->arg, fd) == 0 &&
	    d->rename(d->arg, draft, path) == 0) {
		*replaced = true;
		if (d->sync_dir(d->arg, dir) == 0)
			return fd;
	}
	saved = errno;
	if (!*replaced)
		d->remove(d->arg, draft);
	d->close(d->arg, fd);
	errno = saved;
	return -1;
}
