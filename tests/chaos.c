/*
 * One room on three servers while machines die: `make chaos`. Three etcd, three
 * chat-servers and nine plain chat-tui, six of which say numbered lines, on
 * loopback, by the pids that were begun here.
 *
 * First each kind of death by itself, ROUNDS times: how long those wait for it
 * who speak, and who only read, beside what is wanted. Then one after the other
 * a server or a member of etcd, mostly the one that leads, is killed or stopped
 * for a while, for SECONDS or until KILLS were killed in all. Then there is
 * peace, and what everybody has read and what the three servers have kept has
 * to be the same, see tests/with_people.h. It is no part of check: it takes as
 * long as it is told to; CI has a minute of the second. SEED=N gives the same
 * dice, not the same run. FAULT_MS=N: a fault each N ms, not at random;
 * CHAOS_KEEP=DIR: what was read and kept, and what the servers said.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_people.h"

enum {
	NODES = CLUSTER_NODES, PEOPLE = PEOPLE_MAX, SILENT = 3,
	TEXT = CLUSTER_PATH,
	AGAIN_MS = 3000,	/* what was ended begins again after that */
	STOPPED_MIN_MS = 3000, STOPPED_MORE_MS = 5000,
	FAULT_MIN_MS = 1000, FAULT_MORE_MS = 500,
	SAY_MS = 500, TIMES = 3, MORE = 2, PEACE_MS = 120000, TREE = 16
};

/* A machine: one of etcd's members, or a server with what it began. */
struct machine {
	int64_t	 at;		/* when it goes on; 0: it runs */
	bool	 stopped;	/* or it was ended */
	pid_t	 pids[TREE];	/* of those stopped */
	size_t	 n;
};

/* A death, or two at once, and for how long people may wait for it. */
enum death { FOLLOWER, LEADER, SERVER, BOTH, DEATHS };

static struct row {
	const char	*what;
	int64_t		 wanted_ms, speaks, reads;	/* the longest */
} row[DEATHS] = {
	[FOLLOWER] = { "a follower of etcd", 3000, 0, 0 },
	[LEADER] = { "the leader of etcd", 3000, 0, 0 },
	[SERVER] = { "a server", 5000, 0, 0 },
	[BOTH] = { "a server and the leader", 8000, 0, 0 }
};
static const int64_t reads_wanted_ms = 10000;

static struct cluster cluster;
static struct people people = { .cluster = &cluster, .n = PEOPLE };
static FILE *trace[NODES];
static struct machine machine[NODES + ETCDS];
static unsigned kills, leaders, stops, ended, wanted_kills;
static int64_t begun, lasts_ms, fault_ms, fault_more_ms;

static unsigned
roll(unsigned below)
{
	people.dice = people.dice * 6364136223846793005u +
	    1442695040888963407u;
	return (unsigned)(people.dice >> 33) % below;
}

/* A number of the environment, or the one that holds without. */
static int64_t
given(const char *called, int64_t otherwise)
{
	const char *text = getenv(called);

	return text == NULL || *text == '\0' ? otherwise : atoll(text);
}

static void
tell(const char *what, size_t n)
{
	printf("%8.2f %s %zu\n", (double)(clock_now_ms() - begun) / 1000, what,
	    n + 1);
	fflush(stdout);
}

/* What a server says goes to a file, so that it never waits for a reader. */
static void
hear(size_t n)
{
	struct server *s = &cluster.server[n];
	struct server_stream *st[2] = { &s->out, &s->err };
	struct pollfd fd = { .events = POLLIN };
	char text[4096];
	ssize_t len;
	size_t i;

	for (i = 0; i < 2; i++) {
		while ((fd.fd = st[i]->fd) != -1 && poll(&fd, 1, 0) == 1) {
			len = read(fd.fd, text, sizeof(text));
			if (len <= 0) {
				close(fd.fd);
				st[i]->fd = -1;
				break;
			}
			fprintf(trace[n], "-- %.2f\n%.*s",
			    (double)(clock_now_ms() - begun) / 1000, (int)len,
			    text);
			fflush(trace[n]);
		}
	}
}

/* A process and all that it has begun. */
static void
gather(struct machine *m, pid_t pid)
{
	char path[64], line[TEXT] = "", *at = line;
	FILE *f;

	if (pid <= 0 || m->n == TREE)
		return;
	m->pids[m->n++] = pid;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	if ((f = fopen(path, "r")) == NULL)
		return;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	for (; *at != '\0'; at += strspn(at, " "))
		gather(m, (pid_t)strtol(at, &at, 10));
}

static void
signal_all(const struct machine *m, int sig)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		kill(m->pids[i], sig);
}

static bool
is_etcd(size_t i)
{
	return i >= NODES;
}

static void
strike_dead(size_t i, int64_t now)
{
	struct machine *m = &machine[i];

	kills++;
	m->stopped = false;
	m->at = now + AGAIN_MS;
	if (is_etcd(i)) {
		etcds_kill(&cluster.etcds, i - NODES);
		tell("kill etcd", i - NODES);
		return;
	}
	m->n = 0;
	gather(m, cluster.server[i].pid);
	signal_all(m, SIGKILL);
	hear(i);
	server_wait(&cluster.server[i]);
	tell("kill server", i);
}

static void
strike(size_t i, int64_t now)
{
	struct machine *m = &machine[i];

	if (roll(6) != 0) {
		strike_dead(i, now);
		return;
	}
	m->n = 0;
	gather(m, is_etcd(i) ? cluster.etcds.member[i - NODES].pid :
	    cluster.server[i].pid);
	m->stopped = true;
	stops++;
	signal_all(m, SIGSTOP);
	m->at = now + STOPPED_MIN_MS + roll(STOPPED_MORE_MS);
	tell(is_etcd(i) ? "stop etcd" : "stop server",
	    is_etcd(i) ? i - NODES : i);
}

static void
go_on(size_t i)
{
	struct machine *m = &machine[i];

	m->at = 0;
	if (m->stopped)
		signal_all(m, SIGCONT);
	else if (is_etcd(i))
		etcds_start(&cluster.etcds, i - NODES);
	else
		cluster_spawn(&cluster, i);
	tell(is_etcd(i) ? "again etcd" : "again server", is_etcd(i) ?
	    i - NODES : i);
}

/* Mostly most of etcd is there: nothing is said else. */
static void
strike_one(int64_t now)
{
	size_t i, down = 0, servers = 0;

	for (i = 0; i < NODES; i++)
		servers += machine[i].at != 0;
	for (i = NODES; i < NODES + ETCDS; i++)
		down += machine[i].at != 0;
	do
		i = roll(NODES);
	while (machine[i].at != 0 && servers < NODES);
	if (roll(2) == 0 && (down == 0 || (down == 1 && roll(8) == 0))) {
		i = NODES + roll(ETCDS);
		if (down == 0 && roll(3) != 0) {
			i = NODES + etcds_leader(&cluster.etcds);
			leaders++;
		}
	}
	if (machine[i].at == 0)
		strike(i, now);
}

/* Who has ended by himself is begun again, and told of. */
static void
look_after(int64_t now)
{
	size_t i;

	for (i = 0; i < NODES + ETCDS; i++)
		if (machine[i].at != 0 && machine[i].at <= now)
			go_on(i);
	for (i = 0; i < NODES; i++) {
		if (cluster.server[i].pid == 0)
			continue;
		hear(i);
		if (cluster.server[i].err.fd != -1 || machine[i].at != 0)
			continue;
		ended++;
		tell("ended by itself: server", i);
		server_wait(&cluster.server[i]);
		machine[i].stopped = false;
		machine[i].at = now + AGAIN_MS;
	}
}

static bool
all_run(void)
{
	size_t i;

	for (i = 0; i < NODES + ETCDS; i++)
		if (machine[i].at != 0)
			return false;
	return true;
}

static void
round_of_all(int64_t now, bool talk)
{
	look_after(now);
	people_round(&people, now, talk);
}

/* In peace: until all have what was said. */
static void
settle(void)
{
	int64_t now = clock_now_ms(), until = now + PEACE_MS;

	for (; (!all_run() || !people_have_seen(&people) ||
	    !people_have_read(&people)) && now < until; now = clock_now_ms())
		round_of_all(now, false);
}

/*
 * Each death by itself
 */

/* A figure of that server; -1: it does not answer. */
static long
figure_of(size_t n, const char *figure)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, "stats", NULL };
	struct plain p;
	char *at;
	long value = -1;

	cluster_dir(&cluster, dir, n);
	plain_run_program(&p, "chat-ctl", cluster.etcds.home, words);
	plain_finish(&p);
	if ((at = strstr(p.said, figure)) != NULL)
		value = strtol(at + strlen(figure), NULL, 10);
	plain_clear(&p);
	return value;
}

static bool
all_hear_the_others(void)
{
	size_t n;

	for (n = 0; n < NODES; n++)
		if (figure_of(n, "\nready ") != 1)
			return false;
	return etcds_are_whole(&cluster.etcds);
}

/* That one where most people are: it is theirs that is measured. */
static size_t
busiest(void)
{
	long most = -1, is;
	size_t n, found = 0;

	for (n = 0; n < NODES; n++)
		if ((is = figure_of(n, "\nsessions ")) > most) {
			most = is;
			found = n;
		}
	return found;
}

static void
strike_as(enum death death)
{
	size_t leader = etcds_leader(&cluster.etcds), server = 0;
	int64_t now;

	if (death == SERVER || death == BOTH)
		server = busiest();
	people_forget(&people);
	now = clock_now_ms();
	if (death == SERVER || death == BOTH)
		strike_dead(server, now);
	if (death == LEADER || death == BOTH)
		strike_dead(NODES + leader, now);
	if (death == FOLLOWER)
		strike_dead(NODES + (leader + 1 + roll(ETCDS - 1)) % ETCDS,
		    now);
}

/* Who said something has seen some of it since. */
static bool
have_gone_on(const unsigned since[PEOPLE])
{
	size_t i;

	for (i = SILENT; i < PEOPLE; i++)
		if (people.who[i].seen < since[i] + MORE)
			return false;
	return true;
}

static void
measure(enum death death)
{
	struct row *r = &row[death];
	int64_t now = clock_now_ms(), until = now + PEACE_MS;
	unsigned since[PEOPLE];
	size_t i;

	while (!all_hear_the_others() && clock_now_ms() < until)
		round_of_all(clock_now_ms(), true);
	strike_as(death);
	for (i = 0; i < PEOPLE; i++)
		since[i] = people.who[i].said;
	while ((!all_run() || !have_gone_on(since)) &&
	    (now = clock_now_ms()) < until)
		round_of_all(now, true);
	settle();
	for (i = 0; i < PEOPLE; i++) {
		if (people.who[i].stall > r->speaks)
			r->speaks = people.who[i].stall;
		if (people.who[i].silent && people.who[i].late > r->reads)
			r->reads = people.who[i].late;
	}
}

static void
each_death_by_itself_is_felt_no_longer_than_wanted(void **state)
{
	bool right = true;
	int64_t rounds;
	size_t i;

	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	for (rounds = given("ROUNDS", TIMES); rounds > 0; rounds--)
		for (i = 0; i < DEATHS; i++)
			measure((enum death)i);
	printf("%-24s %8s %8s %8s %8s\n", "death of, s", "speaks", "wanted",
	    "reads", "wanted");
	for (i = 0; i < DEATHS; i++) {
		printf("%-24s %8.2f %8.2f %8.2f %8.2f\n", row[i].what,
		    (double)row[i].speaks / 1000,
		    (double)row[i].wanted_ms / 1000,
		    (double)row[i].reads / 1000,
		    (double)reads_wanted_ms / 1000);
		right &= row[i].speaks <= row[i].wanted_ms &&
		    row[i].reads <= reads_wanted_ms;
	}
	fflush(stdout);
	people_compare(&people);
	assert_true(right);
}

/*
 * One behind the other
 */

static void
figures(void)
{
	const struct person *p, *most = &people.who[0];

	for (p = people.who; p < people.who + PEOPLE; p++) {
		if (p->seen < p->said)
			printf("%s has seen %u of %u\n", p->name, p->seen,
			    p->said);
		if (p->stall > most->stall)
			most = p;
	}
	printf("kills %u stops %u (of who led etcd %u) ended by themselves "
	    "%u\nlongest stall, of several at once, %.2f s (%s, of what was "
	    "said at %.2f)\n", kills, stops, leaders, ended,
	    (double)most->stall / 1000, most->name,
	    (double)(most->stall_at - begun) / 1000);
	fflush(stdout);
}

static bool
goes_on(int64_t now, int64_t until)
{
	return wanted_kills > 0 ? kills < wanted_kills : now < until;
}

static void
all_stored_copies_are_equal_whatever_dies(void **state)
{
	int64_t now = clock_now_ms(), until = now + lasts_ms,
	    fault = now + fault_ms;

	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	people_forget(&people);
	for (; goes_on(now, until); now = clock_now_ms()) {
		round_of_all(now, true);
		if (now >= fault) {
			strike_one(now);
			fault = now + fault_ms + roll((unsigned)fault_more_ms);
		}
	}
	tell("peace", 0);
	settle();
	figures();
	people_compare(&people);
}

static int
set_up(void **state)
{
	const char *to = getenv("CHAOS_KEEP");
	char path[TEXT];
	size_t i;

	(void)state;
	if (!etcds_are_here())
		return 0;
	begun = clock_now_ms();
	lasts_ms = 1000 * given("SECONDS", 60);
	wanted_kills = (unsigned)given("KILLS", 0);
	people.say_ms = lasts_ms / 1000 > SAY_MS ? lasts_ms / 1000 : SAY_MS;
	fault_ms = given("FAULT_MS", FAULT_MIN_MS);
	fault_more_ms = given("FAULT_MS", 0) != 0 ? 1 : FAULT_MORE_MS;
	people.dice = (unsigned long long)given("SEED", getpid());
	printf("SEED=%llu\n", people.dice);
	cluster_begin(&cluster);
	for (i = 0; i < NODES; i++) {
		snprintf(path, sizeof(path), "%s/server%zu", to == NULL ?
		    cluster.etcds.home : to, i + 1);
		if ((trace[i] = fopen(path, "we")) == NULL)
			return -1;
	}
	/* One at each server only reads. */
	for (i = 0; i < SILENT; i++)
		people.who[i].silent = true;
	people_enter(&people);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NODES + ETCDS; i++)
		if (machine[i].at != 0 && machine[i].stopped)
			signal_all(&machine[i], SIGCONT);
	people_end(&people);
	cluster_end(&cluster);
	for (i = 0; i < NODES; i++)
		if (trace[i] != NULL)
			fclose(trace[i]);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_death_by_itself_is_felt_no_longer_than_wanted),
		cmocka_unit_test(all_stored_copies_are_equal_whatever_dies)
	};

	return tests_run(tests, set_up, tear_down);
}
