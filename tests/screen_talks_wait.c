/*
 * What is said to one alone before the talk with him has begun, at terminals,
 * by a real server: it is kept from when it is shown to wait, however client
 * and server end, and said once, in its order.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"

enum { PEOPLE = 3 };

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char dir[ENV_HOME_BYTES + 8];
static char home[PEOPLE][ENV_HOME_BYTES];
static char home_set[PEOPLE][ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static uint16_t port;

static void
serve(void)
{
	char at[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", at, "-d",
	    dir, "-r", "lab", NULL };

	snprintf(at, sizeof(at), "%u", (unsigned)port);
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

static int
set_up(void **state)
{
	int i;

	(void)state;
	env_home_make(room_home);
	for (i = 0; i < PEOPLE; i++) {
		env_home_make(home[i]);
		snprintf(home_set[i], sizeof(home_set[i]), "HOME=%.*s",
		    ENV_HOME_BYTES - 1, home[i]);
	}
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(dir, sizeof(dir), "%s/true", room_home);
	port = server_free_port();
	serve();
	return 0;
}

static int
tear_down(void **state)
{
	int i;

	term_free_all(state);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server.pid = 0;
	for (i = 0; i < PEOPLE; i++)
		env_home_remove(home[i]);
	env_home_remove(room_home);
	return 0;
}

static struct term *
begin(int person, const char *name)
{
	const char *words[] = { "-n", name, NULL };
	const char *env[] = { home_set[person], NULL };

	return chat_start_with(&server, 24, 80, env, words);
}

static struct term *
start(int person, const char *name)
{
	struct term *t = begin(person, name);

	assert_true(term_wait(t, "● "));
	return t;
}

static void
stop(struct term *t)
{
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

static void
kill_term(struct term *t, int sig)
{
	kill(term_pid(t), sig);
	term_wait_exit(t);
}

static int
count(struct term *t, const char *text)
{
	char *all = term_text(t), *at = all;
	int n = 0;

	for (; (at = strstr(at, text)) != NULL; at++)
		n++;
	free(all);
	return n;
}

/* What ada said is there once each, in its order. */
static void
has_both(struct term *t)
{
	assert_true(term_wait(t, "ada │ first plum"));
	assert_true(term_wait(t, "ada │ second plum"));
	assert_int_equal(count(t, "first plum"), 1);
	assert_int_equal(count(t, "second plum"), 1);
	assert_true(term_find(t, "first plum") < term_find(t, "second plum"));
}

/* To bob, with whom there was no talk, while the server does not say who he
 * is. */
static struct term *
say_two(void)
{
	struct term *ada = start(0, "ada");

	assert_true(term_wait(ada, "● 2"));
	kill(server.pid, SIGSTOP);
	chat_say(ada, "/msg bob first plum");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "… first plum"));
	chat_say(ada, "second plum");
	assert_true(term_wait(ada, "… second plum"));
	return ada;
}

static void
are_said_in_the_next_run(struct term *bob)
{
	struct term *ada = begin(0, "ada");

	/* They wait, as they did. */
	assert_true(term_wait(ada, "○ joining"));
	term_press(ada, "M-2");
	assert_true(term_wait_row(ada, -1, "@bob ›"));
	assert_true(term_wait(ada, "… second plum"));
	kill(server.pid, SIGCONT);
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	has_both(bob);
	assert_true(term_wait_gone(ada, "… first plum"));
	assert_true(term_wait_gone(ada, "… second plum"));
	has_both(ada);
	chat_say(ada, "third");
	assert_true(term_wait(bob, "third"));
	has_both(bob);
}

static void
what_waits_for_who_is_not_known_yet_is_kept_over_a_kill(void **state)
{
	struct term *bob = start(1, "bob");

	(void)state;
	kill_term(say_two(), SIGKILL);
	are_said_in_the_next_run(bob);
}

static void
it_is_kept_where_the_client_is_ended(void **state)
{
	struct term *bob = start(1, "bob");

	(void)state;
	kill_term(say_two(), SIGTERM);
	are_said_in_the_next_run(bob);
}

/* And the server as well, whose word of who was met a moment ago is from its
 * log alone. */
static void
it_is_said_behind_a_crash_of_the_server(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	/* He is not there for a while. */
	server_stop(&server, SIGKILL);
	kill_term(bob, SIGKILL);
	chat_say(ada, "/msg bob first plum");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "… first plum"));
	serve();
	assert_true(term_wait_gone(ada, "… first plum"));
	assert_int_equal(term_find(ada, "not said"), -1);
	chat_say(ada, "second plum");
	assert_true(term_wait_gone(ada, "… second plum"));
	bob = start(1, "bob");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	has_both(bob);
}

/* Nobody is asked: with whom there is a talk is known from what is kept, and
 * who is not known is asked for then. */
static void
where_the_server_is_away_from_the_beginning_it_waits(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");
	struct term *carol = start(2, "carol");

	(void)state;
	assert_true(term_wait(ada, "carol joined"));
	chat_say(ada, "/msg bob hello");
	assert_true(term_wait(bob, "2 @ada"));
	stop(ada);
	server_stop(&server, SIGKILL);
	ada = begin(0, "ada");
	assert_true(term_wait_row(ada, -1, "lab ›"));
	chat_say(ada, "/msg bob first plum");
	chat_say(ada, "/msg carol a pear");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "… first plum"));
	chat_say(ada, "second plum");
	assert_true(term_wait(ada, "… second plum"));
	chat_say(ada, "/go carol");
	assert_true(term_wait(ada, "… a pear"));
	kill_term(ada, SIGKILL);
	ada = begin(0, "ada");
	assert_true(term_wait(ada, "○ joining"));
	serve();
	assert_true(term_wait(carol, "2 @ada"));
	term_press(carol, "M-2");
	assert_true(term_wait(carol, "ada │ a pear"));
	term_press(bob, "M-2");
	has_both(bob);
	assert_int_equal(count(carol, "a pear"), 1);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_waits_for_who_is_not_known_yet_is_kept_over_a_kill),
		TEST(it_is_kept_where_the_client_is_ended),
		TEST(it_is_said_behind_a_crash_of_the_server),
		TEST(where_the_server_is_away_from_the_beginning_it_waits)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
