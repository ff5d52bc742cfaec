/*
 * What the room says that it has under our numbers, compared with what waits
 * under them. As link_parts.h.
 */
#ifndef TUI_RECEIVER_LINK_POSTED_H
#define TUI_RECEIVER_LINK_POSTED_H

#include "tui/receiver/link_parts.h"

/* link_compare.c */
/* POSTED: all below a counter of ours is in the room. */
void	 link_take_posted(struct link_room *, const struct frame *);
/* Once the log is here up to where it must be. */
void	 link_compare_tick(struct link_room *);

/* link_again.c */
/* An entry of the copy, a view until the next; false: it is not held. */
bool	 link_read_stored(struct link_room *, uint64_t seq, struct entry *);

#endif
