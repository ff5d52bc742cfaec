/*
 * Lines that wait for hosts by whose names no server's key is known, in
 * ROOMS/HOST:PORT/NAME/ and below: only who types that host again says them.
 * And those that wait in rooms that may have no window any more. Runs in the
 * parent process.
 */
#ifndef TUI_SHARED_WAITING_H
#define TUI_SHARED_WAITING_H

#include <stddef.h>

struct disk;

/* Calls on_host for each host but that one, HOST:PORT, for which lines wait
 * that no window has open, under whatever names. */
void	 waiting_each(const struct disk *, const char *rooms, const char *but,
	    void (*on_host)(void *arg, const char *host, size_t lines),
	    void *arg);

/* Calls on_room for each room but the home room that lines wait in, by the leaf
 * of its directory in a name's; not for one that a window has open. */
void	 waiting_rooms(const struct disk *, const char *dir,
	    void (*on_room)(void *arg, const char *leaf), void *arg);

#endif
