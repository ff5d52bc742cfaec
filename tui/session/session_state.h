/*
 * The session's inside, shared by its files only. From the top down, each
 * leaning on those below it:
 * session.c (its life, what is due), session_scene.c (what a frame shows),
 * session_room.c (what the receiver tells), session_denied.c (what the room
 * does not grant), session_lines.c (entries as lines), session_keys.c (what
 * keys do), session_paste.c (what is pasted), session_commands.c (what lines
 * do), session_settings.c (/set, /ignore), session_links.c, session_ask.c
 * (names and passphrases), session_search.c (finding in the chat),
 * session_older.c (fetching), session_say.c (what is said), session_held.c
 * (before one is in), session_draft.c (what is being typed, from run to run),
 * session_unread.c (what has been read), session_line.c (the input line),
 * session_complete.c (Tab), session_leave.c, session_tell.c (what is said to
 * the user and the receiver).
 */
#ifndef TUI_SESSION_SESSION_STATE_H
#define TUI_SESSION_SESSION_STATE_H

#include "common/pieces.h"
#include "tui/session/complete.h"
#include "tui/session/layout.h"
#include "tui/session/line.h"
#include "tui/session/notices.h"
#include "tui/session/paste.h"
#include "tui/session/people.h"
#include "tui/session/recall.h"
#include "tui/session/session.h"
#include "tui/session/view.h"
#include "tui/settings/options.h"
#include "tui/shared/handed.h"
#include "tui/text/edit.h"
#include "tui/text/pager.h"
#include "tui/text/query.h"

enum {
	SESSION_NOTICE_BYTES = 256,
	SESSION_ROOM_BYTES = 64,
	SESSION_KEY_BYTES = 128,	/* a server's key, as it is shown */
	SESSION_INVITE_BYTES = 1024,	/* of all that others may type */
	SESSION_KEY_SHOWN = 15,		/* so much of it at first */
	SESSION_MATCHES = 999,		/* more are not counted */
	SESSION_COUNTED = 100 * 1000,	/* nor in so many lines */
	SESSION_LINKS = 200,		/* the newest ones are listed */
	SESSION_CHOICES = 32,		/* listed at a time */
	SESSION_NAMES = 200,		/* more are not told in a line */
	SESSION_PASTE_LINES = 10,	/* more are asked about, and more in a
					 * burst are a paste */
	SESSION_KEEP_MS = 1000,		/* from a key to the draft's being kept */
	SESSION_OLDER = 200,		/* entries fetched at a time */
	SESSION_OLDER_MS = 4000,	/* so long one answer may take */
	SESSION_OLDER_TRIES = 3,	/* without one, then a search ends */
	SESSION_SPOKE_MS = 10 * 60 * 1000	/* who spoke since is known */
};

/* What the input line is for. */
enum question { ASK_NOTHING, ASK_NAME, ASK_PASSPHRASE, ASK_SEARCH };

/* Leaving a room that ends by it. */
enum leaving {
	LEAVING_NOT,
	LEAVING_ASKS,		/* Enter ends it */
	LEAVING_WARNED		/* another /quit does */
};

/* Looking for something in the chat. */
struct finder {
	struct query	 query;
	bool		 marks;		/* matches are marked */
	bool		 back;		/* the way that was asked for last */
	bool		 found;
	uint64_t	 line;		/* what was found ... */
	size_t		 at;		/* ... at this byte */
	char		 count[64];	/* which it is, of how many */
	bool		 waits;		/* for older lines, to go on in them */
	uint64_t	 resume;	/* where, in those; 0: nowhere */
	char		*draft;		/* that was being typed ... */
	size_t		 caret;		/* ... here */
	bool		 was_scrolled;	/* where Esc returns to */
	struct history_place was;
};

/* The rule above what was not seen yet. */
struct unread {
	bool		 any;		/* there is a rule */
	bool		 grows;		/* nobody has looked at it yet */
	uint64_t	 line;
	unsigned	 count;
	int64_t		 since_ms;	/* of the line before it; 0: none */
	uint64_t	 next_id;	/* own lines from here on are below */
};

/* What is to be done when older lines have come. */
enum older_then { THEN_NOTHING, THEN_TOP, THEN_MENTION };

/* Fetching what is older than the oldest line here. */
struct older {
	uint64_t	 oldest;	/* its number; 0: nothing numbered yet */
	uint64_t	 until;		/* the fetch ends with this number */
	uint64_t	 first;		/* the oldest line, when that was noted */
	bool		 full;		/* there is no room for more */
	bool		 fetching;
	int64_t		 due;		/* then it has failed */
	unsigned	 failures;	/* since the last answer */
	enum older_then	 then;		/* until a key is pressed */
	struct pieces	 pieces;
	struct notices	 notices;
};

struct session {
	struct session_config	 config;
	struct session_out	 out;
	struct options	*options;	/* borrowed; /set changes them */
	struct history	*history;
	struct edit	*edit;
	struct recall	*recall;
	struct view	 view;
	struct layout	 layout;	/* of the frame to come */
	struct people	 people;
	struct record_state link;
	int64_t		 link_at;	/* when its phase began */
	int64_t		 second;	/* shown in the title */
	int64_t		 now, wall;	/* of this call */

	char		 name[TEXT_NAME_BYTES + 1];
	char		 login[TEXT_NAME_BYTES + 1];	/* as when we joined */
	char		 room[SESSION_ROOM_BYTES];	/* display form */
	char		*kept;		/* being typed, as it is on the disk ... */
	char		 kept_name[TEXT_NAME_BYTES + 1];	/* ... of that name */
	int64_t		 keep_due;	/* then it is out of date there */
	bool		 wants_draft;	/* of the run before, once in */
	enum question	 question;
	bool		 prefilled;	/* what stands there was proposed */
	char		*draft;		/* was being typed when it was asked ... */
	size_t		 caret;		/* ... here */
	bool		 joining;	/* by the name or passphrase given here */
	bool		 in;		/* the room has taken the name */
	uint64_t	 held;		/* id of the first line that waits for
					 * that; 0: none does */
	bool		 offer_host;	/* Enter hosts a room */
	enum leaving	 leaving;
	uint64_t	 next_id;
	struct taken_back {		/* by /withdraw */
		char	*text;		/* of all lines, on their way here */
		size_t	 len;
		unsigned lines;
		bool	 sent;		/* they may be said all the same */
	} taken_back;
	struct handed	 handed;	/* should the receiver die */
	bool		 revived;	/* it did: until we are in again */
	bool		 repeats;	/* what it may not have kept, once the
					 * new one has told what it has */

	char		 notice[SESSION_NOTICE_BYTES];
	bool		 notice_is_error;
	char		 asking[SESSION_NOTICE_BYTES];	/* in its place */

	struct paste	 paste;
	bool		 paste_asks;	/* the line holds a long one: send it? */
	size_t		 pasted;	/* the line's bytes behind a paste; 0:
					 * it is none that was not changed */
	enum action	 last;		/* what the key before did */
	bool		 brackets;	/* pastes have come in them */
	bool		 prefixed;	/* it was C-x */
	size_t		 word;		/* M-.: of so many lines before */
	size_t		 burst;		/* lines sent without a pause ... */
	int64_t		 burst_at;	/* ... the last one then */
	bool		 literal;	/* its first character was pasted, so it
					 * is no command */
	struct complete	 complete;
	struct complete_label choices[SESSION_CHOICES];	/* as they are listed */
	struct pager	 pager;
	bool		 bare;
	bool		 bare_stands;	/* it was drawn, and is left alone */

	struct pieces	 pieces;	/* of a long message coming in */
	struct notices	 notices;	/* the run that is the newest line */
	struct older	 older;
	struct finder	 finder;
	struct unread	 unread;
	uint64_t	 mention;	/* where M-p and M-n are; 0: nowhere */
	bool		 caught_up, welcomed;
	char		 new_host[SESSION_KEY_BYTES];	/* key to be told */
	bool		 invited;	/* to be told: it has the key that was
					 * given */
	bool		 unfocused;
	unsigned	 mentions;	/* while unfocused */
	uint64_t	 seen, newest;	/* numbers: read, and here */
	uint64_t	 missed;	/* read in an earlier run; 0: not known */
	uint64_t	 verified;	/* as the server has it, up to ... */
	uint64_t	 verified_from;
	bool		 verifying;

	size_t		 nlinks;	/* as /links numbered them */
	bool		 lists_links;	/* the pager, while it is open, does */
	size_t		 nth_link;	/* chosen there, from 1 */
	bool		 nth_grows;	/* by another digit */
	char		*links[SESSION_LINKS];
	char		 unread_label[64];

	bool		 over, changed, redraw;
	int		 status;	/* when over */
	char		 why[SESSION_WHY_BYTES];
};

/* session_keys.c */
/* Older lines have come, or do not: goes on with what the key asked for. */
void	 session_keys_more(struct session *);

/* session_line.c */
/* Bytes that a message may have. */
size_t	 session_limit(const struct session *);
/* Text goes to the caret, in place of what was proposed there; false: it does
 * not fit, and that is said. */
bool	 session_type(struct session *, const char *, size_t len);
/* A text of the input line, as it would have to be typed to be said, malloc'd;
 * NULL: no memory. */
char	*session_as_typed(const struct session *, const char *, size_t *len);
/* What was sent before, or after that. */
void	 session_recall(struct session *, bool older);
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
struct scene_choices;
/* What it chooses from, where that is more than one; borrowed. */
void	 session_choices(struct session *, struct scene_choices *);

/* session_commands.c */
void	 session_submit(struct session *);
void	 session_help(struct session *, const char *word, size_t len);
/* Opens the folded message that stands lowest on the screen. */
bool	 session_open_folded(struct session *);

/* session_say.c */
/* False: it is not said, and the reason is told. */
bool	 session_say(struct session *, enum entry_kind, const char *,
	    size_t len);
/* Says again what no receiver is known to have kept. */
void	 session_say_again(struct session *);

/* session_settings.c; each is false where what was typed is to stay. */
bool	 session_set(struct session *, const char *arg, size_t len);
bool	 session_ignore(struct session *, const char *name);
bool	 session_unignore(struct session *, const char *name);
bool	 session_ignores(const struct session *, const char *name,
	    size_t len);

/* session_links.c */
void	 session_links(struct session *);
bool	 session_copy(struct session *, const char *arg, size_t len);
bool	 session_open(struct session *, const char *arg, size_t len);
/* A key over the list of links; false: it is the pager's. */
bool	 session_links_key(struct session *, const struct key *, enum action);
/* What Enter does there; NULL: that is not what is shown. */
const char *session_links_asking(struct session *);
void	 session_forget_links(struct session *);

/* session_search.c */
void	 session_search(struct session *, const char *text, size_t len,
	    bool back);
/* C-r and C-s: begins, or goes on. */
void	 session_search_key(struct session *, bool back);
void	 session_search_typed(struct session *);
/* Older lines have come; goes on in them if that is wanted. */
void	 session_search_more(struct session *);
/* They do not come. */
void	 session_search_give_up(struct session *);
void	 session_search_stay(struct session *);
void	 session_search_return(struct session *);
void	 session_search_end(struct session *);

/* session_unread.c */
/* Is it somebody's word, no notice? */
bool	 session_speaks(const struct entry *);
/* What is unread has been seen. */
void	 session_read_all(struct session *);
/* Is nobody looking at the lowest line? */
bool	 session_is_away(const struct session *);
/* The line that came last may be unread. */
void	 session_note_unread(struct session *, const struct entry *,
	    unsigned marks);
/* Who is here and looks has read what is there. */
void	 session_note_presence(struct session *);

/* session_lines.c */
void	 session_take_entry(struct session *, const struct record *);
void	 session_take_older(struct session *, const struct record *);
/* A line of an earlier run that the room has not taken yet. */
void	 session_take_pending(struct session *, const struct record *);

/* session_denied.c */
void	 session_take_denial(struct session *, const struct record *);
/* Of a name asked for by /nick: the user stays who he was. */
void	 session_take_nick_denial(struct session *, const struct record *);

/* session_draft.c */
/* After whatever may have changed what is typed: it is kept in a while. */
void	 session_note_draft(struct session *);
/* What was typed in the run before comes back, the first time that is asked. */
void	 session_restore_draft(struct session *);

/* session_held.c */
/* True as long as nobody knows whether the room takes the name: what is said
 * is shown as pending, and held here. */
bool	 session_holds(const struct session *);
/* Puts it on the input line instead, before what is typed there. */
void	 session_take_held_back(struct session *);
/* The newest of it, or all, in place of what is typed there; how many lines. 0:
 * they do not fit, and stay held. Something must be. */
unsigned session_withdraw_held(struct session *, bool all);

/* session_ask.c */
/* What is wrong with a name, in a sentence; NULL: nothing. */
const char *session_name_error(enum text_name_error);
/* Tries to join; false: a name that cannot be is left on the line with the
 * reason. */
bool	 session_join(struct session *, const char *name, size_t len);
void	 session_ask_name(struct session *, const char *proposal);
void	 session_ask_passphrase(struct session *, const char *why);
/* Enter hosts a room: only under the name that was tried; of another it is to
 * be found out. */
bool	 session_offers_host(const struct session *);
/* Back to the room, and to what was being typed there. */
void	 session_ask_nothing(struct session *);
void	 session_submit_name(struct session *);
void	 session_submit_passphrase(struct session *);

/* session_older.c */
/* Fetches older lines where the view nears the top of those that are here. */
void	 session_want_older(struct session *);
/* Asks for them now; false: there are none, or they are on their way. */
bool	 session_fetch_older(struct session *);

/* session_tell.c */
void	 session_notify(struct session *, bool is_error, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* A line of this program's own, in the message pane. */
void	 session_tell(struct session *, unsigned marks, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* The pager, empty, over the message pane. */
void	 session_open_pager(struct session *, const char *title);
bool	 session_send_text(struct session *, enum record_type, const char *,
	    size_t len);
/* To the receiver, in as many pieces as it takes. */
bool	 session_send_post(struct session *, uint64_t id, enum entry_kind,
	    const char *text, size_t len);
/* Settings of the screen have changed: they take effect. */
void	 session_apply(struct session *);

/* session_leave.c */
/* Leaves; from a room that is hosted here, with others in it, the second
 * time. */
void	 session_leave(struct session *);
/* It ends here: the reason is said when the screen is closed. */
void	 session_end(struct session *, int status, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* What Enter would do to the room. */
const char *session_asks_to_end(struct session *);

#endif
