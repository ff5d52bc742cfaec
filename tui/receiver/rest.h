/*
 * When the socket is left alone for a moment: in a flood, waking for each
 * datagram costs more than the datagram. Pure.
 */
#ifndef TUI_RECEIVER_REST_H
#define TUI_RECEIVER_REST_H

#include <stdbool.h>
#include <stdint.h>

enum {
	REST_TAKE = 128,	/* datagrams in a row, at most */
	REST_HAND = 96,		/* and those that a rest is to bring */
	REST_DENSE_MS = 10,	/* from one to the next: so many times ... */
	REST_WAKES = 32,	/* ... are a flood, ... */
	REST_SHORT_MS = 8,
	REST_LONG_WAKES = 64,	/* ... and so many one that lasts: nobody */
	REST_LONG_MS = 50,	/* reads that, and no eye sees such a rest */
	REST_OLD_MS = 20	/* what lay so long has its answer at once */
};

enum rest_most {
	REST_NONE,		/* what we said is to be answered */
	REST_SHORT,		/* something is missing */
	REST_LONG
};

struct rest {			/* all 0 at first; ms */
	int64_t		 heard_at, until;
	unsigned	 busy;		/* wakes that were none too early */
};

/*
 * So many datagrams were taken now: until when none are, says r->until. True:
 * they lay so long that what is to be said of them is not to wait as well.
 */
bool	 rest_take(struct rest *, int64_t now, unsigned taken, enum rest_most);

#endif
