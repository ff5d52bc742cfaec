/*
 * Delivery over bad networks, in the simulated world: 50 receivers, one way
 * 40 ms + Exp(5), 5 % late by 10 to 120 ms, 5 % twice, loss both ways, 2
 * messages a second. Append to shown, in order; datagrams a message and
 * receiver. Virtual time: the figures are the same on every machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_world.h"

enum { RECEIVERS = 50, MESSAGES = 1000, GAP_MS = 500 };

struct sample {
	struct world	*world;
	size_t		 n;
	uint32_t	 ms[RECEIVERS * MESSAGES + 64];
};

static void
on_shown(void *arg, int i, const struct entry *e)
{
	struct sample *s = arg;

	if (i > 0 && e->kind == ENTRY_SAY &&
	    s->n < sizeof(s->ms) / sizeof(s->ms[0]))
		s->ms[s->n++] = (uint32_t)(INT64_C(1800000000000) +
		    world_now(s->world) - e->time_ms);
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
measure(unsigned loss_permille)
{
	static struct sample s;
	struct world_net bad = { .loss_permille = loss_permille,
	    .repeat_permille = 50, .late_permille = 50, .delay_ms = 40,
	    .jitter_ms = 5 };
	struct world_config config = { .seed = 7, .net = { .delay_ms = 40 },
	    .shown = on_shown, .arg = &s };
	struct world_figures before, after;
	bool complete;
	char name[16];
	int i;

	s.n = 0;
	s.world = world_new(&config);
	for (i = 0; i <= RECEIVERS; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		world_client_start(s.world,
		    world_client(s.world, name, -1, NULL));
	}
	world_run(s.world, 10000);
	world_set_net(s.world, &bad);
	world_run(s.world, 20000);
	before = world_figures(s.world);
	for (i = 0; i < MESSAGES; i++) {
		world_client_say(s.world, 0, false);
		world_run(s.world, GAP_MS);
	}
	after = world_figures(s.world);
	world_run(s.world, 60000);
	complete = s.n == RECEIVERS * MESSAGES;
	/* Who could not be heard for long was put out perhaps, just now, and
	 * is to notice that. */
	world_set_net(s.world, &config.net);
	world_run(s.world, 60000);
	qsort(s.ms, s.n, sizeof(s.ms[0]), compare);
	printf("delivery at %2u %% loss: complete %s, p50 %u p99 %u max %u "
	    "ms, datagrams down %.2f up %.2f\n", loss_permille / 10,
	    complete && world_settled(s.world) ? "yes" : "NO",
	    s.ms[s.n / 2], s.ms[s.n * 99 / 100], s.ms[s.n - 1],
	    (double)(after.down - before.down) / MESSAGES / RECEIVERS,
	    (double)(after.up - before.up) / MESSAGES / RECEIVERS);
	if (world_broken(s.world) != NULL)
		printf("  %s\n", world_broken(s.world));
	world_free(s.world);
}

int
main(void)
{
	static const unsigned losses[] = { 0, 100, 300, 500 };
	size_t i;

	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		measure(losses[i]);
	return 0;
}
