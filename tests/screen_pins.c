/*
 * Whose key a name is, between real programs: who has had many names is
 * written to by the newest one, from the screen and in lines, also by a program
 * that was started since.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum { ADA, BOB, PEOPLE };

static struct server server;
static uint16_t port;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char dir[ENV_HOME_BYTES + 8];
static char home[PEOPLE][ENV_HOME_BYTES];
static char home_set[PEOPLE][ENV_HOME_BYTES + 8];

/* The server, with one more word; NULL: with none. */
static void
serve_with(const char *word)
{
	const char *env[] = { room_set, NULL };
	char at[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", at, "-d",
	    dir, "-r", "lab", word, NULL };

	snprintf(at, sizeof(at), "%u", (unsigned)port);
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
}

static void
serve(void)
{
	serve_with(NULL);
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
start(int person, const char *name)
{
	const char *words[] = { "-n", name, NULL };
	const char *env[] = { home_set[person], NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	assert_true(term_wait(t, "● "));
	return t;
}

static void
stop(struct term *t)
{
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

/* chat-tui --to that name, a line; what it told is to be that. */
static void
say_in_lines(const char *to, const char *line, int status)
{
	const char *words[] = { "-n", "ada", "--to", to, "127.0.0.1", NULL };
	struct plain p;
	int ended;

	plain_start(&p, port, home[ADA], words);
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
	stop(ada);
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

	server_stop(&server, SIGTERM);
	snprintf(command, sizeof(command), "rm -rf '%s/talk' '%s/talks'", dir,
	    dir);
	assert_int_equal(system(command), 0);
	serve();
}

/* Of which the server is told by the former one. */
static void
change_key(int person, const char *name)
{
	const char *words[] = { "--new-key", "-n", name, "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, port, home[person], words);
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
	stop(ada);
	change_key(ADA, "ada");
	/* It is known who has that key, before it writes. */
	plain_start(&p, port, home[ADA], words);
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
	stop(bob);
	bob = start(BOB, "bob");
	assert_true(term_wait(bob, "second"));
	assert_true(term_wait(bob, "● here"));
	chat_say(bob, "/msg ada fourth");
	assert_true(term_wait(ada, "fourth"));
	stop(ada);
	say_in_lines("bob", "fifth\n", 0);
	ada = start(ADA, "ada");
	term_press(ada, "M-2");
	assert_true(term_wait(ada, "fifth"));
	assert_int_equal(term_find(ada, "new key"), -1);
	/* The server's directory, put away and begun anew, is another thing. */
	stop(ada);
	stop(bob);
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
	stop(ada);
	for (known = 0; known < 2; known++) {
		server_stop(&server, SIGTERM);
		plain_start(&p, port, home[ADA], words);
		plain_give(&p, "later\n");
		plain_end_input(&p);
		if ((status = plain_finish(&p)) != (known ? 4 : 6))
			fail_msg("%d: %s%s", status, p.said, p.told);
		plain_clear(&p);
		serve();
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
	struct term *ada, *bob;
	struct plain p;

	(void)state;
	server_stop(&server, SIGTERM);
	serve_with("--talks=off");
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
	stop(ada);
	stop(bob);
	plain_start(&p, port, home[ADA], words);
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
	server_stop(&server, SIGTERM);
	assert_true(term_wait(ada, "reconnecting"));
	chat_say(ada, "/talks");
	assert_true(term_wait(ada, "Nobody answers: which talks there are"));
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
