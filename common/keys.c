/*
 * Reading and making key files. Runs in the server and in the client's
 * receiver process. Never prints; wipes every copy of a secret it makes.
 */
#include "common/keys.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base64.h"
#include "common/disk.h"
#include "common/lang.h"

static const char magic[] = "chat-key-1 ";
static const char psk_mark[] = "#passphrase ";

enum {
	BASE64 = sodium_base64_VARIANT_ORIGINAL,
	KEY_TEXT = 44,				/* base64 of a key */
	FILE_BYTES = sizeof(magic) - 1 + KEY_TEXT + 1	/* with its newline */
};

const char *
keys_reason(enum keys_error error)
{
	switch (error) {
	case KEYS_OK:
	case KEYS_SYSTEM:
		break;
	case KEYS_KIND:
		return _("not a regular file");
	case KEYS_OWNER:
		return _("belongs to somebody else");
	case KEYS_READABLE:
		return _("others may read it; chmod 600 makes it yours");
	case KEYS_EMPTY:
		return _("its first line, which is the passphrase, is empty");
	case KEYS_LONG:
		return _("its first line, which is the passphrase, is longer "
		    "than 255 bytes");
	case KEYS_UTF8:
		return _("its first line, which is the passphrase, is not "
		    "UTF-8");
	case KEYS_FORMAT:
		return _("does not hold what it should");
	}
	return "";
}

static enum keys_error
check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return KEYS_SYSTEM;
	if (!S_ISREG(st.st_mode))
		return KEYS_KIND;
	if (st.st_uid != geteuid())
		return KEYS_OWNER;
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return KEYS_READABLE;
	return KEYS_OK;
}

static bool
read_key(const char *text, size_t len, uint8_t key[NOISE_KEY])
{
	return len == KEY_TEXT &&
	    base64_decode(key, NOISE_KEY, text, len, BASE64);
}

static enum keys_error
parse_secret(const char *text, size_t len, struct noise_keypair *kp)
{
	uint8_t secret[NOISE_KEY];
	bool good;

	good = len == FILE_BYTES && text[len - 1] == '\n' &&
	    memcmp(text, magic, sizeof(magic) - 1) == 0 &&
	    read_key(text + sizeof(magic) - 1, KEY_TEXT, secret);
	if (good)
		noise_keypair_from(kp, secret);
	sodium_memzero(secret, sizeof(secret));
	return good ? KEYS_OK : KEYS_FORMAT;
}

enum keys_error
keys_read(const char *path, struct noise_keypair *kp)
{
	char text[FILE_BYTES + 1];
	enum keys_error error;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1)
		return errno == ELOOP ? KEYS_KIND : KEYS_SYSTEM;
	error = check_file(fd);
	n = error == KEYS_OK ? read(fd, text, sizeof(text)) : 0;
	if (n == -1)
		error = KEYS_SYSTEM;
	close(fd);
	if (error == KEYS_OK)
		error = parse_secret(text, (size_t)n, kp);
	sodium_memzero(text, sizeof(text));
	return error;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	ssize_t n = write(fd, text, len);

	if (n >= 0 && (size_t)n < len)
		errno = ENOSPC;
	return n == (ssize_t)len && fsync(fd) == 0;
}

void
keys_make(struct noise_keypair *kp)
{
	uint8_t secret[NOISE_KEY];

	randombytes_buf(secret, sizeof(secret));
	noise_keypair_from(kp, secret);
	sodium_memzero(secret, sizeof(secret));
}

static bool
write_secret(int fd, const struct noise_keypair *kp)
{
	char text[FILE_BYTES + 1];
	bool good;

	memcpy(text, magic, sizeof(magic) - 1);
	sodium_bin2base64(text + sizeof(magic) - 1, KEY_TEXT + 1, kp->secret,
	    NOISE_KEY, BASE64);
	text[FILE_BYTES - 1] = '\n';
	good = write_all(fd, text, FILE_BYTES);
	sodium_memzero(text, sizeof(text));
	return good;
}

/* link(2) never replaces: of two that make a key at once, one wins. */
enum keys_error
keys_write(const char *path, const struct noise_keypair *kp)
{
	char draft[PATH_MAX];
	bool good;
	int fd, saved;

	if ((size_t)snprintf(draft, sizeof(draft), "%s.%ld", path,
	    (long)getpid()) >= sizeof(draft)) {
		errno = ENAMETOOLONG;
		return KEYS_SYSTEM;
	}
	unlink(draft);		/* left by one of the same number that died */
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return KEYS_SYSTEM;
	good = write_secret(fd, kp);
	saved = errno;
	close(fd);
	if (good && link(draft, path) == -1) {
		saved = errno;
		good = false;
	}
	unlink(draft);
	if (good && !disk_sync_parent(&disk_real, path)) {
		saved = errno;
		good = false;
	}
	errno = saved;
	return good ? KEYS_OK : KEYS_SYSTEM;
}

enum keys_error
keys_load(const char *path, struct noise_keypair *kp)
{
	enum keys_error error = keys_read(path, kp);

	if (error != KEYS_SYSTEM || errno != ENOENT)
		return error;
	keys_make(kp);
	error = keys_write(path, kp);
	sodium_memzero(kp, sizeof(*kp));
	return error == KEYS_OK || (error == KEYS_SYSTEM && errno == EEXIST) ?
	    keys_read(path, kp) : error;
}

/* The line of the host and its key; *known: there is one. */
static enum keys_error
find_host(const char *text, size_t len, const char *host, bool *known,
    uint8_t key[NOISE_KEY], unsigned *line)
{
	const char *end = text + len, *next, *space;
	size_t host_len = strlen(host);

	*known = false;
	for (*line = 1; text < end; (*line)++, text = next + 1) {
		next = memchr(text, '\n', (size_t)(end - text));
		if (next == NULL)
			return KEYS_FORMAT;	/* cut short */
		if (next == text || *text == '#')
			continue;
		space = memchr(text, ' ', (size_t)(next - text));
		/* A line that cannot be read may be the one that warns. */
		if (space == NULL || space == text ||
		    !read_key(space + 1, (size_t)(next - space - 1), key))
			return KEYS_FORMAT;
		/* A host's name is the same however it is written. */
		*known = (size_t)(space - text) == host_len &&
		    strncasecmp(text, host, host_len) == 0;
		if (*known)
			break;
	}
	return KEYS_OK;
}

enum keys_error
keys_host_find(const char *text, size_t len, const char *host,
    const uint8_t public[NOISE_KEY], enum keys_host *what, unsigned *line)
{
	uint8_t key[NOISE_KEY];
	enum keys_error error;
	bool known;

	error = find_host(text, len, host, &known, key, line);
	*what = KEYS_HOST_UNKNOWN;
	if (error == KEYS_OK && known)
		*what = memcmp(key, public, NOISE_KEY) == 0 ?
		    KEYS_HOST_KNOWN : KEYS_HOST_CHANGED;
	return error;
}

bool
keys_host_has_psk(const char *text, size_t len, const char *host,
    const uint8_t public[NOISE_KEY])
{
	char key[KEY_TEXT + 1], want[sizeof(psk_mark) + KEYS_HOST_BYTES +
	    KEY_TEXT + 2];
	const char *end = text + len, *next;
	size_t want_len, head = strlen(psk_mark) + strlen(host);

	sodium_bin2base64(key, sizeof(key), public, NOISE_KEY, BASE64);
	want_len = (size_t)snprintf(want, sizeof(want), "%s%s %s", psk_mark,
	    host, key);
	for (; text < end; text = next + 1) {
		next = memchr(text, '\n', (size_t)(end - text));
		if (next == NULL)
			break;
		if ((size_t)(next - text) == want_len &&
		    strncasecmp(text, want, head) == 0 &&
		    memcmp(text + head, want + head, want_len - head) == 0)
			return true;
	}
	return false;
}

/* All of a file; its length, -1 with errno. */
static ssize_t
read_hosts(int fd, char *text)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, KEYS_HOSTS_BYTES - len)) != 0) {
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)len;
}

/* The file, to be freed; NULL with errno. Longer ones are cut, and so hold a
 * line without its end. */
static char *
load_hosts(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), saved;
	char *text;
	ssize_t n = -1;

	if (fd == -1)
		return NULL;
	if ((text = malloc(KEYS_HOSTS_BYTES)) != NULL)
		n = read_hosts(fd, text);
	saved = errno;
	close(fd);
	*len = (size_t)n;
	if (n == -1) {
		free(text);
		text = NULL;
	}
	errno = saved;
	return text;
}

bool
keys_host_key(const char *path, const char *host, uint8_t public[NOISE_KEY])
{
	size_t len;
	char *text = load_hosts(path, &len);
	unsigned line;
	bool known = false;

	if (text != NULL && find_host(text, len, host, &known, public,
	    &line) != KEYS_OK)
		known = false;
	free(text);
	return known;
}

/* The host of a line with this key. */
static bool
take_host(const char *line, size_t len, const uint8_t public[NOISE_KEY],
    char host[KEYS_HOST_BYTES])
{
	const char *space = memchr(line, ' ', len);
	uint8_t key[NOISE_KEY];
	size_t n;

	if (len == 0 || *line == '#' || space == NULL)
		return false;
	n = (size_t)(space - line);
	if (n == 0 || n >= KEYS_HOST_BYTES ||
	    !read_key(space + 1, len - n - 1, key) ||
	    memcmp(key, public, NOISE_KEY) != 0)
		return false;
	memcpy(host, line, n);
	host[n] = '\0';
	return true;
}

void
keys_host_every(const char *path, const uint8_t public[NOISE_KEY],
    void (*host)(void *arg, const char *host), void *arg)
{
	char found[KEYS_HOST_BYTES];
	size_t len;
	char *text = load_hosts(path, &len), *at = text, *next;

	while (text != NULL &&
	    (next = memchr(at, '\n', len - (size_t)(at - text))) != NULL) {
		if (take_host(at, (size_t)(next - at), public, found))
			host(arg, found);
		at = next + 1;
	}
	free(text);
}

struct alias {
	const char	*host;
	char		*found;		/* "": none yet */
};

static void
take_alias(void *arg, const char *host)
{
	struct alias *a = arg;

	/* What has no port is a room of our own. */
	if (*a->found == '\0' && strchr(host, ':') != NULL &&
	    strcasecmp(host, a->host) != 0)
		strlcpy(a->found, host, KEYS_HOST_BYTES);
}

bool
keys_host_alias(const char *path, const char *host,
    const uint8_t public[NOISE_KEY], char alias[KEYS_HOST_BYTES])
{
	struct alias a = { host, alias };

	*alias = '\0';
	keys_host_every(path, public, take_alias, &a);
	return *alias != '\0';
}

/* The key in a line "#passphrase HOST KEY". */
static bool
marks_psk(const char *line, size_t len, const uint8_t public[NOISE_KEY])
{
	char host[KEYS_HOST_BYTES];
	size_t mark = sizeof(psk_mark) - 1;

	return len > mark && memcmp(line, psk_mark, mark) == 0 &&
	    take_host(line + mark, len - mark, public, host);
}

bool
keys_wants_psk(const char *path, const uint8_t public[NOISE_KEY])
{
	size_t len;
	char *text = load_hosts(path, &len), *at = text, *next;
	bool wants = false;

	while (text != NULL && !wants &&
	    (next = memchr(at, '\n', len - (size_t)(at - text))) != NULL) {
		wants = marks_psk(at, (size_t)(next - at), public);
		at = next + 1;
	}
	free(text);
	return wants;
}

enum keys_error
keys_host_check(const char *path, const char *host,
    const uint8_t public[NOISE_KEY], enum keys_host *what, bool *psk,
    unsigned *line)
{
	enum keys_error error;
	size_t len;
	char *text = load_hosts(path, &len);

	*what = KEYS_HOST_UNKNOWN;
	*psk = false;
	*line = 0;
	if (text == NULL)
		return errno == ENOENT ? KEYS_OK : KEYS_SYSTEM;
	error = keys_host_find(text, len, host, public, what, line);
	if (error == KEYS_OK && *what == KEYS_HOST_KNOWN)
		*psk = keys_host_has_psk(text, len, host, public);
	free(text);
	return error;
}

/* All of it, on the disk; or as before: half a line would make
 * the whole file unreadable. */
static bool
append(int fd, const char *path, const char *text, size_t len)
{
	struct stat st;
	int saved;

	if (fstat(fd, &st) == -1)
		return false;
	if (write_all(fd, text, len)) {
		/* Where that is not ours to do, who made the file did it. */
		if (st.st_size == 0)
			disk_sync_parent(&disk_real, path);
		return true;
	}
	saved = errno;
	if (ftruncate(fd, st.st_size) == -1)
		saved = errno;
	errno = saved;
	return false;
}

enum keys_error
keys_host_remember(const char *path, const char *host,
    const uint8_t public[NOISE_KEY], unsigned what)
{
	char text[2 * (KEYS_HOST_BYTES + KEY_TEXT + 2) + sizeof(psk_mark)];
	char key[KEY_TEXT + 1];
	size_t len = 0;
	int fd, saved;
	bool good;

	if (strlen(host) >= KEYS_HOST_BYTES || *host == '\0' ||
	    *host == '#' || strpbrk(host, " \n") != NULL)
		return KEYS_FORMAT;
	sodium_bin2base64(key, sizeof(key), public, NOISE_KEY, BASE64);
	if (what & KEYS_ADD_HOST)
		len = (size_t)snprintf(text, sizeof(text), "%s %s\n", host,
		    key);
	if (what & KEYS_ADD_PSK)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s %s\n", psk_mark, host, key);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd == -1)
		return KEYS_SYSTEM;
	good = append(fd, path, text, len);
	saved = errno;
	close(fd);
	errno = saved;
	return good ? KEYS_OK : KEYS_SYSTEM;
}
