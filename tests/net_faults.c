/*
 * Real programs on a disk that fails and in a memory that ends: each fault
 * ends in a clear state, and nothing that was acknowledged is lost. A library
 * that is loaded before the C library makes them fail: no test for
 * sanitizers, which sit in the same place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_fault.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { CLIENTS = 3 };

/* A room whose key and log outlive its server, and its people's homes. */
static struct fault fault;
static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char homes[CLIENTS][ENV_HOME_BYTES];

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	if (!fault_possible())
		return 0;
	fault_open(&fault);
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	fault_add_env(&fault, room_set);
	for (i = 0; i < CLIENTS; i++)
		env_home_make(homes[i]);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	if (!fault_possible())
		return 0;
	for (i = 0; i < CLIENTS; i++)
		env_home_remove(homes[i]);
	env_home_remove(room_home);
	fault_close(&fault);
	return 0;
}

/* The room at this port, 0: at a free one; options: more of them. */
static void
start(uint16_t port, const char *option)
{
	char text[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", text,
	    option, NULL };

	snprintf(text, sizeof(text), "%u", port);
	server_spawn(&server, SERVER_PIPE, fault.env, args);
	server_listening(&server);
}

static void
run_client(struct plain *p, int who, const char *name, const char *more)
{
	const char *words[] = { "-n", name, "127.0.0.1", more, NULL };

	plain_start(p, server.port, homes[who], words);
}

/* All of the room, as somebody new reads it; freed by the caller. */
static char *
read_room(void)
{
	static const char *const words[] = { "-n", "reader", "--after", "0",
	    "--no-store", "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, server.port, homes[CLIENTS - 1], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	free(p.told);
	return p.said;
}

/* The line of that author is there, once. */
static void
assert_once(const char *room, const char *name, const char *text)
{
	char line[256];
	const char *at;

	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, text);
	if ((at = strstr(room, line)) == NULL)
		print_error("%s: %s is not in:\n%s", name, text, room);
	assert_non_null(at);
	assert_null(strstr(at + 1, line));
}

/* Bob is there, as the classic protocol has it. */
static int
classic_bob(void)
{
	int fd = udp_open(&server, AF_INET);

	udp_ask(fd, "L bob", "OK");
	return fd;
}

static void
a_disk_that_loses_a_line_ends_the_server_and_no_line(void **state)
{
	struct plain alice, carol;
	uint16_t port;
	char *room;
	int bob;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, "-q");
	port = server.port;
	run_client(&alice, 0, "alice", NULL);
	plain_give(&alice, "one\n");
	assert_true(plain_until(&alice, "\tsay\talice\tone\n"));
	bob = classic_bob();
	run_client(&carol, 1, "carol", "--follow");
	udp_expect(bob, "carol entered the chat room");

	/* The kernel says it once, and then believes it written. */
	fault_order(&fault, FAULT_SYNC, 1, 0, EIO);
	plain_give(&alice, "two\n");
	udp_expect(bob, "alice: two");
	udp_expect(bob, "Admin: the disk of the server failed; "
	    "the server is shutting down");
	assert_int_equal(server_wait(&server), 1);
	assert_non_null(strstr(server.err.text,
	    "the disk did not take the log: Input/output error"));
	close(bob);
	fault_none(&fault);

	start(port, "-q");
	/* He ends only when all he said is acknowledged. */
	plain_end_input(&alice);
	assert_int_equal(plain_finish(&alice), 0);
	assert_true(plain_until(&carol, "\tsay\talice\ttwo\n"));
	kill(carol.pid, SIGTERM);
	assert_int_equal(plain_finish(&carol), 143);
	room = read_room();
	assert_once(room, "alice", "one");
	assert_once(room, "alice", "two");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	free(room);
	plain_clear(&alice);
	plain_clear(&carol);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_disk_that_loses_a_line_ends_the_server_and_no_line,
		    set_up, tear_down),
	};

	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
