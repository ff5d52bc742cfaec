/*
 * What is known of the way to the other side: round trip and loss. Pure; one
 * per session on both sides.
 */
#ifndef COMMON_PATH_H
#define COMMON_PATH_H

#include <stdint.h>

enum {
	PATH_RTO_MIN_MS = 50,
	PATH_RTO_MAX_MS = 1000,
	PATH_RTO_FIRST_MS = 250,	/* before anything is known */
	PATH_WAIT_MAX_MS = 2000		/* longest wait between two repeats */
};

struct path {
	int32_t		 srtt_us;	/* smoothed round trip; 0: not known */
	int32_t		 rttvar_us;
	uint32_t	 loss_q16;	/* share that is missing, of 1 << 16 */
	uint32_t	 heard;		/* datagrams, up to a few */
	uint64_t	 next;		/* counter expected next */
};

/* Zeros. */
void	 path_init(struct path *);
/* A round trip was measured (RFC 6298, section 2). */
void	 path_sample(struct path *, int64_t rtt_ms);
/* A sealed datagram with this counter came: what it skips counts as lost. */
void	 path_heard(struct path *, uint64_t counter);

/* ms; -1: not known. */
int32_t	 path_rtt_ms(const struct path *);
/* SRTT + 4 RTTVAR + 50 ms, within PATH_RTO_MIN_MS and PATH_RTO_MAX_MS. */
int32_t	 path_rto_ms(const struct path *);
/* Share of the other side's datagrams that do not arrive here. */
uint32_t path_loss_permille(const struct path *);
/* The wait after this one: 1.5 times, at most PATH_WAIT_MAX_MS. */
int32_t	 path_longer(int32_t wait_ms);

#endif
