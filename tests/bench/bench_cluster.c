/*
 * What a room on three servers costs, with etcd and all on this machine: how
 * long a line takes to who is at another server, how many lines go in all, how
 * much of that each server has, and the memory of one with what it begins,
 * beside that of a server alone.
 */
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/table.h"
#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum {
	NODES = CLUSTER_NODES, A_SECOND = 20, PACED = 10 * A_SECOND,
	MANY = 1000, SIZE = 200, SAMPLES = NODES * NODES * PACED,
	DONE_MS = 60000, CONTEND_MS = 5000
};

static struct cluster cluster = { .option = "--rate=0" };
static char home[NODES][ENV_HOME_BYTES];
static struct plain who[NODES];
static size_t looked[NODES];
static double took[SAMPLES];

/* What a process has, and its part of what it has together with others, in
 * MB; 0: it is of another program than that one, if one is asked for. */
static double
part_mb(long pid, const char *program)
{
	char path[64], line[128];
	unsigned long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", pid);
	if ((program != NULL && strcmp(line, program) != 0) ||
	    (f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Pss: %lu kB", &kb) == 1)
			break;
	fclose(f);
	return (double)kb / 1024;
}

/* Of all that it has begun, too. */
static double
tree_mb(long pid, const char *program)
{
	char path[64], line[512] = "", *at = line;
	double mb = part_mb(pid, program);
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", pid, pid);
	if ((f = fopen(path, "r")) == NULL)
		return mb;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	for (; *at != '\0'; at += strspn(at, " "))
		mb += tree_mb(strtol(at, &at, 10), program);
	return mb;
}

static void
enter(size_t n)
{
	char name[8], line[64];
	const char *const words[] = { "-P", "-n", name, "--follow",
		"127.0.0.1", NULL };

	env_home_make(home[n]);
	snprintf(name, sizeof(name), "p%zu", n);
	plain_start(&who[n], cluster.port[n], home[n], words);
	snprintf(line, sizeof(line), "\tjoin\t%s\t", name);
	assert_true(plain_until(&who[n], line));
}

/* Until one of them is told something, or for so long. */
static void
hear(int wait_ms)
{
	struct pollfd fds[NODES];
	size_t i;

	for (i = 0; i < NODES; i++)
		fds[i] = (struct pollfd){ .fd = who[i].out, .events = POLLIN };
	poll(fds, NODES, wait_ms);
	for (i = 0; i < NODES; i++)
		plain_poll(&who[i]);
}

/* How long each new line took to reader i from another server. */
static size_t
take(size_t i, size_t n)
{
	double now = now_ms(), at;
	unsigned author;
	char *say;

	while ((say = strstr(who[i].said + looked[i], "\tsay\tp")) != NULL &&
	    strchr(say, '\n') != NULL) {
		looked[i] = (size_t)(say - who[i].said) + 1;
		if (sscanf(say, "\tsay\tp%u\tat %lf", &author, &at) == 2 &&
		    author != i && n < SAMPLES)
			took[n++] = now - at;
	}
	return n;
}

static void
paced(void)
{
	double from = now_ms(), now;
	size_t said = 0, n = 0, i, all = (NODES - 1) * NODES * PACED;
	char line[64];

	while (n < all && (now = now_ms()) < from + DONE_MS) {
		if (said < (size_t)NODES * PACED && now >= from +
		    (double)said * 1000 / (NODES * A_SECOND)) {
			snprintf(line, sizeof(line), "at %.3f\n", now);
			plain_give(&who[said++ % NODES], line);
		}
		hear(1);
		for (i = 0; i < NODES; i++)
			n = take(i, n);
	}
	qsort(took, n, sizeof(took[0]), row_by_size);
	if (n > 0)
		printf("%d x %d lines/s, to who is at another server: "
		    "p50 %.1f ms, p99 %.1f ms, most %.1f ms (%zu of %zu)\n",
		    NODES, A_SECOND, took[n / 2], took[n * 99 / 100],
		    took[n - 1], n, all);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

/* Numbers have no holes. */
static uint64_t
newest_block(void)
{
	uint64_t has = 0, step = 1;

	while (etcds_author(&cluster.etcds, "chat", has + step) != 0) {
		has += step;
		step *= 2;
	}
	for (; step > 0; step /= 2)
		if (etcds_author(&cluster.etcds, "chat", has + step) != 0)
			has += step;
	return has;
}

/* Who has written how many of those blocks. */
static void
print_shares(uint64_t from, uint64_t to, double ms)
{
	unsigned of[NODES + 1] = { 0 }, author;
	uint64_t n;

	for (n = from + 1; n <= to; n++)
		if ((author = etcds_author(&cluster.etcds, "chat", n)) <=
		    NODES)
			of[author]++;
	printf("who has always something to say, for %.1f s:", ms / 1000);
	for (author = 1; author <= NODES && to > from; author++)
		printf(" node %u %.0f %%%s", author, 100.0 * of[author] /
		    (double)(to - from), author < NODES ? "," : "");
	printf(" of %.0f blocks/s; leader of etcd: %zu; wanted: 25 %% each\n",
	    (double)(to - from) * 1000 / ms, etcds_leader(&cluster.etcds) + 1);
}

/* What each has to say does not end while it is measured. */
static void
contend(void)
{
	static char text[256 * (SIZE + 1) + 1];
	size_t fed[NODES] = { 0 }, i;
	double begun = now_ms(), from_ms = 0, to_ms = 0;
	uint64_t from = 0, to = 0;

	for (i = 0; i < 256; i++)
		snprintf(text + i * (SIZE + 1), SIZE + 2, "%0*d\n", SIZE, 7);
	while (to == 0) {
		for (i = 0; i < NODES; i++) {
			fed[i] += plain_feed(&who[i], text + fed[i],
			    strlen(text + fed[i]), 0);
			if (text[fed[i]] == '\0')
				fed[i] = 0;
		}
		hear(5);
		if (from == 0 && now_ms() > begun + CONTEND_MS / 5) {
			from = newest_block();
			from_ms = now_ms();
		} else if (from != 0 && now_ms() > from_ms + CONTEND_MS) {
			to_ms = now_ms();
			to = newest_block();
		}
	}
	print_shares(from, to, to_ms - from_ms);
}

static void
many(void)
{
	static char text[MANY * (SIZE + 1) + 1];
	size_t from_byte[NODES], fed[NODES] = { 0 }, seen, i,
	    all = (size_t)NODES * NODES * MANY;
	double from, ms;

	for (i = 0; i < MANY; i++)
		snprintf(text + i * (SIZE + 1), SIZE + 2, "%0*zu\n", SIZE, i);
	for (i = 0; i < NODES; i++)
		from_byte[i] = who[i].said_len;
	from = now_ms();
	do {
		for (i = 0; i < NODES; i++)
			fed[i] += plain_feed(&who[i], text + fed[i],
			    strlen(text + fed[i]), 0);
		hear(20);
		for (seen = i = 0; i < NODES; i++)
			seen += count(who[i].said + from_byte[i], "\t0000");
		ms = now_ms() - from;
	} while (seen < all && ms < DONE_MS);
	printf("%d lines of %d bytes, at all: %.0f a second (%zu of %zu)\n",
	    NODES * MANY, SIZE, NODES * MANY * 1000 / ms, seen, all);
}

static void
memory(const char *when)
{
	pid_t pid = cluster.server[0].pid;

	printf("memory %s: chat-server %.1f MB, of it chat-engine %.1f MB; "
	    "etcd %.1f MB\n", when, tree_mb(pid, NULL),
	    tree_mb(pid, "chat-engine"),
	    tree_mb(cluster.etcds.member[0].pid, NULL));
}

int
main(void)
{
	struct server alone;
	size_t i;

	if (!etcds_are_here())
		return 0;
	server_start(&alone, NULL, NULL);
	printf("memory of a server alone: %.1f MB\n", tree_mb(alone.pid, NULL));
	server_stop(&alone, SIGTERM);
	cluster_begin(&cluster);
	for (i = 0; i < NODES; i++)
		enter(i);
	paced();
	many();
	contend();
	for (i = 0; i < NODES; i++) {
		plain_end_input(&who[i]);
		kill(who[i].pid, SIGTERM);
		plain_finish(&who[i]);
		plain_clear(&who[i]);
		env_home_remove(home[i]);
	}
	/* What is one's own on a machine of one's own. */
	for (i = 1; i < NODES; i++)
		server_stop(&cluster.server[i], SIGTERM);
	memory("behind that, as the only one left");
	cluster_end(&cluster);
	return 0;
}
