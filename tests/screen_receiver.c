/*
 * What reads the network for a terminal is locked in, hangs or is killed: it is
 * replaced, or the terminal is given back, and no line is lost.
 */
#include <sys/stat.h>
#include <signal.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_screens.h"

static void by_command(struct term *t) { chat_say(t, "/quit"); }
static void by_term(struct term *t) { term_signal(t, SIGTERM); }

/* The receiver is the one child of the program at the terminal. */
static pid_t
child_of(pid_t parent)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
	    parent);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* True if the line is in /proc/PID/status. */
static bool
status_says(pid_t pid, const char *line)
{
	char path[64], got[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (!found && fgets(got, sizeof(got), f) != NULL)
		found = strcmp(got, line) == 0;
	fclose(f);
	return found;
}

/* How many of what the process has open are terminals. */
static unsigned
open_terminals(pid_t pid)
{
	char path[64], to[PATH_MAX];
	unsigned n = 0;
	ssize_t len;
	int fd;

	for (fd = 0; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		len = readlink(path, to, sizeof(to) - 1);
		if (len == -1)
			continue;
		to[len] = '\0';
		if (strncmp(to, "/dev/pts/", 9) == 0 ||
		    strncmp(to, "/dev/tty", 8) == 0)
			n++;
	}
	return n;
}

/* Who breaks into the process that reads strangers has no keyboard to read, no
 * screen to write on, and nothing to ask the kernel for. */
static void
what_reads_the_network_is_locked_in(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	assert_true(receiver > 0);
	assert_true(term_wait(t, "alice joined"));
	assert_true(open_terminals(term_pid(t)) > 0);
	assert_int_equal(open_terminals(receiver), 0);
#ifndef __SANITIZE_ADDRESS__
	assert_true(status_says(receiver, "NoNewPrivs:\t1\n"));
	assert_true(status_says(server.pid, "NoNewPrivs:\t1\n"));
	if (getenv("CHAT_UNSTOPPABLE") == NULL) {	/* no valgrind */
		assert_true(status_says(receiver, "Seccomp:\t2\n"));
		assert_true(status_says(server.pid, "Seccomp:\t2\n"));
	}
#endif
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

/* Kills the receiver, and returns the one that takes its place. */
static pid_t
replace_receiver(struct term *t)
{
	pid_t old = child_of(term_pid(t)), now = old;

	assert_true(old > 1);
	assert_int_equal(kill(old, SIGKILL), 0);
	while ((now == old || now == 0) && !term_ended(t)) {
		term_serve(20);
		now = child_of(term_pid(t));
	}
	return now;
}

static void
a_killed_receiver_is_replaced_and_nobody_notices(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t pid;
	int tries;

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	term_keys(t, "before\r");
	assert_true(term_wait(watcher, "before"));
	term_keys(t, "half a ");
	assert_true(term_wait(t, "half a"));
	pid = replace_receiver(t);
	/* It is forked with the terminal, and closes it first of all. */
	for (tries = 0; open_terminals(pid) != 0 && tries < 250; tries++)
		term_serve(20);
	assert_int_equal(open_terminals(pid), 0);
	term_keys(t, "line\r");
	assert_true(term_wait(watcher, "half a line"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_int_equal(term_rows_with(t, "before"), 1);
	assert_int_equal(term_rows_with(t, "half a line"), 1);
	assert_int_equal(term_rows_with(watcher, "half a line"), 1);
	assert_int_equal(term_find(watcher, "left"), -1);
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

/* What it had been handed and had not kept is said by the next one. */
static void
a_killed_receiver_takes_no_line_along(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	term_keys(t, "alpha\rbeta\rgamma\rdelta");
	assert_true(term_wait(t, "delta"));
	replace_receiver(t);
	assert_true(term_wait(watcher, "gamma"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_int_equal(term_rows_with(watcher, "alpha"), 1);
	assert_int_equal(term_rows_with(watcher, "beta"), 1);
	assert_int_equal(term_rows_with(watcher, "gamma"), 1);
	assert_true(term_wait(t, "gamma"));
	assert_int_equal(term_rows_with(t, "gamma"), 1);
	assert_true(term_find(t, "delta") >= 0);
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

/* As what hangs with its disk: nobody knows what it has kept. */
static void
leave_a_hung_receiver(const char *name, void (*how)(struct term *), int status)
{
	const char *words[] = { "-n", name, NULL }, *env[2] = { NULL };
	struct term *t = chat_start(&server, name, 24, 100), *again;
	char home_set[PATH_MAX], said[64];

	snprintf(said, sizeof(said), "%s │ was kept", name);
	chat_say(t, "was kept");
	assert_true(term_wait(t, said));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "/me alpha\rbeta\r");
	assert_true(term_wait(t, "… beta"));
	how(t);
	assert_int_equal(term_wait_exit(t), status);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "lines that may not be kept: 2; they are on "
	    "the input line the next time") >= 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	env[0] = home_set;
	again = chat_start_with(&server, 24, 100, env, words);
	assert_true(term_wait(again, "› /me alpha"));
	assert_true(term_wait_row(again, -1, "beta"));
	assert_int_equal(term_find(again, "…"), -1);
	term_press(again, "C-u C-u");
	term_keys(again, "\003");
	assert_int_equal(term_wait_exit(again), 0);
	assert_int_equal(term_find(again, "may not be kept"), -1);
}

static void
a_hung_receiver_takes_no_line_along(void **state)
{
	(void)state;
	leave_a_hung_receiver("alice", by_command, 1);
	leave_a_hung_receiver("bob", by_term, 143);
}

/* What is being typed stays, behind them; and nothing is kept where nothing
 * is to be. */
static void
what_a_hung_receiver_had_goes_before_what_is_typed(void **state)
{
	const char *words[] = { "-n", "alice", NULL };
	const char *no_store[] = { "-n", "bob", "--no-store", NULL };
	struct term *t = chat_start(&server, "alice", 24, 100);
	char home_set[PATH_MAX];
	const char *env[] = { home_set, NULL };

	(void)state;
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "alpha\rhalf a");
	assert_true(term_wait_row(t, -1, "half a"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "may not be kept: 1; they") >= 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	t = chat_start_with(&server, 24, 100, env, words);
	assert_true(term_wait(t, "alice › alpha"));
	assert_true(term_wait_row(t, -1, "half a"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	t = chat_start_with(&server, 24, 100, NULL, no_store);
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "alpha\r");
	assert_true(term_wait(t, "… alpha"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "may not be kept: 1") >= 0);
	assert_int_equal(term_find(t, "input line"), -1);
}

static void
a_receiver_dead_twice_is_told_and_the_terminal_is_back(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_int_equal(kill(replace_receiver(t), SIGKILL), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "receiver process ended") >= 0);
}

/* What an earlier one kept is there for the next run. */
static void
a_receiver_dead_twice_leaves_a_word_about_what_waits(void **state)
{
	struct server gone = { .port = server.port };
	struct term *t = chat_start(&server, "alice", 24, 80);
	const char *words[] = { "-n", "alice", NULL };
	char home_set[PATH_MAX];
	const char *env[] = { home_set, NULL };

	(void)state;
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	assert_true(term_wait(t, "… two"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	t = chat_start_with(&gone, 24, 80, env, words);
	assert_true(term_wait(t, "… two"));
	assert_int_equal(kill(replace_receiver(t), SIGKILL), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "2 lines wait; they are said when chat-tui "
	    "runs again.") >= 0);
	assert_true(term_find(t, "receiver process ended") >= 0);
}

/* It is missed when a frame is due, and none can take its place. */
static void
where_no_receiver_can_be_the_terminal_is_given_back(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	const char *words[] = { "-n", "alice", NULL };
	char home_set[PATH_MAX], key[PATH_MAX], aside[PATH_MAX];
	const char *env[] = { home_set, NULL };
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	snprintf(key, sizeof(key), "%s/.config/chat-tui/identity",
	    term_home(t));
	snprintf(aside, sizeof(aside), "%s/aside", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	term_keys(t, "half a");
	assert_true(term_wait_row(t, -1, "half a"));
	term_signal(t, SIGSTOP);
	assert_true(term_wait_stopped(t));
	assert_int_equal(kill(receiver, SIGKILL), 0);
	while (!status_says(receiver, "State:\tZ (zombie)\n"))
		term_serve(20);
	assert_int_equal(rename(key, aside), 0);
	assert_int_equal(mkdir(key, 0700), 0);
	term_continue(t);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "receiver process ended") >= 0);
	assert_int_equal(rmdir(key), 0);
	assert_int_equal(rename(aside, key), 0);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait_row(t, -1, "alice › half a"));
}

static void
a_killed_screen_leaves_the_room(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	term_signal(t, SIGKILL);
	assert_int_equal(term_wait_exit(t), 128 + SIGKILL);
	assert_true(term_wait(watcher, "alice left"));
	assert_true(term_wait_alone(t));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_reads_the_network_is_locked_in),
		TEST(a_killed_receiver_is_replaced_and_nobody_notices),
		TEST(a_killed_receiver_takes_no_line_along),
		TEST(a_hung_receiver_takes_no_line_along),
		TEST(what_a_hung_receiver_had_goes_before_what_is_typed),
		TEST(a_receiver_dead_twice_is_told_and_the_terminal_is_back),
		TEST(a_receiver_dead_twice_leaves_a_word_about_what_waits),
		TEST(where_no_receiver_can_be_the_terminal_is_given_back),
		TEST(a_killed_screen_leaves_the_room),
	};

	return tests_run(tests, NULL, NULL);
}
