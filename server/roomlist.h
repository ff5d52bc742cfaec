/*
 * The rooms of a server: how they are called and were called, which of them are
 * open, where their logs are. Open is one as long as somebody sits there; the
 * home room always. Knows logs and no people: what the hub keeps of a room is
 * the hub's. Pure but for the disk.
 *
 *   DIR                   the home room's log, and what is of the server
 *   DIR/rooms             the list: server/room/rooms_file.h
 *   DIR/room/LOGID        another room's log, made when it is first opened
 */
#ifndef SERVER_ROOMLIST_H
#define SERVER_ROOMLIST_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"
#include "server/room/log_config.h"
#include "server/room/naming.h"
#include "server/room/rooms_file.h"
#include "server/roomlist_open.h"
#include "server/syncing.h"

struct room;
struct roomlist;
struct talk_place;

enum {
	ROOMLIST_MAX = 256,		/* rooms that are not put away */
	ROOMLIST_ALL = 1024,		/* with those */
	ROOMLIST_MEMBERS = 192,		/* then only the operator adds some */
	ROOMLIST_OF_KEY = 4,		/* that one key opened */
	ROOMLIST_FORMER = 512,		/* names that rooms had */
	ROOMLIST_SEGMENT = 2 << 20,	/* at most, but of home's log */
	ROOMLIST_IDLE_MS = 60 * 1000	/* then it is closed */
};

/* A room that there is, open or not. */
struct place {
	TAILQ_ENTRY(place) by_age;
	LIST_ENTRY(place) by_log;	/* if that is open */
	TAILQ_ENTRY(place) by_idle;	/* if nobody uses it */
	struct rooms_line line;		/* its id, sort, name */
	char		 fold[TEXT_FOLD_BYTES];
	struct naming_looks looks;	/* n 0: it was not looked at */
	char		*dir;		/* of its log */
	bool		 lasts;		/* which is on the disk */
	struct log	*log;		/* NULL: it is closed */
	struct syncing_log syncing;
	int64_t		 idle_ms;	/* since then; INT64_MAX: it is not */
	uint64_t	 head;		/* when its log was closed; 0: not */
	bool		 closed;	/* to who is not allowed, then */
	struct room	*room;		/* the hub's; NULL at roomlist_close */
	struct talk_place *talk;	/* whose it is; NULL: it is a room */
	int		 stuck;		/* errno of its log, as was told */
	int64_t		 again_ms;	/* it is not opened before */
	bool		 awaited, told;	/* what is next is of it, and is not */
	bool		 founds;	/* its log is to be other servers' */
};

struct roomlist_config {
	struct log_config log;		/* the home room's, in the server's
					 * dir; the syncer is for all */
	const char	*const *names;	/* that there are to be, home first */
	size_t		 names_n;	/* one at least */
	size_t		 open_max;	/* 0: all */
	void		(*random)(void *arg, void *dst, size_t len);
	void		*arg;
};

enum roomlist_error {
	ROOMLIST_FINE,
	ROOMLIST_DISK,		/* it cannot be read or written */
	ROOMLIST_HOME,		/* another room is the home room */
	ROOMLIST_NAME,		/* no name for a room */
	ROOMLIST_TAKEN,		/* another one is called so */
	ROOMLIST_FULL,		/* there are as many as may be */
	ROOMLIST_QUOTA		/* the key has ROOMLIST_OF_KEY */
};
/* Why there is none. */
struct roomlist_why {
	enum roomlist_error kind;
	struct journal_why disk;
	char		 name[HELLO_ROOM_NAME + 1];	/* home's, or which */
};

/*
 * Reads the list, opens the home room's log, and so has the directory for
 * itself. Where there is no list the log is called as names say. An only room
 * is called so from now on; among several the home room has to be named, as it
 * is called or was; the others are made where there is none. NULL with *why:
 * the list is as it was, and so is the log, unless it is only now that the list
 * cannot be written.
 */
struct roomlist	*roomlist_new(const struct roomlist_config *, int64_t wall_ms,
		    struct roomlist_why *why);
/* Closes all; 0, or what kept one from the disk, an errno. Takes NULL too. */
int		 roomlist_free(struct roomlist *);

struct place	*roomlist_home(const struct roomlist *);
/* All of them, the home room first, then as they were made; from NULL on. */
struct place	*roomlist_next(const struct roomlist *, const struct place *);
/* Who is called so, or was and nobody is now; NULL: no room. */
struct place	*roomlist_find(const struct roomlist *, const char *, size_t);

/*
 * There is one more, *made, called so. opener: a key, NULL: the operator. It is
 * on the disk; its log is made when it is opened. Else nothing has changed;
 * after ROOMLIST_DISK errno says why.
 */
enum roomlist_error roomlist_make(struct roomlist *, int64_t wall_ms,
		    const char *name, size_t len,
		    const uint8_t *opener, struct place **made);
/* It is called so from now on, and found under its former name as well. */
enum roomlist_error roomlist_rename(struct roomlist *, struct place *,
		    int64_t wall_ms, const char *name, size_t len);
/* Away with it, closed before, or back. Not the home room. */
enum roomlist_error roomlist_put_away(struct roomlist *, struct place *,
		    bool away);

/*
 * Of several servers: what is to be so on all of them, if roomlist_judge finds
 * it FINE; roomlist_learn: it is from now on.
 */
enum roomlist_error roomlist_judge(const struct roomlist *,
		    const struct rooms_line *);
enum roomlist_error roomlist_learn(struct roomlist *, int64_t wall_ms,
		    const struct rooms_line *);
bool		 roomlist_is_so(const struct roomlist *,
		    const struct rooms_line *);
/* Until then the list is what was told since the start, and the file as it was,
 * but for home's name there; takes NULL too. */
void		 roomlist_learned(struct roomlist *);
const char	*roomlist_known(const struct roomlist *);
/* One that is new. */
struct rooms_line roomlist_line(const struct roomlist *, int64_t wall_ms,
		    const char *name, size_t len, const uint8_t *opener);
/* NULL: there is none. */
struct place	*roomlist_of_log(const struct roomlist *,
		    const uint8_t id[JOURNAL_ID]);

/* One more log, in there, of no room; to be opened. NULL: no memory. And no
 * more, once it is closed, or with the list. */
struct place	*roomlist_lodge(struct talk_place *,
		    const uint8_t id[JOURNAL_ID], const char *dir);
void		 roomlist_lodged(struct place *);

#endif
