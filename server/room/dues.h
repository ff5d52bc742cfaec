/*
 * Who is to be looked at when, and who is first: a binary heap, whose places
 * lie side by side, for each datagram moves one of a thousand; beside it, side
 * by side too, what is known of each, so that nobody is touched but he who is
 * set. What is put off keeps its place until that comes up, as most is put off
 * again by then. Pure.
 */
#ifndef SERVER_ROOM_DUES_H
#define SERVER_ROOM_DUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one who is looked at; zeroed: he has no place. */
struct due {
	uint32_t	 order;		/* among those of one time */
	uint32_t	 number;	/* of his own, from 1; 0: none */
};

struct dues_place {
	int64_t		 ms;		/* no later than its own one's */
	uint32_t	 order;
	uint32_t	 number;
};

struct dues_own {
	int64_t		 ms;
	int64_t		 kept_ms;	/* that of its place */
	struct due	*due;
	size_t		 place;
};

/* Zeroed: nobody. */
struct dues {
	struct dues_place *of;
	struct dues_own	*own;		/* as many, by number - 1 */
	size_t		 count, room;
};

void	 dues_clear(struct dues *);
/* Room for so many: setting them needs no memory. False: there is none. */
bool	 dues_reserve(struct dues *, size_t n);
/* It has its place by that time now. The due is borrowed until dropped. */
void	 dues_set(struct dues *, struct due *, int64_t ms);
/* It has none. */
void	 dues_drop(struct dues *, struct due *);
/* When it is up; INT64_MAX: it has no place. */
int64_t	 dues_at(const struct dues *, const struct due *);
/* The earliest, where its time is up by now; NULL: there is none. */
struct due *dues_first(struct dues *, int64_t now_ms);
/* None is up before that; INT64_MAX: none ever is. */
int64_t	 dues_ms(const struct dues *);

#endif
