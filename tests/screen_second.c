/*
 * A second window of somebody, at terminals: it waits for the first one, and
 * says what it waits for.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_screens.h"

/* When, in ms, the receiver's trace has this record; -1: it has none. */
static long
traced(const char *path, const char *record)
{
	char line[256], word[32];
	FILE *f = fopen(path, "r");
	long at = -1, ms;

	assert_non_null(f);
	while (at == -1 && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "%ld screen %*s %*d %31s", &ms, word) == 2 &&
		    strcmp(word, record) == 0)
			at = ms;
	fclose(f);
	return at;
}

/* Somebody in a room with a passphrase, who types that. */
static struct term *
start_with_passphrase(const char *name, const char *const env[])
{
	const char *words[] = { "-n", name, NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	assert_true(term_wait_row(t, -1, "passphrase ›"));
	chat_say(t, "open sesame");
	assert_true(term_wait(t, "You are "));
	return t;
}

/* What the first has open lies under the host's name still: it may not move as
 * long as it has a passphrase that nobody else knows. */
static void
a_second_window_says_so_at_once_where_a_passphrase_is(void **state)
{
	enum { CLAIM_MS = 1500 };	/* so long it is waited for */
	static const char *const names[] = { "alice", "bob", "carol" };
	char dir[ENV_HOME_BYTES], pass[ENV_HOME_BYTES + 8];
	char home[256], trace[256], set[sizeof(trace) + 16];
	const char *args[] = { "-b", "127.0.0.1", "-k", pass, NULL };
	const char *env[] = { home, set, NULL };
	struct term *t, *second;
	long after = CLAIM_MS;
	int i, fd;

	(void)state;
	env_home_make(dir);
	snprintf(pass, sizeof(pass), "%s/pass", dir);
	fd = open(pass, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "open sesame\n", 12), 12);
	close(fd);
	server_stop(&server, SIGTERM);
	server_start(&server, NULL, args);
	/* No machine stands still for so long three times. */
	for (i = 0; i < 3 && after >= CLAIM_MS; i++) {
		t = start_with_passphrase(names[i], NULL);
		snprintf(home, sizeof(home), "HOME=%s", term_home(t));
		snprintf(trace, sizeof(trace), "%s/trace", term_home(t));
		snprintf(set, sizeof(set), "CHAT_TRACE=%s", trace);
		second = start_with_passphrase(names[i], env);
		assert_int_equal(term_wait_exit(t), 1);
		term_keys(second, "\003");
		assert_int_equal(term_wait_exit(second), 0);
		assert_true(traced(trace, "WINDOW") != -1);
		after = traced(trace, "WINDOW") - traced(trace, "LOGIN");
	}
	assert_in_range(after, 0, CLAIM_MS - 1);
	env_home_remove(dir);
}

static void
a_second_window_says_what_it_waits_for(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second;
	char home[256], trace[256];
	const char *env[] = { home, trace, NULL };
	const char *words[] = { "-n", "alice", NULL };
	char command[512];

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	snprintf(trace, sizeof(trace), "CHAT_TRACE=%s/trace", term_home(t));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "You are alice"));
	assert_int_equal(term_find(second, "another window"), -1);
	/* It stands there for a moment only: a slow machine draws too late. */
	snprintf(command, sizeof(command), "grep -q ' screen out .* WINDOW$' "
	    "%s/trace", term_home(t));
	assert_int_equal(system(command), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_wait(t, "alice joined from elsewhere"));
}

static void
a_second_window_keeps_what_it_says(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second, *third;
	char home[256];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	/* The first one is still there, and has what is kept. */
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "No room at"));
	chat_say(second, "of the second");
	assert_true(term_wait(second, "… of the second"));
	term_keys(second, "\003");
	assert_int_equal(term_wait_exit(second), 0);
	assert_true(term_wait(second, "1 line waits; it is said when"));
	chat_say(t, "of the first");
	assert_true(term_wait(t, "… of the first"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	third = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(third, "… of the first"));
	assert_true(term_wait(third, "… of the second"));
	term_keys(third, "\003");
	assert_int_equal(term_wait_exit(third), 0);
	server_start(&server, NULL, NULL);
}

static void
what_a_second_window_says_when_the_first_is_gone_waits(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second;
	char home[256];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_wait(second, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(second, 0, "reconnecting"));
	chat_say(second, "kept");
	assert_true(term_wait(second, "… kept"));
	term_keys(second, "\003");
	assert_int_equal(term_wait_exit(second), 0);
	assert_true(term_wait(second, "1 line waits; it is said when"));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "… kept"));
	server_start(&server, NULL, NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_second_window_says_what_it_waits_for),
		TEST(a_second_window_says_so_at_once_where_a_passphrase_is),
		TEST(a_second_window_keeps_what_it_says),
		TEST(what_a_second_window_says_when_the_first_is_gone_waits),
	};

	return tests_run(tests, NULL, NULL);
}
