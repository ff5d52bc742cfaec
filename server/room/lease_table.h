/*
 * Names and their owners in memory: found by name, by owner and by look, in
 * the order of their last use. Pure; of lease.c alone, which has the rules.
 */
#ifndef SERVER_ROOM_LEASE_TABLE_H
#define SERVER_ROOM_LEASE_TABLE_H

#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"
#include "server/room/looks.h"

/* So that days can be added to it. */
enum { LEASE_DAY_MAX = INT32_MAX / 2 };

struct lease {
	RB_ENTRY(lease)	 by_fold;
	RB_ENTRY(lease)	 by_key;	/* of one key the oldest first */
	RB_ENTRY(lease)	 by_age;
	struct look	*place;		/* NULL: not looked at */
	uint64_t	 serial;	/* tells uses of one day apart */
	uint64_t	 worn;		/* the later, the newer; 0: not yet */
	int32_t		 day;		/* since 1970, of the last use */
	bool		 kept : 1;	/* it was used on a second day */
	bool		 passed : 1;	/* see lease_table_pass */
	bool		 unheard : 1;	/* nobody went by it yet */
	uint8_t		 key[NOISE_KEY];
	char		 fold[];
};
RB_HEAD(lease_folds, lease);
RB_HEAD(lease_keys, lease);
RB_HEAD(lease_ages, lease);

struct lease_table {
	struct lease_folds folds;
	struct lease_keys keys;
	struct lease_ages ages;
	struct looks	 looks;
	const struct naming *naming;	/* NULL: nobody is looked at yet */
	size_t		 count, kept;
	uint64_t	 serial, worn;
};

void	 lease_table_init(struct lease_table *);
void	 lease_table_clear(struct lease_table *);
/* From now on looks are known; those of who is there already, too. */
void	 lease_table_look(struct lease_table *, const struct naming *);

struct lease *lease_table_find(const struct lease_table *, const char *fold);
/* Gives the name to key, last used that day, which is no later than
 * LEASE_DAY_MAX. NULL: no memory. */
struct lease *lease_table_set(struct lease_table *, const char *fold,
	    int64_t day, bool kept, const uint8_t key[NOISE_KEY]);
/* It is kept no more. */
void	 lease_table_unkeep(struct lease_table *, struct lease *);
/* One that is not kept goes behind the others of those, until it is used. Or,
 * false: to its place again. */
void	 lease_table_pass(struct lease_table *, struct lease *, bool passed);
void	 lease_table_drop(struct lease_table *, struct lease *);
/* Its owner goes by that name, as of now. */
void	 lease_table_wear(struct lease_table *, struct lease *);
/* Each of them, all of one key in a row, the one behind the others that it went
 * by last, else the one used last. */
void	 lease_table_each(const struct lease_table *, void (*each)(void *arg,
	    const struct lease *), void *arg);

/* The one that was not used for the longest, of those first that are not kept;
 * NULL behind the last one. */
struct lease *lease_table_oldest(const struct lease_table *);
struct lease *lease_table_newer(struct lease *);
struct lease *lease_table_oldest_kept(const struct lease_table *);
/* Among those of one key, kept or not. */
struct lease *lease_table_oldest_of(const struct lease_table *,
	    const uint8_t key[NOISE_KEY]);
struct lease *lease_table_newer_of(struct lease *);
size_t	 lease_table_count_of(const struct lease_table *,
	    const uint8_t key[NOISE_KEY]);

#endif
