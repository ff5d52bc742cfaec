/*
 * The client's state directory. Parent process; only small files, replaced
 * whole, so that a crash, or two of us at a time, leave the old or the new.
 */
#include "tui/shared/store.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"

/* "BASE/chat-tui/leaf"; base is the variable's, or under the home. */
static bool
path_in(char dst[PATH_MAX], const char *variable, const char *usual,
    const char *leaf)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int n;

	if (base != NULL && base[0] == '/')
		n = snprintf(dst, PATH_MAX, "%s/chat-tui/%s", base, leaf);
	else if (home != NULL && home[0] == '/')
		n = snprintf(dst, PATH_MAX, "%s/%s/chat-tui/%s", home, usual,
		    leaf);
	else {
		errno = ENOENT;
		return false;
	}
	if (n > 0 && n < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

bool
store_state(char dst[PATH_MAX], const char *leaf)
{
	return path_in(dst, "XDG_STATE_HOME", ".local/state", leaf);
}

/* False with errno: path is then cut behind what could not be made. */
static bool
make_parents(char *path)
{
	char *slash;
	int saved;

	for (slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		if (mkdir(path, 0700) == 0)
			disk_sync_parent(&disk_real, path);
		else if ((saved = errno) != EEXIST &&
		    access(path, F_OK) == -1) {
			errno = saved;
			return false;
		}
		*slash = '/';
	}
	return true;
}

char *
store_load(const char *path, size_t *len)
{
	struct stat st;
	char *text = NULL;
	size_t got = 0;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size <= STORE_FILE_BYTES)
		text = malloc((size_t)st.st_size + 1);
	while (text != NULL && got < (size_t)st.st_size &&
	    (n = read(fd, text + got, (size_t)st.st_size - got)) > 0)
		got += (size_t)n;
	close(fd);
	if (text != NULL)
		text[got] = '\0';
	*len = got;
	return text;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(fd, text + done, len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n == -1 && errno != EINTR)
			return false;
	}
	return true;
}

bool
store_replace(const char *path, const char *text, size_t len)
{
	char draft[PATH_MAX];
	bool written;
	int fd, saved;

	if ((size_t)snprintf(draft, sizeof(draft), "%s.XXXXXX", path) >=
	    sizeof(draft)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!make_parents(draft))
		return false;
	if ((fd = mkostemp(draft, O_CLOEXEC)) == -1)
		return false;
	written = write_all(fd, text, len) && fsync(fd) == 0;
	saved = errno;
	close(fd);
	if (written && rename(draft, path) == 0)
		return disk_sync_parent(&disk_real, path);
	if (written)
		saved = errno;
	unlink(draft);
	errno = saved;
	return false;
}

bool
store_last_name(char dst[STORE_NAME_BYTES])
{
	char path[PATH_MAX], *text;
	size_t len;

	dst[0] = '\0';
	if (!store_state(path, "name") ||
	    (text = store_load(path, &len)) == NULL)
		return false;
	text[strcspn(text, "\n")] = '\0';
	if (text_name_check(text, strlen(text)) == TEXT_NAME_OK)
		strlcpy(dst, text, STORE_NAME_BYTES);
	free(text);
	return dst[0] != '\0';
}

void
store_save_name(const char *name)
{
	char path[PATH_MAX], last[STORE_NAME_BYTES];

	if (store_last_name(last) && strcmp(last, name) == 0)
		return;
	if (store_state(path, "name"))
		store_replace(path, name, strlen(name));
}

/* What may be part of a file's name as it is; the rest as %XX. */
static bool
escape(char *dst, size_t size, const char *src, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:";
	size_t i, at = 0;

	for (i = 0; i < len && at + 4 < size; i++) {
		if (src[i] != '\0' && (strchr(plain, src[i]) != NULL ||
		    (src[i] == '.' && i > 0)))
			dst[at++] = src[i];
		else
			at += (size_t)snprintf(dst + at, size - at, "%%%02X",
			    (unsigned char)src[i]);
	}
	dst[at] = '\0';
	return i == len;
}

static bool
make_state(char dst[PATH_MAX], const char *leaf)
{
	if (!store_state(dst, leaf))
		return false;
	if (!make_parents(dst))
		return false;
	if (mkdir(dst, 0700) == -1)
		return errno == EEXIST;
	disk_sync_parent(&disk_real, dst);
	return true;
}

static bool
server_leaf(char leaf[PATH_MAX], const char *place)
{
	char host[NAME_MAX];

	if (!escape(host, sizeof(host), place, strlen(place))) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(leaf, PATH_MAX, "rooms/%s", host);
	return true;
}

bool
store_server(char dst[PATH_MAX], const char *place)
{
	char leaf[PATH_MAX];

	return server_leaf(leaf, place) && make_state(dst, leaf);
}

bool
store_server_path(char dst[PATH_MAX], const char *place)
{
	char leaf[PATH_MAX];

	return server_leaf(leaf, place) && store_state(dst, leaf);
}

bool
store_find_server(char dst[PATH_MAX], const char *place)
{
	return store_server_path(dst, place) && access(dst, F_OK) == 0;
}

/* Not made: whether it is there says whether the server is known. */
static bool
server_path(char dst[PATH_MAX], const char *server, const char *leaf)
{
	char host[NAME_MAX], path[PATH_MAX];

	return escape(host, sizeof(host), server, strlen(server)) &&
	    snprintf(path, sizeof(path), "rooms/%s%s", host, leaf) <
	    (int)sizeof(path) && store_state(dst, path);
}

bool
store_address(const char *server, char *host, size_t size, uint16_t *port)
{
	char path[PATH_MAX], *text, *colon;
	struct stat st;
	size_t len;

	host[0] = '\0';
	*port = 0;
	if (!server_path(path, server, "") || stat(path, &st) == -1)
		return false;
	/* With a point in front it is nobody's directory. */
	server_path(path, server, "/.address");
	if ((text = store_load(path, &len)) == NULL)
		return true;
	text[strcspn(text, "\n")] = '\0';
	if ((colon = strrchr(text, ':')) != NULL) {
		*port = (uint16_t)strtoul(colon + 1, NULL, 10);
		*colon = '\0';
		if (colon > text && colon[-1] == ']')
			colon[-1] = '\0';
		strlcpy(host, *text == '[' ? text + 1 : text, size);
	}
	free(text);
	return true;
}

void
store_keep_address(const char *server, const char *address)
{
	char path[PATH_MAX], *last;
	size_t len;
	bool same;

	if (!server_path(path, server, "/.address"))
		return;
	last = store_load(path, &len);
	same = last != NULL && strcmp(last, address) == 0;
	free(last);
	if (!same)
		store_replace(path, address, strlen(address));
}

bool
store_room(char dst[PATH_MAX], const char *place, const char *name,
    size_t name_len)
{
	char leaf[PATH_MAX], host[NAME_MAX], who[NAME_MAX];

	if (!escape(host, sizeof(host), place, strlen(place)) ||
	    !escape(who, sizeof(who), name, name_len)) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(leaf, sizeof(leaf), "rooms/%s/%s", host, who);
	return make_state(dst, leaf);
}

bool
store_host(char dst[PATH_MAX])
{
	return store_state(dst, "host");
}

bool
store_config(char dst[PATH_MAX], const char *leaf)
{
	return path_in(dst, "XDG_CONFIG_HOME", ".config", leaf);
}

bool
store_make_config(char dst[PATH_MAX])
{
	if (!store_config(dst, ""))
		dst[0] = '\0';
	return dst[0] != '\0' && make_parents(dst);
}
