/*
 * A room for scripts, of a server of its own for each test, and a home; what
 * chat-tui does with lines there is asserted. For one file of tests at a time.
 */
#ifndef TESTS_WITH_SCRIPTS_H
#define TESTS_WITH_SCRIPTS_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { SERVER_DIR = ENV_HOME_BYTES + 8 };

static struct server server;
static char home[ENV_HOME_BYTES];

static inline int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	(void)state;
	env_home_make(home);
	server_start(&server, NULL, args);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	env_home_remove(home);
	return 0;
}

static inline void
start(struct plain *p, const char *const words[])
{
	plain_start(p, server.port, home, words);
}

/* The server goes, and only its port and data stay. */
static inline void
go_away(char dir[SERVER_DIR])
{
	snprintf(dir, SERVER_DIR, "%s/data", home);
	server_stop(&server, SIGTERM);
	server.pid = 0;
}

static inline void
come_back(const char *dir)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-d", dir,
		"-p", port, NULL };

	snprintf(port, sizeof(port), "%u", server.port);
	server_start(&server, NULL, args);
}

/* Runs with that input to its end; its exit status. */
static inline int
run_with(struct plain *p, const char *const words[], const char *input)
{
	start(p, words);
	plain_give(p, input);
	plain_end_input(p);
	return plain_finish(p);
}

/* The number that stands behind that in a text. */
static inline unsigned
number_behind(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	assert_non_null(at);
	return (unsigned)strtoul(at + strlen(what), NULL, 10);
}

#endif
