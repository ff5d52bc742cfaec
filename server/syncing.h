/*
 * One who waits for the disk, for many logs: to each of them he is its own.
 * What one asks goes to him at once; what became of it comes in that order, and
 * is kept for whose it is. Pure, but for whom it asks.
 */
#ifndef SERVER_SYNCING_H
#define SERVER_SYNCING_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/room/log_sync.h"

struct pollfd;
struct syncing_log;

struct syncing {
	const struct log_syncer *below;		/* borrowed; NULL: nobody */
	TAILQ_HEAD(, syncing_log) asked;	/* he has not told all yet */
	size_t		 gone;		/* results for nobody, behind those */
	size_t		 known;		/* logs that were not told theirs */
};

/* A log's place; zeros: it has none. */
struct syncing_log {
	struct log_syncer table;
	struct syncing	*all;
	TAILQ_ENTRY(syncing_log) by_order;
	size_t		 gone;		/* results for nobody, before its own */
	bool		 is_asked;	/* it is in the order */
	bool		 is_known;	/* it is not, and was not told: */
	int		 result;
};

void	 syncing_init(struct syncing *, const struct log_syncer *below);
/* For a log's config, until syncing_remove; NULL: it waits itself. */
const struct log_syncer *syncing_add(struct syncing *, struct syncing_log *);
/* The log is closed. What it asked for comes to nobody. */
void	 syncing_remove(struct syncing_log *);
/*
 * Is there a log that waits for what is known already? One that waited long
 * heard of others' first, and no descriptor tells them of it: they need a turn.
 */
bool	 syncing_is_known(const struct syncing *);
/* For ppoll, one for all who have asked; returns how many: 0 or 1. */
size_t	 syncing_fds(const struct syncing *, struct pollfd *);

#endif
