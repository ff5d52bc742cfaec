/*
 * The server's process that waits for the disk, looked at through /proc: it has
 * nothing else, ends with the server, and without it the room goes on.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { LOOK_MS = 10 };

static struct server server;
static char home[ENV_HOME_BYTES];
static bool running;

/* 0: it has none, or the system does not tell. */
static pid_t
child_of(pid_t pid)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)pid,
	    (long)pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

static pid_t
start(const char *option)
{
	const char *args[] = { "-b", "127.0.0.1", "-q", option, NULL };

	server_start(&server, NULL, args);
	running = true;
	return child_of(server.pid);
}

static int
set_up(void **state)
{
	(void)state;
	env_home_make(home);
	running = false;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (running)
		server_stop(&server, SIGKILL);
	env_home_remove(home);
	return 0;
}

/* The letter of its state; 'X': there is none any more. */
static char
state_of(pid_t pid)
{
	char path[64], row[512];
	const char *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if ((f = fopen(path, "r")) == NULL)
		return 'X';
	n = fread(row, 1, sizeof(row) - 1, f);
	fclose(f);
	row[n] = '\0';
	at = strrchr(row, ')');
	return at == NULL ? 'X' : at[2];
}

static bool
is_dead(pid_t pid)
{
	char state = state_of(pid);

	return state == 'X' || state == 'Z';
}

static void
expect_dead(pid_t pid)
{
	int64_t until = clock_now_ms() + WAIT_MS;

	while (!is_dead(pid) && clock_now_ms() < until)
		poll(NULL, 0, LOOK_MS);
	assert_true(is_dead(pid));
}

/* He says a line, and is told that it is on the disk. */
static void
expect_room(const char *line)
{
	const char *words[] = { "-n", "alice", "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, server.port, home, words);
	plain_give(&p, line);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
}

static unsigned
count_files(pid_t pid)
{
	const struct dirent *d;
	char path[64];
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	assert_non_null(dir = opendir(path));
	while ((d = readdir(dir)) != NULL)
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void
it_has_nothing_but_its_socket(void **state)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	char path[64], target[64] = "";
	pid_t pid = start(NULL);
	int i;

	(void)state;
	if (pid == 0)
		skip();
	for (i = 0; i < 2; i++) {
		/* Nor does it keep what it was given. */
		while (count_files(pid) != 4 && clock_now_ms() < until)
			poll(NULL, 0, LOOK_MS);
		assert_int_equal(count_files(pid), 4);
		expect_room("one\n");
	}
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, i);
		assert_true(readlink(path, target, sizeof(target) - 1) > 0);
		assert_int_equal(strncmp(target, i < 3 ? "/dev/null" :
		    "socket:", i < 3 ? 9 : 7), 0);
	}
}

static void
it_ends_with_the_server_however_that_ends(void **state)
{
	static const int how[] = { SIGTERM, SIGKILL };
	size_t i;
	pid_t pid;

	(void)state;
	for (i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		if ((pid = start(NULL)) == 0)
			skip();
		assert_false(is_dead(pid));
		server_stop(&server, how[i]);
		running = false;
		expect_dead(pid);
	}
}

/* Who ends a whole group of processes asks the server to end, which still
 * needs it. */
static void
it_takes_no_signal_that_is_meant_for_the_server(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	pid_t pid = start(NULL);
	size_t i;

	(void)state;
	if (pid == 0)
		skip();
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		assert_int_equal(kill(pid, signals[i]), 0);
	expect_room("one\n");
	assert_false(is_dead(pid));
}

static void
without_it_the_room_goes_on(void **state)
{
	pid_t pid = start(NULL);

	(void)state;
	if (pid == 0)
		skip();
	/* It has nothing to do yet, and takes nothing along. */
	assert_int_equal(kill(pid, SIGKILL), 0);
	expect_dead(pid);
	expect_room("one\n");
	expect_room("two\n");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	running = false;
}

/* The loop waits itself, or nobody does. */
static void
it_is_there_for_groups_alone(void **state)
{
	(void)state;
	if (start("--sync=group") == 0)
		skip();
	server_stop(&server, SIGTERM);
	assert_int_equal(start("--sync=always"), 0);
	expect_room("one\n");
	server_stop(&server, SIGTERM);
	assert_int_equal(start("--sync=none"), 0);
	expect_room("one\n");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	running = false;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_has_nothing_but_its_socket),
		TEST(it_ends_with_the_server_however_that_ends),
		TEST(it_takes_no_signal_that_is_meant_for_the_server),
		TEST(without_it_the_room_goes_on),
		TEST(it_is_there_for_groups_alone),
	};

	signal(SIGPIPE, SIG_IGN);
	return tests_run(tests, NULL, NULL);
}
