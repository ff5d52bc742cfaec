/*
 * What a link knows of people and asks about them, for link_state.h.
 */
#ifndef TUI_RECEIVER_LINK_PERSON_STATE_H
#define TUI_RECEIVER_LINK_PERSON_STATE_H

#include "common/frame_person.h"
#include "tui/receiver/pins.h"

enum {
	LINK_WISHES = 96,	/* that wait, at most */
	LINK_OFFERS = 16	/* talks that are offered */
};

/* link_people.c: what is kept of them. */
struct link_people {
	struct pins	 pins;
	char		*base;			/* what the disk had of them */
	size_t		 base_len;		/* when it was read */
	bool		 changed;		/* since it was read; */
	bool		 unsaved;		/* by the disk */
	bool		 unread;		/* what the disk has of them */
	int64_t		 due;			/* to be saved: another program
						 * was at it; 0: it is */
};

enum link_wish_kind {
	LINK_WISH_TALK,		/* to write to him */
	LINK_WISH_TRUST,	/* the key that he has now is the right one */
	LINK_WISH_DIGITS,	/* to compare */
	LINK_WISH_CHECK		/* is it still his who has it? */
};

/* link_wish.c: who somebody is; asked one after the other. */
struct link_wish {
	enum link_wish_kind kind;
	bool		 called;	/* of CHECK: somebody is, by now */
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;
	int64_t		 since;
};

struct link_wishing {
	struct link_wish wish[LINK_WISHES];
	unsigned	 n, tries;
	int64_t		 due;
	bool		 knows;			/* in this session: */
	uint8_t		 key[NOISE_KEY];	/* whose name was asked last, */
	char		 asked[TEXT_NAME_BYTES];	/* and which */
	size_t		 asked_len;
	/* Whose name was told last to have another key, and which; the name
	 * may be one of several that he has. */
	uint8_t		 shown[2][NOISE_KEY];
	struct link_wish shown_for;
	/* By which other name a key was told to be called last. */
	uint8_t		 renamed[NOISE_KEY];
	char		 renamed_to[TEXT_NAME_BYTES + 1];
};

/* link_talks.c: what the server offers, by the even slots; and the list. */
struct link_offer {
	uint32_t	 slot;			/* 0: none */
	uint8_t		 key[NOISE_KEY];
	int64_t		 due;			/* if it is not taken, */
};						/* it is declined */

struct link_talks {
	struct link_offer offer[LINK_OFFERS];
	unsigned	 next;			/* to be overwritten */
	bool		 asked;
	bool		 quiet;			/* for what is read alone */
	uint64_t	 from;			/* the next piece */
	uint64_t	 step;			/* of a piece to the next; 0:
						 * not known */
	uint64_t	 total;
	unsigned	 open;			/* asked for, not here */
	int64_t		 due;
	unsigned	 tries;
};

/* link_heir.c: the key that is to come after ours is asked for. */
struct link_heir {
	int64_t		 due;
	unsigned	 tries;
};

#endif
