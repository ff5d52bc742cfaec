/*
 * The relay. One loop; a client address has a socket of its own towards the
 * server, so that the server sees as many addresses as there are clients.
 */
#include "tests/with_relay.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock.h"

enum { CLIENTS = 64, LATE = 4096, DATAGRAM = 2048 };

struct way {
	struct sockaddr_in client;
	int		 fd;		/* towards the server; -1: free */
	int64_t		 rebind_due;
};

struct late {
	int64_t		 due;
	bool		 up;
	size_t		 way;
	size_t		 len;
	char		 data[DATAGRAM];
};

struct works {
	struct relay_options o;
	uint64_t	 rng;
	int		 fd;		/* towards the clients */
	struct sockaddr_in server;
	struct way	 ways[CLIENTS];
	size_t		 next;
	struct late	*late;		/* unordered; few */
	size_t		 count;
};

/* SplitMix64. */
static uint64_t
draw(struct works *w)
{
	uint64_t z = w->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static bool
chance(struct works *w, unsigned permille)
{
	return draw(w) % 1000 < permille;
}

static int
local_socket(struct sockaddr_in *bound)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(*bound);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    getsockname(fd, (struct sockaddr *)bound, &len) == -1)
		_exit(1);
	return fd;
}

static void
deliver(struct works *w, const struct late *l)
{
	const struct way *way = &w->ways[l->way];

	if (way->fd == -1)
		return;
	if (l->up)
		sendto(way->fd, l->data, l->len, 0,
		    (struct sockaddr *)&w->server, sizeof(w->server));
	else
		sendto(w->fd, l->data, l->len, 0,
		    (const struct sockaddr *)&way->client,
		    sizeof(way->client));
}

static void
carry_once(struct works *w, bool up, size_t way, const char *data, size_t len)
{
	struct late *l;

	if (w->count == LATE || chance(w, w->o.loss_permille))
		return;
	l = &w->late[w->count++];
	l->due = clock_now_ms() + w->o.delay_ms +
	    (int64_t)(draw(w) % (w->o.jitter_ms + 1));
	l->up = up;
	l->way = way;
	l->len = len;
	memcpy(l->data, data, len);
}

static void
carry(struct works *w, bool up, size_t way, const char *data, size_t len)
{
	carry_once(w, up, way, data, len);
	if (chance(w, w->o.repeat_permille))
		carry_once(w, up, way, data, len);
}

/* As a router does that has forgotten a mapping: the next datagram from
 * inside gets a new one, and what comes to the old one is lost. */
static void
bind_anew(struct works *w, struct way *way)
{
	struct sockaddr_in bound;

	if (way->fd != -1)
		close(way->fd);
	way->fd = local_socket(&bound);
	way->rebind_due = w->o.rebind_ms == 0 ? INT64_MAX :
	    clock_now_ms() + w->o.rebind_ms;
}

static size_t
way_of(struct works *w, const struct sockaddr_in *client)
{
	size_t i;

	for (i = 0; i < CLIENTS; i++)
		if (w->ways[i].fd != -1 && w->ways[i].client.sin_port ==
		    client->sin_port)
			break;
	if (i == CLIENTS) {
		i = w->next++ % CLIENTS;
		w->ways[i].client = *client;
		bind_anew(w, &w->ways[i]);
	} else if (clock_now_ms() >= w->ways[i].rebind_due)
		bind_anew(w, &w->ways[i]);
	return i;
}

static void
take(struct works *w, int fd, bool up, size_t way)
{
	char data[DATAGRAM];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(fd, data, sizeof(data), 0,
	    (struct sockaddr *)&from, &len)) >= 0) {
		carry(w, up, up ? way_of(w, &from) : way, data, (size_t)n);
		len = sizeof(from);
	}
}

/* Sends what is due; returns the ms until the next, -1: nothing waits. */
static int
do_late(struct works *w)
{
	int64_t now = clock_now_ms(), least = INT64_MAX;
	size_t i;

	for (i = 0; i < w->count; ) {
		if (w->late[i].due <= now) {
			deliver(w, &w->late[i]);
			w->late[i] = w->late[--w->count];
			continue;
		}
		if (w->late[i].due < least)
			least = w->late[i].due;
		i++;
	}
	return least == INT64_MAX ? -1 : (int)(least - now);
}

static void
run(struct works *w)
{
	struct pollfd fds[CLIENTS + 1];
	size_t i;

	for (;;) {
		int wait = do_late(w);

		for (i = 0; i < CLIENTS; i++)
			fds[i] = (struct pollfd){ .fd = w->ways[i].fd,
			    .events = POLLIN };
		fds[CLIENTS] = (struct pollfd){ .fd = w->fd,
		    .events = POLLIN };
		if (poll(fds, CLIENTS + 1, wait) <= 0)
			continue;
		for (i = 0; i < CLIENTS; i++)
			if (fds[i].revents != 0)
				take(w, fds[i].fd, false, i);
		if (fds[CLIENTS].revents != 0)
			take(w, w->fd, true, 0);
	}
}

void
relay_start(struct relay *r, uint16_t server_port,
    const struct relay_options *o)
{
	struct works *w = calloc(1, sizeof(*w));
	struct sockaddr_in bound;
	size_t i;

	assert_non_null(w);
	w->late = calloc(LATE, sizeof(*w->late));
	assert_non_null(w->late);
	w->o = *o;
	w->rng = o->seed;
	for (i = 0; i < CLIENTS; i++)
		w->ways[i].fd = -1;
	w->server.sin_family = AF_INET;
	w->server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	w->server.sin_port = htons(server_port);
	w->fd = local_socket(&bound);
	r->port = ntohs(bound.sin_port);
	r->pid = fork();
	assert_true(r->pid != -1);
	if (r->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(w);
	}
	close(w->fd);
	free(w->late);
	free(w);
}

void
relay_stop(struct relay *r)
{
	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
