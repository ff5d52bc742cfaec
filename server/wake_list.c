/*
 * The file of sessions. Runs in the server. Appends a line where a session
 * begins or moves; it is rewritten at each start.
 */
#include "server/wake_list.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wake_list {
	FILE	*file;
	size_t	 lines;
};

struct noted {
	uint32_t	 index;
	union sock_addr	 addr;
};

static bool
parse(const char *line, struct noted *n)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_socktype = SOCK_DGRAM }, *found;
	char host[64], port[8];
	bool good;

	if (sscanf(line, "%" SCNu32 " %63s %7s", &n->index, host, port) != 3 ||
	    getaddrinfo(host, port, &hints, &found) != 0)
		return false;
	memset(&n->addr, 0, sizeof(n->addr));
	good = found->ai_addrlen <= sizeof(n->addr);
	if (good)
		memcpy(&n->addr, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return good;
}

/* Each index once, as it was noted last: from the end backwards. */
static void
tell_all(const struct noted *noted, size_t n, void (*was)(void *, uint32_t,
    const union sock_addr *), void *arg)
{
	size_t i, j;

	for (i = n; i-- > 0; ) {
		for (j = i + 1; j < n; j++)
			if (noted[j].index == noted[i].index)
				break;
		if (j == n)
			was(arg, noted[i].index, &noted[i].addr);
	}
}

static void
read_all(FILE *file, void (*was)(void *, uint32_t, const union sock_addr *),
    void *arg)
{
	struct noted *noted = calloc(WAKE_LIST_MAX, sizeof(*noted));
	char line[128];
	size_t n = 0;

	while (noted != NULL && fgets(line, sizeof(line), file) != NULL)
		if (parse(line, &noted[n % WAKE_LIST_MAX]))
			n++;
	if (noted != NULL)
		tell_all(noted, n < WAKE_LIST_MAX ? n : WAKE_LIST_MAX, was,
		    arg);
	free(noted);
}

/* A new file, whatever an older server left there for all to read: it has
 * everybody's address. */
static FILE *
make_file(const char *path)
{
	FILE *file = NULL;
	int fd;

	if (unlink(path) == -1 && errno != ENOENT)
		return NULL;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd != -1 && (file = fdopen(fd, "w")) == NULL)
		close(fd);
	return file;
}

/* What an earlier run left: a file, not what somebody put in its place. */
static FILE *
old_file(const char *path)
{
	struct stat st;
	FILE *file = NULL;
	int fd;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (file = fdopen(fd, "r")) == NULL))
		close(fd);
	return file;
}

struct wake_list *
wake_list_open(const char *dir, void (*was)(void *, uint32_t,
    const union sock_addr *), void *arg)
{
	char path[PATH_MAX];
	struct wake_list *w;
	FILE *old;

	if (snprintf(path, sizeof(path), "%s/sessions", dir) >=
	    (int)sizeof(path) || (w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	if ((old = old_file(path)) != NULL) {
		read_all(old, was, arg);
		fclose(old);
	}
	if ((w->file = make_file(path)) == NULL) {
		free(w);
		return NULL;
	}
	setvbuf(w->file, NULL, _IOLBF, 0);
	return w;
}

void
wake_list_note(struct wake_list *w, uint32_t index, const union sock_addr *addr)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (w == NULL || getnameinfo(&addr->sa, sock_addr_len(addr), host,
	    sizeof(host), port, sizeof(port), NI_NUMERICHOST |
	    NI_NUMERICSERV) != 0)
		return;
	/* A long-lived server must not fill its disk with this. */
	if (w->lines++ >= WAKE_LIST_MAX) {
		rewind(w->file);
		if (ftruncate(fileno(w->file), 0) == -1)
			return;
		w->lines = 1;
	}
	fprintf(w->file, "%" PRIu32 " %s %s\n", index, host, port);
}

void
wake_list_close(struct wake_list *w)
{
	if (w == NULL)
		return;
	fclose(w->file);
	free(w);
}
