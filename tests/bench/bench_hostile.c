/*
 * What somebody hostile costs the real server, and those who talk meanwhile:
 * alice says 20 lines a second, bob hears them, eve, who is a member, does her
 * worst, or strangers do theirs. The server's share of a processor, alice's
 * line to bob, and how long a newcomer takes to get in, quiet and not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "tests/bench/strangers.h"
#include "tests/bench/table.h"
#include "tests/with_guest.h"
#include "tests/with_server.h"

enum {
	SECONDS = 5,
	GAP_MS = 50,		/* between two lines of alice */
	SAMPLES = 4096,
	BACKLOG = 4090,		/* entries on their way to eve */
	RATE = 2000		/* eve's datagrams a second */
};

enum who { ALICE, BOB, EVE, PEOPLE };

static struct server server;
static struct guest people[PEOPLE];
static int fds[PEOPLE] = { -1, -1, -1 };	/* not in yet */
static double said_ms, late_ms[SAMPLES];
static size_t samples;

/* Bob hears a line; whose it is does not matter, only alice says any. */
static void
hear(struct guest *g, struct frame *f)
{
	struct entry e;

	(void)g;
	if (f->type != FRAME_ENTRIES)
		return;
	while (frame_next_entry(f, &e))
		if (e.kind == ENTRY_SAY && said_ms > 0 && samples < SAMPLES) {
			late_ms[samples++] = now_ms() - said_ms;
			said_ms = 0;
		}
}

static void
give(enum who who, const void *data, size_t len)
{
	if (len > 0)
		send(fds[who], data, len, MSG_DONTWAIT);
}

/* Takes what is there for all of them. */
static void
take(void)
{
	uint8_t data[2048], out[GUEST_DATAGRAM];
	ssize_t n;
	int who;

	for (who = 0; who < PEOPLE && fds[who] != -1; who++)
		while ((n = recv(fds[who], data, sizeof(data),
		    MSG_DONTWAIT)) > 0)
			give(who, out, guest_take(&people[who], data,
			    (size_t)n, out));
}

static void
await(int ms)
{
	struct pollfd p[PEOPLE];
	int who;

	for (who = 0; who < PEOPLE; who++)
		p[who] = (struct pollfd){ .fd = fds[who], .events = POLLIN };
	poll(p, PEOPLE, ms);
	take();
}

static void
say_frames(enum who who, struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];

	give(who, out, guest_seal(&people[who], frames->base, frames->len,
	    out));
}

/* All are where they say: who is not is sent less. */
static void
answer_ping(struct guest *g, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (f->type != FRAME_PING)
		return;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	say_frames((enum who)(g - people), &out);
}

static void
enter(enum who who, const char *name)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];
	int i;

	arc4random_buf(secret, sizeof(secret));
	guest_init(&people[who], name, secret);
	people[who].hear = answer_ping;
	fds[who] = udp_open(&server, AF_INET);
	arc4random_buf(secret, sizeof(secret));
	give(who, out, guest_knock(&people[who], 1 + who, secret, out));
	for (i = 0; i < 1000 && !people[who].live; i++)
		await(10);
	assert_true(people[who].live);
	/* Who says nothing at all is not kept. */
	give(who, out, guest_seal(&people[who], NULL, 0, out));
}

static void
post(const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	guest_put_post(&people[ALICE], &out, ENTRY_SAY, text);
	say_frames(ALICE, &out);
}

/* Who has everything says so, at most each 20 ms. */
static void
acknowledge(enum who who, uint64_t seq)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at = people[who].head;

	at.seq = seq;
	frame_put_sync(&out, &at, 64, 0, NULL, 0);
	say_frames(who, &out);
}

/* The server's time on a processor so far, s. */
static double
cpu_s(void)
{
	unsigned long user = 0, system = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)server.pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u "
	    "%*u %*u %*u %lu %lu", &user, &system), 2);
	fclose(f);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/*
 * Eve's worst, one datagram; NULL: she is quiet.
 */
typedef void (*attack)(struct wire_out *);

static void
stuffed_syncs(struct wire_out *out)
{
	guest_stuff(&people[EVE], out);
}

static void
reads(struct wire_out *out)
{
	do
		frame_put_read(out, people[EVE].head.seq + BACKLOG, 500);
	while (out->size - out->len > 64);
}

static void
pings(struct wire_out *out)
{
	static const uint8_t ping[FRAME_PING_BYTES];

	frame_put_ping(out, FRAME_PING, ping);
}

static void
flood(attack worst, double began, unsigned long *done)
{
	unsigned long due = (unsigned long)((now_ms() - began) * RATE / 1000);
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;

	for (; worst != NULL && *done < due; ++*done) {
		out = wire_out(frames, sizeof(frames));
		worst(&out);
		say_frames(EVE, &out);
	}
}

struct outcome {
	double		 cpu_percent, p50_ms, p99_ms, in_ms;
};

/* worst: of a member; outside: of strangers; NULL: they are quiet. */
static struct outcome
measure(attack worst, void (*outside)(double ms))
{
	double began = now_ms(), cpu = cpu_s(), next = began, now;
	unsigned long done = 0;
	struct outcome o;

	samples = 0;
	said_ms = 0;
	strangers_rest();
	while ((now = now_ms()) < began + SECONDS * 1e3) {
		if (now >= next) {
			said_ms = now;
			post("x");
			next += GAP_MS;
			acknowledge(BOB, people[BOB].top);
		}
		flood(worst, began, &done);
		if (outside != NULL)
			outside(now - began);
		newcomer_step(&server, now);
		await(1);
	}
	o.cpu_percent = (cpu_s() - cpu) / SECONDS * 100;
	qsort(late_ms, samples, sizeof(*late_ms), row_by_size);
	o.in_ms = newcomer.worst_ms;
	o.p50_ms = samples == 0 ? NAN : late_ms[samples / 2];
	o.p99_ms = samples == 0 ? NAN : late_ms[samples * 99 / 100];
	return o;
}

static void
tell(const char *what, attack worst, void (*outside)(double),
    double cpu_bound, double late_bound)
{
	struct outcome o = measure(worst, outside);

	printf("%-38s server %5.1f %% of a core (wanted %.0f)%s, a line to "
	    "another: p50 %.1f, p99 %.1f ms (wanted %.1f)%s, in after %.0f ms"
	    " (wanted 2000)%s\n", what, o.cpu_percent, cpu_bound,
	    o.cpu_percent > cpu_bound ? " (missed)" : "", o.p50_ms,
	    o.p99_ms, late_bound, o.p99_ms > late_bound ? " (missed)" : "",
	    o.in_ms, o.in_ms > 2000 ? " (missed)" : "");
}

int
main(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    "--sync=none", "-q", NULL };
	struct outcome quiet;
	double late;
	int i, who;

	server_start(&server, NULL, args);
	enter(ALICE, "alice");
	enter(BOB, "bob");
	people[BOB].hear = hear;
	enter(EVE, "eve");
	for (i = 0; i < BACKLOG; i++) {
		post("x");
		await(1);
		if (i % 20 == 0)
			acknowledge(BOB, people[BOB].top);
	}
	quiet = measure(NULL, NULL);
	late = 2 * quiet.p99_ms + 5;
	printf("quiet: server %.1f %% of a core, a line to another: p50 "
	    "%.1f, p99 %.1f ms, in after %.0f ms\n", quiet.cpu_percent,
	    quiet.p50_ms, quiet.p99_ms, quiet.in_ms);
	tell("2000 stuffed SYNCs/s by a member:", stuffed_syncs, NULL, 60,
	    late);
	tell("2000 stuffed READs/s by a member:", reads, NULL, 60, late);
	tell("2000 PINGs/s by a member:", pings, NULL, 60, late);
	strangers_ready(&server);
	tell("4000 HELLOs/s from 60 addresses:", NULL, say_hellos, 25, late);
	tell("16000 forged HS3s/s on 2 handshakes:", NULL, forge_hs3s, 25,
	    late);
	strangers_close();
	for (who = 0; who < PEOPLE; who++)
		close(fds[who]);
	server_stop(&server, SIGTERM);
	return 0;
}
