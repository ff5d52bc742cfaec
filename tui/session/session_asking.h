/*
 * What a session asks before one is in the room. Its own, with the functions of
 * the file about that.
 */
#ifndef TUI_SESSION_SESSION_ASKING_H
#define TUI_SESSION_SESSION_ASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/passphrase.h"
#include "common/text.h"

struct session;

/* What the input line is for. */
enum question { ASK_NOTHING, ASK_NAME, ASK_PASSPHRASE, ASK_SEARCH, ASK_GO };

struct asked {
	enum question	 what;
	bool		 prefilled;	/* what stands there was proposed, or
					 * is the passphrase to be tried next */
	char		*draft;		/* was being typed before ... */
	size_t		 caret;		/* ... here */
	bool		 shown;		/* a passphrase, and on the screen */
	char		 tried[PASSPHRASE_BYTES]; /* until one is in */
	int64_t		 passphrase_due; /* then, INT64_MAX: not */
	const char	*why;		/* it is asked for then; "": at first */
};

/* session_ask.c */
/* One is in, by what was tried: what was typed behind that, and is not the same
 * again, was meant for the room. It goes on the line, and is not said. */
void	 session_take_passphrase(struct session *);
/* What is wrong with a name, in a sentence; NULL: nothing. */
const char *session_name_error(enum text_name_error);
/* Tries to join; false: a name that cannot be is left on the line with the
 * reason. */
bool	 session_join(struct session *, const char *name, size_t len);
void	 session_ask_name(struct session *, const char *proposal);
/* Until the room is entered, whatever comes between. */
void	 session_ask_passphrase(struct session *, const char *why);
/* Enter hosts a room: at the name prompt under any that stands there and may be
 * one; under a given one on the empty line. */
bool	 session_offers_host(const struct session *);
void	 session_host(struct session *, const char *name, size_t len);
/* Once nothing is being typed for the room; returns when to ask again. */
int64_t	 session_tick_passphrase(struct session *, int64_t now);
/* What was typed before it could be seen that a passphrase is asked for: it is
 * the room's, and comes back with what was being typed there. False, and
 * nothing was put by: the line would not take both. */
bool	 session_put_by(struct session *, const char *, size_t len);
/* Back to the room, and to what was being typed there. */
void	 session_ask_nothing(struct session *);
void	 session_submit_name(struct session *);
void	 session_submit_passphrase(struct session *);

#endif
