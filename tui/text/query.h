/*
 * What a search is for: a text, perhaps of one person (from:NAME) or one day
 * (on:2026-11-20), which are typed before it. Pure.
 */
#ifndef TUI_TEXT_QUERY_H
#define TUI_TEXT_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

struct history_line;

enum { QUERY_BYTES = 512, QUERY_DAY_BYTES = 11 };

enum query_day { QUERY_DAY_NEW, QUERY_DAY_WANTED, QUERY_DAY_OTHER };

/* Zeroed: for nothing. */
struct query {
	char		 typed[QUERY_BYTES];	/* all of it, in display form */
	size_t		 len;
	size_t		 text;	/* where the text begins in it */
	char		 from[TEXT_FOLD_BYTES];	/* the name folded; "": any */
	char		 on[QUERY_DAY_BYTES]; /* how the day begins, likewise */
	int32_t		 day;	/* of the line before, and ... */
	enum query_day	 verdict;		/* what that said */
};

/* Takes what was typed; false: it is for nothing. */
bool	 query_set(struct query *, const char *typed, size_t len);
/* The text to be found; its length, which may be 0. */
size_t	 query_text(const struct query *, const char **text);
/* Whether a line that has the text is of that person and day. */
bool	 query_wants(struct query *, const struct history_line *);

#endif
