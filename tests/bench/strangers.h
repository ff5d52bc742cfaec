/*
 * Strangers before a real server, for bench_hostile.c: two who forge third
 * messages, sixty who say HELLO, and meanwhile an honest one after the other
 * who wants in. Inline, since each bench is one file.
 */
#ifndef TESTS_BENCH_STRANGERS_H
#define TESTS_BENCH_STRANGERS_H

#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "common/frame_put.h"
#include "tests/bench/table.h"
#include "tests/with_guest.h"
#include "tests/with_server.h"

enum {
	STRANGERS = 60,
	HELLOS = 20000,		/* with good cookies, at 4,000/s */
	HELLO_RATE = 4000,
	FORGERS = 2,
	HS3_RATE = 16000,
	NEWCOMER_MS = 250	/* its repeats */
};

static struct {
	int		 fd[STRANGERS];
	uint8_t		 noise[HELLOS][HELLO_NOISE];
	uint8_t		 cookie[HELLOS][HELLO_COOKIE];
	struct guest	 forger[FORGERS];
	unsigned long	 sent;
} strangers;

static struct {
	struct guest	 guest;
	int		 fd;		/* -1: nobody wants in now */
	double		 since_ms, again_ms, worst_ms;
	unsigned	 n;
} newcomer = { .fd = -1 };

/* A socket at 127.0.x.y. */
static int
stranger_at(const struct server *s, unsigned x, unsigned y)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(fd != -1);
	a.sin_addr.s_addr = htonl(0x7f000000 | x << 8 | y);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(s->port);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static size_t
stranger_hello(size_t i, bool has_cookie, uint8_t out[HELLO_DATAGRAM])
{
	struct hello h = { .client = (uint32_t)i + 1,
	    .noise = strangers.noise[i],
	    .cookie = has_cookie ? strangers.cookie[i] : NULL };

	return hello_put(out, &h);
}

/* They ask for all of their cookies: that costs the server little. */
static void
strangers_ready(const struct server *s)
{
	uint8_t out[HELLO_DATAGRAM];
	char in[HELLO_DATAGRAM];
	size_t i, len;
	int fd;

	for (i = 0; i < STRANGERS; i++)
		strangers.fd[i] = stranger_at(s, 0, 2 + (unsigned)i);
	arc4random_buf(strangers.noise, sizeof(strangers.noise));
	for (i = 0; i < HELLOS; i++) {
		fd = strangers.fd[i % STRANGERS];
		len = stranger_hello(i, false, out);
		udp_send_bytes(fd, out, len);
		assert_int_equal(udp_receive(fd, in, sizeof(in)),
		    HELLO_COOKIE_BYTES);
		memcpy(strangers.cookie[i], in + HELLO_COOKIE_BYTES -
		    HELLO_COOKIE, HELLO_COOKIE);
	}
}

static void
strangers_close(void)
{
	size_t i;

	for (i = 0; i < STRANGERS; i++)
		close(strangers.fd[i]);
}

/* What is due of a flood, so many ms after its beginning. */
static void
say_hellos(double ms)
{
	uint8_t out[HELLO_DATAGRAM];
	size_t len;

	for (; strangers.sent < ms * HELLO_RATE / 1000 &&
	    strangers.sent < HELLOS; strangers.sent++) {
		len = stranger_hello(strangers.sent, true, out);
		send(strangers.fd[strangers.sent % STRANGERS], out, len,
		    MSG_DONTWAIT);
	}
}

/* Two get as far as the third message, which they never send as it is. */
static void
forgers_ready(void)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];
	char in[2048];
	struct guest *g;
	size_t len;
	ssize_t n;
	int i, step;

	for (i = 0; i < FORGERS; i++) {
		g = &strangers.forger[i];
		arc4random_buf(secret, sizeof(secret));
		guest_init(g, "forger", secret);
		arc4random_buf(secret, sizeof(secret));
		len = guest_knock(g, 77, secret, out);
		for (step = 0; step < 2; step++) {
			udp_send_bytes(strangers.fd[i], out, len);
			n = udp_receive(strangers.fd[i], in, sizeof(in));
			assert_true(n > 0);
			len = guest_take(g, in, (size_t)n, out);
			assert_true(len > 0);
		}
	}
}

/* The beginning is true and the end is not. */
static void
forge_hs3s(double ms)
{
	struct guest *g;
	size_t i;

	if (strangers.sent == 0)
		forgers_ready();
	for (; strangers.sent < ms * HS3_RATE / 1000 + 1; strangers.sent++) {
		i = strangers.sent % FORGERS;
		g = &strangers.forger[i];
		g->hs.datagram[g->hs.datagram_len - 1]++;
		send(strangers.fd[i], g->hs.datagram, g->hs.datagram_len,
		    MSG_DONTWAIT);
	}
}

/* Forgets the last attack. */
static void
strangers_rest(void)
{
	char in[2048];
	size_t i;

	strangers.sent = 0;
	for (i = 0; i < STRANGERS; i++)
		while (recv(strangers.fd[i], in, sizeof(in), MSG_DONTWAIT) > 0)
			continue;
	newcomer.worst_ms = 0;
}

static void
newcomer_begins(const struct server *s, double now)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];
	char name[16];

	newcomer.n++;
	snprintf(name, sizeof(name), "new%u", newcomer.n);
	arc4random_buf(secret, sizeof(secret));
	guest_init(&newcomer.guest, name, secret);
	newcomer.fd = stranger_at(s, 1 + newcomer.n / 200,
	    1 + newcomer.n % 200);
	arc4random_buf(secret, sizeof(secret));
	send(newcomer.fd, out, guest_knock(&newcomer.guest, newcomer.n,
	    secret, out), MSG_DONTWAIT);
	newcomer.since_ms = now;
	newcomer.again_ms = now + NEWCOMER_MS;
}

static void
newcomer_leaves(void)
{
	uint8_t frames[32], out[GUEST_DATAGRAM];
	struct wire_out leave = wire_out(frames, sizeof(frames));

	frame_put_leave(&leave, NULL, 0);
	send(newcomer.fd, out, guest_seal(&newcomer.guest, frames, leave.len,
	    out), MSG_DONTWAIT);
	close(newcomer.fd);
	newcomer.fd = -1;
}

/* One wants in after the other, every half second; how long that takes. */
static void
newcomer_step(const struct server *s, double now)
{
	uint8_t out[GUEST_DATAGRAM];
	char in[2048];
	size_t len;
	ssize_t n;

	if (newcomer.fd == -1) {
		if (now >= newcomer.since_ms + 500)
			newcomer_begins(s, now);
		return;
	}
	while ((n = recv(newcomer.fd, in, sizeof(in), MSG_DONTWAIT)) > 0)
		if ((len = guest_take(&newcomer.guest, in, (size_t)n, out)) >
		    0)
			send(newcomer.fd, out, len, MSG_DONTWAIT);
	if (now - newcomer.since_ms > newcomer.worst_ms)
		newcomer.worst_ms = now - newcomer.since_ms;
	if (newcomer.guest.live) {
		newcomer_leaves();
	} else if (now >= newcomer.again_ms) {
		send(newcomer.fd, newcomer.guest.hs.datagram,
		    newcomer.guest.hs.datagram_len, MSG_DONTWAIT);
		newcomer.again_ms = now + NEWCOMER_MS;
	}
}

#endif
