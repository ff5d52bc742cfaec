/*
 * From where on entries are wanted, as people write it: a bare number is that
 * of an entry, 2h is so long ago, else a moment as in RFC 3339. Pure.
 */
#ifndef COMMON_SINCE_H
#define COMMON_SINCE_H

#include <stdbool.h>
#include <stdint.h>

struct since {
	bool		 is_number;
	uint64_t	 number;	/* what follows that entry */
	int64_t		 ms;		/* else: what was said then or later */
};

/* wall_ms: now. False: none of these. */
bool	 since_parse(struct since *, const char *text, int64_t wall_ms);

#endif
