/*
 * A room for people at terminals, of a server of its own for each test; what
 * they see is asserted there. For one file of tests at a time.
 */
#ifndef TESTS_WITH_SCREENS_H
#define TESTS_WITH_SCREENS_H

#include <signal.h>

#include "tests/with_chat.h"

static struct server server;

static inline int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	(void)state;
	server_start(&server, NULL, args);
	return 0;
}

static inline int
tear_down(void **state)
{
	term_free_all(state);
	server_stop(&server, SIGTERM);
	return 0;
}

#endif
