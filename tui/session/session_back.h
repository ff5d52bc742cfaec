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
