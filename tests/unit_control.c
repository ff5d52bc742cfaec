/*
 * The operator's socket, with the poll loop in the test.
 */
#include "server/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

enum {
	LONG_LINES = 20000,	/* of the long answer: it fits, just */
	LONG_LINE = 50,
	PATIENCE_MS = 10000,	/* for another process */
	NOBODY = 65534
};

static struct {
	char		 dir[64], path[80];
	struct control	*control;
	unsigned	 asked;		/* requests that came through */
	bool		 late;		/* answers are */
	bool		 held;		/* one is */
	char		 request[CONTROL_REQUEST];	/* the last of them */
} desk;

/* Echoes; "long" is answered at length, "huge" in lines of two parts. */
static bool
on_request(void *arg, const char *request, struct reply *r)
{
	int i;

	assert_ptr_equal(arg, &desk);
	assert_true(strlen(request) < sizeof(desk.request));
	strcpy(desk.request, request);
	desk.asked++;
	if (strcmp(request, "huge") == 0) {
		reply_printf(r, "ok\n");
		for (i = 0; i < 2 * REPLY_BYTES / LONG_LINE; i++) {
			reply_printf(r, "%0*d", LONG_LINE / 2, 0);
			reply_printf(r, "%0*d\n", LONG_LINE - LONG_LINE / 2 -
			    1, 0);
		}
		return true;
	}
	if (strcmp(request, "long") != 0) {
		reply_printf(r, "ok\n%s\n", request);
		desk.held = desk.late;
		return !desk.late;
	}
	for (i = 0; i < LONG_LINES; i++)
		reply_printf(r, "%0*d\n", LONG_LINE - 1, i);
	return true;
}

static int
desk_open(void **state)
{
	(void)state;
	memset(&desk, 0, sizeof(desk));
	strcpy(desk.dir, "/tmp/chat-control-XXXXXX");
	if (mkdtemp(desk.dir) == NULL)
		return -1;
	snprintf(desk.path, sizeof(desk.path), "%s/control", desk.dir);
	desk.control = control_open(desk.dir);
	return desk.control == NULL ? -1 : 0;
}

static int
desk_close(void **state)
{
	(void)state;
	control_close(desk.control);
	return rmdir(desk.dir);
}

/* One turn of the server's loop; false: nothing came within wait_ms. */
static bool
turn(int wait_ms)
{
	struct pollfd fds[CONTROL_SLOTS];
	size_t n = control_fds(desk.control, fds, desk.held);
	int ready = poll(fds, n, wait_ms);

	assert_true(ready >= 0);
	control_serve(desk.control, fds, n, on_request, &desk);
	return ready > 0;
}

/* What the kernel has for the server, it takes. */
static void
turns(void)
{
	int i;

	for (i = 0; i < 1000 && turn(0); i++)
		;
}

/* True if the server has nothing to do: else it would run in circles. */
static bool
is_idle(void)
{
	int i;

	for (i = 0; i < 100 && turn(0); i++)
		;
	return i < 100;
}

static int
come(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(addr.sun_path, desk.path);
	assert_int_not_equal(fd, -1);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
	    0);
	turns();
	return fd;
}

static void
put(int fd, const void *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
	turns();
}

static void
say(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

/* The whole answer up to the end of the connection, which it closes. */
static void
expect(int fd, const char *answer)
{
	char got[CONTROL_REQUEST + 64];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, got + len, sizeof(got) - 1 - len)) > 0)
		len += (size_t)n;
	got[len] = '\0';
	assert_string_equal(got, answer);
	/* The end; or a reset, if the server has not read all. */
	assert_true(n == 0 || errno == ECONNRESET);
	close(fd);
}

/* Neither an answer nor the end has come. */
static bool
is_waiting(int fd)
{
	char byte;

	return read(fd, &byte, 1) == -1 && errno == EAGAIN;
}

static void
the_socket_is_for_its_owner_and_goes_with_the_server(void **state)
{
	struct pollfd fds[CONTROL_SLOTS];
	struct stat st;
	size_t i, n = control_fds(desk.control, fds, false);

	(void)state;
	assert_int_equal(stat(desk.path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	for (i = 0; i < n; i++) {
		if (fds[i].fd == -1)
			continue;
		assert_true(fcntl(fds[i].fd, F_GETFD) & FD_CLOEXEC);
		assert_true(fcntl(fds[i].fd, F_GETFL) & O_NONBLOCK);
	}
	control_close(desk.control);
	desk.control = NULL;
	assert_int_equal(stat(desk.path, &st), -1);
	assert_int_equal(control_fds(NULL, fds, false), 0);
}

static void
what_a_crash_left_is_replaced(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	mode_t mask = umask(022);

	(void)state;
	control_close(desk.control);
	strcpy(addr.sun_path, desk.path);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	desk.control = control_open(desk.dir);
	assert_non_null(desk.control);
	assert_int_equal(umask(mask), 022);
	fd = come();
	say(fd, "names\n");
	expect(fd, "ok\nnames\n");
}

static void
a_directory_without_a_place_for_it_is_an_error(void **state)
{
	char dir[200];

	(void)state;
	memset(dir, 'd', sizeof(dir) - 1);
	dir[sizeof(dir) - 1] = '\0';
	assert_null(control_open(dir));
	assert_int_equal(errno, ENAMETOOLONG);
	assert_null(control_open("/nowhere/at/all"));
	assert_int_equal(errno, ENOENT);
}

static void
a_request_in_pieces_is_answered_when_whole(void **state)
{
	int fd = come();

	(void)state;
	say(fd, "kick al");
	assert_true(is_waiting(fd));
	say(fd, "ice go away");
	assert_true(is_waiting(fd));
	assert_int_equal(desk.asked, 0);
	say(fd, "\n");
	assert_int_equal(desk.asked, 1);
	assert_string_equal(desk.request, "kick alice go away");
	expect(fd, "ok\nkick alice go away\n");
}

static void
an_answer_waits_while_it_is_held(void **state)
{
	int fd = come(), other = come(), third = come();

	(void)state;
	desk.late = true;
	say(fd, "close\n");
	assert_int_equal(desk.asked, 1);
	assert_true(is_idle());
	assert_true(is_waiting(fd));
	/* Nor is anything asked meanwhile, and who gives up is no work. */
	say(other, "names\n");
	say(third, "names\n");
	close(third);
	assert_true(is_idle());
	assert_int_equal(desk.asked, 1);
	desk.late = desk.held = false;
	turns();
	expect(fd, "ok\nclose\n");
	expect(other, "ok\nnames\n");
}

static void
an_answer_that_is_not_true_after_all_is_taken_back(void **state)
{
	int fd = come(), other = come();

	(void)state;
	desk.late = true;
	say(fd, "close\n");
	control_take_back(desk.control, "no");
	desk.held = false;
	turns();
	expect(fd, "error: no\n");
	desk.late = false;
	say(other, "names\n");
	control_take_back(desk.control, "no");
	turns();
	expect(other, "ok\nnames\n");
}

static void
only_the_first_line_is_a_request(void **state)
{
	int fd = come();

	(void)state;
	say(fd, "names\nkick alice\n");
	assert_int_equal(desk.asked, 1);
	expect(fd, "ok\nnames\n");
}

static void
the_longest_request_passes_and_a_longer_one_does_not(void **state)
{
	char request[CONTROL_REQUEST];
	int fd = come();

	(void)state;
	memset(request, 'x', sizeof(request));
	request[sizeof(request) - 1] = '\n';
	put(fd, request, sizeof(request));
	assert_int_equal(desk.asked, 1);
	assert_int_equal(strlen(desk.request), CONTROL_REQUEST - 1);
	close(fd);
	turns();

	fd = come();
	request[sizeof(request) - 1] = 'x';
	put(fd, request, sizeof(request));
	assert_int_equal(desk.asked, 1);
	expect(fd, "error: the request is too long\n");
}

static void
a_request_with_a_nul_is_refused(void **state)
{
	static const char request[] = "names\0 and more\n";
	int fd = come();

	(void)state;
	put(fd, request, sizeof(request) - 1);
	assert_int_equal(desk.asked, 0);
	expect(fd, "error: the request is no text\n");
}

static void
an_answer_larger_than_the_socket_arrives_whole(void **state)
{
	char *got = malloc(REPLY_BYTES), line[LONG_LINE + 1];
	size_t len = 0;
	ssize_t n;
	int fd = come(), other, i, waits = 0;

	(void)state;
	assert_non_null(got);
	say(fd, "long\n");
	/* Nobody waits for him who does not read. */
	assert_true(is_idle());
	other = come();
	say(other, "names\n");
	expect(other, "ok\nnames\n");
	for (;;) {
		n = read(fd, got + len, REPLY_BYTES - len);
		if (n == 0)
			break;
		if (n == -1) {
			assert_int_equal(errno, EAGAIN);
			waits++;
			assert_true(turn(0));
			continue;
		}
		len += (size_t)n;
	}
	assert_true(waits > 0);
	assert_int_equal(len, LONG_LINES * LONG_LINE);
	for (i = 0; i < LONG_LINES; i++) {
		snprintf(line, sizeof(line), "%0*d\n", LONG_LINE - 1, i);
		assert_memory_equal(got + i * LONG_LINE, line, LONG_LINE);
	}
	free(got);
	close(fd);
}

static void
an_answer_that_is_cut_says_so(void **state)
{
	char *got = malloc(2 * REPLY_BYTES);
	size_t len = 0;
	ssize_t n;
	int fd = come();

	(void)state;
	assert_non_null(got);
	say(fd, "huge\n");
	while ((n = read(fd, got + len, 2 * REPLY_BYTES - len)) != 0) {
		if (n == -1) {
			assert_int_equal(errno, EAGAIN);
			assert_true(turn(0));
			continue;
		}
		len += (size_t)n;
	}
	assert_true(len > REPLY_BYTES - LONG_LINE);
	assert_memory_equal(got, "cut\n0000", 8);
	/* Of lines there are whole ones. */
	assert_int_equal(got[len - 1], '\n');
	assert_int_equal((len - 4) % LONG_LINE, 0);
	free(got);
	close(fd);
}

static void
an_answer_over_its_limit_ends_without_holes(void **state)
{
	struct reply r = { 0 };
	char line[1000], *start;
	int i;

	(void)state;
	memset(line, 'x', sizeof(line));
	for (i = 0; i < 2000; i++)
		reply_bytes(&r, line, sizeof(line));
	assert_int_equal(r.len, REPLY_BYTES / sizeof(line) * sizeof(line));
	start = r.text;
	reply_printf(&r, "short\n");
	reply_bytes(&r, "y", 1);
	assert_int_equal(r.len, REPLY_BYTES / sizeof(line) * sizeof(line));
	assert_ptr_equal(r.text, start);
	assert_true(r.cut);
	free(r.text);
}

static void
two_clients_do_not_mix(void **state)
{
	int a = come(), b = come();

	(void)state;
	say(a, "first ");
	say(b, "second ");
	say(a, "of a\n");
	assert_true(is_waiting(b));
	say(b, "of b\n");
	expect(b, "ok\nsecond of b\n");
	expect(a, "ok\nfirst of a\n");
}

static void
the_oldest_makes_room_for_one_too_many(void **state)
{
	int fds[CONTROL_CLIENTS + 2], i;

	(void)state;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		fds[i] = come();
		say(fds[i], "idle");
	}
	for (i = 0; i < CONTROL_CLIENTS; i++)
		assert_true(is_waiting(fds[i]));
	fds[i] = come();
	expect(fds[0], "");
	say(fds[1], "ly\n");
	expect(fds[1], "ok\nidlely\n");
	/* His slot is the newest's now, who is not the oldest. */
	fds[i + 1] = come();
	for (i = 2; i < CONTROL_CLIENTS + 2; i++) {
		say(fds[i], "names\n");
		expect(fds[i], i < CONTROL_CLIENTS ? "ok\nidlenames\n" :
		    "ok\nnames\n");
	}
}

static void
who_leaves_early_harms_nobody(void **state)
{
	int fd;

	(void)state;
	close(come());
	assert_true(is_idle());
	fd = come();
	say(fd, "half a requ");
	close(fd);
	assert_true(is_idle());
	fd = come();
	say(fd, "long\n");
	close(fd);
	assert_true(is_idle());
	fd = come();
	say(fd, "names\n");
	shutdown(fd, SHUT_WR);
	turns();
	expect(fd, "ok\nnames\n");
	assert_true(is_idle());
}

static uint64_t
draw(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
junk_of_any_length_is_survived(void **state)
{
	uint8_t bytes[2 * CONTROL_REQUEST];
	uint64_t seed = 1;
	size_t i, len, more;
	int fd, round;

	(void)state;
	for (round = 0; round < 300; round++) {
		len = draw(&seed) % sizeof(bytes);
		for (i = 0; i < len; i++)
			bytes[i] = (uint8_t)draw(&seed);
		fd = come();
		for (i = 0; i < len; i += more) {
			more = 1 + draw(&seed) % (len - i);
			if (send(fd, bytes + i, more, MSG_NOSIGNAL) == -1)
				break;
			turns();
		}
		close(fd);
		assert_true(is_idle());
	}
	fd = come();
	say(fd, "names\n");
	expect(fd, "ok\nnames\n");
}

/* As somebody else: 0 if the door is shut. Runs in a child process. */
static int
knock(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char byte;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(addr.sun_path, desk.path);
	if (setgid(NOBODY) == -1 || setuid(NOBODY) == -1 || fd == -1)
		return 2;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		return 3;
	send(fd, "names\n", 6, MSG_NOSIGNAL);
	return read(fd, &byte, 1) > 0;
}

static void
somebody_else_is_not_heard_whatever_the_mode(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(desk.dir, 0755), 0);
	assert_int_equal(chmod(desk.path, 0666), 0);
	if ((pid = fork()) == 0)
		_exit(knock());
	assert_int_not_equal(pid, -1);
	assert_true(turn(PATIENCE_MS));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	turns();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(desk.asked, 0);
}

int
main(void)
{
#define DESK(name) \
	cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
	const struct CMUnitTest tests[] = {
		DESK(the_socket_is_for_its_owner_and_goes_with_the_server),
		DESK(what_a_crash_left_is_replaced),
		DESK(a_directory_without_a_place_for_it_is_an_error),
		DESK(a_request_in_pieces_is_answered_when_whole),
		DESK(an_answer_waits_while_it_is_held),
		DESK(an_answer_that_is_not_true_after_all_is_taken_back),
		DESK(only_the_first_line_is_a_request),
		DESK(the_longest_request_passes_and_a_longer_one_does_not),
		DESK(a_request_with_a_nul_is_refused),
		DESK(an_answer_larger_than_the_socket_arrives_whole),
		DESK(an_answer_that_is_cut_says_so),
		DESK(two_clients_do_not_mix),
		DESK(the_oldest_makes_room_for_one_too_many),
		DESK(who_leaves_early_harms_nobody),
		DESK(junk_of_any_length_is_survived),
		DESK(somebody_else_is_not_heard_whatever_the_mode),
		cmocka_unit_test(an_answer_over_its_limit_ends_without_holes),
	};

	return tests_run(tests, NULL, NULL);
}
