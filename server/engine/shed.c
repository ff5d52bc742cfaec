/*
 * What a process has of its files is there since it was looked at once, as by
 * the loader, which goes through all of their symbols: of libcurl's forty
 * libraries that is more than chat-engine needs for all the rest.
 */
#include "server/engine/shed.h"

#include <sys/mman.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 4352 };	/* with a path */

/* A mapping begins here. *to 0: it may be written, or is of no file. */
static bool
is_mapping(const char *line, uintptr_t *from, uintptr_t *to)
{
	char may[5];
	unsigned long long begins, ends, inode;

	if (sscanf(line, "%llx-%llx %4s %*x %*x:%*x %llu", &begins, &ends, may,
	    &inode) != 4)
		return false;
	*from = (uintptr_t)begins;
	*to = inode != 0 && may[1] == '-' ? (uintptr_t)ends : 0;
	return true;
}

void
shed(void)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[LINE];
	uintptr_t from = 0, to = 0;
	unsigned long own = 0, swapped;

	if (f == NULL)
		return;
	/* What the loader has changed is in no file: be it here, or away. */
	while (fgets(line, sizeof(line), f) != NULL)
		if (is_mapping(line, &from, &to) ||
		    sscanf(line, "Anonymous: %lu kB", &own) == 1)
			continue;
		else if (sscanf(line, "Swap: %lu kB", &swapped) == 1 &&
		    own == 0 && swapped == 0 && to > from)
			madvise((void *)from, to - from, MADV_DONTNEED);
	fclose(f);
}
