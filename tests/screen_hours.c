/*
 * The screen that is kept open for hours: what happens to it meanwhile is said,
 * and what to do about it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_screens.h"

static bool
is_server(long pid)
{
	char path[64], comm[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	if ((f = fopen(path, "r")) == NULL)
		return false;
	if (fgets(comm, sizeof(comm), f) == NULL)
		comm[0] = '\0';
	fclose(f);
	return strcmp(comm, "chat-server\n") == 0;
}

/* Ends the server that the program hosts by. */
static void
kill_hosted(const struct term *t)
{
	int parent = (int)term_pid(t);
	char path[64];
	long pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
	    parent);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fscanf(f, "%ld", &pid) == 1 && !is_server(pid))
		continue;
	fclose(f);
	assert_true(is_server(pid));
	assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
}

static struct term *
host(const char *word)
{
	static char port[8];
	const char *argv[] = { chat_program("chat-tui"), "-H", "-4", "-n",
		"alice", "-p", port, word, NULL };
	struct term *t;

	snprintf(port, sizeof(port), "%u", server_free_port());
	t = term_start(24, 80, NULL, argv);
	assert_true(term_wait_row(t, 0, "1 online"));
	return t;
}

static void
a_host_is_told_that_his_server_has_ended(void **state)
{
	struct term *t = host(NULL);

	(void)state;
	assert_true(term_wait_row(t, -2, "others: chat-tui chat://"));
	kill_hosted(t);
	assert_true(term_wait(t, "The server of this room, which ran here, has "
	    "ended. Leave and"));
	assert_true(term_find(t, "start chat-tui -H again: the room is kept.") >= 0);
	/* Nobody joins by it any more. */
	assert_int_equal(term_find(t, "others: "), -1);
	chat_say(t, "and on");
	assert_true(term_wait(t, "… and on"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

static void
a_room_of_this_run_has_ended_with_its_server(void **state)
{
	struct term *t = host("--no-store");

	(void)state;
	kill_hosted(t);
	assert_true(term_wait(t, "The server of this room, which ran here, has "
	    "ended, and the"));
	assert_true(term_find(t, "room with it: what is typed now is not "
	    "said. Leave.") >= 0);
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

/* Nobody knows yet that it is away. */
static void
who_somebody_is_has_an_answer_in_any_case(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_int_equal(kill(server.pid, SIGSTOP), 0);
	chat_say(t, "/whois bob");
	assert_true(term_wait(t, "Nobody has answered who bob is: ask again "));
	assert_int_equal(kill(server.pid, SIGCONT), 0);
	assert_true(term_wait_gone(t, "reconnecting"));
	chat_say(t, "/whois bob");
	assert_true(term_wait(t, "Nobody here is called bob."));
}

static void
chinese_names_are_listed_in_chinese(void **state)
{
	static const char *const env[] = { "LC_ALL=zh_CN.UTF-8", NULL };
	static const char *const words[] = { "-n", "小明", NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(t, "bob"));
	assert_true(term_wait(bob, "2 online"));
	chat_say(t, "/names");
	assert_true(term_wait(t, "在线 2 人：bob、小明"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_host_is_told_that_his_server_has_ended),
		TEST(a_room_of_this_run_has_ended_with_its_server),
		TEST(who_somebody_is_has_an_answer_in_any_case),
		TEST(chinese_names_are_listed_in_chinese),
	};

	return tests_run(tests, NULL, NULL);
}
