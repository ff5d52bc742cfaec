/*
 * The operator's socket, DIR/control: one request a connection, a line, and
 * its answer. Thin shell: what a request does is operator's to know. Runs in
 * the server's loop and never waits.
 */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/reply.h"

enum {
	CONTROL_CLIENTS = 8,
	CONTROL_SLOTS = CONTROL_CLIENTS + 1,
	CONTROL_REQUEST = 4096		/* longest request, bytes */
};

struct control;

/*
 * Makes the socket, which only its owner may open; one left over is replaced,
 * since dir is locked by us. NULL with errno. dir is borrowed.
 */
struct control	*control_open(const char *dir);
/* Removes it. Takes NULL too. */
void		 control_close(struct control *);

/* Fills fds, room for CONTROL_SLOTS, for poll(2); returns how many. NULL: 0.
 * held: the answer waits, and who asks meanwhile as well. */
size_t		 control_fds(struct control *, struct pollfd *fds, bool held);
/* The answer that waits is not true: it is "error: " and this sentence. */
void		 control_take_back(struct control *, const char *sentence);
/*
 * What poll(2) said of them: each request that is whole goes to ask, as a
 * string without its newline; false: the answer waits for a turn in which it is
 * not held, and nothing is asked before. The oldest client makes room for one
 * too many.
 */
void		 control_serve(struct control *, const struct pollfd *fds,
		    size_t n, bool (*ask)(void *arg, const char *request,
		    struct reply *), void *arg);

#endif
