/*
 * One room on three servers while the network parts them, each and each etcd a
 * machine of its own: a follower of etcd is cut off from all others, then who
 * leads it, then a server from all of etcd. People at all servers say lines
 * meanwhile, and have the same at the end as tests/with_people.h has it.
 * CUT_MS=N: each is for so long at least. Skipped where no such network can be
 * made.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_people.h"
#include "tests/with_wires.h"

enum {
	CUT = 2000, SAY_MS = 200, MORE = 4, END_MS = PLAIN_WAIT_MS,
	PEOPLE = 6, TALK = 3
};

static struct cluster cluster = { .etcds.wired = true,
	.option = "--rate=0" };
static struct people people = { .cluster = &cluster, .n = PEOPLE,
	.say_ms = SAY_MS, .dice = 1 };
static bool begun;

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	if (!etcds_are_here() || !wires_begin(ETCDS + CLUSTER_NODES))
		return 0;
	begun = true;
	cluster_begin(&cluster);
	for (i = TALK; i < PEOPLE; i++)
		people.who[i].silent = true;
	people_enter(&people);
	return 0;
}

/* What the servers said and nobody has read. */
static void
keep_words(void)
{
	const char *to = getenv("CHAOS_KEEP");
	struct server_stream *st;
	struct pollfd fd = { .events = POLLIN };
	char line[SERVER_TEXT];
	FILE *f;
	size_t n;

	for (n = 0; to != NULL && n < CLUSTER_NODES; n++) {
		snprintf(line, sizeof(line), "%s/server%zu", to, n + 1);
		if ((f = fopen(line, "we")) == NULL)
			return;
		st = &cluster.server[n].err;
		fd.fd = st->fd;
		while ((st->len > 0 || poll(&fd, 1, 0) == 1) &&
		    server_line(st, line, sizeof(line)) != NULL)
			fprintf(f, "%s\n", line);
		fclose(f);
	}
}

static int
tear_down(void **state)
{
	(void)state;
	if (!begun)
		return 0;
	people_end(&people);
	keep_words();
	cluster_end(&cluster);
	return 0;
}

static bool
have_gone_on(const unsigned since[PEOPLE])
{
	size_t i;

	for (i = 0; i < TALK; i++)
		if (people.who[i].seen < since[i] + MORE)
			return false;
	return true;
}

static int64_t
cut_ms(void)
{
	const char *given = getenv("CUT_MS");

	return given == NULL || *given == '\0' ? CUT : atoll(given);
}

/* Until each one has seen some of what he has said since, for so long at
 * least. */
static void
go_on(const char *what, int64_t least_ms)
{
	int64_t now = clock_now_ms(), end = now + END_MS,
	    until = now + least_ms;
	unsigned since[PEOPLE];
	size_t i;

	for (i = 0; i < PEOPLE; i++)
		since[i] = people.who[i].said;
	for (; now < until || !have_gone_on(since); now = clock_now_ms()) {
		if (now > end)
			fail_msg("%s: nothing is said any more", what);
		people_round(&people, now, true);
	}
}

/* All is as it was, and all that was said was seen. */
static void
settle(const char *what)
{
	int64_t stall = 0, late = 0, end = clock_now_ms() + END_MS;
	size_t i;

	while (!people_have_seen(&people) || !people_have_read(&people)) {
		if (clock_now_ms() > end)
			fail_msg("%s: not all was seen", what);
		people_round(&people, clock_now_ms(), false);
	}
	for (i = 0; i < PEOPLE; i++) {
		if (people.who[i].stall > stall)
			stall = people.who[i].stall;
		if (people.who[i].late > late)
			late = people.who[i].late;
	}
	printf("%s cut off: who speaks waits for %.2f s at most, who reads for "
	    "%.2f s\n", what, (double)stall / 1000, (double)late / 1000);
	people_forget(&people);
}

static void
a_follower_of_etcd_is_cut_off(void **state)
{
	size_t other;

	(void)state;
	if (!begun)
		skip();
	go_on("nothing", 0);
	settle("nothing");
	other = (etcds_leader(&cluster.etcds) + 1) % ETCDS;
	wires_cut(other);
	go_on("a follower", cut_ms());
	wires_mend(other);
	go_on("nothing after a follower", 0);
	settle("a follower");
	people_compare(&people);
}

static void
who_leads_etcd_is_cut_off(void **state)
{
	size_t leader;

	(void)state;
	if (!begun)
		skip();
	leader = etcds_leader(&cluster.etcds);
	wires_cut(leader);
	go_on("the leader", cut_ms());
	assert_int_not_equal(etcds_leader(&cluster.etcds), leader);
	wires_mend(leader);
	go_on("nothing after the leader", 0);
	settle("the leader");
	people_compare(&people);
}

/* Reads what the server says, while people go on, until that is in it. */
static void
until_told(size_t n, const char *what)
{
	struct pollfd fd = { .fd = cluster.server[n].err.fd,
	    .events = POLLIN };
	int64_t end = clock_now_ms() + END_MS;
	char line[SERVER_TEXT];

	for (;;) {
		if (clock_now_ms() > end)
			fail_msg("server %zu does not say \"%s\"", n, what);
		people_round(&people, clock_now_ms(), true);
		if ((cluster.server[n].err.len > 0 || poll(&fd, 1, 0) == 1) &&
		    server_line(&cluster.server[n].err, line,
		    sizeof(line)) != NULL && strstr(line, what) != NULL)
			return;
	}
}

static void
a_server_is_cut_off_from_all_of_etcd(void **state)
{
	(void)state;
	if (!begun)
		skip();
	wires_cut(ETCDS + 1);
	go_on("a server", cut_ms());
	until_told(1, "cut off from the other servers");
	wires_mend(ETCDS + 1);
	until_told(1, "hears the other servers again");
	go_on("nothing after a server", 0);
	settle("a server");
	people_compare(&people);
}

/* One that has both, and leads: nothing answers there any more, no refusal
 * either, which is how it is when a machine is gone. */
static void
a_machine_is_unplugged(void **state)
{
	size_t leader;

	(void)state;
	if (!begun)
		skip();
	leader = etcds_leader(&cluster.etcds);
	wires_unplug(leader);
	wires_unplug(ETCDS);
	go_on("a machine", cut_ms());
	wires_plug_in(leader);
	wires_plug_in(ETCDS);
	go_on("nothing after a machine", 0);
	settle("a machine");
	people_compare(&people);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_follower_of_etcd_is_cut_off),
		cmocka_unit_test(who_leads_etcd_is_cut_off),
		cmocka_unit_test(a_server_is_cut_off_from_all_of_etcd),
		cmocka_unit_test(a_machine_is_unplugged)
	};

	return tests_run(tests, set_up, tear_down);
}
