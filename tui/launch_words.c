/*
 * A command in words. Pure.
 */
#include "tui/launch.h"

#include <string.h>

int
launch_split(char *command, char *words[LAUNCH_WORDS], int more)
{
	char *word;
	int n = 0;

	while ((word = strsep(&command, " ")) != NULL &&
	    n < LAUNCH_WORDS - 1 - more)
		if (*word != '\0')
			words[n++] = word;
	words[n] = NULL;
	return n;
}
