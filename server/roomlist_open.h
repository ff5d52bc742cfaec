/*
 * Which logs of the list of rooms are open: all that are used, as far as there
 * are descriptors. The functions of roomlist_logs.c; comes with roomlist.h.
 */
#ifndef SERVER_ROOMLIST_OPEN_H
#define SERVER_ROOMLIST_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_why;
struct place;
struct pollfd;
struct roomlist;

/* May it be open besides those that are? */
bool		 roomlist_may(const struct roomlist *, const struct place *);
/* Its log, which may take a while to be read; true if it is open. */
bool		 roomlist_open(struct roomlist *, struct place *,
		    int64_t wall_ms, struct journal_why *why);
/* Its log, whose room is gone; 0, or what kept it from the disk. */
int		 roomlist_close(struct roomlist *, struct place *);
/* An open one is used; or nobody sits there, nor is it busy, since now_ms. */
void		 roomlist_used(struct roomlist *, struct place *);
void		 roomlist_left(struct roomlist *, struct place *,
		    int64_t now_ms);
/* Closing it takes no time: its log waits for nothing, and all is on the disk.
 * False where it is not open. */
bool		 roomlist_rests(const struct place *);
/* One that is to be closed: nobody has sat there for ROOMLIST_IDLE_MS, and it
 * rests. NULL: none. When that is worth asking again. */
struct place	*roomlist_idle(const struct roomlist *, int64_t now_ms);
int64_t		 roomlist_due(const struct roomlist *);
/* The one that is best closed where no more may be open; NULL: none. */
struct place	*roomlist_spare(const struct roomlist *);

/* All that those which are open have now is to be on the disk; is it? */
void		 roomlist_await(struct roomlist *);
bool		 roomlist_is_there(const struct roomlist *);
/* Is the list? */
bool		 roomlist_is_kept(const struct roomlist *);

/* For ppoll, of all logs, each descriptor once: at most LOG_FDS. */
size_t		 roomlist_fds(const struct roomlist *, struct pollfd *);
/* Is a log to be given a turn now, of which no descriptor tells? */
bool		 roomlist_is_known(const struct roomlist *);
/* What ended one of the logs, also of those that were closed, an errno; 0:
 * nothing did. */
int		 roomlist_failed(const struct roomlist *);
/* The same, only of those that were closed. */
int		 roomlist_lost(const struct roomlist *);

#endif
