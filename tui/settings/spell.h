/*
 * How far two words are apart, for suggestions. Pure.
 */
#ifndef TUI_SETTINGS_SPELL_H
#define TUI_SETTINGS_SPELL_H

#include <stddef.h>

enum { SPELL_BYTES = 31 };	/* longer words are apart for ever */

/* How many letters to change, add, drop or swap with their neighbour to get
 * from a to b, each at most once (Damerau 1964); SIZE_MAX where one is too
 * long. */
size_t	 spell_distance(const char *a, size_t alen, const char *b,
	    size_t blen);

#endif
