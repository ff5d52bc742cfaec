/*
 * The person's session: what keys and the receiver's records do to the
 * scrollback, the editor and the link. Decides everything the client's
 * parent process decides; does no I/O itself, but calls out.
 */
#ifndef TUI_SESSION_SESSION_H
#define TUI_SESSION_SESSION_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/key.h"
#include "tui/session/session_out.h"
#include "tui/shared/record.h"

struct history;
struct layout;
struct options;
struct scene;
struct view;

enum { SESSION_WHY_BYTES = 1024 + PATH_MAX };

struct session_config {
	const char	*server;	/* as the title shows it */
	struct options	*options;	/* those of the screen may change */
	struct options	*next;		/* at the next start */
	const char	*known_hosts;	/* where servers are remembered */
	const char	*name;		/* join with it at once; NULL: ask */
	const char	*prefill;	/* what the prompt proposes */
	const char	*share;		/* what others type, or NULL */
	const char	*waiting;	/* for other hosts: a line each; "" */
	bool		 classic;	/* the protocol: no long messages */
	unsigned	 dropped_percent;	/* by --loss */
	bool		 may_host;	/* the server would be here */
	bool		 unbracketed;	/* the terminal types what is pasted */
	size_t		 history_bytes;
	const char	*lines;		/* of earlier runs, by recall_text */
	size_t		 lines_len;
};

struct session;

/* config's strings are borrowed for the session's life. NULL: no memory. */
struct session	*session_new(const struct session_config *,
		    const struct session_out *);
void		 session_free(struct session *);

/* Joins or asks for the name. */
void		 session_start(struct session *, int64_t now);
/* now: monotonic ms; wall: ms since 1970. */
void		 session_record(struct session *, int64_t now, int64_t wall,
		    const struct record *);
/* Keys that came in one go: a burst of arrows is the mouse wheel. */
void		 session_keys(struct session *, int64_t now, int64_t wall,
		    const struct key *, size_t n);
/* C-c, which is a signal: the user leaves. */
void		 session_interrupt(struct session *);
/* The editor has ended: the text is the draft now, or NULL with a sentence. */
void		 session_edited(struct session *, const char *text, size_t len,
		    const char *why);
/* Does what is due; returns when to call again (INT64_MAX: never). */
int64_t		 session_tick(struct session *, int64_t now);
/* Another receiver takes the place of one that died: it is told who we are and
 * what to go on with. */
void		 session_revive(struct session *, int64_t now);
/* The newest entry that is here, 0: none; the name that we joined by. */
uint64_t	 session_newest(const struct session *);
const char	*session_login(const struct session *);
/* Room hosted meanwhile: what others type (borrowed); its server has ended. */
void		 session_share(struct session *, const char *share);
void		 session_unhosted(struct session *, int64_t wall);
/* How many others are in the room, as far as is known. */
size_t		 session_others(const struct session *);
/* It ends: what is held until one is in goes to the receiver; false: not all */
bool		 session_say_held(struct session *);
/* The receiver has ended, and kept what was said up to that line: the rest
 * becomes what is being typed. How many; *drafted: they are kept; *waits: more,
 * which the receiver kept. */
size_t		 session_take_unkept(struct session *, uint64_t stored,
		    bool *drafted, size_t *waits);
/* What is being typed is kept at once; false with errno: it is not. */
bool		 session_keep_draft(struct session *);
/* True once the user has left or must. */
bool		 session_over(const struct session *);
/* When over: the exit status, and *why if there is something to say of it. */
int		 session_status(const struct session *, const char **why);
/* What is shown has changed since it was drawn; the bare view never does. */
bool		 session_changed(const struct session *);
void		 session_drawn(struct session *);
/* The screen is of that size now; before the first key. */
void		 session_resize(struct session *, int rows, int cols);
/* The frame to draw, which lays it out anew. */
void		 session_scene(struct session *, int64_t now, struct scene *);
/* How the last one was, or is since it was resized. */
const struct layout *session_layout(const struct session *);
const struct view *session_view(const struct session *);
/* True, once, if C-l asked for a full repaint. */
bool		 session_take_redraw(struct session *);
/* Mentions that came while the window was not looked at. */
unsigned	 session_mentions(const struct session *);
/* Keeps how far the user has read, in each room. */
void		 session_keep_read(struct session *);
/* What was sent, and a line that Up brought and that was changed, for the next
 * run, as recall_text. Malloc'd, or NULL. */
char		*session_lines(struct session *, size_t *len);

#endif
