/*
 * When the log is brought to the disk, and by whom.
 */
#ifndef SERVER_ROOM_LOG_SYNC_H
#define SERVER_ROOM_LOG_SYNC_H

#include <stdbool.h>
#include <stddef.h>

struct log;
struct pollfd;

enum log_sync {
	LOG_SYNC_ALWAYS,	/* before the next thing */
	LOG_SYNC_GROUP,		/* many at once: those of LOG_GROUP_MS, or what
				 * came while the syncer was at work */
	LOG_SYNC_NONE		/* when the system likes */
};

enum { LOG_GROUP_MS = 20, LOG_SYNC_FILES = 2 };

/* Somebody beside the log who waits for the disk. */
struct log_syncer {
	/* Begins with these, at most LOG_SYNC_FILES, one behind the other; they
	 * may be closed meanwhile. One such at a time. False: it cannot. */
	bool	(*begin)(void *arg, const int *fds, size_t n);
	/*
	 * What became of it: 0, an errno, and EINPROGRESS: not known yet, which
	 * it is not if that is waited for.
	 */
	int	(*end)(void *arg, bool wait);
	/* Fills it for ppoll, which then says when it is known. */
	void	(*watch)(void *arg, struct pollfd *);
	void	*arg;
};

/* All that it has now is to be on the disk, as --sync has it, with whose the
 * names are; is it? Of log.c. */
void	 log_await(struct log *);
bool	 log_is_there(const struct log *);

#endif
