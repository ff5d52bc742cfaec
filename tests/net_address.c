/*
 * A host whose name cannot be looked up, as on a train: a room that is known
 * opens all the same, at its last address; of an unknown one, plain mode
 * keeps the lines.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

static struct server server;
static char home[ENV_HOME_BYTES];

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	(void)state;
	env_home_make(home);
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	env_home_remove(home);
	return 0;
}

static int
say(const char *host, const char *text, struct plain *p)
{
	const char *words[] = { "-4", "--wait=5s", "-n", "olga", host, NULL };

	plain_start(p, server.port, home, words);
	plain_give(p, text);
	plain_end_input(p);
	return plain_finish(p);
}

/* What is kept of localhost is another host's from now on. */
static void
rename_host(const char *name)
{
	char from[256], to[256];

	snprintf(from, sizeof(from),
	    "%s/.local/state/chat-tui/rooms/localhost:%u", home, server.port);
	snprintf(to, sizeof(to), "%s/.local/state/chat-tui/rooms/%s:%u",
	    home, name, server.port);
	if (rename(from, to) == -1)
		fail_msg("%s is not there", from);
}

static void
a_room_that_is_known_is_reached_at_its_last_address(void **state)
{
	struct plain p;

	(void)state;
	assert_int_equal(say("localhost", "one\n", &p), 0);
	plain_clear(&p);
	rename_host("nowhere.invalid");
	assert_int_equal(say("nowhere.invalid", "two\n", &p), 0);
	assert_non_null(strstr(p.said, "\tsay\tolga\ttwo\n"));
	plain_clear(&p);
}

static void
a_room_that_is_known_takes_lines_where_nobody_answers(void **state)
{
	struct plain p;

	(void)state;
	assert_int_equal(say("localhost", "one\n", &p), 0);
	plain_clear(&p);
	rename_host("nowhere.invalid");
	server_stop(&server, SIGTERM);
	server.pid = 0;
	assert_int_equal(say("nowhere.invalid", "two\n", &p), 4);
	plain_clear(&p);
}

/* The line waits, and why it does is told. */
static void
lines_for_a_host_that_nobody_knows_wait(void **state)
{
	const char *nothing_kept[] = { "-4", "--no-store", "-n", "olga",
		"nowhere.invalid", NULL };
	char place[64];
	const char *outbox[] = { "/outbox: 1; ", "/outbox: 2; " };
	struct plain p;
	int i;

	(void)state;
	snprintf(place, sizeof(place), "chat-tui: nowhere.invalid:%u: ",
	    server.port);
	for (i = 0; i < 2; i++) {
		assert_int_equal(say("nowhere.invalid", "one\n", &p), 4);
		/* And not only that it tries again. */
		assert_memory_equal(p.told, place, strlen(place));
		assert_memory_not_equal(p.told + strlen(place), "no answer", 9);
		assert_non_null(strstr(p.told, outbox[i]));
		plain_clear(&p);
	}
	plain_start(&p, server.port, home, nothing_kept);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "chat-tui: nowhere.invalid: "));
	assert_ptr_equal(strchr(p.told, '\n'), p.told + p.told_len - 1);
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_room_that_is_known_is_reached_at_its_last_address),
		TEST(a_room_that_is_known_takes_lines_where_nobody_answers),
		TEST(lines_for_a_host_that_nobody_knows_wait)
	};

	return tests_run(tests, NULL, NULL);
}
