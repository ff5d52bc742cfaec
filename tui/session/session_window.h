/*
 * The windows of a session: which there are, and which is looked at. A call is
 * about s->w, which is the one that is looked at, s->shown, but while a record
 * of another is taken. Its own, with the functions of the file about that.
 */
#ifndef TUI_SESSION_SESSION_WINDOW_H
#define TUI_SESSION_SESSION_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/key.h"

struct record;
struct scene_windows;
struct session;
struct window;

enum { SESSION_WINDOWS = 64 };

/* Under which name one is in which room; "": the first one. */
struct session_place {
	const char	*room, *name;
};

/* session_room.c */
/* As session_record, of that window; one of none is of nobody any more. */
void	 session_record_in(struct session *, uint16_t window, int64_t now,
	    int64_t wall, const struct record *);

/* session_windows.c */
/* Opens one under the lowest number that is free; it is not shown. NULL: no
 * memory, or there are too many. */
struct window *session_open_window(struct session *, const char *room,
	    size_t len);
/* What is typed there is kept; of the one that is looked at, another one takes
 * the place. False: it is the only one. */
bool	 session_close_window(struct session *, struct window *);
bool	 session_has_windows(const struct session *);	/* more than one */
struct window *session_window(const struct session *);	/* the shown one */
/* What the key does there, where there are several; else, or where it is for
 * what lies over the room, as ever. */
enum action session_window_key(const struct session *, uint32_t code);
/* False: it is none of those. */
bool	 session_window_action(struct session *, const struct key *,
	    enum action);
/* Looks at it. */
void	 session_show(struct session *, struct window *);
/* By their numbers, and round. */
void	 session_show_next(struct session *, bool back);
/* The one that was looked at before; false: there was none. */
bool	 session_show_last(struct session *);
/* The next where something goes on, and after the last the one where that
 * began; false: nothing does. */
bool	 session_show_active(struct session *);

/* As the frame lists them; borrowed. */
void	 session_list_windows(struct session *, struct scene_windows *);

#endif
