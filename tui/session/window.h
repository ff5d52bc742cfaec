/*
 * One room as it is looked at: what has been said there, who is in it, what is
 * being typed for it. Pure.
 */
#ifndef TUI_SESSION_WINDOW_H
#define TUI_SESSION_WINDOW_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/people.h"
#include "tui/session/window_parts.h"
#include "tui/session/window_talk.h"
#include "tui/text/view.h"

struct edit;
struct history;

enum { WINDOW_ROOM_BYTES = 64 };

/* Why one is not in, for good: Enter on an empty line tries again. */
enum window_barred {
	WINDOW_OPEN,		/* one is, or nothing was said of that */
	WINDOW_OFFERS,		/* there is no such room; that makes it */
	WINDOW_OUT,		/* it keeps one out, or has put one out */
	WINDOW_GONE,		/* there is no such room, and lines wait */
	WINDOW_OTHER		/* they wait for one that had the name before */
};

/* What goes on there. */
enum window_activity {
	WINDOW_QUIET,
	WINDOW_SAID,
	WINDOW_MENTION		/* of the user */
};

struct window {
	TAILQ_ENTRY(window) by_number;
	uint16_t	 number;	/* from 0 on */
	uint16_t	 listed;	/* from 1 on, in other runs; 0: that */
	char		*asked;		/* the room, as it was; "": the first;
					 * of a talk RECORD_JOIN's, or, where
					 * that is not known, @NAME */
	char		*kept;		/* as it is stored, where that is by
					 * the name before; or NULL */
	struct window_talk *talk;	/* NULL: it is a room's */
	char		 room[WINDOW_ROOM_BYTES];	/* display form */
	bool		 joined;	/* by /join, as the receiver knows */
	bool		 makes;		/* or made: it was not there */
	enum window_barred barred;
	bool		 in;		/* the room has taken the name */
	bool		 caught_up, welcomed;
	struct counts	 counts;
	/* While it is not looked at. */
	enum window_activity activity;
	int64_t		 active_ms;	/* since then */
	int64_t		 seen_ms;	/* somebody looked last; 0: never */
	struct history	*history;
	struct edit	*edit;
	struct people	 people;
	struct view	 view;
	struct incoming	 live;
	struct older	 older;
	struct unread	 unread;
	struct reading	 read;
	struct finder	 finder;
	struct links	 links;
	struct draft	 draft;
	struct pasted	 pasted;
	struct saying	 say;
};

TAILQ_HEAD(window_list, window);

/* room: as it is asked for, "" for the first one. NULL: no memory. */
struct window	*window_new(uint16_t number, const char *room, size_t len,
		    size_t history_bytes);
void		 window_free(struct window *);
/* Nothing of the room is known any more; what waits here to be said does. */
void		 window_forget(struct window *);
void		 window_forget_links(struct window *);
/* NULL: there is none of that number. */
struct window	*window_numbered(const struct window_list *, uint16_t number);
/* The name that the room has; what it is called here: never empty. */
void		 window_call(struct window *, const char *room, size_t len);
const char	*window_name(const struct window *);
/* What it is asked for by, for people: of a talk that is a key. */
const char	*window_asked(const struct window *);
/* It is asked for by that name from now on: true, where that is new. What is
 * stored of it stays where it is, until the next run or receiver. */
bool		 window_ask_by(struct window *, const char *room, size_t len);
const char	*window_kept(const struct window *);
void		 window_keep_as_asked(struct window *);
/* Of two rooms' names. */
bool		 window_is_same_room(const char *, const char *);
/* What is the matter with it, and how one comes in; false: nothing. */
bool		 window_barred_text(const struct window *, char *, size_t);
/* Is it called so (3), or does its name begin with that (2) or hold it (1)? 0:
 * no. An empty text is in every name. */
int		 window_matches(const struct window *, const char *, size_t);
/* Something goes on there, or somebody has looked. */
void		 window_note(struct window *, enum window_activity,
		    int64_t now);
void		 window_quiet(struct window *);
/*
 * A line is to come to that one: the others, whoever was not seen for longest
 * first, leave it so much of what all have together that it has room; what it
 * may have then.
 */
void		 window_make_room(const struct window_list *, struct window *,
		    const struct window *shown, size_t all_bytes);
/* The next to look at: where the user is meant first, then where it goes on for
 * longest. NULL: nothing goes on in another than that. */
struct window	*window_next_active(const struct window_list *,
		    const struct window *shown);

#endif
