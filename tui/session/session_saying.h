/*
 * How a session says what is said, and holds what it may not say yet: the
 * functions of the files about that.
 */
#ifndef TUI_SESSION_SESSION_SAYING_H
#define TUI_SESSION_SESSION_SAYING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

struct session;

/* session_say.c */
/* What waits in the window is told again by the receiver, and what it has not
 * got is said again then. */
void	 session_settle_window(struct session *);
/* False: it is not said, and the reason is told. */
bool	 session_say(struct session *, enum entry_kind, const char *,
	    size_t len);
/* How many lines the room has not taken. */
size_t	 session_waiting(const struct session *);
/* Says again what no receiver is known to have kept. */
void	 session_say_again(struct session *);

/* session_waits.c: to one alone */
struct history_line;
struct window;
/* To the receiver, which keeps it until the talk has begun. False: it cannot
 * now. */
bool	 session_send_alone(struct session *, enum entry_kind, const char *,
	    size_t len);
/* The first line there that waits and was never sent; false: there is none. */
bool	 session_find_unsent(const struct window *, struct history_line *);
/* Nor is any of it to be; false: they are kept all the same. */
bool	 session_forget_unsent(struct session *, const struct window *);
/* They are for that talk, and wait there; false: as before. */
bool	 session_hand_over(struct session *, struct window *other);

/* session_withdrawn.c */
/* A piece of what comes back, or that it is all. */
void	 session_take_withdrawn(struct session *, const struct record *);

/* session_held.c */
/* What is held in this window goes to the receiver; false: not all. */
bool	 session_release_held(struct session *);
/* True as long as nobody knows whether the room takes the name: what is said
 * is shown as pending, and held here. */
bool	 session_holds(const struct session *);
/* That name is asked for when what is held before it is said; false: nothing
 * is held. */
bool	 session_hold_nick(struct session *, const char *name);
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
