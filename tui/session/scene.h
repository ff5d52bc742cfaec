/*
 * What a frame shows: the session as its drawing sees it. No code.
 */
#ifndef TUI_SESSION_SCENE_H
#define TUI_SESSION_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/shared/record.h"

struct complete_label;
struct edit;
struct history;
struct pager;
struct people;

/* What the input line is for. */
enum scene_asks {
	SCENE_SAYS, SCENE_NAME, SCENE_PASSPHRASE, SCENE_SEARCH, SCENE_GO
};
/* The member list: where there is room for it, or as the user wants it. */
enum scene_side { SIDE_AUTO, SIDE_ON, SIDE_OFF };

/* What Tab goes through, in the status row's place. */
struct scene_choices {
	const struct complete_label *labels;
	size_t		 n;		/* 0: nothing to choose from */
	size_t		 chosen;	/* n or more: none of them */
	bool		 before, behind;	/* there are more */
};

/* How long what is typed would be as a message. */
struct scene_length {
	size_t		 bytes;
	size_t		 limit;		/* bytes that one may have */
	size_t		 fits;	/* so many bytes of the text are within that */
};

/* A window, in the list of them. */
struct scene_window {
	unsigned	 number;	/* from 1 on */
	const char	*name;
	unsigned	 fresh;		/* lines that nobody has looked at */
	bool		 mention;	/* of the user, in those */
};

/* In the status row; for SCENE_GO those that are meant, the first choice of
 * which is shown. */
struct scene_windows {
	const struct scene_window *of;
	size_t		 n;		/* 1: there is no list */
	size_t		 shown;
	const char	*jump;		/* the key to where something goes on;
					 * why what is said waits; or NULL */
};

/* A talk with one alone. */
struct scene_talk {
	bool		 is, verified;	/* it is one, with who he is known */
	bool		 typed;		/* what stands on the line is for one */
	const char	*presence;	/* his, in a word, or NULL */
};

/* All that a frame shows, borrowed for the call. */
struct scene {
	struct history	*history;
	bool		 times;		/* in its gutter */
	const char	*needle; /* marked wherever it stands; NULL: none */
	size_t		 needle_len;
	uint64_t	 found;	/* the line the search stands at, or 0 */
	const char	*unread;	/* what the unread rule says */
	const struct edit *edit;
	enum scene_asks	 asks;
	const char	*asker;		/* stands before it */
	bool		 selected; /* what stands there goes when typed over */
	bool		 entering;	/* not in the room yet: no messages */
	struct scene_length length;	/* of what stands there */
	const struct pager *pager;	/* lies over the messages when open */
	const struct people *people;
	enum scene_side	 side;
	bool		 bare;		/* the messages alone, for copying */
	const char	*room;		/* what it is called */
	struct scene_talk talk;
	const char	*server;	/* host, with port when not the usual */
	const char	*name;		/* own name, "" before it is known */
	struct record_state link;
	int64_t		 phase_ms;	/* how long the link is in its phase */
	const char	*notice; /* what the status row says; NULL: hints */
	bool		 notice_is_error;
	unsigned	 dropped_percent;	/* --loss; 0: none */
	struct scene_choices choices;
	struct scene_windows windows;
	unsigned	 fresh;		/* lines that nobody has looked at */
	const char	*matches; /* which one the search is at, or NULL */
	const char	*share;	/* what others type to join us, or NULL */
};

#endif
