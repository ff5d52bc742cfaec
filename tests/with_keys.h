/*
 * Keys by name, as the bytes that xterm sends for them. Pure.
 */
#ifndef TESTS_WITH_KEYS_H
#define TESTS_WITH_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Encodes names, separated by single spaces: each is any of C- M- S-, then a
 * character or Up Down Left Right Home End PgUp PgDn Ins Del Tab Enter
 * Backspace Esc Space F1 to F12. cursor_keys: mode 1, arrows are ESC O.
 * Writes at most size bytes with the NUL (a C-Space counts as its end).
 * Returns false for a name that it does not know or when dst is too small.
 */
bool	 keys_encode(char *dst, size_t size, const char *names,
	    bool cursor_keys);

#endif
