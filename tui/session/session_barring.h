/*
 * A window without its room: there is none of that name, or one may not be in
 * it; what was said there is kept, and may be said elsewhere. Pure.
 */
#ifndef TUI_SESSION_SESSION_BARRING_H
#define TUI_SESSION_SESSION_BARRING_H

#include <stdbool.h>

struct record;
struct session;
struct window;

/* There is no such room, or one too many: true if that is what is said. */
bool		 session_take_no_room(struct session *, const struct record *);
/* The room of s->w does not have one any more, or not yet. */
void		 session_bar(struct session *, const char *why);
/* Asks the receiver for its room, again or not. False: it is busy. */
bool		 session_send_join(struct session *, const struct window *,
		    bool again);
/* What is held in s->w goes there instead; true if all does. */
bool		 session_say_there(struct session *, struct window *other);
/* So is what is typed in s->w, which keeps it; false: one is typed there. */
bool		 session_type_there(struct session *, struct window *other);
/* Enters it, or makes it, where that is offered. */
void		 session_try_barred(struct session *, struct window *);
/* It is not made: its window goes. False: that is not the question. */
bool		 session_decline_room(struct session *);

#endif
