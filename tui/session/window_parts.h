/*
 * What a window is made of: what is on its way to it, unread in it, looked for
 * in it. No code.
 */
#ifndef TUI_SESSION_WINDOW_PARTS_H
#define TUI_SESSION_WINDOW_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/pieces.h"
#include "tui/session/notices.h"
#include "tui/text/history_place.h"
#include "tui/text/query.h"

enum { WINDOW_LINKS = 200 };	/* the newest ones are listed */

/* Lines as they come. */
struct incoming {
	struct pieces	 pieces;	/* of a long message */
	struct notices	 notices;	/* the run that is the newest line */
};

/* What is to be done when older lines have come. */
enum older_then { THEN_NOTHING, THEN_TOP, THEN_MENTION };

/* Fetching what is older than the oldest line here. */
struct older {
	uint64_t	 oldest;	/* its number; 0: none has one yet */
	uint64_t	 until;		/* the fetch ends with this number */
	uint64_t	 first;		/* the oldest line at that time */
	bool		 full;		/* there is no room for more */
	bool		 fetching;
	int64_t		 due;		/* then it has failed */
	unsigned	 failures;	/* since the last answer */
	enum older_then	 then;		/* until a key is pressed */
	struct incoming	 lines;
};

/* The rule above what was not seen yet. */
struct unread {
	bool		 any;		/* there is a rule */
	bool		 grows;		/* nobody has looked at it yet */
	uint64_t	 line;
	unsigned	 count;
	int64_t		 since_ms;	/* of the line before it; 0: none */
	uint64_t	 next_id;	/* own lines from here on are below */
	char		 label[64];	/* what it says */
};

/* Looking for something in the chat. */
struct finder {
	struct query	 query;
	bool		 marks;		/* matches are marked */
	bool		 back;		/* the way that was asked for last */
	bool		 found;
	uint64_t	 line;		/* what was found ... */
	size_t		 at;		/* ... at this byte */
	char		 count[64];	/* which it is, of how many */
	bool		 waits;		/* for older lines, to go on in them */
	uint64_t	 resume;	/* where, in those; 0: nowhere */
	char		*draft;		/* that was being typed ... */
	size_t		 caret;		/* ... here */
	bool		 was_scrolled;	/* where Esc returns to */
	struct history_place was;
};

/* As /links numbered them. */
struct links {
	size_t		 n;
	char		*url[WINDOW_LINKS];
	bool		 listed;	/* by the pager, while it is open */
	size_t		 nth;		/* chosen there, from 1 */
	bool		 grows;		/* by another digit */
};

#endif
