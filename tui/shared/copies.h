/*
 * A room's copy of the log, as the receiver keeps it: DIR/LOG/. Where two of
 * them are to be one. Runs in the parent process, before there is a receiver,
 * and in that, before it has the copy open.
 */
#ifndef TUI_SHARED_COPIES_H
#define TUI_SHARED_COPIES_H

#include <stdbool.h>

struct disk;

/* By the names in dir alone: none is opened. */
bool	 copies_lie(const struct disk *, const char *dir);
/*
 * What is in `from` is in `to` from now on, both rooms' directories whose
 * windows are ours. Of two copies of one log that meet one becomes whole; of
 * others the newer one stays, and the other is set aside. False with errno: not
 * all was, and is where it was; EWOULDBLOCK: it is open.
 */
bool	 copies_take(const struct disk *, const char *from, const char *to);

#endif
