/*
 * What chat-server prints once it can be reached.
 */
#ifndef SERVER_GREETING_H
#define SERVER_GREETING_H

#include "common/sock.h"
#include "server/hub.h"

/*
 * "listening on ADDRESS:PORT" for programs, then for people the room and its
 * key, the commands that join from another machine (1 to 3 lines that begin
 * with "chat-tui " as they stand, then one that does not), all rooms where
 * there are several, and who may talk in clear. family: that of the options,
 * AF_UNSPEC for both.
 */
void	 greeting_print(const union sock_addr *bound, int family,
	    const struct hub_config *);

#endif
