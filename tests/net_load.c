/*
 * The load that the benches put on a room, small, on the real server: what it
 * is asked for happens, and its line says so in the words that are read
 * elsewhere.
 */
#include <sys/wait.h>
#include <err.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_server.h"

static const char *const keys[] = {
	"deliveries_per_s", "p50_ms", "p99_ms", "max_ms",
	"server_cpu_us_per_delivery", "datagrams_per_delivery",
	"bytes_per_delivery", "joins_s", "join_cpu_us", "rss_kib_per_member",
	"missing", "disorder"
};

enum { COMMAND = PATH_MAX + 256, TOLD = 2048 };

/* It stands beside the benches. */
static void
find_load(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 32);
	int up;

	if (n <= 0)
		err(1, "/proc/self/exe");
	path[n] = '\0';
	for (up = 0; up < 2; up++)
		*strrchr(path, '/') = '\0';
	strlcat(path, "/bench/load", PATH_MAX);
}

/* Its exit status; what it said on both outputs. */
static int
run_load(const char *words, uint16_t port, pid_t pid, char told[TOLD])
{
	char path[PATH_MAX], command[COMMAND];
	FILE *f;
	size_t n;

	find_load(path);
	snprintf(command, sizeof(command), "'%s' -p %u %s --pid %ld 2>&1",
	    path, port, words, (long)pid);
	if ((f = popen(command, "r")) == NULL)
		err(1, "%s", command);
	n = fread(told, 1, TOLD - 1, f);
	told[n] = '\0';
	return WEXITSTATUS(pclose(f));
}

/* What the line says of it; fails where it says nothing. */
static double
figure(const char *line, const char *key)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(line, quoted);
	if (at == NULL)
		fail_msg("no %s in %s", key, line);
	return strtod(at + strlen(quoted), NULL);
}

/* One line, with all of them. */
static void
assert_line(const char *line)
{
	size_t i;

	assert_int_equal(line[0], '{');
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		figure(line, keys[i]);
	assert_true(figure(line, "missing") == 0);
	assert_true(figure(line, "disorder") == 0);
	assert_true(figure(line, "deliveries_per_s") > 0);
	assert_true(figure(line, "server_cpu_us_per_delivery") > 0);
	assert_true(figure(line, "join_cpu_us") > 0);
	assert_true(figure(line, "max_ms") >= figure(line, "p99_ms"));
	assert_true(figure(line, "p99_ms") >= figure(line, "p50_ms"));
	assert_true(figure(line, "p50_ms") > 0);
}

static void
load_a_room(const char *words, char told[TOLD])
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };
	struct server s;
	int status;

	server_start(&s, NULL, args);
	status = run_load(words, s.port, s.pid, told);
	if (status != 0)
		fail_msg("status %d: %s", status, told);
	assert_int_equal(server_stop(&s, SIGTERM), 0);
	assert_line(told);
}

static void
a_flood_is_had_by_all(void **state)
{
	char line[TOLD];

	(void)state;
	load_a_room("-n 20 -s 5 -m 1000 -w 10 -z 80", line);
	/* It travels, and packed. */
	assert_true(figure(line, "bytes_per_delivery") > 80);
	assert_true(figure(line, "datagrams_per_delivery") < 1);
}

static void
a_classic_flood_is_had_by_all(void **state)
{
	char line[TOLD];

	(void)state;
	load_a_room("-n 20 -s 5 -m 1000 -w 10 -z 80 -C", line);
	/* "name: text", one in each. */
	assert_true(figure(line, "bytes_per_delivery") > 82);
	assert_true(figure(line, "datagrams_per_delivery") >= 1);
}

static void
messages_come_as_often_as_they_are_to(void **state)
{
	char line[TOLD];

	(void)state;
	load_a_room("-n 3 -s 2 -m 100 -w 100 -z 10 -r 200", line);
	/* The first at once, the last after half a second. */
	assert_true(figure(line, "deliveries_per_s") < 3 * 100 / 0.49);
}

static void
what_is_wrong_is_said(void **state)
{
	char told[TOLD];

	(void)state;
	assert_int_equal(run_load("-n 2 -s 1 -m 1 -w 1 -z 10",
	    server_free_port(), getpid(), told), 1);
	assert_non_null(strstr(told, "load: nobody listens at 127.0.0.1"));
	assert_int_equal(run_load("-n 2 -s 3 -m 1 -w 1 -z 10", 1, getpid(),
	    told), 2);
	assert_non_null(strstr(told, "load: more senders than clients\n"));
	assert_non_null(strstr(told, "usage: load -p PORT"));
	assert_int_equal(run_load("-n 2 -s 1 -m 1 -w 1 -z 9", 1, getpid(),
	    told), 2);
	assert_non_null(strstr(told, "load: -z: 9 is too small\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_is_had_by_all),
		cmocka_unit_test(a_classic_flood_is_had_by_all),
		cmocka_unit_test(messages_come_as_often_as_they_are_to),
		cmocka_unit_test(what_is_wrong_is_said),
	};

	return tests_run(tests, NULL, NULL);
}
