/*
 * Names whose lines are not shown: a setting's text, blanks between, and their
 * folds, which every entry's author is looked up in. Pure.
 */
#ifndef TUI_SESSION_IGNORED_H
#define TUI_SESSION_IGNORED_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: nobody. */
struct ignored {
	char	*folds;		/* one behind the other, each with its NUL */
	size_t	 len;
};

/* Those of the text, in place of the ones before; what can be no name is left
 * out. False: no memory, nothing changed. */
bool	 ignored_set(struct ignored *, const char *names);
void	 ignored_clear(struct ignored *);
bool	 ignored_has(const struct ignored *, const char *name, size_t len);

/* The i-th of the text's names, its length in *len; NULL: behind the last. */
const char *ignored_nth(const char *names, size_t i, size_t *len);
/* Are both one person's? */
bool	 ignored_is_one(const char *name, size_t len, const char *other,
	    size_t other_len);
/* The text without a name, whatever case it is written in, or with it at its
 * end, to dst of size bytes. False: it does not fit. */
bool	 ignored_without(char *dst, size_t size, const char *names,
	    const char *name);
bool	 ignored_with(char *dst, size_t size, const char *names,
	    const char *name);

#endif
