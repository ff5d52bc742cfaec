/*
 * One person at two servers of one room, by the same key: what he sees of his
 * devices.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"

enum { PLACES = 2, PATHS = 3 * ENV_HOME_BYTES + 128 };

static struct cluster cluster;
static struct {
	char		 home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
} place[PLACES];

static int
set_up(void **state)
{
	int i;

	(void)state;
	if (!etcds_are_here())
		return 0;
	for (i = 0; i < PLACES; i++) {
		env_home_make(place[i].home);
		strlcpy(place[i].set, "HOME=", sizeof(place[i].set));
		strlcat(place[i].set, place[i].home, sizeof(place[i].set));
	}
	cluster_begin(&cluster);
	return 0;
}

static int
tear_down(void **state)
{
	int i;

	term_free_all(state);
	cluster_end(&cluster);
	for (i = 0; i < PLACES && place[i].home[0] != '\0'; i++)
		env_home_remove(place[i].home);
	return 0;
}

/* At the server of the same number. */
static struct term *
start(int at)
{
	const char *words[] = { "-n", "alice", NULL };
	const char *env[] = { place[at].set, NULL };
	struct term *t = chat_start_with(&cluster.server[at], 24, 80, env,
	    words);

	assert_true(term_wait(t, "● "));
	return t;
}

/* All are called as the machine. */
static bool
lists(struct term *t, int number)
{
	char name[64 + 1] = "", row[32];

	gethostname(name, sizeof(name) - 1);
	snprintf(row, sizeof(row), " %d %.*s", number,
	    (int)strcspn(name, "."), name);
	row[3 + 16] = '\0';
	return term_find(t, row) >= 0;
}

/* What the other server says may come later than one waits for it. */
static void
ask_until_two(struct term *t)
{
	int tries;

	for (tries = 0; tries < 100; tries++) {
		chat_say(t, "/devices");
		assert_true(term_wait(t, "Your devices"));
		if (lists(t, 2))
			return;
		term_press(t, "Esc");
		assert_true(term_wait_gone(t, "Your devices"));
	}
}

static void
devices_at_all_servers_are_listed_and_ended(void **state)
{
	struct term *desk, *couch;
	char copy[PATHS];

	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	desk = start(0);
	snprintf(copy, sizeof(copy), "mkdir -p '%s/.config/chat-tui' && "
	    "cp -p '%s/.config/chat-tui/identity' '%s/.config/chat-tui/'",
	    place[1].home, place[0].home, place[1].home);
	assert_int_equal(system(copy), 0);
	couch = start(1);
	ask_until_two(desk);
	assert_true(lists(desk, 1));
	assert_true(term_find(desk, "this one") >= 0);
	assert_true(lists(desk, 2));
	assert_false(lists(desk, 3));
	term_press(desk, "Esc");
	assert_true(term_wait_gone(desk, "Your devices"));
	/* Those of others come behind one's own. */
	chat_say(desk, "/devices end 2");
	assert_int_not_equal(term_wait_exit(couch), 0);
	assert_true(term_find(couch, "ended this one by another device") >= 0);
	assert_true(term_wait(desk, "Your devices"));
	assert_false(lists(desk, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_at_all_servers_are_listed_and_ended)
	};

	return tests_run(tests, set_up, tear_down);
}
