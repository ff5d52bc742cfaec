/*
 * Starting the user's programs. Parent process; each is a grandchild, so that
 * nobody has to wait for it, and gets none of our descriptors.
 */
#include "tui/launch.h"

#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"

bool
launch_found(const char *program)
{
	const char *at = getenv("PATH"), *end;
	char path[PATH_MAX];
	int n;

	if (strchr(program, '/') != NULL)
		return access(program, X_OK) == 0;
	for (; at != NULL && *at != '\0'; at = *end == ':' ? end + 1 : end) {
		end = at + strcspn(at, ":");
		n = snprintf(path, sizeof(path), "%.*s/%s", (int)(end - at),
		    at, program);
		if (n > 0 && n < PATH_MAX && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* In the grandchild, which must not keep the terminal nor our signals. */
static void
become(char *words[])
{
	sigset_t none;
	int fd = open("/dev/null", O_RDWR);

	if (fd == -1)
		_exit(127);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	closefrom(STDERR_FILENO + 1);
	setsid();
	signal(SIGPIPE, SIG_DFL); /* we ignore it, and that is inherited */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(words[0], words);
	_exit(127);
}

void
launch_run(char *words[])
{
	pid_t child = fork();

	if (child == 0) {
		if (fork() == 0)
			become(words);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}

/* $BROWSER may be a list, or have the link's place in it: xdg-open(1) knows
 * what to do with that. */
static const char *
usual_opener(void)
{
	const char *browser = getenv("BROWSER");

	return browser == NULL || *browser == '\0' ||
	    strpbrk(browser, ":%") != NULL ? "xdg-open" : browser;
}

bool
launch_link(const char *command, const char *url, char *why, size_t size)
{
	char *words[LAUNCH_WORDS];
	char *copy = strdup(*command != '\0' ? command : usual_opener());
	char *link = strdup(url);
	bool found = false;
	int n = 0;

	if (copy != NULL && link != NULL)
		n = launch_split(copy, words, 1);
	if (n > 0)
		found = launch_found(words[0]);
	if (found) {
		words[n] = link;
		words[n + 1] = NULL;
		launch_run(words);
	} else
		snprintf(why, size, _("There is no %s to open it with: /set "
		    "opener COMMAND"), n > 0 ? words[0] : "xdg-open");
	free(copy);
	free(link);
	return found;
}
