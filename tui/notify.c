/*
 * What the user's command for mentions is given. Parent process.
 */
#include "tui/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/launch.h"

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

bool
notify_may(int64_t *due, int64_t now)
{
	if (now < *due)
		return false;
	*due = now + NOTIFY_MS;
	return true;
}

void
notify_run(const char *command, const char *who, const char *what,
    void (*run)(char *words[]))
{
	char *words[LAUNCH_WORDS], *copy = strdup(command), *name = NULL,
	    *text = NULL;
	int n = 0;

	if (copy != NULL && quote(&name, who) && quote(&text, what))
		n = launch_split(copy, words, 2);
	if (n > 0) {	/* who must not become the command */
		words[n] = name;
		words[n + 1] = text;
		words[n + 2] = NULL;
		run(words);
	}
	free(copy);
	free(name);
	free(text);
}
