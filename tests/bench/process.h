/*
 * What a process has used, for the benches that watch one: inline, since each
 * bench is one file.
 */
#ifndef TESTS_BENCH_PROCESS_H
#define TESTS_BENCH_PROCESS_H

#include <sys/types.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* CPU time of all its threads, to the nanosecond; ends where there is none. */
static inline double
process_cpu_us(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;
	int error = clock_getcpuclockid(pid, &clock);

	if (error == 0 && clock_gettime(clock, &ts) == -1)
		error = errno;
	if (error != 0)
		errx(1, "process %ld: %s", (long)pid, strerror(error));
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* Its resident memory; ends where it is not known. */
static inline double
process_kib(pid_t pid)
{
	char path[64], row[256];
	unsigned long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	if ((f = fopen(path, "r")) == NULL)
		err(1, "%s", path);
	while (fgets(row, sizeof(row), f) != NULL)
		if (sscanf(row, "VmRSS: %lu", &kib) == 1)
			break;
	fclose(f);
	return (double)kib;
}

#endif
