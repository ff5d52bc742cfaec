/*
 * Whether this machine's clock goes with those of the members of etcd: what is
 * said would stand in the log by a clock that is far ahead, and all that is
 * said behind it, too. Of chat-engine.
 */
#ifndef SERVER_ENGINE_ETCD_CLOCK_H
#define SERVER_ENGINE_ETCD_CLOCK_H

#include <stddef.h>
#include <stdint.h>

enum {
	ETCD_CLOCK_S = 10,	/* so much is far off */
	ETCD_CLOCK_MEMBERS = 16	/* as many are asked, at most */
};

/* By how much the clock, which shows now, is ahead (or behind: less than 0) of
 * most of so many that are asked, of which n answered; 0: it goes with them, or
 * nobody knows: they are few, or do not agree. Pure. */
int64_t	 etcd_clock_off_s(const int64_t *dates_s, size_t n, size_t asked,
	    int64_t now_s);

struct etcd_config;
/* Asks them all at once, and says on standard error what is off.
 * Returns as that does. */
int64_t	 etcd_clock_check(const struct etcd_config *);

#endif
