/*
 * Catch-up on 2000 entries behind narrow lines with long queues, in the
 * simulated world: how long it takes beside what its bytes take at best, and
 * how much the server offers of it. Virtual time: the same on every machine.
 */
#include <stdio.h>

#include "tests/with_world.h"

enum { ENTRIES = 2000, IP_UDP_BYTES = 28, LONGEST_MS = 600 * 1000 };

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
	return 0;
}
