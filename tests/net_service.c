/*
 * The server under a supervisor, as systemd runs it: it says when it is ready,
 * and takes its passphrase from the supervisor. Real program, real sockets.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_server.h"

static char place[ENV_HOME_BYTES];

static int
set_up(void **state)
{
	(void)state;
	env_home_make(place);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	env_home_remove(place);
	return 0;
}

/* A supervisor's socket; len: of its address. */
static int
supervise(const struct sockaddr_un *addr, size_t len)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd != -1);
	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)addr,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

static void
expect_ready(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char word[64] = "";

	assert_int_equal(poll(&pfd, 1, WAIT_MS), 1);
	assert_true(recv(fd, word, sizeof(word) - 1, 0) > 0);
	assert_string_equal(word, "READY=1");
}

/* It is in the room that it says is ready, and says so once. */
static void
run_supervised(int fd, const char *name)
{
	char set[ENV_HOME_BYTES + 32];
	const char *env[] = { set, NULL };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct server s;
	int udp;

	snprintf(set, sizeof(set), "NOTIFY_SOCKET=%s", name);
	server_start(&s, env, NULL);
	expect_ready(fd);
	udp = udp_open(&s, AF_INET);
	udp_ask(udp, "L alice", "OK");
	close(udp);
	assert_int_equal(server_stop(&s, SIGTERM), 0);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	close(fd);
}

static void
a_supervisor_is_told_that_it_is_ready(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len;

	(void)state;
	len = (size_t)snprintf(addr.sun_path, sizeof(addr.sun_path),
	    "%s/notify", place);
	run_supervised(supervise(&addr, len), addr.sun_path);
}

static void
a_supervisor_may_have_an_abstract_name(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char name[sizeof(addr.sun_path)];
	size_t len;

	(void)state;
	len = (size_t)snprintf(name, sizeof(name), "@chat-test-%ld",
	    (long)getpid());
	memcpy(addr.sun_path, name, len);
	addr.sun_path[0] = '\0';
	run_supervised(supervise(&addr, len), name);
}

static void
a_supervisor_that_is_not_there_changes_nothing(void **state)
{
	static const char *const names[] = {
		"NOTIFY_SOCKET=/nowhere/at/all", "NOTIFY_SOCKET=",
		"NOTIFY_SOCKET=relative", "NOTIFY_SOCKET=@", NULL
	};
	const char *env[] = { NULL, NULL };
	struct server s;
	size_t i;

	(void)state;
	for (i = 0; names[i] != NULL; i++) {
		env[0] = names[i];
		server_start(&s, env, NULL);
		assert_int_equal(server_stop(&s, SIGTERM), 0);
	}
}

static void
write_passphrase(char path[], size_t size, mode_t mode)
{
	int fd;

	snprintf(path, size, "%s/passphrase", place);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, "open sesame\n", 12), 12);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Its mode shows the access list's mask as the group's. */
static void
a_passphrase_may_be_a_credential(void **state)
{
	char path[ENV_HOME_BYTES + 16], set[ENV_HOME_BYTES + 32], line[256];
	const char *env[] = { set, NULL };
	const char *args[] = { "-p", "0", "-b", "127.0.0.1", "-k", path, NULL };
	struct server s;

	(void)state;
	write_passphrase(path, sizeof(path), 0440);
	snprintf(set, sizeof(set), "CREDENTIALS_DIRECTORY=%s", place);
	server_start(&s, env, args);
	assert_non_null(strstr(s.room, " with a passphrase"));
	assert_int_equal(server_stop(&s, SIGTERM), 0);
	/* Elsewhere a file for a group is no secret. */
	snprintf(set, sizeof(set), "CREDENTIALS_DIRECTORY=%s/other", place);
	server_spawn(&s, SERVER_CLOSED, env, args);
	assert_non_null(server_line(&s.err, line, sizeof(line)));
	assert_non_null(strstr(line, path));
	assert_int_equal(server_wait(&s), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_supervisor_is_told_that_it_is_ready),
		TEST(a_supervisor_may_have_an_abstract_name),
		TEST(a_supervisor_that_is_not_there_changes_nothing),
		TEST(a_passphrase_may_be_a_credential)
	};

	return tests_run(tests, NULL, NULL);
}
