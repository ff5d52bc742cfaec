/*
 * The rooms that plain mode is in, and with whom it talks alone: the functions
 * of plain_rooms.c and plain_talk.c, for plain_state.h.
 */
#ifndef TUI_PLAIN_ROOMS_H
#define TUI_PLAIN_ROOMS_H

#include <stdbool.h>

struct plain;
struct plain_room;
struct record;

/* plain_rooms.c */
/* One more; the receiver is told of all but the first. False: no memory, or
 * there are too many. */
bool	 plain_add_room(struct plain *, const char *room);
/* Those that are given. */
bool	 plain_add_rooms(struct plain *);
/* The one that is called so, by "" the first; NULL: none is. */
struct plain_room *plain_room_called(const struct plain *, const char *room);
/* A new receiver is told of them. */
void	 plain_join_again(struct plain *);
void	 plain_take_listed(struct plain *, const struct record *);
/* Own lines that no room has yet. */
unsigned plain_waiting(const struct plain *);
/* Some room's lines are to be said again. */
bool	 plain_repeats(const struct plain *);
/* All is said and printed in each. */
bool	 plain_rooms_done(const struct plain *);
/* Of --to it is not known yet who that is. */
bool	 plain_talk_waits(const struct plain *);
/* Where a line goes that names no room: never to all what is for one. NULL:
 * that is not known. */
struct plain_room *plain_usual(const struct plain *);
/* Is what is said there printed? Where one is talked with alone, of the home
 * room nothing is. */
bool	 plain_is_heard(const struct plain *, const struct plain_room *);

/* plain_talk.c; each gives why there is no talk, with a %s for who that is, or
 * NULL. */
/* Asks for whom --to names, once the server has let us in; that it knows talks
 * its welcome says. */
const char *plain_talk_begin(struct plain *, unsigned welcome);
/* The same where no server lets us in: he may be known from before. */
void	 plain_talk_keep(struct plain *);
const char *plain_talk_offered(struct plain *, const struct record *);
const char *plain_talk_locked(struct plain *, const struct record *);
void	 plain_talk_missing(struct plain *, const struct record *);

#endif
