/*
 * Whose key a name is, between real programs: who has had many names is
 * written to by the newest one, from the screen and in lines, also by a program
 * that was started since.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_lab.h"
#include "tests/with_plain.h"

enum { ADA, BOB, EVE };

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

/* chat-tui --to that name, a line; what it told is to be that. */
static void
say_in_lines(const char *to, const char *line, int status)
{
	const char *words[] = { "-n", "ada", "--to", to, "127.0.0.1", NULL };
	struct plain p;
	int ended;

	plain_start(&p, lab.port, lab.home[ADA], words);
	plain_give(&p, line);
	plain_end_input(&p);
	if ((ended = plain_finish(&p)) != status)
		fail_msg("%d: %s%s", ended, p.said, p.told);
	plain_clear(&p);
}

/* Seven names, each of which she is told of where she talks with him. */
static void
who_has_had_many_names_is_reached_by_the_newest(void **state)
{
	static const char *const names[] = { "bert", "bill", "boris", "bruno",
	    "basil", "boas", "bela" };
	struct term *ada = start(ADA, "ada"), *bob = start(BOB, "bob");
	char line[64];
	size_t i;

	(void)state;
	chat_say(ada, "/msg bob first");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "first"));
	chat_say(bob, "yes");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "yes"));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(line, sizeof(line), "/nick %s", names[i]);
		chat_say(bob, line);
		snprintf(line, sizeof(line), "@%s ›", names[i]);
		assert_true(term_wait_row(ada, -1, line));
	}
	chat_say(ada, "/msg bela second");
	assert_true(term_wait(bob, "second"));
	lab_stop(ada);
	say_in_lines("bela", "third\n", 0);
	assert_true(term_wait(bob, "third"));
	say_in_lines("bela", "third again\n", 0);
	assert_true(term_wait(bob, "third again"));
	ada = start(ADA, "ada");
	assert_true(term_wait(ada, "third again"));
	assert_true(term_wait(ada, "● here"));
	chat_say(ada, "/msg bela fourth");
	assert_true(term_wait(bob, "fourth"));
}

/* The server's directory loses all that was said in private. */
static void
forget_talks(void)
{
	char command[2 * ENV_HOME_BYTES + 64];

	server_stop(&lab.server, SIGTERM);
	snprintf(command, sizeof(command), "rm -rf '%s/talk' '%s/talks'",
	    lab.dir, lab.dir);
	assert_int_equal(system(command), 0);
	lab_serve(&lab, NULL);
}

/* Of which the server is told by the former one. */
static void
change_key(int person, const char *name)
{
	const char *words[] = { "--new-key", "-n", name, "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, lab.port, lab.home[person], words);
	plain_end_input(&p);
	if (plain_finish(&p) != 0)
		fail_msg("%s%s", p.said, p.told);
	plain_clear(&p);
}

static void
with_ones_own_new_key_no_talk_is_begun_anew(void **state)
{
	static const char *const words[] = { "-n", "ada", "127.0.0.1", NULL };
	struct term *ada = start(ADA, "ada"), *bob = start(BOB, "bob");
	struct plain p;

	(void)state;
	chat_say(ada, "/msg bob first");
	assert_true(term_wait(bob, "2 @ada"));
	term_press(bob, "M-2");
	chat_say(bob, "yes");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "yes"));
	lab_stop(ada);
	change_key(ADA, "ada");
	/* It is known who has that key, before it writes. */
	plain_start(&p, lab.port, lab.home[ADA], words);
	plain_give(&p, "here again\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	ada = start(ADA, "ada");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "You have a new key since"));
	chat_say(ada, "second");
	assert_true(term_wait_gone(ada, "… second"));
	assert_int_equal(term_find(ada, "anew"), -1);
	assert_int_equal(term_find(ada, "set aside"), -1);
	assert_int_equal(term_find(ada, "cannot be read."), -1);
	/* Nor is it for him, who takes her new one. */
	assert_true(term_wait(bob, "/trust ada takes it"));
	chat_say(bob, "/trust ada");
	assert_true(term_wait(bob, "@ada (old key)"));
	chat_say(bob, "/msg ada third");
	assert_true(term_wait(ada, "third"));
	lab_stop(bob);
	bob = start(BOB, "bob");
	assert_true(term_wait(bob, "second"));
	assert_true(term_wait(bob, "● here"));
	chat_say(bob, "/msg ada fourth");
	assert_true(term_wait(ada, "fourth"));
	lab_stop(ada);
	say_in_lines("bob", "fifth\n", 0);
	ada = start(ADA, "ada");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "fifth"));
	assert_int_equal(term_find(ada, "new key"), -1);
	/* The server's directory, put away and begun anew, is another thing. */
	lab_stop(ada);
	lab_stop(bob);
	forget_talks();
	ada = start(ADA, "ada");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "begun this talk anew"));
}

/* A server that is away cannot say who that is. */
static void
who_is_not_known_is_so_while_the_server_is_away(void **state)
{
	const char *words[] = { "-n", "ada", "--to", "bob", "--wait", "1s",
		"127.0.0.1", NULL };
	struct term *ada = start(ADA, "ada"), *bob = start(BOB, "bob");
	int status, known;
	struct plain p;

	(void)state;
	lab_stop(ada);
	for (known = 0; known < 2; known++) {
		server_stop(&lab.server, SIGTERM);
		plain_start(&p, lab.port, lab.home[ADA], words);
		plain_give(&p, "later\n");
		plain_end_input(&p);
		if ((status = plain_finish(&p)) != (known ? 4 : 6))
			fail_msg("%d: %s%s", status, p.said, p.told);
		plain_clear(&p);
		lab_serve(&lab, NULL);
		say_in_lines("bob", "now\n", 0);
		assert_true(term_wait(bob, "2 @ada"));
	}
	term_press(bob, "M-2");
	assert_true(term_wait(bob, "later"));
}

/* That is nobody's doing whom one would talk with; nor is he called by his
 * key. */
static void
a_server_without_talks_says_so(void **state)
{
	static const char *const words[] = { "-n", "ada", "--to", "bob",
		"127.0.0.1", NULL };
	static const char *const off[] = { "--talks=off", NULL };
	struct term *ada, *bob;
	struct plain p;

	(void)state;
	server_stop(&lab.server, SIGTERM);
	lab_serve(&lab, off);
	ada = start(ADA, "ada");
	bob = start(BOB, "bob");
	assert_true(term_wait(ada, "bob joined"));
	chat_say(ada, "/talks");
	assert_true(term_wait_row(ada, -2, "This server has no talks."));
	chat_say(ada, "/msg bob hello");
	assert_true(term_wait_row(ada, -2, "This server has no talks: bob "
	    "cannot be reached."));
	assert_true(term_wait_row(ada, -1, "/msg bob hello"));
	term_press(ada, "C-u");
	lab_stop(ada);
	lab_stop(bob);
	plain_start(&p, lab.port, lab.home[ADA], words);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 6);
	if (strstr(p.told, "this server has no talks: bob cannot be reached") ==
	    NULL)
		fail_msg("%s", p.told);
	plain_clear(&p);
	/* With nobody there /talks does not say that there are none. */
	ada = start(ADA, "ada");
	chat_say(ada, "here");
	assert_true(term_wait(ada, "ada │ here"));
	server_stop(&lab.server, SIGTERM);
	assert_true(term_wait(ada, "reconnecting"));
	chat_say(ada, "/talks");
	assert_true(term_wait(ada, "Nobody answers: which talks there are"));
}

static void
release(const char *name)
{
	const char *words[] = { "-d", lab.dir, "release", name, NULL };
	struct plain p;

	plain_run_program(&p, "chat-ctl", lab.room, words);
	if (plain_finish(&p) != 0)
		fail_msg("%s%s", p.said, p.told);
	plain_clear(&p);
}

/* He wrote unasked, and nobody has answered: all the same who has his name next
 * is somebody else. by: that is how it is given away. */
static void
write_unasked_and_lose_the_name(bool by_leaving)
{
	struct term *ada = start(ADA, "ada"), *bob = start(BOB, "danny"), *eve;

	chat_say(bob, "good morning");
	assert_true(term_wait_gone(bob, "… good morning"));
	assert_true(term_wait(ada, "good morning"));
	chat_say(bob, "/msg ada it is me");
	assert_true(term_wait(ada, "2 @danny"));
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "it is me"));
	term_press(ada, "M-1");
	if (by_leaving) {
		chat_say(ada, "/leave @danny");
		assert_true(term_wait_gone(ada, "2 @danny"));
		lab_stop(bob);
	} else {
		chat_say(bob, "/nick dan");
		assert_true(term_wait(ada, "2 @dan "));
	}
	release("danny");
	eve = start(EVE, "danny");
	chat_say(ada, "/msg danny R101");
	assert_true(term_wait(ada, "@danny: danny has another key"));
	chat_say(eve, "here");
	assert_true(term_wait(ada, "danny │ here"));
	assert_int_equal(term_find(eve, "@ada"), -1);
	/* Also for a program that was not there. */
	lab_stop(ada);
	say_in_lines("danny", "R102\n", 6);
	ada = start(ADA, "ada");
	chat_say(ada, "/msg danny R103");
	assert_true(term_wait(ada, "@danny: danny has another key"));
	chat_say(ada, "/trust danny");
	chat_say(ada, "/msg danny R104");
	assert_true(term_wait(eve, "@ada"));
	term_press(eve, "M-2");
	assert_true(term_wait(eve, "ada │ R104"));
	assert_int_equal(term_find(eve, "R101"), -1);
	assert_int_equal(term_find(eve, "R102"), -1);
	assert_int_equal(term_find(eve, "R103"), -1);
}

static void
who_only_wrote_is_not_who_has_his_name_next(void **state)
{
	(void)state;
	write_unasked_and_lose_the_name(true);
}

static void
who_only_wrote_and_took_another_name_is_not_who_has_it_next(void **state)
{
	(void)state;
	write_unasked_and_lose_the_name(false);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_has_had_many_names_is_reached_by_the_newest),
		TEST(with_ones_own_new_key_no_talk_is_begun_anew),
		TEST(who_is_not_known_is_so_while_the_server_is_away),
		TEST(a_server_without_talks_says_so),
		TEST(who_only_wrote_is_not_who_has_his_name_next),
		TEST(
		who_only_wrote_and_took_another_name_is_not_who_has_it_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
