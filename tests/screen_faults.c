/*
 * The screen when there is no memory, or the disk fails: it is given back
 * with a sentence, or it goes on; it never leaves a terminal that nobody can
 * use. A library that is loaded before the C library makes them fail: no test
 * for sanitizers, which sit in the same place.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_fault.h"
#include "tests/with_plain.h"

/* So many of the n are tried; all with CHAT_FAULTS=all. */
enum { TRIES = 25 };

static struct fault fault;
static struct server server;
static char home[ENV_HOME_BYTES], home_set[ENV_HOME_BYTES + 8];
static char name[16];

static int
set_up(void **state)
{
	(void)state;
	if (!fault_possible())
		return 0;
	fault_open(&fault);
	server_start(&server, NULL, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	if (!fault_possible())
		return 0;
	term_free_all(state);
	server_stop(&server, SIGTERM);
	fault_close(&fault);
	return 0;
}

static bool
is_in_or_over(struct term *t, void *unused)
{
	(void)unused;
	return term_ended(t) || term_find(t, "You are p") != -1;
}

static bool
has_read(struct term *t, void *unused)
{
	(void)unused;
	return term_ended(t) || term_is_read(t);
}

/* Comes, talks, looks at something and goes. Its status. */
static int
visit(unsigned kinds, unsigned n, int error)
{
	const char *words[] = { "-n", name, NULL };
	static const char *const steps[] = { "one", "\r", "/names", "\r",
	    "/help", "\r", "q", "draft", "\025", "/quit", "\r",
	    "\025/quit\r" /* a key may be what there was no memory for */ };
	const char *env[] = { home_set, fault.set, fault.preload, NULL };
	struct term *t;
	char *text;
	int status;
	size_t i;

	fault_order(&fault, kinds, n, 0, error);
	t = chat_start_with(&server, 24, 80, env, words);
	term_wait_for(t, is_in_or_over, NULL, "her arrival");
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && !term_ended(t);
	    i++) {
		term_keys(t, steps[i]);
		term_wait_unseen(t, has_read, NULL, steps[i]);
	}
	status = term_wait_exit(t);
	text = term_text(t);
	if (status < 0 || status > 2 || !chat_left_clean(t) ||
	    (status != 0 && strstr(text, "chat-tui: ") == NULL)) {
		print_error("the %u. fails, status %d:\n%s\n", n, status,
		    text);
		fail();
	}
	free(text);
	fault_none(&fault);
	term_free(t);
	return status;
}

/* The next run finds everything as it should be. */
static void
assert_usable(void)
{
	const char *words[] = { "-n", name, "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, server.port, home, words);
	plain_give(&p, "two\n");
	plain_end_input(&p);
	if (plain_finish(&p) != 0 ||
	    strstr(p.said, "\ttwo\n") == NULL)
		fail_msg("two was not said: %s", p.told);
	plain_clear(&p);
}

/* Somebody new, with a home of his own. */
static void
be_new(unsigned n)
{
	env_home_make(home);
	snprintf(home_set, sizeof(home_set), "HOME=%s", home);
	snprintf(name, sizeof(name), "p%u", n);
}

static void
sweep(unsigned kinds, int error)
{
	const char *faults = getenv("CHAT_FAULTS");
	bool all = faults != NULL && strcmp(faults, "all") == 0;
	unsigned n, count, step;

	be_new(0);
	assert_int_equal(visit(kinds, 0, error), 0);
	count = fault_count(&fault);
	assert_true(count > 1);
	env_home_remove(home);
	step = all || count < TRIES ? 1 : count / TRIES;
	for (n = 1; n <= count; n += step) {
		be_new(n);
		visit(kinds, n, error);
		assert_usable();
		env_home_remove(home);
	}
}

static void
a_screen_without_memory_is_given_back(void **state)
{
	(void)state;
	if (!fault_possible())
		skip();
	sweep(FAULT_ALLOC, ENOMEM);
}

static void
a_screen_on_a_failing_disk_is_given_back(void **state)
{
	(void)state;
	if (!fault_possible())
		skip();
	sweep(FAULT_DISK, EIO);
}

static pid_t
receiver_of(struct term *t)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", term_pid(t),
	    term_pid(t));
	assert_non_null(f = fopen(path, "r"));
	assert_non_null(fgets(list, sizeof(list), f));
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* It is refused when nobody looks at the screen any more. */
static void
what_a_full_disk_refuses_on_leaving_is_told(void **state)
{
	const char *words[] = { "-n", "pam", NULL };
	const char *env[] = { home_set, fault.set, fault.preload, NULL };
	struct term *t;
	pid_t receiver;

	(void)state;
	if (!fault_possible())
		skip();
	be_new(0);
	t = chat_start_with(&server, 24, 100, env, words);
	assert_true(term_wait(t, "You are pam"));
	receiver = receiver_of(t);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	term_keys(t, "alpha\r");
	assert_true(term_wait(t, "… alpha"));
	fault_order(&fault, FAULT_WRITE, 1, 1000, ENOSPC);
	term_keys(t, "\003");
	assert_true(term_wait_gone(t, "… alpha"));
	assert_int_equal(kill(receiver, SIGCONT), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "lines that may not be kept: 1") >= 0);
	fault_none(&fault);
	env_home_remove(home);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_screen_without_memory_is_given_back),
		TEST(a_screen_on_a_failing_disk_is_given_back),
		TEST(what_a_full_disk_refuses_on_leaving_is_told),
	};

	return tests_run(tests, NULL, NULL);
}
