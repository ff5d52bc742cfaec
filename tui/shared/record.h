/*
 * Records: what travels on the two pipes between the screen's process and
 * the receiver. Pure framing; tui/shared/duct does the reading and writing.
 *
 *   length u16 (of what follows) | type u8 | window u16 | body
 *
 * The window is that of the room which a record is about; of the session it is
 * the first one, 0.
 */
#ifndef TUI_SHARED_RECORD_H
#define TUI_SHARED_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/pieces.h"
#include "tui/shared/record_denial.h"
#include "tui/shared/record_room.h"
#include "tui/shared/record_state.h"

enum {
	RECORD_TEXT = PIECES_TEXT_BYTES,	/* longest message */
	RECORD_BYTES = RECORD_TEXT + 64,
	RECORD_SHORT_BYTES = 4096,
	RECORD_PATH = 1024,	/* longest path that is told */
	RECORD_KNOWN = 8192	/* own lines that are known again, at most */
};

/* In the id of a line that an earlier run said. */
#define RECORD_EARLIER ((uint64_t)1 << 63)

enum record_type {
	/* To the receiver. */
	RECORD_LOGIN = 1,	/* text: the name */
	RECORD_POST,		/* id, kind, text: a whole message */
	RECORD_PASSPHRASE,	/* text */
	RECORD_READ,		/* id: entries before it; flags: how many */
	RECORD_NICK,		/* text: be called that from now on */
	RECORD_WHOIS,		/* text: a name; RECORD_PERSON answers */
	RECORD_VERIFY,		/* compare with the server; RECORD_VERIFIED */
	RECORD_WAKE,		/* the user asks to try again now */
	RECORD_LEAVE,		/* then the receiver ends */
	RECORD_WITHDRAW,	/* the newest own line that waits is not to be
				 * said; id not 0: none of them */
	RECORD_KEEP,		/* what was posted is to be on the disk;
				 * RECORD_KEPT answers */
	RECORD_JOIN,		/* text: another room, for this window; id: show
				 * what follows that entry, 0: as ever; flags:
				 * record_join */
	RECORD_PART,		/* that room is left */
	RECORD_LOOK,		/* the window is looked at */
	RECORD_ROOMS,		/* which are there? RECORD_LISTED answers */
	/* From the receiver. */
	RECORD_ROOM,		/* text: what the server calls the room */
	RECORD_WELCOME,		/* text: the name the room knows us by */
	RECORD_DENIED,		/* denial, text: the name, or as it says; of a
				 * name flags: enum refusal, entry.text: the
				 * name that it looks like, or empty; of a room
				 * the only one that there is, or itself, where
				 * another window has it; wait_ms: it may be
				 * made; id 1: by that room alone, the others
				 * go on */
	RECORD_NICK_DENIED,	/* the same of a name that RECORD_NICK asked
				 * for: we stay in as we were, for wait_ms at
				 * least; 0: for ever, or that is not known */
	RECORD_ENTRY,		/* entry; an own line carries its id */
	RECORD_CAUGHT_UP,	/* all that was there on joining is shown */
	RECORD_OLDER,		/* entry, an answer to RECORD_READ */
	RECORD_PENDING,		/* id, text, kind: an own line of earlier */
	RECORD_STORED,		/* id: that line and those before are in the
				 * outbox; flags: its last piece's counter */
	RECORD_POSTED,		/* id: so are safe; BEHIND: CAUGHT_UP follows;
				 * PASSED: again, as no entry is to come */
	RECORD_REFUSED,		/* id: a line that is not said; text: how it
				 * begins; CROWDED: as many wait as may; MUTED:
				 * text: why, wait_ms, 0: no end; entry.text */
	RECORD_DISK,		/* the server ends: its disk takes nothing */
	RECORD_WITHDRAWN,	/* id, text, kind, flags: a piece of a line that
				 * waits no more, RECORD_SENT: it may be said
				 * all the same; at the end one without text,
				 * RECORD_SENT: some wait that may be sent */
	RECORD_REWIND,		/* id: entries above it never were */
	RECORD_ASIDE,		/* text: where what was stored of the room and
				 * is not the server's is now; "": too long */
	RECORD_DAMAGED,		/* text: an outbox of which a part is lost */
	RECORD_VERIFIED,	/* id: up to there as the server has it; flags:
				 * from there on; 0: it differs; text: the
				 * server's fingerprint */
	RECORD_NEW_HOST,	/* text: the fingerprint, now remembered; "":
				 * as given; "=HOST:PORT": known there */
	RECORD_MOVED,		/* what is kept lies elsewhere: begin again */
	RECORD_WINDOW,		/* another has the room open: waited for */
	RECORD_MEMBER,		/* text: a name; flags: record_member */
	RECORD_PERSON,		/* text: a name; flags: record_member;
				 * entry: its JOIN: when, text: the key's
				 * fingerprint, "" where there is none */
	RECORD_KEPT,		/* id: so many own lines wait; text: the file
				 * that they are in, "": in none */
	RECORD_LISTED,		/* text: a room, "": that is not told; id: its
				 * newest entry; flags: record_listed */
	RECORD_STATE,		/* state */
	RECORD_TYPE_MAX = RECORD_STATE
};

/* Of a member. Who is not told after FIRST is not there (any more); joins and
 * leaves that follow come as entries. */
enum record_member {
	RECORD_MEMBER_FIRST = 1 << 0,	/* of the list: forget who was known */
	RECORD_MEMBER_AWAY = 1 << 1,
	RECORD_MEMBER_CLASSIC = 1 << 2,	/* nobody verified the name */
	RECORD_MEMBER_ABSENT = 1 << 3,
	RECORD_MEMBER_UNKNOWN = 1 << 4	/* nobody has answered who it is */
};

enum { RECORD_SENT = 1 << 0, RECORD_BEHIND = 1 << 1, RECORD_PASSED = 1 << 2 };
enum { RECORD_MUTED = 1 << 0, RECORD_CROWDED = 1 << 1 };	/* of REFUSED */

struct record {
	enum record_type type;
	uint16_t	 window;
	uint64_t	 id;
	enum entry_kind	 kind;
	uint32_t	 flags;
	enum record_denial denial;
	const char	*text;		/* a view */
	size_t		 text_len;
	int64_t		 wait_ms;
	struct entry	 entry;		/* views */
	struct record_state state;
};

/* Writes the framed record; returns its bytes, 0 if it would not fit. */
size_t	 record_encode(uint8_t dst[RECORD_BYTES], const struct record *);

enum record_result {
	RECORD_OK,
	RECORD_MORE,		/* the record is not complete yet */
	RECORD_BAD		/* not a record: the other side is broken */
};
/* Reads the record at the start of data. On RECORD_OK *used bytes belong to it
 * and *r holds views into data. */
enum record_result record_decode(const uint8_t *data, size_t len,
	    struct record *r, size_t *used);

#endif
