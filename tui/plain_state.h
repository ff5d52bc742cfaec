/*
 * Plain mode's inside, shared by its files only. From the top down: plain.c
 * (the loop), plain_record.c (what the receiver tells), plain_say.c (what is
 * said), plain_talk.c (with whom, where that is one alone), plain_rooms.c (the
 * rooms that we are in).
 */
#ifndef TUI_PLAIN_STATE_H
#define TUI_PLAIN_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/plain.h"
#include "tui/plain_in.h"
#include "tui/plain_out.h"
#include "tui/plain_rooms.h"
#include "tui/shared/handed.h"
#include "tui/shared/record.h"

enum {
	PLAIN_KEEP_MS = 5000,	/* for a disk to take what is kept */
	PLAIN_HELD_MS = 3000,	/* lines wait for the room's limits untold */
	PLAIN_MAY_NOT = 6	/* the exit status */
};

/* What is refused in a row is told once: the first line by itself, how many
 * more there are when the next one is kept or all is over. */
struct plain_lost {
	unsigned long	 more, from;	/* lines; the first of them */
	uint64_t	 last;		/* id; 0: none is lost */
};

/* What was given waits: why, when that is told, whether it was, and ever. */
struct plain_held {
	enum record_held why;
	int64_t		 due;
	bool		 told, once;
};

/* One of the rooms that we are in. */
struct plain_room {
	uint16_t		 window;
	char			 asked[64 + 1];	/* "": the home room */
	bool			 joined;
	bool			 denied;	/* and the others go on */
	uint64_t		 kept;	/* lines, by the last RECORD_KEPT */
	bool			 told_kept;
	struct handed		 handed;	/* should the receiver die; an
						 * id is a line's number */
	struct plain_lost	 lost;
	struct plain_held	 held;
	bool			 repeats;	/* it did; once the new one has
						 * told what it has */
	uint64_t		 newest;	/* entry; 0: none */
	bool			 talk;	/* with one alone */
	bool			 caught_up;	/* what was there is printed */
	unsigned		 waiting; /* own lines not safe in the room */
	unsigned		 unseen; /* and not printed with a number */
	unsigned		 since_long; /* one was said in pieces */
	struct plain_out_of	 out;
};

enum { PLAIN_ROOMS = 64 };

struct plain {
	const struct options	*options;
	struct receiver		*receiver;
	struct host		*host;
	char			*why;
	int			 status;	/* -1: running */
	bool			 joined;	/* some room */
	struct plain_room	*rooms[PLAIN_ROOMS];	/* by their windows */
	size_t			 rooms_n;
	struct plain_room	*room;	/* whom this call is about */
	bool			 lists;	/* which rooms there are is not known */
	struct plain_room	*talk;	/* of --to; NULL: it is not known yet */
	bool			 asks_whom;	/* who that is was asked, */
	bool			 knows_nobody;	/* only the server does */
	bool			 is_online, told_silent;
	uint32_t		 silent_flags;	/* of who does not answer */
	int64_t			 due;	/* no more waiting: plain_keep */
	int64_t			 timeout;	/* of --timeout */
	/* We leave, and what was to be said goes to the outbox before. */
	bool			 keeping;
	bool			 kept_asked;
	char			 kept_file[RECORD_PATH + 1];	/* the first */
	int			 kept_status; /* to end with; -1: as it comes */
	char			 kept_why[PLAIN_WHY_BYTES]; /* told then */
	int64_t			 kept_due;
	bool			 failed;	/* a line could not be said */
	bool			 refused;	/* a room keeps us out */
	bool			 is_cut;	/* the input, and not told */
	struct plain_in		 in;
	struct plain_out	 out;
	char			 said[PLAIN_IN_BYTES];	/* of a JSON line */
};

/* plain_record.c */
void	 plain_take_record(struct plain *, const struct record *);
/*
 * From here on the input goes to the outbox, so that the next run says it.
 * Without --follow that is all of it, as it comes: who writes it shall not
 * fail because a server is away. What --follow, a signal or another window of
 * the same person leaves no time for is what cannot be read at once. The
 * classic protocol has no outbox.
 */
void	 plain_keep(struct plain *, int status);
/* It ends for that reason, "": none to be told; what it was given waits for the
 * next run, as at a signal. */
void	 plain_leave(struct plain *, int status, const char *why);
/* It stays when the input has ended: till it is told, or for so many entries
 * and so long as it was told. */
bool	 plain_stays(const struct plain *);
/* Tells in which rooms what was given waits for long; returns when to ask. */
int64_t	 plain_tell_held(struct plain *, int64_t now);
/* When there is no more waiting for the server, from now on. */
int64_t	 plain_wait_end(const struct plain *);

/* plain_say.c */
/* The first to end it says how. */
void	 plain_end(struct plain *, int status, const char *why);
/* May another line be said? What is on its way is bounded. */
bool	 plain_may_say(const struct plain *);
/* Says what has been read. */
void	 plain_take_lines(struct plain *);
/* No more is read. more: there would be. */
void	 plain_cut_input(struct plain *, bool more);
/* Tells from where on that is, once all before it is taken. */
void	 plain_tell_cut(struct plain *);
/* Says again what no receiver is known to have kept. */
void	 plain_say_again(struct plain *);
/* How a line that was not said begins, for a terminal, and why; number of the
 * input's line, 0: not known. */
void	 plain_not_said(const struct plain *, unsigned long number,
	    const char *text, size_t len, const char *why);
/* The outbox does not take that line. */
void	 plain_lose(struct plain *, const struct record *);
/* What was lost is told in full. */
void	 plain_lost_end(struct plain *);

#endif
