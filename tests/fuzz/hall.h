/*
 * A server's room for the stateful targets: a hub with its log and its bans on
 * a disk in memory, under a clock that the target turns. After each step
 * hall_check says what must be so always.
 */
#ifndef TESTS_FUZZ_HALL_H
#define TESTS_FUZZ_HALL_H

#include "common/disk.h"
#include "common/roster.h"
#include "server/control.h"
#include "server/hub.h"
#include "server/room/bans.h"
#include "server/room/log.h"
#include "tests/with_disk.h"

struct hall {
	struct memdisk	*mem;
	struct disk	 disk;
	struct log	*log;
	struct bans	*bans;
	struct hub	*hub;
	enum hub_policy	 policy;
	struct noise_keypair key;
	int64_t		 now_ms;
	uint64_t	 random;
	struct roster	 roster;	/* as the log's entries say */
	uint64_t	 seen;		/* of them */
	struct hub_figures before;
	unsigned	 steps;		/* and how much the target did */
	void		(*send)(void *arg, const union sock_addr *to,
			    const void *data, size_t len);
	void		*arg;
};

/* send and arg are the caller's to fill before. */
void	hall_open(struct hall *, enum hub_policy);
void	hall_close(struct hall *);
/* The server ends, or dies, and another one begins with its disk. */
void	hall_restart(struct hall *, bool killed);
int64_t	hall_wall(const struct hall *);

void	hall_input(struct hall *, const union sock_addr *from,
	    const void *data, size_t len);
/* Lets the time go by and does what is due; it must come to rest. */
void	hall_pass(struct hall *, int64_t ms);
/* The operator asks; the answer must be one. */
void	hall_ask(struct hall *, const char *request);
/*
 * The log is dense and readable, who is here is who the log says, and figures
 * only grow but those that count what is.
 */
void	hall_check(struct hall *);

union sock_addr hall_addr(const char *ip, uint16_t port);

#endif
