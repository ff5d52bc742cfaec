/*
 * The process that waits for the disk: the real one, on real files.
 */
#include "server/syncer.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

static struct syncer *syncer;
static const struct log_syncer *s;
static char secret[] = "correct horse";

static int
set_up(void **state)
{
	(void)state;
	syncer = syncer_start(secret, sizeof(secret));
	s = syncer_table(syncer);
	return s == NULL;
}

/* It ends with its server, and says that all is well. */
static int
tear_down(void **state)
{
	int status;

	(void)state;
	syncer_stop(syncer);
	return wait(&status) == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0;
}

/* That nobody else finds. */
static int
open_file(void)
{
	char path[] = "/tmp/chat-syncer-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd != -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(fd, "x", 1), 1);
	return fd;
}

static void
it_syncs_what_it_is_given_and_says_so(void **state)
{
	struct pollfd pfd;
	int fds[LOG_SYNC_FILES];
	unsigned i;

	(void)state;
	s->watch(s->arg, &pfd);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	assert_int_equal(s->end(s->arg, false), EINPROGRESS);
	for (i = 0; i < 20; i++) {
		fds[0] = open_file();
		fds[1] = open_file();
		assert_true(s->begin(s->arg, fds, 1 + i % 2));
		/* It has its own. */
		close(fds[0]);
		close(fds[1]);
		assert_int_equal(poll(&pfd, 1, -1), 1);
		assert_int_equal(s->end(s->arg, false), 0);
		assert_int_equal(s->end(s->arg, false), EINPROGRESS);
	}
	/* Whose secret it is has it still. */
	assert_string_equal(secret, "correct horse");
}

/* Each room's log may ask at once, and hears of it some time: neither waits for
 * the other to listen. */
static void
as_many_may_ask_as_there_may_be_rooms(void **state)
{
	enum { ROOMS = 512 };
	int fd = open_file(), fds[LOG_SYNC_FILES] = { fd, fd }, i;

	(void)state;
	alarm(60);		/* it hangs, else */
	for (i = 0; i < ROOMS; i++)
		assert_true(s->begin(s->arg, fds, 2));
	for (i = 0; i < ROOMS; i++)
		assert_int_equal(s->end(s->arg, true), 0);
	alarm(0);
	close(fd);
}

/* A pipe has no disk. */
static void
what_fails_is_told_whichever_file_it_is(void **state)
{
	int pair[2], fds[LOG_SYNC_FILES], i;

	(void)state;
	assert_int_equal(pipe(pair), 0);
	for (i = 0; i < 2; i++) {
		fds[i] = pair[0];
		fds[1 - i] = open_file();
		assert_true(s->begin(s->arg, fds, 2));
		assert_int_equal(s->end(s->arg, true), EINVAL);
		close(fds[1 - i]);
	}
	close(pair[0]);
	close(pair[1]);
}

static void
when_it_is_gone_that_is_told(void **state)
{
	int fd = open_file();
	struct pollfd pfd;

	(void)state;
	s->watch(s->arg, &pfd);
	assert_int_equal(shutdown(pfd.fd, SHUT_WR), 0);
	assert_int_equal(s->end(s->arg, true), EOWNERDEAD);
	assert_false(s->begin(s->arg, &fd, 1));
	close(fd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_syncs_what_it_is_given_and_says_so),
		TEST(as_many_may_ask_as_there_may_be_rooms),
		TEST(what_fails_is_told_whichever_file_it_is),
		TEST(when_it_is_gone_that_is_told),
	};

	return tests_run(tests, NULL, NULL);
}
