/*
 * Looking up hosts' addresses, again while the room does not answer: a process
 * of its own beside the receiver, which may not do that, and must not wait for
 * it. A child of the parent process, which starts and ends both.
 */
#ifndef TUI_RECEIVER_RESOLVER_H
#define TUI_RECEIVER_RESOLVER_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/sock.h"

/* Whether the host has an address that could be another one some day. */
bool	 resolver_is_needed(const char *host);
/* Forks it; fd is its end of a SOCK_SEQPACKET pair, and stays open here. -1:
 * errno. */
pid_t	 resolver_start(int fd, int family);
void	 resolver_stop(pid_t);

/* The other end, readable when there is an answer. */
void	 resolver_ask(int fd, const char *host, uint16_t port);
/* The answer, all its addresses; false: there is none, or no address. */
bool	 resolver_answer(int fd, struct sock_addrs *);

#endif
