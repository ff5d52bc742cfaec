/*
 * What is told of talks between two people, for record.h. A talk is a window as
 * a room is, joined by "@" and the base64url of the other's key. What is said
 * there comes as entries whose author is the name that each of both has now.
 */
#ifndef TUI_SHARED_RECORD_PERSON_H
#define TUI_SHARED_RECORD_PERSON_H

#include "common/entry_flags.h"
#include "common/pieces.h"

enum {
	RECORD_TALK_BYTES = 1 + 43,	/* what a talk is joined by */
	RECORD_TALK_PIECE = TEXT_LINE_BYTES - 25,	/* of one piece */
	RECORD_TALK_TEXT = (ENTRY_MORE_MAX + 1) * RECORD_TALK_PIECE,
	/* The role of an entry that neither of both has sealed, or not so. Its
	 * text is none of theirs. */
	RECORD_UNREADABLE = ENTRY_ROLE_MAX
};

/* Of what is said. A room takes none that is private, and a talk no other. */
enum record_post {
	RECORD_POST_PRIVATE = 1 << 0
};

/* Of the server that has let one in. */
enum record_welcome {
	RECORD_WELCOME_TALKS = 1 << 0	/* it knows talks */
};

/* Of a talk and who it is with. Of a name that was asked for one of the last
 * four says why there is none. */
enum record_talk {
	RECORD_TALK_ASKED = 1 << 0,	/* answers RECORD_TALK */
	RECORD_TALK_VERIFIED = 1 << 1,	/* the user has compared the digits */
	RECORD_TALK_OLD = 1 << 2,	/* the name is another key's by now */
	RECORD_TALK_HERE = 1 << 3,	/* he is, and not away */
	RECORD_TALK_SELF = 1 << 4,	/* with oneself */
	RECORD_TALK_IN = 1 << 5,	/* it has a window */
	RECORD_TALK_MORE = 1 << 6,	/* than has been read */
	RECORD_TALK_FIRST = 1 << 7,	/* of the list */
	RECORD_TALK_LAST = 1 << 8,
	RECORD_TALK_ABSENT = 1 << 9,	/* nobody has that name */
	RECORD_TALK_CLASSIC = 1 << 10,	/* he has no key */
	RECORD_TALK_UNKNOWN = 1 << 11,	/* nobody has answered who it is */
	RECORD_TALK_NONE = 1 << 12,	/* this server knows no talks */
	RECORD_TALK_RENAMED = 1 << 13,	/* he was called as its text says when
					 * that was asked: by him is meant? */
	RECORD_TALK_STRANGER = 1 << 14,	/* who has no answer from us yet */
	RECORD_TALK_REKEYED = 1 << 15,	/* we have a new key since: what was
					 * said by the former is not read */
	RECORD_TALK_FORMER = 1 << 16,	/* of ABSENT: whom the user knows had
					 * it, and is called as its text says */
	RECORD_TALK_FLAGS = (1 << 17) - 1
};

/* Of lines that are not where they should be. */
enum record_missing {
	RECORD_MISSING_ORDER = 1 << 0,	/* the next is not where it was said */
	RECORD_MISSING_OLDER = 1 << 1	/* of what is fetched */
};

/* What the user says of who has a name. */
enum record_pin {
	RECORD_PIN_VERIFIED = 1 << 0,	/* it is he */
	RECORD_PIN_DOUBTED = 1 << 1,	/* that is not sure any more */
	RECORD_PIN_TRUST = 1 << 2,	/* its key of now is the right one: a
					 * RECORD_OFFERED, ASKED, follows */
	RECORD_PIN_ANEW = 1 << 3	/* the window's talk may begin anew */
};

#endif
