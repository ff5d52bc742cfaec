/*
 * Figures of chat-tui beside those of its peers, as rows of a table: what
 * bench_peers.c begins, bench_peers_history.c goes on with. Inline, since each
 * bench is one file.
 */
#ifndef TESTS_BENCH_TABLE_H
#define TESTS_BENCH_TABLE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum peer { OURS, IRSSI, WEECHAT, PEERS };

struct row {
	const char	*what, *unit;
	int		 decimals;
	double		 bound;		/* wanted of ours; 0: none is */
	bool		 alone;		/* the peers have no such thing */
	double		 of[PEERS];	/* NAN: not measured */
};

static inline double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* VmRSS, VmHWM of a process, in MB; 0: not known. */
static inline double
memory_mb(long pid, const char *key)
{
	char path[64], row[256];
	double mb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	if (pid <= 0 || (f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(row, sizeof(row), f) != NULL)
		if (strncmp(row, key, strlen(key)) == 0)
			mb = strtod(row + strlen(key) + 1, NULL) * 1024 / 1e6;
	fclose(f);
	return mb;
}

static inline int
row_by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* p50 into the row, p99 into the one behind it. Sorts. */
static inline void
row_times(struct row *row, enum peer peer, double *ms, size_t n)
{
	qsort(ms, n, sizeof(*ms), row_by_size);
	row[0].of[peer] = ms[n / 2];
	row[1].of[peer] = ms[n * 99 / 100];
}

static inline void
row_clear(struct row *row)
{
	enum peer peer;

	for (peer = OURS; peer < PEERS; peer++)
		row->of[peer] = NAN;
}

static inline void
row_print_peer(const struct row *row, enum peer peer)
{
	double x = row->of[peer], ratio = x / row->of[OURS];

	if (peer != OURS && row->alone) {
		printf(" %10s %8s", "", "");
		return;
	}
	if (isnan(x))
		printf(" %10s", "-");
	else
		printf(" %10.*f", row->decimals, x);
	if (peer == OURS)
		return;
	if (isfinite(ratio))
		printf(" %7.*fx", ratio < 100 ? 1 : 0, ratio);
	else
		printf(" %8s", "");
}

static inline void
row_print(const struct row *row)
{
	enum peer peer;

	printf("%-32s %-7s", row->what, row->unit);
	for (peer = OURS; peer < PEERS; peer++)
		row_print_peer(row, peer);
	if (row->bound > 0)
		printf("  <= %g%s", row->bound,
		    row->of[OURS] > row->bound ? ", missed" : "");
	printf("\n");
}

#endif
