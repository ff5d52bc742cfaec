/*
 * The client's state directory. Parent process; only small files, replaced
 * whole, so that a crash, or two of us at a time, leave the old or the new.
 */
#include "tui/shared/store.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

size_t
store_room_name(char name[TEXT_NAME_BYTES], const char *leaf)
{
	unsigned byte;
	size_t n;

	for (n = 0; *leaf != '\0'; n++) {
		if (n == TEXT_NAME_BYTES)
			return 0;
		byte = (unsigned char)*leaf++;
		if (byte == '%') {
			if (sscanf(leaf, "%2X", &byte) != 1)
				return 0;
			leaf += strnlen(leaf, 2);
		}
		name[n] = (char)byte;
	}
	return n;
}

/* The letters of a host are the same in either case; those of a key, which has
 * no colon, are not. */
static bool
place_leaf(char leaf[NAME_MAX], const char *place)
{
	char lower[NAME_MAX];
	size_t i, len = strlcpy(lower, place, sizeof(lower));

	if (len == 0 || len >= sizeof(lower)) {
		errno = len == 0 ? EINVAL : ENAMETOOLONG;
		return false;
	}
	if (strchr(place, ':') != NULL)
		for (i = 0; i < len; i++)
			if (lower[i] >= 'A' && lower[i] <= 'Z')
				lower[i] += 'a' - 'A';
	if (escape(leaf, NAME_MAX, lower, len))
		return true;
	errno = ENAMETOOLONG;
	return false;
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

	if (!place_leaf(host, place))
		return false;
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

void
store_each_server(const char *place, void (*dir)(void *arg, const char *path),
    void *arg)
{
	char host[NAME_MAX], rooms[PATH_MAX], path[PATH_MAX];
	bool is_host = strchr(place, ':') != NULL;
	struct dirent *entry;
	DIR *list;

	if (!place_leaf(host, place) || !store_state(rooms, "rooms") ||
	    (list = opendir(rooms)) == NULL)
		return;
	while ((entry = readdir(list)) != NULL)
		if ((is_host ? strcasecmp(entry->d_name, host) :
		    strcmp(entry->d_name, host)) == 0 &&
		    snprintf(path, sizeof(path), "%s/%s", rooms,
		    entry->d_name) < (int)sizeof(path))
			dir(arg, path);
	closedir(list);
}

struct addresses {
	bool	 found;		/* a directory */
	char	*text;		/* NULL: none yet */
};

static void
load_address(void *arg, const char *dir)
{
	struct addresses *a = arg;
	char path[PATH_MAX];
	size_t len;

	a->found = true;
	/* With a point in front it is nobody's directory. */
	if (a->text == NULL && snprintf(path, sizeof(path), "%s/.address",
	    dir) < (int)sizeof(path))
		a->text = store_load(path, &len);
}

bool
store_address(const char *server, char *host, size_t size, uint16_t *port)
{
	struct addresses a = { 0 };
	char *text, *colon;

	host[0] = '\0';
	*port = 0;
	store_each_server(server, load_address, &a);
	if ((text = a.text) == NULL)
		return a.found;
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

	if (!store_server_path(path, server) || strlcat(path, "/.address",
	    sizeof(path)) >= sizeof(path))
		return;
	last = store_load(path, &len);
	same = last != NULL && strcmp(last, address) == 0;
	free(last);
	if (!same)
		store_replace(path, address, strlen(address));
}

static bool
name_leaf(char leaf[PATH_MAX], const char *place, const char *name,
    size_t name_len)
{
	char host[NAME_MAX], who[NAME_MAX];

	if (!place_leaf(host, place))
		return false;
	if (!escape(who, sizeof(who), name, name_len)) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(leaf, PATH_MAX, "rooms/%s/%s", host, who);
	return true;
}

bool
store_room_path(char dst[PATH_MAX], const char *place, const char *name,
    size_t name_len)
{
	char leaf[PATH_MAX];

	return name_leaf(leaf, place, name, name_len) &&
	    store_state(dst, leaf);
}

bool
store_room_leaf(char leaf[NAME_MAX], const char *room)
{
	char fold[TEXT_FOLD_BYTES];
	size_t len = strlen(room);

	/* One that has no fold is compared byte by byte. */
	if (text_name_check(room, len) != TEXT_NAME_OK ||
	    text_fold(fold, room, len) == 0)
		strlcpy(fold, room, sizeof(fold));
	if (len < sizeof(fold) && escape(leaf, NAME_MAX, fold, strlen(fold)))
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* With a point in front it is nobody's directory. */
static bool
home_path(char dst[PATH_MAX], const char *place)
{
	return store_server_path(dst, place) &&
	    strlcat(dst, "/.home", PATH_MAX) < PATH_MAX;
}

void
store_home(const char *place, char room[STORE_ROOM_BYTES])
{
	char path[PATH_MAX], *text;
	size_t len;

	room[0] = '\0';
	if (!home_path(path, place) || (text = store_load(path, &len)) == NULL)
		return;
	text[strcspn(text, "\n")] = '\0';
	if (strlcpy(room, text, STORE_ROOM_BYTES) >= STORE_ROOM_BYTES)
		room[0] = '\0';
	free(text);
}

void
store_keep_home(const char *place, const char *room)
{
	char path[PATH_MAX], last[STORE_ROOM_BYTES];

	store_home(place, last);
	if (strcmp(last, room) != 0 && home_path(path, place))
		store_replace(path, room, strlen(room));
}

bool
store_is_home(const char *place, const char *room)
{
	char home[STORE_ROOM_BYTES], a[NAME_MAX], b[NAME_MAX];

	if (*room == '\0')
		return true;
	store_home(place, home);
	return *home != '\0' && store_room_leaf(a, home) &&
	    store_room_leaf(b, room) && strcmp(a, b) == 0;
}

/* Below the state's directory. */
static bool
room_leaf(char leaf[PATH_MAX], const char *place, const struct store_room *r)
{
	char room[NAME_MAX];
	size_t len;

	if (!name_leaf(leaf, place, r->name, strlen(r->name)))
		return false;
	if (store_is_home(r->place, r->room))
		return true;
	len = strlen(leaf);
	if (!store_room_leaf(room, r->room))
		return false;
	if (snprintf(leaf + len, PATH_MAX - len, "/room/%s", room) <
	    (int)(PATH_MAX - len))
		return true;
	errno = ENAMETOOLONG;
	return false;
}

bool
store_room_at(char dst[PATH_MAX], const char *place,
    const struct store_room *r)
{
	char leaf[PATH_MAX];

	return room_leaf(leaf, place, r) && store_state(dst, leaf);
}

/* What is set aside stays where it was, but a window's file does not. */
static const char *
place_of(const struct store_room *r)
{
	char path[PATH_MAX];

	return store_room_at(path, r->server, r) &&
	    strlcat(path, "/window", sizeof(path)) < sizeof(path) &&
	    access(path, F_OK) == 0 ? r->server : r->place;
}

bool
store_make_room(char dst[PATH_MAX], const struct store_room *r)
{
	char leaf[PATH_MAX];

	return room_leaf(leaf, place_of(r), r) && make_state(dst, leaf);
}

bool
store_room_file(char dst[PATH_MAX], const struct store_room *r,
    const char *leaf)
{
	if (!store_room_at(dst, place_of(r), r))
		return false;
	if (strlcat(dst, "/", PATH_MAX) < PATH_MAX &&
	    strlcat(dst, leaf, PATH_MAX) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
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
