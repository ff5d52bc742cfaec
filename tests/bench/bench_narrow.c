/*
 * Catch-up on 2000 entries behind narrow lines with long queues, in the
 * simulated world: how long it takes beside what its bytes take at best, and
 * how much the server offers of it; and what a TCP stream keeps beside it.
 * Virtual time: the same on every machine.
 */
#include <stdio.h>

#include "tests/with_world.h"

enum { ENTRIES = 2000, IP_UDP_BYTES = 28, LONGEST_MS = 600 * 1000,
	ALONE_MS = 30 * 1000 };

struct result {
	int64_t			 ms;
	unsigned long long	 bytes, full;
};

static unsigned long long
down_bytes(const struct world *w)
{
	struct world_figures f = world_figures(w);

	return f.down_bytes + f.down * IP_UDP_BYTES;
}

/* Bob slept through it all and wakes up behind that line. */
static struct result
catch_up(const struct world_net *line)
{
	struct world_config config = { .seed = 1, .net = { .delay_ms = 5 } };
	struct world *w = world_new(&config);
	struct result r;

	world_client_start(w, world_client(w, "ann", -1, NULL));
	world_client_start(w, world_client(w, "bob", -1, NULL));
	world_run(w, 3000);
	world_client_miss(w, 1, 0, ENTRIES, 60000);
	world_client_leave(w, 0);
	world_run(w, 1000);
	world_set_net(w, line);
	r.bytes = down_bytes(w);
	r.full = world_figures(w).full;
	r.ms = world_client_catch_up(w, 1, LONGEST_MS);
	r.bytes = down_bytes(w) - r.bytes;
	r.full = world_figures(w).full - r.full;
	world_free(w);
	return r;
}

/*
 * A TCP that has always something to send down the same line, as today's are:
 * AIMD (RFC 5681), an ACK for each segment that tells which (RFC 2018), three
 * that were sent behind one tell that it is lost (RFC 8985), and an RTO of a
 * second more than the round trip. What is out is in a ring, by number.
 */
enum { SEGMENT = 1460, TCP_OVER_UDP = 20 - 8, RING = 4096, RTO_MS = 1000 };

struct segment {
	int64_t		 acked_ms;	/* -1: it was dropped */
	uint64_t	 order;		/* in which it was sent */
	bool		 done;
};

struct tcp {
	double		 window, threshold;	/* in segments */
	uint64_t	 next, una, recover;	/* numbers of segments */
	uint64_t	 sent;
	int64_t		 progress_ms, back_ms;
	struct segment	 ring[RING];
	uint64_t	 bytes;			/* that got through */
};

static void
tcp_send(struct tcp *t, struct world *w, uint64_t n)
{
	int64_t through = world_cross(w, 1, SEGMENT + TCP_OVER_UDP);

	t->ring[n % RING] = (struct segment){ through == -1 ? -1 :
	    through + t->back_ms, t->sent++, false };
}

/* What was out when it began to lose halves the window once. */
static void
tcp_lose(struct tcp *t, uint64_t n, double window)
{
	if (n < t->recover)
		return;
	t->threshold = t->window / 2 < 2 ? 2 : t->window / 2;
	t->window = window == 0 ? t->threshold : window;
	t->recover = t->next;
}

static void
tcp_ack(struct tcp *t, struct world *w, struct segment *s)
{
	uint64_t n, order = s->order;

	s->done = true;
	t->bytes += SEGMENT + 40;
	t->progress_ms = world_now(w);
	while (t->una < t->next && t->ring[t->una % RING].done)
		t->una++;
	for (n = t->una; n < t->next; n++) {
		s = &t->ring[n % RING];
		if (s->acked_ms == -1 && s->order + 3 <= order) {
			tcp_lose(t, n, 0);
			tcp_send(t, w, n);
		}
	}
	if (t->una < t->recover)
		return;
	t->window += t->window < t->threshold ? 1 : 1 / t->window;
}

static void
tcp_tick(struct tcp *t, struct world *w)
{
	int64_t now = world_now(w);
	unsigned out = 0;
	struct segment *s;
	uint64_t n;

	for (n = t->una; n < t->next; n++) {
		s = &t->ring[n % RING];
		if (n >= t->una && !s->done && s->acked_ms != -1 &&
		    s->acked_ms <= now)
			tcp_ack(t, w, s);
	}
	if (t->una < t->next && t->ring[t->una % RING].acked_ms == -1 &&
	    now - t->progress_ms > RTO_MS + t->back_ms) {
		t->recover = t->una;
		tcp_lose(t, t->una, 1);
		t->progress_ms = now;
		tcp_send(t, w, t->una);
	}
	for (n = t->una; n < t->next; n++)
		out += !t->ring[n % RING].done &&
		    t->ring[n % RING].acked_ms != -1;
	for (; out < (unsigned)t->window && t->next - t->una < RING; out++) {
		if (t->una == t->next)
			t->progress_ms = now;
		tcp_send(t, w, t->next++);
	}
}

static int64_t
tcp_run(struct tcp *t, struct world *w, int64_t ms, uint64_t until)
{
	int64_t began = world_now(w);

	while (world_now(w) < began + ms && (until == 0 ||
	    world_client_have(w, 1) < until)) {
		tcp_tick(t, w);
		world_run(w, 1);
	}
	return world_now(w) - began;
}

/* The same beside it, at work for a while already. */
static void
beside_tcp(const struct world_net *line)
{
	struct world_config config = { .seed = 1, .net = { .delay_ms = 5 } };
	struct world *w = world_new(&config);
	struct tcp t = { .window = 10, .threshold = RING,
	    .back_ms = 2 * (int64_t)line->delay_ms };
	unsigned long long bytes;
	uint64_t before;
	int64_t ms;
	double could;

	world_client_start(w, world_client(w, "ann", -1, NULL));
	world_client_start(w, world_client(w, "bob", -1, NULL));
	world_run(w, 3000);
	world_client_miss(w, 1, 0, ENTRIES, 60000);
	world_client_leave(w, 0);
	world_run(w, 1000);
	world_set_net(w, line);
	before = t.bytes;
	ms = tcp_run(&t, w, ALONE_MS, 0);
	could = (double)line->kbit * (double)ms / 8;
	printf("a TCP stream at %5u kbit/s: alone %3.0f %% of it, ",
	    line->kbit, 100 * (double)(t.bytes - before) / could);
	before = t.bytes;
	bytes = down_bytes(w);
	world_client_sleep(w, 1, false);
	ms = tcp_run(&t, w, LONGEST_MS, world_head(w));
	could = (double)line->kbit * (double)ms / 8;
	printf("beside a catch-up %3.0f %%, which offers %3.0f %% and takes "
	    "%lld ms%s\n", 100 * (double)(t.bytes - before) / could,
	    100 * (double)(down_bytes(w) - bytes) / could, (long long)ms,
	    world_client_have(w, 1) < world_head(w) ? " and more" : "");
	world_free(w);
}

int
main(void)
{
	static const struct world_net wide = { .delay_ms = 20 };
	static const struct world_net lines[] = {
		{ .delay_ms = 20, .kbit = 64, .queue_ms = 2000 },
		{ .delay_ms = 20, .kbit = 256, .queue_ms = 1000 },
		{ .delay_ms = 20, .kbit = 1000, .queue_ms = 50 },
		{ .delay_ms = 20, .kbit = 10000, .queue_ms = 50 }
	};
	struct result best = catch_up(&wide), r;
	int64_t least;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		r = catch_up(&lines[i]);
		least = (int64_t)(best.bytes * 8 / lines[i].kbit);
		printf("catch-up at %5u kbit/s, a queue of %4u ms: %6lld ms, "
		    "%.2f times its bytes' time, offered %.2f times, "
		    "no room for %llu datagrams\n", lines[i].kbit,
		    lines[i].queue_ms, (long long)r.ms, (double)r.ms /
		    (double)least, (double)r.bytes / (double)best.bytes,
		    r.full);
	}
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		beside_tcp(&lines[i]);
	return 0;
}
