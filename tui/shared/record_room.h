/*
 * What is told of the rooms that a server has, for record.h.
 */
#ifndef TUI_SHARED_RECORD_ROOM_H
#define TUI_SHARED_RECORD_ROOM_H

/* Of a room that is to be joined. */
enum record_join {
	RECORD_JOIN_MAKES = 1 << 0,	/* it is made, where there is none */
	RECORD_JOIN_WHOLE = 1 << 1,	/* all of it is shown */
	RECORD_JOIN_AGAIN = 1 << 2,	/* not where another of one's devices
					 * has left it */
	RECORD_JOIN_OTHER = 1 << 3	/* what waits is for whichever room has
					 * the name now */
};

/* Of a room that is listed. Behind them are the people there. */
enum record_listed {
	RECORD_LISTED_IN = 1 << 0,	/* one is in */
	RECORD_LISTED_CLOSED = 1 << 1,	/* to who is not allowed */
	RECORD_LISTED_HOME = 1 << 2,
	RECORD_LISTED_FIRST = 1 << 3,	/* of the list */
	RECORD_LISTED_LAST = 1 << 4,
	RECORD_LISTED_PEOPLE = 8,	/* so many bits to the left */
	RECORD_LISTED_MOST = (1 << 24) - 1
};

#endif
