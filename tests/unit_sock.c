/*
 * How people read addresses. Sockets themselves are tried by the net tests;
 * here only what they report.
 */
#include "common/sock.h"

#include <sys/mount.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static union sock_addr
resolved(const char *host, uint16_t port)
{
	union sock_addr a;
	const char *why = "";

	if (sock_resolve(AF_UNSPEC, host, port, &a, &why) == -1)
		fail_msg("%s: %s", host, why);
	return a;
}

static void
addresses_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char	*host, *text;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1:8888" },
		{ "::ffff:192.0.2.7", "192.0.2.7:8888" },
		{ "::1", "[::1]:8888" },
		{ "::", "[::]:8888" },
		{ "fe80::1%lo", "[fe80::1%lo]:8888" },
		{ "fe80:1111:2222:3333:4444:5555:6666:7777%lo",
		    "[fe80:1111:2222:3333:4444:5555:6666:7777%lo]:8888" }
	};
	char text[SOCK_ADDR_TEXT];
	union sock_addr a;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		a = resolved(rows[i].host, 8888);
		assert_string_equal(sock_addr_text(text, &a), rows[i].text);
	}
}

static void
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(77);
	close(fd);
}

/* In a place of its own, with a hosts file of its own; exits 77 where the
 * system has none to give. */
static void
look_up_twelve(const char *path)
{
	struct sock_addrs addrs;
	char text[1024] = "", map[32];
	const char *why;
	uid_t uid = getuid();
	unsigned i, last, seen = 0;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
		_exit(77);
	snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
	write_text("/proc/self/uid_map", map);
	for (i = 1; i <= 12; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "192.0.2.%u\tmany.example\n%s", i, i == 2 ?
		    "192.0.2.1\tmany.example\n" : "");
	write_text(path, text);
	if (mount(path, "/etc/hosts", NULL, MS_BIND, NULL) == -1)
		_exit(77);
	if (sock_resolve_all(AF_UNSPEC, "many.example", 88, &addrs, &why) !=
	    SOCK_ADDRS || addrs.n != SOCK_ADDRS)
		_exit(1);
	for (i = 0; i < addrs.n; i++) {
		last = ntohl(addrs.of[i].in4.sin_addr.s_addr) - 0xc0000200;
		if (last < 1 || last > 12 || (seen & 1u << last) != 0 ||
		    addrs.of[i].in4.sin_port != htons(88))
			_exit(1);
		seen |= 1u << last;
	}
	_exit(0);
}

static void
all_addresses_of_a_name_are_given_once(void **state)
{
	char path[] = "/tmp/unit_sock.XXXXXX";
	int status, fd = mkstemp(path);
	pid_t pid;

	(void)state;
	assert_true(fd != -1);
	close(fd);
	if ((pid = fork()) == 0)
		look_up_twelve(path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_number_has_one_address(void **state)
{
	struct sock_addrs addrs;
	const char *why = NULL;

	(void)state;
	assert_int_equal(sock_resolve_all(AF_UNSPEC, "localhost", 7, &addrs,
	    &why), 1);
	assert_true(sock_addr_is_loopback(&addrs.of[0]));
	assert_int_equal(sock_resolve_all(AF_INET6, "127.0.0.1", 1, &addrs,
	    &why), -1);
	assert_int_equal(addrs.n, 0);
	assert_non_null(why);
}

static void
what_cannot_be_is_said(void **state)
{
	union sock_addr a;
	const char *why = NULL;
	int fd;

	(void)state;
	assert_int_equal(sock_resolve(AF_INET6, "127.0.0.1", 1, &a, &why), -1);
	assert_non_null(why);
	why = NULL;
	assert_int_equal(sock_listen(AF_INET, "::1", 0, &a, &why), -1);
	assert_non_null(why);
	fd = sock_listen(AF_INET, "127.0.0.1", 0, &a, &why);
	assert_true(fd >= 0);
	why = NULL;
	assert_int_equal(sock_listen(AF_INET, "127.0.0.1",
	    ntohs(a.in4.sin_port), &a, &why), -1);
	assert_string_equal(why, strerror(EADDRINUSE));
	close(fd);
}

/* Containers often have no IPv6. */
static bool
has_ipv6(void)
{
	union sock_addr a;
	const char *why;
	int fd;

	if ((fd = sock_listen(AF_INET6, "::1", 0, &a, &why)) != -1)
		close(fd);
	return fd != -1;
}

/* Both families through one socket, and either through its own. */
static void
a_closed_port_is_reported_by_its_address(void **state)
{
	static const struct {
		int		 family;
		const char	*host, *target;
	} rows[] = {
		{ AF_INET, "127.0.0.1", "127.0.0.1" },
		{ AF_INET6, "::1", "::1" },
		{ AF_UNSPEC, NULL, "::1" },
		{ AF_UNSPEC, NULL, "::ffff:127.0.0.1" }
	};
	union sock_addr bound, target, about;
	struct pollfd pfd = { .events = 0 };
	const char *why;
	int closed, error;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		if (rows[i].family != AF_INET && !has_ipv6())
			continue;
		pfd.fd = sock_listen(rows[i].family, rows[i].host, 0, &bound,
		    &why);
		assert_true(pfd.fd >= 0);
		assert_false(sock_next_error(pfd.fd, &about, &error));
		/* A port that was free a moment ago. */
		closed = sock_listen(AF_UNSPEC, NULL, 0, &bound, &why);
		assert_true(closed >= 0);
		close(closed);
		target = resolved(rows[i].target, ntohs(bound.in6.sin6_port));
		assert_int_equal(sendto(pfd.fd, "x", 1, 0, &target.sa,
		    sock_addr_len(&target)), 1);
		assert_int_equal(poll(&pfd, 1, 5000), 1);
		assert_true(sock_next_error(pfd.fd, &about, &error));
		assert_int_equal(error, ECONNREFUSED);
		assert_true(sock_addr_eq(&about, &target));
		assert_false(sock_next_error(pfd.fd, &about, &error));
		close(pfd.fd);
	}
}

static void
a_connected_socket_speaks_to_its_server(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "::1" };
	union sock_addr bound;
	struct pollfd pfd = { .events = POLLIN };
	const char *why;
	char buf[8];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < LEN(hosts); i++) {
		if (i == 1 && !has_ipv6())
			continue;
		pfd.fd = sock_listen(AF_UNSPEC, hosts[i], 0, &bound, &why);
		assert_true(pfd.fd >= 0);
		fd = sock_connect(&bound);
		assert_true(fd >= 0);
		assert_int_equal(send(fd, "hello", 5, 0), 5);
		assert_int_equal(poll(&pfd, 1, 5000), 1);
		assert_int_equal(recv(pfd.fd, buf, sizeof(buf), 0), 5);
		assert_int_equal(recv(pfd.fd, buf, sizeof(buf), 0), -1);
		assert_int_equal(errno, EAGAIN);
		close(fd);
		close(pfd.fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_as_people_write_them),
		cmocka_unit_test(all_addresses_of_a_name_are_given_once),
		cmocka_unit_test(a_number_has_one_address),
		cmocka_unit_test(what_cannot_be_is_said),
		cmocka_unit_test(a_closed_port_is_reported_by_its_address),
		cmocka_unit_test(a_connected_socket_speaks_to_its_server)
	};

	return tests_run(tests, NULL, NULL);
}
