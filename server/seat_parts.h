/*
 * What a seat consists of.
 */
#ifndef SERVER_SEAT_PARTS_H
#define SERVER_SEAT_PARTS_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/frame.h"
#include "server/stages.h"

/* A whole message, until it is in the log. */
struct message {
	STAILQ_ENTRY(message) next;
	uint32_t	 first;		/* counter of its first piece */
	uint8_t		 kind;		/* of its last piece */
	uint8_t		 pieces;
	uint8_t		 role;
	uint16_t	 len[ENTRY_MORE_MAX + 1];	/* of each */
	char		 text[];	/* of all */
};
STAILQ_HEAD(message_list, message);

/* What it wants of the room besides speaking. */
struct seat_join {
	int64_t		 asked_ms;		/* since when it wants in, or
						 * one of several is closing */
	int64_t		 enter_ms;		/* it tries then; 0: no more */
	bool		 arriving;		/* not decided on yet */
	bool		 wants_in;		/* has asked for that */
	bool		 leaves;		/* once all is said, */
	bool		 everywhere;		/* at all servers */
	bool		 unheard;		/* may not know that it is, */
	bool		 renamed;		/* or what the room is called
						 * since in->renamed */
};

/* What it has said. */
struct seat_posts {
	uint32_t	 outbox;
	uint32_t	 next;			/* expected in the log */
	uint32_t	 durable_next;		/* of which POSTED may speak, */
	bool		 durable;		/* once that is not his word, */
	bool		 foreign;		/* another's outbox, too */
	uint64_t	 durable_seq;		/* and where the log has it */
};

/* What it says. */
struct seat_saying {
	uint32_t	 expect;		/* from it: next behind said */
	uint32_t	 awaited_next;		/* behind the one at seq, */
	uint64_t	 seq;			/* which is to be on the disk */
	uint64_t	 newest_seq;		/* of the last one */
	struct stage	*stage;			/* pieces that have come */
	struct message_list said;		/* on their way to the log */
};

/* May it say nothing? As of a version of what is in force, its low bits. */
struct seat_mute {
	int64_t		 until_ms;		/* UTC; 0: for ever */
	uint32_t	 seen;			/* of standing_version */
	bool		 is;
};

/* What the next datagrams carry, besides entries. */
enum seat_owes {
	SEAT_OWES_POSTED = 1 << 0,
	SEAT_OWES_HEAD = 1 << 1,
	SEAT_OWES_BASE = 1 << 2,	/* HEAD at what it has */
	SEAT_OWES_MEMBERS = 1 << 3,
	SEAT_OWES_ERROR = 1 << 4,
	SEAT_OWES_REWIND = 1 << 5,
	SEAT_OWES_PERSON = 1 << 6,
	SEAT_OWES_LEAVE = 1 << 7,
	SEAT_OWES_WELCOME = SEAT_OWES_POSTED | SEAT_OWES_BASE |
	    SEAT_OWES_MEMBERS
};

/* What there is to say of some of that, while there is. */
struct seat_debt {
	enum frame_code	 error;
	uint64_t	 error_id;
	uint64_t	 error_wait_ms;
	uint64_t	 rewind_from, rewind_to;
	char		*reason;		/* of who is put out, or NULL */
	char		*whois;			/* asked for; NULL: nobody */
};

/* Older entries that it asked for. */
struct seat_read {
	uint64_t	 before;		/* 0: nothing is wanted */
	uint64_t	 after;
	int64_t		 due_ms;
	int64_t		 pace_ms;		/* not before that */
};

/* It is in the room's list of those who wait. */
struct seat_wait {
	bool		 listed;
	bool		 disk;			/* its newest post goes there */
	bool		 called;		/* is served after this turn */
	bool		 held;			/* nothing is sent yet */
};

#endif
