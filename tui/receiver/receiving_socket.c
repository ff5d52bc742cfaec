/*
 * The receiver's socket: datagrams out and in, to the address that
 * receiving_nodes.c has found.
 */
#include "tui/receiver/receiving_state.h"

#include <sys/socket.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "common/classic.h"
#include "common/clock.h"

enum {
	DATAGRAM = 2049,	/* one more than the longest that is taken */
	HAND = 16		/* of them in one call, for which there is room
				 * in what the screen is told */
};
_Static_assert((int)DATAGRAM > (int)CLASSIC_BYTES, "a classic line fits");

struct hand {
	struct mmsghdr	 msgs[HAND];
	struct iovec	 parts[HAND];
	char		 data[HAND][DATAGRAM];
};

void
receiving_net_init(struct receiving *s)
{
	struct receiving_net *n = &s->net;

	n->fd = -1;
	if (s->config->addrs.n > 0)
		n->addr = s->config->addrs.of[0];
	n->resolver = s->config->resolver;
}

void
receiving_net_close(struct receiving *s)
{
	if (s->net.fd != -1)
		close(s->net.fd);
	if (s->net.resolver != -1)
		close(s->net.resolver);
}

bool
receiving_room(void *arg)
{
	return duct_has_room(((struct receiving *)arg)->screen.duct);
}

/* Errors that say "not there" about an earlier datagram, not about this one. */
static void
note_error(struct receiving *s, int error)
{
	if (error == ECONNREFUSED)
		s->net.refused = true;
}

/* On loopback the refusal is known as soon as send(2) returns: ask for it, so
 * that no line counts as said that nobody heard. */
static bool
refused_at_once(struct receiving *s)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(s->net.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1 ||
	    error == 0)
		return false;
	s->net.gone |= error == ECONNREFUSED;
	return error == ECONNREFUSED;
}

/* No way leads there, from this machine, now: who has not been in may be told
 * at another one. */
static void
note_no_way(struct receiving *s)
{
	s->net.gone |= s->link != NULL && !s->online &&
	    nodes_has_untried(&s->net.nodes);
}

static bool
is_dropped(const struct receiving *s)
{
	return s->config->loss_percent > 0 &&
	    randombytes_uniform(100) < s->config->loss_percent;
}

bool
receiving_send(void *arg, const void *data, size_t len)
{
	struct receiving *s = arg;
	int tries;

	/* What the room may have, the screen must not say again. */
	if (s->screen.told_stored)
		duct_flush(s->screen.duct);
	s->screen.told_stored = false;
	trace_sent(&s->trace, data, len);
	if (is_dropped(s))
		return true;
	if (s->net.fd == -1 && s->net.addr.sa.sa_family != AF_UNSPEC)
		s->net.fd = sock_connect(&s->net.addr);
	if (s->net.fd == -1) {
		note_no_way(s);
		return false;
	}
	/* An error left over from an earlier datagram is reported instead of
	 * sending this one: the second try sends. */
	for (tries = 0; tries < 2; tries++) {
		/* Elsewhere it is an earlier one that was refused. */
		if (send(s->net.fd, data, len, MSG_NOSIGNAL) != -1)
			return !refused_at_once(s) || (s->link != NULL &&
			    !sock_addr_is_loopback(&s->net.addr));
		note_error(s, errno);
		if (errno == ENETUNREACH || errno == EHOSTUNREACH)
			note_no_way(s);
		if (errno == EAGAIN || errno == ENOBUFS)
			break;
	}
	return false;
}

void
receiving_new_port(void *arg)
{
	struct receiving *s = arg;

	if (s->net.fd != -1)
		close(s->net.fd);
	s->net.fd = -1;		/* the next datagram opens another */
}

static void
take_datagram(struct receiving *s, int64_t now, const char *data, size_t len)
{
	if (len >= DATAGRAM || is_dropped(s))
		return;
	trace_came(&s->trace, data, len);
	if (s->link != NULL)
		link_input(s->link, now, data, len);
	else if (s->classic != NULL && len <= CLASSIC_BYTES)
		classic_link_input(s->classic, now, clock_wall_ms(), data,
		    len);
	trace_taken(&s->trace, data, len);
}

/* What we say waits for answers, and more of it for that. */
static enum rest_most
rest_most(const struct receiving *s)
{
	if (s->link == NULL)
		return REST_LONG;
	if (link_awaits(s->link))
		return REST_NONE;
	return link_misses(s->link) ? REST_SHORT : REST_LONG;
}

int64_t
receiving_rests(const struct receiving *s)
{
	/* Not also for what was said since. */
	if (s->link != NULL && link_awaits(s->link))
		return INT64_MIN;
	return s->net.rest.until;
}

static void
prepare(struct hand *h)
{
	int i;

	memset(h->msgs, 0, sizeof(h->msgs));
	for (i = 0; i < HAND; i++) {
		h->parts[i] = (struct iovec){ h->data[i], DATAGRAM };
		h->msgs[i].msg_hdr.msg_iov = &h->parts[i];
		h->msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

void
receiving_take_datagrams(struct receiving *s)
{
	struct hand h;
	unsigned taken = 0;
	/* Of all of them: that is well within a millisecond. */
	int64_t now = clock_now_ms();
	int i, n = HAND;

	prepare(&h);
	while (n == HAND && taken < REST_TAKE && s->net.fd != -1 &&
	    receiving_room(s)) {
		n = recvmmsg(s->net.fd, h.msgs, HAND, MSG_DONTWAIT, NULL);
		if (n == -1 && errno != EAGAIN && errno != EINTR) {
			note_error(s, errno);
			n = HAND;
			taken++;
			continue;
		}
		/* What another port was sent is for nobody. */
		for (i = 0; i < n && s->net.fd != -1; i++, taken++)
			take_datagram(s, now, h.data[i], h.msgs[i].msg_len);
	}
	if (taken > 0 && rest_take(&s->net.rest, now, taken, rest_most(s)) &&
	    s->link != NULL)
		link_answer(s->link);
}
