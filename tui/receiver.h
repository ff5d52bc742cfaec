/*
 * The receiver: the child process that owns the UDP socket and the link. It
 * is forked before curses starts and never touches the terminal.
 */
#ifndef TUI_RECEIVER_H
#define TUI_RECEIVER_H

#include "common/sock.h"

struct duct;

struct receiver {
	pid_t		 pid;
	struct duct	*duct;		/* the parent's ends of the pipes */
};

/*
 * Forks the receiver for the server at addr. Returns 0 in the parent with *r
 * filled, or -1 with errno. The child never returns.
 */
int	 receiver_start(struct receiver *r, const union sock_addr *addr);

/*
 * Closes the pipes and reaps the child; it leaves the room by itself when it
 * sees its pipe closed. A child that has not ended within grace_ms is killed.
 */
void	 receiver_stop(struct receiver *r, int grace_ms);

#endif
