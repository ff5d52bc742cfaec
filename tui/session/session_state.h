/*
 * The session's inside, shared by its files only. From the top down, each
 * leaning on those below it:
 * session.c (its life), session_scene.c (what a frame shows), session_room.c
 * (what the receiver tells), session_denied.c (what is denied), session_lines.c
 * (entries as lines), session_keys.c (what keys do), session_go.c (where one
 * may go), session_windows.c (which window is looked at), session_paste.c (what
 * is pasted), session_commands.c (what lines do), session_slip.c (and do not
 * yet), session_listed.c (/rooms), session_devices.c (/devices, what others
 * do), session_rooms.c (/join, /leave), session_settings.c (/set, /ignore),
 * session_links.c, session_hits.c, session_ask.c (names and passphrases),
 * session_search.c, session_older.c (fetching), session_say.c (what is said),
 * session_held.c (before one is in), session_withdrawn.c (and what comes back
 * of it), session_draft.c (what is being typed), session_unread.c (what is
 * read), session_marks.c (and by other devices), session_who.c (/names,
 * /whois), session_talker.c (what is told of talks), session_asked.c (and of
 * whom one has asked for), session_talk.c (/msg), session_line.c (the input
 * line), session_complete.c (Tab), session_leave.c, session_kept.c (from run to
 * run), session_sent.c (what was sent, for Up), session_tell.c (what is told).
 */
#ifndef TUI_SESSION_SESSION_STATE_H
#define TUI_SESSION_SESSION_STATE_H

#include "tui/session/layout.h"
#include "tui/session/line.h"
#include "tui/session/recall.h"
#include "tui/session/session.h"
#include "tui/session/session_asking.h"
#include "tui/session/session_back.h"
#include "tui/session/session_devices.h"
#include "tui/session/session_reading.h"
#include "tui/session/session_saying.h"
#include "tui/session/session_talk.h"
#include "tui/session/session_typing.h"
#include "tui/session/session_window.h"
#include "tui/settings/options.h"
#include "tui/text/edit.h"
#include "tui/text/pager.h"

enum {
	SESSION_NOTICE_BYTES = 256,
	SESSION_KEY_BYTES = 128		/* a server's key, as it is shown */
};

/* Leaving a room that ends by it. */
enum leaving {
	LEAVING_NOT,
	LEAVING_ASKS,		/* Enter ends it */
	LEAVING_WARNED		/* another /quit does */
};

struct linked {
	struct record_state state;
	int64_t		 since;		/* its phase began */
	int64_t		 second;	/* shown in the title */
	bool		 revived;	/* the receiver died: until we are in */
	bool		 verifying;
};

/* How far one has come into the room. */
struct entering {
	char		 login[TEXT_NAME_BYTES + 1];	/* rooms are kept so */
	bool		 joining;	/* by what was answered here */
	bool		 offer_host;	/* Enter hosts a room */
	bool		 invited;	/* to be told: it has the given key */
	char		 new_host[SESSION_KEY_BYTES];	/* key to be told */
};

/* On the status row. */
struct status_row {
	char		 text[SESSION_NOTICE_BYTES];
	bool		 is_error;
	const struct window *mute_in;	/* it tells of one there, or NULL */
	bool		 entering;	/* it goes when one is in */
	char		 asking[SESSION_NOTICE_BYTES];	/* in its place */
};

struct framing {
	struct layout	 layout;	/* of the frame to come */
	bool		 changed, redraw;
	bool		 bare;
	bool		 stands;	/* bare, it was drawn: left alone */
};

struct ending {
	enum leaving	 leaving;
	bool		 over;
	int		 status;	/* when over */
	char		 why[SESSION_WHY_BYTES];
};

struct session {
	struct session_config	 config;
	struct session_out	 out;
	struct options	*options;	/* borrowed; /set changes them */
	struct window_list windows;	/* by number; one at least */
	struct window	*w;		/* whom this call is about */
	struct window	*shown;		/* what is looked at */
	struct going	 going;
	struct recall	*recall;	/* what was sent in rooms */
	struct talking	 talk;
	struct pager	 pager;
	int64_t		 now, wall;	/* of this call */
	char		 name[TEXT_NAME_BYTES + 1];
	struct linked	 link;
	struct entering	 enter;
	struct asked	 ask;
	uint64_t	 next_id;	/* of what is said, in any window */
	struct pasting	 paste;
	struct keyed	 key;
	struct tabbing	 tab;
	struct looking	 look;
	struct devices	 devices;
	struct status_row notice;
	struct framing	 frame;
	struct ending	 end;
};

/* session_denied.c */
void	 session_take_denial(struct session *, const struct record *);
/* Of a name asked for by /nick: the user stays who he was. */
void	 session_take_nick_denial(struct session *, const struct record *);

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
