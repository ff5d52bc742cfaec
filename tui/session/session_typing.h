/*
 * What is typed in a session. Its own, with the functions of the files about
 * that.
 */
#ifndef TUI_SESSION_SESSION_TYPING_H
#define TUI_SESSION_SESSION_TYPING_H

#include "tui/session/complete.h"
#include "tui/session/key.h"
#include "tui/session/paste.h"

struct scene_choices;
struct session;

enum { SESSION_CHOICES = 32 };	/* listed at a time */

struct pasting {
	struct paste	 in;		/* what comes */
	bool		 ahead;		/* it began before a passphrase was
					 * asked for */
	bool		 brackets;	/* pastes have come in them */
	size_t		 burst;		/* lines sent without a pause ... */
	int64_t		 burst_at;	/* ... the last one then */
};

/* What the keys before mean to the next one. */
struct keyed {
	enum action	 last;		/* what that one did */
	int64_t		 at;		/* it came */
	bool		 prefixed;	/* it was C-x */
	size_t		 word;		/* M-.: of so many lines before */
	bool		 refused;	/* the line was not taken: Esc takes it
					 * out */
	bool		 early;		/* nor could it be before one is in: it
					 * is then, as Enter asked */
	size_t		 slip;		/* Enter says a line that looks as if
					 * it were for one alone, as long as its
					 * last change, and 1, is this; or 0, */
	int64_t		 slip_ms;	/* as was told then */
};

struct tabbing {
	struct complete	 complete;
	struct complete_label choices[SESSION_CHOICES];	/* as they are listed */
};

/* session_keys.c */
/* Older lines have come, or do not: goes on with what the key asked for. */
void	 session_keys_more(struct session *);

/* session_line.c */
/* Bytes that a message may have. */
size_t	 session_limit(const struct session *);
/* Bytes that a text of the input line has as a message. */
size_t	 session_said_bytes(const struct session *, const char *, size_t len);
/* Text goes to the caret, in place of what was proposed there; false: it does
 * not fit, and that is said. */
bool	 session_type(struct session *, const char *, size_t len);
/* The same, and one undo takes out that alone. */
bool	 session_insert(struct session *, const char *, size_t len);
/* Says that no more fits on the input line. */
void	 session_tell_full(struct session *);
/* Is nothing but blanks before the caret? */
bool	 session_at_start(const struct session *);
/* What would stand before a text of the input line to say it, were it typed: ""
 * where it was, or would be no command. */
const char *session_escape(const struct session *, const char *, size_t len);
/* The same of a text that is to be said. */
const char *session_escape_text(const char *, size_t len);
/* A text of the input line, as it would have to be typed to be said, malloc'd;
 * NULL: no memory. */
char	*session_as_typed(const struct session *, const char *, size_t *len);
/* A text of the input line that is to be nowhere else: Up has it. */
void	 session_keep_for_up(struct session *, const char *text);
/* What was sent before, or after that. */
void	 session_recall(struct session *, bool older);
/* The line has been taken: what Up left comes back, if anything. */
void	 session_line_done(struct session *);
/* The last word of the line sent before, and, again, of those before that. */
void	 session_insert_word(struct session *);
/* The :name: that a colon ended becomes its emoji, and by an undo itself. */
void	 session_turn_emoji(struct session *);
/* The keys that only edit; false: it is none. */
bool	 session_line_action(struct session *, enum action);

/* session_paste.c */
/*
 * Before key i of n is taken: lines that come faster than anybody types, where
 * the terminal does not say what is pasted, are a paste from there on.
 */
void	 session_watch_burst(struct session *, const struct key *, size_t i,
	    size_t n);
/* While that goes on: true if the key is of it, else it has ended. */
bool	 session_is_burst_key(struct session *, const struct key *);
/* Takes the paste out again, unless the line was changed since; true if so. */
bool	 session_take_out_paste(struct session *);
/* What Enter would do with a pasted line that looks like a command. */
const char *session_asks_of_paste(const struct session *);
/* The paste that has been gathered goes to the input line. */
void	 session_take_paste(struct session *);

/* session_complete.c */
/* Tab, and S-Tab. */
void	 session_complete(struct session *, bool back);
/* The rooms are here that were not known when Tab asked for them. */
void	 session_complete_late(struct session *);
/* What it chooses from, where that is more than one; borrowed. */
void	 session_choices(struct session *, struct scene_choices *);

/* session_commands.c */
void	 session_submit(struct session *);
void	 session_help(struct session *, const char *word, size_t len);
/* One is in: does what Enter asked for before it was known. */
void	 session_submit_early(struct session *);
/* The line that was not taken goes, and Up has it; false: it is none. */
bool	 session_take_out_refused(struct session *);
/* Opens the folded message that stands lowest on the screen. */
bool	 session_open_folded(struct session *);

/* session_settings.c; each is false where what was typed is to stay. */
bool	 session_set(struct session *, const char *arg, size_t len);
bool	 session_ignore(struct session *, const char *name);
bool	 session_unignore(struct session *, const char *name);
/* Whoever is ignored is so under the name that he takes, too. */
void	 session_ignore_renamed(struct session *, const struct entry *);
bool	 session_ignores(const struct session *, const char *name,
	    size_t len);

/* session_draft.c */
/* Does the line of this window hold what is typed for the room? */
bool	 session_is_room_line(const struct session *);
/* What is typed in this window is kept at once; false with errno: it is not. */
bool	 session_keep_window_draft(struct session *);
/* After whatever may have changed what is typed: it is kept in a while. */
void	 session_note_draft(struct session *);
/* Keeps it if that is due; returns when to ask again. */
int64_t	 session_tick_draft(struct session *, int64_t now);
/* What is typed for the room stands on the line, or is put by; never NULL. */
const char *session_room_line(const struct session *);
/* What was typed in the run before comes back, the first time that is asked. */
void	 session_restore_draft(struct session *);

#endif
