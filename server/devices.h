/*
 * Who is in a room by several devices has a seat for each; they are together
 * in it, and he is there as long as one is. Pure; of the peers' files.
 */
#ifndef SERVER_DEVICES_H
#define SERVER_DEVICES_H

#include <stdint.h>

struct member;
struct seat;

/* It is this person's from now on, behind his others. */
void		 devices_sit(struct seat *, struct member *);
/* It is nobody's any more. */
void		 devices_stand(struct seat *);
/* The one that has been his longest; NULL: none. */
struct seat	*devices_first(const struct member *);
struct seat	*devices_next(const struct seat *);
/* How long he was not heard by any. */
int64_t		 devices_silent_ms(const struct member *,
		    int64_t now_ms);

#define DEVICES_FOREACH(s, m) \
	for ((s) = devices_first(m); (s) != NULL; (s) = devices_next(s))

#endif
