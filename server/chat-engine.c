/*
 * chat-engine: speaks to etcd for a chat-server that shares its room with
 * others. Started by that on a socket, which is its standard input; ends with
 * it, and never before: what reads etcd's answers is a process of its own below
 * this one, which keeps nothing and is started again.
 *
 *   chat-engine ROOM CERT KEY CA MEMBER...     "": no such file
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/sandbox.h"
#include "server/engine/etcd.h"
#include "server/engine/etcd_clock.h"
#include "server/engine/shed.h"

enum {
	ARGS = 6,		/* with one member */
	BREATH_NS = 500 * 1000 * 1000	/* before it is started again */
};

static const char *
given(const char *arg)
{
	return *arg == '\0' ? NULL : arg;
}

/* The server reads soon; until it does nobody else is heard either. */
static void
on_say(void *arg, const struct verb *v)
{
	static uint8_t bytes[VERB_BYTES];
	size_t len = verb_put(bytes, v);

	(void)arg;
	while (len > 0 && send(STDIN_FILENO, bytes, len, MSG_NOSIGNAL) == -1)
		if (errno != EINTR)
			_exit(0);	/* the server is gone */
}

/* All that the server has said. False: it is gone. */
static bool
hear(struct etcd *e)
{
	static uint8_t bytes[VERB_BYTES];
	struct verb v;
	ssize_t n;

	while ((n = recv(STDIN_FILENO, bytes, sizeof(bytes),
	    MSG_DONTWAIT)) > 0)
		if (verb_get(&v, bytes, (size_t)n))
			etcd_take(e, clock_now_ms(), &v);
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

static _Noreturn void
run(int argc, char *argv[], bool first)
{
	const struct etcd_config config = { .members = argv + ARGS - 1,
	    .n = (size_t)(argc - ARGS + 1), .room = argv[1],
	    .cert = given(argv[2]), .key = given(argv[3]),
	    .ca = given(argv[4]), .say = on_say };
	struct etcd *e = etcd_new(&config);

	if (e == NULL)
		err(1, NULL);
	/* One that goes wrong later ends no room. */
	if (first && etcd_clock_check(&config) != 0)
		_exit(0);
	shed();
	while (hear(e))
		etcd_turn(e, clock_now_ms(), STDIN_FILENO);
	etcd_free(e);
	_exit(0);
}

int
main(int argc, char *argv[])
{
	/* Whoever stops the server lets it say so by this one. */
	static const int unwanted[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1,
	    SIGPIPE, SIGTTOU };
	const struct timespec breath = { .tv_nsec = BREATH_NS };
	size_t i;
	int status = -1;
	bool first = true;
	pid_t pid;

	if (argc < ARGS)
		errx(2, "it is chat-server that starts this program");
	sandbox_hide();
	for (i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		signal(unwanted[i], SIG_IGN);
	while ((pid = fork()) != 0) {
		shed();
		first = false;
		while (pid != -1 && waitpid(pid, &status, 0) == -1 &&
		    errno == EINTR)
			continue;
		if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return 0;
		nanosleep(&breath, NULL);
	}
	run(argc, argv, first);
}
