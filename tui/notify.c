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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 32 };

/* A word that somebody else chose. False: no memory. */
static bool
quote(char **word, const char *said)
{
	/* It must not be taken for an option of the command. */
	if (asprintf(word, "%s%s", *said == '-' ? " " : "", said) != -1)
		return true;
	*word = NULL;
	return false;
}

/* False: no command is in it, and who must not become one. */
static bool
split(char *command, char *words[WORDS], char *who, char *what)
{
	char *word;
	int n = 0;

	while ((word = strsep(&command, " ")) != NULL && n < WORDS - 3)
		if (*word != '\0')
			words[n++] = word;
	if (n == 0)
		return false;
	words[n++] = who;
	words[n++] = what;
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
	signal(SIGPIPE, SIG_DFL);	/* we ignore it, and that is inherited */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(words[0], words);
	_exit(127);
}

bool
notify_may(int64_t *due, int64_t now)
{
	if (now < *due)
		return false;
	*due = now + NOTIFY_MS;
	return true;
}

void
notify_run(const char *command, const char *who, const char *what)
{
	char *words[WORDS], *copy = strdup(command), *name = NULL,
	    *text = NULL;
	pid_t child = -1;

	if (copy != NULL && quote(&name, who) && quote(&text, what) &&
	    split(copy, words, name, text) && (child = fork()) == 0) {
		if (fork() == 0)
			become(words);
		_exit(0);
	}
	free(copy);
	free(name);
	free(text);
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}
