/*
 * The sandbox: what a process that is in it can still do, in a child of the
 * test, and that the rest fails with a plain error.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/sandbox.h"

static char inside[64], outside[64];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(inside, "/tmp/sandbox.in.XXXXXX", sizeof(inside));
	strlcpy(outside, "/tmp/sandbox.out.XXXXXX", sizeof(outside));
	return mkdtemp(inside) == NULL || mkdtemp(outside) == NULL;
}

static int
tear_down(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", inside);
	unlink(path);
	snprintf(path, sizeof(path), "%s/file", outside);
	unlink(path);
	rmdir(inside);
	rmdir(outside);
	return 0;
}

static bool
writes_in(const char *dir)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/file", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || write(fd, "x", 1) != 1)
		return false;
	close(fd);
	return true;
}

enum { WRITES_INSIDE = 1, WRITES_OUTSIDE = 2, KILLS = 4, FAILED = 64 };

/* What a child can do: bits; -1: it ended otherwise. */
static int
status_of(int (*act)(void))
{
	const char *const places[] = { inside, "/nowhere/at/all", NULL };
	const char *const nowhere[] = { NULL };
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		sandbox_enter(SANDBOX_RECEIVER, places, nowhere);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
try_files(void)
{
	return (writes_in(inside) ? WRITES_INSIDE : 0) |
	    (writes_in(outside) ? WRITES_OUTSIDE : 0) |
	    (kill(getppid(), 0) == 0 ? KILLS : 0);
}

static int
try_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return FAILED;
}

static void
the_places_given_can_be_written(void **state)
{
	(void)state;
	assert_true(status_of(try_files) & WRITES_INSIDE);
}

/* Where the machine (or a sanitizer's build) has none, nothing may change. */
static void
no_others_can(void **state)
{
	int can = status_of(try_files);

	(void)state;
#ifdef SYS_landlock_create_ruleset
	/* The version it has. */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1 ||
	    (can & KILLS))
		skip();
#else
	skip();
#endif
	assert_false(can & WRITES_OUTSIDE);
}

static void
no_program_is_started(void **state)
{
	int can = status_of(try_files), status = status_of(try_exec);

	(void)state;
	assert_true(status == 0 || status == FAILED);
	if (can & KILLS)
		skip();
	assert_int_equal(status, FAILED);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_places_given_can_be_written),
		TEST(no_others_can),
		TEST(no_program_is_started),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
