/*
 * The names' owners as the parts know them: lease.c and lease_asks.c alone.
 */
#ifndef SERVER_ROOM_LEASE_STATE_H
#define SERVER_ROOM_LEASE_STATE_H

#include <sys/types.h>
#include <limits.h>

#include "server/room/lease.h"
#include "server/room/lease_table.h"

enum {
	LEASE_PLACES = 1024	/* where people are, some shared by chance */
};

struct leases {
	const struct disk *disk;
	int		 fd;
	off_t		 size;
	off_t		 base;		/* its size when it was written anew */
	uint64_t	 written;	/* lines; and so many on the disk: */
	uint64_t	 synced;
	int		 failed;	/* an errno: a sync says no more */
	size_t		 forgotten;
	/* How many names from each place are kept since that day. */
	int64_t		 counted_day;
	uint8_t		 counted[LEASE_PLACES];
	struct lease_table table;
	struct naming	*naming;
	bool		(*is_present)(void *arg, const char *fold);
	void		*arg;
	char		 dir[PATH_MAX], path[PATH_MAX];
};

/* lease_asks.c */
int64_t	 leases_day(int64_t wall_ms);
bool	 leases_is_present(const struct leases *, const char *fold);
/* Nobody loses his name while he is in the room. */
bool	 leases_is_over(const struct leases *, const struct lease *,
	    int64_t day);

#endif
