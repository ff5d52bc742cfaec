/*
 * The windows of a session: which there are, and which is looked at. A call is
 * about s->w, which is the one that is looked at, s->shown, but while a record
 * of another is taken. Its own, with the functions of the files about that.
 */
#ifndef TUI_SESSION_SESSION_WINDOW_H
#define TUI_SESSION_SESSION_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/key.h"
#include "tui/session/scene.h"
#include "tui/session/session_barring.h"
#include "tui/session/session_list.h"
#include "tui/session/session_listing.h"
#include "tui/session/window.h"

struct hits;
struct record;
struct session;

enum { SESSION_WINDOWS = 64 };

/* Under which name one is in which room; "": the first one. */
struct session_place {
	const char	*room, *name;
};

/* From window to window. */
struct going {
	struct window	*last;		/* looked at before; NULL: none */
	struct window	*began;		/* where looking at what goes on did */
	char		*draft;		/* was typed before a name was ... */
	size_t		 caret;		/* ... here */
	size_t		 nth;		/* of those of that name ... */
	size_t		 change;	/* ... while this is the line's last */
	struct scene_window list[SESSION_WINDOWS];	/* as it is drawn */
	char		 jump[WINDOW_ROOM_BYTES + 8];
	const struct session_list *kept;	/* NULL: nothing is */
	int64_t		 list_due;	/* then it is kept again */
	bool		 came;		/* into a room that was given */
	bool		 moved;		/* to where it is kept, or may be */
	struct window	*begins;	/* once nothing is asked; or NULL */
	struct listing	 listing;
	struct hits	*hits;		/* of all rooms, as they were found */
	bool		 hits_listed;	/* by the pager, while it is open */
	bool		 of_all;	/* this record is of no window */
};

/* session_room.c */
/* As session_record, of that window; one of none is of nobody any more. */
void	 session_record_in(struct session *, uint16_t window, int64_t now,
	    int64_t wall, const struct record *);

/* session_draft.c */
/* As session_take_unkept, each window by itself. */
size_t		 session_take_unkept_of(struct session *,
		    uint64_t (*stored)(void *arg, uint16_t window), void *arg,
		    bool *drafted, size_t *waits);

/* session_rooms.c */
/* The first window's room; and one more, neither is looked at: as given. again:
 * one was in, and comes unless he has left it by another device. */
bool		 session_call_first(struct session *, const char *room);
bool		 session_add_room(struct session *, const char *room,
		    bool again);
/* By who began this run. */
bool		 session_is_given(const struct session *, const char *room);
/* The home room was called so when one was there last, where that is known. */
void		 session_call_home(struct session *, const char *room);
/* Those that are kept for the name, before one joins by it, and those that are
 * given behind the first. */
void		 session_open_list(struct session *);
/* Joins another room, and looks at it. False: it cannot; that is told. */
bool		 session_enter_room(struct session *, const char *room,
		    size_t len);
bool		 session_leave_room(struct session *, const char *room,
		    size_t len);
bool		 session_go_to(struct session *, const char *word, size_t len);
/* Called so, or a number; NULL: none but perhaps the one that is looked at. */
struct window	*session_find_meant(const struct session *, const char *word,
		    size_t len);
/* A new receiver is told of all. */
void		 session_enter_again(struct session *);
/* By its name, "": the first one; NULL: none is called so. */
struct window	*session_find_room(const struct session *, const char *room);

/* session_windows.c */
/* Opens one under the lowest number that is free; it is not shown. NULL: no
 * memory, or there are too many. */
struct window *session_open_window(struct session *, const char *room,
	    size_t len);
/* Under that number, if it is free. */
struct window *session_open_window_at(struct session *, uint16_t number,
	    const char *room, size_t len);
/* What is typed there is kept; of the one that is looked at, another one takes
 * the place. False: it is the only one, or a name or a passphrase is asked for
 * there. */
bool	 session_close_window(struct session *, struct window *);
/* From 0 on: no window has it, nor in other runs. */
bool	 session_number_is_free(const struct session *, unsigned number);
bool	 session_has_windows(const struct session *);	/* more than one */
struct window *session_window(const struct session *);	/* the shown one */
/* What the key does there, where there are several; else, or where it is for
 * what lies over the room, as ever. */
enum action session_window_key(const struct session *, uint32_t code);
/* False: it is none of those. */
bool	 session_window_action(struct session *, const struct key *,
	    enum action);
/* As a run begins: once no name is asked for any more, unless something is
 * typed already. */
void	 session_begin_in(struct session *, struct window *);
/* Looks at it, unless a name or a passphrase is asked for. */
void	 session_show(struct session *, struct window *);
/* The receiver is told which one is looked at, where it has several. */
void		 session_look(struct session *);
/* By their numbers, and round. */
struct window *session_beside(const struct session *, bool back);
void	 session_show_next(struct session *, bool back);
/* The one that was looked at before; false: there was none. */
bool	 session_show_last(struct session *);
/* The next where something goes on, and after the last the one where that
 * began; false: nothing does. */
bool	 session_show_active(struct session *);
/* No name is typed any more: what was typed before is back. */
void	 session_go_end(struct session *);

/* session_go.c */
/* As the frame lists them; borrowed. */
void	 session_list_windows(struct session *, struct scene_windows *);
/* M-g: the line takes a part of a name; again: the next one that has it. */
void	 session_go_key(struct session *);
/* While it does; false: it is none of those. */
bool	 session_go_action(struct session *, const struct key *, enum action);

#endif
