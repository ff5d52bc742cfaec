/*
 * What chat-server prints once it can be reached.
 */
#ifndef SERVER_GREETING_H
#define SERVER_GREETING_H

#include "common/sock.h"
#include "server/gate.h"

/*
 * "listening on ADDRESS:PORT" for programs, then for people the command
 * that joins from another machine. family: that of the options, AF_UNSPEC
 * for both.
 */
void	 greeting_print(const union sock_addr *bound, int family,
	    const struct gate_config *);

#endif
