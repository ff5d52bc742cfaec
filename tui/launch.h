/*
 * Starting other programs: the notifier, and what opens links. Parent process.
 */
#ifndef TUI_LAUNCH_H
#define TUI_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

enum { LAUNCH_WORDS = 32 };

/*
 * Parts a command at its blanks, in place; no shell looks at it. Leaves room
 * for `more` words and a NULL. How many there are; 0: none.
 */
int	 launch_split(char *command, char *words[LAUNCH_WORDS], int more);
/* Whether there is such a program, by its path or in PATH. */
bool	 launch_found(const char *program);
/* Starts it. Nobody waits for it, and it neither reads nor writes this
 * terminal; what cannot be started is not told. */
void	 launch_run(char *words[]);
/*
 * Opens a link by command, a word more behind its own; "": by $BROWSER, else
 * xdg-open. False with a sentence in why: there is no such program.
 */
bool	 launch_link(const char *command, const char *url, char *why,
	    size_t size);

#endif
