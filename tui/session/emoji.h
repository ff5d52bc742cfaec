/*
 * :names: of emoji. Pure; one sorted table.
 */
#ifndef TUI_SESSION_EMOJI_H
#define TUI_SESSION_EMOJI_H

#include <stddef.h>

/* No pointers: nothing of the table is moved where the program is loaded. */
struct emoji {
	char	 name[19];		/* without colons */
	char	 text[9];		/* UTF-8, two columns in display form */
};

/* The i-th whose name begins with prefix (len bytes), in the order of names;
 * NULL behind the last. */
const struct emoji *emoji_find(const char *prefix, size_t len, size_t i);

/*
 * The emoji whose whole :name: stands before the caret, behind a blank or at
 * the start; *from: where it begins. NULL: none does, or it is in a command or
 * in `code`.
 */
const struct emoji *emoji_typed(const char *text, size_t caret, size_t *from);

#endif
