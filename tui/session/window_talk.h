/*
 * Whom a window's talk is with, and whether anything may be said there. Pure.
 */
#ifndef TUI_SESSION_WINDOW_TALK_H
#define TUI_SESSION_WINDOW_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

struct recall;
struct record;
struct window;

enum {
	WINDOW_TITLE_BYTES = TEXT_NAME_BYTES + 64,
	WINDOW_KEY_BYTES = 12,	/* so much of a key tells it from another */
	/* Whys: too many wait for an answer; or so many were begun from here,
	 * and then that there is no room. */
	WINDOW_TALK_QUOTA = 1 << 30,
	WINDOW_TALK_SOON = 1 << 29,
	WINDOW_TALK_FULL = 1 << 28,
	WINDOW_TALK_SOON_MS = 3600 * 1000
};

/* Why nothing may be said. */
enum talk_lock {
	TALK_OPEN,
	TALK_ASKED,		/* who that is, is asked: what is said waits */
	TALK_NOBODY,		/* with him there is no talk, or not now */
	TALK_CHANGED,		/* the name has another key */
	TALK_ANEW,		/* the server has begun it anew */
	TALK_OLD		/* the name's key of before */
};

struct window_talk {
	enum talk_lock	 lock;
	char		 name[TEXT_NAME_BYTES + 1];	/* "": is not told */
	char		 former[TEXT_NAME_BYTES + 1];	/* before that; "": none
							 * was told */
	char		 before[TEXT_NAME_BYTES + 1];	/* of ASKED: who has the
							 * name was called so
							 * until now; "" */
	char		 waits[TEXT_NAME_BYTES + 2];	/* "@NAME": what was
						 * said to it, in this run, is
						 * for this one; "": nothing */
	char		 title[WINDOW_TITLE_BYTES];
	bool		 verified, self;
	bool		 stranger;	/* he has no answer yet */
	bool		 offered;	/* for what is new in it */
	bool		 claims;	/* another's name, as was told */
	bool		 again;		/* of ASKED: nobody has answered, so it
					 * is asked once somebody is there, */
	int64_t		 again_at;	/* and not before; 0: at once */
	unsigned	 why;		/* of NOBODY: record_talk; 0: he does
					 * not want it */
	char		 was[WINDOW_KEY_BYTES], is[WINDOW_KEY_BYTES];
	int64_t		 wrote_ms;	/* the other did last; 0: never */
	struct recall	*recall;	/* what was sent there */
};

/* Is that what a talk is joined by, or a name with an @ before it? */
bool	 window_is_talk(const char *asked);
/* Is it the former? */
bool	 window_talk_is_key(const char *asked);
/* NULL: no memory. */
struct window_talk *window_talk_new(const char *asked);
void	 window_talk_free(struct window_talk *);
/* It is the one that a name was asked for. False: no memory. */
bool	 window_talk_found(struct window *, const char *asked, size_t len);
/* Is its key known? */
bool	 window_talk_has_key(const struct window *);
/* Is that what the other is called, whatever the case? */
bool	 window_talk_is_named(const struct window *, const char *name);
/* Is nothing known of the other but the key? Until he has a name that nobody
 * else is known by. */
bool	 window_talk_has_no_name(const struct window *);
/* What RECORD_TALKER, RECORD_OFFERED and RECORD_LOCKED say of it. */
void	 window_talk_told(struct window *, const struct record *);
void	 window_talk_locked(struct window *, const struct record *);
void	 window_talk_lock(struct window *, enum talk_lock, unsigned why);
/* Why nothing is said there, and what helps, at wall_ms 0 in short; false: it
 * may be. */
bool	 window_talk_text(const struct window *, char *, size_t,
	    int64_t wall_ms);
/* Has the other window's talk the key that this one's name has now? */
bool	 window_talk_is_claimed(const struct window *,
	    const struct window *other);
/* Is it so that what is typed there is to be refused? */
bool	 window_talk_refuses(const struct window *);

#endif
