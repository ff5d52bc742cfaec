/*
 * How much of the log is on the disk, and whose the names are with it: who came
 * in and what he owns get there together, the name first. A checkpoint goes
 * there when nobody waits for anything else. Pure but for the files, which it
 * is given; of log.c alone.
 */
#ifndef SERVER_ROOM_DURABLE_H
#define SERVER_ROOM_DURABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/room/log_sync.h"

struct checkpoint;
struct journal;
struct leases;
struct pollfd;

struct durable {
	struct journal	*journal;	/* borrowed, as the leases: of */
	struct leases	*leases;	/* several logs, perhaps */
	struct checkpoint *checkpoint;	/* or NULL */
	enum log_sync	 how;
	const struct log_syncer *syncer;	/* NULL: it waits itself */
	int64_t		 due;		/* INT64_MAX: nothing to sync */
	uint64_t	 seq;		/* all up to this one is there */
	bool		 running;	/* the syncer, up to: */
	uint64_t	 running_to;	/* 0: a checkpoint */
	uint64_t	 leases_to;	/* and so far of the leases */
	bool		 noted;		/* this log has changed them */
	int		 failed;	/* an errno: it is over */
};

/* syncer: for GROUP, or NULL. All that there is is on the disk. */
void	 durable_init(struct durable *, enum log_sync,
	    const struct log_syncer *);
/* The journal's last entry is there. */
void	 durable_all(struct durable *);
/* Something was written: it is synced some time, and durable_turn tells. */
void	 durable_plan(struct durable *, int64_t now_ms);
/* Does what is due. True: more is there than before, as far as wanted. */
bool	 durable_turn(struct durable *, int64_t now_ms);
/* When to come again; where a descriptor says so, for ppoll: 0 or 1. */
int64_t	 durable_due(const struct durable *);
size_t	 durable_fds(const struct durable *, struct pollfd *);
/* The end: waits until all is there, or failed. */
void	 durable_end(struct durable *);
/*
 * It is over: what was never acknowledged must not be found at the next start
 * as if it were on the disk.
 */
void	 durable_fail(struct durable *, int error);

#endif
