/*
 * One person at two terminals, by the same key: what he enters, reads and
 * leaves at one is so at the other. Where the server does not offer that as yet
 * nothing is to be shown.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum { PLACES = 3, PATHS = 3 * ENV_HOME_BYTES + 128 };

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static struct {
	char		 home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
} place[PLACES];
static const char *room_env[] = { room_set, NULL };

static int
set_up(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-r", "lab",
	    "-r", "ops", NULL };
	int i;

	(void)state;
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	for (i = 0; i < PLACES; i++) {
		env_home_make(place[i].home);
		strlcpy(place[i].set, "HOME=", sizeof(place[i].set));
		strlcat(place[i].set, place[i].home, sizeof(place[i].set));
	}
	server_start(&server, room_env, args);
	return 0;
}

static int
tear_down(void **state)
{
	int i;

	term_free_all(state);
	server_stop(&server, SIGTERM);
	for (i = 0; i < PLACES; i++)
		env_home_remove(place[i].home);
	env_home_remove(room_home);
	return 0;
}

static struct term *
start(int at, const char *name)
{
	const char *words[] = { "-n", name, NULL };
	const char *env[] = { place[at].set, NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	assert_true(term_wait(t, "● "));
	return t;
}

static void
close_page(struct term *t, const char *title)
{
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, title));
}

/* Alice at the first place, and at the second with her key from there; bob at
 * the third. */
static void
begin(struct term **desk, struct term **couch, struct term **bob)
{
	char copy[PATHS];

	*desk = start(0, "alice");
	snprintf(copy, sizeof(copy), "mkdir -p '%s/.config/chat-tui' && "
	    "cp -p '%s/.config/chat-tui/identity' '%s/.config/chat-tui/'",
	    place[1].home, place[0].home, place[1].home);
	assert_int_equal(system(copy), 0);
	*couch = start(1, "alice");
	*bob = start(2, "bob");
	/* Where one takes the other's place it is the last. */
	chat_say(*couch, "/help devices");
	assert_true(term_wait(*couch, "Help"));
	if (term_find(*couch, "/devices") < 0)
		skip();
	close_page(*couch, "Help");
}

static void
what_one_has_read_is_read_at_the_other(void **state)
{
	struct term *desk, *couch, *bob;

	(void)state;
	begin(&desk, &couch, &bob);
	chat_say(desk, "/join ops");
	assert_true(term_wait(desk, "You are alice in the room ops."));
	chat_say(bob, "/join ops");
	assert_true(term_wait(desk, "bob joined"));
	/* Where she reads something is one of her rooms. */
	assert_true(term_wait_row(couch, -2, "2 ops"));
	term_press(couch, "M-2");
	assert_true(term_wait(couch, "You are alice in the room ops."));
	term_press(couch, "M-1");
	assert_true(term_wait_row(couch, -1, "lab ›"));
	term_press(desk, "M-1");
	assert_true(term_wait_row(desk, -1, "lab ›"));
	chat_say(bob, "is anybody there");
	assert_true(term_wait_row(desk, -2, "ops:1"));
	assert_true(term_wait_row(couch, -2, "ops:1"));
	term_press(desk, "M-2");
	assert_true(term_wait_gone(couch, "ops:1"));
	term_press(couch, "M-2");
	assert_true(term_wait_row(couch, -1, "ops ›"));
	chat_say(couch, "from the couch");
	assert_true(term_wait(bob, "alice │ from the couch"));
	assert_true(term_find(bob, "alice left") < 0);
	term_press(couch, "C-c");
	assert_int_equal(term_wait_exit(couch), 0);
	chat_say(desk, "still here");
	assert_true(term_wait(bob, "alice │ still here"));
	assert_true(term_find(bob, "alice left") < 0);
}

static void
a_room_that_one_leaves_the_other_leaves(void **state)
{
	struct term *desk, *couch, *bob;

	(void)state;
	begin(&desk, &couch, &bob);
	chat_say(desk, "/join ops");
	assert_true(term_wait(desk, "You are alice in the room ops."));
	chat_say(couch, "/join ops");
	assert_true(term_wait(couch, "You are alice in the room ops."));
	term_press(couch, "M-1");
	chat_say(desk, "/leave");
	assert_true(term_wait(couch, "You have left ops by another device."));
	assert_true(term_wait_gone(couch, "2 ops"));
	/* Also at the next start. */
	term_press(couch, "C-c");
	assert_int_equal(term_wait_exit(couch), 0);
	couch = start(1, "alice");
	chat_say(couch, "/devices");
	assert_true(term_wait(couch, "this one"));
	assert_true(term_find(couch, "2 ops") < 0);
}

static void
devices_are_listed_and_ended(void **state)
{
	struct term *desk, *couch, *bob;
	char name[64 + 1] = "", second[32];

	(void)state;
	gethostname(name, sizeof(name) - 1);
	snprintf(second, sizeof(second), " 2 %.*s", (int)strcspn(name, "."),
	    name);
	second[sizeof(" 2 ") - 1 + 16] = '\0';
	begin(&desk, &couch, &bob);
	chat_say(desk, "/devices");
	assert_true(term_wait(desk, "Your devices"));
	assert_true(term_find(desk, "this one") >= 0);
	assert_true(term_find(desk, second) >= 0);
	close_page(desk, "Your devices");
	/* Both machines are called the same here: the newest is the first. */
	chat_say(desk, "/devices end 1");
	assert_int_not_equal(term_wait_exit(couch), 0);
	assert_true(term_find(couch, "ended this one by another device") >= 0);
	assert_true(term_wait(desk, "Your devices"));
	assert_true(term_find(desk, second) < 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_one_has_read_is_read_at_the_other),
		TEST(a_room_that_one_leaves_the_other_leaves),
		TEST(devices_are_listed_and_ended),
	};

	return tests_run(tests, NULL, NULL);
}
