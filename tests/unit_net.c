/*
 * The server's queue, over a pair of local sockets: they take only a few
 * datagrams until they are read, which UDP on the loopback never refuses.
 * (An address without family is sent to the other end of the pair.)
 */
#include "server/net.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

static const union sock_addr other = { .sa.sa_family = AF_UNSPEC };

struct pair {
	struct net	*net;
	int		 fd;		/* the other end */
};

static void
pair_open(struct pair *p)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0,
	    fds), 0);
	p->net = net_new(fds[0]);
	assert_non_null(p->net);
	p->fd = fds[1];
}

static void
pair_close(struct pair *p)
{
	net_free(p->net);
	close(p->fd);
}

/* Datagram n: its number, then bytes up to some length that follows from n. */
static size_t
make(char data[1100], unsigned int n)
{
	memset(data, (int)('a' + n % 26), 1100);
	memcpy(data, &n, sizeof(n));
	return sizeof(n) + n * 7919 % 1060;
}

/* Reads what is there; each must be the next after *n. */
static unsigned int
drain(const struct pair *p, unsigned int *n)
{
	char want[1100], got[1200];
	unsigned int count;
	ssize_t len;

	for (count = 0; (len = recv(p->fd, got, sizeof(got), 0)) >= 0; count++) {
		assert_int_equal(len, make(want, *n));
		assert_memory_equal(got, want, (size_t)len);
		(*n)++;
	}
	return count;
}

static void
what_is_not_taken_at_once_is_sent_later_in_order(void **state)
{
	unsigned int sent = 0, came = 0, i;
	struct pair p;
	char data[1100];

	(void)state;
	pair_open(&p);
	assert_int_equal(net_events(p.net), POLLIN);
	/* More comes than goes, and the queue grows. */
	while (!(net_events(p.net) & POLLOUT)) {
		net_send(p.net, &other, data, make(data, sent++));
		net_flush(p.net);
	}
	for (i = 0; i < 2000; i++)
		net_send(p.net, &other, data, make(data, sent++));
	assert_true(net_figures(p.net).queued_bytes > 1 << 20);
	/* As much comes as goes: the queue moves through its memory. */
	while (sent < 20000) {
		net_flush(p.net);
		for (i = drain(&p, &came); i > 0; i--)
			net_send(p.net, &other, data, make(data, sent++));
	}
	while (came < sent) {
		net_flush(p.net);
		assert_true(drain(&p, &came) > 0);
	}
	assert_int_equal(net_events(p.net), POLLIN);
	assert_int_equal(net_figures(p.net).queued_bytes, 0);
	assert_int_equal(net_figures(p.net).sent, sent);
	assert_int_equal(net_figures(p.net).lost, 0);
	pair_close(&p);
}

static void
a_full_queue_hears_nothing_more_and_loses_the_newest(void **state)
{
	unsigned int sent = 0, came = 0;
	struct pair p;
	char data[1100];

	(void)state;
	pair_open(&p);
	while (net_events(p.net) & POLLIN) {
		net_send(p.net, &other, data, make(data, sent++));
		net_flush(p.net);
	}
	/* From here on nothing new is heard, but what is under way fits. */
	assert_int_equal(net_figures(p.net).lost, 0);
	while (net_figures(p.net).lost == 0)
		net_send(p.net, &other, data, make(data, sent++));
	sent--;
	assert_in_range(net_figures(p.net).queued_bytes, 1, 4 << 20);
	while (came < sent) {
		net_flush(p.net);
		assert_true(drain(&p, &came) > 0);
	}
	assert_int_equal(net_events(p.net), POLLIN);
	pair_close(&p);
}

static void
a_datagram_that_cannot_be_sent_does_not_hold_up_the_next(void **state)
{
	union sock_addr bad = { .sa.sa_family = AF_INET };
	unsigned int came = 0;
	struct pair p;
	char data[1100];

	(void)state;
	pair_open(&p);
	net_send(p.net, &other, data, make(data, 0));
	net_send(p.net, &bad, "x", 1);
	net_send(p.net, &other, data, make(data, 1));
	net_flush(p.net);
	assert_int_equal(drain(&p, &came), 2);
	assert_int_equal(net_figures(p.net).lost, 1);
	assert_int_equal(net_figures(p.net).sent, 2);
	assert_true(net_due(p.net, 1000) == INT64_MAX);
	pair_close(&p);
}

static void
on_unreachable(void *arg, const union sock_addr *addr, int error)
{
	assert_int_equal(error, ECONNREFUSED);
	*(union sock_addr *)arg = *addr;
}

static void
who_is_gone_is_reported_and_costs_the_others_nothing(void **state)
{
	union sock_addr bound, live, gone, seen = { .sa.sa_family = AF_UNSPEC };
	struct pollfd pfd = { .events = POLLIN };
	const char *why;
	struct net *n;
	char buf[8];
	int fd;

	(void)state;
	fd = sock_listen(AF_INET, "127.0.0.1", 0, &bound, &why);
	assert_true(fd >= 0);
	assert_non_null(n = net_new(fd));
	fd = sock_listen(AF_INET, "127.0.0.1", 0, &gone, &why);
	assert_true(fd >= 0);
	pfd.fd = sock_listen(AF_INET, "127.0.0.1", 0, &live, &why);
	assert_true(pfd.fd >= 0);
	close(fd);
	/* Its error is pending when the next datagram is sent. */
	net_send(n, &gone, "x", 1);
	net_flush(n);
	net_send(n, &live, "y", 1);
	net_flush(n);
	assert_int_equal(poll(&pfd, 1, 5000), 1);
	assert_int_equal(recv(pfd.fd, buf, sizeof(buf), 0), 1);
	assert_int_equal(net_figures(n).lost, 0);
	close(pfd.fd);
	pfd.fd = net_fd(n);
	net_errors(n, on_unreachable, &seen);
	assert_true(sock_addr_eq(&seen, &gone));
	assert_int_equal(poll(&pfd, 1, 0), 0);
	net_free(n);
}

/* A socket of the server's, and one that gets what it sends. */
static struct net *
net_open(int *receiver, union sock_addr *to)
{
	union sock_addr bound;
	const char *why;
	struct net *n;
	int fd;

	fd = sock_listen(AF_INET, "127.0.0.1", 0, &bound, &why);
	assert_true(fd >= 0);
	assert_non_null(n = net_new(fd));
	/* As net_receive has them, to the last byte. */
	memset(to, 0, sizeof(*to));
	*receiver = sock_listen(AF_INET, "127.0.0.1", 0, to, &why);
	assert_true(*receiver >= 0);
	return n;
}

/* Of these lengths, 0 at the end, in one go: they come as they are. */
static void
assert_arrive(const size_t *lens, bool apart)
{
	char data[1500], got[1500];
	union sock_addr to;
	struct pollfd pfd = { .events = POLLIN };
	struct net *n = net_open(&pfd.fd, &to);
	int yes = 1;
	size_t i;

	/* Without a checksum the kernel takes no two together. */
	if (apart)
		assert_int_equal(setsockopt(net_fd(n), SOL_SOCKET,
		    SO_NO_CHECK, &yes, sizeof(yes)), 0);
	for (i = 0; lens[i] != 0; i++) {
		memset(data, (int)('a' + i), sizeof(data));
		net_send(n, &to, data, lens[i]);
	}
	net_flush(n);
	assert_int_equal(net_figures(n).sent, i);
	assert_int_equal(net_figures(n).lost, 0);
	for (i = 0; lens[i] != 0; i++) {
		assert_int_equal(poll(&pfd, 1, 60000), 1);
		assert_int_equal(recv(pfd.fd, got, sizeof(got), 0), lens[i]);
		memset(data, (int)('a' + i), sizeof(data));
		assert_memory_equal(got, data, lens[i]);
	}
	assert_int_equal(poll(&pfd, 1, 0), 0);
	close(pfd.fd);
	net_free(n);
}

static void
what_goes_to_one_address_together_comes_apart(void **state)
{
	static const size_t all[][8] = {
		{ 1200, 1200, 1200 },
		{ 1200, 1200, 700, 1200, 1200 },
		{ 700, 1200, 1200, 1, 1 },
		{ 1, 1, 1, 1, 2 },
	};
	size_t many[100] = { 0 }, i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_arrive(all[i], false);
		assert_arrive(all[i], true);
	}
	for (i = 0; i < 99; i++)
		many[i] = 1200;
	assert_arrive(many, false);
	assert_arrive(many, true);
}

static void
each_comes_where_it_belongs(void **state)
{
	union sock_addr to[2], more;
	struct net *n, *other_net;
	char got[16];
	int fd[2], i;

	(void)state;
	n = net_open(&fd[0], &to[0]);
	other_net = net_open(&fd[1], &to[1]);
	for (i = 0; i < 12; i++) {
		more = to[i / 3 % 2];
		net_send(n, &more, i / 3 % 2 == 0 ? "a" : "b", 1);
	}
	net_flush(n);
	for (i = 0; i < 12; i++) {
		assert_int_equal(recv(fd[i / 6], got, sizeof(got), 0), 1);
		assert_int_equal(got[0], i / 6 == 0 ? 'a' : 'b');
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(recv(fd[i], got, sizeof(got), 0), -1);
		close(fd[i]);
	}
	net_free(n);
	net_free(other_net);
}

static void
what_the_kernel_takes_makes_the_queue_no_longer(void **state)
{
	enum { TIMES = 200, ALLOCATED = 32 << 10 };
	char data[1000] = { 0 };
	union sock_addr to;
	struct net *n;
	int fd, i;

	(void)state;
	n = net_open(&fd, &to);
	for (i = 0; i < TIMES; i++) {
		net_send(n, &to, data, sizeof(data));
		assert_in_range(net_figures(n).queued_bytes, 1, ALLOCATED);
	}
	assert_true(net_figures(n).sent > 0);
	close(fd);
	net_free(n);
}

/* Of many who are told something, the first are at work on it while the last
 * are not told yet. But what goes to one address is left together. */
static void
the_first_ones_need_not_wait_for_the_last(void **state)
{
	enum { MEMBERS = 26, LINES = 30 };
	struct pollfd first = { .events = POLLIN };
	union sock_addr to[MEMBERS];
	struct net *n;
	int fd[MEMBERS], i;
	const char *why;

	(void)state;
	n = net_open(&fd[0], &to[0]);
	first.fd = fd[0];
	for (i = 0; i < LINES; i++)
		net_send(n, &to[0], "a", 1);
	assert_int_equal(poll(&first, 1, 0), 0);
	net_flush(n);
	while (recv(fd[0], &i, sizeof(i), 0) > 0)
		continue;
	for (i = 1; i < MEMBERS; i++) {
		memset(&to[i], 0, sizeof(to[i]));
		fd[i] = sock_listen(AF_INET, "127.0.0.1", 0, &to[i], &why);
		assert_true(fd[i] >= 0);
	}
	for (i = 0; i < 10; i++)
		net_send(n, &to[i], "b", 1);
	assert_int_equal(poll(&first, 1, 0), 1);
	/* The next ones go together, more of them. */
	first.fd = fd[8];
	for (; i < MEMBERS; i++) {
		assert_int_equal(poll(&first, 1, 0), i > 8 + 16);
		net_send(n, &to[i], "b", 1);
	}
	net_flush(n);
	assert_int_equal(net_figures(n).sent, LINES + MEMBERS);
	for (i = 0; i < MEMBERS; i++)
		close(fd[i]);
	net_free(n);
}

static void
on_datagram(void *arg, const union sock_addr *from, const void *data,
    size_t len)
{
	size_t *lens = arg;

	(void)from;
	assert_true(len < 2 || memcmp(data, "xx", 2) == 0);
	lens[lens[0]++ + 1] = len;
}

/* Each one is told of before it comes, and how far off it is. */
static void
on_soon(void *arg, const void *data, size_t len, unsigned ahead)
{
	size_t *lens = arg;

	assert_in_range(ahead, 1, NET_AHEAD);
	assert_true(len < 2 || memcmp(data, "xx", 2) == 0);
	lens[8] += ahead;
}

static void
datagrams_come_whole_whatever_their_length(void **state)
{
	static const size_t want[] = { 6, 0, 1, 1280, 1281, 2048, 60000 };
	static char data[60000];
	size_t lens[9] = { 0 }, i;
	struct pair p;

	(void)state;
	pair_open(&p);
	memset(data, 'x', sizeof(data));
	for (i = 1; i <= want[0]; i++)
		assert_int_equal(send(p.fd, data, want[i], 0), want[i]);
	net_receive(p.net, on_soon, on_datagram, lens);
	assert_memory_equal(lens, want, sizeof(want));
	assert_int_equal(lens[8], want[0] * (1 + 2 + 3 + 4 + 5));
	assert_int_equal(net_figures(p.net).received, want[0]);
	pair_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_not_taken_at_once_is_sent_later_in_order),
		cmocka_unit_test(
		    a_full_queue_hears_nothing_more_and_loses_the_newest),
		cmocka_unit_test(
		    a_datagram_that_cannot_be_sent_does_not_hold_up_the_next),
		cmocka_unit_test(
		    who_is_gone_is_reported_and_costs_the_others_nothing),
		cmocka_unit_test(
		    what_goes_to_one_address_together_comes_apart),
		cmocka_unit_test(each_comes_where_it_belongs),
		cmocka_unit_test(
		    what_the_kernel_takes_makes_the_queue_no_longer),
		cmocka_unit_test(the_first_ones_need_not_wait_for_the_last),
		cmocka_unit_test(datagrams_come_whole_whatever_their_length)
	};

	return tests_run(tests, NULL, NULL);
}
