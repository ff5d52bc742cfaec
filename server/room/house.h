/*
 * The house: what all rooms of a server have in common. One clock, one way
 * out, one count of what happened. Pure; owned by the hub.
 */
#ifndef SERVER_ROOM_HOUSE_H
#define SERVER_ROOM_HOUSE_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "server/room/dues.h"
#include "server/room/hub_types.h"
#include "server/room/log.h"

struct heirs;
struct house_news;
struct marks;
struct persons;
struct room;

/*
 * The rooms that there are, open or not. They are of the hub, who fills this
 * in for those below it.
 */
struct house_wish {
	const char	*name;		/* any bytes */
	size_t		 len;
	const uint8_t	*maker;		/* whose key, where there is none and
					 * it is to be made; NULL: it is not */
	bool		 opens;		/* which may take a while */
	bool		*makes;		/* set where there is none, and a maker
					 * may have it; may be NULL */
	const uint8_t	*self;		/* who wishes it, and may have a talk:
					 * "@" and a key; NULL: no talk */
	const union sock_addr *at;	/* where he is */
	int64_t		*wait_ms;	/* set where that is how long he has to
					 * wait; may be NULL */
};
struct house_listed {
	const char	*name;
	const struct room *room;	/* NULL: it is not open */
	uint8_t		 log[JOURNAL_ID];
	uint64_t	 head;		/* 0: not known */
	bool		 home, closed;
};
struct house_doors {
	/* The room that is called so, open. NULL with *why, 0: who wishes that
	 * it opens, or is made, can have it. */
	struct room *(*find)(void *arg, const struct house_wish *,
		    enum frame_code *why);
	/* The next one after last, home first, which is NULL at first and at
	 * the end. In one go. */
	const void *(*next)(void *arg, const void *last,
		    struct house_listed *);
	void	*arg;
};

/*
 * What somebody asked for and what comes about by that, until it is so. Zeroed:
 * nothing. What is refused at once he knows; refused: what was later.
 */
struct room_act {
	unsigned	 waits;
	bool		 refused;
	uint32_t	 number;	/* another one: no more of the last */
};

/* What all servers are to hear, if there are several: room_tell_news. */
enum house_verdict {
	HOUSE_NEW,
	HOUSE_SO,		/* it is so already */
	HOUSE_NOT		/* it cannot be (any more) */
};
struct house_ears {
	enum house_verdict (*judge)(void *arg, const struct house_news *);
	/* It is so from now on; ours: said here. In the log's turn. False with
	 * errno: the disk does not take it now. */
	bool	(*told)(void *arg, const struct house_news *, bool ours);
	/* Is there such a log, which then is open, if it can be? */
	enum log_other (*is_there)(void *arg, const uint8_t id[JOURNAL_ID]);
	void	*arg;
};

LIST_HEAD(room_list, room);
TAILQ_HEAD(room_queue, room);

/* Whether a room has something to do, and when it has again. */
struct room_rest {
	TAILQ_ENTRY(room) by_awake;	/* if it has */
	struct due	 due;		/* if not */
	bool		 awake;
	uint8_t		 calm;		/* so often it had nothing */
};

struct house {
	int64_t		 now_ms, wall_ms;	/* of this call */
	struct hub_out	 out;
	struct hub_figures figures;
	struct room_act	*act;		/* whose what is said now is, or NULL */
	struct house_doors doors;
	struct house_ears ears;
	struct room	*home;		/* the first one; NULL: none yet */
	struct room_list rooms;		/* that are open, home before all */
	struct room_list talks;		/* the same, which nobody sees */
	struct room_queue awake;	/* of both, to be looked at; */
	struct dues	 dues;		/* and when the others are */
	size_t		 rooms_n;
	int		 failed;	/* the log of one: an errno */
	size_t		 owed;		/* see room_owe_news */
	struct persons	*persons;	/* who is known, and how far each has */
	struct marks	*marks;		/* read; NULL, both: that is not kept */
	const struct heirs *heirs;	/* whose key is out; NULL: nobody's */
};

void	 house_init(struct house *, const struct hub_out *);
/* What comes now comes then. */
void	 house_at(struct house *, int64_t now_ms, int64_t wall_ms);
/* Counts what the operator may read about, and tells it; room_report: what is
 * of a room. */
void	 house_tell(struct house *, const struct hub_event *);
void	 house_report(struct house *, enum hub_event_kind, enum hub_reason,
	    const union sock_addr *, const char *name, size_t len);

#endif
