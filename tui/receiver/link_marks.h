/*
 * What a link knows of the user's other devices: how far he has read, and that
 * which rooms there are is asked. For the link's own files only.
 */
#ifndef TUI_RECEIVER_LINK_MARKS_H
#define TUI_RECEIVER_LINK_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/frame.h"

/* link_marks.c: how far a room is read, here or elsewhere. */
struct link_marks {
	uint8_t		 log[FRAME_LOG_ID];	/* of which that is so */
	uint64_t	 seen;
	uint64_t	 asked, said;	/* to the server: last; and it knows */
};

/* And that is said of all rooms. */
struct link_marking {
	int64_t		 due;		/* INT64_MAX: it is */
	int64_t		 at;		/* the last time; 0: never */
	unsigned	 tries;
};

/* link_list.c: which rooms there are is asked. */
struct link_listing {
	bool		 asked;
	bool		 quiet;		/* for which are ours alone */
	uint64_t	 from;		/* the next piece */
	int64_t		 due;
	unsigned	 tries;		/* of it */
	unsigned	 anew;		/* begun, since it got shorter */
};

/* Which of them were told to be ours: once, unless one comes in. */
enum { LINK_MINE = 64 };
struct link_mine {
	uint32_t	 told[LINK_MINE];	/* crc32c of their names */
	unsigned	 n;
};

/* link_devices.c: the same of devices. */
struct link_devices {
	bool		 asked;
	uint64_t	 ends;		/* that one, 0: none */
	int64_t		 due;
	unsigned	 tries;
};

#endif
