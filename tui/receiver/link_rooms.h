/*
 * What a link keeps of each room, and where.
 */
#ifndef TUI_RECEIVER_LINK_ROOMS_H
#define TUI_RECEIVER_LINK_ROOMS_H

#include <stdbool.h>
#include <stdint.h>

struct disk;

struct link_place {
	const struct disk *disk;	/* NULL: nothing is stored */
	const char	*dir;		/* of this room and name; exists */
	bool		 no_copy;	/* the outbox alone is stored there */
	bool		 has_after;	/* show what follows entry `after` */
	uint64_t	 after;
};

#endif
