/*
 * Which records there are, and what of struct record each has; for record.h.
 */
#ifndef TUI_SHARED_RECORD_TYPE_H
#define TUI_SHARED_RECORD_TYPE_H

#include <stdint.h>

/* In the id of a line that an earlier run said. */
#define RECORD_EARLIER ((uint64_t)1 << 63)

enum record_type {
	/* To the receiver. */
	RECORD_LOGIN = 1,	/* text: the name */
	RECORD_POST,		/* id, kind, text: a whole message; flags:
				 * record_post */
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
				 * record_join. "@NAME", and no key: what is
				 * said there waits; behind a key: what waits
				 * there is for that talk from now on */
	RECORD_PART,		/* that room is left */
	RECORD_LOOK,		/* the window is looked at */
	RECORD_ROOMS,		/* which are there? RECORD_LISTED answers */
	RECORD_TALK,		/* text: a name, to talk with who has it; it is
				 * answered by RECORD_OFFERED, or, where the
				 * name has another key, RECORD_LOCKED */
	RECORD_TALKS,		/* which are there? RECORD_TALK_LISTED answers,
				 * at least once */
	RECORD_PIN,		/* text: a name; flags: record_pin. Answered by
				 * RECORD_TALKER where its talk has a window */
	RECORD_COMPARE,		/* text: a name; RECORD_DIGITS answers */
	RECORD_SHUT,		/* of the talk in that window: nothing more is
				 * taken from him there; id 1: it is again */
	RECORD_SEEN,		/* id: up to there the user has read the room */
	RECORD_DEVICES,		/* which are one's own? id: when the one began
				 * that is ended before, 0: none. RECORD_DEVICE
				 * answers, at least once */
	RECORD_FORGET,		/* what waits in that window is not to be said:
				 * lines of this run, from that id on; of who is
				 * asked for by a name all of them */
	/* From the receiver. */
	RECORD_ROOM,		/* text: what the server calls the room */
	RECORD_WELCOME,		/* text: the name the room knows us by; flags:
				 * record_welcome */
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
				 * text: why, wait_ms, 0: no end; entry.text;
				 * ASTRAY: of a room to a talk, or of a talk to
				 * a room */
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
	RECORD_OFFERED,		/* text: a talk, to be joined by; entry.author:
				 * whose it is, entry.text: his fingerprint,
				 * or, RENAMED, the name that he had; flags:
				 * record_talk */
	RECORD_TALK_LISTED,	/* the same; id: the last line that was said,
				 * text: "": there is none */
	RECORD_TALKER,		/* the same of the window's talk, whenever that
				 * is new; not OLD: it is not locked any more */
	RECORD_LOCKED,		/* nothing is said there: text: the key that
				 * was, entry.text: that is, as fingerprints;
				 * entry.author: whose, flags: record_talk, of
				 * what was asked; "" and "": the server has
				 * begun the talk anew */
	RECORD_MISSING,		/* id: so many lines are, before the entry that
				 * follows; flags: record_missing, of OLDER:
				 * before the one that it came behind */
	RECORD_DIGITS,		/* text: to be compared, entry.author: with
				 * whom; text "": who that is, nobody knows */
	RECORD_MARK,		/* id: so far is the room read, by another of
				 * one's devices */
	RECORD_MINE,		/* text: a room that one is in, but not here */
	RECORD_PARTED,		/* another of one's devices has left the room */
	RECORD_DEVICE,		/* id: when it began, ms since 1970; text: its
				 * name; flags: record_device */
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

#endif
