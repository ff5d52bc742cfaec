/*
 * What is known of the way to the other side: round trip and loss. Pure; one
 * per session on both sides.
 */
#ifndef COMMON_NETPATH_H
#define COMMON_NETPATH_H

#include <stdint.h>

enum {
	NETPATH_HELD_MS = 50,		/* an answer is held back so long */
	NETPATH_RTO_MIN_MS = NETPATH_HELD_MS + 10,
	NETPATH_RTO_MAX_MS = 1000,
	NETPATH_RTO_FIRST_MS = 250,	/* before anything is known */
	NETPATH_WAIT_MAX_MS = 2000	/* longest wait between two repeats */
};

struct netpath {
	int32_t		 srtt_us;	/* smoothed round trip; 0: not known */
	int32_t		 rttvar_us;
	uint32_t	 loss_q16;	/* share that is missing, of 1 << 16 */
	uint32_t	 heard;		/* datagrams, up to a few */
	uint64_t	 next;		/* counter expected next */
};

/* Zeros. */
void	 netpath_init(struct netpath *);
/* A round trip was measured (RFC 6298, section 2). */
void	 netpath_sample(struct netpath *, int64_t rtt_ms);
/* A sealed datagram with this counter came: what it skips counts as lost. */
void	 netpath_heard(struct netpath *, uint64_t counter);

/* ms; -1: not known. */
int32_t	 netpath_rtt_ms(const struct netpath *);
/*
 * SRTT + 4 RTTVAR, or some slack, + NETPATH_HELD_MS, at most NETPATH_RTO_MAX_MS
 * (RFC 9002, section 6.2.1: longer than the other side may hold its answer).
 */
int32_t	 netpath_rto_ms(const struct netpath *);
/* Share of the other side's datagrams that do not arrive here. */
uint32_t netpath_loss_permille(const struct netpath *);
/* The wait after this one: 1.5 times, at most NETPATH_WAIT_MAX_MS. */
int32_t	 netpath_longer(int32_t wait_ms);

#endif
