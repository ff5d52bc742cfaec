/*
 * The file of the settings. Used by the client's parent process. Never leaves
 * half a file: it is replaced whole.
 */
#include "tui/settings/config_state.h"

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
#include "tui/settings/options.h"
#include "tui/shared/store.h"

enum {
	FILE_BYTES = 1024 * 1024,	/* longest file */
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

/* The rest of an open file, to be freed; false with errno. */
static bool
read_all(int fd, struct config_text *text)
{
	int saved;
	ssize_t n;

	*text = (struct config_text){ malloc(FILE_BYTES + 1), 0 };
	while (text->bytes != NULL && text->len <= FILE_BYTES) {
		n = read(fd, text->bytes + text->len,
		    FILE_BYTES + 1 - text->len);
		if (n == 0)
			return true;
		if (n > 0)
			text->len += (size_t)n;
		else if (errno != EINTR)
			break;
	}
	saved = text->len > FILE_BYTES ? EFBIG : errno;
	free(text->bytes);
	errno = saved;
	return false;
}

static bool
read_file(const char *path, struct config_text *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	bool good;

	if (fd == -1)
		return false;
	good = read_all(fd, text);
	saved = errno;
	close(fd);
	errno = saved;
	return good;
}

bool
config_read(struct options *o, const char *path, const char *section,
    bool must, char why[CONFIG_WHY_BYTES])
{
	char shown[PATH_BYTES + 16], reason[CONFIG_WHY_BYTES];
	struct config_text text;
	size_t line;
	bool good;

	if (!read_file(path, &text))
		return (!must && (errno == ENOENT || errno == ENOTDIR)) ||
		    refuse_file(path, NULL, why);
	good = config_text_read(o, section, &text, &line, reason);
	free(text.bytes);
	if (!good && line == 0) {
		errno = ENOMEM;
		return refuse_file(path, NULL, why);
	}
	if (!good) {
		text_escape(shown, PATH_BYTES, path, strlen(path));
		snprintf(why, CONFIG_WHY_BYTES, "%s:%zu: ", shown, line);
		strlcat(why, reason, CONFIG_WHY_BYTES);
		errno = 0;
	}
	return good;
}

/*
 * The file behind all links, and what it holds, to be freed. A link stays: it
 * is how people keep such files elsewhere. False with errno.
 */
static bool
open_target(const char *path, char target[PATH_MAX],
    struct config_text *text)
{
	struct stat st;

	if (realpath(path, target) != NULL) {
		if (stat(target, &st) == -1)
			return false;
		/* Only a file can be replaced; a pipe would block, too. */
		if (!S_ISREG(st.st_mode)) {
			errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
			return false;
		}
		return read_file(target, text);
	}
	if (errno != ENOENT)
		return false;
	if (lstat(path, &st) == 0) {	/* a link to nothing */
		errno = ENOENT;
		return false;
	}
	if (strlcpy(target, path, PATH_MAX) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	*text = (struct config_text){ calloc(1, 1), 0 };
	return text->bytes != NULL;
}

bool
config_save(const struct options *o, const char *path, const char *word,
    char why[CONFIG_WHY_BYTES])
{
	char value[CONFIG_VALUE_BYTES], target[PATH_MAX];
	struct options scratch = *o;
	struct config_text text;
	bool good;

	/* A value that would not be read again must not get into the file. */
	if (!config_get(o, word, value) || !config_is_given(o, word))
		value[0] = '\0';
	if (!config_set(&scratch, word, value, why))
		return false;
	if (*path == '\0') {
		strlcpy(why, _("no home directory for the settings is known"),
		    CONFIG_WHY_BYTES);
		return false;
	}
	if (!open_target(path, target, &text))
		return refuse_file(path, NULL, why);
	good = (config_text_set(&text, o->section, word, value) &&
	    store_replace(target, text.bytes, text.len)) ||
	    refuse_file(path, NULL, why);
	free(text.bytes);
	return good;
}
