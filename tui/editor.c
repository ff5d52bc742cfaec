/*
 * Runs the user's editor. The client's parent process, which is not locked in;
 * what it reads back is the user's own, so no more is asked of it than that it
 * is a file and not too long.
 */
#include "tui/editor.h"

#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lang.h"
#include "tui/shared/store.h"
#include "tui/text/edit.h"

enum {
	END_MS = 1000		/* so long it may write when it is ended */
};

static bool
path_of(const struct editor *e, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/message", e->dir) < PATH_MAX;
}

/* With what the editor left beside the file: it may be the text, too. */
static void
remove_files(struct editor *e)
{
	DIR *dir = opendir(e->dir);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	rmdir(e->dir);
}

/* Is anything beside the file? */
static bool
has_more(const struct editor *e)
{
	DIR *dir = opendir(e->dir);
	struct dirent *entry;
	bool more = false;

	while (dir != NULL && !more && (entry = readdir(dir)) != NULL)
		more = strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, "message") != 0;
	if (dir != NULL)
		closedir(dir);
	return more;
}

static bool
write_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;
	bool written;

	if (f == NULL)
		return false;
	fwrite(text, 1, len, f);
	if (len > 0 && text[len - 1] != '\n')
		putc('\n', f);
	written = !ferror(f);
	return fclose(f) == 0 && written;
}

/* In the child: a shell, as the words may have arguments. */
static void
become(const char *path, const sigset_t *mask)
{
	static const int ours[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP,
		SIGTSTP, SIGPIPE };
	size_t i;

	/* One that comes before the program is there must not be lost in a
	 * handler of ours. */
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execl("/bin/sh", "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"",
	    "sh", path, (char *)NULL);
	_exit(127);
}

bool
editor_start(struct editor *e, const sigset_t *mask, const char *text,
    size_t len)
{
	const char *tmp = getenv("TMPDIR");
	char path[PATH_MAX];
	int saved;

	if (snprintf(e->dir, sizeof(e->dir), "%s/chat-tui.XXXXXX", tmp !=
	    NULL && *tmp == '/' ? tmp : "/tmp") >= (int)sizeof(e->dir) ||
	    mkdtemp(e->dir) == NULL)
		return false;
	if (path_of(e, path) && write_file(path, text, len) &&
	    (e->pid = fork()) != -1) {
		if (e->pid == 0)
			become(path, mask);
		return true;
	}
	saved = errno;
	e->pid = 0;
	remove_files(e);
	errno = saved;
	return false;
}

/* What it left in the file, without the last line's end. */
static char *
read_back(struct editor *e, size_t max, size_t *len,
    char why[EDITOR_WHY_BYTES])
{
	char path[PATH_MAX], *text = NULL;

	errno = 0;
	*len = 0;
	if (!path_of(e, path) || ((text = store_load(path, len)) == NULL &&
	    errno != 0)) {
		snprintf(why, EDITOR_WHY_BYTES, _("The editor left no text: "
		    "%s. Nothing has changed."), strerror(errno));
		return NULL;
	}
	if (text == NULL)
		*len = max + 1;		/* more than is read of any file */
	else if (*len > 0 && text[*len - 1] == '\n')
		(*len)--;
	if (*len <= max && edit_bytes(text, *len) <= max)
		return text;
	*len = max + 1;
	snprintf(why, EDITOR_WHY_BYTES, _("Too long for the input line; it "
	    "is in %s."), path);
	free(text);
	return NULL;
}

/* What it had written when it was ended with its terminal. What it keeps of a
 * text that was not written stays, and why tells where. */
static char *
take_back(struct editor *e, size_t max, size_t *len,
    char why[EDITOR_WHY_BYTES])
{
	char path[PATH_MAX], *text = read_back(e, max, len, why);

	if ((text != NULL || *len <= max) && path_of(e, path)) {
		why[0] = '\0';
		unlink(path);
		if (rmdir(e->dir) == -1)
			snprintf(why, EDITOR_WHY_BYTES, _("the editor may have "
			    "left text in %s"), e->dir);
	}
	/* Caught in the act of writing it anew, maybe. */
	if (text != NULL && *len == 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* Somebody ends all that is here; or its terminal went, and it may have read
 * that as an error before any signal came. */
static bool
is_ended_from_outside(int status)
{
	struct pollfd terminal = { .fd = STDIN_FILENO };

	return (WIFSIGNALED(status) && (WTERMSIG(status) == SIGHUP ||
	    WTERMSIG(status) == SIGTERM)) || (poll(&terminal, 1, 0) == 1 &&
	    (terminal.revents & (POLLHUP | POLLERR)) != 0);
}

static int
number_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static void
tell_status(int status, char why[EDITOR_WHY_BYTES])
{
	snprintf(why, EDITOR_WHY_BYTES, _("The editor ended with %d: nothing "
	    "has changed."), number_of(status));
}

/* By its user, who wants none of it; or it was ended, and kept beside the file
 * what it had before it did: that stays. */
static void
give_up(struct editor *e, int status, char why[EDITOR_WHY_BYTES])
{
	if (!has_more(e)) {
		tell_status(status, why);
		remove_files(e);
		return;
	}
	snprintf(why, EDITOR_WHY_BYTES, _("The editor ended with %d; it may "
	    "have left text in %s."), number_of(status), e->dir);
}

bool
editor_ended(struct editor *e, size_t max, char **text, size_t *len,
    char why[EDITOR_WHY_BYTES])
{
	int status;

	if (e->pid == 0 || waitpid(e->pid, &status, WNOHANG) != e->pid)
		return false;
	e->pid = 0;
	*text = NULL;
	*len = 0;
	why[0] = '\0';
	if (is_ended_from_outside(status)) {
		*text = take_back(e, max, len, why);
		if (*text == NULL && why[0] == '\0')
			tell_status(status, why);
		return true;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		give_up(e, status, why);
	else if ((*text = read_back(e, max, len, why)) != NULL || *len <= max)
		remove_files(e);
	return true;
}

/* It has a moment to end: true. */
static bool
has_ended(const struct editor *e)
{
	int64_t due = clock_now_ms() + END_MS;
	struct timespec wait;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	kill(e->pid, SIGHUP);
	kill(e->pid, SIGCONT);	/* it may be stopped */
	while (waitpid(e->pid, NULL, WNOHANG) == 0) {
		if (clock_now_ms() >= due)
			return false;
		sigtimedwait(&child, NULL, clock_until(due, &wait));
	}
	return true;
}

char *
editor_stop(struct editor *e, size_t max, size_t *len,
    char why[EDITOR_WHY_BYTES])
{
	char *text, path[PATH_MAX];
	bool ended;

	why[0] = '\0';
	if (e->pid == 0 || !path_of(e, path))
		return NULL;
	ended = has_ended(e);
	e->pid = 0;
	if (ended)
		return take_back(e, max, len, why);
	text = read_back(e, max, len, why);
	snprintf(why, EDITOR_WHY_BYTES, _("the editor still runs; its text is "
	    "in %s"), path);
	if (text != NULL && *len == 0) {
		free(text);
		return NULL;
	}
	return text;
}
