/*
 * How much of a backlog may be on its way to one peer at once, so that the
 * queue before its narrowest line stays short: by the delay, as LEDBAT has it
 * (RFC 6817), since here a loss is no sign of a full queue. Pure.
 */
#ifndef SERVER_PACE_H
#define SERVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_DATAGRAM = 1200,			/* bytes, the unit of it */
	PACE_LEAST = 2 * PACE_DATAGRAM,		/* or the line would wait */
	PACE_FIRST = 4 * PACE_DATAGRAM,
	PACE_MOST = 256 * PACE_DATAGRAM,
	PACE_TARGET_MS = 25,			/* the queue's delay, and what
						 * the line jitters */
	PACE_RECENT = 4,			/* answers: the least counts */
	PACE_BURST = 16				/* datagrams */
};

struct pace {
	uint32_t	 window;	/* bytes that may be out */
	bool		 found;		/* no more doubling */
	uint8_t		 answers;	/* in recent_ms */
	uint8_t		 next;		/* where the next one goes */
	int16_t		 recent_ms[PACE_RECENT];	/* in queues, a ring */
	int32_t		 last_ms;	/* round trip */
	int32_t		 jitter_q4;	/* mean of its changes, 1/16 ms */
	int32_t		 base_ms;	/* the shortest round trip; -1: none */
	int32_t		 former_ms;	/* of the time before; -1: none */
	int64_t		 since_ms;	/* when base_ms began */
	int64_t		 cut_ms;	/* when the window was cut last */
};

void	 pace_init(struct pace *);
/*
 * So many bytes arrived; so many were out. rtt: of the one that was sent last,
 * ms; -1: that is not known.
 */
void	 pace_acked(struct pace *, int64_t now_ms, int32_t rtt_ms,
	    uint32_t acked, uint32_t out);
/* The shortest round trip, ms; -1: none is known. */
int32_t	 pace_shortest_ms(const struct pace *);
/* Between two bursts, ms: the window goes out over a round trip. */
int32_t	 pace_gap_ms(const struct pace *, int32_t rtt_ms);
/* Datagrams in one: as many as go in that time, at most PACE_BURST, or one, as
 * where the round trip is not known, -1. */
unsigned pace_burst(const struct pace *, int32_t rtt_ms);

#endif
