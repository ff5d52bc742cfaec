/*
 * What a link's room is made of, for the link's own files only; it is put
 * together in link_room_state.h.
 */
#ifndef TUI_RECEIVER_LINK_ROOM_PARTS_H
#define TUI_RECEIVER_LINK_ROOM_PARTS_H

#include "common/roster.h"
#include "tui/receiver/reorder.h"
#include "tui/receiver/replica.h"
#include "tui/receiver/said.h"
#include "tui/shared/outbox.h"

enum { LINK_NAMES = 8 };		/* by /nick, that wait */
_Static_assert((int)SAID_LINES == 2 * (int)OUTBOX_POSTS, "all that waits");

/* What the next datagrams ask for, until it is there. */
enum link_wants {
	LINK_WANTS_BASE = 1 << 0,
	LINK_WANTS_MEMBERS = 1 << 1,
	LINK_WANTS_NAME = 1 << 2	/* what we are called */
};

/* link_sync.c: what we have and lack is said. */
struct link_syncing {
	int64_t		 due, at;
	unsigned	 received;		/* with entries, since */
	unsigned	 gap_tries;
	int64_t		 quiet_due;		/* nothing came for a while */
	unsigned	 wants;
	int64_t		 want_due;
	unsigned	 want_asked, want_tries;	/* last; in vain */
};

/*
 * link_naming.c: what we are called, as the log says; and what we were called
 * before the oldest post that waits, which is what HS3 says: with that post's
 * number it tells the server what it must know.
 */
struct link_naming {
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;
	char		 base[TEXT_NAME_BYTES];
	size_t		 base_len;
	uint32_t	 renamed;		/* newest rename of ours in the
						 * log: its post's counter */
	uint64_t	 seq;			/* name is as after it, and
						 * what entries say since */
};

/* link_log.c: the entries, in order and to the screen. */
struct link_log {
	struct replica	 replica;
	struct reorder	 reorder;
	bool		 begins_late;		/* the stored one does: what
						 * was asked for is before it */
	bool		 untold;		/* that it is set aside */
	bool		 settled;		/* sure where the copy ends */
	bool		 caught_up;		/* with goal; told */
	uint64_t	 goal;			/* the head when we joined; */
	bool		 goal_is_early;		/* before that, as yet */
	uint64_t	 joined;		/* when this session began */
	uint64_t	 shown;			/* the screen has up to here */
	uint64_t	 floor;			/* or is not to, while it is
						 * not settled */
	uint64_t	 went_from;		/* the last time back, in this
						 * session */
};

/* link_verify.c: is the copy what the server has? */
struct link_verify {
	bool		 asked;			/* by the screen */
	uint64_t	 last;			/* told for this number */
	uint64_t	 seq;			/* where the copy ended then; */
	uint8_t		 chain[FRAME_CHAIN];	/* 0: not asked yet */
};

/* link_read.c: older entries. */
struct link_reading {
	uint64_t	 before;		/* 0: nothing asked for */
	uint64_t	 after;
	int64_t		 due;
	unsigned	 tries;
};

/* link_members.c: who is in the room. */
struct link_members {
	struct roster	 roster;
	bool		 known;			/* roster counts */
	uint64_t	 seq, version;
	uint64_t	 changed;		/* newest entry that did it */
	struct roster	 learning;		/* the next one, in pieces */
	uint64_t	 learning_seq, learning_version;
	uint32_t	 learning_from;
	bool		 telling;		/* it to the screen, behind: */
	char		 told_fold[TEXT_FOLD_BYTES];
};

/* link_whois.c: who somebody is. */
struct link_whois {
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;			/* 0: nobody is asked about */
	unsigned	 tries;
	int64_t		 due;
};

/* link_boxes.c: an outbox, and what its lines of earlier runs are called by. */
struct link_box {
	struct outbox	*outbox;
	unsigned	 number;		/* 0: it is typed into */
};

/* link_post.c: what the user said and the room has not said that it has. */
struct link_posting {
	struct outbox	*outbox;		/* it is said from; NULL: no
						 * name yet */
	unsigned	 box;			/* its number */
	struct link_box	*behind;		/* those behind it, in order */
	size_t		 behind_n;
	int64_t		 box_due;		/* the next, not before */
	uint32_t	 next;			/* POSTED said; 0: nothing */
	uint64_t	 seq;
	bool		 seen;			/* one, in this session */
	bool		 heard;			/* and what follows is of what
						 * was said in it */
	uint32_t	 claimed;		/* POSTED said, of before it: to
						 * be compared; 0: nothing */
	uint32_t	 other;			/* from there on the room has
						 * other words; 0: not so */
	bool		 renumbered;		/* since it began */
	bool		 holed;			/* in a talk: it left counters
						 * out, and has a new number
						 * before it says more */
	int64_t		 forget_due;		/* in a talk: what was said */
	bool		 dropped;		/* what the room expects still:
						 * it has it */
	int64_t		 renumber_due;		/* not before */
	uint32_t	 stored_next;		/* behind what the log has */
	uint32_t	 sent_up_to;		/* counter */
	uint32_t	 named[LINK_NAMES];	/* behind each /nick; or 0 */
	bool		 is_new;		/* some were never sent */
	int64_t		 due;			/* then all go again; */
	bool		 copies;		/* soon, and once, unanswered */
	int32_t		 wait;
	int64_t		 hold_until;		/* the room said: not so fast */
	enum record_held held;			/* for that alone they wait */
	int64_t		 mute_end;		/* as told; 0: unknown */
};

#endif
