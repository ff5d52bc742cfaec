/*
 * A line that was not said and stands where it is typed, again or still, or one
 * that came there by itself: what is typed next was perhaps not meant to go
 * with it. Pure.
 */
#ifndef TUI_SESSION_BACK_H
#define TUI_SESSION_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BACK_READ_MS = 500 };	/* nobody has read a question sooner */

enum back_how {
	BACK_KEPT,		/* it was to be there: to go on with */
	BACK_REFUSED,		/* it was not taken, and has been looked at */
	BACK_LATE,		/* nor this, and who types on may think that
				 * the line is empty */
	BACK_APART		/* what is typed stands there by itself, in the
				 * place of one that was not taken */
};

struct back {
	char		*text;		/* as it stood there first; NULL: there
					 * is none */
	char		*question;	/* that Enter answers; or NULL */
	int64_t		 asked_ms;	/* then */
	enum back_how	 how;
};

/* It stands there from now on, and nothing is asked. No memory: none does. */
void	 back_note(struct back *, const char *text, enum back_how);
/* Enter answers that, once somebody can have read it. */
void	 back_ask(struct back *, const char *question, int64_t now);
/* What stands there is none any more; frees. */
void	 back_clear(struct back *);
/* Is it asked about, as it was, and did nobody have the time to read that? */
bool	 back_is_unread(const struct back *, const char *now, int64_t now_ms);
/* Is there one on the line, which is not what it was? */
bool	 back_is_changed(const struct back *, const char *now);
/* Is the line that one with something typed behind it? */
bool	 back_is_longer(const struct back *, const char *now);
/* The bytes [*from, *to) of a changed line that are not of it. */
void	 back_typed(const struct back *, const char *now, size_t *from,
	    size_t *to);
/* Does what is typed at the caret begin a line of its own? So does a slash, and
 * all behind what may not have been looked at, which is APART then. */
bool	 back_gives_way(const struct back *, const char *now, size_t caret,
	    const char *typed);

#endif
