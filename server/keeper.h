/*
 * Keeps how far this one of several servers was told: now and then, once all
 * that was told by then is on the disk, in the file of
 * server/cluster/position.h. Pure but for the disk.
 */
#ifndef SERVER_KEEPER_H
#define SERVER_KEEPER_H

#include <stddef.h>
#include <stdint.h>

struct disk;
struct hub;
struct log;
struct marks;
struct roomlist;
struct shared;

enum {
	KEEPER_MS = 60 * 1000,	/* it is kept that often, */
	KEEPER_BLOCKS = 1000,	/* or after so many blocks, */
	KEEPER_SHARE = 4	/* a part of those that the engine keeps */
};

/* All borrowed. */
struct keeper_config {
	const struct disk *disk;
	const char	*dir;
	struct roomlist	*rooms;		/* NULL: home is all */
	struct log	*home;
	struct marks	*marks;		/* or NULL */
	struct shared	*shared;
	int64_t		 every_ms;	/* 0: KEEPER_MS */
};

struct keeper;

/* NULL: no memory. */
struct keeper	*keeper_new(const struct keeper_config *, int64_t now_ms);
void		 keeper_free(struct keeper *);
/* Between two turns of the hub. When to come again. NULL, all: nothing. */
int64_t		 keeper_turn(struct keeper *, const struct hub *,
		    int64_t now_ms);
/* The end: the hub tells nothing any more; and its logs are closed, all that
 * they had is on the disk. */
void		 keeper_ends(struct keeper *, const struct hub *);
void		 keeper_ended(struct keeper *);

#endif
