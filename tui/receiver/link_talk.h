/*
 * A link's room that is a talk: whom it is with, the keys of its log, and what
 * its entries say. For the link's own files only. Below link_room.h.
 */
#ifndef TUI_RECEIVER_LINK_TALK_H
#define TUI_RECEIVER_LINK_TALK_H

#include "common/wire.h"
#include "tui/receiver/link_state.h"
#include "tui/receiver/talk.h"
#include "tui/receiver/talk_order.h"

enum { LINK_TALK_NAME = 1 + 43 };	/* "@", a key as base64url */

struct link_talk {
	struct talk	 keys;
	bool		 known;			/* keys count: they are of */
	uint8_t		 log_id[FRAME_LOG_ID];
	uint8_t		 other[NOISE_KEY];
	char		 side;			/* ours: author of entries */
	char		 name[TEXT_NAME_BYTES];	/* what the other is called; */
	size_t		 len;			/* 0: not known */
	bool		 checked;		/* in this session: nobody else
						 * has his name; since */
	int64_t		 checked_at;
	bool		 succeeded;		/* another key came after it */
	bool		 locked;		/* somebody else has */
	bool		 old;			/* and that is he, by now */
	bool		 anew;			/* of another log than ever */
	bool		 rekeyed;		/* we have another key than when
						 * it was entered last */
	uint32_t	 told;			/* crc32c: of whom it is */
	char		 text[TALK_TEXT_BYTES];	/* of link_read_stored */
	struct talk_order order, older;
	uint64_t	 ordered, older_from;	/* entries that they are behind,
						 * and before */
};

/* The key that a room's name says; false: it is a room. */
bool	 link_talk_key(const char *room, size_t len, uint8_t key[NOISE_KEY]);
/* What was named so is a talk, if the name says so. False: no memory, or
 * nothing can be sealed for that key. */
bool	 link_talk_begin(struct link_room *);
void	 link_talk_end(struct link_room *);
/* The talk has this log; true: it had another one. */
bool	 link_talk_know(struct link_room *, const uint8_t log_id[FRAME_LOG_ID]);
/* What is said there may go out. */
bool	 link_talk_may(const struct link_room *);
/* The talk with that key; NULL: it has no window. */
struct link_room *link_talk_of(const struct link *,
	    const uint8_t key[NOISE_KEY]);
/* That key is out, as was said before: who names it has not heard of it yet. */
bool		 link_talk_is_out(const struct link *,
		    const uint8_t key[NOISE_KEY]);
/* Another key came after that one: the talk with that one, or NULL. */
struct link_room *link_talk_succeed(struct link *, const char *fingerprint,
	    size_t len);
/* What is shown of who has no name that is sure to be his. */
enum { LINK_KEY_NAME = 4 + 8 };
void	 link_key_name(char name[LINK_KEY_NAME], const uint8_t key[NOISE_KEY]);
/* As a talk is joined, with NUL. */
char	*link_talk_room(char room[LINK_TALK_NAME + 1],
	    const uint8_t key[NOISE_KEY]);
/* ENTERED is of what was asked for. */
bool	 link_talk_is(const struct link_room *, const struct frame *);

/* Counters of an outbox are left out, of which something was said. */
void	 link_leave_hole(struct link_room *, struct outbox *);
/* A post of a talk, as it is sent: f's text is in `sealed` then. False: it is
 * longer than any that is taken. */
bool	 link_seal(const struct link_room *, struct frame_post *f,
	    char sealed[TEXT_LINE_BYTES]);
/*
 * What an entry of the room says. In a talk it is opened: its text is in
 * `text`, and its role the one inside; what should not be there, or is not
 * what it says it is, is without text and RECORD_UNREADABLE, as is what is
 * sealed in a room. Authors stay what they are in the log.
 */
void	 link_open(const struct link_room *, struct entry *,
	    char text[TALK_TEXT_BYTES]);
/* Its author as the screen knows him. */
void	 link_name_author(const struct link_room *, struct entry *);
/* link_order.c: an entry is told next, in order, or newest first: before it is
 * told what is missing there. The copy is looked through where that is not
 * known; of what is read there the views end. */
void	 link_order_next(struct link_room *, const struct entry *);
void	 link_order_older(struct link_room *, const struct entry *);

/* What we are called there, for the screen; and in the log. */
const char *link_own_name(const struct link_room *, size_t *len);
const char *link_own_author(const struct link_room *, size_t *len);

#endif
