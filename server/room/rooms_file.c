/*
 * The rooms as lines. Runs in the server.
 */
#include "server/room/rooms_file.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/text.h"

enum {
	ID_HEX = 2 * JOURNAL_ID,
	KEY64 = sodium_base64_ENCODED_LEN(NOISE_KEY,
	    sodium_base64_VARIANT_ORIGINAL),
	LINE_BYTES = ID_HEX + 40 + KEY64 + HELLO_ROOM_NAME
};

static const char *const words[ROOMS_SORTS] = {
	[ROOMS_HOME] = "home", [ROOMS_ROOM] = "room", [ROOMS_AWAY] = "away",
	[ROOMS_WAS] = "was"
};

bool
rooms_file_can_name(const char *name, size_t len)
{
	char clean[HELLO_ROOM_NAME];

	return len > 0 && len <= HELLO_ROOM_NAME && text_valid(name, len) &&
	    text_clean(clean, name, len, false) == len &&
	    memcmp(clean, name, len) == 0;
}

bool
rooms_file_is_name(const char *name, size_t len)
{
	return rooms_file_can_name(name, len) &&
	    text_name_check(name, len) == TEXT_NAME_OK &&
	    memchr(name, '/', len) == NULL;
}

static size_t
format(char dst[LINE_BYTES], const struct rooms_line *l)
{
	char hex[ID_HEX + 1], key64[KEY64] = "-";

	sodium_bin2hex(hex, sizeof(hex), l->id, sizeof(l->id));
	if (l->has_opener)
		sodium_bin2base64(key64, sizeof(key64), l->opener,
		    sizeof(l->opener), sodium_base64_VARIANT_ORIGINAL);
	return (size_t)snprintf(dst, LINE_BYTES, "%s %s %lld %s %s\n", hex,
	    words[l->sort], (long long)l->created_ms, key64, l->name);
}

/* The next word, which ends at a blank; NULL: there is none. */
static char *
next_word(char **rest)
{
	char *word = *rest, *end = strchr(word, ' ');

	if (end == NULL || end == word)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return word;
}

static bool
read_id(struct rooms_line *l, const char *word)
{
	return strlen(word) == ID_HEX &&
	    strspn(word, "0123456789abcdef") == ID_HEX &&
	    sodium_hex2bin(l->id, sizeof(l->id), word, ID_HEX, NULL, NULL,
	    NULL) == 0;
}

static bool
read_sort(struct rooms_line *l, const char *word)
{
	int i;

	for (i = 0; i < ROOMS_SORTS; i++)
		if (strcmp(word, words[i]) == 0) {
			l->sort = (enum rooms_sort)i;
			return true;
		}
	return false;
}

static bool
read_created(struct rooms_line *l, const char *word)
{
	if (strspn(word, "0123456789") != strlen(word))
		return false;
	errno = 0;
	l->created_ms = strtoll(word, NULL, 10);
	return errno == 0;
}

static bool
read_opener(struct rooms_line *l, const char *word)
{
	size_t len;

	l->has_opener = strcmp(word, "-") != 0;
	return !l->has_opener || (sodium_base642bin(l->opener,
	    sizeof(l->opener), word, strlen(word), NULL, &len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0 && len == NOISE_KEY);
}

/* False: it is none of ours. */
static bool
parse(struct rooms_line *l, char *line)
{
	char *id, *sort, *created, *opener;

	*l = (struct rooms_line){ .created_ms = 0 };
	if ((id = next_word(&line)) == NULL ||
	    (sort = next_word(&line)) == NULL ||
	    (created = next_word(&line)) == NULL ||
	    (opener = next_word(&line)) == NULL ||
	    !rooms_file_can_name(line, strlen(line)))
		return false;
	strlcpy(l->name, line, sizeof(l->name));
	return read_id(l, id) && read_sort(l, sort) &&
	    read_created(l, created) && read_opener(l, opener);
}

/* False: the line at *bad is wrong, or with errno. */
static bool
parse_all(char *text, size_t len, rooms_tell *tell, void *arg, bool *torn,
    off_t *bad)
{
	char *line, *end, *stop = text + len;
	struct rooms_line l;

	for (line = text; line < stop; line = end + 1) {
		*bad = line - text;
		end = memchr(line, '\n', (size_t)(stop - line));
		if (end == NULL || (end + 1 == stop &&
		    memchr(line, '\0', (size_t)(end - line)) != NULL)) {
			*torn = true;
			return true;
		}
		*end = '\0';
		if (strlen(line) != (size_t)(end - line) || !parse(&l, line))
			return false;
		errno = 0;
		if (!tell(arg, &l))
			return false;
	}
	return true;
}

static char *
read_text(const struct disk *d, int fd, size_t *len)
{
	off_t size = d->size(d->arg, fd);
	char *text;

	if (size > ROOMS_FILE_LINES * LINE_BYTES)
		errno = EFBIG;
	if (size == -1 || size > ROOMS_FILE_LINES * LINE_BYTES ||
	    (text = malloc((size_t)size + 1)) == NULL)
		return NULL;
	*len = (size_t)size;
	if (d->read(d->arg, fd, text, *len, 0) == size)
		return text;
	free(text);
	return NULL;
}

/* False: it does not fit; then errno says so. */
static bool
path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

bool
rooms_file_read(const struct disk *d, const char *dir, rooms_tell *tell,
    void *arg, bool *torn, struct journal_why *why)
{
	char *text = NULL;
	bool good = false;
	size_t len;
	int fd = -1;

	memset(why, 0, sizeof(*why));
	why->kind = JOURNAL_SYSTEM;
	*torn = false;
	if (path_of(why->path, dir, "rooms") &&
	    (fd = d->open(d->arg, why->path, false)) != -1 &&
	    (text = read_text(d, fd, &len)) != NULL) {
		why->kind = JOURNAL_CORRUPT;
		good = parse_all(text, len, tell, arg, torn, &why->offset);
		if (!good && errno == ENOMEM)
			why->kind = JOURNAL_SYSTEM;
	} else if (fd == -1 && errno == ENOENT)
		why->kind = JOURNAL_NONE;
	why->error = errno;
	free(text);
	if (fd != -1)
		d->close(d->arg, fd);
	return good;
}

bool
rooms_file_append(const struct disk *d, const char *dir,
    const struct rooms_line *l)
{
	char path[PATH_MAX], line[LINE_BYTES];
	int fd, saved;
	off_t size;
	bool good;

	if (!path_of(path, dir, "rooms") ||
	    (fd = d->open(d->arg, path, false)) == -1)
		return false;
	good = (size = d->size(d->arg, fd)) != -1 &&
	    d->write(d->arg, fd, line, format(line, l), size) == 0 &&
	    d->sync(d->arg, fd) == 0;
	saved = errno;
	if (!good && size != -1)
		d->truncate(d->arg, fd, size);
	d->close(d->arg, fd);
	errno = saved;
	return good;
}

static bool
write_lines(const struct disk *d, int fd, const struct rooms_line *lines,
    size_t n)
{
	char *text = reallocarray(NULL, n + 1, LINE_BYTES);
	size_t len = 0, i;
	bool good;

	if (text == NULL)
		return false;
	for (i = 0; i < n; i++)
		len += format(text + len, &lines[i]);
	good = d->write(d->arg, fd, text, len, 0) == 0 &&
	    d->sync(d->arg, fd) == 0;
	free(text);
	return good;
}

bool
rooms_file_replace(const struct disk *d, const char *dir,
    const struct rooms_line *lines, size_t n)
{
	char path[PATH_MAX], draft[PATH_MAX];
	int fd, saved;
	bool good;

	if (!path_of(path, dir, "rooms") || !path_of(draft, dir, "rooms.new"))
		return false;
	/* One that was left there may have another mode, and be longer. */
	d->remove(d->arg, draft);
	if ((fd = d->open(d->arg, draft, true)) == -1)
		return false;
	good = write_lines(d, fd, lines, n) &&
	    d->rename(d->arg, draft, path) == 0;
	saved = errno;
	if (!good)
		d->remove(d->arg, draft);
	d->close(d->arg, fd);
	errno = saved;
	return good && d->sync_dir(d->arg, dir) == 0;
}
