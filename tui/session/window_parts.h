/*
 * What a window is made of: what is on its way to it, unread in it, looked for
 * in it, typed and said there. No code.
 */
#ifndef TUI_SESSION_WINDOW_PARTS_H
#define TUI_SESSION_WINDOW_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/pieces.h"
#include "tui/session/back.h"
#include "tui/session/draft.h"
#include "tui/session/notices.h"
#include "tui/shared/handed.h"
#include "tui/shared/record.h"
#include "tui/text/history_place.h"
#include "tui/text/query.h"

enum { WINDOW_LINKS = 200 };	/* the newest ones are listed */

/* Lines as they come. */
struct incoming {
	struct pieces	 pieces;	/* of a long message */
	struct notices	 notices;	/* the run that is the newest line */
	int64_t		 day_of;	/* a second, and 1; 0: none */
	int32_t		 day;		/* that it is in */
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

/* As the room counts. */
struct counts {
	uint32_t	 people;	/* 0: not known */
	uint32_t	 pending;	/* own lines not taken yet */
	enum record_held held;
};

/* How far the user is. */
struct reading {
	uint64_t	 newest;	/* number of the newest entry here */
	uint64_t	 seen;		/* and of the last one that was read */
	uint64_t	 kept;		/* the same, for the next run, ... */
	int64_t		 due;		/* ... again then; 0: nothing is new */
	uint64_t	 missed;	/* read in earlier runs; 0: not known */
	uint64_t	 elsewhere;	/* and by another device */
	uint64_t	 told;		/* so far the others know it; */
	uint64_t	 stands;	/* that stands here since, */
	int64_t		 stands_due;	/* and is told then; 0: nothing does */
	uint64_t	 mention;	/* where M-p and M-n are; 0: nowhere */
	unsigned	 mentions;	/* while nobody looks */
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

/* Of what is being typed, that which was pasted. */
struct pasted {
	bool		 asks;		/* the line holds a long one */
	size_t		 at;		/* where the last one began */
	size_t		 change;	/* the line's last one, if that was a
					 * paste, or 0 */
	bool		 literal;	/* its first character was pasted, so it
					 * is no command */
};

struct taken_back {			/* by /withdraw */
	char		*text;		/* of each line: s, it was said, or c,
					 * a command; its bytes; a NUL */
	size_t		 len;
	unsigned	 lines;
	bool		 sent;		/* they may be said all the same */
};

/* What has been said, as long as the room has not got it. */
struct saying {
	uint64_t	 held;		/* id of the first line that waits for
					 * the room to take the name; 0: none */
	struct {
		uint64_t before;
		char	 name[TEXT_NAME_BYTES + 1];
	}		 nick[4];	/* by /nick, before such a line */
	unsigned	 nicks;		/* none where nothing is held */
	struct handed	 handed;	/* should the receiver die */
	size_t		 waited;	/* when it did */
	bool		 repeats;	/* what it may not have kept, once the
					 * new one has told what it has */
	struct taken_back taken_back;
	struct back	 back;
};

#endif
