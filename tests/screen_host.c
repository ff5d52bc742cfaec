/*
 * A room that is hosted by who is at a terminal: there, for guests, and when
 * it ends.
 */
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_screens.h"

/* alice hosts a room, and its port is the server's. */
static struct term *
host_start_room(struct server *hosted)
{
	static char port[8];
	const char *argv[] = { chat_program("chat-tui"), "-H", "-4", "-n",
		"alice", "-p", port, NULL };
	struct term *t;

	hosted->port = server_free_port();
	snprintf(port, sizeof(port), "%u", hosted->port);
	t = term_start(24, 80, NULL, argv);
	assert_true(term_wait(t, "You are alice"));
	return t;
}

static void
a_room_is_hosted_where_there_is_none(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted);

	(void)state;
	assert_true(term_wait_row(t, -2, "others: chat-tui chat://"));
	assert_int_equal(term_find(t, "New server"), -1);
	assert_true(term_wait_row(t, -2, "@"));
	/* Without the room for it, the way to see it. */
	term_resize(t, 24, 50);
	assert_true(term_wait_row(t, -2, "others: /invite"));
	chat_say(t, "/invite");
	assert_true(term_wait(t, "In a clone of the source"));
	assert_true(term_find(t, "chat://") != -1);
	assert_true(term_wrote(t, "\033]52;c;Y2hhdC10dWkgY2hhdDovL"));
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "In a clone of the source"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

static size_t
entries_in(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;		/* . and .. */
}

/* With --no-store the room is of this run alone, as its key is; and there need
 * be no home for it. */
static void
a_room_of_this_run_is_hosted_without_a_home(void **state)
{
	char home[ENV_HOME_BYTES], temporary[ENV_HOME_BYTES];
	char set_home[ENV_HOME_BYTES + 8], set_tmp[ENV_HOME_BYTES + 8];
	const char *env[] = { set_home, set_tmp, "XDG_RUNTIME_DIR",
		"XDG_STATE_HOME=/sys/no", "XDG_CONFIG_HOME=/sys/no", NULL };
	char port[8];
	const char *argv[] = { chat_program("chat-tui"), "-H", "--no-store",
		"-n", "alice", "-p", port, NULL };
	struct term *t;
	int i;

	(void)state;
	env_home_make(home);
	env_home_make(temporary);
	snprintf(port, sizeof(port), "%u", server_free_port());
	snprintf(set_home, sizeof(set_home), "HOME=%s", home);
	snprintf(set_tmp, sizeof(set_tmp), "TMPDIR=%s", temporary);
	for (i = 0; i < 3; i++) {
		/* Then with a home: the key of the last room is none of it. */
		if (i == 1)
			env[3] = NULL;
		t = term_start(24, 80, env, argv);
		assert_true(term_wait(t, "You are alice"));
		assert_int_equal(entries_in(temporary), 1);
		chat_say(t, "hello");
		assert_true(term_wait(t, "alice │ hello"));
		chat_say(t, "quit");
		assert_int_equal(term_wait_exit(t), 0);
		assert_true(chat_left_clean(t));
		assert_int_equal(entries_in(temporary), 0);
	}
	/* Also where nobody is left who could. */
	t = term_start(24, 80, env, argv);
	assert_true(term_wait(t, "You are alice"));
	assert_int_equal(entries_in(temporary), 1);
	term_signal(t, SIGKILL);
	assert_true(term_wait_alone(t));
	assert_int_equal(entries_in(temporary), 0);
	env_home_remove(home);
	env_home_remove(temporary);
}

static void
where_a_room_cannot_be_kept_the_reason_is_told(void **state)
{
	const char *env[] = { "XDG_STATE_HOME=/sys/no", NULL };
	const char *argv[] = { chat_program("chat-tui"), "-H", "-n", "alice",
		NULL };
	struct term *t;
	char told[128];

	(void)state;
	/* Nobody makes one there: read-only, or not permitted. */
	assert_int_equal(mkdir("/sys/no", 0700), -1);
	snprintf(told, sizeof(told), "/sys/no/chat-tui/host: %s",
	    strerror(errno));
	t = term_start(24, 120, env, argv);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, told) != -1);
}

static void
a_host_with_guests_is_asked_and_they_are_told(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	assert_true(term_wait(t, "2 online"));
	term_press(t, "C-c");
	assert_true(term_wait_row(t, -2, "One other is here: Enter ends the "
	    "room, Esc stays"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "others: chat-tui"));
	/* Also where the screen has no row for it. */
	term_resize(t, 3, 80);
	assert_true(term_wait_row(t, 0, "2 online"));
	term_press(t, "C-c");
	assert_true(term_wait_row(t, -2, "One other is here: Enter ends"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, 0, "2 online"));
	term_resize(t, 24, 80);
	assert_true(term_wait_row(t, -2, "others: chat-tui"));
	chat_say(t, "/quit");
	assert_true(term_wait_row(t, -2, "Enter ends the room"));
	term_press(t, "Enter");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait_row(guest, 0, "reconnecting"));
}

/* A signal asks nobody; the others are told all the same, each in his
 * language. */
static void
a_host_that_is_ended_tells_his_guests(void **state)
{
	static const char *const env[] = { "LC_ALL=zh_CN.UTF-8", NULL };
	static const char *const words[] = { "-n", "小明", NULL };
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest, *chinese;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	chinese = chat_start_with(&hosted, 24, 80, env, words);
	assert_true(term_wait(chinese, "你是 小明"));
	assert_true(term_wait(t, "3 online"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	assert_true(chat_left_clean(t));
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait(chinese, "房主已结束这个房间。"));
}

/* Nor is anybody asked here: the server has the words from the beginning. */
static void
a_host_that_is_killed_tells_his_guests_and_leaves_nothing(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	assert_true(term_wait(t, "2 online"));
	assert_int_equal(term_find(guest, "has ended"), -1);
	term_signal(t, SIGKILL);
	assert_int_equal(term_wait_exit(t), 128 + SIGKILL);
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait_row(guest, 0, "reconnecting"));
	assert_true(term_wait_alone(t));
}

static void
where_nobody_answers_the_prompt_offers_to_host(void **state)
{
	struct server gone = { .port = server.port };
	struct term *t;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	t = chat_start(&gone, NULL, 24, 80);
	chat_say(t, "alice");
	assert_true(term_wait(t, "Enter hosts one here"));
	assert_true(term_wait_row(t, 0, "joining, no word for "));
	/* Also behind other keys, and under another name. */
	term_keys(t, "\025");
	assert_true(term_wait_gone(t, "Enter hosts one here"));
	term_keys(t, "bob");
	assert_true(term_wait(t, "Enter hosts one here"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(term_find(t, "alice"), -1);
	/* Nobody compares the key of a server of his own. */
	assert_int_equal(term_find(t, "New server"), -1);
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

/* The server is there already and is asked under the first one, but does not
 * answer before it has its passphrase. */
static void
a_host_is_in_under_no_other_name_that_was_tried(void **state)
{
	struct server gone = { .port = server.port };
	struct server_stream lines = { .fd = -1 };
	char dir[ENV_HOME_BYTES], trace[192], variable[208], pass[192];
	const char *env[] = { variable, NULL };
	const char *words[] = { "-k", pass, NULL };
	struct term *t;
	char line[256];
	int fd, logins = 0;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_make(dir);
	snprintf(trace, sizeof(trace), "%s/trace", dir);
	snprintf(variable, sizeof(variable), "CHAT_TRACE=%s", trace);
	snprintf(pass, sizeof(pass), "%s/pass", dir);
	assert_int_equal(mkfifo(trace, 0600) + mkfifo(pass, 0600), 0);
	lines.fd = open(trace, O_RDWR | O_CLOEXEC);
	fd = open(pass, O_RDWR | O_CLOEXEC);
	assert_int_equal(write(fd, "secret\n", 7), 7);
	t = chat_start_with(&gone, 24, 80, env, words);
	assert_true(term_wait(t, "name ›"));
	chat_say(t, "alice");
	assert_true(term_wait(t, "Enter hosts one here"));
	chat_say(t, "\025bob");
	while (logins < 2 && server_line(&lines, line, sizeof(line)) != NULL)
		logins += strstr(line, " LOGIN") != NULL;
	assert_int_equal(logins, 2);
	assert_int_equal(write(fd, "secret\n", 7), 7);
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(term_find(t, "alice"), -1);
	close(fd);
	close(lines.fd);
	env_home_remove(dir);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_room_is_hosted_where_there_is_none),
		TEST(a_room_of_this_run_is_hosted_without_a_home),
		TEST(where_a_room_cannot_be_kept_the_reason_is_told),
		TEST(a_host_with_guests_is_asked_and_they_are_told),
		TEST(a_host_that_is_ended_tells_his_guests),
		TEST(a_host_that_is_killed_tells_his_guests_and_leaves_nothing),
		TEST(where_nobody_answers_the_prompt_offers_to_host),
		TEST(a_host_is_in_under_no_other_name_that_was_tried),
	};

	return tests_run(tests, NULL, NULL);
}
