/*
 * A copy of a server's data directory as one file, taken while the server
 * works, without asking it. Used by chat-ctl.
 *
 * All files but control and lock, in the format of tar (POSIX.1 ustar). Every
 * file there only grows at its end or is replaced whole, so each copy is what
 * the file was at some moment; the log goes first, so that what the others say
 * is never older than it. A record that was being written is cut off when a
 * server opens the copy, as after a crash.
 */
#ifndef SERVER_BACKUP_H
#define SERVER_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes it to file, new and 0600, and on the disk. False with a sentence in
 * why: there is no such file then, or what was there is as it was.
 */
bool	 backup_make(const char *dir, const char *file, char *why,
	    size_t size);

#endif
