/*
 * How the server grows, as tables: the room's members, the log's entries, the
 * messages of a second, and who says them. Each row is of a server of its own,
 * sealed and stored. A knee is a row whose cost of one is more than that of the
 * rows before. Takes minutes and 3 GB of disk; of some tables alone:
 *
 *   build/bench/bench_growth [members] [entries] [rate] [authors]
 */
#include <err.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/journal.h"
#include "common/wire.h"
#include "tests/bench/process.h"
#include "tests/bench/table.h"
#include "tests/with_env.h"
#include "tests/with_server.h"

enum {
	BLOCK = 100,		/* entries written at once */
	AUTHORS = 100,
	TEXT = 80,
	STARTS = 3,		/* the median counts */
	COLUMNS = 7
};

/* ---- Entries ---- */

static void
encode(struct wire_out *out, uint64_t seq)
{
	char who[16], text[TEXT + 1];
	struct entry e = { .seq = seq, .time_ms = INT64_C(1700000000000) +
	    (int64_t)seq * 1000, .author = who, .text = text };

	snprintf(who, sizeof(who), "author%02u", (unsigned)(seq % AUTHORS));
	e.author_len = strlen(who);
	e.kind = seq <= AUTHORS ? ENTRY_JOIN : ENTRY_SAY;
	if (e.kind == ENTRY_SAY) {
		e.id = (seq % AUTHORS + 1) << 32 | (seq / AUTHORS + 1);
		e.text_len = (size_t)snprintf(text, sizeof(text), "%0*llu",
		    TEXT, (unsigned long long)seq);
	}
	entry_encode(out, &e);
}

static void
fill(const char *dir, uint64_t entries)
{
	static const uint8_t id[JOURNAL_ID] = { 1 };
	static const uint8_t chain[JOURNAL_CHAIN];
	static uint8_t bytes[BLOCK * ENTRY_BYTES];
	struct journal_why why;
	struct wire_out out;
	struct journal *j;
	uint64_t seq = 0;
	size_t n;

	j = journal_create(&disk_real, dir, JOURNAL_SEGMENT_BYTES,
	    &(struct journal_base){ id, 1, 0, chain }, &why);
	if (j == NULL)
		errx(1, "%s: no log", dir);
	while (seq < entries) {
		out = wire_out(bytes, sizeof(bytes));
		for (n = 0; n < BLOCK && seq < entries; n++)
			encode(&out, ++seq);
		if (!journal_append(j, bytes, out.len, n))
			err(1, "%s", dir);
	}
	if (!journal_sync(j))
		err(1, "%s", dir);
	journal_close(j);
}

/* Until it says that it listens, ms; then what it holds, and its log. */
static double
start(const char *dir, double *mb)
{
	const char *const args[] = { "-b", "127.0.0.1", "--rate=0", "-d", dir,
	    NULL };
	struct server s;
	double began = now_ms(), ms;

	server_start(&s, NULL, args);
	ms = now_ms() - began;
	*mb = memory_mb((long)s.pid, "VmRSS");
	if (server_stop(&s, SIGTERM) != 0)
		errx(1, "the server ended badly");
	return ms;
}

static void
entries_row(uint64_t entries)
{
	char home[ENV_HOME_BYTES], dir[ENV_HOME_BYTES + 8];
	double whole, whole_mb, of[STARTS], mb;
	size_t i;

	env_home_make(home);
	snprintf(dir, sizeof(dir), "%s/room", home);
	fill(dir, entries);
	whole = start(dir, &whole_mb);
	for (i = 0; i < STARTS; i++)
		of[i] = start(dir, &mb);
	qsort(of, STARTS, sizeof(*of), row_by_size);
	printf("  %9llu %14.0f %9.0f %12.1f %9.1f\n",
	    (unsigned long long)entries, whole, of[STARTS / 2], whole_mb, mb);
	fflush(stdout);
	env_home_remove(home);
}

static void
entries_table(void)
{
	uint64_t n;

	printf("entries of the log: a start, ms, and the server's memory, MB\n"
	    "    entries  all are read     later  memory then     later\n");
	for (n = 1000; n <= 10000000; n *= 10)
		entries_row(n);
}

/* ---- What load.c measures ---- */

struct column {
	const char	*head, *key;
	int		 decimals;
};

static double
figure(const char *line, const char *key)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(line, quoted);
	return at == NULL ? NAN : strtod(at + strlen(quoted), NULL);
}

/* words: of load.c, whose line it fills. */
static void
load(const char *words, char *line, int size)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };
	char path[PATH_MAX], command[PATH_MAX + 256], *slash;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 16);
	struct server s;
	FILE *f;

	if (n <= 0)
		err(1, "/proc/self/exe");
	path[n] = '\0';
	if ((slash = strrchr(path, '/')) != NULL)
		strlcpy(slash + 1, "load", 16);
	server_start(&s, NULL, args);
	snprintf(command, sizeof(command), "'%s' -p %u -z %d %s --pid %ld",
	    path, s.port, TEXT, words, (long)s.pid);
	if ((f = popen(command, "r")) == NULL)
		err(1, "%s", command);
	line[0] = '\0';
	if (fgets(line, size, f) == NULL || pclose(f) != 0)
		printf("    failed: %s: %s", words, line);
	server_stop(&s, SIGTERM);
}

static void
load_row(unsigned n, const char *words, const struct column columns[COLUMNS])
{
	char line[2048];
	size_t i;

	load(words, line, sizeof(line));
	printf("  %9u", n);
	for (i = 0; i < COLUMNS && columns[i].key != NULL; i++)
		printf(" %14.*f", columns[i].decimals,
		    figure(line, columns[i].key));
	printf("\n");
	fflush(stdout);
}

static void
head(const char *what, const char *of, const struct column columns[COLUMNS])
{
	size_t i;

	printf("%s\n  %9s", what, of);
	for (i = 0; i < COLUMNS && columns[i].key != NULL; i++)
		printf(" %14s", columns[i].head);
	printf("\n");
}

static void
members_table(void)
{
	static const struct column columns[COLUMNS] = {
		{ "deliveries/s", "deliveries_per_s", 0 },
		{ "CPU each, us", "server_cpu_us_per_delivery", 2 },
		{ "bytes each", "bytes_per_delivery", 0 },
		{ "a join, CPU us", "join_cpu_us", 0 },
		{ "KiB a member", "rss_kib_per_member", 1 },
		{ "missing", "missing", 0 },
	};
	static const struct column calm[COLUMNS] = {
		{ "last, p50 ms", "p50_ms", 1 }, { "p99 ms", "p99_ms", 1 },
		{ "CPU each, us", "server_cpu_us_per_delivery", 2 },
		{ "datagrams each", "datagrams_per_delivery", 2 },
		{ "bytes each", "bytes_per_delivery", 0 },
		{ "all joined, s", "joins_s", 1 },
		{ "missing", "missing", 0 },
	};

	head("members, ten of whom flood", "members", columns);
	load_row(10, "-n 10 -s 10 -w 100 -m 20000", columns);
	load_row(100, "-n 100 -s 10 -w 100 -m 5000", columns);
	load_row(1000, "-n 1000 -s 10 -w 100 -m 3000", columns);
	load_row(10000, "-n 10000 -s 10 -w 100 -m 200", columns);
	head("members, 10 messages a second", "members", calm);
	load_row(10, "-n 10 -s 10 -w 10 -m 100 -r 10", calm);
	load_row(100, "-n 100 -s 10 -w 10 -m 100 -r 10", calm);
	load_row(1000, "-n 1000 -s 10 -w 10 -m 100 -r 10", calm);
	load_row(10000, "-n 10000 -s 10 -w 10 -m 100 -r 10", calm);
}

static const struct column latency[COLUMNS] = {
	{ "last, p50 ms", "p50_ms", 2 }, { "p99 ms", "p99_ms", 2 },
	{ "CPU each, us", "server_cpu_us_per_delivery", 2 },
	{ "datagrams each", "datagrams_per_delivery", 2 },
	{ "bytes each", "bytes_per_delivery", 0 },
	{ "missing", "missing", 0 },
};

static void
rate_table(void)
{
	head("messages of a second, 100 members", "messages/s", latency);
	load_row(1, "-n 100 -s 10 -w 100 -m 10 -r 1", latency);
	load_row(10, "-n 100 -s 10 -w 100 -m 50 -r 10", latency);
	load_row(100, "-n 100 -s 10 -w 100 -m 500 -r 100", latency);
	load_row(1000, "-n 100 -s 10 -w 100 -m 5000 -r 1000", latency);
	load_row(2000, "-n 100 -s 10 -w 100 -m 10000 -r 2000", latency);
	load_row(5000, "-n 100 -s 10 -w 500 -m 25000 -r 5000", latency);
}

static void
authors_table(void)
{
	head("authors among 1000 members, 100 messages a second", "authors",
	    latency);
	load_row(1, "-n 1000 -s 1 -w 100 -m 1000 -r 100", latency);
	load_row(10, "-n 1000 -s 10 -w 100 -m 1000 -r 100", latency);
	load_row(100, "-n 1000 -s 100 -w 100 -m 1000 -r 100", latency);
	load_row(1000, "-n 1000 -s 1000 -w 100 -m 1000 -r 100", latency);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char	*name;
		void		(*print)(void);
	} tables[] = {
		{ "members", members_table }, { "entries", entries_table },
		{ "rate", rate_table }, { "authors", authors_table },
	};
	bool wanted;
	size_t i;
	int j;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		wanted = argc < 2;
		for (j = 1; j < argc; j++)
			wanted |= strcmp(argv[j], tables[i].name) == 0;
		if (wanted)
			tables[i].print();
	}
	return 0;
}
