/*
 * A rate with a burst: the generic cell rate algorithm (ITU-T I.371), which
 * a token bucket equals, in one number. Pure; zero-initialised is full.
 */
#ifndef SERVER_LIMIT_H
#define SERVER_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limit {
	int64_t	 paid_us;	/* until when the rate is used up */
};

/*
 * Takes amount from a limit of per_s a second that may run ahead by burst
 * (in the unit of amount, at least amount). Returns false, having taken
 * nothing, if that is too much now. per_s 0 is no limit.
 */
bool	 limit_take(struct limit *, int64_t now_ms, uint32_t amount,
	    uint32_t per_s, uint32_t burst);
/* How long until limit_take of amount would be true, ms. */
int64_t	 limit_wait_ms(const struct limit *, int64_t now_ms, uint32_t amount,
	    uint32_t per_s, uint32_t burst);

/*
 * The same in its own unit: what is to be taken uses the rate up for so long,
 * and the burst is how long that may be. How long to wait, ms, 0: not at all.
 * From a limit at rest anything may be taken.
 */
int64_t	 limit_wait_us(const struct limit *, int64_t now_ms, int64_t us,
	    int64_t burst_us);
void	 limit_spend_us(struct limit *, int64_t now_ms, int64_t us);

#endif
