/*
 * What the receiver process does, once forked: the socket and a link on one
 * side, the pipes to the screen's process on the other.
 */
#ifndef TUI_RECEIVER_RECEIVING_H
#define TUI_RECEIVER_RECEIVING_H

#include "common/noise.h"
#include "tui/receiver/receiver.h"

/* Runs until the screen's process is gone or wants to leave. Takes over both
 * descriptors. */
void	 receiving_run(int in_fd, int out_fd, const struct receiver_config *,
	    const struct noise_keypair *identity);

#endif
