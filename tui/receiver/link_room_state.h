/*
 * A link's room: what follows from what is said there. For the link's own files
 * only (see link_state.h).
 */
#ifndef TUI_RECEIVER_LINK_ROOM_STATE_H
#define TUI_RECEIVER_LINK_ROOM_STATE_H

#include <sys/queue.h>

#include "common/frame_room.h"
#include "tui/receiver/link_marks.h"
#include "tui/receiver/link_room_parts.h"
#include "tui/receiver/link_rooms.h"

/* link_enter.c: its seat in a session of several rooms. */
struct link_entering {
	char		 room[FRAME_ROOM_BYTES];
	size_t		 len;			/* 0: the home room */
	uint32_t	 named;			/* crc32c: as it is called */
	uint32_t	 slot;			/* 0: none yet */
	bool		 in;			/* ENTERED has come */
	bool		 alone;			/* denied by a server of one */
	enum record_denial denied;		/* 0: it is not */
	int64_t		 due;			/* of ENTER; INT64_MAX: none */
	unsigned	 tries;
};

/* link_leave.c */
struct link_leaving {
	bool		 begun, left;
	bool		 over;		/* of a room: its seat alone is told */
	unsigned	 tries;
	int64_t		 said_by;	/* the last words are, or wait */
	int64_t		 due, end;
};

/* link_send.c: what the screen was told of the room's condition. */
struct link_told {
	struct record_state state;
	int64_t		 at;
	bool		 once;
};

struct link_talk;
struct link_room {
	TAILQ_ENTRY(link_room) by_link;
	struct link	*link;
	uint16_t	 window;		/* of the screen's process */
	struct link_entering entering;
	struct link_leaving parting;		/* from this room alone */
	struct link_place place;
	struct link_talk *talk;			/* NULL: it is a room */
	bool		 welcome;		/* it took us: we are in */
	uint64_t	 term;			/* of the server's run */
	struct link_told told;
	struct link_syncing syncing;
	struct link_naming naming;
	struct link_log	 log;
	struct link_verify verify;
	struct link_reading read;
	struct link_marks marks;
	struct link_members members;
	struct link_whois whois;
	struct link_posting posting;
	struct said	 said;
};
TAILQ_HEAD(link_room_list, link_room);

#endif
