/*
 * The environment and the home directory of a program under test: the same on
 * every machine, whoever runs the tests and however their shell is set up.
 */
#ifndef TESTS_WITH_ENV_H
#define TESTS_WITH_ENV_H

#include <stdbool.h>

enum {
	ENV_MAX = 64,		/* variables, with the NULL */
	ENV_HOME_BYTES = 128
};

/*
 * Fills env: the caller's PATH and sanitizers' options, TERM=xterm-256color,
 * LC_ALL=C.UTF-8, a TZ where it is noon, a login name, HOME=home and XDG_*
 * inside it, then mark, then more: "NAME=value" sets, "NAME" alone unsets,
 * NULL ends; more may be NULL. The strings belong to env, until env_clear.
 */
void	 env_make(char *env[ENV_MAX], const char *home, const char *mark,
	    const char *const more[]);
void	 env_clear(char *env[ENV_MAX]);

/*
 * The home directory to use: that of a "HOME=dir" in more, or a new private
 * one; returns whether it was made and so is to be removed.
 */
bool	 env_home(char dir[ENV_HOME_BYTES], const char *const more[]);

/*
 * For a test that makes and removes very many of them: they are in memory from
 * then on, where a file system there has the room and nobody said otherwise by
 * TMPDIR. No file of theirs may be large, nor a program.
 */
void	 env_in_memory(void);

/* A new private directory, and its removal with all that is in it. */
void	 env_home_make(char dir[ENV_HOME_BYTES]);
void	 env_home_remove(const char *dir);

#endif
