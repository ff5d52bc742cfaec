/*
 * The file of the settings. Used by the client's parent process. Never leaves
 * half a file: it is replaced whole; and never loses a line it does not know.
 */
#include "tui/config.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/options.h"
#include "tui/store.h"

enum {
	FILE_BYTES = 1024 * 1024,	/* longest file */
	LINE_BYTES = 4096,		/* longest line, without its end */
	PATH_BYTES = 200		/* of a path, in an answer */
};

/* "FILE: why", after errno where why is NULL. */
static bool
refuse_file(const char *path, const char *reason, char why[CONFIG_WHY_BYTES])
{
	char shown[PATH_BYTES];

	if (reason == NULL)
		reason = strerror(errno);
	text_escape(shown, sizeof(shown), path, strlen(path));
	snprintf(why, CONFIG_WHY_BYTES, "%s: %s", shown, reason);
	return false;
}

/* The rest of an open file, to be freed; NULL with errno. */
static char *
read_all(int fd, size_t *len)
{
	char *text = malloc(FILE_BYTES + 1);
	int saved;
	ssize_t n;

	*len = 0;
	while (text != NULL && *len <= FILE_BYTES) {
		n = read(fd, text + *len, FILE_BYTES + 1 - *len);
		if (n == 0)
			return text;
		if (n > 0)
			*len += (size_t)n;
		else if (errno != EINTR)
			break;
	}
	saved = *len > FILE_BYTES ? EFBIG : errno;
	free(text);
	errno = saved;
	return NULL;
}

static char *
read_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	char *text;

	if (fd == -1)
		return NULL;
	text = read_all(fd, len);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where the line that starts at pos ends: its newline or the end. */
static size_t
line_end(const char *text, size_t len, size_t pos)
{
	const char *end = memchr(text + pos, '\n', len - pos);

	return end != NULL ? (size_t)(end - text) : len;
}

/* The word that a line starts with; its length, 0 for none. */
static size_t
find_word(const char *line, size_t len, const char **word)
{
	size_t pos = 0, end;

	while (pos < len && is_blank(line[pos]))
		pos++;
	*word = line + pos;
	if (pos == len || line[pos] == '#')
		return 0;
	for (end = pos; end < len; end++)
		if (is_blank(line[end]) || line[end] == '=')
			break;
	return end - pos;
}

/* What is between quotes, in place: \" and \\ are the two. NULL, or what is
 * wrong. */
static const char *
unquote(char *value)
{
	const char *from = value + 1;
	char *to = value;

	for (; *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		if (*from == '\0')
			return _("a quote is not closed");
		*to++ = *from;
	}
	/* The caller has cut the blanks at the end. */
	if (from[1] != '\0')
		return _("something follows the closing quote");
	*to = '\0';
	return NULL;
}

/* Sets what one line says; NULL, or what is wrong: a literal or in why. */
static const char *
take_line(struct options *o, const char *text, size_t len,
    char why[CONFIG_WHY_BYTES])
{
	char line[LINE_BYTES + 1], word[LINE_BYTES + 1];
	const char *start, *flaw;
	size_t n;
	char *value;

	if (len > LINE_BYTES)
		return _("the line is longer than 4096 bytes");
	if (memchr(text, '\0', len) != NULL)
		return _("the line holds a NUL character");
	if (!text_valid(text, len))
		return _("the line is not UTF-8");
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	memcpy(line, text, len);
	line[len] = '\0';
	n = find_word(line, len, &start);
	if (n == 0 && (*start == '\0' || *start == '#'))
		return NULL;
	memcpy(word, start, n);
	word[n] = '\0';
	value = line + (start - line) + n;
	value += strspn(value, " \t\r");
	if (*value == '=')
		value += 1 + strspn(value + 1, " \t\r");
	if (*value == '"' && (flaw = unquote(value)) != NULL)
		return flaw;
	return config_set(o, word, value, why) ? NULL : why;
}

static bool
take_lines(struct options *o, const char *path, const char *text, size_t len,
    char why[CONFIG_WHY_BYTES])
{
	char shown[PATH_BYTES + 16], reason[CONFIG_WHY_BYTES];
	const char *flaw;
	size_t pos, end, number = 1;

	for (pos = 0; pos < len; pos = end + 1, number++) {
		end = line_end(text, len, pos);
		flaw = take_line(o, text + pos, end - pos, reason);
		if (flaw == NULL)
			continue;
		text_escape(shown, PATH_BYTES, path, strlen(path));
		snprintf(why, CONFIG_WHY_BYTES, "%s:%zu: ", shown, number);
		strlcat(why, flaw, CONFIG_WHY_BYTES);
		return false;
	}
	return true;
}

bool
config_read(struct options *o, const char *path, bool must,
    char why[CONFIG_WHY_BYTES])
{
	size_t len;
	char *text = read_file(path, &len);
	bool good;

	if (text == NULL)
		return (!must && (errno == ENOENT || errno == ENOTDIR)) ||
		    refuse_file(path, NULL, why);
	good = take_lines(o, path, text, len, why);
	free(text);
	return good;
}

/* The last line of the word, from *at up to *end; false: there is none, and
 * both are the end of the file. */
static bool
find_line(const char *text, size_t len, const char *word, size_t *at,
    size_t *end)
{
	size_t pos, next, n;
	const char *start;
	bool found = false;

	*at = *end = len;
	for (pos = 0; pos < len; pos = next + 1) {
		next = line_end(text, len, pos);
		n = find_word(text + pos, next - pos, &start);
		if (n != strlen(word) || memcmp(start, word, n) != 0)
			continue;
		*at = pos;
		*end = next;
		found = true;
	}
	return found;
}

/* Writes a line without its end; in quotes where it would be read otherwise.
 * It fits: a value takes twice its bytes at most. */
static size_t
write_line(char line[LINE_BYTES], const char *word, const char *value)
{
	size_t n = (size_t)snprintf(line, LINE_BYTES, "%s ", word);
	size_t len = strlen(value);

	if (len > 0 && strchr("\"= ", value[0]) == NULL &&
	    value[len - 1] != ' ') {
		memcpy(line + n, value, len);
		return n + len;
	}
	line[n++] = '"';
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			line[n++] = '\\';
		line[n++] = *value;
	}
	line[n++] = '"';
	return n;
}
_Static_assert((int)LINE_BYTES > 2 * (int)CONFIG_VALUE_BYTES + 64,
    "any line fits");

/*
 * The file behind all links, and what it holds, to be freed. A link stays: it
 * is how people keep such files elsewhere. NULL with errno.
 */
static char *
open_target(const char *path, char target[PATH_MAX], size_t *len)
{
	struct stat st;

	*len = 0;
	if (realpath(path, target) != NULL) {
		if (stat(target, &st) == -1)
			return NULL;
		/* Only a file can be replaced; a pipe would block, too. */
		if (!S_ISREG(st.st_mode)) {
			errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
			return NULL;
		}
		return read_file(target, len);
	}
	if (errno != ENOENT)
		return NULL;
	if (lstat(path, &st) == 0) {	/* a link to nothing */
		errno = ENOENT;
		return NULL;
	}
	if (strlcpy(target, path, PATH_MAX) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return calloc(1, 1);
}

static bool
save_line(const char *target, const char *text, size_t len, const char *word,
    const char *value)
{
	char *whole = malloc(len + LINE_BYTES + 2);
	size_t at, end, n;
	int saved;
	bool good, found = find_line(text, len, word, &at, &end);

	if (whole == NULL)
		return false;
	memcpy(whole, text, at);
	n = at;
	if (!found && n > 0 && whole[n - 1] != '\n')
		whole[n++] = '\n';
	n += write_line(whole + n, word, value);
	if (end < len)
		memcpy(whole + n, text + end, len - end);
	else
		whole[n++] = '\n';
	n += len - end;
	good = store_replace(target, whole, n);
	saved = errno;
	free(whole);
	errno = saved;
	return good;
}

bool
config_save(const struct options *o, const char *path, const char *word,
    char why[CONFIG_WHY_BYTES])
{
	char value[CONFIG_VALUE_BYTES], target[PATH_MAX];
	struct options scratch = *o;
	char *text;
	size_t len;
	bool good;

	/* A value that would not be read again must not get into the file. */
	if (!config_get(o, word, value))
		value[0] = '\0';
	if (!config_set(&scratch, word, value, why))
		return false;
	if (*path == '\0') {
		strlcpy(why, _("no home directory for the settings is known"),
		    CONFIG_WHY_BYTES);
		return false;
	}
	if ((text = open_target(path, target, &len)) == NULL)
		return refuse_file(path, NULL, why);
	good = save_line(target, text, len, word, value) ||
	    refuse_file(path, NULL, why);
	free(text);
	return good;
}
