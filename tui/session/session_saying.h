/*
 * What is said in a session, and on its way to the room. Its own, with the
 * functions of the files about that.
 */
#ifndef TUI_SESSION_SESSION_SAYING_H
#define TUI_SESSION_SESSION_SAYING_H

#include "common/entry.h"
#include "tui/shared/handed.h"

struct session;

struct taken_back {			/* by /withdraw */
	char		*text;		/* of each line: s, it was said, or c,
					 * a command; its bytes; a NUL */
	size_t		 len;
	unsigned	 lines;
	bool		 sent;		/* they may be said all the same */
};

/* What has been said, as long as the room has not got it. */
struct saying {
	uint64_t	 next_id;
	uint64_t	 held;		/* id of the first line that waits for
					 * the room to take the name; 0: none */
	struct handed	 handed;	/* should the receiver die */
	size_t		 waited;	/* when it did */
	struct taken_back taken_back;
};

/* session_say.c */
/* False: it is not said, and the reason is told. */
bool	 session_say(struct session *, enum entry_kind, const char *,
	    size_t len);
/* How many lines the room has not taken. */
size_t	 session_waiting(const struct session *);
/* Says again what no receiver is known to have kept. */
void	 session_say_again(struct session *);

/* session_held.c */
/* True as long as nobody knows whether the room takes the name: what is said
 * is shown as pending, and held here. */
bool	 session_holds(const struct session *);
/* Puts the lines that wait, from that one on, on the input line, before what is
 * typed there; how many. 0: they do not fit, and stay. */
unsigned session_take_back(struct session *, uint64_t first);
/* Puts what is held on the input line instead, before what is typed there. */
void	 session_take_held_back(struct session *);
/* The newest of it, or all, in place of what is typed there, with what Up left
 * behind it; how many lines. 0: they do not fit, and stay held. Something must
 * be. */
unsigned session_withdraw_held(struct session *, bool all);

#endif
