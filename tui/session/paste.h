/*
 * A paste being gathered. In brackets, what comes between its start and its end
 * is text, whatever keys it looks like; where the terminal has none, it is what
 * comes without a pause. Pure.
 */
#ifndef TUI_SESSION_PASTE_H
#define TUI_SESSION_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key;

struct paste {
	bool	 open;		/* between start and end */
	bool	 burst;		/* not in brackets: a pause ends it */
	bool	 was_cr;	/* the key before */
	int64_t	 due;		/* its end was lost, or it was no
				 * bracket: close it then */
	char	*text;
	size_t	 len, cap;
};

enum {
	PASTE_MS = 5000,	/* from the last key to giving up on the end */
	PASTE_BURST_MS = 100	/* from the last key to the end of a burst */
};

void	 paste_open(struct paste *, int64_t now);
/* One without brackets: a pause ends it. */
void	 paste_open_burst(struct paste *, int64_t now);
/*
 * Takes a key; true when it was the end, and text and len are the paste:
 * line breaks are LF, one at the very end is left out (a copied line is not
 * two).
 */
bool	 paste_key(struct paste *, int64_t now, const struct key *);
/* Closes it, with text and len as above, when its end was lost. */
void	 paste_close(struct paste *);
/* Frees the text; ready for the next. */
void	 paste_clear(struct paste *);

#endif
