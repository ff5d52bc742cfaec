/*
 * One room on three servers while machines die: `make chaos SECONDS=N SEED=S`.
 * Three etcd, three chat-servers and nine plain chat-tui that say numbered
 * lines, on loopback; one after the other a server or a member of etcd, mostly
 * the one that leads, is killed or stopped for a while, by the pids that were
 * begun here. Then there is peace, and what everybody has read and what the
 * three servers have kept has to be the same: each line once, those of an
 * author in his order, and nobody was seen to go or to come again. It is no
 * part of check: it takes as long as it is told to. The same seed gives the
 * same dice, not the same run. FAULT_MS=N: a fault each N ms, not at random;
 * CHAOS_KEEP=DIR: what was read and kept, and what the servers said.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum {
	NODES = CLUSTER_NODES, PEOPLE = 9, TEXT = CLUSTER_PATH, LINES = 100000,
	AGAIN_MS = 3000,	/* what was ended begins again after that */
	STOPPED_MIN_MS = 3000, STOPPED_MORE_MS = 5000,
	FAULT_MIN_MS = 2000, FAULT_MORE_MS = 2000,
	SAY_MS = 500, STEP_MS = 10, LOG_MS = 20000, PEACE_MS = 120000, TREE = 16
};

/* As many lines as chat-ctl tells of: they say less in a longer run. */
#define LOG "10000"

/* A machine: one of etcd's members, or a server with what it began. */
struct machine {
	int64_t	 at;		/* when it goes on; 0: it runs */
	bool	 stopped;	/* or it was ended */
	pid_t	 pids[TREE];	/* of those stopped */
	size_t	 n;
};

struct person {
	char		 name[8], home[ENV_HOME_BYTES], list[TEXT];
	struct plain	 p;
	size_t		 looked;	/* bytes of what he was shown */
	unsigned	 said, seen;
	int64_t		 next, *when;	/* when each line was said */
	int64_t		 stall, stall_at;
};

static struct cluster cluster;
static FILE *trace[NODES];
static struct machine machine[NODES + ETCDS];
static struct person who[PEOPLE];
static unsigned long long dice;
static unsigned kills, leaders, stops, ended;
static int64_t begun, lasts_ms, say_ms, fault_ms, fault_more_ms;

static unsigned
roll(unsigned below)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice >> 33) % below;
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
strike(size_t i, int64_t now)
{
	struct machine *m = &machine[i];

	m->n = 0;
	gather(m, is_etcd(i) ? cluster.etcds.member[i - NODES].pid :
	    cluster.server[i].pid);
	m->stopped = roll(6) == 0;
	if (m->stopped) {
		stops++;
		signal_all(m, SIGSTOP);
		m->at = now + STOPPED_MIN_MS + roll(STOPPED_MORE_MS);
		tell(is_etcd(i) ? "stop etcd" : "stop server",
		    is_etcd(i) ? i - NODES : i);
		return;
	}
	kills++;
	m->at = now + AGAIN_MS;
	if (is_etcd(i)) {
		etcds_kill(&cluster.etcds, i - NODES);
		tell("kill etcd", i - NODES);
		return;
	}
	signal_all(m, SIGKILL);
	hear(i);
	server_wait(&cluster.server[i]);
	tell("kill server", i);
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

static void
say(struct person *p, int64_t now)
{
	char line[64];

	if (p->said == LINES)
		return;
	p->when[p->said] = now;
	snprintf(line, sizeof(line), "%.7s %u\n", p->name, p->said++);
	plain_give(&p->p, line);
	p->next = now + say_ms / 2 + roll((unsigned)say_ms);
}

/* Looks for his next lines in what he was shown. */
static void
look(struct person *p, int64_t now)
{
	char line[64], *at;

	plain_poll(&p->p);
	while (p->seen < p->said) {
		snprintf(line, sizeof(line), "\tsay\t%.7s\t%.7s %u\n", p->name,
		    p->name, p->seen);
		if ((at = strstr(p->p.said + p->looked, line)) == NULL)
			return;
		p->looked = (size_t)(at - p->p.said);
		if (now - p->when[p->seen] > p->stall) {
			p->stall = now - p->when[p->seen];
			p->stall_at = p->when[p->seen];
		}
		p->seen++;
	}
}

static void
enter(size_t n)
{
	struct person *p = &who[n];
	const char *const words[] = { "-P", "-n", p->name, "--follow",
		p->list, NULL };
	char line[64], one[32];
	size_t k;

	snprintf(p->name, sizeof(p->name), "p%zu", n);
	p->when = calloc(LINES, sizeof(*p->when));
	env_home_make(p->home);
	for (k = 0; k < NODES; k++) {
		snprintf(one, sizeof(one), "%s127.0.0.1:%u", k == 0 ? "" : ",",
		    cluster.port[(n + (n < NODES * 2 ? k : NODES * 2 - k)) % NODES]);
		strlcat(p->list, one, sizeof(p->list));
	}
	plain_run_program(&p->p, "chat-tui", p->home, words);
	snprintf(line, sizeof(line), "\tjoin\t%.7s\t", p->name);
	if (!plain_until(&p->p, line))
		fail_msg("%s is not let in:\n%s%s", p->name, p->p.said,
		    p->p.told);
}

static void
round_of_all(int64_t now, bool talk)
{
	size_t i;

	look_after(now);
	for (i = 0; i < PEOPLE; i++) {
		if (talk && who[i].next <= now)
			say(&who[i], now);
		look(&who[i], now);
	}
	poll(NULL, 0, STEP_MS);
}

static bool
all_seen(void)
{
	size_t i;

	for (i = 0; i < NODES + ETCDS; i++)
		if (machine[i].at != 0)
			return false;
	for (i = 0; i < PEOPLE; i++)
		if (who[i].seen < who[i].said)
			return false;
	return true;
}

/* What is said, from the first line of it on, without number and time. */
static char *
said_of(const char *text)
{
	char *copy = calloc(1, strlen(text) + 1), *to = copy;
	const char *end, *tab;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		tab = memchr(text, '\t', (size_t)(end - text));
		if (tab != NULL)
			tab = memchr(tab + 1, '\t', (size_t)(end - tab) - 1);
		if (tab == NULL || (to == copy &&
		    strncmp(tab, "\tsay\t", 5) != 0))
			continue;
		memcpy(to, tab, (size_t)(end - tab) + 1);
		to += end - tab + 1;
	}
	return copy;
}

static char *
log_of(size_t n)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, "log", LOG, NULL };
	struct plain p;
	char *said;

	cluster_dir(&cluster, dir, n);
	plain_run_program(&p, "chat-ctl", cluster.etcds.home, words);
	plain_finish(&p);
	said = said_of(p.said);
	plain_clear(&p);
	return said;
}

static void
keep(const char *name, const char *text)
{
	const char *to = getenv("CHAOS_KEEP");
	char path[TEXT];
	FILE *f;

	if (to == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", to, name);
	if ((f = fopen(path, "w")) != NULL) {
		fputs(text, f);
		fclose(f);
	}
}

/* False, and where they differ, if they do. */
static bool
same(const char *name, const char *is, const char *want)
{
	size_t at = 0;
	int line = 1;

	keep(name, is);
	if (strcmp(is, want) == 0)
		return true;
	for (; is[at] != '\0' && is[at] == want[at]; at++)
		line += is[at] == '\n';
	while (at > 0 && is[at - 1] != '\n')
		at--;
	print_message("%s differs at line %d:\n%.60s\nnot\n%.60s\n", name,
	    line, is + at, want + at);
	return false;
}

/* Each line once, those of an author in order, and nothing else. */
static bool
is_right(const char *text)
{
	unsigned next[PEOPLE] = { 0 }, who_is, number, i, total = 0;
	bool right = true;
	int used;

	for (; *text != '\0'; text = strchr(text, '\n') + 1) {
		used = 0;
		if (sscanf(text, "\tsay\tp%u\tp%*u %u%n", &who_is, &number,
		    &used) != 2 || text[used] != '\n' || who_is >= PEOPLE) {
			print_message("not what was said: %.*s\n",
			    (int)strcspn(text, "\n"), text);
			right = false;
			continue;
		}
		if (number != next[who_is]) {
			print_message("p%u: %u where %u is next\n", who_is,
			    number, next[who_is]);
			right = false;
		}
		next[who_is] = number + 1;
		total++;
	}
	for (i = 0; i < PEOPLE; i++)
		right &= next[i] == who[i].said;
	printf("lines %u\n", total);
	return right;
}

/* That of the first, once the others have the same; or in time. */
static char *
settled_log(void)
{
	int64_t until = clock_now_ms() + LOG_MS;
	char *first, *other;
	bool are;
	size_t i;

	for (;;) {
		first = log_of(0);
		are = *first != '\0';
		for (i = 1; i < NODES && are; i++) {
			other = log_of(i);
			are = strcmp(first, other) == 0;
			free(other);
		}
		if (are || clock_now_ms() > until)
			return first;
		free(first);
		poll(NULL, 0, STEP_MS * 10);
	}
}

static void
compare(void)
{
	char name[32], *first, *other;
	bool right;
	size_t i;

	first = settled_log();
	keep("log1", first);
	right = is_right(first);
	for (i = 1; i < NODES; i++) {
		snprintf(name, sizeof(name), "log%zu", i + 1);
		right &= same(name, other = log_of(i), first);
		free(other);
	}
	for (i = 0; i < PEOPLE; i++) {
		plain_poll(&who[i].p);
		right &= same(who[i].name, other = said_of(who[i].p.said),
		    first);
		free(other);
		snprintf(name, sizeof(name), "%s.told", who[i].name);
		keep(name, who[i].p.told);
	}
	free(first);
	assert_true(right);
}

static void
figures(void)
{
	struct person *most = &who[0];
	size_t i;

	for (i = 0; i < PEOPLE; i++) {
		if (who[i].seen < who[i].said)
			printf("%s has seen %u of %u\n", who[i].name,
			    who[i].seen, who[i].said);
		if (who[i].stall > most->stall)
			most = &who[i];
	}
	printf("kills %u stops %u (of who led etcd %u) ended by themselves "
	    "%u\nlongest stall %.2f s (%s, of what was said at %.2f)\n",
	    kills, stops, leaders, ended, (double)most->stall / 1000,
	    most->name, (double)(most->stall_at - begun) / 1000);
	fflush(stdout);
}

static void
all_stored_copies_are_equal_whatever_dies(void **state)
{
	int64_t now, until, fault;
	size_t i;

	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	for (i = 0; i < PEOPLE; i++)
		enter(i);
	now = clock_now_ms();
	until = now + lasts_ms;
	fault = now + fault_ms;
	for (; (now = clock_now_ms()) < until; round_of_all(now, true))
		if (now >= fault) {
			strike_one(now);
			fault = now + fault_ms + roll((unsigned)fault_more_ms);
		}
	tell("peace", 0);
	until = now + PEACE_MS;
	while (!all_seen() && (now = clock_now_ms()) < until)
		round_of_all(now, false);
	figures();
	compare();
}

/* A number of the environment, or the one that holds without. */
static int64_t
given(const char *called, int64_t otherwise)
{
	const char *text = getenv(called);

	return text == NULL || *text == '\0' ? otherwise : atoll(text);
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
	say_ms = lasts_ms / 1000 > SAY_MS ? lasts_ms / 1000 : SAY_MS;
	fault_ms = given("FAULT_MS", FAULT_MIN_MS);
	fault_more_ms = given("FAULT_MS", 0) != 0 ? 1 : FAULT_MORE_MS;
	dice = (unsigned long long)given("SEED", getpid());
	printf("SEED=%llu\n", dice);
	cluster_begin(&cluster);
	for (i = 0; i < NODES; i++) {
		snprintf(path, sizeof(path), "%s/server%zu", to == NULL ?
		    cluster.etcds.home : to, i + 1);
		if ((trace[i] = fopen(path, "we")) == NULL)
			return -1;
	}
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
	for (i = 0; i < PEOPLE; i++) {
		if (who[i].p.pid > 0) {
			plain_end_input(&who[i].p);
			kill(who[i].p.pid, SIGKILL);
			plain_finish(&who[i].p);
			plain_clear(&who[i].p);
		}
		if (who[i].home[0] != '\0')
			env_home_remove(who[i].home);
		free(who[i].when);
	}
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
		cmocka_unit_test(all_stored_copies_are_equal_whatever_dies)
	};

	return tests_run(tests, set_up, tear_down);
}
