/*
 * The list of rooms as its parts know it: roomlist.c has the names, and calls
 * nothing of roomlist_logs.c, which has the logs.
 */
#ifndef SERVER_ROOMLIST_STATE_H
#define SERVER_ROOMLIST_STATE_H

#include "server/roomlist.h"

/* A name that a room had. */
struct former {
	TAILQ_ENTRY(former) by_age;
	struct place	*place;
	struct rooms_line line;
	char		 fold[TEXT_FOLD_BYTES];
};

struct roomlist {
	struct roomlist_config config;
	TAILQ_HEAD(, place) places;	/* the home room first */
	TAILQ_HEAD(, former) formers;	/* the oldest first */
	LIST_HEAD(, place) logs;	/* that are open, of all sorts */
	TAILQ_HEAD(, place) idle;	/* those of them that nobody uses, the
					 * longest first */
	size_t		 count, away_n, formers_n;
	struct place	*home;
	bool		 unsaved;	/* the file is to be written anew */
	bool		 founding;	/* the others do not have it yet */
	bool		 learning;	/* not before all was told anew; */
	char		 known[HELLO_ROOM_NAME + 1];	/* home in it; "": no */
	bool		 has_rooms, has_talks;	/* a directory, on the disk */
	size_t		 open;		/* logs, beside the home room's */
	int		 failed;	/* one that was closed: an errno */
	struct syncing	 syncing;
	struct syncing_log home_syncing;
};

/* The file's list and the operator's names together; false with *why. */
bool	 roomlist_settle(struct roomlist *, int64_t wall_ms,
	    struct roomlist_why *why);
/* As if it had not been. */
void	 roomlist_forget(struct roomlist *);
/* The home room's log has that id; false: so has another room's. */
bool	 roomlist_identify(struct roomlist *, const uint8_t id[JOURNAL_ID]);
void	 roomlist_fold(char fold[TEXT_FOLD_BYTES], const char *, size_t len);
/* Who is called so. */
struct place *roomlist_of_fold(const struct roomlist *, const char *fold);
/* Are there as many as may be, but for those that are put away? */
bool	 roomlist_is_full(const struct roomlist *, size_t most);
/* May it be there, which is not yet? Then it is. */
enum roomlist_error roomlist_check(const struct roomlist *,
	    const struct rooms_line *);
enum roomlist_error roomlist_add(struct roomlist *, const struct rooms_line *,
	    struct place **);
/* The file is as it is here; false with errno. */
bool	 roomlist_save(struct roomlist *);

#endif
