/*
 * A server's rooms, as they are kept: DIR/NAME/ with the copy, the outbox and
 * what is being typed, of the home room; in DIR/NAME/room/ROOM/ the same of
 * another. Where the same server had two directories, one for each spelling of
 * its host, they become one. Runs in the parent process, before there is a
 * receiver.
 */
#ifndef TUI_SHARED_ROOMS_H
#define TUI_SHARED_ROOMS_H

#include <limits.h>
#include <stdbool.h>

struct disk;

/*
 * Takes over into the directory `to` what is in `from` beside it. Each name's
 * room by itself, in steps any of which may be the last: then the next call
 * goes on. No line is lost or in two outboxes; of two copies of one
 * log that meet one becomes whole; of others the newer one stays, and the other
 * is set aside.
 *
 * False with errno: not all was, and the rest is as it was; EWOULDBLOCK: a
 * window has it open; EINVAL: `to` is, or is in, `from`.
 */
bool	 rooms_take(const struct disk *, const char *from, const char *to);
/* One name's rooms of those, FROM/NAME, where TO/NAME is to be, or one of the
 * others alone; also in the receiver, before it has that open. Another one may
 * have taken it. */
bool	 rooms_take_one(const struct disk *, const char *from, const char *to);
/* Of a room, or of one beside it, what was being typed, and how far was read:
 * both are joined. False: not all was. */
bool	 rooms_take_typed(const struct disk *, const char *from,
	    const char *to);
/*
 * The directory beside dir that the n-th window of the room keeps its outbox
 * in while another one has dir; n from 2 to ROOMS_WINDOWS. False with errno:
 * too long.
 */
enum { ROOMS_WINDOWS = 9 };
bool	 rooms_beside(char dst[PATH_MAX], const char *dir, unsigned n);
/* Of a directory so called, a room's or one beside it: that of the room.
 * NULL: it is neither. */
const char *rooms_name(const char *leaf);
/* Takes over into dir, whose window is ours and whose outbox is closed, what
 * windows beside it left that are gone. */
void	 rooms_take_beside(const struct disk *, const char *dir);
/*
 * The room kept in that directory has another name by now. What is kept of it
 * goes there when it is asked for by that: all of those in `rooms`, DIR/NAME/
 * room, or of the one whose leaf is `to`. Nothing of them is open.
 */
void	 rooms_note_renamed(const struct disk *, const char *dir,
	    const char *name);
void	 rooms_take_renamed(const struct disk *, const char *rooms,
	    const char *to);
/* Takes over into dir, likewise, what is in dir/room/LEAF: that is the home
 * room, which was not known when it was kept. */
void	 rooms_take_home(const struct disk *, const char *dir,
	    const char *leaf);
/*
 * The room in dir, whose window is ours and whose outbox is closed, goes if
 * nothing is kept in it: no copy, no line that waits, nothing that was typed.
 */
void	 rooms_leave(const struct disk *, const char *dir);

#endif
