/*
 * Joins and leaves in a row, folded into one line: "alice joined · bob left",
 * or, where they are many, "alice, bob, carol joined · dave left". Who came and
 * went within it is told once. Pure.
 */
#ifndef TUI_SESSION_NOTICES_H
#define TUI_SESSION_NOTICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

enum {
	NOTICES_MAX = 12,		/* people in a line */
	NOTICES_FEW = 3,		/* of so many each is told alone */
	NOTICES_NAME_BYTES = TEXT_NAME_BYTES + 1,	/* with its ~ */
	NOTICES_REASON_BYTES = 128,
	NOTICES_BYTES = NOTICES_MAX * (2 * NOTICES_NAME_BYTES + 64) +
	    NOTICES_REASON_BYTES
};

struct notice {
	char	 name[NOTICES_NAME_BYTES + 1];
	bool	 before, after;		/* in the room, then and now */
	bool	 timed_out;		/* how he left last */
};

/* A run of them, with nothing said in between. Zeroed: none. */
struct notices {
	size_t		 count;
	struct notice	 people[NOTICES_MAX];
	int64_t		 time_ms;	/* of the first */
	int32_t		 day;
	bool		 keep;		/* of people who spoke lately */
};

/*
 * Takes a join, leave or time-out. True: it is of the run, whose line is to
 * be drawn anew; false: a new run begins with it. older: it stands before the
 * run, not behind.
 */
bool	 notices_take(struct notices *, const struct entry *, int32_t day,
	    bool keep, bool older);
/* Something else was said: the next one begins a run. */
void	 notices_end(struct notices *);
/*
 * The run as a line, in the reader's language; a view into buf. Its kind is
 * ENTRY_JOIN if all came, ENTRY_LEAVE if all went, else ENTRY_JOIN with flags
 * NOTICES_MIXED.
 */
#define NOTICES_MIXED	((uint32_t)1 << 16)
struct entry notices_line(const struct notices *, char buf[NOTICES_BYTES]);

#endif
