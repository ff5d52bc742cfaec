/*
 * Whom the client believes, between real programs: a server that is another
 * one since gets nothing, and what waits is said to the true one.
 */
#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char home[ENV_HOME_BYTES], home_set[ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static const char *home_env[] = { home_set, NULL };
static char true_dir[PATH_MAX], other_dir[PATH_MAX];

/* The server whose key is in dir, at the port of the last one. */
static void
serve_at(const char *dir, const char *option, const char *value)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", port,
	    "-d", dir, option, value, NULL };

	snprintf(port, sizeof(port), "%u", server.port);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

static int
set_up(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-d", true_dir,
	    NULL };

	(void)state;
	env_home_make(room_home);
	env_home_make(home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(home_set, sizeof(home_set), "HOME=%s", home);
	snprintf(true_dir, sizeof(true_dir), "%s/true", room_home);
	snprintf(other_dir, sizeof(other_dir), "%s/other", room_home);
	server_start(&server, room_env, args);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

/* How often text is in all of the log of the server that runs. */
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

static void
assert_only_its_start(const char *dir)
{
	assert_int_equal(times_in_log(dir, "\n"), 1);
	assert_int_equal(times_in_log(dir, "\tstart\t"), 1);
}

/* With the true server again: both lines are there, once, in order. */
static void
assert_said_to_the_true_one(void)
{
	const char *words[] = { "-n", "kim", "127.0.0.1", NULL };
	struct plain p;

	serve_at(true_dir, NULL, NULL);
	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecret one\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecret two\n"), 1);
}

static void
what_waits_is_not_said_to_a_changed_server(void **state)
{
	const char *words[] = { "-n", "kim", "--follow", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	plain_start(&p, server.port, home, words);
	plain_give(&p, "hello\n");
	assert_true(plain_until(&p, "\tkim\thello\n"));
	server_stop(&server, SIGKILL);
	server.pid = 0;
	plain_give(&p, "secret one\nsecret two\n");
	serve_at(other_dir, NULL, NULL);
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, "has changed"));
	assert_non_null(strstr(p.told, "2 lines wait; they are said when that "
	    "room lets you in."));
	assert_null(strstr(p.told, "runs again"));
	assert_non_null(strstr(p.told, "/known_hosts"));
	assert_non_null(strstr(p.told, home));
	assert_null(strstr(p.said, "secret"));
	plain_clear(&p);
	assert_only_its_start(other_dir);
	assert_said_to_the_true_one();
}

static void
nor_from_the_screen(void **state)
{
	const char *words[] = { "-n", "kim", NULL };
	struct term *t = chat_start_with(&server, 24, 80, home_env, words);

	(void)state;
	assert_true(term_wait(t, "You are kim"));
	server_stop(&server, SIGKILL);
	server.pid = 0;
	chat_say(t, "secret one");
	chat_say(t, "secret two");
	assert_true(term_wait(t, "secret two"));
	serve_at(other_dir, NULL, NULL);
	assert_int_equal(term_wait_exit(t), 3);
	assert_true(term_wait(t, "has changed"));
	assert_true(term_find(t, "2 lines wait; they are said when that room")
	    >= 0);
	assert_int_equal(term_find(t, "runs again"), -1);
	assert_int_equal(term_find(t, "stays here"), -1);
	assert_only_its_start(other_dir);
	assert_said_to_the_true_one();
}

static void
write_file(char path[PATH_MAX], const char *text)
{
	int fd;

	snprintf(path, PATH_MAX, "%s/passphrase", home);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* chat-tui with these words and a line to say ends with 3 and says this. */
static void
assert_refused(const char *const words[], const char *why)
{
	struct plain p;

	plain_start(&p, server.port, home, words);
	plain_give(&p, "secret\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, why));
	assert_null(strstr(p.said, "secret"));
	plain_clear(&p);
}

/* A server that was never there: it has them from the next run. */
static void
what_is_said_at_first_contact_waits_for_the_server(void **state)
{
	const char *words[] = { "-n", "kim", NULL };
	struct term *t;

	(void)state;
	server_stop(&server, SIGTERM);
	server.pid = 0;
	t = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(t, -2, "No room at"));
	chat_say(t, "secret one");
	assert_true(term_wait(t, "… secret one"));
	chat_say(t, "secret two");
	assert_true(term_wait(t, "… secret two"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_find(t, "2 lines wait; they are said when") >= 0);
	assert_said_to_the_true_one();
}

/* By the names that one had when it was typed. */
static void
a_name_that_is_asked_for_at_first_contact_waits_its_turn(void **state)
{
	const char *words[] = { "-n", "kim", NULL };
	struct term *t;

	(void)state;
	server_stop(&server, SIGTERM);
	server.pid = 0;
	t = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(t, -2, "No room at"));
	chat_say(t, "secret one");
	assert_true(term_wait(t, "… secret one"));
	chat_say(t, "/nick kay");
	assert_true(term_wait_row(t, -2, "kay is asked for once you are in"));
	chat_say(t, "secret two");
	assert_true(term_wait(t, "… secret two"));
	serve_at(true_dir, NULL, NULL);
	assert_true(term_wait(t, "kay │ secret two"));
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecret one\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkay\tsecret two\n"), 1);
}

static void
a_given_passphrase_is_never_left_out(void **state)
{
	char path[PATH_MAX];
	const char *words[] = { "-n", "kim", "-k", path, "127.0.0.1", NULL };
	const char *screen[] = { "-n", "kim", "-k", path, NULL };
	struct term *t;

	(void)state;
	write_file(path, "open sesame\n");
	assert_refused(words, "does not ask for a passphrase, though one was");
	t = chat_start_with(&server, 24, 80, home_env, screen);
	assert_int_equal(term_wait_exit(t), 3);
	assert_true(term_wait(t, "does not ask for a passphrase"));
	assert_only_its_start(true_dir);
}

static void
a_room_that_wanted_a_passphrase_is_not_joined_without(void **state)
{
	char path[PATH_MAX];
	const char *with[] = { "-n", "kim", "-k", path, "127.0.0.1", NULL };
	const char *without[] = { "-n", "kim", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	write_file(path, "open sesame\n");
	serve_at(true_dir, "-k", path);
	plain_start(&p, server.port, home, with);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	serve_at(true_dir, NULL, NULL);
	assert_refused(without, "#passphrase out of ");
	assert_int_equal(times_in_log(true_dir, "\tsecret\n"), 0);
}

static void
a_passphrase_does_not_go_with_the_classic_protocol(void **state)
{
	char path[PATH_MAX];
	const char *words[] = { "-n", "kim", "--classic", "-k", path,
	    "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	write_file(path, "open sesame\n");
	plain_start(&p, server.port, home, words);
	assert_int_equal(plain_finish(&p), 2);
	assert_non_null(strstr(p.told, "classic"));
	plain_clear(&p);
	assert_only_its_start(true_dir);
}

/* Hosted with a passphrase, and without it next time: it is our own. */
static void
a_hosted_room_has_the_passphrase_that_was_given(void **state)
{
	char path[PATH_MAX], told[128];
	char port[16];
	const char *with[] = { chat_program("chat-tui"), "-H", "-n", "kim",
	    "-p", port, "-k", path, NULL };
	const char *without[] = { "-n", "eve", "-P", "127.0.0.1", NULL };
	const char *again[] = { with[0], "-H", "-n", "kim", "-p", port, NULL };
	struct plain p;
	struct term *t;

	(void)state;
	write_file(path, "open sesame\n");
	server_stop(&server, SIGTERM);
	server.pid = 0;
	snprintf(port, sizeof(port), "%u", server.port);
	t = term_start(24, 80, home_env, with);
	assert_true(term_wait(t, "You are kim"));
	plain_start(&p, server.port, room_home, without);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	snprintf(told, sizeof(told), "the room at 127.0.0.1:%s has a "
	    "passphrase", port);
	assert_non_null(strstr(p.told, told));
	plain_clear(&p);
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	t = term_start(24, 80, home_env, again);
	assert_true(term_wait(t, "You are kim"));
	/* There was nobody to be told that it ended. */
	snprintf(path, sizeof(path), "%.2000s/.local/state/chat-tui/host",
	    home);
	assert_int_equal(times_in_log(path, "\tleave\tkim"), 1);
	assert_int_equal(times_in_log(path, "has ended"), 0);
}

/* Dies before the server has proved that it knows the passphrase. */
static struct term *
lose_the_receiver(const char *with)
{
	const char *words[] = { "-n", "kim", NULL };
	char path[64];
	struct term *t;
	int receiver;
	FILE *f;

	serve_at(true_dir, "-k", with);
	t = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(t, -1, "passphrase"));
	server_stop(&server, SIGKILL);
	server.pid = 0;
	term_keys(t, "open sesame\r");
	assert_true(term_wait_row(t, -2, "No room at"));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
	    term_pid(t), term_pid(t));
	assert_non_null(f = fopen(path, "r"));
	assert_int_equal(fscanf(f, "%d", &receiver), 1);
	fclose(f);
	assert_int_equal(kill(receiver, SIGKILL), 0);
	return t;
}

/* The next one has it from nobody: it asks again, and does not do without. */
static void
a_typed_passphrase_is_demanded_by_the_next_receiver_too(void **state)
{
	char path[PATH_MAX];
	struct term *t;

	(void)state;
	write_file(path, "open sesame\n");
	t = lose_the_receiver(path);
	serve_at(true_dir, NULL, NULL);
	assert_int_equal(term_wait_exit(t), 3);
	assert_true(term_wait(t, "though one was given"));
	assert_int_equal(times_in_log(true_dir, "\tkim"), 0);
	t = lose_the_receiver(path);
	serve_at(true_dir, "-k", path);
	assert_true(term_wait_row(t, -1, "passphrase"));
	term_keys(t, "open sesame\r");
	assert_true(term_wait(t, "You are kim"));
}

/* After so many wrong ones the next try waits: nothing is shown of what is
 * typed meanwhile, nor said. */
static void
a_passphrase_stays_hidden_until_the_room_is_entered(void **state)
{
	const char *words[] = { "-n", "kim", NULL };
	char path[PATH_MAX], *text;
	struct term *t;
	int i;

	(void)state;
	write_file(path, "open sesame\n");
	serve_at(true_dir, "-k", path);
	t = chat_start_with(&server, 24, 80, home_env, words);
	assert_true(term_wait_row(t, -1, "passphrase"));
	for (i = 0; i < 3; i++) {
		term_keys(t, "wrong\r");
		assert_true(term_wait_row(t, -2, "not the room's"));
		term_keys(t, "x");
		assert_true(term_wait_gone(t, "not the room's"));
		term_press(t, "Backspace");
	}
	term_keys(t, "wrong\ropen sesame\r");
	assert_true(term_wait(t, "You are kim"));
	text = term_text(t);
	assert_null(strstr(text, "sesame"));
	free(text);
	term_keys(t, "\r");
	chat_say(t, "hello");
	assert_true(term_wait_row(t, -3, "hello"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "sesame"), 0);
}

/* The server has lost its log, and only that. */
static void
lose_the_log(void)
{
	char path[PATH_MAX], moved[PATH_MAX];
	const struct dirent *e;
	DIR *d = opendir(true_dir);

	server_stop(&server, SIGTERM);
	server.pid = 0;
	while ((e = readdir(d)) != NULL) {
		if (strspn(e->d_name, "0123456789abcdef") != 32)
			continue;
		snprintf(path, sizeof(path), "%.2000s/%s", true_dir,
		    e->d_name);
		snprintf(moved, sizeof(moved), "%.2000s/%.64s", room_home,
		    e->d_name);
		assert_int_equal(rename(path, moved), 0);
	}
	closedir(d);
	serve_at(true_dir, NULL, NULL);
}

/* In the first segment of the log that is said to be set aside. */
static void
assert_kept(const char *told, const char *text)
{
	char path[PATH_MAX], *bytes = calloc(1, 65536);
	const char *at = strstr(told, "set aside: ");
	size_t n;
	FILE *f;

	assert_non_null(at);
	at += strlen("set aside: ");
	snprintf(path, sizeof(path), "%.*s/00000000000000000001.log",
	    (int)strcspn(at, "\n"), at);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(bytes, 1, 65536, f);
	fclose(f);
	assert_non_null(memmem(bytes, n, text, strlen(text)));
	free(bytes);
}

static void
the_copy_outlives_the_log_of_the_server(void **state)
{
	const char *words[] = { "-n", "kim", "--after", "0", "127.0.0.1",
	    NULL };
	const char *screen[] = { "-n", "kim", NULL };
	struct plain p;
	struct term *t;

	(void)state;
	plain_start(&p, server.port, home, words);
	plain_give(&p, "the only copy\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	lose_the_log();
	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_kept(p.told, "the only copy");
	plain_clear(&p);
	lose_the_log();
	t = chat_start_with(&server, 24, 80, home_env, screen);
	assert_true(term_wait(t, "is set aside"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_waits_is_not_said_to_a_changed_server),
		TEST(nor_from_the_screen),
		TEST(what_is_said_at_first_contact_waits_for_the_server),
		TEST(a_name_that_is_asked_for_at_first_contact_waits_its_turn),
		TEST(a_given_passphrase_is_never_left_out),
		TEST(a_room_that_wanted_a_passphrase_is_not_joined_without),
		TEST(a_passphrase_does_not_go_with_the_classic_protocol),
		TEST(the_copy_outlives_the_log_of_the_server),
		TEST(a_typed_passphrase_is_demanded_by_the_next_receiver_too),
		TEST(a_passphrase_stays_hidden_until_the_room_is_entered),
		TEST(a_hosted_room_has_the_passphrase_that_was_given),
	};

	return tests_run(tests, NULL, NULL);
}
