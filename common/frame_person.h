/*
 * The frames of people: of somebody who has several devices, and of talks. Read
 * by common/frame, written by common/frame_put.
 *
 *   MARK     flags u8, n varint, n * (log id 16, seq varint)
 *   REKEY    key 32
 *   ENTER    room: "@" and the base64url of a key, 43 characters
 *   LIST     of what 2: n * (flags u8, since ms varint, heard ms varint,
 *            device string)
 *            of what 4: n * (flags u8, said varint, mark varint, log id 16,
 *            key 32, name string)
 *
 * An ASK of what 5 ends the session that began at from, one of one's own, and
 * is answered by the LIST of what 2.
 *
 * A MARK says up to where one has read, to the server, and to one's other
 * devices; the larger number counts. It is repeated until it is answered, by
 * one of the same logs. since is of the session's beginning, UTC;
 * heard: so long ago. REKEY asks that this key comes after one's own, which is
 * out from then on. said is the last entry that one of both said; the name is
 * what the other is called now, or empty. What else a LIST begins with, and
 * all the other frames, are those of common/frame_room.h: a talk that the
 * server has more of comes as an ENTERED with an even slot, its position zeros,
 * and is entered by that slot.
 */
#ifndef COMMON_FRAME_PERSON_H
#define COMMON_FRAME_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

enum { FRAME_DEVICE_BYTES = 16 };	/* longest name of a device */

/* Why an ERROR 8 comes in seat 0: another one is there instead, or has ended
 * it; and why a LEAVE comes in a seat: by another device, for good. */
#define FRAME_MOVED	"replaced"
#define FRAME_ENDED	"ended"
#define FRAME_LEFT	"left"

enum frame_mark_flags {
	FRAME_MARK_ANSWER = 1 << 0	/* to one that came */
};

struct frame_mark {
	uint8_t		 log_id[FRAME_LOG_ID];
	uint64_t	 seq;
};

enum frame_device_flags {
	FRAME_DEVICE_SELF = 1 << 0	/* of who asks */
};

/* A device of a LIST. */
struct frame_device {
	uint8_t		 flags;
	uint64_t	 since_ms, heard_ms;
	const char	*name;		/* a view, clean; may be empty */
	size_t		 name_len;
};

enum frame_talk_flags {
	FRAME_TALK_IN = 1 << 0,		/* who asks sits there */
	FRAME_TALK_HERE = 1 << 1	/* the other one is not away */
};

/* A talk of a LIST. */
struct frame_talk {
	uint8_t		 flags;
	uint64_t	 said, mark;
	const uint8_t	*log_id, *key;	/* FRAME_LOG_ID, FRAME_KEY_BYTES */
	const char	*name;		/* a view, a valid name, or empty */
	size_t		 name_len;
};

/* The next of a list that was read, of that sort; false at its end. */
bool	 frame_next_mark(struct frame *, struct frame_mark *);
bool	 frame_next_device(struct frame *, struct frame_device *);
bool	 frame_next_talk(struct frame *, struct frame_talk *);

#endif
