/*
 * A server's room for the stateful targets, or a few of them: a hub with its
 * logs and its bans on a disk in memory, under a clock that the target turns.
 * After each step hall_check says what must be so always.
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

enum { HALL_ROOMS = 3 };	/* where there are several */

/* A room, as its log's entries have it. */
struct hall_room {
	struct log	*log;
	struct roster	 roster;
	uint64_t	 seen;		/* of them */
};

struct hall {
	struct memdisk	*mem;
	struct disk	 disk;
	struct hall_room of[HALL_ROOMS];	/* home first */
	size_t		 rooms;
	struct log	*log;		/* home's */
	struct bans	*bans;
	struct hub	*hub;
	enum hub_policy	 policy;
	struct noise_keypair key;
	int64_t		 now_ms;
	uint64_t	 random;
	struct hub_figures before;
	unsigned	 steps;		/* and how much the target did */
	void		(*send)(void *arg, const union sock_addr *to,
			    const void *data, size_t len);
	void		*arg;
};

/* send and arg are the caller's to fill before. */
void	hall_open(struct hall *, enum hub_policy, size_t rooms);
/* How a room of that number is called. */
const char *hall_name(size_t room);
/* Whose log that is; HALL_ROOMS: nobody's. */
size_t	hall_room_of(const struct hall *, const uint8_t log_id[FRAME_LOG_ID]);
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
