/*
 * The person's session: what keys and the receiver's records do to the
 * scrollback, the editor and the link. Decides everything the client's
 * parent process decides; does no I/O itself, but calls out.
 */
#ifndef TUI_SESSION_H
#define TUI_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/key.h"
#include "tui/record.h"

struct scene;
struct view;

enum { SESSION_WHY_BYTES = 512 };

struct session_out {
	/* To the receiver; false: it cannot take more now. */
	bool	(*send)(void *arg, const struct record *);
	/* Hosts a room here; false with why: it cannot. */
	bool	(*host)(void *arg, char *why, size_t size);
	/* The room took the name. */
	void	(*welcome)(void *arg, const char *name);
	void	*arg;
};

struct session_config {
	const char	*server;	/* as the title shows it */
	const char	*name;		/* join with it at once; NULL: ask */
	const char	*prefill;	/* what the prompt proposes */
	const char	*share;		/* what others type, or NULL */
	bool		 classic;	/* the protocol: no long messages */
	unsigned	 dropped_percent;	/* of the datagrams, by --loss */
	bool		 may_host;	/* the server would be on this machine */
	size_t		 history_bytes;
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
/* Does what is due; returns when to call again (INT64_MAX: never). */
int64_t		 session_tick(struct session *, int64_t now);
/* Room hosted meanwhile: what others type (borrowed). */
void		 session_share(struct session *, const char *share);

/* True once the user has left or must. */
bool		 session_over(const struct session *);
/* When over: the exit status, and *why if there is something to say of it. */
int		 session_status(const struct session *, const char **why);
/* True if what is shown has changed since the last call. */
bool		 session_changed(struct session *);
/* The frame to draw; screen is left to the caller. */
void		 session_scene(const struct session *, int64_t now,
		    struct scene *);
struct view	*session_view(struct session *);
/* True if C-l asked for a full repaint; asked once. */
bool		 session_wants_redraw(struct session *);

#endif
