/*
 * A frame in one write: what comes out of standard output, write by write.
 */
#include "tui/screen/sheet.h"

#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

enum { LONG = 50 * 1000 };

/* Standard output is a pipe that keeps each write by itself. */
struct out {
	struct sheet	 sheet;
	int		 was, in;
};

static int
set_up(void **state)
{
	static struct out o;
	int fds[2];

	o.was = dup(STDOUT_FILENO);
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK | O_DIRECT) == -1)
		return -1;
	o.in = fds[0];
	dup2(fds[1], STDOUT_FILENO);
	close(fds[1]);
	sheet_open(&o.sheet);
	*state = &o;
	return 0;
}

static int
tear_down(void **state)
{
	struct out *o = *state;

	sheet_close(&o->sheet);
	dup2(o->was, STDOUT_FILENO);
	close(o->was);
	close(o->in);
	return 0;
}

static void
say(const char *bytes, size_t len)
{
	assert_int_equal(write(STDOUT_FILENO, bytes, len), len);
}

static void
assert_writes(struct out *o, const char *bytes)
{
	char got[64];
	ssize_t n = read(o->in, got, sizeof(got));

	assert_int_equal(n, strlen(bytes));
	assert_memory_equal(got, bytes, (size_t)n);
}

static void
assert_quiet(struct out *o)
{
	char got[64];

	assert_int_equal(read(o->in, got, sizeof(got)), -1);
}

static void
what_is_written_in_pieces_goes_in_one(void **state)
{
	struct out *o = *state;

	if (!sheet_begin(&o->sheet))
		skip();
	say("one ", 4);
	say("two", 3);
	assert_quiet(o);
	sheet_end(&o->sheet, "<", ">");
	assert_writes(o, "<one two>");
	assert_quiet(o);
	/* No more of the frame before, which was longer. */
	assert_true(sheet_begin(&o->sheet));
	say("3", 1);
	sheet_end(&o->sheet, "", "");
	assert_writes(o, "3");
	/* Past it, as before. */
	say("title", 5);
	assert_writes(o, "title");
}

static void
a_frame_without_a_change_is_a_frame(void **state)
{
	struct out *o = *state;

	if (!sheet_begin(&o->sheet))
		skip();
	sheet_end(&o->sheet, "<", ">");
	assert_writes(o, "<>");
	assert_true(sheet_begin(&o->sheet));
	sheet_end(&o->sheet, "", "");
	assert_quiet(o);
}

static void
a_large_frame_is_whole(void **state)
{
	struct out *o = *state;
	static char sent[LONG], got[LONG + 64];
	size_t len = 0, i;
	ssize_t n;

	if (!sheet_begin(&o->sheet))
		skip();
	for (i = 0; i < LONG; i++)
		sent[i] = (char)('a' + i % 25);
	say(sent, LONG);
	sheet_end(&o->sheet, "<<", ">>>");
	while ((n = read(o->in, got + len, sizeof(got) - len)) > 0)
		len += (size_t)n;
	assert_int_equal(len, 2 + LONG + 3);
	assert_memory_equal(got, "<<", 2);
	assert_memory_equal(got + 2, sent, LONG);
	assert_memory_equal(got + 2 + LONG, ">>>", 3);
}

/* Its exit status: 0 if so many bytes came. */
static int
read_all(int fd, size_t want)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	static char got[1 << 16];
	size_t len = 0;
	ssize_t n;

	while (len < want && poll(&in, 1, 10000) > 0 &&
	    (n = read(fd, got, sizeof(got))) > 0)
		len += (size_t)n;
	return len != want;
}

/* As another program may have left it, and slower than we are. */
static void
a_terminal_that_does_not_block_has_all_of_it(void **state)
{
	struct out *o = *state;
	static char sent[4 * LONG];
	int status;
	pid_t pid;

	if (!sheet_begin(&o->sheet))
		skip();
	memset(sent, 'x', sizeof(sent));
	say(sent, sizeof(sent));
	if ((pid = fork()) == 0)
		_exit(read_all(o->in, sizeof(sent) + 2));
	sheet_end(&o->sheet, "<", ">");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_written_in_pieces_goes_in_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_frame_without_a_change_is_a_frame, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_large_frame_is_whole,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_terminal_that_does_not_block_has_all_of_it, set_up,
		    tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
