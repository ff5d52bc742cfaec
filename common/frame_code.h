/*
 * Why the server says no: the codes of the frame ERROR, and of a rename that
 * the log refuses.
 */
#ifndef COMMON_FRAME_CODE_H
#define COMMON_FRAME_CODE_H

/* What ERROR's code says; text has it in words. */
enum frame_code {
	FRAME_NAME_BAD = 1,	/* malformed, or reserved */
	FRAME_NAME_TAKEN,	/* somebody of that name is in the room */
	FRAME_NAME_OWNED,	/* another key owns it */
	FRAME_ROOM_FULL,
	FRAME_LIMIT_RATE,	/* posts from id on: again after wait_ms */
	FRAME_NO_SPACE,		/* the disk is full: again after wait_ms */
	FRAME_KICKED,		/* or banned: text says so */
	FRAME_REPLACED,		/* the same person came from elsewhere */
	FRAME_REWIND,		/* go on after id instead of after seq wait_ms:
				 * what is above it never was, or is no more */
	FRAME_NO_ROOM,		/* none of that name, or no seat in it */
	FRAME_CLOSED,	/* only keys that are allowed may enter */
	FRAME_MUTED,		/* the message that begins with id is refused,
				 * for wait_ms, 0: for ever; text: why */
	FRAME_NO_TALK,		/* there is none with that key, nor may be */
	FRAME_QUOTA,		/* so many rooms are one too many */
	FRAME_CODE_MAX = FRAME_QUOTA
};

#endif
