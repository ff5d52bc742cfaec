/*
 * A trace of a session as who looks for a fault reads it, and what is not in
 * it.
 */
#include <sys/stat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

static struct server server;
static char home[ENV_HOME_BYTES], file[ENV_HOME_BYTES + 16];
static char key[ENV_HOME_BYTES + 16];
static char variable[sizeof(file) + 16], trace[1 << 20];

static int
set_up(void **state)
{
	FILE *f;

	(void)state;
	env_home_make(home);
	snprintf(file, sizeof(file), "%s/trace", home);
	snprintf(variable, sizeof(variable), "CHAT_TRACE=%s", file);
	snprintf(key, sizeof(key), "%s/pass", home);
	if ((f = fopen(key, "w")) == NULL)
		return -1;
	fputs("opensesame\n", f);
	fchmod(fileno(f), 0600);
	fclose(f);
	server_start(&server, NULL, (const char *const[]){ "-b", "127.0.0.1",
	    "-k", key, NULL });
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server, SIGTERM);
	env_home_remove(home);
	return 0;
}

static void
start(struct plain *p, const char *env)
{
	char port[8];

	snprintf(port, sizeof(port), "%u", server.port);
	plain_run_with(p, "chat-tui", home, (const char *const[]){ env,
	    NULL }, (const char *const[]){ "-p", port, "-n", "alice",
	    "--passphrase-file", key, "127.0.0.1", NULL });
}

static void
read_trace(void)
{
	FILE *f = fopen(file, "r");
	size_t len;

	assert_non_null(f);
	len = fread(trace, 1, sizeof(trace) - 1, f);
	trace[len] = '\0';
	fclose(f);
}

/* Is it among these, "ROOM 1, POST 1"? */
static bool
is_among(const char *list, const char *what)
{
	while (*list != '\n' && strncmp(list, what, strlen(what)) != 0) {
		list += strcspn(list, ",\n");
		list += strspn(list, ", ");
	}
	return *list != '\n';
}

/* That line is "MS WAY BYTES WHAT, WHAT...". */
static bool
is_line(const char *line, const char *way, const char *what)
{
	char side[8], direction[8], both[16];
	long long ms;
	size_t bytes;
	int n = 0;

	if (sscanf(line, "%lld %7s %7s %zu %n", &ms, side, direction, &bytes,
	    &n) != 4)
		return false;
	snprintf(both, sizeof(both), "%s %s", side, direction);
	return ms >= 0 && strcmp(both, way) == 0 && is_among(line + n, what);
}

/* The next such line from `at` on; returns what is behind it. */
static const char *
expect(const char *at, const char *way, const char *what)
{
	const char *end;

	for (; (end = strchr(at, '\n')) != NULL; at = end + 1)
		if (is_line(at, way, what))
			return end + 1;
	fail_msg("no %s %s in:\n%s", way, what, trace);
	return NULL;
}

static void
a_session_can_be_read_in_it(void **state)
{
	struct plain p;
	struct stat st;
	const char *at = trace;

	(void)state;
	start(&p, variable);
	plain_give(&p, "a word of mine\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_trace();

	at = expect(at, "screen in", "LOGIN");
	at = expect(at, "net out", "HELLO");
	at = expect(at, "net in", "HS2");
	at = expect(at, "net out", "HS3");
	expect(at, "net out", "SYNC");
	at = expect(at, "screen in", "POST 1");
	at = expect(at, "net out", "POST 1");
	expect(at, "net in", "POSTED 2");
	at = expect(at, "net in", "ENTRIES ");
	at = expect(at, "screen out", "ENTRY ");
	expect(at, "net out", "LEAVE");

	assert_null(strstr(trace, "word"));
	assert_null(strstr(trace, "alice"));
	assert_null(strstr(trace, "opensesame"));
}

static void
a_file_that_cannot_be_opened_is_refused(void **state)
{
	struct plain p;
	char why[sizeof(variable) + 64];

	(void)state;
	snprintf(variable, sizeof(variable), "CHAT_TRACE=%s/none/trace",
	    home);
	start(&p, variable);
	assert_int_equal(plain_finish(&p), 1);
	snprintf(why, sizeof(why), "chat-tui: %s: No such file or directory\n",
	    variable);
	assert_int_equal(p.told_len, strlen(why));
	assert_memory_equal(p.told, why, p.told_len);
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_session_can_be_read_in_it),
		TEST(a_file_that_cannot_be_opened_is_refused),
	};

	return tests_run(tests, NULL, NULL);
}
