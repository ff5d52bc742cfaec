/*
 * What a block of the log says besides entries: whose a name is, where people
 * are, and what several servers tell each other of the house.
 */
#ifndef SERVER_ROOM_LOG_NOTE_H
#define SERVER_ROOM_LOG_NOTE_H

#include <stddef.h>
#include <stdint.h>

/* To no client; twice is harmless. */
enum log_note_kind {
	LOG_NOTE_TAKE,		/* key takes the name, or renews its lease */
	LOG_NOTE_CALL,		/* the same, and nobody hears of it now */
	LOG_NOTE_KEEP,		/* something is said under it: for longer */
	LOG_NOTE_FREE,		/* it is nobody's now */
	LOG_NOTE_MOVE,		/* it is key's now, if it was former's */
	LOG_NOTE_AT,		/* who is called so is at the block's node, */
	LOG_NOTE_AWAY,		/* or is not there any more */
	LOG_NOTE_NEWS		/* of the house; only of several servers */
};
struct log_note {
	enum log_note_kind kind;
	const char	*fold;		/* of text_fold */
	const uint8_t	*key;		/* of the first three, and MOVE */
	const uint8_t	*former;	/* of MOVE */
	uint32_t	 place;		/* a number for where that is; of AT:
					 * by which device, 0: he has one */
	const uint8_t	*news;		/* of NEWS alone: house_news.h */
	size_t		 news_len;
};

#endif
