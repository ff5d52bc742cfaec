/*
 * The client's half of the classic protocol: log in, say, notice a server
 * that went away, come back. Pure; runs in the receiver process.
 *
 * Classic has no acknowledgement, so a line counts as said once the kernel
 * took it. What can be known all the same is used: a second "L name" is
 * answered FAIL by a server that knows us and OK by one that has forgotten
 * us, so it serves as the sign of life.
 */
#ifndef TUI_RECEIVER_CLASSIC_LINK_H
#define TUI_RECEIVER_CLASSIC_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/shared/record.h"

struct classic_link_out {
	/* Hands a datagram to the kernel; false: not taken, try later. */
	bool	(*send)(void *arg, const void *data, size_t len);
	/* Tells the screen's process. */
	void	(*record)(void *arg, const struct record *);
	void	*arg;
};

struct classic_link;

struct classic_link *classic_link_new(const struct classic_link_out *);
void	 classic_link_free(struct classic_link *);

/*
 * All take now: monotonic ms; wall: ms since 1970, the time of lines, since
 * the protocol carries none.
 */
void	 classic_link_login(struct classic_link *, int64_t now,
	    const char *name, size_t len);
/* Queues the clean line of a RECORD_POST; posts go out in order. */
void	 classic_link_post(struct classic_link *, int64_t now, int64_t wall,
	    const struct record *);
void	 classic_link_leave(struct classic_link *);
void	 classic_link_input(struct classic_link *, int64_t now, int64_t wall,
	    const char *data, size_t len);
/* The kernel reported that nobody listens there (ECONNREFUSED). last: it may
 * speak of the newest line that it took, not of what it refused at once. */
void	 classic_link_unreachable(struct classic_link *, int64_t now,
	    bool last);
/* Does what is due; returns when to call again, monotonic ms. */
int64_t	 classic_link_tick(struct classic_link *, int64_t now, int64_t wall);

#endif
