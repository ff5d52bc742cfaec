/*
 * What stands on the input line and was not said, as a session has it: Enter
 * says it to nobody else, and nothing with it that was not meant so. Its own.
 */
#ifndef TUI_SESSION_SESSION_BACK_H
#define TUI_SESSION_SESSION_BACK_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/session/back.h"

struct command;
struct entry;
struct session;
struct window;

/* session_line.c */
/* What stands on that window's line was not said, or came there by itself. */
void	 session_note_back(struct session *, struct window *, enum back_how);
/* It was not said to whom it was for: Enter says it to another, as is told. */
void	 session_back_asks(struct session *);
/* What stands there is for Up, in this run alone; the line is for the caller to
 * empty. */
void	 session_put_aside(struct session *);
/* Before that is typed: where it is not meant to go with what stands there, a
 * line of its own begins. */
void	 session_begin_line(struct session *, const char *typed);
/* Before a key; seen: it is none that types, so that what stands there has been
 * looked at. */
void	 session_look_back(struct session *, bool seen);

/* session_aside.c */
/* Does a line of the text, behind: not its first, say something to one alone?
 */
bool	 session_is_for_one(const char *, size_t len, bool behind);
/* What stands on the line gives way: with what is typed then it is kept for the
 * next run, if it is for one alone. */
void	 session_keep_aside(struct session *);
/* What was said to whom s->w is for is refused for good, in sight: so is that,
 * as a command, with what is typed in the first window. */
void	 session_keep_refused(struct session *, const char *, size_t len);
/* That line, or what it says, was said or taken out: it is not kept so. */
void	 session_drop_aside(struct session *, const char *, size_t len);
/* What is typed, malloc'd, or NULL, with those behind it. */
char	*session_with_aside(const struct session *, char *, size_t *len);

/* session_slip.c */
/* In no room, by no server so far: what it can is not known. */
bool	 session_is_out(const struct session *);
/* Does a command that whispers name somebody who is here? */
bool	 session_names_somebody(const struct session *, const struct command *);
/* Does it say something to one alone? */
bool	 session_says_to_one(const struct command *);
/* Somebody else than one may think of has a name since, as the room says. */
void	 session_note_renamed(struct session *, const struct entry *);
/* Enter does not say the line, which is that command, yet, or at all; why is
 * told. */
bool	 session_holds_up(struct session *, const struct command *,
	    const char *, size_t len);

#endif
