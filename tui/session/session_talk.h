/*
 * Talks with one person as a session has them. Its own, with the functions of
 * session_talk.c, session_talker.c, session_asked.c, session_who.c and
 * session_sent.c.
 */
#ifndef TUI_SESSION_SESSION_TALK_H
#define TUI_SESSION_SESSION_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"
#include "tui/session/rule_words.h"

struct command;
struct entry;
struct recall;
struct record;
struct session;
struct window;

/* Somebody has just taken that name. */
struct renamed {
	char		 name[TEXT_NAME_BYTES + 1];
	char		 was[TEXT_NAME_BYTES + 1];
	int64_t		 until;		/* so long it is news */
};

enum {
	SESSION_RENAMED = 8,	/* the newest ones */
	SESSION_AGAIN_MS = 5000	/* between two questions whose key a name is */
};

struct talking {
	bool		 known;		/* the server knows talks */
	bool		 lists;		/* which there are is asked */
	bool		 replies;	/* /reply stands on the line ... */
	uint16_t	 to;		/* ... and is for this window, */
	bool		 gone;		/* which is no more: for nobody */
	struct renamed	 renamed[SESSION_RENAMED];
};

/* session_sent.c: in s->w, for Up. */
struct recall	*session_sent(const struct session *);

/*
 * Commands; each is false where what was typed is to stay.
 */
/* NAME [TEXT]: says it, or looks at what is said between both. */
bool		 session_talk_to(struct session *, const char *arg,
		    size_t len);
/* Who wrote last, among those whom one may answer; NULL: nobody. */
struct window	*session_last_writer(const struct session *);
/* To him. */
bool		 session_reply(struct session *, const char *text, size_t len);
bool		 session_trust(struct session *, const char *name);
/* how: record_pin; 0: shows what is to be compared. */
bool		 session_compare(struct session *, const char *name,
		    unsigned how);
bool		 session_ask_talks(struct session *);
/* Of a talk with him nothing more is taken; or it is again. */
void		 session_shut(struct session *, const char *name, bool again);

/* session_who.c: those about people; false: what was typed is to stay. */
bool		 session_run_who(struct session *, const struct command *);

/* With whom of that name, by the key that it has now; NULL: no window is. */
struct window	*session_find_talk(const struct session *, const char *name);
/* After each key: whom /reply is for is what it was for when it was typed. */
void		 session_note_reply(struct session *);
/* Where what is typed would be said. */
const struct window *session_target(const struct session *);
/* Enter on an empty line, where nothing may be said; false: that may be. */
bool		 session_try_talk(struct session *);
/* Asks the receiver for the window's talk, where it could not be asked before.
 */
void		 session_begin_talk(struct session *);
/* The same, and whose key a name is where nobody has said it; until when
 * nothing more is to be asked. */
int64_t		 session_tick_talk(struct session *);
/* A new receiver is told whose what waits by a name is. */
void		 session_take_waits(struct session *);
/* Who they are whose keys are not known: where nobody has answered, or, by a
 * new receiver, of all. */
void		 session_ask_whom_again(struct session *, bool all);

/* session_asked.c */
/* By what it is joined by; NULL: no window is its. */
struct window	*session_talk_by_key(const struct session *, const char *,
		    size_t len);
/* The one that was opened for a name, the entry's author, whose key is not
 * known; NULL: none was. */
struct window	*session_talk_asked(const struct session *,
		    const struct entry *);
/* A room tells that somebody is called so from now on: what waits for that name
 * is asked about before it is said to him. */
void		 session_note_taken(struct session *, const struct entry *);
/* What is held in s->w is not said, and stays in sight. */
void		 session_refuse_held(struct session *, const char *why);
/* In s->w nobody is there to talk with: that is told where one looks. */
void		 session_give_up_talk(struct session *, unsigned why);
/* Does the record have what a talk is joined by? */
bool		 session_names_key(const struct record *);
/* Who that is whom the user has asked for, or why nobody is. */
void		 session_take_asked(struct session *, const struct record *);

/*
 * Records
 */
void		 session_take_offered(struct session *, const struct record *);
void		 session_take_talker(struct session *, const struct record *);
void		 session_take_locked(struct session *, const struct record *);
void		 session_take_missing(struct session *, const struct record *);
void		 session_take_digits(struct session *, const struct record *);
void		 session_take_talk_listed(struct session *,
		    const struct record *);
/* The talk of s->w is not let in: true if that is what is said. */
bool		 session_take_no_talk(struct session *, const struct record *);
/* Why the other takes no line of ours; false: that is not it. */
bool		 session_unwanted(const struct session *, const struct record *,
		    char why[RULE_WORDS_BYTES]);

#endif
