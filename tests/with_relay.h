/*
 * A bad network between real programs: a UDP relay on 127.0.0.1 that loses,
 * repeats, delays (and so reorders) datagrams and changes its source ports, by
 * a seed. A child process; it ends with its parent.
 */
#ifndef TESTS_WITH_RELAY_H
#define TESTS_WITH_RELAY_H

#include <sys/types.h>
#include <stdint.h>

struct relay_options {
	uint64_t	 seed;
	unsigned	 loss_permille;		/* each way */
	unsigned	 repeat_permille;
	unsigned	 delay_ms, jitter_ms;	/* one way; jitter: 0 to so much */
	unsigned	 rebind_ms;		/* a new source port after; 0: never */
};

struct relay {
	pid_t		 pid;
	uint16_t	 port;		/* where clients send to */
};

void	 relay_start(struct relay *, uint16_t server_port,
	    const struct relay_options *);
void	 relay_stop(struct relay *);

#endif
