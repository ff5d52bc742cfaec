/*
 * The seats of a session that carries several rooms, for link_state.h.
 */
#ifndef TUI_RECEIVER_LINK_HALL_STATE_H
#define TUI_RECEIVER_LINK_HALL_STATE_H

#include "common/hello.h"

enum { LINK_LEFT = 32 };	/* seats to be left, at most */

/* link_leave.c: seats that are to be left and may be there still. */
struct link_left {
	uint32_t	 slot[LINK_LEFT];
	unsigned	 n, tries;
	int64_t		 due;
};

/* link_enter.c: a session that carries several rooms. */
struct link_hall {
	bool		 many;			/* this one does; */
	bool		 people;		/* and it knows of talks */
	bool		 worn;			/* there are no slots left */
	uint32_t	 slot;			/* the last one taken */
	uint32_t	 run;			/* for HS3: a number of ours */
	struct link_left left;
	struct frame_position home;		/* as HS2 said; and its name */
	char		 room[HELLO_ROOM_NAME];
	size_t		 room_len;
};

#endif
