/*
 * Who waits for a disk in memory beside the log: what was written when he was
 * asked is on it, and nothing else, unless he is late; he says so when his test
 * likes. Header only.
 */
#ifndef TESTS_WITH_SYNCER_H
#define TESTS_WITH_SYNCER_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include "common/disk.h"
#include "server/room/log_sync.h"

enum { WAITER_ASKS = 128 };

struct waiter_ask {
	int		 fds[LOG_SYNC_FILES];
	size_t		 n;
	int		 error;
};

struct waiter {
	const struct disk *disk;
	struct log_syncer syncer;	/* for the log */
	bool		 busy;		/* he has not said it yet */
	bool		 slow;		/* nor does he, until this is false */
	bool		 late;		/* he does it only as he says so */
	bool		 gone;		/* he takes no more */
	bool		 many;		/* he takes more while he is busy, and
					 * says it in that order */
	struct waiter_ask of[WAITER_ASKS];
	unsigned	 asked, told;
};

static inline void
waiter_sync(const struct waiter *w, struct waiter_ask *a)
{
	size_t i;

	for (i = 0; i < a->n && a->error == 0; i++)
		if (w->disk->sync(w->disk->arg, a->fds[i]) == -1)
			a->error = errno;
}

static bool
waiter_begin(void *arg, const int *fds, size_t n)
{
	struct waiter *w = arg;
	struct waiter_ask *a = &w->of[w->asked % WAITER_ASKS];

	if (w->gone || (w->busy && !w->many) ||
	    w->asked - w->told == WAITER_ASKS)
		return false;
	if (!w->busy)
		w->told = w->asked;
	w->asked++;
	w->busy = true;
	a->error = 0;
	memcpy(a->fds, fds, n * sizeof(fds[0]));
	a->n = n;
	if (!w->late)
		waiter_sync(w, a);
	return true;
}

static int
waiter_end(void *arg, bool wait)
{
	struct waiter *w = arg;
	struct waiter_ask *a = &w->of[w->told % WAITER_ASKS];

	if (!w->busy || (w->slow && !wait))
		return EINPROGRESS;
	w->busy = ++w->told < w->asked;
	if (w->late)
		waiter_sync(w, a);
	return a->error;
}

static void
waiter_watch(void *arg, struct pollfd *pfd)
{
	(void)arg;
	*pfd = (struct pollfd){ .fd = -1 };
}

static inline void
waiter_init(struct waiter *w, const struct disk *disk)
{
	*w = (struct waiter){ .disk = disk, .syncer = { .begin = waiter_begin,
	    .end = waiter_end, .watch = waiter_watch, .arg = w } };
}

#endif
