/*
 * What a server told last of where the room is, until it is kept for the next
 * run: whoever tells something else each time has it written once in a while.
 * Pure; of the receiver process.
 */
#ifndef TUI_RECEIVER_NODES_KEPT_H
#define TUI_RECEIVER_NODES_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"
#include "tui/shared/hosts.h"

enum { NODES_KEPT_MS = 10 * 1000 };	/* between two writings */

/* Fields are its own but key and list, which are to be kept. */
struct nodes_kept {
	uint8_t		 key[NOISE_KEY];	/* the server's */
	char		 list[HOSTS_LIST_BYTES];
	bool		 waits, was;	/* to be kept; something is */
	int64_t		 last_ms;
};

/* The server that has that key told this list. */
void	 nodes_kept_told(struct nodes_kept *, const uint8_t key[NOISE_KEY],
	    const char *list);
/* Is it to be kept now, or, at the end, at all? Then it is. *due: or when, as
 * long as that is earlier. */
bool	 nodes_kept_now(struct nodes_kept *, int64_t now, bool ends,
	    int64_t *due);
/* It could not be: once more, in a while. */
void	 nodes_kept_not(struct nodes_kept *, int64_t *due);

#endif
