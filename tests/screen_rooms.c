/*
 * People in several rooms of a real server, each at a terminal: what is said
 * in one is seen in it alone, and told of in the others; nothing that was said
 * in any is lost, whoever ends meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char dir[ENV_HOME_BYTES + 8], home[ENV_HOME_BYTES];
static char home_set[ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static const char *home_env[] = { home_set, NULL };
static uint16_t port;

/* On the same port again, so that whoever is in comes back. */
static void
serve(const char *option)
{
	char at[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", at, "-d",
	    dir, "-r", "lab", "-r", "ops", option, NULL };

	snprintf(at, sizeof(at), "%u", (unsigned)port);
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
	snprintf(dir, sizeof(dir), "%s/true", room_home);
	port = server_free_port();
	serve(NULL);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server.pid = 0;
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

/* With a home that is there for the next run as well. */
static struct term *
start(const char *name)
{
	const char *words[] = { "-n", name, NULL };
	struct term *t = chat_start_with(&server, 24, 80, home_env, words);

	assert_true(term_wait(t, "● "));
	return t;
}

/* And in the other room, which is the one that is looked at then. */
static void
join(struct term *t, const char *name)
{
	char told[64];

	snprintf(told, sizeof(told), "You are %s in the room ops.", name);
	chat_say(t, "/join ops");
	assert_true(term_wait(t, told));
	assert_true(term_wait_row(t, -1, "ops ›"));
}

static void
to_lab(struct term *t)
{
	term_press(t, "M-1");
	assert_true(term_wait_row(t, -1, "lab ›"));
}

/* The one child of the program at the terminal. */
static pid_t
receiver_of(struct term *t)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", term_pid(t),
	    term_pid(t));
	assert_non_null(f = fopen(path, "r"));
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* How often the room has it, by its log. */
static int
times_in(const char *room, const char *text)
{
	const char *words[] = { "-n", "reader", "--room", room, "--since", "1d",
	    "127.0.0.1", NULL };
	const char *at;
	struct plain p;
	int n = 0;

	plain_start(&p, server.port, room_home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	for (at = p.said; (at = strstr(at, text)) != NULL; at++)
		n++;
	plain_clear(&p);
	return n;
}

static void
ctl(const char *const words[])
{
	struct plain c;

	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
}

static void
what_is_said_in_a_room_is_told_of_in_the_others(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	assert_true(term_wait(alice, "bob joined"));
	to_lab(alice);
	chat_say(bob, "the disk is full");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops:1 "));
	assert_true(term_wait_row(alice, -2, "M-a: ops"));
	assert_int_equal(term_find(alice, "the disk is full"), -1);
	chat_say(bob, "alice: look");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops!2 "));
	/* What is typed here stays here. */
	term_keys(alice, "half a line");
	assert_true(term_wait_row(alice, -1, "lab › half a line"));
	term_press(alice, "M-a");
	assert_true(term_wait_row(alice, -1, "ops ›"));
	assert_true(term_wait(alice, "the disk is full"));
	assert_true(term_find(alice, "2 new") > 0);
	chat_say(alice, "I do");
	assert_true(term_wait(bob, "I do"));
	to_lab(bob);
	assert_int_equal(term_find(bob, "I do"), -1);
	term_press(alice, "M-a");
	assert_true(term_wait_row(alice, -1, "lab › half a line"));
	term_press(alice, "Enter");
	assert_true(term_wait(bob, "half a line"));
}

static void
who_leaves_a_room_stays_in_the_other(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	assert_true(term_wait(alice, "bob joined"));
	chat_say(alice, "that is all from me");
	assert_true(term_wait(alice, "alice │ that is all from me"));
	chat_say(alice, "/leave");
	assert_true(term_wait_row(alice, -1, "alice ›"));
	assert_true(term_wait(bob, "alice left"));
	assert_true(term_find(bob, "that is all from me") > 0);
	to_lab(bob);
	assert_int_equal(term_find(bob, "alice left"), -1);
	chat_say(bob, "still here?");
	assert_true(term_wait(alice, "still here?"));
	chat_say(alice, "yes");
	assert_true(term_wait(bob, "yes"));
	/* And comes back to what was said before. */
	join(alice, "alice");
	assert_true(term_find(alice, "that is all from me") > 0);
}

/* Whoever has typed more than a pane of it meanwhile. */
static void
an_answer_is_seen_beside_what_waits(void **state)
{
	struct term *alice = start("alice");
	char line[32];
	int i;

	(void)state;
	server_stop(&server, SIGKILL);
	assert_true(term_wait_row(alice, 0, "reconnecting"));
	for (i = 1; i <= 30; i++) {
		snprintf(line, sizeof(line), "own line %d", i);
		chat_say(alice, line);
	}
	chat_say(alice, "/ignore");
	assert_true(term_wait(alice, "Nobody is ignored."));
	assert_true(term_wait(alice, "… own line 30"));
	assert_true(term_wait(alice, " more lines wait "));
	term_press(alice, "PgUp");
	assert_true(term_wait(alice, "… own line 15"));
	term_press(alice, "End");
	assert_true(term_wait(alice, " more lines wait "));
	serve(NULL);
	assert_true(term_wait(alice, "│ own line 30"));
	assert_true(term_wait_gone(alice, "more lines wait"));
	assert_int_equal(times_in("lab", "own line 3"), 2);
}

/* Also the one that one began in, whatever ends then. */
static void
the_first_room_is_left_as_well(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	assert_true(term_wait(alice, "bob joined"));
	to_lab(bob);
	chat_say(alice, "/leave lab");
	assert_true(term_wait(bob, "alice left"));
	assert_true(term_wait_row(alice, -1, "alice ›"));
	assert_true(term_wait_row(alice, 0, " ops "));
	term_press(bob, "C-n");
	assert_true(term_wait_row(bob, -1, "ops ›"));
	assert_int_equal(term_find(bob, "alice left"), -1);
	server_stop(&server, SIGKILL);
	chat_say(alice, "still in ops");
	serve(NULL);
	assert_true(term_wait(bob, "still in ops"));
	chat_say(alice, "/nick carol");
	assert_true(term_wait(bob, "alice is now carol"));
	chat_say(alice, "/join lab");
	assert_true(term_wait(alice, "You are carol in the room lab."));
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops"));
	to_lab(bob);
	assert_true(term_wait(bob, "carol joined"));
	assert_int_equal(kill(receiver_of(alice), SIGKILL), 0);
	chat_say(alice, "here again");
	assert_true(term_wait(bob, "here again"));
	assert_int_equal(times_in("lab", "here again"), 1);
}

/* Also where nobody could know, and it was asked for by its name. */
static void
the_home_room_has_one_window(void **state)
{
	const char *words[] = { "-n", "alice", NULL };
	struct term *alice, *bob;

	(void)state;
	server_stop(&server, SIGTERM);
	alice = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(alice, -1, "alice ›"));
	chat_say(alice, "/join lab");
	assert_true(term_wait_row(alice, -1, "lab ›"));
	chat_say(alice, "early");
	serve(NULL);
	bob = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait(bob, "alice joined"));
	assert_true(term_wait(bob, "early"));
	chat_say(bob, "one");
	assert_true(term_wait(alice, "one"));
	chat_say(alice, "two");
	assert_true(term_wait(bob, "two"));
	assert_int_equal(times_in("lab", "early"), 1);
	assert_int_equal(times_in("lab", "two"), 1);

	assert_int_equal(times_in("lab", "\tjoin\talice"), 1);
	assert_true(term_wait_row(alice, -1, "alice ›"));
}

static void
the_rooms_are_there_at_the_next_start(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(bob, "bob");
	join(alice, "alice");
	chat_say(bob, "before");
	assert_true(term_wait(alice, "before"));
	term_keys(alice, "half a line");
	assert_true(term_wait_row(alice, -1, "ops › half a line"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	assert_true(term_wait(bob, "alice left"));
	chat_say(bob, "meanwhile");
	alice = start("alice");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops "));
	assert_true(term_wait_row(alice, -1, "ops › half a line"));
	assert_true(term_wait(alice, "1 new"));
	assert_true(term_find(alice, "before") > 0);
	assert_true(term_find(alice, "meanwhile") > 0);
}

/* It is the same server, however it is called. */
static void
they_are_there_also_by_another_of_its_names(void **state)
{
	char at[16];
	const char *words[] = { chat_program("chat-tui"), "-4", "-n", "alice",
	    "-p", at, "localhost", NULL };
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	snprintf(at, sizeof(at), "%u", (unsigned)port);
	alice = term_start(24, 80, home_env, words);
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops "));
}

/* As where no windows are kept. */
static void
who_asks_for_a_room_that_is_not_there_is_told_so_and_ends(void **state)
{
	const char *words[] = { "-n", "alice", "--room", "opps", NULL };
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	alice = chat_start_with(&server, 24, 80, home_env, words);
	assert_int_equal(term_wait_exit(alice), 3);
	assert_true(term_find(alice, "there is no room opps at") >= 0);
}

/* As the prompt says where what is typed goes. */
static void
the_home_room_has_its_name_without_a_server(void **state)
{
	const char *words[] = { "-n", "alice", NULL };
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	server_stop(&server, SIGTERM);
	alice = chat_start_with(&server, 24, 80, home_env, words);
	to_lab(alice);
	assert_true(term_wait_row(alice, 0, " lab "));
	serve(NULL);
	chat_say(alice, "here I am");
	assert_true(term_wait(alice, "│ here I am"));
	assert_int_equal(times_in("lab", "here I am"), 1);
}

/* Whoever is killed: the server, then the client, which is started again. */
static void
what_waits_in_two_rooms_is_said_in_both(void **state)
{
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	server_stop(&server, SIGKILL);
	chat_say(alice, "one for ops");
	assert_true(term_wait(alice, "… one for ops"));
	to_lab(alice);
	chat_say(alice, "one for lab");
	assert_true(term_wait(alice, "… one for lab"));
	chat_say(alice, "/leave ops");
	assert_true(term_wait(alice, "Lines wait to be said in ops"));
	term_signal(alice, SIGKILL);
	term_wait_exit(alice);
	assert_true(term_wait_alone(alice));
	serve(NULL);
	alice = start("alice");
	to_lab(alice);
	assert_true(term_wait_gone(alice, "… one for lab"));
	assert_true(term_wait(alice, "one for lab"));
	term_press(alice, "C-n");
	assert_true(term_wait_row(alice, -1, "ops ›"));
	assert_true(term_wait(alice, "one for ops"));
	assert_true(term_wait_gone(alice, "… one for ops"));
	assert_int_equal(times_in("lab", "one for lab"), 1);
	assert_int_equal(times_in("ops", "one for ops"), 1);
	assert_int_equal(times_in("lab", "one for ops"), 0);
}

/* And what is said meanwhile waits, and is said when one is in again. */
static void
who_is_put_out_of_a_room_comes_again(void **state)
{
	const char *words[] = { "-d", dir, "-R", "ops", "kick", "alice",
	    "begone", NULL };
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	ctl(words);
	assert_true(term_wait(alice, "You are not in ops: Enter, or /join ops"));
	chat_say(alice, "still here");
	assert_true(term_wait(alice, "… still here"));
	chat_say(alice, "/join ops");
	assert_true(term_wait_gone(alice, "… still here"));
	assert_int_equal(times_in("ops", "still here"), 1);
	chat_say(alice, "in again");
	assert_true(term_wait(alice, "in again"));
	assert_true(term_wait_gone(alice, "… in again"));
}

/* The prompt says where what one types will be said. */
static void
a_room_that_is_renamed_is_called_so_by_who_sits_there(void **state)
{
	const char *words[] = { "-d", dir, "room", "rename", "ops", "play",
	    NULL };
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	assert_true(term_wait_row(alice, -1, "ops ›"));
	ctl(words);
	assert_true(term_wait_row(alice, -1, "play ›"));
	assert_true(term_wait_row(alice, -2, " 1 lab  2 play"));
	chat_say(alice, "in play");
	assert_true(term_wait(alice, "in play"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	alice = start("alice");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 play"));
	assert_true(term_wait_row(alice, -1, "play ›"));
	assert_true(term_wait(alice, "in play"));
	assert_int_equal(times_in("play", "in play"), 1);
}

static void
rename_and_take(const char *from, const char *to)
{
	const char *rename[] = { "-d", dir, "room", "rename", from, to, NULL };
	const char *open[] = { "-d", dir, "room", "open", from, NULL };

	ctl(rename);
	ctl(open);
}

/* What is typed in a room is said in it, whatever that is called by then. */
static void
a_name_that_another_room_has_taken_leads_nobody_there(void **state)
{
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	chat_say(alice, "first");
	assert_true(term_wait(alice, "first"));
	rename_and_take("ops", "play");
	assert_true(term_wait_row(alice, -1, "play ›"));
	server_stop(&server, SIGKILL);
	chat_say(alice, "for play");
	assert_true(term_wait(alice, "… for play"));
	serve(NULL);
	assert_true(term_wait_gone(alice, "… for play"));
	assert_true(term_find(alice, "first") > 0);
	assert_true(term_wait_row(alice, -1, "play ›"));
	server_stop(&server, SIGKILL);
	chat_say(alice, "once more");
	assert_true(term_wait(alice, "… once more"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	serve(NULL);
	alice = start("alice");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 play"));
	assert_true(term_wait_row(alice, -1, "play ›"));
	assert_true(term_wait(alice, "once more"));
	assert_true(term_wait_gone(alice, "… once more"));
	assert_true(term_find(alice, "first") > 0);
	assert_int_equal(times_in("play", "for play"), 1);
	assert_int_equal(times_in("play", "once more"), 1);
	assert_int_equal(times_in("ops", "play"), 0);
	assert_int_equal(times_in("ops", "once more"), 0);
}

/* Also where nobody here could know of it. */
static void
what_waits_for_the_room_before_waits_for_enter(void **state)
{
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	chat_say(alice, "first");
	assert_true(term_wait(alice, "first"));
	server_stop(&server, SIGKILL);
	chat_say(alice, "for ops");
	assert_true(term_wait(alice, "… for ops"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	serve(NULL);
	rename_and_take("ops", "play");
	alice = start("alice");
	assert_true(term_wait(alice, "ops is another room now: Enter"));
	assert_true(term_find(alice, "… for ops") > 0);
	assert_int_equal(times_in("ops", "for ops"), 0);
	term_press(alice, "Enter");
	assert_true(term_wait_gone(alice, "… for ops"));
	assert_int_equal(times_in("ops", "for ops"), 1);
	assert_int_equal(times_in("play", "for ops"), 0);
}

/* Who called the home room by its name before he had ever been there: what he
 * said waits for it, not for another of that name. */
static void
what_waits_for_the_home_room_by_its_name_is_said_in_it(void **state)
{
	const char *words[] = { "-n", "alice", "--room", "lab", NULL };
	struct term *alice;

	(void)state;
	server_stop(&server, SIGKILL);
	alice = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(alice, -1, "alice ›"));
	chat_say(alice, "for lab");
	assert_true(term_wait(alice, "… for lab"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	serve(NULL);
	alice = start("alice");
	assert_true(term_wait_gone(alice, "… for lab"));
	assert_true(term_wait(alice, "for lab"));
	assert_true(term_wait_gone(alice, "2 lab"));
	assert_int_equal(times_in("lab", "for lab"), 1);
}

/* Also where that room had no window to be kept: it has one again. */
static void
what_waits_in_a_room_brings_its_window_back(void **state)
{
	const char *words[] = { "-n", "alice", "--room", "ops", NULL };
	struct term *alice = chat_start_with(&server, 24, 80, home_env, words);

	(void)state;
	assert_true(term_wait(alice, "● "));
	server_stop(&server, SIGKILL);
	chat_say(alice, "for ops");
	assert_true(term_wait(alice, "… for ops"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	serve(NULL);
	alice = start("alice");
	assert_true(term_wait_row(alice, -2, " 1 lab  2 ops"));
	term_press(alice, "M-2");
	assert_true(term_wait(alice, "for ops"));
	assert_true(term_wait_gone(alice, "… for ops"));
	assert_int_equal(times_in("ops", "for ops"), 1);
	assert_int_equal(times_in("lab", "for ops"), 0);
}

/* What it was handed for each of them is said by the next one, there. */
static void
a_killed_receiver_takes_no_line_of_either_along(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);
	pid_t receiver = receiver_of(alice);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	assert_true(term_wait(alice, "bob joined"));
	assert_true(receiver > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	chat_say(alice, "alpha");
	assert_true(term_wait(alice, "… alpha"));
	to_lab(alice);
	chat_say(alice, "beta");
	assert_true(term_wait(alice, "… beta"));
	assert_int_equal(kill(receiver, SIGKILL), 0);
	assert_true(term_wait(bob, "alpha"));
	to_lab(bob);
	assert_true(term_wait(bob, "beta"));
	assert_true(term_wait_gone(alice, "… beta"));
	assert_true(term_wait(alice, "● 2 online"));
	assert_int_equal(term_find(bob, "alice left"), -1);
	assert_int_equal(times_in("ops", "alpha"), 1);
	assert_int_equal(times_in("lab", "beta"), 1);
	assert_int_equal(times_in("lab", "alpha"), 0);
}

/* Nor one that hangs: what nobody knows it has kept is on the line of its room
 * the next time. */
static void
nor_does_one_that_hangs(void **state)
{
	struct term *alice = start("alice");

	(void)state;
	join(alice, "alice");
	assert_int_equal(kill(receiver_of(alice), SIGSTOP), 0);
	chat_say(alice, "alpha");
	assert_true(term_wait(alice, "… alpha"));
	to_lab(alice);
	chat_say(alice, "beta");
	assert_true(term_wait(alice, "… beta"));
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 1);
	assert_true(term_find(alice, "lines that may not be kept: 2") >= 0);
	alice = start("alice");
	assert_true(term_wait_row(alice, -1, "lab › beta"));
	term_press(alice, "C-n");
	assert_true(term_wait_row(alice, -1, "ops › alpha"));
}

static void
who_is_in_comes_back_to_both(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	server_stop(&server, SIGKILL);
	serve(NULL);
	chat_say(bob, "back in ops");
	assert_true(term_wait(alice, "back in ops"));
	assert_true(term_wait(alice, "● 2 online"));
	to_lab(bob);
	chat_say(bob, "and in lab");
	assert_true(term_wait_row(alice, -2, " 1 lab:1 "));
	to_lab(alice);
	assert_true(term_wait(alice, "and in lab"));
}

/* Once it is there again: to the others he would be away for long. */
static void
who_leaves_while_the_server_is_down_has_left(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	assert_true(term_wait(alice, "bob joined"));
	server_stop(&server, SIGKILL);
	chat_say(bob, "/leave");
	assert_true(term_wait_row(bob, -1, "bob ›"));
	serve(NULL);
	assert_true(term_wait(alice, "bob left"));
	chat_say(bob, "still in lab");
	assert_true(term_wait_row(alice, -2, " 1 lab:1 "));
}

static void
a_name_is_for_all_rooms(void **state)
{
	struct term *alice = start("alice");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	join(alice, "alice");
	join(bob, "bob");
	chat_say(alice, "/nick carol");
	assert_true(term_wait(bob, "alice is now carol"));
	to_lab(bob);
	assert_true(term_wait(bob, "alice is now carol"));
	chat_say(alice, "by that name");
	to_lab(alice);
	chat_say(alice, "and here");
	assert_true(term_wait(bob, "carol │ and here"));
	chat_say(alice, "/nick bob");
	assert_true(term_wait(alice, "you are still carol"));
	/* And so it is at the next start, where what is kept is kept. */
	term_press(alice, "C-c");
	assert_int_equal(term_wait_exit(alice), 0);
	alice = start("carol");
	assert_true(term_wait_row(alice, -2, "2 ops"));
}

static void
a_room_that_is_not_there(void **state)
{
	struct term *alice = start("alice");

	(void)state;
	chat_say(alice, "/join opps");
	assert_true(term_wait(alice, "There is no room opps: /rooms lists"));
	term_press(alice, "C-g");
	assert_true(term_wait_row(alice, -1, "alice ›"));
	chat_say(alice, "/rooms");
	assert_true(term_wait(alice, " 1 lab"));
	assert_true(term_find(alice, "   ops") >= 0);
	term_press(alice, "Esc");
	assert_true(term_wait_gone(alice, "1 here"));
	term_keys(alice, "/join o\t");
	assert_true(term_wait_row(alice, -1, "alice › /join ops"));
	term_press(alice, "Enter");
	assert_true(term_wait_row(alice, -1, "ops ›"));
}

static void
is_made_where_members_may(void **state)
{
	struct term *alice, *bob;

	(void)state;
	server_stop(&server, SIGTERM);
	serve("--open=members");
	alice = start("alice");
	chat_say(alice, "/join opps");
	assert_true(term_wait(alice, "No room opps; Enter opens it."));
	bob = chat_start(&server, "bob", 24, 80);
	chat_say(bob, "/rooms");
	assert_true(term_wait(bob, "2 here"));
	assert_int_equal(term_find(bob, "opps"), -1);
	term_press(alice, "Enter");
	assert_true(term_wait(alice, "You are alice in the room opps."));
	assert_true(term_wait(alice, "● 1 online"));
	term_press(bob, "Esc");
	assert_true(term_wait_gone(bob, "2 here"));
	chat_say(bob, "/join opps");
	assert_true(term_wait(bob, "You are bob in the room opps."));
	chat_say(bob, "found it");
	assert_true(term_wait(alice, "found it"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_said_in_a_room_is_told_of_in_the_others),
		TEST(who_leaves_a_room_stays_in_the_other),
		TEST(an_answer_is_seen_beside_what_waits),
		TEST(the_first_room_is_left_as_well),
		TEST(the_home_room_has_one_window),
		TEST(the_rooms_are_there_at_the_next_start),
		TEST(they_are_there_also_by_another_of_its_names),
		TEST(who_asks_for_a_room_that_is_not_there_is_told_so_and_ends),
		TEST(the_home_room_has_its_name_without_a_server),
		TEST(what_waits_in_two_rooms_is_said_in_both),
		TEST(who_is_put_out_of_a_room_comes_again),
		TEST(a_room_that_is_renamed_is_called_so_by_who_sits_there),
		TEST(a_name_that_another_room_has_taken_leads_nobody_there),
		TEST(what_waits_for_the_room_before_waits_for_enter),
		TEST(what_waits_for_the_home_room_by_its_name_is_said_in_it),
		TEST(what_waits_in_a_room_brings_its_window_back),
		TEST(a_killed_receiver_takes_no_line_of_either_along),
		TEST(nor_does_one_that_hangs),
		TEST(who_is_in_comes_back_to_both),
		TEST(who_leaves_while_the_server_is_down_has_left),
		TEST(a_name_is_for_all_rooms),
		TEST(a_room_that_is_not_there),
		TEST(is_made_where_members_may),
	};

	return tests_run(tests, NULL, NULL);
}
