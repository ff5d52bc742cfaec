/*
 * Why a name is not allowed, where a code of ERROR is too little: a word at
 * the beginning of its text, and a number in the flags of a refused rename.
 * A client that does not know them shows what the code says. Pure.
 */
#ifndef COMMON_REFUSAL_H
#define COMMON_REFUSAL_H

#include <stddef.h>

enum refusal {
	REFUSAL_NONE,		/* nothing but the code is known */
	REFUSAL_LETTER,		/* no letter, digit or emoji in it */
	REFUSAL_START,		/* begins with what looks like ~ @ # or / */
	REFUSAL_RESERVED,	/* the administrator's, or looks so */
	REFUSAL_MIXED,		/* letters of several scripts */
	REFUSAL_ALIKE,		/* looks like another's: behind the word */
	REFUSAL_MANY,		/* the key has as many as it may, all in use */
	REFUSAL_SIGN,		/* has a sign that names do not have */
	REFUSAL_MUTED,		/* who is muted comes under his own name only */
	REFUSAL_LAST = REFUSAL_MUTED	/* <= ENTRY_REFUSAL_MAX */
};

/* "letter", "start", ...; "" where there is none. */
const char	*refusal_word(enum refusal);
/* What a text begins with; *rest: what comes behind the word and a space. */
enum refusal	 refusal_read(const char *text, size_t len, const char **rest,
		    size_t *rest_len);

#endif
