/*
 * The list of rooms of the first one of several servers, as the others hear of
 * it; and what theirs has to have besides. Pure; of the hub.
 */
#ifndef SERVER_ROOMLIST_FOUND_H
#define SERVER_ROOMLIST_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place;
struct roomlist;
struct rooms_line;

/* The others do not have all of it yet: it stays as it is. Takes NULL too. */
bool		 roomlist_is_founding(const struct roomlist *);
/*
 * What the others learn in that order (roomlist_learn), and then have the same
 * list, with the names that rooms had. Told again from the beginning, be it in
 * the middle, it comes to the same.
 */
void		 roomlist_each_news(const struct roomlist *,
		    void (*tell)(void *arg, const struct rooms_line *,
		    int64_t since_ms), void *arg);
/* The first one whose log they do not have (place.founds); NULL: none. */
struct place	*roomlist_unfounded(const struct roomlist *);
/* They have all. */
void		 roomlist_founded(struct roomlist *);

/* Of the names that there are to be, beside home's, from *at on, which is 0 at
 * first: a room that is not there, or is put away. False: no more. */
bool		 roomlist_lacks(const struct roomlist *, int64_t wall_ms,
		    size_t *at, struct rooms_line *);

#endif
