/*
 * Whose clock is off is decided by most of those that were asked.
 */
#include "server/engine/etcd_clock.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/engine/etcd.h"
#include "tests/with_cmocka.h"

enum { NOW = 1800000000, MEMBERS = 3 };

static int64_t
off(int64_t a, int64_t b, int64_t c, size_t n)
{
	const int64_t dates[] = { a, b, c };

	return etcd_clock_off_s(dates, n, 3, NOW);
}

static void
one_that_goes_with_most_is_right(void **state)
{
	(void)state;
	assert_int_equal(off(NOW, NOW - 1, NOW + 2, 3), 0);
	assert_int_equal(off(NOW - 10, NOW - 9, NOW, 3), 0);
	assert_int_equal(off(NOW, NOW - 1, NOW + 5000, 3), 0);
}

/* One of them is on this machine, and wrong as this one is. */
static void
one_that_most_contradict_is_off(void **state)
{
	(void)state;
	assert_int_equal(off(NOW, NOW - 90, NOW - 91, 3), 90);
	assert_int_equal(off(NOW + 11, NOW, NOW + 12, 3), -11);
	assert_int_equal(off(NOW - 90, NOW - 90, 0, 2), 90);
}

static void
where_most_do_not_answer_or_agree_nobody_knows(void **state)
{
	(void)state;
	assert_int_equal(off(0, 0, 0, 0), 0);
	assert_int_equal(off(NOW - 90, 0, 0, 1), 0);
	assert_int_equal(off(NOW, NOW - 90, 0, 2), 0);
	assert_int_equal(off(NOW, NOW - 90, NOW + 90, 3), 0);
}

/* Of a member: where it listens. */
static int
listens(char url[64])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(url, 64, "http://127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

/* Nobody answers before all were asked; again and again, since one may be late
 * on a machine that has much to do. */
static void
answer_all(const int fd[MEMBERS])
{
	static const char answer[] = "HTTP/1.1 200 OK\r\n"
	    "Date: Fri, 01 Jan 2027 00:00:00 GMT\r\n"
	    "Content-Length: 2\r\nConnection: close\r\n\r\n{}";
	char asked[1024];
	int to[MEMBERS], i;

	for (i = 0; i < MEMBERS; i++)
		if ((to[i] = accept(fd[i], NULL, NULL)) == -1 ||
		    recv(to[i], asked, sizeof(asked), 0) <= 0)
			_exit(1);
	for (i = 0; i < MEMBERS; i++) {
		send(to[i], answer, strlen(answer), MSG_NOSIGNAL);
		close(to[i]);
	}
}

/* Some may not answer: as long as one of them is waited for. */
static void
all_are_asked_at_once(void **state)
{
	char url[MEMBERS][64];
	char *members[MEMBERS];
	struct etcd_config c = { .members = members, .n = MEMBERS };
	int fd[MEMBERS], i, tries, status;
	int64_t off = 0;
	pid_t pid;

	(void)state;
	for (i = 0; i < MEMBERS; i++) {
		fd[i] = listens(url[i]);
		members[i] = url[i];
	}
	if ((pid = fork()) == 0)
		for (;;)
			answer_all(fd);
	for (tries = 0; tries < 10 && off == 0; tries++)
		off = etcd_clock_check(&c);
	assert_int_not_equal(off, 0);
	for (i = 0; i < MEMBERS; i++)
		close(fd[i]);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_goes_with_most_is_right),
		cmocka_unit_test(one_that_most_contradict_is_off),
		cmocka_unit_test(
		    where_most_do_not_answer_or_agree_nobody_knows),
		cmocka_unit_test(all_are_asked_at_once)
	};

	return tests_run(tests, NULL, NULL);
}
