/*
 * Starting the user's command. Parent process; it is a grandchild, so that
 * nobody has to wait for it, and gets none of our descriptors.
 */
#include "tui/notify.h"

#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 32 };

/* False: no command is in it, and who must not become one. */
static bool
split(char *command, char *words[WORDS], const char *who, const char *what)
{
	char *word;
	int n = 0;

	while ((word = strsep(&command, " ")) != NULL && n < WORDS - 3)
		if (*word != '\0')
			words[n++] = word;
	if (n == 0)
		return false;
	words[n++] = (char *)who;
	words[n++] = (char *)what;
	words[n] = NULL;
	return true;
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
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(words[0], words);
	_exit(127);
}

void
notify_run(const char *command, const char *who, const char *what)
{
	char *words[WORDS], *copy = strdup(command);
	pid_t child;

	if (copy == NULL)
		return;
	if (!split(copy, words, who, what)) {
		free(copy);
		return;
	}
	if ((child = fork()) == 0) {
		if (fork() == 0)
			become(words);
		_exit(0);
	}
	free(copy);
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}
