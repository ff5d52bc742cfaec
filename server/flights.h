/*
 * What went out to one peer and is not acknowledged up to there: found by
 * number, in the order in which it was sent, and as a sum; what is taken for
 * lost is apart. What went out together and fared alike is one record: of a
 * thousand peers each that much is kept. Pure.
 */
#ifndef SERVER_FLIGHTS_H
#define SERVER_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FLIGHTS_MAX = 4096,	/* above have; a power of two */
	FLIGHTS_FEW = 4		/* records that most never go beyond */
};

/* Of entries above have, one behind the other. */
struct flight {
	uint32_t	 first_ms;	/* sent for the first time, low bits */
	uint32_t	 sent_ms;	/* for the last time */
	uint16_t	 bytes;		/* each one's share of the datagram */
	uint16_t	 seq, n;	/* the first, low bits; how many */
	uint16_t	 before, after;	/* in its list: their first */
	uint8_t		 carried;	/* times; 0: never */
	bool		 acked : 1;
	bool		 lost : 1;
};

struct flight_list {
	uint64_t	 first, last;
	uint32_t	 count, bytes;
};

struct flights {
	struct flight	*of;		/* by number; NULL: none */
	struct flight	*few;		/* of, while that is enough; NULL: it
					 * has memory of its own */
	uint32_t	 count, room;
	uint64_t	 have;		/* acknowledged up to here */
	uint64_t	 unsent;	/* > have; all below went out */
	uint64_t	 end;		/* none from here on ever did */
	struct flight_list way;		/* not acknowledged, nor lost; */
	struct flight_list lost;	/* the one that was added last at the
					 * end */
};

/* Nothing above have went out. */
void	 flights_init(struct flights *, uint64_t have);
/* It has none yet: these are taken before memory is. */
void	 flights_lend(struct flights *, struct flight few[FLIGHTS_FEW]);
/* Forgets all of them; what is lent stays so. */
void	 flights_clear(struct flights *);
/* And what was acknowledged, from there on. */
void	 flights_restart(struct flights *, uint64_t have);

/* One that never went out where seq is not known; never NULL. */
const struct flight *flights_find(const struct flights *, uint64_t seq);
/* The same, and how many from that number on are in that record, or 1. */
const struct flight *flights_run(const struct flights *, uint64_t seq,
	    uint64_t *n);
/* The first number from this one on that never went out. */
uint64_t flights_unsent(const struct flights *, uint64_t from);
/* The one behind it in its list. */
uint64_t flights_after(const struct flights *, uint64_t seq);

/* It goes out now, perhaps again; without memory nothing is known of it, and it
 * is sent perhaps once too often. */
void	 flights_sent(struct flights *, uint64_t seq, int64_t now_ms,
	    uint16_t bytes);
/* One on its way is taken for lost. */
void	 flights_lose(struct flights *, uint64_t seq);
/* It arrived. */
void	 flights_acked(struct flights *, uint64_t seq);
/* All up to here did; have is higher now. all: nothing is above it. */
void	 flights_advance(struct flights *, uint64_t have, bool all);

#endif
