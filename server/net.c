/*
 * The server's socket. Owns the descriptor, the buffers of a batch and the
 * queue of what the kernel would not take yet. Never waits, never prints.
 */
#include "server/net.h"

#include <netinet/udp.h>
#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef UDP_SEGMENT	/* the kernel may know what the C library does not */
#define UDP_SEGMENT 103
#endif

enum {
	NET_BATCH = 64,			/* datagrams per system call */
	NET_TRAIN_BYTES = 60000,	/* of datagrams that go as one message,
					 * which is no longer than any */
	NET_DATAGRAM_BYTES = 65536,	/* more than any UDP datagram */
	NET_USUAL_BYTES = 1280,		/* more than those of our clients */
	NET_ERRORS = 1024,		/* taken per wake-up */
	NET_QUEUE_BYTES = 4 << 20,
	NET_QUEUE_FIRST = 32 << 10,	/* allocated at first, and kept */
	NET_SOON = 8,			/* datagrams that wait for no more: the
					 * first, the next ones for as many */
	NET_TRIES = 8,			/* against others' pending errors */
	NET_PAUSE_MS = 5		/* while a network device is full */
};

/* Head of a queued datagram; its bytes follow, padded. */
struct queued {
	union sock_addr	 to;
	size_t		 len;
};

enum net_state {
	NET_CLEAR,
	NET_BLOCKED,		/* the socket's buffer is full: POLLOUT tells */
	NET_PAUSED		/* the device's is full: nothing tells */
};

struct net {
	int			 fd;
	enum net_state		 state;
	struct net_figures	 figures;

	char			*queue;		/* head..tail is used */
	size_t			 size;
	size_t			 head;
	size_t			 tail;
	size_t			 count;		/* datagrams in it */
	size_t			 soon;		/* so many do not wait */
	union sock_addr		 last;		/* where the last one goes */
	unsigned int		 alone;	/* so many first ones go one by one */

	/* Close together, the beginnings of those that come; what is longer
	 * is put together in whole: no page of that is touched before. */
	char			 usual[NET_BATCH][NET_USUAL_BYTES];
	char			(*whole)[NET_DATAGRAM_BYTES];
	union sock_addr		 from[NET_BATCH];
	struct mmsghdr		 msgs[NET_BATCH];
	struct iovec		 iov[NET_BATCH][2];
};

/* Where the one goes that comes there. */
static void
prepare(struct net *n, int i)
{
	n->iov[i][0].iov_base = n->usual[i];
	n->iov[i][0].iov_len = NET_USUAL_BYTES;
	n->iov[i][1].iov_base = n->whole[i] + NET_USUAL_BYTES;
	n->iov[i][1].iov_len = NET_DATAGRAM_BYTES - NET_USUAL_BYTES;
	memset(&n->from[i], 0, sizeof(n->from[i]));
	memset(&n->msgs[i], 0, sizeof(n->msgs[i]));
	n->msgs[i].msg_hdr.msg_name = &n->from[i];
	n->msgs[i].msg_hdr.msg_namelen = sizeof(n->from[i]);
	n->msgs[i].msg_hdr.msg_iov = n->iov[i];
	n->msgs[i].msg_hdr.msg_iovlen = 2;
}

struct net *
net_new(int fd)
{
	struct net *n;
	int i;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	n->whole = calloc(NET_BATCH, sizeof(*n->whole));
	n->queue = malloc(NET_QUEUE_FIRST);
	if (n->whole == NULL || n->queue == NULL) {
		free(n->whole);
		free(n->queue);
		free(n);
		return NULL;
	}
	n->fd = fd;
	n->soon = NET_SOON;
	n->size = NET_QUEUE_FIRST;
	for (i = 0; i < NET_BATCH; i++)
		prepare(n, i);
	return n;
}

void
net_free(struct net *n)
{
	if (n == NULL)
		return;
	close(n->fd);
	free(n->whole);
	free(n->queue);
	free(n);
}

int
net_fd(const struct net *n)
{
	return n->fd;
}

short
net_events(const struct net *n)
{
	short events = 0;

	/* Hear no more than can be passed on: the kernel's buffer waits. */
	if (n->tail - n->head < NET_QUEUE_BYTES / 2)
		events |= POLLIN;
	if (n->state == NET_BLOCKED)
		events |= POLLOUT;
	return events;
}

int64_t
net_due(const struct net *n, int64_t now_ms)
{
	return n->state == NET_PAUSED ? now_ms + NET_PAUSE_MS : INT64_MAX;
}

/* The one that came there, in one piece. */
static const char *
joined(struct net *n, int i)
{
	if (n->msgs[i].msg_len <= NET_USUAL_BYTES)
		return n->usual[i];
	memcpy(n->whole[i], n->usual[i], NET_USUAL_BYTES);
	return n->whole[i];
}

/* How the next ones begin, behind that one. */
static void
foresee(struct net *n, int i, int count, void (*soon)(void *arg,
    const void *data, size_t len, unsigned ahead), void *arg)
{
	size_t len;
	int ahead;

	for (ahead = NET_AHEAD; ahead > 0; ahead--) {
		if (i + ahead < 0 || i + ahead >= count)
			continue;
		len = n->msgs[i + ahead].msg_len;
		soon(arg, n->usual[i + ahead], len < NET_USUAL_BYTES ? len :
		    NET_USUAL_BYTES, (unsigned)ahead);
	}
}

void
net_receive(struct net *n, void (*soon)(void *arg, const void *data,
    size_t len, unsigned ahead), void (*got)(void *arg,
    const union sock_addr *from, const void *data, size_t len), void *arg)
{
	int i, count;

	/* An error is a pending one of something sent; poll(2) tells again. */
	count = recvmmsg(n->fd, n->msgs, NET_BATCH, MSG_DONTWAIT, NULL);
	for (i = -NET_AHEAD; i < count; i++) {
		foresee(n, i, count, soon, arg);
		if (i < 0)
			continue;
		n->figures.received++;
		got(arg, &n->from[i], joined(n, i), n->msgs[i].msg_len);
	}
	/* Most batches are short. */
	for (i = 0; i < count; i++)
		prepare(n, i);
}

void
net_errors(struct net *n, void (*unreachable)(void *arg,
    const union sock_addr *addr, int error), void *arg)
{
	union sock_addr about;
	int i, error, pending;
	socklen_t len = sizeof(pending);

	for (i = 0; i < NET_ERRORS; i++) {
		if (!sock_next_error(n->fd, &about, &error))
			break;
		if (error == ECONNREFUSED || error == EHOSTUNREACH)
			unreachable(arg, &about, error);
	}
	/* One that the queue had no room for is pending: poll(2) would spin. */
	getsockopt(n->fd, SOL_SOCKET, SO_ERROR, &pending, &len);
}

/* Room for need bytes at the tail; false: over the bound, or no memory. */
static bool
make_room(struct net *n, size_t need)
{
	size_t used = n->tail - n->head;
	char *queue;

	if (used + need > NET_QUEUE_BYTES)
		return false;
	if (need <= n->size - n->tail)
		return true;
	/* A move is paid for: half the size has been sent since the last. */
	if (used + need <= n->size / 2) {
		memmove(n->queue, n->queue + n->head, used);
	} else {
		if ((queue = malloc(n->size * 2)) == NULL)
			return false;
		memcpy(queue, n->queue + n->head, used);
		free(n->queue);
		n->queue = queue;
		n->size *= 2;
	}
	n->head = 0;
	n->tail = used;
	return true;
}

static size_t
queued_bytes(size_t len)
{
	const size_t mask = alignof(struct queued) - 1;

	return sizeof(struct queued) + ((len + mask) & ~mask);
}

/*
 * Does what waits go before this one comes to it? The queue grows only where
 * the kernel takes no more. And those who are told first are at work while the
 * others are not told yet, of whom more and more go together, as each system
 * call costs; but what may be a train is left one.
 */
static bool
is_enough(const struct net *n, const union sock_addr *to, size_t len)
{
	return n->tail - n->head + queued_bytes(len) > NET_QUEUE_FIRST ||
	    (n->count >= n->soon && memcmp(to, &n->last, sizeof(*to)) != 0);
}

/* What one system call is told. */
struct batch {
	struct mmsghdr	 msgs[NET_BATCH];
	struct iovec	 iov[NET_BATCH];	/* of all of them */
	alignas(struct cmsghdr)
	    char	 control[NET_BATCH][CMSG_SPACE(sizeof(uint16_t))];
};

static struct queued *
queued_at(const struct net *n, size_t pos)
{
	return (struct queued *)(void *)(n->queue + pos);
}

/*
 * Datagrams to one address that have one length, but for the last, go as one
 * message, which the kernel, or the device, cuts again (udp(7), UDP_SEGMENT):
 * that is most of what many of them would cost. How many go so, from pos on.
 */
static size_t
train(const struct net *n, size_t pos, size_t most)
{
	const struct queued *first = queued_at(n, pos), *q;
	size_t count = 1, bytes = first->len;

	if (first->len == 0 || (first->to.sa.sa_family != AF_INET &&
	    first->to.sa.sa_family != AF_INET6))
		return 1;
	while (count < most && (pos += queued_bytes(first->len)) < n->tail) {
		q = queued_at(n, pos);
		bytes += q->len;
		if (q->len == 0 || q->len > first->len ||
		    bytes > NET_TRAIN_BYTES ||
		    memcmp(&q->to, &first->to, sizeof(q->to)) != 0)
			break;
		count++;
		if (q->len < first->len)
			break;
	}
	return count;
}

static void
cut_at(struct msghdr *msg, char *control, size_t len)
{
	uint16_t each = (uint16_t)len;
	struct cmsghdr *c;

	msg->msg_control = control;
	msg->msg_controllen = CMSG_SPACE(sizeof(each));
	memset(control, 0, msg->msg_controllen);
	c = CMSG_FIRSTHDR(msg);
	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(each));
	memcpy(CMSG_DATA(c), &each, sizeof(each));
}

/* Describes the queue's first datagrams; returns how many messages they are. */
static unsigned int
describe(struct net *n, struct batch *b)
{
	unsigned int count = 0, alone = n->alone;
	size_t used = 0, pos = n->head, i, along;
	struct queued *q;
	struct msghdr *msg;

	for (; used < NET_BATCH && pos < n->tail; count++) {
		q = queued_at(n, pos);
		along = used < alone ? 1 : train(n, pos, NET_BATCH - used);
		memset(&b->msgs[count], 0, sizeof(b->msgs[count]));
		msg = &b->msgs[count].msg_hdr;
		msg->msg_name = &q->to;
		msg->msg_namelen = sock_addr_len(&q->to);
		msg->msg_iov = &b->iov[used];
		msg->msg_iovlen = along;
		if (along > 1)
			cut_at(msg, b->control[count], q->len);
		for (i = 0; i < along; i++, used++) {
			q = queued_at(n, pos);
			b->iov[used].iov_base = q + 1;
			b->iov[used].iov_len = q->len;
			pos += queued_bytes(q->len);
		}
	}
	return count;
}

static void
drop_first(struct net *n, size_t count)
{
	n->alone -= n->alone < count ? n->alone : (unsigned int)count;
	n->count -= count;
	while (count-- > 0)
		n->head += queued_bytes(queued_at(n, n->head)->len);
	if (n->head < n->tail)
		return;
	n->head = n->tail = 0;
	if (n->size > NET_QUEUE_FIRST) {
		char *queue = malloc(NET_QUEUE_FIRST);

		if (queue == NULL)
			return;
		free(n->queue);
		n->queue = queue;
		n->size = NET_QUEUE_FIRST;
	}
}

/* These messages went. */
static void
note_sent(struct net *n, const struct batch *b, int messages)
{
	size_t datagrams = 0;
	int i;

	for (i = 0; i < messages; i++)
		datagrams += b->msgs[i].msg_hdr.msg_iovlen;
	n->figures.sent += datagrams;
	drop_first(n, datagrams);
}

static void
flush(struct net *n)
{
	struct batch b;
	int sent, tries = 0;

	n->state = NET_CLEAR;
	while (n->head < n->tail) {
		sent = sendmmsg(n->fd, b.msgs, describe(n, &b), MSG_DONTWAIT);
		if (sent > 0) {
			note_sent(n, &b, sent);
			tries = 0;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			n->state = NET_BLOCKED;
			return;
		} else if (errno == ENOBUFS || errno == ENOMEM) {
			n->state = NET_PAUSED;
			return;
		} else if (errno != EINTR && b.msgs[0].msg_hdr.msg_iovlen > 1) {
			/* On this way they are not taken together. */
			n->alone = (unsigned int)b.msgs[0].msg_hdr.msg_iovlen;
		} else if (errno != EINTR && ++tries == NET_TRIES) {
			/* Not an error of some datagram before: this one. */
			n->figures.lost++;
			drop_first(n, 1);
			tries = 0;
		}
	}
}

void
net_send(struct net *n, const union sock_addr *to, const void *data,
    size_t len)
{
	struct queued q = { .to = *to, .len = len };

	if (n->state == NET_CLEAR && is_enough(n, to, len)) {
		flush(n);
		if (n->soon < NET_BATCH)
			n->soon *= 2;
	}
	if (!make_room(n, queued_bytes(len))) {
		n->figures.lost++;
		return;
	}
	memcpy(n->queue + n->tail, &q, sizeof(q));
	memcpy(n->queue + n->tail + sizeof(q), data, len);
	n->tail += queued_bytes(len);
	n->last = *to;
	n->count++;
}

void
net_flush(struct net *n)
{
	flush(n);
	n->soon = NET_SOON;
}

struct net_figures
net_figures(const struct net *n)
{
	struct net_figures f = n->figures;

	f.queued_bytes = n->tail - n->head;
	return f;
}
