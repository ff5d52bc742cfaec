/*
 * The frames of a session that carries several rooms. Read by common/frame,
 * written by common/frame_put.
 *
 *   ROOM     slot varint                  what follows in this datagram is of
 *                                         that seat; before the first: of 0
 *   ENTER    slot varint, room string, outbox u32, next id varint, position of
 *            have (zeros: nothing), flags varint, token string, former string
 *   ENTERED  slot varint, flags varint, room string, key string (0, or 32 of
 *            whom a talk is with), position of the head
 *   ASK      what u8, from varint
 *   LIST     what u8, seq varint, total varint, from varint, n varint,
 *            n * (flags u8, people varint, head varint, mark varint,
 *            name string, topic string)
 *   NAME     tag varint, code varint, name string
 *   SEAT     slot varint, term varint, seq varint, n varint, n * entry
 *
 * Seat 0 is the session. Those that a client begins have odd slots, and none is
 * used twice in a session. former is as in HS3: what who enters was called when
 * he said what may be in the log. NAME asks for a name for all rooms, under a
 * tag that is not 0, and answers: code 0, he is called so; else why not. With
 * tag 0 it says how one is called at first. SEAT is ROOM and ENTRIES in one, of
 * the log that ENTERED has told, for who knows it.
 */
#ifndef COMMON_FRAME_ROOM_H
#define COMMON_FRAME_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

enum {
	FRAME_SLOT_MAX = 2047,
	FRAME_ROOM_BYTES = 64,		/* longest name of a room */
	FRAME_TOKEN_BYTES = 32,
	FRAME_FORMER_BYTES = 264,	/* 8 names, with blanks between */
	FRAME_TOPIC_BYTES = 80
};

enum frame_enter_flags {
	FRAME_ENTER_NEW = 1 << 0,	/* nothing of before is wanted */
	FRAME_ENTER_READS = 1 << 1,	/* only reads: nobody comes */
	FRAME_ENTER_MAKES = 1 << 2,	/* a room that there is not, too */
	FRAME_ENTER_AGAIN = 1 << 3	/* not where one has left it since */
};

enum frame_entered_flags {
	FRAME_ENTERED_TALK = 1 << 0,
	FRAME_ENTERED_CLOSED = 1 << 1,	/* to who is not allowed */
	FRAME_ENTERED_OPERATOR = 1 << 2,
	FRAME_ENTERED_HOME = 1 << 3	/* where who knows one room is */
};

enum frame_ask {
	FRAME_ASK_ROOMS = 1,
	FRAME_ASK_DEVICES,	/* one's own; LIST: common/frame_person.h */
	FRAME_ASK_TALKS = 4,
	FRAME_ASK_END			/* a device; its LIST is of them */
};

enum frame_listed_flags {
	FRAME_LISTED_IN = 1 << 0,	/* who asks sits there */
	FRAME_LISTED_CLOSED = 1 << 1,
	FRAME_LISTED_HOME = 1 << 2,
	FRAME_LISTED_MINE = 1 << 3	/* one's own devices enter it */
};

/* An ENTER that is to be written. */
struct frame_enter {
	uint32_t	 slot;
	const char	*room;
	size_t		 room_len;
	uint32_t	 outbox;	/* not 0 */
	uint64_t	 next_id;	/* a counter, from 1 */
	struct frame_position have;
	uint8_t		 flags;
	const char	*token;
	size_t		 token_len;
	const char	*former;
	size_t		 former_len;
};

/* And an ENTERED. */
struct frame_entered {
	uint32_t	 slot;
	uint8_t		 flags;
	const char	*room;
	size_t		 room_len;
	const uint8_t	*key;		/* FRAME_KEY_BYTES; NULL: none */
	struct frame_position head;
};

/* A room of a LIST. */
struct frame_listed {
	uint8_t		 flags;
	uint64_t	 people, head, mark;
	const char	*name, *topic;	/* views, clean; topic may be empty */
	size_t		 name_len, topic_len;
};

/* The next of a LIST that was read; false at its end. */
bool	 frame_next_listed(struct frame *, struct frame_listed *);

#endif
