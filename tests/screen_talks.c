/*
 * Two who talk to each other in private, at terminals, by a real server: what
 * they say is seen by them alone, and the server's directory has no word of it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_lab.h"

static struct lab lab;

static int
set_up(void **state)
{
	(void)state;
	lab_begin(&lab);
	return 0;
}

static int
tear_down(void **state)
{
	lab_end(&lab, state);
	return 0;
}

static struct term *
start(int person, const char *name)
{
	return lab_start(&lab, person, name);
}

static bool
has_marker(const char *word)
{
	char command[ENV_HOME_BYTES + 128];

	snprintf(command, sizeof(command), "grep -rqa %s %s", word, lab.dir);
	return system(command) == 0;
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

static void
what_two_say_to_each_other_is_theirs_alone(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");
	struct term *eve = start(2, "eve");

	(void)state;
	chat_say(ada, "good morning all");
	assert_true(term_wait(bob, "good morning all"));
	assert_true(term_wait(eve, "good morning all"));
	chat_say(ada, "/msg bob the plum is ripe");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "the plum is ripe"));
	assert_true(term_wait_row(bob, -1, "@ada ›"));
	chat_say(bob, "then pluck it");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "then pluck it"));
	chat_say(ada, "it is plucked");
	assert_true(term_wait(bob, "it is plucked"));
	assert_false(has_marker("pluck"));
	assert_false(has_marker("plum"));
	assert_true(has_marker("morning"));
	/* Nor does it get lost where the server ends. */
	server_stop(&lab.server, SIGKILL);
	lab_serve(&lab, NULL);
	chat_say(ada, "plum jam");
	assert_true(term_wait(bob, "plum jam"));
	chat_say(eve, "anybody here?");
	term_press(bob, "M-1");
	assert_true(term_wait(bob, "anybody here?"));
	assert_int_equal(term_find(eve, "plum"), -1);
	assert_false(has_marker("plum"));
}

/* He is told when he comes, in the background. */
static void
who_is_away_has_it_when_he_comes(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	lab_stop(bob);
	assert_true(term_wait(ada, "bob left"));
	chat_say(ada, "/msg bob call me");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "call me"));
	assert_true(term_wait_gone(ada, "… call me"));
	bob = start(1, "bob");
	assert_true(term_wait(bob, "2 @ada"));
	assert_true(term_wait_row(bob, -1, "lab ›"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "call me"));
}

/* Killed, with the server away, and nothing is lost or said twice. */
static void
what_waits_is_said_once(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/msg bob first");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	chat_say(bob, "yes");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "yes"));
	server_stop(&lab.server, SIGKILL);
	chat_say(ada, "second");
	assert_true(term_wait(ada, "… second"));
	kill(term_pid(ada), SIGKILL);
	term_wait_exit(ada);
	lab_serve(&lab, NULL);
	ada = start(0, "ada");
	assert_true(term_wait(bob, "second"));
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "second"));
	assert_true(term_wait_gone(ada, "… second"));
	chat_say(ada, "third");
	assert_true(term_wait(bob, "third"));
	assert_int_equal(count(bob, "second"), 1);
	assert_int_equal(count(bob, "first"), 1);
}

static void
who_is_not_answered_says_little_and_who_is_shut_out_nothing(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");
	char line[32];
	int i;

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/msg bob line 1");
	term_press(ada, "M-2");
	for (i = 2; i <= 5; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		chat_say(ada, line);
	}
	assert_true(term_wait(ada, "! line 5"));
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "line 4"));
	chat_say(bob, "what is it");
	assert_true(term_wait(ada, "what is it"));
	chat_say(ada, "line 6");
	assert_true(term_wait(bob, "line 6"));
	assert_int_equal(term_find(bob, "line 5"), -1);
	chat_say(bob, "/ignore ada");
	assert_true(term_wait(ada, "* │ bob takes nothing more here"));
	chat_say(ada, "line 7");
	assert_true(term_wait(ada, "! line 7 (bob takes nothing from you"));
	chat_say(bob, "/unignore ada");
	assert_true(term_wait(ada, "bob takes again what is said"));
	chat_say(ada, "line 8");
	assert_true(term_wait(bob, "line 8"));
}

/* Whom he has not met in any room takes none; and the window by that number is
 * with whom the next one is. */
static void
after_one_who_takes_no_talk_the_next_one_is_reached(void **state)
{
	static const char *const ops[] = { "-r", "ops", NULL };
	const char *words[] = { "-n", "zoe", "--room", "ops", NULL };
	const char *env[] = { lab.home_set[2], NULL };
	struct term *ada, *bob, *zoe;

	(void)state;
	server_stop(&lab.server, SIGTERM);
	lab_serve(&lab, ops);
	zoe = chat_start_with(&lab.server, 24, 80, env, words);
	/* Who is in is known by name, and who has only come may not be yet. */
	assert_true(term_wait(zoe, "zoe joined"));
	ada = start(0, "ada");
	bob = start(1, "bob");
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/msg zoe hello");
	assert_true(term_wait(ada, "zoe takes no talk with you, or not now."));
	assert_true(term_wait(ada, "/msg zoe hello"));
	term_press(ada, "C-u");
	chat_say(ada, "/msg bob under the mat");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "under the mat"));
	term_press(ada, "M-2");
	assert_true(term_wait_row(ada, -1, "@bob ›"));
	assert_true(term_wait(ada, "ada │ under the mat"));
	assert_int_equal(term_find(ada, "not said"), -1);
}

/* Who types on, whoever is not there. */
static void
what_comes_back_takes_nothing_with_it(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/msg danny R101");
	assert_true(term_wait_row(ada, -2, "Nobody here is called danny."));
	assert_true(term_wait_row(ada, -1, "› /msg danny R101"));
	chat_say(ada, "/msg bob R102");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "ada │ R102"));
	assert_int_equal(term_find(ada, "R101"), -1);
	term_press(ada, "Up");
	assert_true(term_wait_row(ada, -1, "› /msg danny R101"));
	/* He comes, and has what was for him, and nothing else. */
	lab_stop(bob);
	bob = start(2, "danny");
	assert_true(term_wait(ada, "danny joined"));
	term_keys(ada, "\r");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "ada │ R101"));
	assert_int_equal(term_find(bob, "R102"), -1);
}

/* Nor is it lost where the program ends. */
static void
what_comes_back_is_there_in_the_next_run(void **state)
{
	struct term *ada = start(0, "ada"), *bob = start(1, "bob");

	(void)state;
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/msg danny R101");
	assert_true(term_wait_row(ada, -2, "Nobody here is called danny."));
	term_keys(ada, "half");
	assert_true(term_wait_row(ada, -1, "› half"));
	lab_stop(ada);
	ada = start(0, "ada");
	assert_true(term_wait(ada, "› half"));
	assert_true(term_wait_row(ada, -1, "/msg danny R101"));
	term_keys(ada, "typed next");
	assert_true(term_wait_row(ada, -1, "› typed next"));
	assert_int_equal(term_find(bob, "R101"), -1);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_two_say_to_each_other_is_theirs_alone),
		TEST(who_is_away_has_it_when_he_comes),
		TEST(what_waits_is_said_once),
		TEST(who_is_not_answered_says_little_and_who_is_shut_out_nothing),
		TEST(after_one_who_takes_no_talk_the_next_one_is_reached),
		TEST(what_comes_back_takes_nothing_with_it),
		TEST(what_comes_back_is_there_in_the_next_run)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
