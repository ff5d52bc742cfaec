/*
 * The user's own editor on the text that is being typed: $VISUAL, $EDITOR or
 * vi, on the terminal, with the text in a file that only he can read and that
 * is gone afterwards. The client's parent process.
 */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include <sys/types.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed: none runs. */
struct editor {
	pid_t	 pid;		/* 0: none */
	char	 dir[PATH_MAX];	/* a directory of its own for the file */
};

/*
 * Writes the text and starts the editor, with that signal mask; the terminal
 * must have been given back. False with errno: none runs.
 */
bool	 editor_start(struct editor *, const sigset_t *, const char *text,
	    size_t len);

/*
 * After SIGCHLD. True once it has ended: *text, malloc'd, is what it left, or
 * NULL with a sentence in why. The file is gone, but for a text of more than
 * max bytes, and for what is beside it where the editor failed; why tells
 * where.
 */
enum { EDITOR_WHY_BYTES = PATH_MAX + 128 };
bool	 editor_ended(struct editor *, size_t max, char **text, size_t *len,
	    char why[EDITOR_WHY_BYTES]);

/*
 * Ends it, if it runs, waiting a moment for that; however it ends, what it has
 * written counts: malloc'd, or NULL. The file is gone; else why says what is
 * where, or is "". Where it is called SIGCHLD is blocked.
 */
char	*editor_stop(struct editor *, size_t max, size_t *len,
	    char why[EDITOR_WHY_BYTES]);

#endif
