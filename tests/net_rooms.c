/*
 * One room is one copy and one outbox, however its host is spelled: between
 * real programs, with what is left on the disk.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_plain.h"

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char home[ENV_HOME_BYTES], home_set[ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static const char *home_env[] = { home_set, NULL };
static char true_dir[PATH_MAX], other_dir[PATH_MAX];

static void
stop(void)
{
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server.pid = 0;
}

/* The server whose key is in dir; at port 0: at any that is free. */
static void
serve(const char *dir, uint16_t at, const char *option, const char *value)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", port,
	    "-d", dir, option, value, NULL };

	stop();
	snprintf(port, sizeof(port), "%u", at);
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

static int
set_up(void **state)
{
	(void)state;
	env_home_make(room_home);
	env_home_make(home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(home_set, sizeof(home_set), "HOME=%s", home);
	snprintf(true_dir, sizeof(true_dir), "%s/true", room_home);
	snprintf(other_dir, sizeof(other_dir), "%s/other", room_home);
	serve(true_dir, 0, NULL, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	stop();
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

static int
times_in_log(const char *dir, const char *text)
{
	const char *words[] = { "-d", dir, "log", "1000", NULL };
	const char *at;
	struct plain p;
	int n = 0;

	plain_run_program(&p, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&p), 0);
	for (at = p.said; (at = strstr(at, text)) != NULL; at++)
		n++;
	plain_clear(&p);
	return n;
}

/* As kim at the host, at the server's port; ends with the status. */
static void
say(const char *host, const char *text, int status)
{
	const char *words[] = { "-4", "--wait=20s", "-n", "kim", host, NULL };
	const char *gone[] = { "-4", "--wait=1s", "-n", "kim", host, NULL };
	struct plain p;
	int got;

	plain_start(&p, server.port, home, server.pid > 0 ? words : gone);
	plain_give(&p, text);
	plain_end_input(&p);
	if ((got = plain_finish(&p)) != status)
		fail_msg("%d: %s%s", got, p.said, p.told);
	plain_clear(&p);
}

/* How many of what the shell finds in the state's directory. */
static int
count_found(const char *what)
{
	char command[PATH_MAX + 256], line[PATH_MAX];
	FILE *found;
	int n = 0;

	snprintf(command, sizeof(command), "cd '%s/.local/state/chat-tui/"
	    "rooms' && find . %s", home, what);
	assert_non_null(found = popen(command, "r"));
	while (fgets(line, sizeof(line), found) != NULL)
		n++;
	assert_int_equal(pclose(found), 0);
	return n;
}

static void
shell(const char *command)
{
	char line[PATH_MAX + 512];

	snprintf(line, sizeof(line), "cd '%s/.local/state/chat-tui/rooms' && "
	    "P=%u && %s", home, server.port, command);
	assert_int_equal(system(line), 0);
}

/* A directory that is called by a key; the others have a colon. */
#define KEY	"??????????????????????"

static void
assert_one_room(void)
{
	/* What plain mode began later is not all in the other one. */
	assert_int_equal(count_found("-name '*.log' -path '*/kim/*' "
	    "! -path '*.old1/*'"), 1);
	assert_int_equal(count_found("-name 'outbox*' -path '*/kim/*'"), 1);
}

static void
a_line_waits_for_the_server_not_for_a_spelling(void **state)
{
	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tthird\n"), 1);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

/* Neither of the two is at the server yet, and one name is new. */
static void
nor_for_one_that_nobody_knows_yet(void **state)
{
	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	say("localhost", "third\nfourth\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "fifth\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 5);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tfourth\n"), 1);
	assert_one_room();
}

/* The classroom: chat-tui -H took another port. */
static void
nor_for_a_port(void **state)
{
	uint16_t before = server.port;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, 0, NULL, NULL);
	assert_int_not_equal(server.port, before);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

static void
nor_for_a_passphrase(void **state)
{
	char path[PATH_MAX];
	const char *words[] = { "-4", "-n", "kim", "-k", path, "localhost",
	    NULL };
	const char *first[] = { "-4", "-n", "kim", "-k", path, "127.0.0.1",
	    NULL };
	struct plain p;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/passphrase", home);
	assert_non_null(file = fopen(path, "w"));
	fputs("open sesame\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	serve(true_dir, server.port, "-k", path);
	plain_start(&p, server.port, home, first);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	stop();
	say("127.0.0.1", "second\n", 4);
	/* Who is at its address without one is not asked at another name. */
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 3);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 0);
	serve(true_dir, server.port, "-k", path);
	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

static void
what_waits_at_one_spelling_is_on_the_screen_at_another(void **state)
{
	const char *words[] = { chat_program("chat-tui"), "-4", "-n", "kim",
	    "-p", "", "localhost", NULL };
	char port[16];
	struct term *t;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	snprintf(port, sizeof(port), "%u", server.port);
	words[5] = port;
	t = term_start(24, 80, home_env, words);
	assert_true(term_wait(t, "You are kim"));
	assert_true(term_wait(t, "│ first"));
	assert_true(term_wait(t, "│ second"));
	chat_say(t, "third");
	assert_true(term_wait(t, "│ third"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 3);
	assert_one_room();
}

/* As a client of before left it: a copy and an outbox for each of two. */
static void
two_of_before_become_one(void **state)
{
	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	shell("mv "KEY"/kim kept");
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 0);
	stop();
	say("localhost", "fourth\nfifth\n", 4);
	shell("test -s "KEY"/kim/outbox");
	shell("rm -fr localhost:$P/kim && mv "KEY"/kim localhost:$P/ && "
	    "rm -fr 127.0.0.1:$P/kim && mv kept 127.0.0.1:$P/kim && "
	    "rmdir "KEY" && test -s localhost:$P/kim/outbox");
	assert_int_equal(count_found("-name '*.log' -path '*/kim/*'"), 2);
	serve(true_dir, server.port, NULL, NULL);
	say("127.0.0.1", "sixth\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 6);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tfourth\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tfifth\n"), 1);
	assert_one_room();
}

/* As two windows at one spelling: the second one keeps nothing. */
static void
a_room_has_one_window_whatever_its_host_is_called(void **state)
{
	const char *words[] = { "-4", "-n", "kim", "--follow", "127.0.0.1",
	    NULL };
	struct plain p;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	say("localhost", "second\n", 0);
	stop();
	plain_start(&p, server.port, home, words);
	assert_true(plain_until_told(&p, "no answer", 1));
	say("127.0.0.1", "third\n", 1);
	say("localhost", "fourth\n", 1);
	plain_give(&p, "fifth\n");
	serve(true_dir, server.port, NULL, NULL);
	assert_true(plain_until(&p, "\tkim\tfifth\n"));
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 3);
	assert_one_room();
}

static void
another_key_gets_nothing_of_it_under_any_name(void **state)
{
	char typed[32];
	const char *forget[] = { "--forget", typed, NULL };
	struct plain p;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "secret\n", 4);
	serve(other_dir, server.port, NULL, NULL);
	say("127.0.0.1", "", 3);
	say("localhost", "hello\n", 0);
	snprintf(typed, sizeof(typed), "127.0.0.1:%u", server.port);
	plain_run_program(&p, "chat-tui", home, forget);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	say("127.0.0.1", "hello\n", 0);
	assert_int_equal(times_in_log(other_dir, "\tkim\thello\n"), 2);
	assert_int_equal(times_in_log(other_dir, "secret"), 0);
	/* The true one is known by its key, wherever it is. */
	serve(true_dir, 0, NULL, NULL);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecret\n"), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_waits_for_the_server_not_for_a_spelling),
		TEST(nor_for_one_that_nobody_knows_yet),
		TEST(nor_for_a_port),
		TEST(nor_for_a_passphrase),
		TEST(what_waits_at_one_spelling_is_on_the_screen_at_another),
		TEST(two_of_before_become_one),
		TEST(a_room_has_one_window_whatever_its_host_is_called),
		TEST(another_key_gets_nothing_of_it_under_any_name)
	};

	return cmocka_run_group_tests_name("rooms", tests, NULL, NULL);
}
