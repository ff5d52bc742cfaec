/*
 * A server that tells its clients where the room's other servers are: they go
 * there when it dies, and know it in the next run. The servers are hubs of this
 * test, each in a process of its own, with one key.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/hub_nodes.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { ONE, TWO, SERVERS, BYTES = 2048, TICK_MS = 10 };

static struct den den;
static int fd;			/* of a server */
static pid_t pids[SERVERS];
static uint16_t ports[SERVERS];
static char home[ENV_HOME_BYTES];
static struct plain pam;

static void
on_sent(struct den *d, const union sock_addr *to, const void *data, size_t len)
{
	(void)d;
	sendto(fd, data, len, MSG_DONTWAIT, &to->sa, sock_addr_len(to));
}

/* Until it is killed. */
static void
serve_on(void)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t begun = clock_now_ms() - den.now_ms;
	union sock_addr from;
	socklen_t from_len;
	char data[BYTES];
	ssize_t n;

	for (;;) {
		poll(&pfd, 1, TICK_MS);
		den.now_ms = clock_now_ms() - begun;
		memset(&from, 0, sizeof(from));
		from_len = sizeof(from);
		n = recvfrom(fd, data, sizeof(data), MSG_DONTWAIT, &from.sa,
		    &from_len);
		if (n > 0)
			hub_input(den.hub, den.now_ms, den.now_ms, &from, data,
			    (size_t)n);
		hub_tick(den.hub, den.now_ms, den.now_ms);
	}
}

/* Which tells of both, of the second by its name. */
static void
serve(int i)
{
	struct frame_node nodes[SERVERS] = { { "127.0.0.1", 9, ports[ONE] },
	    { "localhost", 9, ports[TWO] } };
	union sock_addr bound;
	const char *why;
	pid_t parent = getpid();

	fd = sock_listen(AF_INET, "127.0.0.1", ports[i], &bound, &why);
	assert_true(fd != -1);
	if ((pids[i] = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		den_open(&den, 0);
		/* As one that was put back to what it had in the beginning. */
		if (i == TWO)
			den_restart(&den);
		den.sent = on_sent;
		if (hub_nodes(den.hub, nodes, SERVERS) != SERVERS)
			_exit(1);
		serve_on();
	}
	assert_true(pids[i] > 0);
	close(fd);
}

static void
stop(int i)
{
	if (pids[i] <= 0)
		return;
	kill(pids[i], SIGKILL);
	waitpid(pids[i], NULL, 0);
	pids[i] = 0;
}

static int
set_up(void **state)
{
	int i;

	(void)state;
	env_home_make(home);
	for (i = 0; i < SERVERS; i++)
		ports[i] = server_free_port();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	stop(ONE);
	stop(TWO);
	env_home_remove(home);
	return 0;
}

/* At the first one, and no other is named. */
static void
start(const char *more)
{
	const char *words[] = { "--follow", "-n", "pam", "127.0.0.1", more,
	    NULL };

	plain_start(&pam, ports[ONE], home, words);
}

static void
leave(void)
{
	kill(pam.pid, SIGTERM);
	assert_int_equal(plain_finish(&pam), 128 + SIGTERM);
	plain_clear(&pam);
}

static void
say(const char *text)
{
	char line[64];

	plain_give(&pam, text);
	plain_give(&pam, "\n");
	snprintf(line, sizeof(line), "\tsay\tpam\t%s\n", text);
	if (!plain_until(&pam, line))
		fail_msg("%s: %s%s", text, pam.said, pam.told);
}

static void
where_it_dies_the_others_are_known(void **state)
{
	(void)state;
	serve(ONE);
	serve(TWO);
	start(NULL);
	say("one");
	stop(ONE);
	say("two");
	leave();
	/* And so they are in the next run. */
	start(NULL);
	say("three");
	leave();
}

/* The file is of the key that told it. */
static void
without_its_key_nobody_is_asked_for_it(void **state)
{
	const char *forget[] = { "--forget", "127.0.0.1", NULL };
	const char *words[] = { "-n", "pam", "--wait", "2s", "127.0.0.1",
	    NULL };

	(void)state;
	serve(ONE);
	serve(TWO);
	start(NULL);
	say("one");
	leave();
	plain_start(&pam, ports[ONE], home, forget);
	assert_int_equal(plain_finish(&pam), 0);
	plain_clear(&pam);
	stop(ONE);
	plain_start(&pam, ports[ONE], home, words);
	plain_give(&pam, "two\n");
	plain_end_input(&pam);
	assert_int_equal(plain_finish(&pam), 4);
	assert_null(strstr(pam.said, "two"));
	plain_clear(&pam);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    where_it_dies_the_others_are_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    without_its_key_nobody_is_asked_for_it, set_up, tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
