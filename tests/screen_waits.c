/*
 * Lines that wait at a terminal: for a room that takes them slowly, or for a
 * server that comes back; they are taken back, or kept.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_screens.h"

/* They are held until the name is taken, and go out on leaving. */
static void
more_than_a_pipe_holds_is_kept_on_leaving(void **state)
{
	enum { LINES = 24, LONG = 16000 };
	const char *words[] = { "-n", "alice", NULL };
	struct server gone = { .port = server.port };
	char text[LONG], shown[16];
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	t = chat_start_with(&gone, 24, 80, NULL, words);
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	memset(text, 'x', sizeof(text));
	for (i = 0; i < LINES; i++) {
		snprintf(text + LONG - 6, 6, "\nno%02d", i);
		term_paste(t, text);
		term_keys(t, "\r");
		snprintf(shown, sizeof(shown), "│ no%02d", i);
		assert_true(term_wait(t, shown));
	}
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_find(t, "24 lines wait; they are said when") >= 0);
}

/* They were sent and not taken: the room may have some, and goes on behind. */
static void
what_a_slow_room_holds_is_taken_back(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=1", NULL };
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, NULL, args);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	for (i = 0; i < 18; i++)
		term_keys(t, "line\r");
	assert_true(term_wait_row(t, -2, "only so many lines a second"));
	chat_say(t, "/withdraw all");
	assert_true(term_wait(t, "some may be said all the same"));
	assert_true(term_wait_gone(t, "alice …"));
	for (i = 0; i < 18; i++)
		term_press(t, "C-u Backspace");
	chat_say(t, "after");
	assert_true(term_wait(t, "│ after"));
	assert_true(term_wait_gone(t, "alice …"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_find(t, "wait"), -1);
}

/* They go back to where they were typed, and are not said. */
static void
what_waits_is_taken_back(void **state)
{
	char port[16], home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
	const char *args[] = { "-p", port, "-b", "127.0.0.1", NULL };
	const char *env[] = { set, NULL };
	struct term *t;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, env, NULL);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	chat_say(t, "/me waves");
	assert_true(term_wait_row(t, 0, "3 pending"));
	chat_say(t, "/withdraw");
	assert_true(term_wait_row(t, -1, "/me waves"));
	assert_true(term_wait_row(t, -2, "Lines taken back: 1."));
	term_press(t, "C-u");
	chat_say(t, "three");
	assert_true(term_wait_row(t, 0, "3 pending"));
	chat_say(t, "/withdraw all");
	assert_true(term_wait_gone(t, "… one"));
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait(t, "alice › one"));
	assert_true(term_wait_row(t, -1, "three"));
	term_press(t, "C-e C-k C-u Backspace C-u Backspace C-u");
	chat_say(t, "four");
	snprintf(port, sizeof(port), "%u", server.port);
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_true(term_rows_with(t, "four") == 1);
	assert_int_equal(term_rows_with(t, "two"), 0);
	assert_int_equal(term_rows_with(t, "waves"), 0);
	/* Nothing waits now. */
	chat_say(t, "/withdraw");
	assert_true(term_wait_row(t, -2, "Nothing waits"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	env_home_remove(home);
}

static void
who_leaves_while_lines_wait_is_told_what_becomes_of_them(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 120);

	(void)state;
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(t, 0, "reconnecting, the server ended "));
	term_resize(t, 24, 50);
	assert_true(term_wait_gone(t, "ended"));
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	assert_true(term_wait(t, "… two"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_find(t, "2 lines wait; they are said when") >= 0);
	server_start(&server, NULL, NULL);
}

static void
a_room_that_takes_lines_slowly_is_said_to(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=1", NULL };
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, NULL, args);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	for (i = 0; i < 14; i++)
		term_keys(t, "line\r");
	assert_true(term_wait_row(t, -2, "only so many lines a second"));
	assert_true(term_wait_gone(t, "only so many lines"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_find(t, "wait"), -1);
}

static void
a_server_that_comes_back_is_rejoined_and_gets_what_waits(void **state)
{
	struct term *t, *bob;
	char port[16], home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
	const char *args[] = { "-p", port, "-b", "127.0.0.1", NULL };
	const char *env[] = { set, NULL };

	(void)state;
	/* The same room again: its key and its log are in its home. */
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, env, NULL);
	t = chat_start(&server, "alice", 24, 80);
	snprintf(port, sizeof(port), "%u", server.port);
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	chat_say(t, "is anybody there?");
	assert_true(term_wait_row(t, 0, "reconnecting"));
	assert_true(term_wait(t, "… is anybody there?"));
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
	bob = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait(t, "│ is anybody there?"));
	chat_say(bob, "welcome back");
	assert_true(term_wait(t, "welcome back"));
	assert_int_equal(term_find(t, "left"), -1);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_remove(home);
	server_start(&server, NULL, NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_waits_is_taken_back),
		TEST(what_a_slow_room_holds_is_taken_back),
		TEST(who_leaves_while_lines_wait_is_told_what_becomes_of_them),
		TEST(a_room_that_takes_lines_slowly_is_said_to),
		TEST(more_than_a_pipe_holds_is_kept_on_leaving),
		TEST(a_server_that_comes_back_is_rejoined_and_gets_what_waits),
	};

	return tests_run(tests, NULL, NULL);
}
